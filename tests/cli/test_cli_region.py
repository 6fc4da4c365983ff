"""``region``: what each plan does for work here, in three languages, and how one figure came about."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from results import ABOUT
from running import ROOT, Run

from pseudo import outside
from thuishaven.cli.output import console, rendered
from thuishaven.cli.region_page import page
from thuishaven.dossier import Settings, load
from thuishaven.locale import LANGUAGES, use
from thuishaven.region import assess
from thuishaven.report import work, work_words
from thuishaven.report.subject import Subject

RICH = ROOT / "tests" / "region" / "rich.yaml"
QUICK = ("--draws", "64")
GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return assess(load(RICH), settings=Settings(draws=512)).to_dict()


def printed(told: dict[str, Any], width: int = 100, everything: bool = False) -> str:
    about = Subject(ABOUT.title, ABOUT.today, {"today": "1", "home": "2"}, "rich.yaml")
    screen = console()
    screen.width = width
    return rendered(page(told, about, width, everything), screen)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_the_one_in_the_folder_golden(lang: str, told: dict[str, Any]) -> None:
    """Where this fails and the new page is better: read it, then write it over the old one."""
    with use(lang, country="BEL"):
        assert (GOLDEN / f"region.{lang}.txt").read_text(encoding="utf-8") == printed(told)


def test_the_pseudo_locale_shows_no_english(told: dict[str, Any]) -> None:
    with use("xx"):
        left = outside(printed(told, 500, everything=True))
    words = {word for word in left.split() if any(letter.isalpha() for letter in word)}
    assert words <= {"Plantenpot", "cm,", "supplier,", "CHN", "ISCO"}


@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_narrow_screen_is_enough(width: int, told: dict[str, Any]) -> None:
    with use("nl", country="NLD"):
        lines = printed(told, width).splitlines()
    kept = [line for line in lines if "thuishaven region" not in line]
    assert max(len(line) for line in kept) <= width


def test_jobs_are_rounded_at_the_door_only(told: dict[str, Any]) -> None:
    assert not float(told["plans"][1]["fte"]["p95"]).is_integer()
    with use("en"):
        assert "53 to 90" != work_words.jobs({"p5": 53.2, "p95": 87.6})
        assert "55 to 90" == work_words.jobs({"p5": 53.2, "p95": 87.6})
        assert "7" == work_words.jobs({"p5": 6.9, "p95": 7.1})


def test_plans_that_change_nothing_are_told_so() -> None:
    nothing = {"mean": 0.0, "p5": 0.0, "p50": 0.0, "p95": 0.0}
    same = {"id": "home", "fte_direct": nothing}
    result = {"baseline": "today", "year": 2029, "plans": [{"id": "today", "fte_direct": nothing}, same]}
    with use("en"):
        assert ["None of the plans changes the work here noticeably."] == work.answer(result, ABOUT)


def test_a_plan_that_takes_work_away_is_told_so() -> None:
    less = {"mean": -10.0, "p5": -14.0, "p50": -10.0, "p95": -6.0}
    plan = {"id": "home", "fte_direct": less, "fte_net": less, "fte_scarce": less}
    result = {"baseline": "today", "year": 2029, "plans": [{"id": "today"}, plan]}
    about = Subject("", "", {"today": "1", "home": "2"})
    with use("en"):
        assert "“2” costs 6 to 14 full-time jobs here by 2029." == work.answer(result, about)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_its_words(lang: str) -> None:
    from thuishaven.region import schemes, shift_systems

    with use(lang):
        for scheme in schemes().values():
            assert work_words.scheme_name(scheme.id) != scheme.id
            assert work_words.conditions(list(scheme.conditions))
        for number in shift_systems():
            assert work_words.system_name(number)


def test_the_command_prints_json_for_programs(run: Run, small: Path) -> None:
    ran = run("region", small, "--json", *QUICK)
    found = json.loads(ran.out)
    assert ("thuishaven.region/1", 0, "") == (found["schema"], ran.status, ran.err)
    assert ["01", "02", "03"] == [plan["id"] for plan in found["plans"]]


def test_a_field_may_be_changed_before(run: Run, small: Path) -> None:
    once, twice = (
        json.loads(run("region", small, "--json", *QUICK, "--set", f"demand.units_per_year={n}").out)
        for n in (100000, 200000)
    )
    jobs = [found["plans"][2]["fte"]["mean"] for found in (once, twice)]
    assert jobs[1] == pytest.approx(2 * jobs[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_command_shows_a_page_in_each_language(run: Run, small: Path, lang: str) -> None:
    ran = run("region", small, *QUICK, "--lang", lang, lang=lang)
    assert (0, "") == (ran.status, ran.err)
    assert "03" in ran.out


def test_one_figure_is_explained(run: Run, small: Path) -> None:
    ran = run("region", small, *QUICK, "--explain", "03.fte_net")
    assert ran.lines[0] == "03.fte_net"
    assert "Jobs that would come anyway" in ran.out
    found = json.loads(run("region", small, *QUICK, "--explain", "03.fte_net", "--json").out)
    assert "net_jobs" == found["function"]


def test_a_figure_there_is_not_is_wrong_usage(run: Run, small: Path) -> None:
    ran = run("region", small, *QUICK, "--explain", "03.nonsense")
    assert ran.status == 2
    assert "fte_net" in ran.err
