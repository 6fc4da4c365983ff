"""A dossier in a spreadsheet and back: nothing is lost, and what a person changes there arrives."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dossiers import COMPLETE, LEAST, dossiers, read
from hypothesis import HealthCheck, given, settings
from openpyxl import Workbook, load_workbook

from thuishaven.dossier import DossierError, build, families, open_document, xlsx, yaml
from thuishaven.dossier.load import Document, save
from thuishaven.dossier.merge import alike, normal
from thuishaven.dossier.xlsx_cells import read_cells
from thuishaven.dossier.xlsx_fold import Fold
from thuishaven.dossier.xlsx_sheets import SHEETS
from thuishaven.locale import LANGUAGES

POT = COMPLETE.read_text("utf-8")


def sheet_of(book: Workbook, key: str) -> Any:
    """The sheet that holds this part, by its hidden first row."""
    return next(sheet for sheet in book.worksheets if str(sheet["A1"].value).startswith(f"{key}:"))


def fill(path: Path, key: str, field: str, column: str, value: object, keys: tuple[str, ...] = ()) -> str:
    """Fill in one cell of a long sheet as a person would; returns its place."""
    book = load_workbook(path)
    sheet = sheet_of(book, key)
    names = [str(cell.value).rpartition(":")[2] for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=3):
        cells = [cell.value for cell in row]
        if tuple(cells[: len(keys)]) == keys and cells[len(keys)] == field:
            cell = row[names.index(column)]
            cell.value = value
            book.save(path)
            return f"{sheet.title}!{cell.coordinate}"
    raise LookupError(field)


def problems(path: Path) -> list[tuple[str, str | None]]:
    """Code and cell of everything that is wrong with a spreadsheet."""
    try:
        open_document(path)
    except DossierError as error:
        return [(problem.code, problem.cell) for problem in error.problems]
    return []


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("written") / "pot.xlsx"
    save(open_document(COMPLETE), file, "nl")
    return file.read_bytes()


@pytest.fixture
def pot(written: bytes, tmp_path: Path) -> Path:
    """The complete dossier as a spreadsheet."""
    file = tmp_path / "pot.xlsx"
    file.write_bytes(written)
    return file


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_dossier_survives_the_spreadsheet_in_every_language(lang: str, tmp_path: Path) -> None:
    save(open_document(COMPLETE), tmp_path / "pot.xlsx", lang)
    back = open_document(tmp_path / "pot.xlsx")
    assert read(POT) == back.dossier
    save(back, tmp_path / "pot.yaml")
    assert POT.encode() == (tmp_path / "pot.yaml").read_bytes()


def test_the_visible_sheets_alone_hold_the_whole_dossier(pot: Path) -> None:
    fold = Fold()
    fold.read([sheet for sheet in read_cells(pot) if sheet.name != "original"])
    assert fold.problems == []
    assert alike(normal(yaml.plain(yaml.parse(POT))), normal(fold.tree))
    assert read(POT) == build(fold.tree)


def test_the_same_dossier_gives_the_same_bytes(pot: Path, tmp_path: Path) -> None:
    save(open_document(COMPLETE), tmp_path / "again.xlsx", "nl")
    assert pot.read_bytes() == (tmp_path / "again.xlsx").read_bytes()


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossiers())
def test_any_dossier_survives_the_spreadsheet(
    tmp_path_factory: pytest.TempPathFactory, tree: dict[str, Any]
) -> None:
    file = tmp_path_factory.mktemp("any") / "dossier.xlsx"
    text = yaml.dump(tree)
    parsed = yaml.parse(text)
    xlsx.write(Document(build(parsed), parsed, None, text), file, "fr")
    fold = Fold()
    fold.read(read_cells(file))
    assert fold.problems == []
    assert alike(normal(tree), normal(fold.tree))
    back = open_document(file)
    assert tree == yaml.plain(back.tree)
    assert text == back.text


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "# no end of line", "\n\n\n", "# \t tab\n"])
def test_comments_survive_to_the_letter(ends: str, last: str, tmp_path: Path) -> None:
    text = (LEAST + "# " + "long " * 10_000 + "\n# €ë…🚲 |>=+-@\n#\n" + last).replace("\n", ends)
    (tmp_path / "a.yaml").write_bytes(text.encode())
    save(open_document(tmp_path / "a.yaml"), tmp_path / "a.xlsx")
    save(open_document(tmp_path / "a.xlsx"), tmp_path / "b.yaml")
    assert text.encode() == (tmp_path / "b.yaml").read_bytes()


# ---- what a person changes


CHANGES: dict[str, tuple[tuple[Any, ...], str, str]] = {
    "a number": (
        ("dossier", "process.labour_hours", "value", 0.125),
        "labour_hours: 0.11",
        "labour_hours: 0.125",
    ),
    "a number that could be questioned": (
        ("dossier", "product.price", "value", 1.125),
        "price: 24.0",
        "price: 1.1250",
    ),
    "one end": (
        ("dossier", "demand.units_per_year", "high", 140000),
        "high: 130000, note",
        "high: 140000, note",
    ),
    "a note": (
        ("dossier", "demand.units_per_year", "note", "revised"),
        "note: sales plan 2027",
        "note: revised",
    ),
    "a unit": (
        ("dossier", "product.mass_kg", "unit", "kg"),
        "{value: 1900, unit: g, source",
        "{value: 1900, source",
    ),
    "a text": (
        ("dossier", "product.name.nl", "value", "Bloempot"),
        "nl: Plantenpot, en: Plant pot}",
        "nl: Bloempot, en: Plant pot}",
    ),
    "a quoted code": (("dossier", "product.cn", "value", "39269092"), '"39269097"', '"39269092"'),
    "a code from the list": (
        ("sources", "country", "value", "VNM Vietnam", ("today", "supplier")),
        "country: CHN",
        "country: VNM",
    ),
    "a date": (("dossier", "as_of", "value", dt.date(2026, 12, 1)), "as_of: 2026-11-21", "as_of: 2026-12-01"),
    "an instalment": (
        ("sources", "terms.payments[1].days", "value", -10, ("today", "supplier")),
        "days: -30",
        "days: -10",
    ),
    "a one-off": (
        ("one_off", "machines", "value", 950000, ("home",)),
        "machines: 900000",
        "machines: 950000",
    ),
    "a change to a source": (
        ("changes", "logistics.fill", "value", 0.9, ("improve", "supplier")),
        "{fill: 0.95}",
        "{fill: 0.9}",
    ),
    "an answer": (("more", "scan.q1", "value", "no"), 'q1: "yes"', 'q1: "no"'),
    "a flag": (
        ("sources", "logistics.originating", "value", "ja", ("today", "supplier")),
        "originating: false",
        "originating: true",
    ),
    "a text that looks like a formula": (
        ("more", "preferences.note", "value", "-not a formula"),
        '"=not a',
        '"-not a',
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_cell_changes_one_thing_and_every_comment_stays(
    name: str, pot: Path, tmp_path: Path
) -> None:
    cell, old, new = CHANGES[name]
    fill(pot, *cell)
    save(open_document(pot), tmp_path / "pot.yaml")
    assert POT.count(old) == 1
    assert POT.replace(old, new) == (tmp_path / "pot.yaml").read_text("utf-8")


def test_an_emptied_cell_takes_the_field_away(pot: Path) -> None:
    for column in ("value", "unit", "source"):
        fill(pot, "dossier", "product.mass_kg", column, None)
    back = open_document(pot)
    assert back.dossier.product.mass_kg is None
    assert "mass_kg" not in back.tree["product"]


def test_a_new_range_is_filled_in_over_several_columns(pot: Path) -> None:
    for column, value in {"low": 1, "mode": 2, "high": 4, "range": "bounds", "note": "guess"}.items():
        fill(pot, "dossier", "process.waste", column, value)
    expected = {"min": 1, "mode": 2, "max": 4, "note": "guess"}
    assert expected == yaml.plain(open_document(pot).tree["process"]["waste"])


def test_a_plan_and_a_source_are_added_by_rows(pot: Path) -> None:
    book = load_workbook(pot)
    sheet_of(book, "plans")["A6"] = "nearshore"
    rows = {"maker": "supplier", "country": "POL", "share": 1, "unit_price": 8.5, "lead_days": 20}
    sources = sheet_of(book, "sources")
    for field, value in rows.items():
        sources.append(["nearshore", "poznan", field, value])
    book.save(pot)
    plan = open_document(pot).dossier.plans[3]
    assert plan.id == "nearshore"
    assert plan.sources is not None
    assert ("poznan", "POL", 8.5) == (
        plan.sources[0].id,
        plan.sources[0].country,
        plan.sources[0].unit_price.mean,
    )  # type: ignore[union-attr]


def test_parts_markets_amounts_and_figures_are_added_as_rows(pot: Path) -> None:
    book = load_workbook(pot)
    sheet_of(book, "bom")["B5"] = "lid"
    sheet_of(book, "bom")["D5"] = 1
    sheet_of(book, "markets")["A4"] = "BEL België"
    sheet_of(book, "markets")["B4"] = 0.6
    flows = sheet_of(book, "flows")
    for column, value in zip("ABCE", ["home", "T02", 2028, -1000], strict=True):
        flows[f"{column}4"] = value
    book.save(pot)
    dossier = open_document(pot).dossier
    assert [part.id for part in dossier.bom] == ["shell", "label", "lid"]
    assert dossier.demand.markets == {"NLD": 0.4, "BEL": 0.6}
    assert [flow.line for flow in dossier.plans[2].flows] == ["T01", "T02"]


def test_codes_keep_their_zeros_because_their_cells_are_text(tmp_path: Path) -> None:
    text = LEAST.replace('"392690"', '"010121"')
    (tmp_path / "a.yaml").write_text(text)
    save(open_document(tmp_path / "a.yaml"), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    cells = [row[1] for row in sheet_of(book, "dossier").iter_rows(min_row=3) if row[0].value == "product.cn"]
    assert [("010121", "@")] == [(cell.value, cell.number_format) for cell in cells]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_text_that_looks_like_a_formula_stays_text(start: str, tmp_path: Path) -> None:
    wicked = f'{start}cmd|" /C calc"!A0'
    tree = yaml.plain(yaml.parse(LEAST)) | {"scan": {"q": wicked}, "title": {"nl": f"{start}1"}}
    tree["company"]["name"] = wicked
    xlsx.write(build(tree), tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    kinds = {
        cell.data_type
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert "f" not in kinds
    filled = [
        cell for row in sheet_of(book, "dossier").iter_rows(min_row=3) for cell in row if cell.value == wicked
    ]
    assert [True] == [cell.quotePrefix for cell in filled] or start in "\t\r"
    assert tree["scan"] == open_document(tmp_path / "a.xlsx").dossier.scan


# ---- the template


def test_every_sheet_offers_help_units_and_choices(tmp_path: Path) -> None:
    xlsx.write_template(tmp_path / "new.xlsx", "nl", "bicycle")
    book = load_workbook(tmp_path / "new.xlsx")
    assert all(sheet_of(book, sheet.key).freeze_panes is not None for sheet in SHEETS)
    assert all(sheet_of(book, sheet.key).row_dimensions[1].hidden for sheet in SHEETS)
    dossier = sheet_of(book, "dossier")
    rows = {row[0].value: [cell.value for cell in row] for row in dossier.iter_rows(min_row=3)}
    assert rows["process.labour_hours"][7] == "h"
    assert rows["product.price"][7] == "EUR/unit"
    assert all(row[10] for row in rows.values())
    lists = {str(rule.formula1) for rule in dossier.data_validations.dataValidation}
    assert {"=lists!$A$2:$A$66", '"replenished,season"', '"bounds,triangular"'} <= {
        name if name.startswith('"') else f"={name.lstrip('=')}" for name in lists
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("family", families.names())
def test_the_template_of_every_family_can_be_read_back(family: str, lang: str, tmp_path: Path) -> None:
    xlsx.write_template(tmp_path / "new.xlsx", lang, family)
    assert families.new(family, lang) == open_document(tmp_path / "new.xlsx").text


def test_nothing_is_protected(pot: Path) -> None:
    book = load_workbook(pot)
    assert [] == [sheet.title for sheet in book.worksheets if sheet.protection.sheet]


def test_sheets_may_be_renamed_moved_and_added(pot: Path) -> None:
    book = load_workbook(pot)
    sheet_of(book, "dossier").title = "Mijn gegevens"
    book.create_sheet("Kladblok", 0)["A1"] = "=1+1"
    book.move_sheet(sheet_of(book, "bom"), -5)
    book.save(pot)
    assert read(POT) == open_document(pot).dossier


def test_without_the_hidden_sheet_the_values_are_still_there(pot: Path) -> None:
    book = load_workbook(pot)
    del book["original"]
    book.save(pot)
    back = open_document(pot)
    assert read(POT) == back.dossier
    assert back.text == ""


def test_what_is_visible_wins_over_what_is_hidden(pot: Path) -> None:
    book = load_workbook(pot)
    for row in book["original"].iter_rows():
        if "labour_hours: 0.11" in str(row[0].value):
            row[0].value = str(row[0].value).replace("0.11", "0.99")
    book.save(pot)
    assert read(POT) == open_document(pot).dossier


# ---- the same, through LibreOffice


@pytest.mark.slow
def test_a_dossier_survives_yaml_xlsx_libreoffice_yaml(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is missing: python3 tools/prepare.py libreoffice"
    nasty = POT.replace("# The end.", "# tab \t, no-break\u00a0space, €ë…🚲, |>=+-@\n#\n").replace(
        'note: "=not a formula"',
        'note: "=1+1", b: "+x", c: "@y", d: "-z", e: "\' quote", f: " space ", g: "1.450", h: "007", '
        'i: "2026-01-01", j: "TRUE"',
    )
    for name, text in {"pot": POT, "nasty": nasty, "bicycle": families.new("bicycle", "fr")}.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        save(open_document(tmp_path / f"{name}.yaml"), tmp_path / f"{name}.xlsx", "nl")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{name}.xlsx") for name in ("pot", "nasty", "bicycle")]
    command = [
        program,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "saved"),
        *files,
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    for name in ("pot", "nasty", "bicycle"):
        before = open_document(tmp_path / f"{name}.yaml")
        after = open_document(tmp_path / "saved" / f"{name}.xlsx")
        assert before.dossier == after.dossier
        save(after, tmp_path / "back.yaml")
        assert (tmp_path / f"{name}.yaml").read_bytes() == (tmp_path / "back.yaml").read_bytes()
        fold = Fold()
        fold.read(read_cells(tmp_path / "saved" / f"{name}.xlsx"))
        assert alike(normal(yaml.plain(before.tree)), normal(fold.tree))


# ---- what people do wrong


WRONG: dict[str, tuple[tuple[Any, ...], str]] = {
    "a decimal comma as text": (("dossier", "process.labour_hours", "value", "0,11"), "number_as_text"),
    "thousands or decimals": (("dossier", "process.labour_hours", "value", "1.450"), "ambiguous_number"),
    "thousands or decimals with a comma": (
        ("dossier", "process.labour_hours", "low", "1,450"),
        "ambiguous_number",
    ),
    "words": (("dossier", "process.labour_hours", "value", "a lot"), "not_a_number"),
    "too large a number": (("dossier", "process.labour_hours", "value", 1e308), "number_too_large"),
    "a negative number": (("dossier", "process.labour_hours", "value", -1), "negative"),
    "a unit that does not fit": (("dossier", "process.labour_hours", "unit", "kg"), "wrong_unit"),
    "an unknown country": (("dossier", "company.country", "value", "Nederland"), "unknown_country"),
    "an unknown choice": (("sources", "maker", "value", "somebody", ("today", "supplier")), "unknown_choice"),
    "an emptied country": (("sources", "country", "value", None, ("today", "supplier")), "missing"),
    "an emptied customs code": (("dossier", "product.cn", "value", None), "missing"),
    "a rounded activity code": (("dossier", "company.nace.code", "value", 22.3), "code_as_number"),
    "a shortened customs code": (("dossier", "product.cn", "value", 10121), "wrong_customs_code"),
    "a wrong date": (("dossier", "as_of", "value", "soon"), "wrong_date"),
    "an unknown kind of range": (("dossier", "process.labour_hours", "range", "certain"), "unknown_choice"),
    "a range beside a value": (("dossier", "process.labour_hours", "low", 0.1), "unknown_form"),
    "a low end for a text": (("dossier", "company.name", "low", 3), "unused_cell"),
    "a source without a number": (("dossier", "process.waste", "source", "me"), "missing"),
    "shares that do not add up": (("sources", "share", "value", 0.9, ("today", "supplier")), "shares"),
    "turned text": (("dossier", "company.name", "value", "Voor\u202ebeeld"), "hidden_character"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cell_gets_one_clear_message(name: str, pot: Path) -> None:
    cell, code = WRONG[name]
    place = fill(pot, *cell)
    found = problems(pot)
    assert [code] == [problem for problem, _cell in found]
    row = place.rpartition("!")[2].lstrip("ABCDEFGHIJKLMN")
    assert found[0][1] is not None
    assert found[0][1].rpartition("!")[0] == place.rpartition("!")[0]
    assert code == "shares" or found[0][1].rpartition("!")[2].lstrip("ABCDEFGHIJKLMN") == row


def test_a_misspelt_field_gets_a_suggestion(pot: Path) -> None:
    place = fill(pot, "dossier", "process.labour_hours", "field", "process.labor_hours")
    with pytest.raises(DossierError) as raised:
        open_document(pot)
    expected = [("unknown_field", place.replace("!A", "!B"), "labour_hours")]
    assert expected == [(p.code, p.cell, p.params["example"]) for p in raised.value.problems]


def test_merged_cells_are_refused(pot: Path) -> None:
    book = load_workbook(pot)
    sheet = sheet_of(book, "dossier")
    sheet.merge_cells("B7:D9")
    book.save(pot)
    assert [("merged_cells", f"{sheet.title}!B7")] == problems(pot)


def test_a_formula_counts_for_the_value_that_was_stored(pot: Path) -> None:
    place = fill(pot, "dossier", "process.labour_hours", "value", "=0.1+0.01")
    assert [("formula_without_value", place)] == problems(pot)


def test_a_row_of_a_plan_that_does_not_exist_is_said(pot: Path) -> None:
    book = load_workbook(pot)
    sheet = sheet_of(book, "one_off")
    sheet.append(["hom", "machines", 5])
    book.save(pot)
    assert [("unknown_plan", f"{sheet.title}!A{sheet.max_row}")] == problems(pot)


def test_one_field_on_two_rows_is_said(pot: Path) -> None:
    book = load_workbook(pot)
    sheet = sheet_of(book, "dossier")
    sheet.append(["process.labour_hours", 5])
    book.save(pot)
    assert [("duplicate_key", f"{sheet.title}!A{sheet.max_row}")] == problems(pot)


def test_another_spreadsheet_is_no_template(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "Budget"  # type: ignore[index]
    book.save(tmp_path / "budget.xlsx")
    assert [("not_a_template", None)] == problems(tmp_path / "budget.xlsx")


def test_the_reading_process_starts_without_our_packages() -> None:
    import thuishaven.dossier.xlsx_child as child

    source = Path(child.__file__).read_text("utf-8")
    assert "thuishaven" not in source.replace(":mod:`thuishaven", "")
