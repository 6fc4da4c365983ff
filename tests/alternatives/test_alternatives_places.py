"""Near and like-minded: the rules, the dated list and who may replace it."""

from __future__ import annotations

import datetime as dt

import pytest
from alternative_cases import FEW, TREE, told

from thuishaven.alternatives import by_rule, choices, generate, like_minded, place
from thuishaven.dossier import Source
from thuishaven.facts import bundled, countries

MAIN = Source(id="supplier", maker="supplier", country="CHN", share=1)


def test_the_list_is_what_its_rule_gives_on_its_date() -> None:
    """Where this fails after newer figures: draw the list up again, with the new date."""
    dates = {friend.as_of for friend in like_minded().values()}
    assert len(dates) == 1
    assert all(friend.author for friend in like_minded().values())
    found = dict(by_rule(bundled(), dt.date.fromisoformat(dates.pop())))
    listed = {
        iso3: (friend.rule_of_law, friend.voice, friend.stability, friend.duty_left)
        for iso3, friend in like_minded().items()
    }
    assert set(found) == set(listed)
    for iso3, figures in listed.items():
        assert figures == pytest.approx(found[iso3]), iso3


def test_every_country_of_the_list_passes_the_thresholds() -> None:
    least = choices()
    for friend in like_minded().values():
        assert friend.rule_of_law >= least["friend_rule_of_law"]
        assert friend.voice >= least["friend_voice"]
        assert friend.stability >= least["friend_stability"]
        assert friend.duty_left <= least["friend_duty_left"]
    assert not {"CHN", "TUR", "UKR"} & set(like_minded())


def test_a_country_is_near_by_road_and_nearer_than_today() -> None:
    kinds = {iso3: place(told(), bundled(), MAIN, iso3).kind for iso3 in ("NLD", "POL", "VNM", "JPN", "CHN")}
    assert {"NLD": "home", "POL": "near", "VNM": "far", "JPN": "friend", "CHN": "far"} == kinds
    polish = MAIN.model_copy(update={"country": "POL"})
    assert place(told(), bundled(), polish, "DEU").kind == "near"
    assert place(told(), bundled(), polish, "ROU").kind == "friend"


def test_the_rule_stands_beside_the_plan() -> None:
    plans = {plan.id: plan for plan in generate(told(), bundled(), FEW)}
    near = next(item for item in plans["supplier_POL"].assumptions if not isinstance(item, str))
    assert ("near", 1248, 3000) == (near.code, near.params["km"], near.params["limit"])
    codes = [item.code for item in plans["own_JPN"].assumptions if not isinstance(item, str)]
    assert "like_minded" in codes
    assert "nearshore" == plans["own_POL"].family
    assert "friendshore" == plans["own_JPN"].family


def test_a_list_of_ones_own_wins() -> None:
    own = told(preferences={"like_minded": ["VNM"]})
    assert place(own, bundled(), MAIN, "VNM").kind == "friend"
    assert place(own, bundled(), MAIN, "JPN").kind == "far"


def test_no_country_is_in_two_kinds_and_all_are_in_one() -> None:
    for iso3 in countries():
        assert place(told(), bundled(), MAIN, iso3).kind in ("home", "near", "friend", "far")
    assert TREE["company"] == {"country": "NLD"}
