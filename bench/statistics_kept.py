"""How long the statistics of published cases take, for the first visitor and after a publication.

    python bench/statistics_kept.py [CASES] [ENGINE ...]

Six cases are published and copied under other ids with other days, so that their records are as large as real
ones. Both ways are measured: with what is kept beside each version, and from the records.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa

sys.path[:0] = [str(Path(__file__).parent.parent / "tests")]

from databases import place  # noqa: E402
from statistics_told import filled  # noqa: E402
from thuishaven.databank import Database, statistics  # noqa: E402
from thuishaven.databank.cases.model import read_record  # noqa: E402
from thuishaven.databank.cases.tables import CASE, TOLD, VERSION  # noqa: E402
from thuishaven.databank.cases.told import told_row  # noqa: E402
from thuishaven.databank.cases.writing import insert_many  # noqa: E402

BATCH = 5_000
FULL = 10_000


def copies(databank: Database, count: int) -> Iterator[dict[sa.Table, dict[str, Any]]]:
    """Rows of so many more cases, each a copy of one that was published, in other months."""
    chance = random.Random(1)
    with databank.public.read() as connection:
        cases = [dict(row._mapping) for row in connection.execute(sa.select(CASE))]
        versions = {row.case: dict(row._mapping) for row in connection.execute(sa.select(VERSION))}
    for one in range(count):
        case = cases[one % len(cases)]
        text = zlib.decompress(versions[case["id"]]["record"]).decode()
        for month in ("2013-06", "2016-06", "2012-06"):
            text = text.replace(
                f'"{month}"', f'"{month[:4]}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"'
            )
        name = f"{one:032}"
        record = json.loads(text) | {"case": name}
        data = json.dumps(record, separators=(",", ":")).encode()
        yield {
            CASE: {**case, "id": name, "number": len(cases) + one + 1},
            VERSION: {**versions[case["id"]], "case": name, "record": zlib.compress(data)},
            TOLD: told_row(name, 1, read_record(record)),
        }


def fill(databank: Database, count: int) -> None:
    filled(databank.public)
    batch: dict[sa.Table, list[dict[str, Any]]] = {CASE: [], VERSION: [], TOLD: []}
    for place_, rows in enumerate(copies(databank, count - len(batch)), 1):
        for table, row in rows.items():
            batch[table].append(row)
        if place_ % BATCH == 0:
            _write(databank, batch)
    _write(databank, batch)


def _write(databank: Database, batch: dict[sa.Table, list[dict[str, Any]]]) -> None:
    with databank.public.bookkeep() as connection:
        for table, rows in batch.items():
            insert_many(connection, table, rows)
            rows.clear()


def measure(engine: str, count: int) -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = stack.enter_context(place(engine, folder))
        with Database(where) as databank:
            fill(databank, count)
        print(f"{engine}: {count:,} cases", flush=True)
        _asked(where, "first question, as kept")
        with Database(where) as databank, databank.public.bookkeep() as connection:
            connection.execute(sa.delete(TOLD))
        _asked(where, "first question, from the records")


def _asked(where: str, name: str) -> None:
    with Database(where) as databank:
        store = databank.public
        visitor = store.visitor()
        clock, work = time.perf_counter(), time.process_time()
        cases = statistics.gathered(store, visitor)
        read, own = time.perf_counter() - clock, time.process_time() - work
        clock, work = time.perf_counter(), time.process_time()
        statistics.worked_out(cases, statistics.moment_of(store, visitor))
        made, own_made = time.perf_counter() - clock, time.process_time() - work
        print(f"  {name:34} read {read:7.2f} s (processor {own:6.2f})", flush=True)
        print(f"  {'':34} worked out {made:7.2f} s (processor {own_made:6.2f})", flush=True)


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("cases", nargs="?", type=int, default=FULL)
    given.add_argument("engines", nargs="*", default=[])
    told = given.parse_args()
    for one in told.engines or ("sqlite", "postgresql"):
        measure(one, told.cases)
