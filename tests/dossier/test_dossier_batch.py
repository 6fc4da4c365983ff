"""Many parts at once: from a folder, CSV or XLSX; each wrong cell is named."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from dossiers import COMPLETE, read
from openpyxl import Workbook

from thuishaven.dossier import DossierError, resolve
from thuishaven.dossier.batch import Batch, part_dossier
from thuishaven.dossier.batch_files import read_batch

PATTERN = read(COMPLETE.read_text("utf-8"))
HEAD = "id,name,cn,units_per_year,unit_price [USD],machine_hours,shares_investment\n"
INVESTMENTS = "id,cost,capacity_hours\npress,450000,4000\n"


def written(folder: Path, text: str, encoding: str = "utf-8", investments: str = INVESTMENTS) -> Path:
    """A CSV with parts, and beside it the shared investments."""
    (folder / "investments.csv").write_text(investments, "utf-8")
    file = folder / "parts.csv"
    file.write_bytes(text.encode(encoding))
    return file


def problems(path: Path) -> list[tuple[str, str, int | None, str | None]]:
    """Code, column, line and cell of everything that is wrong with a batch."""
    try:
        read_batch(path, PATTERN)
    except DossierError as error:
        return [(problem.code, problem.where, problem.line, problem.cell) for problem in error.problems]
    return []


def test_a_row_is_a_part(tmp_path: Path) -> None:
    batch = read_batch(
        written(tmp_path, HEAD + "P-1,Lid,39269092,5000,1.25,0.01,press\nP-2,Rim,39269092,800,2.5,,\n"),
        PATTERN,
    )
    first, second = batch.parts
    assert (first.id, first.product.name["nl"], first.product.cn) == ("P-1", "Lid", "39269092")
    assert first.demand.units_per_year.mean == 5000
    assert first.unit_price is not None
    assert (first.unit_price.mean, first.unit_price.unit) == (1.25, "USD/unit")
    assert (first.shares_investment, second.shares_investment) == ("press", None)
    assert (batch.plan, [i.id for i in batch.investments]) == ("improve", ["press"])


def test_what_a_part_does_not_say_comes_from_the_pattern(tmp_path: Path) -> None:
    batch = read_batch(written(tmp_path, "id,unit_price\nP-1,3\n"), PATTERN)
    part = batch.parts[0]
    assert part.product.mass_kg == PATTERN.product.mass_kg
    assert part.demand == PATTERN.demand
    assert part.product.name["nl"] == "P-1"
    assert part.product.cbam == PATTERN.product.cbam


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_semicolons_and_decimal_commas_are_read(encoding: str, ends: str, tmp_path: Path) -> None:
    text = "id;name;units_per_year;unit_price [usd];mass_kg\nP-1;Dek;sel;1;1\n".replace(
        "Dek;sel;1;1", '"Deksel; groot";5000;1,25;0,125'
    )
    part = read_batch(written(tmp_path, text.replace("\n", ends), encoding), PATTERN).parts[0]
    assert part.product.name["nl"] == "Deksel; groot"
    assert part.unit_price is not None
    assert part.product.mass_kg is not None
    assert (part.unit_price.mean, part.unit_price.unit, part.product.mass_kg.mean) == (
        1.25,
        "USD/unit",
        0.125,
    )


def test_ranges_have_a_column_for_each_end(tmp_path: Path) -> None:
    text = (
        "id,units_per_year.low,units_per_year.mode,units_per_year.high,units_per_year.source,mass_kg [g]\n"
        "P-1,10,20,40,plan,500\n"
    )
    part = read_batch(written(tmp_path, text), PATTERN).parts[0]
    expected = {"low": 10, "mode": 20, "high": 40, "unit": "unit", "source": "plan"}
    assert expected == part.demand.units_per_year.to_plain()
    assert part.product.mass_kg is not None
    assert part.product.mass_kg.mean == 0.5


def test_a_range_may_stand_in_one_cell(tmp_path: Path) -> None:
    text = 'id,units_per_year\nP-1,"{low: 10, high: 40}"\n'
    assert read_batch(written(tmp_path, text), PATTERN).parts[0].demand.units_per_year.kind == "lognormal"


WRONG = {
    "thousands or decimals": ("1.450", "ambiguous_number"),
    "words": ("a lot", "not_a_number"),
    "a negative number": ("-5", "negative"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_cell_is_named_by_row_and_column(name: str, tmp_path: Path) -> None:
    value, code = WRONG[name]
    text = HEAD + f"P-1,Lid,39269092,5000,1.25,0.01,press\nP-2,Rim,39269092,{value},2.5,,\n"
    file = written(tmp_path, text)
    assert problems(file) == [(code, "units_per_year", 3, None)]
    with pytest.raises(DossierError) as raised:
        read_batch(file, PATTERN)
    assert all(problem.message() for problem in raised.value.problems)


def test_every_wrong_row_is_told(tmp_path: Path) -> None:
    text = (
        HEAD
        + "P-1,Lid,3926,5000,1.25,0.01,\nP 2,Rim,39269092,1,2.5,,\nP-3,Rim,39269092,,x,,\n"
        + "P-1,A,39269092,1,1,,\nP-3,A,39269092,1,1,,,9\n"
    )
    expected = [
        ("wrong_customs_code", "cn", 2, None),
        ("wrong_identifier", "id", 3, None),
        ("not_a_number", "unit_price [usd]", 4, None),
        ("unused_cell", "", 6, None),
    ]
    assert expected == problems(written(tmp_path, text))


def test_a_part_that_stands_there_twice_is_said(tmp_path: Path) -> None:
    assert problems(written(tmp_path, "id\nP-1\nP-2\nP-1\n")) == [("duplicate", "id", 4, None)]


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        ("id,unitsperyear\nP-1,3\n", "unknown_column", "unitsperyear"),
        ("name,units_per_year\nLid,3\n", "no_column", ""),
        ("id\n", "no_parts", ""),
        ("", "no_parts", ""),
        ('id\n"P-1\n', "wrong_type", ""),
    ],
)
def test_a_table_that_cannot_be_read_is_said_once(text: str, code: str, where: str, tmp_path: Path) -> None:
    assert [(code, where)] == [
        (found, place) for found, place, _line, _cell in problems(written(tmp_path, text))
    ]


@pytest.mark.parametrize(
    ("text", "encoding", "line"), [("id,name\nP-1,Dé\n", "latin-1", 2), ("id\nP-1\0\n", "utf-8", 2)]
)
def test_another_encoding_is_said_with_its_line(text: str, encoding: str, line: int, tmp_path: Path) -> None:
    assert [("not_text", line)] == [
        (code, found) for code, _w, found, _c in problems(written(tmp_path, text, encoding))
    ]


def test_an_investment_must_exist(tmp_path: Path) -> None:
    text = HEAD + "P-1,Lid,39269092,5000,1.25,0.01,oven\n"
    assert problems(written(tmp_path, text)) == [("unknown_investment", "P-1", None, None)]
    wrong = INVESTMENTS.replace("450000", "1.450")
    assert [("ambiguous_number", "cost", 2, None)] == problems(written(tmp_path, text, investments=wrong))


def test_the_plan_must_exist(tmp_path: Path) -> None:
    file = written(tmp_path, "id\nP-1\n")
    assert read_batch(file, PATTERN, plan="home").plan == "home"
    with pytest.raises(DossierError) as raised:
        read_batch(file, PATTERN, plan="moon")
    assert ["no_plan"] == [problem.code for problem in raised.value.problems]


def test_a_spreadsheet_is_read_and_its_cells_are_named(tmp_path: Path) -> None:
    book = Workbook()
    parts = book.active
    assert parts is not None
    parts.title = "Parts"
    for row in (
        ["ID", "Name", "CN", "Units per year", "Unit price [USD]", "Shares investment"],
        [101, "Lid", 39269092, 5000, 1.25, "press"],
        [102, "Rim", 39269092, "1.450", 2, None],
    ):
        parts.append(row)
    machines = book.create_sheet("Machines")
    for row in (["id", "cost", "capacity_hours"], ["press", 450000, 4000]):
        machines.append(row)
    book.save(tmp_path / "parts.xlsx")
    assert problems(tmp_path / "parts.xlsx") == [("ambiguous_number", "units_per_year", None, "Parts!D3")]
    parts["D3"] = 1450
    book.save(tmp_path / "parts.xlsx")
    batch = read_batch(tmp_path / "parts.xlsx", PATTERN)
    assert [part.id for part in batch.parts] == ["101", "102"]
    assert batch.investments[0].cost.mean == 450000


def test_a_folder_holds_a_file_per_part(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "id: a\nproduct: {name: Lid, cn: '39269092'}\ndemand: {units_per_year: 5000}\nunit_price: 3\n"
    )
    (tmp_path / "b.yaml").write_text(
        "id: b\nproduct: {name: Rim, cn: '39269092'}\ndemand:\n  units_per_year: {low: 1, high: 5}\n"
    )
    (tmp_path / "investments.yaml").write_text("- {id: press, cost: 450000, capacity_hours: 4000}\n")
    batch = read_batch(tmp_path, PATTERN)
    assert ([part.id for part in batch.parts], batch.investments[0].id) == (["a", "b"], "press")
    (tmp_path / "b.yaml").write_text("id: b\ndemand:\n  units_per_year: -3\n")
    (tmp_path / "c.yaml").write_text("id: c\ndemand: {units_per_year: 1.450}\n")
    expected = [
        ("negative", "b.yaml: demand.units_per_year", 3, None),
        ("ambiguous_number", "c.yaml: ", 2, None),
    ]
    assert expected == problems(tmp_path)


@pytest.mark.parametrize(("name", "code"), [("none.csv", "no_file"), ("parts.docx", "unknown_format")])
def test_no_batch_there_is_said(name: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "parts.docx").write_text("x")
    assert [code] == [found for found, _where, _line, _cell in problems(tmp_path / name)]


def test_ten_thousand_parts_are_read(tmp_path: Path) -> None:
    rows = "".join(f"P-{n},Part {n},39269092,{n + 1},{n / 100},0.01,press\n" for n in range(10_000))
    batch = read_batch(written(tmp_path, HEAD + rows), PATTERN)
    assert len(batch.parts) == 10_000
    assert batch.parts[9_999].demand.units_per_year.mean == 10_000


def test_a_part_becomes_a_dossier_of_its_own(tmp_path: Path) -> None:
    batch = read_batch(
        written(tmp_path, HEAD + "P-1,Lid,39269092,5000,1.25,0.01,press\nP-2,Rim,39269092,800,,,\n"), PATTERN
    )
    dossier = part_dossier(batch, batch.parts[0])
    today, improve, home = resolve(dossier)
    assert [source.unit_price.mean for source in today.sources if source.unit_price is not None] == [
        1.25,
        1.25,
    ]
    assert [source.unit_price for source in home.sources] == [None]
    assert dossier.process.machine_hours is not None
    assert (dossier.process.machine_hours.mean, dossier.process.labour_hours) == (
        0.01,
        PATTERN.process.labour_hours,
    )
    assert dossier.title == {"nl": "Lid", "en": "Lid", "fr": "Lid"}
    other = part_dossier(batch, batch.parts[1])
    assert other.plans == PATTERN.plans
    assert improve.sources[0].unit_price is not None


def test_the_batch_itself_is_checked_like_any_section() -> None:
    assert set(Batch.model_fields) == {"pattern", "plan", "parts", "investments"}


@pytest.mark.slow
def test_a_spreadsheet_of_parts_saved_by_libreoffice_is_read(tmp_path: Path) -> None:
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is missing: python3 tools/prepare.py libreoffice"
    file = written(tmp_path, HEAD + "P-1,Lid,39269092,5000,1.25,0.01,press\n")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [
        program,
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    part = read_batch(
        tmp_path / "out" / "parts.xlsx", PATTERN, investments=tmp_path / "investments.csv"
    ).parts[0]
    assert (part.id, part.product.cn, part.demand.units_per_year.mean) == ("P-1", "39269092", 5000)
