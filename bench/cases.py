"""How long a hundred thousand rows take to come in, on both engines.

python bench/cases.py [ROWS] [ENGINE ...] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent.parent / "tests")]

from databases import place  # noqa: E402
from thuishaven.databank import Database  # noqa: E402
from thuishaven.databank.cases import Imports  # noqa: E402

#: Seconds in which a hundred thousand rows must be in.
TARGET = 120
FULL = 100_000
MOTIVES = ("LEADTIME", "QUALITY", "COST_TRANSPORT", "RISK_SUPPLY", "MADE_IN", "AUTOMATION")


def rows(count: int) -> str:
    """Made-up cases in our own form, with what a row of the seed list usually says."""
    head = (
        "case_ref,company,home_country,from_country,to_country,to_place,nuts2,nuts_version,product,nace,"
        "nace_rev,case_type,activity,form,announced_on,implementation_state,state_as_of,jobs_announced,"
        "motives,facts,source,source_url\n"
    )
    return head + "".join(
        f"B{one},Firm {one},NLD,CHN,NLD,Town {one % 500},NL4{one % 3},2021,"
        f"product {one % 900},C{10 + one % 24},2,"
        f"reshoring,production,supplier_to_own,{2000 + one % 25},implemented,{2003 + one % 22},{one % 400},"
        f"{MOTIVES[one % 6]};{MOTIVES[(one + 1) % 6]},Made up for a measurement.,Paper {one % 300},"
        f"https://paper{one % 300}.example/{one}\n"
        for one in range(count)
    )


def measure(engine: str, count: int) -> dict[str, Any]:
    text = rows(count)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        where = stack.enter_context(place(engine, folder))
        databank = stack.enter_context(Database(where))
        start, work = time.perf_counter(), time.process_time()
        done = Imports(databank.public).run(databank.public.local("bench"), text, "bench")
        took, own = time.perf_counter() - start, time.process_time() - work
        print(f"{engine:12} {done.made:9,} rows  {took:7.1f} s, of processor {own:.1f} s", flush=True)
        start = time.perf_counter()
        gone, _ = Imports(databank.public).undo(databank.public.local("bench"), done.id, "a measurement")
        print(f"{'':12} {gone:9,} undone {time.perf_counter() - start:5.1f} s", flush=True)
    # As many seconds as the target leaves for so many rows.
    return {"engine": engine, "rows": count, "seconds": took, "target": TARGET * count / FULL, "cpu": own}


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("rows", nargs="?", type=int, default=FULL)
    given.add_argument("engines", nargs="*", default=[])
    given.add_argument("--json", help="file for the figures")
    told = given.parse_args()
    found = [measure(one, told.rows) for one in told.engines or ("sqlite", "postgresql")]
    print(f"target: {FULL:,} rows in less than {TARGET} s")
    if told.json:
        Path(told.json).write_text(json.dumps(found), encoding="utf-8")
