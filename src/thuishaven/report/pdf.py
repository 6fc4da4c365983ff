"""A report as PDF: tagged and readable aloud (PDF/UA-1), with the same blocks as every other output."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from thuishaven.locale import _, use
from thuishaven.report.blocks import (
    Block,
    Callout,
    Cell,
    Document,
    Facts,
    Figure,
    Heading,
    Listing,
    Number,
    Range,
    Table,
    Text,
    safe,
)
from thuishaven.report.charts.style import FONTS
from thuishaven.report.telling import capital

#: What the file promises: accessible by PDF/UA-1; the program that makes it refuses what breaks that.
STANDARD: Literal["ua-1"] = "ua-1"
#: Width of a picture in millimetres: its letters are then 8 points high.
WIDTH = 170
#: Sizes of letters in a table, in points, the largest that fits; a letter and the space around it, in em.
SIZES, LETTER, PADDING = (8.6, 8.0, 7.5), 0.57, 0.8
#: Width between the margins in points, of a page upright and on its side; letters that a word of a heading
#: gets, and that a column of text and the name of a row get: at best, and where nothing else fits.
PAGE, WIDE_PAGE, HEAD = 478, 725, 13
TEXT = ((15, 24), (11, 16))
#: The parts whose tables need a page on its side.
ON_ITS_SIDE = ("numbers",)
#: Lines on which a heading may stand, as few as fit.
LINES = (2, 3, 5)


def pdf(report: Document) -> bytes:
    """The report as PDF.

    Parameters
    ----------
    report
        What it tells.

    Returns
    -------
    bytes
        The file. The letters are inside; nothing of the machine's own is used.
    """
    import typst

    with TemporaryDirectory(prefix="thuishaven-") as folder, use(report.lang):
        root = Path(folder)
        pictures: dict[str, str] = {}
        parts = list(_parts(report, pictures))
        for name, svg in pictures.items():
            (root / name).write_text(svg, encoding="utf-8")
        opening = [block for block in report.blocks if isinstance(block, Heading) and block.level == 1]
        openings = [block.text for block in opening]
        data = {
            "lang": report.lang,
            "title": report.title,
            "subtitle": report.subtitle,
            "foot": report.foot,
            "made": [report.day.year, report.day.month, report.day.day],
            "unbroken": openings[:2] + [block.text for block in opening if block.id in ON_ITS_SIDE],
            "parts": parts,
        }
        template = resources.files("thuishaven.report").joinpath("report.typ").read_bytes()
        (root / "report.typ").write_bytes(template)
        text = _BEYOND.sub(UNSHOWN, json.dumps(data, ensure_ascii=False))
        while True:
            (root / "report.json").write_text(text, encoding="utf-8")
            try:
                return _made(root, report.day)
            except typst.TypstError as error:
                letters = _MISSING.search(str(error))
                if letters is None or not letters[1].strip(UNSHOWN):
                    raise
                for letter in letters[1]:
                    text = text.replace(letter, UNSHOWN)


#: What stands for a letter that none of the fonts has; an accessible file may not leave it to chance.
UNSHOWN = "\u25a1"
#: Scripts and pictures that none of the fonts has, and what Typst says of another letter that they lack.
_BEYOND = re.compile("[\u2e80-\ufaff\U00010000-\U0010ffff]")
_MISSING = re.compile(r'the text `"(.+?)"` could not be displayed')


def _made(root: Path, day: dt.date) -> bytes:
    """The file that the template makes of what is in a folder."""
    import typst

    made: bytes = typst.compile(
        str(root / "report.typ"),
        root=str(root),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        pdf_standards=[STANDARD],
        timestamp=int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()),
    )
    return made


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a block goes: the pictures of the file by name, the width between the margins in points, and the
    id of the heading with which the second column of the contents begins."""

    pictures: dict[str, str]
    width: float
    middle: str


