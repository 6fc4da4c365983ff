"""A report as PDF: tagged and readable aloud (PDF/UA-1), with the same blocks as every other output."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
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
#: Width of a picture in millimetres: that of the first page leaves room for what else stands there.
WIDTH, FIRST_WIDTH = 165, 112
#: Sizes of letters in a table, in points, the largest that fits; a letter and the space around it, in em.
SIZES, LETTER, PADDING = (8.4, 7.8, 7.2, 6.6, 6.0), 0.57, 0.8
#: Width between the margins in points; letters that a column of text, the name of a row
#: and a word of a heading get.
PAGE, LEAST, NAME, HEAD = 470, 15, 24, 13
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
        blocks = list(_prepared(report, pictures))
        for name, svg in pictures.items():
            (root / name).write_text(svg, encoding="utf-8")
        openings = [block.text for block in report.blocks if isinstance(block, Heading) and block.level == 1]
        data = {
            "lang": report.lang,
            "title": report.title,
            "subtitle": report.subtitle,
            "foot": report.foot,
            "made": [report.day.year, report.day.month, report.day.day],
            "unbroken": openings[:2],
            "blocks": blocks,
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


def _prepared(report: Document, pictures: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The blocks as data, with the contents before the second part."""
    parts = 0
    for block in report.blocks:
        if isinstance(block, Heading) and block.level == 1:
            parts += 1
            if parts == 2:
                yield {"kind": "contents", "title": _("Contents")}
        yield RENDERERS[type(block)](block, pictures)


def _heading(block: Heading, pictures: dict[str, str]) -> dict[str, Any]:
    return {"kind": "heading", "level": block.level, "text": safe(block.text)}


def _text(block: Text, pictures: dict[str, str]) -> dict[str, Any]:
    return {"kind": "text", "text": safe(block.text), "lead": block.lead}


def _listing(block: Listing, pictures: dict[str, str]) -> dict[str, Any]:
    return {"kind": "listing", "items": [safe(item) for item in block.items], "ordered": block.ordered}


def _facts(block: Facts, pictures: dict[str, str]) -> dict[str, Any]:
    items = [[safe(name), safe(value)] for name, value in block.items]
    return {"kind": "facts", "items": items, "heads": [capital(_("name")), _("Value")]}


def _callout(block: Callout, pictures: dict[str, str]) -> dict[str, Any]:
    return {"kind": "callout", "look": block.kind, "title": safe(block.title), "text": safe(block.text)}


def _figure(block: Figure, pictures: dict[str, str]) -> dict[str, Any]:
    chart = block.chart
    name = f"{chart.id}.svg"
    pictures[name] = chart.svg
    return {
        "kind": "figure",
        "file": name,
        "title": safe(chart.title),
        "alt": safe(chart.alt),
        "source": safe(chart.source),
        "width": FIRST_WIDTH if chart.id == "uncertainty" else WIDTH,
    }


def _table(block: Table, pictures: dict[str, str]) -> dict[str, Any]:
    numeric = [
        any(isinstance(row[place], Number | Range) for row in block.rows)
        for place in range(len(block.columns))
    ]
    sums = [_shown(cell, "") for cell in block.sums()] if block.total else None
    rows = [[_shown(cell) for cell in row] for row in block.rows]
    found = [
        _fitted(block, rows + ([sums] if sums else []), numeric, lines, size)
        for size in SIZES
        for lines in LINES
    ]
    size, needs = next((fit for fit in found if fit is not None), (SIZES[-1], None))
    needs = needs or _needs(block, rows, numeric, LINES[-1])
    return {
        "kind": "table",
        "title": safe(block.title),
        "size": size,
        "columns": [
            {
                "heading": safe(column.heading),
                "number": number,
                "width": (need * LETTER + PADDING) if number else column.width,
            }
            for column, number, need in zip(block.columns, numeric, needs, strict=True)
        ],
        "rows": rows,
        "bold": list(block.bold),
        "sums": sums,
        "note": safe(block.note),
    }


def _fitted(
    block: Table, rows: list[list[str]], numeric: list[bool], lines: int, size: float
) -> tuple[float, list[int]] | None:
    """Size of the letters and what each column of figures needs, where the table then fits on the page."""
    needs = _needs(block, rows, numeric, lines)
    # What the rows are called stays whole where that is possible.
    first = min(max((len(row[0]) for row in rows), default=0), NAME) if not numeric[0] else 0
    taken = sum(needs) + LEAST * numeric.count(False) + max(first - LEAST, 0)
    around = PADDING * len(numeric)
    return (size, needs) if (taken * LETTER + around) * size <= PAGE else None


def _needs(block: Table, rows: list[list[str]], numeric: list[bool], lines: int) -> list[int]:
    """Letters that each column of figures needs, with its heading on so many lines; figures keep one line."""
    found = []
    for place, (column, number) in enumerate(zip(block.columns, numeric, strict=True)):
        words = [min(len(word), HEAD) for word in column.heading.split()]
        widest = max((len(row[place]) for row in rows), default=0)
        found.append(max(widest, *words, -(-len(column.heading) // lines)) if number else 0)
    return found


def _shown(cell: Cell, empty: str = "-") -> str:
    if isinstance(cell, Number | Range):
        # A true minus: the file cannot tell a hyphen from the one that breaks a word at the end of a line.
        return re.sub(r"-(?=\d)", "\u2212", safe(cell.text))
    return empty if cell is None else safe(cell)


RENDERERS: dict[type[Block], Callable[[Any, dict[str, str]], dict[str, Any]]] = {
    Heading: _heading,
    Text: _text,
    Listing: _listing,
    Facts: _facts,
    Callout: _callout,
    Figure: _figure,
    Table: _table,
}
