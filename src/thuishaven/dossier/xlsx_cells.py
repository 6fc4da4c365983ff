"""The cells of an XLSX file that may be hostile: read elsewhere, within limits, never calculated."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from thuishaven.dossier.problems import DossierError, Problem

MOST_BYTES = 10_000_000
MOST_UNPACKED = 60_000_000
MEGABYTES = 768
SECONDS = 20
_CHILD = Path(__file__).with_name("xlsx_child.py")
_MAGIC = b"PK\x03\x04"
_DATE = "date"


@dataclass(frozen=True)
class Cells:
    """One sheet: rows of cells (number, text, truth value, date or nothing), merged ranges and cells with a
    formula.

    Merged ranges are ((row, column), (row, column)), counted from 0; formula cells are names such as ``C7``.
    """

    name: str
    rows: list[list[Any]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    formulas: frozenset[str] = field(default_factory=frozenset)


def refused(code: str, path: Path, **params: str) -> DossierError:
    """The error for a file that is not read at all."""
    return DossierError([Problem(code, params=params)], str(path))


def read_cells(path: Path, seconds: float = SECONDS) -> list[Cells]:
    """The sheets of an XLSX file, in their order.

    The file is unpacked and read in a process of its own with a limit on memory and time, because the sizes
    it declares may
    lie. Formulas are not calculated: a cell holds what the spreadsheet program stored.

    Raises
    ------
    DossierError
        If there is no such file, or it is not XLSX, too large, or takes too long.
    """
    if not path.is_file():
        raise refused("no_file", path, value=str(path))
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise refused("too_large", path, value=f"{size / 1e6:.1f} MB", expected=f"{MOST_BYTES / 1e6:.0f} MB")
    with path.open("rb") as stream:
        if stream.read(4) != _MAGIC:
            raise refused("not_xlsx", path)
    answer = _child(path, seconds)
    if "code" in answer:
        raise refused(answer["code"], path, **answer["params"])
    return [_cells(sheet) for sheet in answer["sheets"]]


def _child(path: Path, seconds: float) -> dict[str, Any]:
    """Ask the reading process; whatever it dies of has a code."""
    found = find_spec("python_calamine")
    packages = str(Path(found.origin).parent.parent) if found and found.origin else ""
    limits = [str(MEGABYTES), str(int(seconds) + 1), str(MOST_UNPACKED)]
    command = [sys.executable, "-I", "-S", str(_CHILD), str(path.resolve()), packages, *limits]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:
        raise refused("too_slow", path, expected=f"{seconds:g} s") from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        # Stopped by the limit on memory or time before it could say so.
        raise refused(
            "zip_bomb", path, value=f"> {MEGABYTES} MB", expected=f"{MOST_UNPACKED // 10**6} MB"
        ) from None
    return answer


def _cells(sheet: dict[str, Any]) -> Cells:
    import datetime as dt

    rows = [
        [dt.date.fromisoformat(cell[_DATE]) if isinstance(cell, dict) else number(cell) for cell in row]
        for row in sheet["rows"]
    ]
    merged = tuple(((a[0], a[1]), (b[0], b[1])) for a, b in sheet["merged"])
    return Cells(sheet["name"], rows, merged, frozenset(sheet["formulas"]))


def number(cell: Any) -> Any:
    """A whole number as an ``int``: spreadsheets hold all numbers as floats."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell


def cell_name(row: int, column: int) -> str:
    """Name of a cell, row and column counted from 0.

    >>> cell_name(6, 2), cell_name(0, 27)
    ('C7', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def cell_at(name: str) -> tuple[int, int]:
    """Row and column, from 0, of a cell's name."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", name)
    if found is None:
        raise ValueError(f"{name!r} is not the name of a cell")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1
