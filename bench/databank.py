"""How long a search among a million cases takes.

    python bench/databank.py [CASES] [ENGINE ...] [--json FILE]

Makes a databank of made-up cases that is thrown away, and asks as DESIGN says: half the questions unfiltered,
30 % with one facet, 20 % with text and two facets. Words and values are asked as often as they occur, so that
frequent ones, which find much, are asked most. Counts are exact; some are compared with a plain look at all.
The years in which what happened are asked of the same cases.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

sys.path[:0] = [str(Path(__file__).parent.parent / "tests")]

from databases import place  # noqa: E402
from thuishaven.databank import Database  # noqa: E402
from thuishaven.databank.cases import SORTS, Cases, motives, years  # noqa: E402
from thuishaven.databank.cases.published import MANY  # noqa: E402
from thuishaven.databank.cases.search import keep  # noqa: E402
from thuishaven.databank.cases.tables import CASE, LISTING, ORGANISATION  # noqa: E402
from thuishaven.databank.cases.writing import insert_many  # noqa: E402

#: Seconds that 19 of 20 questions may take.
TARGET = 0.1
QUESTIONS = 2000
BATCH = 20_000
MOMENT = "2026-11-22T09:00:00.000000Z"
VALUES = {
    "state": ["announced", "implemented", "partially", "in_progress", "reversed", "cancelled", "unknown"],
    "case_type": [
        "reshoring",
        "nearshoring",
        "import_substitution",
        "sourcing_shift",
        "retention",
        "unclear",
    ],
    "sector": [str(10 + one) for one in range(24)],
    "from": ["CHN", "VNM", "IND", "TUR", "POL", "ROU", "CZE", "DEU", "USA", "MAR", "TUN", "BGR", "unknown"],
    "to": ["FRA", "ITA", "DEU", "GBR", "NLD", "BEL", "ESP", "SWE", "AUT", "DNK", "FIN", "IRL"],
    "region": [f"R{one:03}" for one in range(300)],
    "form": ["unknown", "supplier_to_own", "own_to_own", "supplier_to_supplier", "own_to_supplier"],
    "motive": list(motives()),
    "year": [str(2000 + one) for one in range(26)],
    "support": ["unknown", "yes"],
}
WORDS, PER_CASE = 200_000, 24


def made_up(count: int) -> Iterator[dict[str, Any]]:
    """Lines of the listing; few values and words are frequent, many are rare."""
    draw = np.random.default_rng(1)
    share = {name: 1 / np.arange(1, len(many) + 1) for name, many in VALUES.items()}
    words = np.minimum(draw.zipf(1.15, size=(count, PER_CASE)), WORDS)
    picks = {
        name: draw.choice(
            len(many), size=(count, 3 if name == "motive" else 1), p=share[name] / share[name].sum()
        )
        for name, many in VALUES.items()
    }
    days = draw.integers(1, 28, size=count)
    jobs = draw.integers(0, 900, size=count)
    for one in range(count):
        facets = {
            name: list(dict.fromkeys(VALUES[name][pick] for pick in picks[name][one])) for name in VALUES
        }
        text = " ".join(f"w{word:x}" for word in words[one])
        day = f"{facets['year'][0]}-06-{days[one]:02}"
        card = {
            "name": f"w{words[one][0]:x} {one}",
            "product": text[:40],
            "state": facets["state"][0],
            "as_of": day,
            "announced": day,
            "jobs": {"announced": {"value": str(jobs[one]), "as_of": day, "differ": 0}},
        }
        yield {
            "number": one + 1,
            "case": f"{one:032}",
            "shown": True,
            "version": 1,
            "seq": 1 + one // 1000,
            "facets": json.dumps(facets, separators=(",", ":")),
            "words": f"{card['name']} {text}",
            "card": json.dumps(card, separators=(",", ":")),
            "happened": _happened(facets, days[one]),
        }


def _happened(facets: dict[str, list[str]], later: int) -> str:
    """Announced in its year, and in another state some years later."""
    year, state = int(facets["year"][0]), facets["state"][0]
    parts = {f"announced:{year}"} | ({f"{state}:{year + later % 9}"} if state != "unknown" else set())
    return " ".join(sorted(parts))


def fill(databank: Database, count: int) -> None:
    owner = {"id": "0" * 32, "name": "Made up", "name_key": "made up", "created": MOMENT}
    store = databank.public
    with store.bookkeep() as connection:
        connection.execute(sa.insert(ORGANISATION).values(owner))
    batch: list[dict[str, Any]] = []
    for row in made_up(count):
        batch.append(row)
        if len(batch) == BATCH or row["number"] == count:
            with store.bookkeep() as connection:
                insert_many(connection, CASE, [_case(one) for one in batch])
                insert_many(connection, LISTING, batch)
            batch = []


def _case(row: dict[str, Any]) -> dict[str, Any]:
    plain = {"id": row["case"], "number": row["number"], "organisation": "0" * 32, "label": "Made up"}
    moments = dict.fromkeys(("state_since", "created", "changed"), MOMENT)
    states = {"state": "published", "cycle": 1, "version": 1, "batch": "", "author": "bench", "reason": ""}
    return {**plain, **states, **moments}


def questions(
    lines: list[dict[str, Any]], count: int
) -> Iterator[tuple[str, str, dict[str, list[str]], str, int]]:
    """Kind, text, facets, order and page of each question."""
    chance = random.Random(2)

    def value(name: str) -> list[str]:
        return [chance.choice(json.loads(chance.choice(lines)["facets"])[name])]

    for _ in range(count):
        kind = chance.choices(("all", "one facet", "text and two"), (50, 30, 20))[0]
        sort, page = chance.choice(SORTS), chance.choice((1, 1, 1, 2, 5))
        names = chance.sample(list(VALUES), {"all": 0, "one facet": 1, "text and two": 2}[kind])
        text = chance.choice(chance.choice(lines)["words"].split()) if kind == "text and two" else ""
        yield kind, text, {name: value(name) for name in names}, sort, page


def plainly(lines: list[dict[str, Any]], text: str, facets: dict[str, list[str]]) -> int:
    """How many lines match, by looking at all of them."""
    return sum(
        (not text or text in line["words"].split())
        and all(set(many) & set(json.loads(line["facets"])[name]) for name, many in facets.items())
        for line in lines
    )


def measure(engine: str, count: int, lines: list[dict[str, Any]]) -> dict[str, Any]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = stack.enter_context(place(engine, folder))
        databank = stack.enter_context(Database(where))
        clock = time.perf_counter()
        fill(databank, count)
        print(f"{engine}: {count:,} cases, filled in {time.perf_counter() - clock:.0f} s", flush=True)
        clock = time.perf_counter()
        keep(databank.public)
        print(f"  picture made and kept in {time.perf_counter() - clock:.0f} s", flush=True)
        databank.close()
        databank = stack.enter_context(Database(where))
        cases, visitor = Cases(databank.public), databank.public.visitor()
        clock = time.perf_counter()
        cases.search(visitor)
        print(f"  first question of a process: {time.perf_counter() - clock:.2f} s", flush=True)
        took: dict[str, list[float]] = {}
        for place_, (kind, text, facets, sort, page) in enumerate(questions(lines, QUESTIONS)):
            clock, work = time.perf_counter(), time.process_time()
            found = cases.search(visitor, text, facets, sort=sort, page=page)
            took.setdefault(kind, []).append(time.perf_counter() - clock)
            took.setdefault(f"{kind}, processor", []).append(time.process_time() - work)
            clock = time.perf_counter()
            told = years(databank.public, visitor, text, facets)
            took.setdefault("years", []).append(time.perf_counter() - clock)
            if count == len(lines) and place_ % 200 == 0:
                assert plainly(lines, text, facets) == found.total, (text, facets)
                # Every case was announced once.
                assert sum(told.get("announced", {}).values()) >= found.total, (text, facets)
        for kind in ("all", "one facet", "text and two"):
            for name in (kind, f"{kind}, processor"):
                _say(name, took[name])
        _say("years", by_year := took.pop("years"))
        everything = [one for kind, many in took.items() if "processor" not in kind for one in many]
        _say("together", everything)
        _say(
            "together, processor", [one for kind, many in took.items() if "processor" in kind for one in many]
        )
        late = float(np.quantile(everything, 0.95))
        verdict = "met" if late < TARGET else "not met"
        print(f"  target: p95 under {TARGET * 1000:.0f} ms: {verdict}", flush=True)
    counted = float(np.quantile(by_year, 0.95))
    return {"engine": engine, "cases": count, "p95": late, "years": counted, "target": TARGET}


def _say(name: str, seconds: list[float]) -> None:
    middle, late, last = (1000 * np.quantile(seconds, at) for at in (0.5, 0.95, 1.0))
    print(
        f"  {name:24} n {len(seconds):5}  p50 {middle:7.1f}  p95 {late:7.1f}  most {last:7.1f} ms", flush=True
    )


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("cases", nargs="?", type=int, default=1_000_000)
    given.add_argument("engines", nargs="*", default=[])
    given.add_argument("--json", help="file for the figures")
    told = given.parse_args()
    assert {"motive"} <= MANY
    sample = list(made_up(min(told.cases, 20_000)))
    rows = [measure(one, told.cases, sample) for one in told.engines or ("sqlite", "postgresql")]
    if told.json:
        Path(told.json).write_text(json.dumps(rows), encoding="utf-8")
