"""``cost``: the page a director reads, the JSON a program reads, and one figure down to its publication."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from running import Ran, Run

from pseudo import outside
from thuishaven.locale import LANGUAGES

QUICK = ("--draws", "64")


@pytest.fixture
def page(run: Run, small: Path) -> Ran:
    return run("cost", small, *QUICK, lang="en", width=120)


def section(ran: Ran, title: str) -> list[str]:
    """The lines under a heading, up to the next empty line."""
    start = next(place for place, line in enumerate(ran.lines) if line.startswith(title))
    rest = ran.lines[start + 1 :]
    return rest[: rest.index("")] if "" in rest else rest


def test_the_page_begins_with_the_product_today_and_the_answer(page: Ran) -> None:
    assert (0, "") == (page.status, page.err)
    title, today, empty, answer = page.lines[:4]
    assert "12, 100,000 units a year, as of 21 November 2026" == title
    assert "Today: supplier in China (FOB), by sea" == today
    assert "" == empty
    assert re.search(r"cheaper", answer)


def test_every_part_of_the_page_is_there(page: Ran) -> None:
    for heading in (
        "Where the difference comes from, in EUR per unit",
        "In other worlds, cost per unit in EUR",
        "Chosen and regretted",
        "Not counted",
        "Take care",
    ):
        assert heading in page.lines or any(line.startswith(heading) for line in page.lines), heading
    assert "costs the same as today" in page.out
    assert re.search(r"\d+ of \d+ figures sourced\.\nEverything: thuishaven cost \S+ --json\n", page.out)


def test_the_table_holds_each_plan_with_today_first(page: Ran) -> None:
    start = next(place for place, line in enumerate(page.lines) if line.startswith("  plan "))
    table = page.lines[start + 1 : start + 4]
    assert ["today", "02", "own"] == [line.split()[0] for line in table]
    assert ["01", "02", "03"] == [line.split()[-1] for line in table]
    assert table[0].split()[-5:-1] == ["-", "-", "-", "-"]


def test_the_page_says_what_the_json_says(run: Run, small: Path) -> None:
    told = json.loads(run("cost", small, *QUICK, "--json").out)
    page = run("cost", small, *QUICK, width=120)
    means = {plan["id"]: plan["unit_tco"]["mean"] for plan in told["plans"]}
    start = next(place for place, line in enumerate(page.lines) if line.startswith("  plan "))
    for line in page.lines[start + 1 : start + 4]:
        cells = re.split(r"\s{2,}", line.strip())
        assert means[cells[-1]] == pytest.approx(float(cells[1]), abs=0.51)
    sourced = told["sourced"]
    assert f"{sourced['with_source']} of {sourced['figures']} figures sourced." in page.out


def test_the_differences_add_up_to_the_difference(run: Run, small: Path) -> None:
    page = run("cost", small, *QUICK, "--set", "03.one_off.machines=100000", width=120)
    rows = section(page, "Where the difference comes from")
    cells = [re.split(r"\s{2,}", row.strip()) for row in rows]
    while not re.match(r"[+-]?\d", cells[0][-1].replace("−", "-")) and "(" not in cells[0][-1]:
        cells.pop(0)
    differences = [float(next(cell for cell in row[3:4])) for row in cells]
    assert sum(differences[:-1]) == pytest.approx(differences[-1], abs=0.06 * len(differences))
    assert "together" == cells[-1][0]


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_keeps_within_the_screen(run: Run, small: Path, lang: str, width: int) -> None:
    page = run("cost", small, *QUICK, lang=lang, width=width)
    commands = str(small)
    assert not [line for line in page.lines if len(line) > width and commands not in line]


def test_on_a_narrow_screen_the_least_important_columns_go_first(run: Run, small: Path) -> None:
    def heading(width: int) -> str:
        page = run("cost", small, *QUICK, width=width)
        start = next(place for place, line in enumerate(page.lines) if line.startswith("  plan "))
        return " ".join(page.lines[start - 1 : start + 1])

    assert all(word in heading(120) for word in ("per", "between", "difference", "paid", "one-off", "name"))
    assert "name" not in heading(80)
    assert all(word in heading(60) for word in ("per", "difference"))
    assert "paid" not in heading(60)


@pytest.mark.parametrize(
    ("lang", "answer", "figure"),
    [
        ("nl", "goedkoper", "cijfers met bron"),
        ("fr", "moins cher", "avec source"),
        ("en", "cheaper", "figures sourced"),
    ],
)
def test_the_page_speaks_the_language_of_the_reader(
    run: Run, small: Path, lang: str, answer: str, figure: str
) -> None:
    page = run("cost", small, *QUICK, lang=lang)
    assert answer in page.out
    assert figure in page.out


def test_numbers_are_written_as_the_language_does(run: Run, small: Path) -> None:
    assert "100.000 stuks per jaar, peildatum 21 november 2026" in run("cost", small, *QUICK, lang="nl").out
    assert "100\u202f000 unités par an" in run("cost", small, *QUICK, lang="fr").out


def test_all_shows_every_line_and_warning(run: Run, small: Path) -> None:
    short, full = (run("cost", small, *QUICK, *more, width=120) for more in ((), ("--all",)))
    told = json.loads(run("cost", small, *QUICK, "--json").out)
    assert "--all" in short.out
    assert len(section(full, "Take care")) >= len(told["warnings"])
    assert len(full.lines) > len(short.lines) + len(told["warnings"])
    assert "  P01 " in full.out


def test_a_quote_that_has_run_out_is_always_told(page: Ran) -> None:
    assert "the quote of 1 held until 30 June 2025" in page.out


def test_json_is_the_result_of_the_room(run: Run, small: Path) -> None:
    ran = run("cost", small, *QUICK, "--json")
    told = json.loads(ran.out)
    assert (0, "", "thuishaven.cost/1") == (ran.status, ran.err, told["schema"])
    assert ["01", "02", "03"] == [plan["id"] for plan in told["plans"]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_json_is_the_same_in_every_language(run: Run, small: Path, lang: str) -> None:
    assert run("cost", small, *QUICK, "--json", lang=lang).out == run("cost", small, *QUICK, "--json").out


@pytest.mark.slow
def test_two_processes_give_the_same_bytes(small: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "thuishaven", "cost", str(small), *QUICK, "--json"]
    first, second = (
        subprocess.run(command, env=environment | {"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    )
    assert first.stdout == second.stdout
    assert b"" == first.stderr


def test_the_seed_the_draws_and_the_horizon_are_heard(run: Run, small: Path) -> None:
    def told(*words: str) -> dict[str, object]:
        settings: dict[str, object] = json.loads(run("cost", small, *words, "--json").out)["settings"]
        return {name: settings[name] for name in ("seed", "draws", "horizon_years")}

    words = ("--seed", "7", "--draws", "128", "--horizon", "4")
    assert {"seed": 7, "draws": 128, "horizon_years": 4} == told(*words)


def test_set_changes_the_figure(run: Run, small: Path) -> None:
    def mean(*words: str) -> float:
        told = json.loads(run("cost", small, *QUICK, "--json", *words).out)
        return float(told["plans"][0]["unit_tco"]["mean"])

    dear = mean("--set", "01.1.unit_price=20 USD")
    assert dear > mean() + 5
    assert dear > mean("--set", "01.1.unit_price=20 USD", "--set", "01.1.unit_price=9 USD")


def test_a_scenario_changes_the_figures(run: Run, small: Path) -> None:
    expected, crisis = (
        json.loads(run("cost", small, *QUICK, "--json", *words).out)
        for words in ((), ("--scenario", "freight_crisis"))
    )
    assert "freight_crisis" == crisis["settings"]["scenario"]
    assert crisis["plans"][0]["unit_tco"]["mean"] > expected["plans"][0]["unit_tco"]["mean"]


SET_WRONG = {
    "no path": ("x=3", 2, "no field x"),
    "no sign": ("demand", 2, "path=value"),
    "no value that fits": ("demand.units_per_year=-3", 1, "below zero"),
    "no unit that fits": ("product.mass_kg=3 litre", 1, "litre"),
}


@pytest.mark.parametrize(("words", "status", "expected"), SET_WRONG.values(), ids=list(SET_WRONG))
def test_a_change_that_cannot_be_made_is_told(
    run: Run, small: Path, words: str, status: int, expected: str
) -> None:
    ran = run("cost", small, "--set", words, width=300)
    assert (status, "") == (ran.status, ran.out)
    assert ran.err.startswith("--set")
    assert expected in ran.err


@pytest.mark.parametrize("command", ["cost", "explore"])
def test_without_units_there_is_no_cost_per_unit(run: Run, small: Path, command: str) -> None:
    ran = run(command, small, "--draws", "64", "--set", "demand.units_per_year=0")
    assert (1, "") == (ran.status, ran.out)
    assert ran.err.startswith(f"{small}: No units are asked for")


def test_a_dossier_with_only_today_says_that_there_is_nothing_to_compare(
    run: Run, small: Path, tmp_path: Path
) -> None:
    alone = tmp_path / "alone.yaml"
    text = small.read_text()
    alone.write_text(text[: text.index('  - id: "02"')])
    ran = run("cost", alone, *QUICK)
    assert (0, "") == (ran.status, ran.err)
    assert "There is nothing to compare yet: the dossier holds only today." in ran.out


def test_the_pseudo_locale_shows_no_english(run: Run, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Outside the brackets stand only codes of lines, countries and currencies, and units."""
    monkeypatch.setattr("thuishaven.cli.output.WIDEST", 900)
    every = outside(run("cost", small, *QUICK, "--all", lang="xx", width=900).out)
    words = set(re.findall(r"[A-Za-z]{2,}", every))
    assert {word for word in words if not re.fullmatch(r"[A-Z]{3}|EU|kWh|tCO|kgCO", word)} == set()


