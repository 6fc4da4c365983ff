"""The files of a release that its hash covers: canonical CSV and JSON, and the manifest."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from thuishaven.access import moment
from thuishaven.databank.releases.schema import Column, sheets

#: Where the files of the data stand, and the list of their hashes.
CSV, JSONL, MANIFEST = "csv", "jsonl", "manifest.txt"
_PIECE = 2**20


def canonical_value(column: Column, value: Any) -> Any:
    """A value as it is written everywhere: ``None`` for nothing, moments in UTC, JSON with sorted keys.

    >>> from thuishaven.databank.releases.schema import sheets
    >>> canonical_value(sheets()["moves"].columns[14], 0.7000000000000001)
    0.7
    """
    if value is None or value == "":
        return None
    match column.type:
        case "integer":
            return int(value)
        case "boolean":
            return bool(value)
        case "number":
            # Twelve figures: beyond them engines and sums differ.
            rounded = float(f"{float(value):.12g}")
            return int(rounded) if rounded.is_integer() else rounded
        case "datetime":
            return moment(value) if isinstance(value, dt.datetime) else str(value)
        case _:
            return str(value)


def csv_text(value: Any) -> str:
    """A canonical value in a cell of CSV; nothing is an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def write_data(rows: Iterable[tuple[str, Mapping[str, Any]]], folder: Path) -> dict[str, int]:
    """Write the rows as CSV and as JSON lines; returns the number of rows of each table.

    CSV: UTF-8, LF, a header, quotes where RFC 4180 asks for them, empty cells for nothing, rows in
    the order of their sheet.

    Raises
    ------
    ValueError
        When the rows of a table are not in order, or a column is missing.
    """
    made = dict.fromkeys(sheets(), 0)
    last: dict[str, tuple[Any, ...]] = {}
    for name in (CSV, JSONL):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with ExitStack() as open_files:
        tables, lines = {}, {}
        for name, sheet in sheets().items():
            text = open_files.enter_context(
                (folder / CSV / f"{name}.csv").open("w", encoding="utf-8", newline="")
            )
            tables[name] = csv.writer(text, lineterminator="\n")
            tables[name].writerow(sheet.names)
            lines[name] = open_files.enter_context(
                (folder / JSONL / f"{name}.jsonl").open("w", encoding="utf-8", newline="")
            )
        for name, row in rows:
            sheet = sheets()[name]
            plain = {column.name: canonical_value(column, row[column.name]) for column in sheet.columns}
            key = tuple(plain[part] for part in sheet.order)
            if name in last and key <= last[name]:
                raise ValueError(f"{name}: {key} does not come after {last[name]}")
            last[name] = key
            tables[name].writerow([csv_text(value) for value in plain.values()])
            lines[name].write(json.dumps(plain, ensure_ascii=False, separators=(",", ":")) + "\n")
            made[name] += 1
    return made


def read_rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """The rows of one table of a release."""
    with (folder / JSONL / f"{name}.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def manifest(folder: Path) -> str:
    """The hashes of the data: sorted lines ``sha256  path``; what is derived from the data is not in it."""
    paths = sorted(path for name in (CSV, JSONL) for path in (folder / name).iterdir())
    return "".join(f"{sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in paths)


def snapshot_hash(text: str) -> str:
    """The hash of a release: that of its manifest."""
    return hashlib.sha256(text.encode()).hexdigest()
