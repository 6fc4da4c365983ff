"""The page of a comparison, from a result whose figures can be checked by eye."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from results import ABOUT, plan, result

from pseudo import outside
from thuishaven.cli.cost_page import page
from thuishaven.cli.output import console, rendered
from thuishaven.locale import LANGUAGES, use
from thuishaven.report.answer import answer, choose, group_differences
from thuishaven.report.telling import break_even, cents

GOLDEN = Path(__file__).parent / "golden"


def printed(told: dict[str, Any], width: int = 80, everything: bool = False) -> str:
    """The page as text."""
    screen = console()
    screen.width = width
    return rendered(page(told, ABOUT, width, everything), screen)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_the_one_in_the_folder_golden(lang: str) -> None:
    """Where this fails and the new page is better: read it, then write it over the old one."""
    with use(lang):
        assert (GOLDEN / f"cost.{lang}.txt").read_text(encoding="utf-8") == printed(result())


def test_the_page_with_everything_is_the_one_in_the_folder_golden() -> None:
    with use("en"):
        assert (GOLDEN / "cost.all.en.txt").read_text(encoding="utf-8") == printed(
            result(), 120, everything=True
        )


def test_the_pseudo_locale_shows_no_english() -> None:
    with use("xx"):
        left = outside(printed(result(), 500, everything=True))
    names = {
        "A",
        "B",
        "C",
        "today",
        "improve",
        "home",
        "supplier",
        "tilburg",
        "Plantenpot",
        "cm",
        "CHN",
        "EUR/",
    }
    lines = {"P01", "P02", "P03", "P07", "L01", "L02", "L06", "K01", "R02", "C08"}
    words = {word for word in re.split(r"[\s(),:;]+", left) if any(letter.isalpha() for letter in word)}
    assert not words - names - lines


def home(mean: float, low: float, high: float, chance: float) -> dict[str, Any]:
    today = 12.40
    gap = (mean - today, low - today, high - today)
    return plan("home", mean, low, high, gap, chance, 1_250_000.0, (None, 0.2))


VERDICTS = {
    "sure": (home(9.0, 8.0, 10.0, 0.99), "“C” is almost certainly cheaper than today."),
    "probable": (home(10.0, 8.0, 13.0, 0.8), "“C” is probably cheaper than today."),
    "close": (home(11.7, 8.0, 15.0, 0.55), "“C” is slightly cheaper than today on average, but it is close."),
}


@pytest.mark.parametrize(("other", "expected"), VERDICTS.values(), ids=list(VERDICTS))
def test_the_answer_is_as_sure_as_the_draws(other: dict[str, Any], expected: str) -> None:
    with use("en"):
        assert expected == answer(result(other), ABOUT)[0]


STAYING = {
    "sure": (home(18.0, 16.0, 20.0, 0.01), "Staying is almost certainly cheaper."),
    "probable": (home(14.0, 11.0, 17.0, 0.2), "Staying is probably cheaper."),
    "close": (home(12.6, 9.0, 16.0, 0.45), "Staying is slightly cheaper on average, but it is close."),
}


@pytest.mark.parametrize(("other", "expected"), STAYING.values(), ids=list(STAYING))
def test_staying_is_said_as_plainly_as_moving(other: dict[str, Any], expected: str) -> None:
    told = result(other)
    told["plans"] = [told["plans"][0], other]
    with use("en"):
        sentences = answer(told, ABOUT)
    assert expected == sentences[0]
    assert sentences[1].startswith("“C”, the best other plan, costs on average ")
    assert not [sentence for sentence in sentences if "at once" in sentence]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("nl", "Blijven is waarschijnlijk goedkoper."), ("fr", "Rester est probablement moins cher.")],
)
def test_staying_in_other_languages(lang: str, expected: str) -> None:
    told = result(STAYING["probable"][0])
    told["plans"] = [told["plans"][0], told["plans"][2]]
    with use(lang):
        assert expected == answer(told, ABOUT)[0]


def test_the_best_plan_at_home_is_told_when_another_wins() -> None:
    with use("en"):
        sentences = answer(result(home(14.0, 11.0, 17.0, 0.2)), ABOUT)
    expected = (
        "Of the plans at home, “C” comes first: on average 1.6 euros per unit more than today, "
        "and cheaper in 2 out of 10 worlds."
    )
    assert "“B” is almost certainly cheaper than today." == sentences[0]
    assert expected in sentences


def test_a_range_on_both_sides_of_zero_is_told_on_both_sides() -> None:
    with use("en"):
        assert "(between 3.4 less and 0.9 more)" in answer(result(), ABOUT)[1]


def test_the_groups_add_up_to_the_difference() -> None:
    told = result()
    choice = choose(told)
    assert choice.focus["delta_unit_tco"]["mean"] == pytest.approx(
        sum(group_differences(choice.focus, choice.today).values())
    )


def test_nothing_to_find_out_is_told() -> None:
    told = result() | {"find_out_first": []}
    with use("en"):
        assert "Finding out any one number more exactly would not change this choice." in answer(told, ABOUT)
        assert "\nFind out first\n" not in printed(told)


def test_digits_follow_the_interval() -> None:
    assert (1, 0, 2, 3) == tuple(
        cents({"p5": low, "p95": high})
        for low, high in ((9.8, 15.3), (98, 153), (12.31, 12.52), (0.1012, 0.1034))
    )


@pytest.mark.parametrize(
    "item",
    [item for item in result()["break_even"] if item["value"] is not None],
    ids=lambda item: item["driver"],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_driver_has_its_sentence(item: dict[str, Any], lang: str) -> None:
    with use(lang):
        assert item["driver"] not in break_even(item)
        assert len(break_even(item).split()) > 3
