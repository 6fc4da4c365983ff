"""Lays the rows of a dossier out in a workbook that a person can fill in: headings, help, drop-downs,
units.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import IO, Any

from thuishaven.dossier.codes import incoterms
from thuishaven.dossier.structure import Member, Path, member_at
from thuishaven.dossier.xlsx_fold import HEADINGS, NO, YES
from thuishaven.dossier.xlsx_rows import Line, unfold
from thuishaven.dossier.xlsx_sheets import (
    KEYS,
    RANGES,
    SHEETS,
    VALUES,
    Column,
    Sheet,
    columns_of,
)
from thuishaven.locale import N_, _, language

#: First cell of the hidden sheet with the YAML text; a line of text is never longer than a cell holds.
ORIGINAL = "original:yaml"
CRLF = "crlf"
_LISTS = "lists"
_CHUNK = 30_000
#: Height of the headings in points: two lines.
_TALL = 32
_WIDTHS = {
    "field": 34,
    "help": 95,
    "source": 30,
    "note": 30,
    "range": 14,
    "unit": 13,
    "plan": 14,
    "place": 14,
    "value": 18,
}
#: Empty rows that a table offers below what is filled in.
_SPARE = 30
_GROUPED = frozenset({"terms", "logistics", "quality", "coordination", "risk", "process"})
_ABOUT = (
    N_("A dossier for Thuishaven: fill in what you know and leave the rest empty."),
    N_("A number may be a range: fill in low and high, and the most likely value if you know it."),
    N_("Low and high are the ends you would rarely see passed: 5 % and 95 %."),
    N_("Choose 'bounds' when the value cannot possibly lie outside them."),
    N_("Money is in euros unless the unit says otherwise, as in USD or USD/unit."),
    N_("Say where a figure comes from: a quote, an invoice, an estimate."),
    N_("The first plan is today. A plan without sources of its own buys as today."),
    N_("Keep the names in the first columns: they say which field a row is about."),
)
_CURRENCIES = ("EUR", "USD", "CNY", "GBP", "PLN", "CZK", "TRY", "INR", "JPY", "CHF")


def workbook(out: IO[bytes], tree: Mapping[str, Any], text: str, as_of: dt.date) -> None:
    """Write the workbook of a dossier, in the language in use.

    Parameters
    ----------
    out
        Where the bytes go.
    tree
        The dossier as a plain mapping.
    text
        Its YAML, kept in a hidden sheet so that comments survive.
    as_of
        Date of the dossier, which is the date the file bears: the same dossier gives the same bytes.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(out, options) as book:
        book.set_properties(
            {"title": "Thuishaven", "created": dt.datetime(as_of.year, as_of.month, as_of.day)}
        )
        _Writer(book).write(unfold(tree), text)


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        top = {"valign": "top"}
        self.head = book.add_format(
            {"bold": True, "bg_color": "#DDE6ED", "bottom": 1, "text_wrap": True, **top}
        )
        self.text = book.add_format({"num_format": "@", **top})
        # A quote mark keeps what looks like a formula text, also when the cell is edited.
        self.quoted = book.add_format({"num_format": "@", "quote_prefix": True, **top})
        self.day = book.add_format({"num_format": "yyyy-mm-dd", **top})
        self.any = book.add_format(top)
        self.help = book.add_format({"font_color": "#555555", **top})
        self.name = book.add_format({"font_color": "#1F3A5F", "num_format": "@", **top})
        self.big = book.add_format({"bold": True, "font_size": 14})
        self.lists: dict[str, str] = {}

    def write(self, rows: Mapping[str, list[Any]], text: str) -> None:
        start = self.book.add_worksheet(_sheet_name(_("Start")))
        pages = {sheet.key: self.book.add_worksheet(_sheet_name(_(sheet.title))) for sheet in SHEETS}
        self._lists()
        self._original(text)
        self._start(start)
        for sheet in SHEETS:
            page = pages[sheet.key]
            if sheet.table:
                self._table(sheet, page, rows[sheet.key])
            else:
                self._lines(sheet, page, rows[sheet.key])
        start.activate()

    def _start(self, page: Any) -> None:
        page.hide_gridlines(2)
        page.set_column(0, 0, 22)
        page.set_column(1, 1, 90)
        page.write_string(0, 0, "Thuishaven", self.big)
        row = 2
        for line in _ABOUT:
            page.write_string(row, 0, _(line))
            row += 1
        for sheet in SHEETS:
            row += 1
            page.write_string(row, 0, _sheet_name(_(sheet.title)), self.name)
            page.write_string(row, 1, _(sheet.help))

    def _lists(self) -> None:
        """A hidden sheet with what the drop-downs offer."""
        page = self.book.add_worksheet(_LISTS)
        page.hide()
        offered = {
            "countries": [f"{code} {name}" for code, name in _countries()],
            "incoterms": [f"{term.code} {term.name_en}" for term in incoterms().values()],
        }
        for column, (name, items) in enumerate(offered.items()):
            page.write_string(0, column, f"list:{name}")
            for row, item in enumerate(items, start=1):
                page.write_string(row, column, item)
            letter = chr(65 + column)
            self.lists[name] = f"={_LISTS}!${letter}$2:${letter}${len(items) + 1}"
        self.names = {item.partition(" ")[0]: item for items in offered.values() for item in items}

    def _original(self, text: str) -> None:
        page = self.book.add_worksheet("original")
        page.very_hidden()
        page.write_string(0, 0, ORIGINAL)
        if "\r\n" in text:
            # Spreadsheet programs change the ends of lines.
            page.write_string(0, 1, CRLF)
            text = text.replace("\r\n", "\n")
        row = 1
        for line in re.findall(r"[^\n]*\n|[^\n]+", text):
            whole = line.removesuffix("\n")
            parts = [whole[start : start + _CHUNK] for start in range(0, len(whole), _CHUNK)] or [""]
            for number, part in enumerate(parts):
                # "|" ends a line, ">" goes on in the next row.
                ends = number == len(parts) - 1 and line != whole
                page.write_string(row, 0, ("|" if ends else ">") + part)
                row += 1

    # ---- long sheets

    def _lines(self, sheet: Sheet, page: Any, lines: list[Line]) -> None:
        titles = {key: KEYS[key] for key in sheet.keys} | VALUES
        if sheet.key == "more":
            titles = {key: VALUES[key] for key in ("field", "value", "help")}
        self._head(sheet, page, titles, frozen=len(sheet.keys) + 1)
        names = list(titles)
        filled = {(line.keys, line.path[0]) for line in lines if len(line.cells) > 1 or "value" in line.cells}
        row = HEADINGS
        for line in lines:
            for column, key in enumerate(line.keys):
                page.write_string(row, column, key, self.name)
            page.write_string(row, names.index("field"), _path(line), self.name)
            if sheet.key != "more":
                self._choices(page, row, names, line.member)
            for name, cell in line.cells.items():
                self._cell(page, row, names.index(name), cell, line.member)
            if (
                line.member is not None
                and line.member.kind in {"code", "text", "translated", "texts"}
                and not line.cells
            ):
                page.write_blank(row, names.index("value"), None, self.text)
            page.write_string(
                row, names.index("help"), _help(line.member, _needed(sheet, line.path)), self.help
            )
            if sheet.key == "sources" and line.path[0] in _GROUPED:
                empty = (line.keys, line.path[0]) not in filled
                page.set_row(row, None, None, {"level": 1, "hidden": empty})
            row += 1

    def _choices(self, page: Any, row: int, names: list[str], member: Member | None) -> None:
        if member is None:
            return
        self._choice(page, row, names.index("value"), row, member)
        if member.spec is not None:
            column = names.index("range")
            page.data_validation(row, column, row, column, {"validate": "list", "source": list(RANGES)})
            if member.spec.money:
                self._currency(page, row, names.index("unit"), row, member)

    def _choice(self, page: Any, row: int, column: int, last: int, member: Member) -> None:
        """The drop-down of a field that is chosen from a list."""
        offered: str | list[str]
        if member.codes:
            offered = self.lists[member.codes]
        elif member.kind == "flag":
            offered = [_(YES), _(NO)]
        elif len(member.choices) > 1:
            offered = list(member.choices)
        else:
            return
        rule = {
            "validate": "list",
            "source": offered,
            "error_title": "Thuishaven",
            "error_message": _("Choose from the list."),
            "error_type": "warning",
        }
        page.data_validation(row, column, last, column, rule)

    def _currency(self, page: Any, row: int, column: int, last: int, member: Member) -> None:
        units = [f"{currency}{member.spec.unit if member.spec else ''}" for currency in _CURRENCIES]
        page.data_validation(
            row, column, last, column, {"validate": "list", "source": units, "error_type": "information"}
        )

    # ---- tables

    def _table(self, sheet: Sheet, page: Any, items: list[dict[str, Any]]) -> None:
        columns = (*columns_of(sheet.key), Column("help", (), None))
        self._head(sheet, page, {column.key: _title(column) for column in columns}, frozen=1)
        last = HEADINGS + len(items) + _SPARE
        for number, column in enumerate(columns):
            if column.member is not None and column.unit:
                self._currency(page, HEADINGS, number, last, column.member)
            elif column.member is not None:
                self._choice(page, HEADINGS, number, last, column.member)
            if column.member is not None and column.member.kind in {"code", "text", "translated"}:
                for row in range(HEADINGS + len(items), last):
                    page.write_blank(row, number, None, self.text)
        for row, item in enumerate(items, start=HEADINGS):
            for number, column in enumerate(columns):
                self._cell(page, row, number, item.get(column.key), column.member)
        for number, column in enumerate(columns):
            if column.member is not None and not column.unit:
                page.write_comment(1, number, _help(column.member, _needed(sheet, column.path)))

    def _head(self, sheet: Sheet, page: Any, titles: Mapping[str, str], frozen: int) -> None:
        for column, (name, title) in enumerate(titles.items()):
            page.write_string(0, column, f"{sheet.key}:{name}" if column == 0 else name)
            page.write_string(
                1, column, _(sheet.help) if name == "help" and sheet.table else _(title), self.head
            )
            page.set_column(column, column, _WIDTHS.get(name, 16 if sheet.table else 12))
        page.set_row(0, None, None, {"hidden": True})
        page.set_row(1, _TALL)
        page.freeze_panes(HEADINGS, frozen)

    # ---- cells

    def _cell(self, page: Any, row: int, column: int, cell: Any, member: Member | None) -> None:
        if cell is None:
            return
        if isinstance(cell, bool):
            flag = member is not None and member.kind == "flag"
            if flag:
                page.write_string(row, column, _(YES) if cell else _(NO), self.any)
            else:
                page.write_boolean(row, column, cell, self.any)
        elif isinstance(cell, int | float):
            page.write_number(row, column, cell, self.any)
        elif isinstance(cell, dt.date):
            page.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day), self.day)
        else:
            text = str(cell)
            if member is not None and member.codes:
                text = self.names.get(text, text)
            page.write_string(row, column, text, self.quoted if text[:1] in "=+-@\t\r" else self.text)


def _path(line: Line) -> str:
    from thuishaven.dossier.paths import path_text

    return path_text(line.path)


def _title(column: Column) -> str:
    if column.key == "plan":
        return KEYS["plan"]
    return "" if column.member is None else column.key if column.unit else column.member.help


def _needed(sheet: Sheet, path: Path) -> bool:
    """Whether a field is required and so is everything it is part of."""
    holders = (member_at(sheet.section, path[:end]) for end in range(1, len(path) + 1))
    return all(member is not None and member.required for member in holders)


def _help(member: Member | None, required: bool) -> str:
    """What a field means and what may be chosen, in the language in use."""
    if member is None:
        return ""
    text = _(member.help)
    if required:
        text = _("{help} (required)", help=text)
    if len(member.choices) > 1:
        text = f"{text}: {', '.join(member.choices)}"
    return text


def _countries() -> list[tuple[str, str]]:
    """Codes and names of the countries, in the language in use."""
    from babel import Locale

    from thuishaven.facts import countries

    speaks = language() if language() in {"nl", "en", "fr"} else "en"
    names = Locale(speaks).territories
    return [(code, str(names.get(country.iso2, country.name_en))) for code, country in countries().items()]


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip("' ")
