"""The spreadsheet: figures as figures, totals that calculate, and no text that becomes a formula."""

from __future__ import annotations

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from report_hostile import HOSTILE

from thuishaven.report.blocks import (
    Callout,
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
from thuishaven.report.xlsx import xlsx


@pytest.fixture(scope="module")
def raw(dutch: Document) -> bytes:
    return xlsx(dutch)


@pytest.fixture(scope="module")
def book(raw: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(raw))


def found_in(sheet: Any, title: str) -> int:
    """Row of the heading of a table."""
    rows = [cell.row for row in sheet.iter_rows(max_col=1) for cell in row if cell.value == title]
    assert rows
    return rows[0] + 1


def test_there_is_a_sheet_for_each_part(book: Any, dutch: Document) -> None:
    parts = [block.text[:31] for block in dutch.blocks if isinstance(block, Heading) and block.level == 1]
    assert parts == book.sheetnames
    assert {"B3"} == {sheet.freeze_panes for sheet in book}


def test_figures_are_numbers_in_full_with_a_format(book: Any, dutch: Document) -> None:
    plans = next(block for block in dutch.blocks if isinstance(block, Table) and block.id == "plans")
    sheet = book.worksheets[0]
    head = found_in(sheet, plans.title)
    for place, row in enumerate(plans.rows, start=head + 1):
        cost, span = row[1], row[2]
        assert isinstance(cost, Number)
        assert isinstance(span, Range)
        assert cost.value == pytest.approx(sheet.cell(place, 2).value, rel=1e-15)
        assert cost.form == sheet.cell(place, 2).number_format
        assert [span.low.value, span.high.value] == [sheet.cell(place, column).value for column in (3, 4)]


def tables_with_totals(dutch: Document) -> list[Table]:
    charts = [block.chart.table for block in dutch.blocks if isinstance(block, Figure)]
    return [t for t in [*charts, *(b for b in dutch.blocks if isinstance(b, Table))] if t.total]


def test_totals_and_differences_are_formulas_with_their_value(book: Any, raw: bytes, dutch: Document) -> None:
    values = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    sums = differences = 0
    for sheet in book:
        cached = values.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                text = cell.value
                sums += text.startswith("=SUM(")
                differences += "-" in text
                assert isinstance(cached[cell.row - 1][cell.column - 1], float)
    assert sums >= len(tables_with_totals(dutch)) * 2
    assert differences > 20


def test_every_picture_has_its_words(raw: bytes, dutch: Document) -> None:
    figures = [block for block in dutch.blocks if isinstance(block, Figure)]
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        drawings = [
            parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/drawings/drawing")
        ]
        pictures = [name for name in parts.namelist() if name.startswith("xl/media/")]
    assert len(figures) == sum(text.count('descr="') for text in drawings)
    assert len(pictures) == len(figures)


def hostile(day: Any) -> Document:
    blocks: list[Any] = []
    for place, text in enumerate(HOSTILE):
        table = Table(
            f"t{place}",
            text,
            (Column(text), Column(text, text, total=True)),
            ((text, Number(1.0, text)), (text, text)),
            text,
            total=text,
        )
        blocks += [Heading(1 + (place % 3), text, f"h{place}"), Text(text), Listing((text, text)), table]
        blocks += [Facts(((text, text),)), Callout("note", text, text)]
    return Document("en", HOSTILE[0], HOSTILE[1], tuple(blocks), HOSTILE[2], day)


def test_no_text_becomes_a_formula_or_a_link(dutch: Document) -> None:
    raw = xlsx(hostile(dutch.day))
    book = openpyxl.load_workbook(io.BytesIO(raw))
    texts = set()
    for sheet in book:
        assert not sheet._hyperlinks
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert cell.value.startswith("=SUM(")
                elif cell.value is not None:
                    assert cell.data_type in ("s", "n")
                    texts.add(cell.value)
    for text in HOSTILE:
        kept = safe(text).replace("\r", "_x000D_").strip()
        assert any(kept in str(found).replace("\r", "_x000D_") for found in texts), text


@pytest.mark.slow
def test_the_same_report_gives_the_same_bytes(raw: bytes, dutch: Document) -> None:
    assert raw == xlsx(dutch)


@pytest.mark.slow
def test_a_spreadsheet_program_works_out_the_same_totals(raw: bytes, tmp_path: Path) -> None:
    """LibreOffice calculates every formula anew and finds the value that was written with it."""
    source = tmp_path / "report.xlsx"
    source.write_bytes(raw)
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "ods",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True, timeout=180
    )
    again = CalamineWorkbook.from_path(str(tmp_path / "report.ods"))
    before = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    compared = 0
    for sheet in openpyxl.load_workbook(io.BytesIO(raw)):
        mine = before.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        theirs = again.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    expected = mine[cell.row - 1][cell.column - 1]
                    assert expected == pytest.approx(
                        theirs[cell.row - 1][cell.column - 1], rel=1e-9, abs=1e-9
                    )
                    compared += 1
    assert compared > 50
