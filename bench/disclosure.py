"""Hide what is unsafe in 1,000 random tables and attack what is left: no cell may be solved.

    python bench/disclosure.py [TABLES] [--json FILE]

Half are counts, half amounts; a third are made step by step, as large tables are. Each table is attacked by
an outsider and by every group that is alone in a hidden cell. Prints how much had to be hidden, and the time.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np

from thuishaven.databank.disclosure import COUNT, SMALL, SUM, Demand, Record, Table, audit, protect, tabulate

TABLES = 1000


def random_table(seed: int) -> Table:
    """A table of 2 to 6 by 2 to 6 of groups that each come back in several cells, many of them small."""
    random = np.random.default_rng(seed)
    rows, columns = random.integers(2, 7, size=2)
    records = [
        Record(f"g{random.integers(0, 80)}", {"row": f"r{r}", "column": f"c{c}"}, float(random.pareto(1.5)))
        for r in range(rows)
        for c in range(columns)
        for _ in range(random.negative_binomial(1, 0.1) + (r == c == 0))
    ]
    return tabulate(records, ("row", "column"), COUNT if seed % 2 else SUM)


def attacks(table: Table, hidden: np.ndarray, unsafe: set[tuple[str, ...]]) -> list[Demand]:
    """Every hidden cell by an outsider; every unsafe one by whoever is alone in another."""
    cells = [int(i) for i in np.flatnonzero(hidden)]
    alone = sorted({next(iter(table.parts[i])) for i in cells if len(table.parts[i]) == 1})
    inside = [
        Demand(table.place[key], group, 0, 0)
        for group in alone
        for key in sorted(unsafe)
        if set(table.parts[table.place[key]]) != {group}
    ]
    return [*(Demand(i, "", 0, 0) for i in cells), *inside]


def main(tables: int, into: str = "") -> int:
    """Run; the exit status is 1 when a cell was solved."""
    solved = hidden_cells = unsafe_cells = tried = cheapest = 0
    started = time.perf_counter()
    for seed in range(tables):
        table = random_table(seed)
        found = protect(table, small=0 if seed % 3 == 0 else SMALL)
        hidden = np.array([value is None for value in found.values.values()])
        unsafe = {key for key, why in found.check.reasons.items() if why != ("complementary",)}
        asked = attacks(table, hidden, unsafe)
        solved += sum(one.solved for one in audit(table, hidden, asked))
        tried += len(asked)
        hidden_cells += int(hidden.sum())
        unsafe_cells += len(unsafe)
        cheapest += found.check.cheapest
    took = time.perf_counter() - started
    print(f"{tables} tables: {unsafe_cells} unsafe cells, {hidden_cells} hidden; {cheapest} known cheapest")
    print(f"{tried} attacks, {solved} cells solved; {took:.0f} s")
    if into:
        found = {
            "tables": tables,
            "attacks": tried,
            "solved": solved,
            "hidden": hidden_cells,
            "seconds": took,
        }
        Path(into).write_text(json.dumps(found), encoding="utf-8")
    return int(solved > 0)


if __name__ == "__main__":
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    given.add_argument("tables", nargs="?", type=int, default=TABLES)
    given.add_argument("--json", default="", help="file for the figures")
    told = given.parse_args()
    sys.exit(main(told.tables, told.json))
