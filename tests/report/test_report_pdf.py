"""The PDF: tagged, with language, title and words for each picture, and figures as the language has them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from report_hostile import HOSTILE

from thuishaven.report import Material, document
from thuishaven.report.blocks import (
    Callout,
    Column,
    Document,
    Facts,
    Figure,
    Heading,
    Listing,
    Number,
    Table,
    Text,
)
from thuishaven.report.pdf import pdf


@pytest.fixture(scope="module")
def printed(dutch: Document) -> bytes:
    return pdf(dutch)


@pytest.fixture(scope="module")
def reader(printed: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(printed))


def tags(node: Any, found: list[DictionaryObject] | None = None) -> list[DictionaryObject]:
    """Every element of the structure tree."""
    found = [] if found is None else found
    node = node.get_object()
    if isinstance(node, ArrayObject):
        for item in node:
            tags(item, found)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            found.append(node)
        if "/K" in node:
            tags(node["/K"], found)
    return found


def test_the_file_is_tagged_and_says_so(reader: PdfReader, dutch: Document) -> None:
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "nl" == root["/Lang"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "StructTreeRoot" == str(root["/StructTreeRoot"]["/Type"])[1:]
    assert f"{dutch.title} {dutch.subtitle}" == reader.metadata.title
    assert re.search(rb"pdfuaid:part>\s*1\s*<", root["/Metadata"].get_data())


def test_headings_tables_lists_and_pictures_are_tagged(reader: PdfReader, dutch: Document) -> None:
    found = tags(reader.trailer["/Root"]["/StructTreeRoot"])
    kinds = [str(node["/S"]) for node in found]
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/L", "/LI", "/Figure", "/P", "/Link"} <= set(kinds)
    figures = [block.chart for block in dutch.blocks if isinstance(block, Figure)]
    told = [str(node["/Alt"]) for node in found if node["/S"] == "/Figure"]
    assert [chart.alt for chart in figures] == told
    assert len([b for b in dutch.blocks if isinstance(b, Table | Facts)]) == kinds.count("/Table")


def test_the_contents_can_be_followed(reader: PdfReader, dutch: Document) -> None:
    firsts = [block.text for block in dutch.blocks if isinstance(block, Heading) and block.level == 1]
    assert firsts == [item["/Title"] for item in reader.outline if not isinstance(item, list)]


def test_all_letters_are_inside(reader: PdfReader) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all(re.fullmatch(r"/[A-Z]{6}\+OpenSans-(Regular|SemiBold)", font) for font in fonts)


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("nl", "1.024"),
        pytest.param("fr", "1\u202f024", marks=pytest.mark.slow),
        pytest.param("en", "1,024", marks=pytest.mark.slow),
    ],
)
def test_text_and_figures_can_be_copied(lang: str, expected: str, material: Material) -> None:
    told = document(material, lang)
    reader = PdfReader(io.BytesIO(pdf(told)))
    pages = [page.extract_text() for page in reader.pages]
    assert lang == reader.trailer["/Root"]["/Lang"]
    assert expected in pages[0]
    plans = next(block for block in told.blocks if isinstance(block, Table) and block.id == "plans")
    figures = [
        cell.text.replace("-0", "\u22120") for row in plans.rows for cell in row if isinstance(cell, Number)
    ]
    assert not [text for text in figures if text not in pages[0].replace("\n", " ")]
    assert f"1 / {len(pages)}" in pages[0]
    second = [block.text for block in told.blocks if isinstance(block, Heading) and block.level == 1][1]
    assert f"\n{second}\n" in f"\n{pages[1]}\n", "the answer fits on one page"
    assert not [number for number, page in enumerate(pages, start=1) if len(page.split()) < 30], (
        "an empty page"
    )


def test_the_same_report_gives_the_same_bytes(dutch: Document, printed: bytes) -> None:
    assert printed == pdf(dutch)


def test_no_text_of_a_dossier_is_read_as_code(dutch: Document) -> None:
    blocks: list[Any] = []
    for place, text in enumerate(HOSTILE):
        table = Table(
            f"t{place}", text, (Column(text), Column(text, text)), ((text, Number(1.0, text)),), text
        )
        blocks += [Heading(1 + (place > 0), text, f"h{place}"), Text(text), Listing((text, text)), table]
        blocks += [Facts(((text, text),)), Callout("note", text, text)]
    reader = PdfReader(io.BytesIO(pdf(Document("en", "t", HOSTILE[0], tuple(blocks), HOSTILE[1], dutch.day))))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "#let x = 1" in text
    assert "=1+1" in text


@pytest.mark.parametrize(
    "name",
    ["\u82b1\u76c6", "\u0432\u0430\u0437\u0430", "\U0001f600 pot", "\u0e01\u0e23\u0e30", "pot \u2192 \u221e"],
)
def test_a_letter_that_no_font_has_does_not_stop_the_report(name: str, dutch: Document) -> None:
    blocks = (Heading(1, name, "a"), Text(name), Table("t", name, (Column(name),), ((name,),)))
    reader = PdfReader(io.BytesIO(pdf(Document("nl", name, name, blocks, name, dutch.day))))
    assert 1 == len(reader.pages)


def test_no_letter_is_too_small_to_read(dutch: Document) -> None:
    from thuishaven.report import pdf as printed
    from thuishaven.report.charts import style

    points = printed.WIDTH / 25.4 * 72 / style.WIDE
    assert min(style.SMALL, style.SIZE) * points >= 7.5
    assert min(printed.SIZES) >= 7.5


def test_a_table_with_more_columns_than_fit_is_told_in_parts(dutch: Document) -> None:
    plans = [f"a plan with a long name, number {n}" for n in range(20)]
    row = tuple(Number(1234567.89, "1.234.567,89") for _plan in plans)
    table = Table(
        "wide", "Wide", (Column("Line"), *(Column(plan) for plan in plans)), (("together", *row),), "A note."
    )
    made = PdfReader(io.BytesIO(pdf(replace(dutch, blocks=(Heading(1, "Part", "part"), table)))))
    text = " ".join(page.extract_text() for page in made.pages)
    words = " ".join(text.split())
    assert len(plans) == words.count("1.234.567,89")
    assert 1 == words.count("A note.")
    tables = [tag for tag in tags(made.trailer["/Root"]["/StructTreeRoot"]["/K"]) if tag["/S"] == "/Table"]
    assert len(tables) > 1
    assert len(tables) == words.count("together")


def test_a_unit_that_all_figures_share_stands_in_the_title() -> None:
    cell = Number(1.0, "1")
    same = Table(
        "t", "Cash", (Column("Year"), Column("a", "EUR"), Column("b", "EUR")), (("2026", cell, cell),)
    )
    assert "Cash (EUR)" == same.heading
    assert ("Year", "a", "b") == same.headings()
    other = Table(
        "t", "Cash", (Column("Year"), Column("a", "EUR"), Column("b", "%")), (("2026", cell, cell),)
    )
    assert "Cash" == other.heading
    assert ("Year", "a (EUR)", "b (%)") == other.headings()
