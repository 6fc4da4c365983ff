"""A report as a spreadsheet: a sheet for each part, figures in full, totals that go on calculating."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from thuishaven.locale import use
from thuishaven.report.blocks import (
    Block,
    Callout,
    Cell,
    Column,
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
from thuishaven.report.charts.style import WIDE, png

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

#: Letters of a name of a sheet, and signs that it cannot hold.
NAME, _FORBIDDEN = 31, re.compile(r"[\[\]:*?/\\']")
#: Longest text of a cell.
LONGEST = 32_000
#: Widths of columns in letters: the first, and the others.
FIRST, FIGURES = 58, 15
#: Letters of a heading that surely fit on a line of such a column.
WORDS = 11
#: Letters that fit on a line of running text, and columns that it spans.
MEASURE, SPAN = 118, 6
#: Height of a line of text and of an untouched row, in points; part of their size at which pictures are
#: shown: drawn twice as fine, a pixel of theirs is a point.
LINE, DEFAULT, SHOWN = 15.5, 15.5, 0.42


def xlsx(report: Document) -> bytes:
    """The report as XLSX.

    Every text is written as text, so that nothing in a dossier becomes a formula; totals and differences are
    formulas over the cells above and beside them.

    Parameters
    ----------
    report
        What it tells.
    """
    import xlsxwriter

    made = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with use(report.lang), xlsxwriter.Workbook(made, options) as book:
        book.set_properties(
            {
                "title": safe(f"{report.title} {report.subtitle}"),
                "comments": safe(report.foot),
                "author": "Thuishaven",
                "created": dt.datetime.combine(report.day, dt.time()),
            }
        )
        book.set_calc_mode("auto")
        writer = Writer(book, report)
        for block in told_once(report):
            RENDERERS[type(block)](writer, block)
        writer.finish()
    return made.getvalue()


def told_once(report: Document) -> Iterator[Block]:
    """The blocks without the tables that repeat on paper what here stands under the picture already."""
    pictured = {block.chart.table.rows for block in report.blocks if isinstance(block, Figure)}
    return (block for block in report.blocks if not (isinstance(block, Table) and block.rows in pictured))


@dataclass
class Writer:
    """Where on which sheet the next block goes."""

    book: Workbook
    report: Document
    sheet: Worksheet | None = None
    row: int = 0
    formats: dict[tuple[tuple[str, Any], ...], Format] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    pictures: list[BytesIO] = field(default_factory=list)

    def look(self, **properties: Any) -> Format:
        """A format; the same one for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            base = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
            self.formats[key] = self.book.add_format({**base, **properties})
        return self.formats[key]

    def open(self, title: str) -> Worksheet:
        """A new sheet with its title and the foot of the report on top, frozen."""
        name = _FORBIDDEN.sub(" ", safe(title)).strip()[:NAME] or "-"
        while name.lower() in self.names:
            name = f"{name[: NAME - 2]} {len(self.names)}"[:NAME]
        self.names.add(name.lower())
        sheet: Worksheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_default_row(DEFAULT)
        sheet.set_column(0, 0, FIRST)
        sheet.set_column(1, 40, FIGURES)
        sheet.write_string(0, 0, safe(title), self.look(bold=True, font_size=16, font_color="#0b5a75"))
        sheet.write_string(
            1, 0, safe(f"{self.report.subtitle}. {self.report.foot}"), self.look(font_color="#4d565c")
        )
        sheet.set_row(0, LINE * 1.6)
        sheet.freeze_panes(2, 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L" + safe(self.report.foot).replace("&", "&&") + "&R&P / &N")
        self.sheet, self.row = sheet, 3
        return sheet

    @property
    def page(self) -> Worksheet:
        """The sheet in use; a report that begins without a heading gets one of its own."""
        return self.sheet if self.sheet is not None else self.open(self.report.title)

    def say(self, text: str, look: Format, lead: str = "") -> None:
        """A running text over several columns, as high as it needs."""
        words = safe(lead + text)[:LONGEST]
        lines = sum(-(-max(len(line), 1) // MEASURE) for line in words.split("\n"))
        self.page.merge_range(self.row, 0, self.row, SPAN, "", look)
        self.page.write_string(self.row, 0, words, look)
        self.page.set_row(self.row, LINE * lines)
        self.row += 1

    def put(self, row: int, column: int, cell: Cell, *, bold: bool, figures: bool = True) -> None:
        """A cell of a table; ``figures`` where its column holds them."""
        if isinstance(cell, Range):
            self.put(row, column, cell.low, bold=bold)
            self.put(row, column + 1, cell.high, bold=bold)
            return
        if isinstance(cell, Number) and cell.value is not None:
            self.page.write_number(row, column, cell.value, self.look(num_format=cell.form, bold=bold))
        else:
            text = "-" if cell is None else cell if isinstance(cell, str) else cell.text
            right = figures and column > 0
            look = self.look(
                bold=bold,
                text_wrap=column == 0,
                align="right" if right else "left",
                indent=int(column > 0 and not right),
            )
            self.page.write_string(row, column, safe(text)[:LONGEST], look)

    def finish(self) -> None:
        """The first sheet opens first."""
        if self.sheet is None:
            self.open(self.report.title)
        self.book.worksheets()[0].activate()


def _heading(writer: Writer, block: Heading) -> None:
    if block.level == 1:
        writer.open(block.text)
        return
    size = 13 if block.level == 2 else 11
    writer.row += 1
    writer.page.write_string(writer.row, 0, safe(block.text), writer.look(bold=True, font_size=size))
    writer.row += 1


def _text(writer: Writer, block: Text) -> None:
    writer.say(block.text, writer.look(text_wrap=True))


def _listing(writer: Writer, block: Listing) -> None:
    for place, item in enumerate(block.items, start=1):
        writer.say(item, writer.look(text_wrap=True, indent=1), f"{place}. " if block.ordered else "\u2022 ")


def _facts(writer: Writer, block: Facts) -> None:
    for name, value in block.items:
        writer.page.write_string(writer.row, 0, safe(name), writer.look(font_color="#4d565c"))
        writer.page.write_string(writer.row, 1, safe(value)[:LONGEST], writer.look())
        writer.row += 1
    writer.row += 1


def _callout(writer: Writer, block: Callout) -> None:
    ground = "#fbf2e0" if block.kind == "care" else "#e3eff3"
    writer.say(block.title, writer.look(text_wrap=True, bold=True, font_size=13, bg_color=ground))
    writer.page.set_row(writer.row - 1, LINE * 1.4)
    if block.text:
        writer.say(block.text, writer.look(text_wrap=True, bg_color=ground))
    writer.row += 1


def _figure(writer: Writer, block: Figure) -> None:
    chart = block.chart
    writer.row += 1
    writer.say(chart.title, writer.look(text_wrap=True, bold=True))
    picture = BytesIO(png(chart))
    writer.pictures.append(picture)
    found = re.search(r'height="([\d.]+)"', chart.svg)
    high = float(found[1]) if found else WIDE / 2
    writer.page.insert_image(
        writer.row,
        0,
        f"{chart.id}.png",
        {
            "image_data": picture,
            "x_scale": SHOWN,
            "y_scale": SHOWN,
            "description": safe(chart.alt)[:LONGEST],
            "object_position": 2,
        },
    )
    writer.row += int(high * 2 * SHOWN / DEFAULT) + 2
    writer.say(chart.source, writer.look(text_wrap=True, font_color="#4d565c", italic=True))
    _table(writer, chart.table)


def _table(writer: Writer, block: Table) -> None:
    writer.row += 1
    writer.page.write_string(writer.row, 0, safe(block.heading), writer.look(bold=True))
    head = writer.row + 1
    headings = [
        f"{heading} ({column.said})" if column.said else heading
        for heading, column in zip(block.headings(), block.columns, strict=True)
    ]
    widths = _widths(block)
    numeric = block.figures()
    starts = [sum(widths[:place]) for place in range(len(widths))]
    line = writer.look(bold=True, text_wrap=True, bottom=1, font_color="#4d565c")
    right = writer.look(bold=True, text_wrap=True, bottom=1, font_color="#4d565c", align="right")
    for heading, start, width, figures in zip(headings, starts, widths, numeric, strict=True):
        look = right if figures else line
        if width > 1:
            writer.page.merge_range(head, start, head, start + width - 1, safe(heading), look)
        else:
            writer.page.write_string(head, start, safe(heading), look)
    lines = (-(-len(heading) // (WORDS * width)) for heading, width in zip(headings, widths, strict=True))
    writer.page.set_row(head, LINE * max([1, *list(lines)[1:]]))
    for place, row in enumerate(block.rows):
        at = head + 1 + place
        if isinstance(row[0], str) and len(row[0]) > FIRST:
            writer.page.set_row(at, LINE * -(-len(row[0]) // FIRST))
        for column, cell, start, figures in zip(block.columns, row, starts, numeric, strict=True):
            if column.formula and isinstance(cell, Number) and cell.value is not None:
                formula = _formula(column, at, starts)
                writer.page.write_formula(at, start, formula, writer.look(num_format=cell.form), cell.value)
            else:
                writer.put(at, start, cell, bold=place in block.bold, figures=figures)
    last = head + len(block.rows)
    if block.total and block.rows:
        _totals(writer, block, head + 1, last, starts)
        last += 1
    writer.row = last + 1
    if block.note:
        writer.say(block.note, writer.look(text_wrap=True, font_color="#4d565c", italic=True))
    writer.row += 1


def _widths(block: Table) -> list[int]:
    """Columns of the sheet that each column takes: two for a range; for a text, what it may run on over."""
    found = [1]
    for place, column in enumerate(block.columns[1:], start=1):
        cells = [row[place] for row in block.rows]
        texts = not any(isinstance(cell, Number | Range) for cell in cells)
        found.append(2 if any(isinstance(cell, Range) for cell in cells) else column.width if texts else 1)
    return found


def _formula(column: Column, row: int, starts: list[int]) -> str:
    """A column's formula in one row, as in ``=C7-B7``."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

    return "=" + column.formula.format(*(xl_rowcol_to_cell(row, start) for start in starts))


def _totals(writer: Writer, block: Table, first: int, last: int, starts: list[int]) -> None:
    """The row of sums, which the spreadsheet works out itself."""
    from xlsxwriter.utility import xl_range

    for place, (cell, start) in enumerate(zip(block.sums(), starts, strict=True)):
        if place == 0:
            writer.page.write_string(last + 1, 0, safe(block.total), writer.look(bold=True, top=1))
        elif isinstance(cell, Number) and cell.value is not None:
            formula = f"=SUM({xl_range(first, start, last, start)})"
            look = writer.look(bold=True, top=1, num_format=cell.form)
            writer.page.write_formula(last + 1, start, formula, look, cell.value)


RENDERERS: dict[type[Block], Callable[[Writer, Any], None]] = {
    Heading: _heading,
    Text: _text,
    Listing: _listing,
    Facts: _facts,
    Callout: _callout,
    Figure: _figure,
    Table: _table,
}
