"""``explore``: the best plans, today among them, and the countries about which too little is known."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from results import ABOUT
from running import Run

from pseudo import outside
from thuishaven import alternatives
from thuishaven.alternatives import families
from thuishaven.cli.explore_page import best_of_each, explore_page, missing_names
from thuishaven.cli.output import console, rendered
from thuishaven.dossier import load
from thuishaven.locale import LANGUAGES, _, use
from thuishaven.report.generated import ASSUMED, LACKING, LEFT_OUT, TO_KNOW, option_name, remark

GOLDEN = Path(__file__).parent / "golden"
QUICK = ("--draws", "64")


def option(
    family: str,
    country: str,
    maker: str,
    mean: float,
    chance: float,
    assumptions: list[Any] | None = None,
    efficient: bool = False,
) -> dict[str, Any]:
    return {
        "id": f"{family}_{country}",
        "family": family,
        "family_name": families()[family].name_en,
        "country": country,
        "country_name": country,
        "maker": maker,
        "efficient": efficient,
        "assumptions": assumptions or [],
        "lacks": [{"code": "approval", "params": {}}],
        "unit_tco": {"mean": mean, "p5": mean - 2, "p50": mean, "p95": mean + 3},
        "delta_unit_tco": mean - 12.0,
        "p_cheaper": chance,
        "one_off": 0.0 if family == "stay" else 230_000.0,
        "not_counted": 2,
    }


def found(*options: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema": "thuishaven.explore/1",
        "options": list(options),
        "left_out": {"TUN": ["sea_distance"], "UKR": ["labour_cost_growth", "sea_distance or road_distance"]},
    }


SHARED = [{"code": "second_share", "params": {"share": 0.3}}]
STAY = option("stay", "CHN", "supplier", 12.0, 0.5)
MANY = found(
    option("nearshore", "POL", "supplier", 10.0, 0.8, efficient=True),
    option(
        "second_source", "NLD", "own", 10.05, 0.7, [{"code": "second_share", "params": {"share": 0.3}}], True
    ),
    option("improve_abroad", "CHN", "supplier", 11.5, 0.9),
    STAY,
    option("own_home", "NLD", "own", 13.0, 0.3),
    option("optimise_home", "NLD", "own", 14.0, 0.2),
)


def printed(told: dict[str, Any], most: int | None = 2, width: int = 80) -> str:
    screen = console()
    screen.width = width
    return rendered(explore_page(told, ABOUT, width, most), screen)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_the_one_in_the_folder_golden(lang: str) -> None:
    """Where this fails and the new page is better: read it, then write it over the old one."""
    with use(lang):
        assert (GOLDEN / f"explore.{lang}.txt").read_text(encoding="utf-8") == printed(MANY)


def test_the_pseudo_locale_shows_no_english() -> None:
    with use("xx"):
        left = outside(printed(MANY, None, 500))
    words = {word for word in left.split() if any(letter.isalpha() for letter in word)}
    assert words <= {"Plantenpot", "cm,", "supplier,", "CHN"}


def test_today_and_the_best_plan_at_home_are_always_shown() -> None:
    with use("en"):
        lines = printed(MANY, 1, 120).splitlines()
    rows = [line.split()[0] for line in lines if line[:5].strip().isdigit()]
    assert ["1", "4", "5"] == rows


VERDICTS = {
    "staying": (
        found(STAY, option("own_home", "NLD", "own", 13.0, 0.3)),
        "Staying comes first: none of the plans",
    ),
    "sure": (
        found(option("own_home", "NLD", "own", 8.0, 0.99), STAY),
        "almost certainly cheaper than staying",
    ),
    "probable": (
        found(option("own_home", "NLD", "own", 10.0, 0.8), STAY),
        "cheaper in 8 out of 10 calculated worlds",
    ),
    "close": (found(option("own_home", "NLD", "own", 11.9, 0.5), STAY), "but it is close"),
}


@pytest.mark.parametrize(("told", "expected"), VERDICTS.values(), ids=list(VERDICTS))
def test_the_conclusion_is_as_sure_as_the_draws(told: dict[str, Any], expected: str) -> None:
    with use("en"):
        assert expected in " ".join(printed(told, width=300).splitlines()[3:6])


@pytest.mark.parametrize("lang", ["nl", "fr"])
@pytest.mark.parametrize("family", families())
def test_every_family_has_its_name(family: str, lang: str) -> None:
    with use(lang):
        name = option_name(option(family, "NLD", "own", 10.0, 0.5))
    assert name not in ("", family, families()[family].name_en)


def test_a_missing_parameter_is_told_by_its_label() -> None:
    with use("en"):
        assert ["Sea distance between main ports"] == missing_names(["sea_distance or road_distance"])


@pytest.mark.slow
def test_the_command_ranks_plans_in_many_countries(run: Run, small: Path) -> None:
    told = json.loads(run("explore", small, *QUICK, "--json").out)
    means = [plan["unit_tco"]["mean"] for plan in told["options"]]
    assert ("thuishaven.explore/1", sorted(means)) == (told["schema"], means)
    page = run("explore", small, *QUICK, "--top", "3", width=120)
    assert (0, "") == (page.status, page.err)
    assert f"{len(means)} plans calculated; the 3 best are shown" in page.out


@pytest.mark.slow
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_page_keeps_within_the_screen(run: Run, small: Path, width: int) -> None:
    page = run("explore", small, *QUICK, width=width)
    assert not [line for line in page.lines if len(line) > width and str(small) not in line]


@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_every_code_of_a_plan_has_its_words(lang: str) -> None:
    """The codes as they stand in the room that makes the plans, not as they stand here."""
    room = Path(alternatives.__file__).parent
    text = "".join(file.read_text(encoding="utf-8") for file in room.glob("*.py"))
    codes = set(re.findall(r"_?(?:reason|Reason)\(\s*(?:code=)?\"(\w+)\"", text)) | {
        "second_share",
        "surge_share",
    }
    assert codes == set(ASSUMED) | set(LACKING)
    dropped = set(re.findall(r"_drop\(\s*\w+, \"(\w+)\"", text))
    assert dropped == set(LEFT_OUT)
    with use(lang):
        assert not [
            code for code, text in {**ASSUMED, **LACKING, **LEFT_OUT, **TO_KNOW}.items() if _(text) == text
        ]


def test_what_a_plan_rests_on_is_told_in_words() -> None:
    with use("en"):
        said = remark({"code": "near", "params": {"km": 1248, "limit": 3000}})
    assert "near: 1,248 km by road, at most 3,000 km, and nearer than today's source" == said
    assert "a text of a person" == remark("a text of a person")


def test_a_table_shows_other_ideas_than_a_dozen_countries() -> None:
    many = [option("supplier_abroad", "VNM", "supplier", 10.0 + n, 0.5) for n in range(9)]
    shown = best_of_each([*many, option("own_home", "NLD", "own", 30.0, 0.1)], 5)
    assert ["supplier_abroad"] * 3 + ["own_home"] == [plan["family"] for plan in shown]


def test_a_pair_that_costs_more_than_one_of_its_halves_is_not_in_the_table() -> None:
    halves = {"first": "own_home_NLD", "second": "improve_abroad_CHN"}
    pair = {
        "code": "pair",
        "params": {**halves, "first_family": "own_home", "second_family": "improve_abroad"},
    }
    singles = [
        option("own_home", "NLD", "own", 10, 0.5),
        option("improve_abroad", "CHN", "supplier", 11, 0.5),
    ]
    dear = option("pair", "NLD", "own", 10.5, 0.5, [pair])
    good = option("pair", "NLD", "own", 9.5, 0.5, [pair])
    assert singles == best_of_each([singles[0], dear, singles[1]], 9)
    assert [good, *singles] == best_of_each([good, *singles], 9)
    with use("en"):
        assert "own plant in the Netherlands and improve abroad" == option_name(good)


def test_a_plan_is_shown_with_what_it_rests_on_and_lacks(run: Run, small: Path) -> None:
    page = run("explore", small, *QUICK, "--plan", "second_own_NLD", "--lang", "en", width=120)
    assert (0, "") == (page.status, page.err)
    assert "Second source for 30%: own plant in the Netherlands" == page.lines[0]
    assert "30% of the volume goes to the second source" in page.out
    assert "What is still to be found out" in page.out


@pytest.mark.slow
def test_a_plan_goes_into_the_dossier_and_can_be_undone(run: Run, small: Path) -> None:
    before = small.read_text(encoding="utf-8")
    done = run("explore", small, *QUICK, "--save", "bigger_stock_60", "--lang", "en")
    assert (0, "") == (done.status, done.err)
    backup = small.with_name(small.name + ".bak")
    assert before == backup.read_text(encoding="utf-8")
    assert str(backup) in done.out
    plan = load(small).plans[-1]
    assert ("bigger_stock_60", {"nl", "en", "fr"}) == (plan.id, set(plan.name or {}))
    again = run("explore", small, *QUICK, "--save", "bigger_stock_60", "--lang", "en")
    assert 1 == again.status
    assert "bigger_stock_60" in again.err
    assert load(small).plans[-1] == plan


@pytest.mark.parametrize("option", ["--save", "--plan"])
def test_a_plan_that_does_not_exist_is_wrong_usage(run: Run, small: Path, option: str) -> None:
    before = small.read_bytes()
    done = run("explore", small, *QUICK, option, "nowhere", "--lang", "en")
    assert 2 == done.status
    assert "nowhere: there is no such plan" in done.err
    assert before == small.read_bytes()


def test_saving_a_plan_of_a_changed_dossier_is_refused(run: Run, small: Path) -> None:
    done = run("explore", small, "--save", "stay", "--set", "demand.units_per_year=5", "--lang", "en")
    assert 2 == done.status
    assert "--set" in done.err
