"""The measurements of the databank for the table of ``make bench``, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import Row

HERE = Path(__file__).parent
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
#: No cell may be solved: half a cell is the most that is none.
NONE = 0.5


def databanks(cases: int, rows: int, tables: int) -> list[Row]:
    """Search among so many cases, import of so many rows, attacks on so many protected tables; 0 for none.

    Parameters
    ----------
    cases, rows
        On both engines; the target of an import is that of 100,000 rows, in proportion.
    tables
        How many.
    """
    found = []
    if cases:
        found += [
            Row(
                f"{what} {one['cases']:,} cases, {ENGINES[one['engine']]}, p95", one[name], one["target"], "s"
            )
            for one in _measured("databank.py", cases)
            for what, name in (("search among", "p95"), ("years of", "years"))
        ]
    if rows:
        found += [
            Row(
                f"import of {one['rows']:,} rows, {ENGINES[one['engine']]}",
                one["seconds"],
                one["target"],
                "s",
                {"cpu": one["cpu"]},
            )
            for one in _measured("cases.py", rows)
        ]
    if tables:
        told = _measured("disclosure.py", tables)
        also = {name: told[name] for name in ("attacks", "hidden", "seconds")}
        found.append(Row(f"hidden cells solved, {told['tables']:,} tables", told["solved"], NONE, "", also))
    return found


def _measured(name: str, size: int) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        into = Path(folder) / "found.json"
        words = [sys.executable, str(HERE / name), str(size), "--json", str(into)]
        # A cell that is solved is told in the table; the run goes on.
        done = subprocess.run(words, check=False, capture_output=True, text=True)
        if not into.exists():
            raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
        return json.loads(into.read_text(encoding="utf-8"))
