"""How long the lists of a front office take over HTTP: ``python bench/office.py [PROJECTS] [ENGINE ...]``.

One organisation with 50 advisers guides ten thousand companies: all their projects stand in the same lists.
Each adviser in turn asks for a page of the work list, of the inbox and of the projects, plain, filtered,
searched and further on; 19 of 20 answers must be there within the target. What the server takes of the
processor stands beside it. Everything is made up, and thrown away.
"""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import sqlalchemy as sa
from measure import Row, table

sys.path[:0] = [str(Path(__file__).parent.parent / "tests" / part) for part in ("", "web")]

from calling import UNCOUNTED, answering  # noqa: E402

from databases import place  # noqa: E402
from thuishaven.access import moment, new_id, new_token  # noqa: E402
from thuishaven.access.tables import MEMBERSHIP, PERSON, SESSION  # noqa: E402
from thuishaven.databank import Database  # noqa: E402
from thuishaven.databank.office import CHANNELS, STAGES, terms  # noqa: E402
from thuishaven.databank.office.names import name_key  # noqa: E402
from thuishaven.databank.office.tables import PROJECT, SIGNAL, TASK  # noqa: E402
from thuishaven.web import ServerSettings, create_app  # noqa: E402
from thuishaven.web.people import Rooms  # noqa: E402
from visitors import QUICK, House  # noqa: E402

#: Seconds within which 19 of 20 lists must be there.
TARGET = 0.3
PROJECTS, ADVISERS, ASKED = 10_000, 50, 200
#: Signals that wait, and those that were dealt with, for each hundred projects.
WAITING, DONE = 5, 100
WORDS = ("pots", "pumps", "frames", "valves", "cables", "filters", "boxes", "lenses", "gears", "springs")


def made_up(databank: Database, count: int) -> list[str]:
    """Fill a databank; gives the sessions of the advisers."""
    house, draw = House(databank), random.Random(1)
    agency, now = house.organisation("Agency").id, databank.confidential.clock()
    tokens, people = list[str](), list[str]()
    rows: dict[sa.Table, list[Any]] = {
        one: [] for one in (PERSON, MEMBERSHIP, SESSION, PROJECT, SIGNAL, TASK)
    }
    for one in range(ADVISERS):
        person, token = new_id(), new_token()
        people.append(person)
        tokens.append(token)
        rows[PERSON].append(_person(person, one, now))
        rows[MEMBERSHIP].append(
            {"person": person, "organisation": agency, "role": "adviser", "since": moment(now)}
        )
        rows[SESSION].append(_session(person, agency, token, now))
    for one in range(count):
        _project(rows, agency, draw.choice(people), one, now, draw)
    for one in range(count * (WAITING + DONE) // 100):
        _signal(rows, agency if draw.random() < 0.9 else "", one, now, draw)
    owner = databank.as_owner()
    with owner.confidential.bookkeep() as connection:
        for where, lines in rows.items():
            connection.execute(sa.insert(where), lines)
        connection.exec_driver_sql("ANALYZE")
    owner.close()
    return tokens


def _person(person: str, one: int, now: dt.datetime) -> dict[str, Any]:
    email = f"adviser{one}@example.org"
    return {
        "id": person,
        "email": email,
        "email_key": email,
        "name": f"Adviser {one}",
        "language": "nl",
        "state": "active",
        "created": moment(now),
    }


def _session(person: str, agency: str, token: str, now: dt.datetime) -> dict[str, Any]:
    from thuishaven.access import hashed

    return {
        "id": new_id(),
        "token_hash": hashed(token),
        "person": person,
        "organisation": agency,
        "label": "",
        "created": moment(now),
        "seen": moment(now),
        "expires": moment(now + dt.timedelta(hours=8)),
    }


def _project(
    rows: dict[sa.Table, list[Any]],
    agency: str,
    adviser: str,
    one: int,
    now: dt.datetime,
    draw: random.Random,
) -> None:
    """A project in some stage, with the tasks of that stage."""
    state = draw.choice(STAGES)
    changed = now - dt.timedelta(minutes=draw.randrange(60 * 24 * 700))
    words = f"{draw.choice(WORDS)} and {draw.choice(WORDS)}"
    project = new_id()
    rows[PROJECT].append(
        {
            "id": project,
            "organisation": agency,
            "title": f"{words.capitalize()} nearer to the client",
            "company": f"Firm {one} {draw.choice(('nv', 'bv', 'sa', 'srl'))}",
            "country": draw.choice(("BEL", "NLD")),
            "number": f"{one:010}",
            "nace": "22.26",
            "nace_revision": "2.1",
            "region": draw.choice(("BE21", "BE24", "NL41")),
            "state": state,
            "entered": moment(changed),
            "adviser": adviser,
            "confidentiality": 3,
            "purpose": "Advice",
            "outcome": "",
            "first_output": "",
            "case_uri": "",
            "created": moment(changed),
            "changed": moment(changed),
            "retain_until": moment(now + dt.timedelta(days=2000)),
        }
    )
    for term in terms():
        if (term.subject, term.state) == ("project", state):
            due = changed.date() + dt.timedelta(days=draw.randrange(900))
            rows[TASK].append(_task(agency, "project", project, term.rule, due, adviser))


def _signal(
    rows: dict[sa.Table, list[Any]], agency: str, one: int, now: dt.datetime, draw: random.Random
) -> None:
    signal, company = new_id(), f"{draw.choice(WORDS).capitalize()} {one} nv"
    waits = draw.randrange(WAITING + DONE) < WAITING
    received = now - dt.timedelta(minutes=draw.randrange(60 * 24 * 700))
    rows[SIGNAL].append(
        {
            "id": signal,
            "organisation": agency,
            "offered_to": "",
            "channel": draw.choice(CHANNELS),
            "state": "new" if waits else "closed",
            "company": company,
            "name_key": name_key(company),
            "country": "BEL",
            "number": "",
            "title": f"{company} may move its production",
            "text": "Seen in the papers, " * 20,
            "url": f"https://news.example/{one}",
            "language": "en",
            "matched": '["reshoring"]',
            "published_on": received.date().isoformat(),
            "received": moment(received),
            "assigned": "",
            "reason": "" if waits else "not_reshoring",
            "reply_to": "",
            "may_contact": False,
            "duplicate_of": "",
            "project": "",
            "origin_key": f"{one:064}",
        }
    )
    if waits and agency:
        rows[TASK].append(
            _task(agency, "signal", signal, "triage", received.date() + dt.timedelta(days=7), "")
        )


def _task(agency: str, kind: str, subject: str, rule: str, due: dt.date, assigned: str) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation": agency,
        "subject_kind": kind,
        "subject": subject,
        "rule": rule,
        "anchor": due.isoformat(),
        "due": due.isoformat(),
        "state": "open",
        "assigned": assigned,
        "words": "",
    }


