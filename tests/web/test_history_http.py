"""The history check: clients save, share, revoke and decide while the server is killed and lines are cut.

Every answer that a client got is noted. Afterwards what the databank holds is laid beside these notes: what
was confirmed is there once, no link works after its end was confirmed, and there is one decision per project.
(A process is killed, and all it started; a power cut is not tried.)
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from calling import UNCOUNTED

from databases import place
from thuishaven.access import Actor
from thuishaven.access.tables import SHARE
from thuishaven.databank import Content, Database
from thuishaven.databank.office import Begun, Projects
from thuishaven.databank.office.tables import DECISION
from visitors import House

CLIENTS, ROUNDS, KILLS = 4, 8, 4
#: In these rounds all clients record a decision for the same project.
DECIDING = (1, 3, 5)
START = "a: 1\n"
#: Seconds after which a client gives up on a server that does not come back.
PATIENCE = 180
SCOPES = ("read:dossier", "list:dossier", "update:dossier", "share:dossier", "list:grant", "delete:grant")


@dataclass
class Notes:
    """What the clients were told."""

    #: Marks that were sent at all, and the version in which each was confirmed.
    sent: set[str] = field(default_factory=set)
    saved: dict[str, int] = field(default_factory=dict)
    #: Reasons of shares that were confirmed; a link by its share, with when its end was confirmed.
    shared: set[str] = field(default_factory=set)
    revoked: dict[str, int] = field(default_factory=dict)
    #: A use of a link: which, when it began, and whether it opened anything.
    used: list[tuple[str, int, bool]] = field(default_factory=list)
    #: Project and words of each decision that was confirmed.
    decided: list[tuple[str, str]] = field(default_factory=list)
    #: Projects that a decision was asked of.
    asked: set[str] = field(default_factory=set)
    #: Answers that a server should not give.
    odd: list[str] = field(default_factory=list)


@dataclass
class Kept:
    """What the databank holds."""

    #: The text of each version, the oldest first.
    texts: list[str]
    #: The version that each event of writing speaks of.
    written: list[int]
    #: The reason of each share; the share of each event of sharing and of revoking; those that have ended.
    reasons: list[str]
    begun: list[str]
    ended: list[str]
    closed: set[str]
    #: Project and words of each decision, and the project of each event of deciding.
    decisions: list[tuple[str, str]]
    deciding: list[str]


def introduced(texts: list[str]) -> list[list[str]]:
    """The lines that each version adds to the one before; a line that went is told with a minus."""
    found = []
    for old, new in itertools.pairwise(texts):
        before, after = Counter(old.splitlines()), Counter(new.splitlines())
        found.append([*(after - before).elements(), *(f"-{line}" for line in (before - after).elements())])
    return found


def twice(found: list[Any]) -> list[Any]:
    return sorted(one for one, count in Counter(found).items() if count > 1)


def wrongs(notes: Notes, kept: Kept) -> dict[str, list[Any]]:
    """Where what is kept is not what was confirmed; an empty mapping when all is well."""
    steps = {number + 2: lines for number, lines in enumerate(introduced(kept.texts))}
    marks = [line.removeprefix("# ") for lines in steps.values() for line in lines]
    versions, decided = set(range(1, len(kept.texts) + 1)), [project for project, _words in kept.decisions]
    found: dict[str, list[Any]] = {
        "lost save": sorted(
            mark for mark, version in notes.saved.items() if f"# {mark}" not in steps.get(version, ())
        ),
        "doubled save": twice(marks),
        "unasked save": sorted(set(marks) - notes.sent),
        "version of more": [number for number, lines in steps.items() if len(lines) != 1],
        "events of versions": sorted({*twice(kept.written), *(versions ^ set(kept.written))}),
        "lost share": sorted(notes.shared - set(kept.reasons)),
        "doubled share": twice(kept.reasons) + twice(kept.begun),
        "lost revoke": sorted(set(notes.revoked) - kept.closed),
        "doubled revoke": twice(kept.ended),
        "stale link": [
            link for link, at, opened in notes.used if opened and at > notes.revoked.get(link, at)
        ],
        "lost decision": sorted({*notes.decided} - {*kept.decisions}) + sorted(notes.asked - {*decided}),
        "doubled decision": twice(decided) + twice(kept.deciding) + twice([one[0] for one in notes.decided]),
        "odd": notes.odd,
    }
    return {name: lines for name, lines in found.items() if lines}


class Server:
    """``thuishaven serve`` on a port that stays the same, however often it is killed."""

    def __init__(self, folder: Path, where: str) -> None:
        # Held, and not listened to: while the server is away nobody else comes to have its port.
        self.held = socket.socket()
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.held.bind(("127.0.0.1", 0))
        self.port = self.held.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        settings = {**UNCOUNTED, "data": folder, "databank": where, "work_at_once": 1, "log_level": "error"}
        if "://" in where:
            settings["database_url"] = where
        self.environment = {
            **os.environ,
            **{f"THUISHAVEN_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "thuishaven", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            # A group of its own: what the server started goes with it, as when a service is killed.
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        assert self.process.poll() is None, self.log.read_text()
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Town:
    """What all clients share: the notes, the links, the order in which things happened, and a count."""

    def __init__(self, address: str, dossier: str, projects: list[str]) -> None:
        self.address, self.dossier, self.projects = address, dossier, projects
        self.notes = Notes(asked=set(projects))
        self.moments = itertools.count(1)
        self.links: list[tuple[str, str]] = []
        self.answers = 0
        self.cut = 0
        self.heard = threading.Condition()
        self.together = threading.Barrier(CLIENTS)

    def hear(self, *, cut: bool = False) -> None:
        with self.heard:
            self.answers += not cut
            self.cut += cut
            self.heard.notify_all()


class Client(threading.Thread):
    """A person with an API key and a session, who works and tries again when there is no answer."""

    def __init__(self, town: Town, name: str, key: str, session: str, seed: int) -> None:
        super().__init__(name=name, daemon=True)
        self.town, self.notes = town, town.notes
        self.chance = random.Random(seed)
        self.day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=seed + 1)
        self.key, self.session = (
            {"Authorization": f"Bearer {key}"},
            {"Cookie": f"thuishaven-session={session}"},
        )
        self.broken: BaseException | None = None
        #: When the last question was put.
        self.began = 0

    def run(self) -> None:
        try:
            with httpx.Client(base_url=self.town.address, trust_env=False) as self.http:
                for number in range(ROUNDS):
                    self.save(f"{self.name}-{number}")
                    if number in DECIDING:
                        self.decide(self.town.projects[DECIDING.index(number)])
                    self.share(f"{self.name}-{number}")
                    if self.town.links:
                        self.use(*self.chance.choice(self.town.links))
        except BaseException as error:
            self.broken = error
            self.town.together.abort()
        finally:
            self.town.hear()

    def ask(self, method: str, path: str, headers: dict[str, str], **more: Any) -> httpx.Response:
        """Ask until there is an answer. The first time this client may hang up before it has come."""
        end = time.monotonic() + PATIENCE
        seconds = self.chance.uniform(0.001, 0.04) if self.chance.random() < 0.25 else 60.0
        while time.monotonic() < end:
            self.began = next(self.town.moments)
            try:
                answer = self.http.request(method, path, headers=headers, timeout=seconds, **more)
            except httpx.TransportError as error:
                if isinstance(error, httpx.ConnectError):
                    time.sleep(0.1)
                else:
                    self.town.hear(cut=True)
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                    self.town.hear()
                    return answer
                time.sleep(0.02)
            seconds = 60.0
        raise TimeoutError(path)

    def api(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        headers = {**self.key, **more.pop("headers", {})}
        return self.ask(method, f"/api/v1/dossiers/{self.town.dossier}{path}", headers, **more)

    def odd(self, what: str, answer: httpx.Response) -> None:
        self.notes.odd.append(f"{what}: {answer.status_code} {answer.text[:500]}")

    def save(self, mark: str) -> None:
        """Add a line to the dossier as it is; when somebody was first, to what that one made of it."""
        self.notes.sent.add(mark)
        for _attempt in range(64):
            found = self.api("GET").json()
            headers = {"If-Match": f'"{found["version"]}"', "Idempotency-Key": mark}
            answer = self.api("PUT", headers=headers, json={"text": f"{found['text']}# {mark}\n"})
            if answer.status_code == httpx.codes.OK:
                self.notes.saved[mark] = answer.json()["version"]
                return
            if answer.status_code != httpx.codes.PRECONDITION_FAILED:
                break
        self.odd(f"save {mark}", answer)

    def share(self, reason: str) -> None:
        """Share by a link, use it, end it, and try it again."""
        answer = self.api(
            "POST", "/shares", headers={"Idempotency-Key": reason}, json={"scope": "read", "reason": reason}
        )
        if answer.status_code == httpx.codes.CREATED:
            share, token = answer.json()["id"], answer.json()["token"]
            self.town.links.append((share, token))
            self.use(share, token)
        elif answer.json().get("detail", "").count("repeated"):
            # It was done, and the answer with the link was lost: it is looked up, to be ended.
            lines = self.api("GET", "/shares").json()["shares"]
            share, token = next(line["id"] for line in lines if line["reason"] == reason), ""
        else:
            self.odd(f"share {reason}", answer)
            return
        self.notes.shared.add(reason)
        answer = self.api("DELETE", f"/shares/{share}")
        if answer.status_code != httpx.codes.NO_CONTENT:
            self.odd(f"revoke {reason}", answer)
            return
        self.notes.revoked[share] = next(self.town.moments)
        if token:
            self.use(share, token)

    def use(self, share: str, token: str) -> None:
        """Come with a link, at the door of programs or at that of people."""
        if self.chance.random() < 0.75:
            path = f"/api/v1/dossiers/{self.town.dossier}"
            answer = self.ask("GET", path, {"Cookie": f"thuishaven-shares={token}"})
        else:
            answer = self.ask("GET", f"/en/shared/{token}", {})
        opened = answer.status_code == httpx.codes.OK
        if not opened and answer.status_code not in (httpx.codes.UNAUTHORIZED, httpx.codes.GONE):
            self.odd(f"use {share}", answer)
        self.notes.used.append((share, self.began, opened))

    def decide(self, project: str) -> None:
        """Record a decision at the same moment as the others, of another day than theirs."""
        words = f"{self.name} recorded {project}"
        fields = {"outcome": "go", "decided_on": self.day.isoformat(), "family": "own_home", "words": words}
        self.town.together.wait(PATIENCE)
        answer = self.ask("POST", f"/en/office/projects/{project}/decide", self.session, data=fields)
        if answer.status_code == httpx.codes.SEE_OTHER:
            self.notes.decided.append((project, words))
        elif answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
            self.odd(f"decide {project}", answer)


def project_of(house: House, actor: Actor, dossier: str, title: str) -> str:
    """A project that waits for a decision."""
    projects = Projects(house.store)
    begun = Begun(title, "Voorbeeld Plastics NV", "BEL", "0417497106")
    project = projects.open(actor, begun, contact_agreed=True)
    projects.describe(actor, project, purpose="Advice that was asked for")
    projects.advance(actor, project, "accept")
    for what in ("scan", "calculation", "alternative"):
        projects.attach(actor, project, dossier, 1, what, {})
    projects.advance(actor, project, "submit_for_decision")
    return project


def kept_in(databank: Database, dossier: str, actor: Actor) -> Kept:
    """What the databank holds of the dossier, its shares and the projects."""
    house = House(databank)
    lines = house.dossiers.versions(actor, dossier)
    events = databank.confidential.events()
    mine = [(one["action"], json.loads(one["details"])) for one in events if one["object"] == dossier]
    with databank.as_owner() as owner, owner.confidential.read() as connection:
        shares = connection.execute(sa.select(SHARE).where(SHARE.c.object == dossier)).all()
        decisions = connection.execute(sa.select(DECISION)).all()
    return Kept(
        texts=[
            house.dossiers.get(actor, dossier, number).content.text
            for number in sorted(line.version for line in lines)
        ],
        written=[told["version"] for action, told in mine if action in ("create", "save")],
        reasons=[row.reason for row in shares],
        begun=[told["share"] for action, told in mine if action == "share"],
        ended=[told["share"] for action, told in mine if action == "revoke"],
        closed={row.id for row in shares if row.revoked},
        decisions=[(row.project, row.reason) for row in decisions],
        deciding=[one["object"] for one in events if one["action"].startswith("decide")],
    )


@pytest.mark.slow
def test_what_was_confirmed_is_there_once_and_what_was_ended_stays_ended(engine: str, tmp_path: Path) -> None:
    with place(engine, tmp_path) as where:
        with Database(where) as databank:
            house = House(databank)
            agency = house.organisation("Agency")
            people = [house.member(f"client{one}", agency, "adviser") for one in range(CLIENTS)]
            first = people[0][1]
            dossier = house.dossiers.create(first, "Pots", Content(START))
            projects = [project_of(house, first, dossier, f"Project {one}") for one in range(len(DECIDING))]
            keys = [house.keys.create(actor, "client", list(SCOPES))[0] for _token, actor in people]
        server = Server(tmp_path, where)
        town = Town(server.address, dossier, projects)
        clients = [
            Client(town, f"client{seed}", key, session, seed)
            for seed, (key, (session, _actor)) in enumerate(zip(keys, people, strict=True))
        ]
        try:
            for one in clients:
                one.start()
            kills = killed_at_times(server, town, clients)
            for one in clients:
                one.join()
                assert one.broken is None, (one.broken, server.log.read_text())
            with httpx.Client(base_url=server.address, trust_env=False) as clients[0].http:
                for share, token in town.links:
                    clients[0].use(share, token)
        finally:
            server.kill()
            server.held.close()
        with Database(where) as databank:
            kept = kept_in(databank, dossier, first)
            audits = databank.audit()
    told = {
        "kills": kills,
        "answers": town.answers,
        "cut": town.cut,
        "saves": len(town.notes.saved),
        "revokes": len(town.notes.revoked),
        "uses": len(town.notes.used),
        "opened": sum(opened for _link, _at, opened in town.notes.used),
        "decisions": len(kept.decisions),
    }
    print(engine, told)
    assert {} == wrongs(town.notes, kept)
    assert [True, True] == [audit.sound for audit in audits]
    total = CLIENTS * ROUNDS
    assert (KILLS, total, total) == (kills, told["saves"], told["revokes"])
    assert total + 1 == len(kept.texts)
    assert 0 < told["opened"] < told["uses"]
    assert 0 < town.cut


def killed_at_times(server: Server, town: Town, clients: list[Client]) -> int:
    """Kill the server after so many answers as are drawn, and start it again; how often that was done."""
    chance = random.Random(KILLS)
    for kills in range(KILLS):
        with town.heard:
            enough = town.answers + chance.randint(16, 32)
            while town.answers < enough:
                if not any(one.is_alive() for one in clients) or any(one.broken for one in clients):
                    return kills
                town.heard.wait(1)
        time.sleep(chance.uniform(0.0, 0.02))
        server.kill()
        server.start()
    return KILLS


def sound() -> tuple[Notes, Kept]:
    """Two saves, a link that was used and ended, a decision: all is well."""
    notes = Notes(
        sent={"a", "b"},
        saved={"a": 2, "b": 3},
        shared={"r"},
        revoked={"s": 5},
        used=[("s", 4, True), ("s", 6, False)],
        decided=[("p", "go")],
        asked={"p"},
    )
    kept = Kept(
        texts=[START, f"{START}# a\n", f"{START}# a\n# b\n"],
        written=[1, 2, 3],
        reasons=["r"],
        begun=["s"],
        ended=["s"],
        closed={"s"},
        decisions=[("p", "go")],
        deciding=["p"],
    )
    return notes, kept


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, set()),
        ({"saved": {"a": 2, "b": 3, "c": 4}, "sent": {"a", "b", "c"}}, {"lost save"}),
        ({"saved": {"a": 3}}, {"lost save"}),
        # Somebody saved over somebody else.
        ({"texts": [START, f"{START}# a\n", f"{START}# b\n"]}, {"unasked save", "version of more"}),
        ({"texts": [START, f"{START}# a\n", f"{START}# a\n# a\n"]}, {"lost save", "doubled save"}),
        ({"sent": {"a"}}, {"unasked save"}),
        ({"written": [1, 2, 3, 3]}, {"events of versions"}),
        ({"written": [1, 3]}, {"events of versions"}),
        ({"written": [1, 2, 3, 4]}, {"events of versions"}),
        ({"reasons": []}, {"lost share"}),
        ({"reasons": ["r", "r"]}, {"doubled share"}),
        ({"begun": ["s", "s"]}, {"doubled share"}),
        ({"closed": set()}, {"lost revoke"}),
        ({"ended": ["s", "s"]}, {"doubled revoke"}),
        ({"used": [("s", 6, True)]}, {"stale link"}),
        # Begun before the end was confirmed, answered after it.
        ({"used": [("s", 4, True)]}, set()),
        ({"decisions": []}, {"lost decision"}),
        ({"decisions": [("p", "other")]}, {"lost decision"}),
        ({"decisions": [("p", "go"), ("p", "other")]}, {"doubled decision"}),
        ({"deciding": ["p", "p"]}, {"doubled decision"}),
        ({"decided": [("p", "go"), ("p", "go")]}, {"doubled decision"}),
        ({"odd": ["500"]}, {"odd"}),
    ],
)
def test_the_check_finds_what_is_lost_doubled_and_stale(changed: dict[str, Any], expected: set[str]) -> None:
    notes, kept = sound()
    ours = {name: value for name, value in changed.items() if name in Notes.__dataclass_fields__}
    theirs = {name: value for name, value in changed.items() if name not in ours}
    assert expected == set(wrongs(dataclasses.replace(notes, **ours), dataclasses.replace(kept, **theirs)))
