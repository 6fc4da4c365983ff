"""Every output knows every kind of block, and says the same."""

from __future__ import annotations

import dataclasses
import itertools
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.locale import LANGUAGES, use
from thuishaven.report import Material, blocks, document, html, pdf, xlsx
from thuishaven.report.blocks import Column, Document, Number, Range, Table, amount, form, safe, share


@pytest.mark.parametrize("output", [html, pdf, xlsx], ids=lambda module: module.__name__)
def test_an_output_renders_every_kind_of_block(output: typing.Any) -> None:
    assert set(blocks.KINDS) == set(typing.get_args(blocks.Block)) == set(output.RENDERERS)


def test_blocks_are_frozen() -> None:
    assert all(dataclasses.is_dataclass(kind) and kind.__dataclass_params__.frozen for kind in blocks.KINDS)


def test_the_report_uses_every_kind_of_block(dutch: Document) -> None:
    assert set(blocks.KINDS) == {type(block) for block in dutch.blocks}


def test_ids_are_unique(dutch: Document) -> None:
    named = [block for block in dutch.blocks if isinstance(block, blocks.Heading | Table)]
    charts = [block.chart for block in dutch.blocks if isinstance(block, blocks.Figure)]
    found = [item.id for item in [*named, *charts]] + [chart.table.id for chart in charts]
    assert len(found) == len(set(found))


def test_headings_skip_no_level(dutch: Document) -> None:
    levels = [block.level for block in dutch.blocks if isinstance(block, blocks.Heading)]
    assert 1 == levels[0]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_each_row_has_a_cell_for_each_column(dutch: Document) -> None:
    tables = [block for block in dutch.blocks if isinstance(block, Table)]
    tables += [block.chart.table for block in dutch.blocks if isinstance(block, blocks.Figure)]
    assert tables
    assert not [table.id for table in tables if {len(row) for row in table.rows} - {len(table.columns)}]


def test_a_total_is_the_sum_of_its_column() -> None:
    with use("nl"):
        rows = (("a", amount(1.25), amount(2.0)), ("b", amount(2.5), None))
        table = Table("t", "t", (Column("x"), Column("y", total=True), Column("z")), rows, total="samen")
        assert ("samen", amount(3.75), None) == table.sums()


@pytest.mark.parametrize(
    ("lang", "expected"), [("nl", "1.234,50"), ("fr", "1\u202f234,50"), ("en", "1,234.50")]
)
def test_a_number_is_written_as_the_language_writes_it(lang: str, expected: str) -> None:
    with use(lang):
        assert Number(1234.5, expected, "#,##0.00") == amount(1234.5)
        assert f"{expected} \u2013 {expected}" == Range(amount(1234.5), amount(1234.5)).text


def test_a_percentage_keeps_its_value() -> None:
    with use("nl"):
        assert Number(0.258, "25,8%", "0.0%") == share(0.258, 1)


@given(st.text())
def test_what_is_safe_can_stand_in_xml(text: str) -> None:
    import xml.etree.ElementTree as ET

    from thuishaven.report.charts.style import escaped

    assert safe(text).replace("\r\n", "\n").replace("\r", "\n") == (
        ET.fromstring(f"<a>{escaped(text)}</a>").text or ""
    )


def test_forms_of_a_spreadsheet() -> None:
    assert ("#,##0", "+#,##0.00;-#,##0.00;0.00") == (form(0), form(2, sign=True))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_is_a_report_in_each_language(lang: str, material: Material) -> None:
    found = document(material, lang)
    assert lang == found.lang
    assert len(found.blocks) == len(document(material, "nl").blocks)
