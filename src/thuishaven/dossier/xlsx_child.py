"""Reads the cells of an XLSX file in a process of its own, with a limit on memory and time.

Run as a program by :mod:`thuishaven.dossier.xlsx_cells`, without any of our modules: the sizes that a file
declares may lie,
so what it does to memory must not matter to who asked. Prints one JSON object.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import zipfile
from typing import Any

MOST_ENTRIES = 400
MOST_CELLS = 2_000_000
_LINKS = "xl/_rels/workbook.xml.rels"
_ROOT = "[Content_Types].xml"
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULA = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f[\s/>]')
_NAMED = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_LINK = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")


class Refused(Exception):
    """The file is not read; the code says why."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.params = params


def limit(megabytes: int, seconds: int) -> None:
    """Bound this process, where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_zip(path: str, most: int) -> list[list[str]]:
    """Unpack every part once to its true size, look for document types, and list each sheet's cells with a
    formula.
    """
    formulas: dict[str, list[str]] = {}
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        if len(entries) > MOST_ENTRIES or len(names) != len(entries):
            raise Refused("zip_bomb", value=f"{len(entries)} parts", expected=f"{MOST_ENTRIES} parts")
        if _ROOT not in names or "xl/workbook.xml" not in names:
            raise Refused("not_xlsx")
        declared = sum(entry.file_size for entry in entries)
        if declared > most:
            raise Refused("zip_bomb", value=megabytes(declared), expected=megabytes(most))
        left = most
        for entry in entries:
            with archive.open(entry) as part:
                content = part.read(left + 1)
            left -= len(content)
            if left < 0:
                raise Refused("zip_bomb", value=f"> {megabytes(most)}", expected=megabytes(most))
            if entry.filename.endswith((".xml", ".rels")):
                if (
                    content[:2] in (b"\xff\xfe", b"\xfe\xff")
                    or b"\0" in content[:64]
                    or b"<!DOCTYPE" in content
                ):
                    raise Refused("not_xlsx")
                if _SHEET.fullmatch(entry.filename):
                    formulas[entry.filename] = [m[1].decode() for m in _FORMULA.finditer(content)][:10_000]
                if entry.filename in ("xl/workbook.xml", _LINKS):
                    parts[entry.filename] = content
    links = {
        _attribute(tag, b"Id"): _attribute(tag, b"Target") for tag in _LINK.findall(parts.get(_LINKS, b""))
    }
    order = [links.get(_attribute(tag, rb"\w+:id"), "") for tag in _NAMED.findall(parts["xl/workbook.xml"])]
    return [formulas.get("xl/" + target.removeprefix("/xl/"), []) for target in order]


def _attribute(tag: bytes, name: bytes) -> str:
    found = re.search(rb"\s" + name + rb'\s*=\s*["\']([^"\']*)', tag)
    return found[1].decode("utf-8", "replace") if found else ""


def megabytes(size: int) -> str:
    """A size as it is shown."""
    return f"{size / 1e6:.0f} MB"


def plain(cell: Any) -> Any:
    """A cell as JSON: number, text, truth value, nothing, or a date as ``{"date": ...}``."""
    if isinstance(cell, dt.datetime):
        return {"date": cell.date().isoformat()} if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date):
        return {"date": cell.isoformat()}
    if isinstance(cell, dt.time | dt.timedelta):
        return str(cell)
    return None if cell == "" else cell


def sheets(path: str, formulas: list[list[str]], most: int) -> list[dict[str, Any]]:
    """Name, cells, merged ranges and formula cells of every sheet."""
    from python_calamine import CalamineWorkbook  # type: ignore[import-not-found, unused-ignore]

    found = []
    cells = text = 0
    with CalamineWorkbook.from_path(path) as book:
        for number, name in enumerate(book.sheet_names):
            sheet = book.get_sheet_by_name(name)
            rows = []
            for row in sheet.to_python(skip_empty_area=False):
                values = [plain(cell) for cell in row]
                while values and values[-1] is None:
                    values.pop()
                rows.append(values)
                cells += len(values)
                text += sum(len(value) for value in values if isinstance(value, str))
                if cells > MOST_CELLS or text > most:
                    raise Refused("zip_bomb", value=megabytes(text), expected=megabytes(most))
            while rows and not rows[-1]:
                rows.pop()
            merged = [[list(corner) for corner in area] for area in sheet.merged_cell_ranges or ()]
            own = formulas[number] if number < len(formulas) else []
            found.append({"name": name, "rows": rows, "merged": merged, "formulas": own})
    return found


def main() -> None:
    """Arguments: file, folder of the spreadsheet reader, megabytes of memory, seconds, most bytes when
    unpacked.
    """
    path, packages, memory, seconds, most = sys.argv[1:]
    limit(int(memory), int(seconds))
    sys.path.append(packages)
    try:
        answer: dict[str, Any] = {"sheets": sheets(path, check_zip(path, int(most)), int(most))}
    except Refused as refusal:
        answer = {"code": str(refusal), "params": refusal.params}
    except MemoryError:
        answer = {"code": "zip_bomb", "params": {"value": f"> {memory} MB", "expected": megabytes(int(most))}}
    except Exception as error:
        answer = {"code": "not_xlsx", "params": {"value": type(error).__name__}}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
