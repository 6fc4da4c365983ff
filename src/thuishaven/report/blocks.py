"""What a report is made of: blocks that every output renders in its own way.

A block holds texts in one language and figures with their full value, so that a page can show what the
uncertainty supports and a spreadsheet can go on calculating.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from thuishaven.locale import number, percent, years

#: Characters that XML, and so HTML, SVG and spreadsheets, cannot hold, and those that turn text around.
_UNWANTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def safe(text: str) -> str:
    """A text without characters that a file format cannot hold or that reverse what stands around them.

    >>> safe("a\\x00b\\u202ec")
    'a b c'
    """
    return _UNWANTED.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Number:
    """A figure in a cell.

    Parameters
    ----------
    value
        In full; ``None`` where there is none.
    text
        As a reader of the language sees it.
    form
        Number format of a spreadsheet.
    """

    value: float | None
    text: str
    form: str = "General"


@dataclass(frozen=True, slots=True)
class Range:
    """Two ends in one cell; a spreadsheet gives each its own."""

    low: Number
    high: Number

    @property
    def text(self) -> str:
        """Both ends, as in "6,8 - 12,2"."""
        return f"{self.low.text} \u2013 {self.high.text}"


Cell = str | Number | Range | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title
        Its heading.
    unit
        Unit of its figures, empty for text.
    width
        Share of the width that text deserves beside other columns of text, 1 by default.
    total
        Its figures add up: the table ends with their sum, which a spreadsheet works out itself.
    said
        Unit of figures whose cells say it in words; a spreadsheet, which shows the bare figure, needs it.
    formula
        How a spreadsheet works a cell out from the others of its row, with the places of their columns:
        ``"{2}-{1}"``.
    """

    title: str
    unit: str = ""
    width: int = 1
    total: bool = False
    formula: str = ""
    said: str = ""

    @property
    def heading(self) -> str:
        """Title and unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 opens a part (a page, a sheet), 2 a section, 3 a section of a section."""

    level: int
    text: str
    id: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; ``lead`` for the one that is read when nothing else is."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """Points that belong together."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns with units.

    Parameters
    ----------
    id
        Unique in the report.
    title
        What it shows.
    columns, rows
        One cell for each column; the first column names the row.
    note
        What is to be known to read it.
    bold
        Places of the rows to stress.
    total
        Name of the row of sums; empty for none.
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    bold: tuple[int, ...] = ()
    total: str = ""

    def figures(self) -> tuple[bool, ...]:
        """Which of its columns hold figures."""
        return tuple(
            any(isinstance(row[place], Number | Range) for row in self.rows)
            for place in range(len(self.columns))
        )

    @property
    def unit(self) -> str:
        """The unit of all its figures; empty where they differ, or where there is but one column of them."""
        numeric = self.figures()
        units = [column.unit for place, column in enumerate(self.columns[1:], start=1) if numeric[place]]
        return units[0] if len(units) > 1 and len(set(units)) == 1 else ""

    @property
    def heading(self) -> str:
        """Its title, with the unit where all its figures have the same one."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    def headings(self) -> tuple[str, ...]:
        """What stands above its columns: with their unit, unless that stands in the title already."""
        return tuple(column.title if column.unit == self.unit else column.heading for column in self.columns)

    def sums(self) -> tuple[Cell, ...]:
        """The row of sums: the columns that add up, in the form of their first figure."""
        found: list[Cell] = [self.total]
        for place, column in enumerate(self.columns[1:], start=1):
            cells = [row[place] for row in self.rows]
            figures = [cell for cell in cells if isinstance(cell, Number) and cell.value is not None]
            if not column.total or not figures:
                found.append(None)
                continue
            value = sum(cell.value or 0.0 for cell in figures)
            found.append(amount(value, *_decimals(figures[0])))
        return tuple(found)


class Picture(Protocol):
    """Something that can be drawn."""

    @property
    def svg(self) -> str:
        """The picture."""
        ...


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with all that is needed to read it without seeing it.

    Parameters
    ----------
    id
        Unique in a report; the ids inside the SVG begin with it.
    title
        What the picture shows, as a finding.
    unit
        Of its figures.
    alt
        The picture in words.
    source
        Where its figures come from.
    table
        Its figures.
    wide, slim
        The picture for a page, and for a screen of 320 pixels, drawn when they are looked at.
    """

    id: str
    title: str
    unit: str
    alt: str
    source: str
    table: Table
    wide: Picture
    slim: Picture

    @property
    def svg(self) -> str:
        """The picture for a page, as SVG with attributes only: no style, no script."""
        return self.wide.svg

    @property
    def narrow(self) -> str:
        """The picture for a screen of 320 pixels."""
        return self.slim.svg


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart in its place in the report."""

    chart: Chart


@dataclass(frozen=True, slots=True)
class Facts:
    """Names with what they stand for: figures at a glance, settings, fingerprints."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Callout:
    """Something to see before reading on. ``kind``: advice, care or note."""

    kind: str
    title: str
    text: str


Block = Heading | Text | Listing | Figure | Table | Facts | Callout
#: Every kind of block; an output that cannot render one of them fails a test.
KINDS: tuple[type, ...] = (Heading, Text, Listing, Figure, Table, Facts, Callout)


@dataclass(frozen=True, slots=True)
class Document:
    """A report in one language, ready to be rendered.

    Parameters
    ----------
    lang
        Its language.
    title
        What it is about.
    subtitle
        Product, volume and date.
    blocks
        From top to bottom.
    foot
        What stands at the foot of every page: date, seed, fingerprint.
    day
        The day it was made.
    """

    lang: str
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    foot: str
    day: dt.date

    def headings(self, deepest: int = 2) -> Iterator[Heading]:
        """The table of contents."""
        return (block for block in self.blocks if isinstance(block, Heading) and block.level <= deepest)


def form(decimals: int, *, sign: bool = False) -> str:
    """Number format of a spreadsheet with so many decimals.

    >>> form(2), form(-3), form(1, sign=True)
    ('#,##0.00', '#,##0', '+#,##0.0;-#,##0.0;0.0')
    """
    tail = "." + "0" * decimals if decimals > 0 else ""
    plain = f"#,##0{tail}"
    return f"+{plain};-{plain};0{tail}" if sign else plain


def amount(value: float | None, decimals: int = 2, sign: bool = False) -> Number:
    """A number with so many decimals, in the language in use; a dash where there is none."""
    return Number(
        value, "-" if value is None else number(value, decimals, sign=sign), form(decimals, sign=sign)
    )


def share(value: float | None, decimals: int = 0) -> Number:
    """A fraction as a percentage."""
    tail = "." + "0" * decimals if decimals > 0 else ""
    return Number(value, "-" if value is None else percent(value, decimals), f"0{tail}%")


def duration(value: float | None, decimals: int = 1) -> Number:
    """A number of years."""
    return Number(value, "-" if value is None else years(value, decimals), form(decimals))


def told(value: float | None, text: str, decimals: int = 2) -> Number:
    """A number with words of its own."""
    return Number(value, text, form(decimals))


def _decimals(like: Number) -> tuple[int, bool]:
    """Decimals and sign of a figure, read from its form and its text."""
    sign = like.form.startswith("+")
    tail = like.form.partition(";")[0].rpartition(".")
    return (len(tail[2]) if tail[1] else 0), sign


def ranges(lows: Sequence[Number], highs: Sequence[Number]) -> list[Range]:
    """Ends paired into ranges."""
    return [Range(low, high) for low, high in zip(lows, highs, strict=True)]
