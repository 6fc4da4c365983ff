"""The hindcast: its page tells what the program says; its dossier holds nothing that was not known then."""

from __future__ import annotations

import datetime
import re
from functools import cache
from pathlib import Path
from types import ModuleType

from programs import program
from thuishaven import dossier
from thuishaven.dossier.yaml import parse
from thuishaven.facts import fx_history

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "hindcast.md"
DOSSIER = ROOT / "examples" / "hindcast" / "rossignol-2010.yaml"


@cache
def writer() -> ModuleType:
    return program("tools/write_hindcast.py")


def test_the_figures_of_the_page_are_what_the_program_says() -> None:
    """Where this fails: run `python tools/write_hindcast.py`, and read whether the prose still holds."""
    text = PAGE.read_text(encoding="utf-8")
    assert text == writer().page(text)


def test_the_prose_of_the_page_holds() -> None:
    """What the sentences between the tables say in words."""
    answers = writer().Answers()
    plans = {plan["id"]: plan for plan in answers.cost["plans"]}
    delta = {name: plan["delta_unit_tco"]["mean"] for name, plan in plans.items()}
    assert answers.advice["recommended"] is None
    assert min(delta, key=lambda name: delta[name]) == "spain"
    assert abs(delta["home_own"]) < 3
    assert plans["improve_abroad"]["p_cheaper"]["value"] > 0.8
    fell = {plan["id"]: plan["delta_unit_tco"]["mean"] for plan in answers.fallen["plans"]}
    assert fell["spain"] < 0 < fell["home_own"]
    assert answers.break_even("spain", "world.exchange_rate.USD") < writer().mean_dollar()
    assert 0.7 < answers.break_even("spain", "demand.units_per_year") / 60_000 < 0.8
    assert "reshore" == answers.scan["direction"]["first"]
    assert 8 == len(answers.scan["unanswered"])


def test_no_source_of_the_dossier_is_of_a_later_year() -> None:
    years = {
        year
        for source in re.findall(r'source: "([^"]+)"', DOSSIER.read_text(encoding="utf-8"))
        for year in re.findall(r"(?:\w+ )?20(?:1[1-9]|2\d)", source)
    }
    assert years <= {"December 2011", "Transport 2011"}
    head = DOSSIER.read_text(encoding="utf-8").partition("thuishaven: 1")[0]
    assert all(word in head for word in ("BLS, December 2011", "UNCTAD, 2011", "Europe 1, December 2011"))


def test_every_fact_that_is_used_is_the_dossiers_own_or_named_on_the_page() -> None:
    answers = writer().Answers()
    decided = answers.told.as_of
    used = {fact["id"]: fact for fact in answers.cost["facts_used"] if fact["status"] != "user"}
    later = [name for name, fact in used.items() if str(fact["period"])[:10] > decided.isoformat()]
    text = PAGE.read_text(encoding="utf-8")
    assert not [name for name in later if f"`{name}`" not in text]
    assert not [name for name in used if "plausible range" in name]


def test_every_figure_of_the_dossier_says_where_it_comes_from() -> None:
    bare = re.findall(r"\{(?:value|low): [^}]*\}", DOSSIER.read_text(encoding="utf-8"))
    assert not [text for text in bare if "source:" not in text]
    told = dossier.load(DOSSIER)
    assert datetime.date(2010, 9, 1) == told.as_of
    assert {"nl", "en", "fr"} == set(parse(DOSSIER.read_text(encoding="utf-8"))["about"])


def test_the_exchange_rate_is_the_fixing_of_the_day() -> None:
    told = dossier.load(DOSSIER)
    days, rates = fx_history("USD")
    fixing = next(rate for day, rate in zip(days, rates, strict=True) if day == told.as_of)
    own = next(fact for fact in told.facts if fact.parameter == "fx_rate")
    assert round(float(fixing), 6) == round(float(own.value), 6)