def _parts(report: Document, pictures: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The blocks as data, part by part, upright or on its side; with the contents before the second part."""
    found: list[list[Block]] = [[]]
    for block in report.blocks:
        if isinstance(block, Heading) and block.level == 1 and found[-1]:
            found.append([])
        found[-1].append(block)
    listed = list(report.headings())
    middle = listed[-(-len(listed) // 2)].id if len(listed) > 1 else ""
    for place, part in enumerate(found):
        first = part[0] if part else None
        wide = isinstance(first, Heading) and first.id in ON_ITS_SIDE
        sheet = Sheet(pictures, WIDE_PAGE if wide else PAGE, middle)
        contents = [{"kind": "contents"}] if place == 1 and middle else []
        blocks = [*contents, *(RENDERERS[type(block)](block, sheet) for block in part)]
        yield {"wide": wide, "blocks": blocks}


def _heading(block: Heading, sheet: Sheet) -> dict[str, Any]:
    return {
        "kind": "heading",
        "level": block.level,
        "text": safe(block.text),
        "middle": block.id == sheet.middle,
    }


def _text(block: Text, sheet: Sheet) -> dict[str, Any]:
    return {"kind": "text", "text": safe(block.text), "lead": block.lead}


def _listing(block: Listing, sheet: Sheet) -> dict[str, Any]:
    return {"kind": "listing", "items": [safe(item) for item in block.items], "ordered": block.ordered}


def _facts(block: Facts, sheet: Sheet) -> dict[str, Any]:
    items = [[safe(name), safe(value)] for name, value in block.items]
    return {"kind": "facts", "items": items, "heads": [capital(_("name")), _("Value")]}


def _callout(block: Callout, sheet: Sheet) -> dict[str, Any]:
    return {"kind": "callout", "look": block.kind, "title": safe(block.title), "text": safe(block.text)}


def _figure(block: Figure, sheet: Sheet) -> dict[str, Any]:
    chart = block.chart
    name = f"{chart.id}.svg"
    sheet.pictures[name] = chart.svg
    return {
        "kind": "figure",
        "file": name,
        "title": safe(chart.title),
        "alt": safe(chart.alt),
        "source": safe(chart.source),
        "width": WIDTH,
    }


def _table(block: Table, sheet: Sheet) -> dict[str, Any]:
    """A table, or several where it has more columns than fit on the page with letters that can be read."""
    return {
        "kind": "tables",
        "tables": [_laid_out(part, sheet.width) for part in _narrowed(block, sheet.width)],
    }


def _narrowed(block: Table, width: float) -> list[Table]:
    """A table as it is, or in parts with the names of the rows and as many of the other columns as fit."""
    if len(block.columns) <= 2 or _fit(block, width) is not None:
        return [block]
    parts: list[list[int]] = [[0]]
    for place in range(1, len(block.columns)):
        if len(parts[-1]) > 1 and _fit(_with(block, [*parts[-1], place]), width) is None:
            parts.append([0])
        parts[-1].append(place)
    count = len(parts)
    return [
        replace(
            _with(block, part),
            title=_("{title}, part {n} of {of}", title=block.title, n=n, of=count)
            if count > 1
            else block.title,
            note=block.note if n == count else "",
        )
        for n, part in enumerate(parts, start=1)
    ]


def _with(block: Table, places: list[int]) -> Table:
    """The table with these columns only."""
    return replace(
        block,
        columns=tuple(block.columns[place] for place in places),
        rows=tuple(tuple(row[place] for place in places) for row in block.rows),
    )


def _laid_out(block: Table, width: float) -> dict[str, Any]:
    numeric = block.figures()
    size, needs = _fit(block, width) or (SIZES[-1], _needs(block, _rows(block), numeric, LINES[-1]))
    return {
        "title": safe(block.heading),
        "size": size,
        "columns": [
            {
                "heading": safe(heading),
                "number": number,
                "width": (need * LETTER + PADDING) if number else column.width,
            }
            for column, heading, number, need in zip(
                block.columns, block.headings(), numeric, needs, strict=True
            )
        ],
        "rows": [[_shown(cell) for cell in row] for row in block.rows],
        "bold": list(block.bold),
        "sums": _sums(block),
        "note": safe(block.note),
    }


def _sums(block: Table) -> list[str] | None:
    return [_shown(cell, "") for cell in block.sums()] if block.total else None


def _rows(block: Table) -> list[list[str]]:
    sums = _sums(block)
    return [[_shown(cell) for cell in row] for row in block.rows] + ([sums] if sums else [])


def _fit(block: Table, width: float) -> tuple[float, list[int]] | None:
    """Size of the letters and what each column of figures needs, the largest that fits on the page."""
    numeric, rows = block.figures(), _rows(block)
    found = (
        _fitted(block, rows, numeric, lines, size, width, text)
        for text in TEXT
        for size in SIZES
        for lines in LINES
    )
    return next((fit for fit in found if fit is not None), None)


def _fitted(
    block: Table,
    rows: list[list[str]],
    numeric: Sequence[bool],
    lines: int,
    size: float,
    width: float,
    text: tuple[int, int],
) -> tuple[float, list[int]] | None:
    """Size of the letters and what each column of figures needs, where the table then fits on the page."""
    needs = _needs(block, rows, numeric, lines)
    least, name = text
    # What the rows are called stays whole where that is possible.
    first = min(max((len(row[0]) for row in rows), default=0), name) if not numeric[0] else 0
    taken = sum(needs) + least * numeric.count(False) + max(first - least, 0)
    around = PADDING * len(numeric)
    return (size, needs) if (taken * LETTER + around) * size <= width else None


def _needs(block: Table, rows: list[list[str]], numeric: Sequence[bool], lines: int) -> list[int]:
    """Letters that each column of figures needs, with its heading on so many lines; figures keep one line."""
    found = []
    for place, (heading, number) in enumerate(zip(block.headings(), numeric, strict=True)):
        # A heading is set in heavier letters, a little wider than those of the figures.
        words = [min(len(word) + 1, HEAD) for word in heading.split()]
        widest = max((len(row[place]) for row in rows), default=0)
        found.append(max(widest, *words, -(-len(heading) // lines)) if number else 0)
    return found


def _shown(cell: Cell, empty: str = "-") -> str:
    if isinstance(cell, Number | Range):
        # A true minus: the file cannot tell a hyphen from the one that breaks a word at the end of a line.
        return re.sub(r"-(?=\d)", "\u2212", safe(cell.text))
    return empty if cell is None else safe(cell)


RENDERERS: dict[type[Block], Callable[[Any, Sheet], dict[str, Any]]] = {
    Heading: _heading,
    Text: _text,
    Listing: _listing,
    Facts: _facts,
    Callout: _callout,
    Figure: _figure,
    Table: _table,
}