# One figure: from the terminal through --json and facts show to the publication.


def test_explain_shows_formula_inputs_and_sources(run: Run, small: Path) -> None:
    ran = run("cost", small, *QUICK, "--explain", "03.P03", width=120)
    assert (0, "") == (ran.status, ran.err)
    assert re.match(r"P03 Direct labour, own plant in the Netherlands: \d+\.\d+ EUR per unit", ran.out)
    assert "labour_hours * labour_cost" in ran.out
    assert re.search(r"labour_hours +Labour hours per unit .* +h +yours", ran.out)
    assert "thuishaven facts show '" in ran.out


def test_explain_for_programs_adds_up_to_the_figure(run: Run, small: Path) -> None:
    told = json.loads(run("cost", small, *QUICK, "--explain", "03.P03", "--json").out)
    result = json.loads(run("cost", small, *QUICK, "--json").out)
    line = next(f for f in result["plans"][2]["factors"] if f["id"] == "P03")
    assert told["per_unit"] == pytest.approx(line["per_unit"]["mean"], rel=1e-9)


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("nobody.P03", "Known: 01, 02, 03"), ("01.P03", "no amount on that line"), ("P03", "Known: 01, 02, 03")],
)
def test_explain_says_what_can_be_explained(run: Run, small: Path, reference: str, expected: str) -> None:
    ran = run("cost", small, *QUICK, "--explain", reference)
    assert (2, "") == (ran.status, ran.out)
    assert expected in ran.err


def test_a_figure_can_be_followed_from_the_terminal_to_its_publication(run: Run, small: Path) -> None:
    page = run("cost", small, *QUICK)
    suggested = re.search(r"--explain\s+(\S+)", page.out)
    assert suggested is not None
    assert run("cost", small, *QUICK, "--explain", suggested[1]).status == 0
    explained = run("cost", small, *QUICK, "--explain", "03.P03").out
    identity = next(
        i for i in re.findall(r"facts show '(.+)'", explained) if i.startswith("labour_cost_hourly")
    )
    used = {fact["id"]: fact for fact in json.loads(run("cost", small, *QUICK, "--json").out)["facts_used"]}
    record = json.loads(run("facts", "show", identity, "--json").out)
    assert used[identity]["source"] == record["source"]["source_id"]
    shown = run("facts", "show", identity, width=300).out
    listed = run("facts", "sources", record["source"]["source_id"]).out
    assert record["source"]["url"].startswith("https://")
    assert record["source"]["url"] in shown
    assert record["source"]["url"] in listed