@contextmanager
def served(engine: str, count: int) -> Iterator[tuple[httpx.Client, list[str]]]:
    """A server with such an office, and the sessions of its advisers."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = stack.enter_context(place(engine, folder))
        databank = stack.enter_context(Database(where))
        tokens = made_up(databank, count)
        chosen = ServerSettings(
            database_url=f"sqlite:///{folder / 'drafts.db'}", **UNCOUNTED, log_level="error"
        )
        app = create_app(chosen, rooms=Rooms.of(databank, House(databank).post, QUICK))
        yield stack.enter_context(answering(app, chosen)), tokens


def pages(client: httpx.Client, token: str) -> dict[str, tuple[str, ...]]:
    """What is asked for, by kind; further pages are those that the first ones lead to."""

    def further(path: str, times: int) -> str:
        for _ in range(times):
            page = client.get(path, cookies={"thuishaven-session": token}).text
            found = re.search(r'class="button quiet" href="([^"]*after=[^"]+)"', page)
            path = found[1].replace("&amp;", "&") if found else path
        return path

    base = "/nl/office"
    return {
        "work list": (base, f"{base}?shelf=mine", f"{base}?shelf=late", further(base, 4)),
        "inbox": (f"{base}/signals", f"{base}/signals?state=closed", further(f"{base}/signals", 2)),
        "projects": (
            f"{base}/projects",
            f"{base}/projects?state=follow_up",
            f"{base}/projects?q=pumps+nearer",
            f"{base}/projects?q=firm+{PROJECTS // 2}",
            further(f"{base}/projects", 4),
        ),
    }


def rows(count: int = PROJECTS, engines: tuple[str, ...] = ("sqlite", "postgresql")) -> list[Row]:
    """The lists of an office, on each engine."""
    found = []
    for engine in engines:
        with served(engine, count) as (client, tokens):
            for kind, paths in pages(client, tokens[0]).items():
                found.append(_asked(client, tokens, f"office, {count:,} projects, {engine}: {kind}", paths))
    return found


def _asked(client: httpx.Client, tokens: list[str], what: str, paths: tuple[str, ...]) -> Row:
    waits, own = [], []
    for one in range(ASKED):
        path, token = paths[one % len(paths)], tokens[one % len(tokens)]
        wall, work = time.perf_counter(), time.process_time()
        answer = client.get(path, cookies={"thuishaven-session": token})
        waits.append(time.perf_counter() - wall)
        own.append(time.process_time() - work)
        if answer.status_code != 200:
            raise SystemExit(f"{path}: {answer.status_code}")
    slowest = {path: float(np.percentile(waits[place :: len(paths)], 95)) for place, path in enumerate(paths)}
    worst = max(slowest, key=lambda path: slowest[path])
    also = {
        "half within": float(np.median(waits)),
        "cpu": float(np.median(own)),
        "slowest": f"{worst.removeprefix('/nl/office')[:24] or 'plain'} {slowest[worst]:.3f}",
    }
    return Row(f"{what}, p95", float(np.percentile(waits, 95)), TARGET, "s", also)


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word.isdecimal()]
    chosen = tuple(word for word in sys.argv[1:] if not word.isdecimal()) or ("sqlite", "postgresql")
    print(table(rows(int(given[0]) if given else PROJECTS, chosen)))
    print(
        f"{ADVISERS} advisers, {ASKED} questions of each kind; load of the machine {os.getloadavg()[0]:.1f}"
    )
