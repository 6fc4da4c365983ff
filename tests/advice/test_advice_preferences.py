"""Weights and measures from the dossier, and the tables they are laid over."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from advice_cases import small
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.advice.measures import evidence, level
from thuishaven.advice.preferences import profile, read
from thuishaven.advice.tables import criteria, kinds, method, roles
from thuishaven.alternatives import families
from thuishaven.dossier import DossierError
from thuishaven.locale import LANGUAGES, use
from thuishaven.scan import questions


def told(**preferences: Any) -> dict[str, float]:
    return read(small(preferences=preferences)).weights.mean()


def problems(**preferences: Any) -> list[tuple[str, str]]:
    with pytest.raises(DossierError) as caught:
        read(small(preferences=preferences))
    for problem in caught.value.problems:
        for lang in LANGUAGES:
            with use(lang):
                assert problem.message().endswith((".", "?"))
    return [(problem.code, problem.where) for problem in caught.value.problems]


def test_without_preferences_the_firm_weighs() -> None:
    weights = read(small()).weights
    assert weights == roles()["firm"]
    assert list(weights.mean().values()) == pytest.approx(
        [0.3397, 0.2147, 0.1522, 0.1106, 0.0543, 0.0335, 0.0156, 0.0793], abs=5e-4
    )


def test_the_order_of_the_dossier_wins_and_what_it_leaves_out_comes_last() -> None:
    found = told(order=["risk", ["cost", "quality"]])
    assert found["risk"] > found["cost"] == found["quality"] > found["jobs"] == found["market"]
    assert sum(found.values()) == pytest.approx(1)


def test_weights_of_all_criteria_may_have_any_sum() -> None:
    found = told(weights=dict.fromkeys(criteria(), 10))
    assert found == {name: pytest.approx(1 / len(criteria())) for name in criteria()}


def test_weights_of_some_criteria_leave_the_others_in_proportion() -> None:
    found, before = told(weights={"cost": 0.5}), roles()["firm"].mean()
    assert found["cost"] == 0.5
    assert found["risk"] / found["quality"] == pytest.approx(before["risk"] / before["quality"])
    assert sum(found.values()) == pytest.approx(1)


def test_a_role_that_is_asked_for_leaves_the_dossiers_weights_aside() -> None:
    dossier = small(preferences={"weights": {"cost": 0.9}})
    assert read(dossier, "region").weights == roles()["region"] == profile("region")


@pytest.mark.parametrize(
    ("preferences", "expected"),
    [
        ({"weights": {"costs": 0.5}}, ("unknown_field", "preferences.weights.costs")),
        ({"weights": {"cost": -0.1}}, ("negative", "preferences.weights.cost")),
        ({"weights": {"cost": "much"}}, ("not_a_number", "preferences.weights.cost")),
        ({"weights": {"cost": True}}, ("not_a_number", "preferences.weights.cost")),
        ({"weights": {"cost": 40}}, ("too_high", "preferences.weights")),
        ({"weights": dict.fromkeys(criteria(), 0)}, ("wrong_type", "preferences.weights")),
        ({"weights": [0.5]}, ("wrong_type", "preferences.weights")),
        ({"order": ["cost", "price"]}, ("unknown_field", "preferences.order")),
        ({"order": ["cost", "cost"]}, ("duplicate", "preferences.order")),
        ({"order": "cost"}, ("wrong_type", "preferences.order")),
        ({"order": ["cost"], "weights": {"cost": 0.5}}, ("wrong_type", "preferences.weights")),
        ({"role": "bank"}, ("unknown_choice", "preferences.role")),
        ({"weight": {}}, ("unknown_field", "preferences.weight")),
        ({"measures": {"house": {"jobs": 3}}}, ("unknown_field", "preferences.measures.house")),
        ({"measures": {"home": {"job": 3}}}, ("unknown_field", "preferences.measures.home.job")),
        ({"measures": {"home": 3}}, ("wrong_type", "preferences.measures.home")),
        ({"measures": {"home": {"feasibility": 5}}}, ("too_high", "preferences.measures.home.feasibility")),
        ({"measures": {"home": {"feasibility": -1}}}, ("too_low", "preferences.measures.home.feasibility")),
        (
            {"measures": {"home": {"feasibility": {"low": 3, "high": 1}}}},
            ("wrong_order", "preferences.measures.home.feasibility"),
        ),
        (
            {"measures": {"home": {"feasibility": {"value": 3, "evidence": 9}}}},
            ("unknown_choice", "preferences.measures.home.feasibility.evidence"),
        ),
        (
            {"measures": {"home": {"feasibility": {"lowest": 3}}}},
            ("unknown_field", "preferences.measures.home.feasibility.lowest"),
        ),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(
    preferences: dict[str, Any], expected: tuple[str, str]
) -> None:
    assert problems(**preferences)[0] == expected


def test_a_measure_with_a_source_is_an_own_document_and_one_without_a_claim() -> None:
    found = read(
        small(
            preferences={
                "measures": {
                    "home": {
                        "feasibility": {"low": 2, "high": 3, "source": "permit of May"},
                        "circularity": 0.4,
                    }
                }
            }
        )
    ).measures
    assert (found["home", "feasibility"].low, found["home", "feasibility"].high) == (2, 3)
    assert found["home", "feasibility"].evidence == 1
    assert found["home", "circularity"].evidence == 0


@pytest.mark.parametrize(
    ("status", "source", "expected"),
    [
        ("user", "", 0),
        ("user", None, 0),
        ("user", "assumption", 0),
        ("user", "assumption: a place to begin, replace it", 0),
        ("user", "aanname (drie offertes van vorig jaar)", 1),
        ("user", "quote 2026-09-14", 1),
        ("user", "tariff of the port, https://example.org/tariff", 2),
        ("published", "eurostat", 2),
        ("derived", "thuishaven-derived", 2),
        ("unverified", "a-magazine", 1),
        ("assumption", "thuishaven-assumption", 1),
        ("assumption", "thuishaven-plausible-range", 0),
    ],
)
def test_the_evidence_of_a_figure(status: str, source: str | None, expected: int) -> None:
    assert level({"status": status, "source": source}) == expected


def test_a_measure_has_the_level_on_which_half_of_its_amount_rests() -> None:
    quote = {"status": "user", "source": "quote", "carries": 5.0}
    guess = {"status": "user", "source": "", "carries": 4.0}
    assert evidence([quote, guess]) == 1
    assert evidence([quote | {"carries": 3.0}, guess]) == 0


# ---- the tables


@pytest.mark.parametrize("name", list(criteria()))
def test_a_scale_runs_one_way_from_nought_to_one(name: str) -> None:
    scale = criteria()[name]
    steps = np.diff(scale.values)
    assert (np.diff(scale.points) > 0).all()
    assert (steps > 0).all() or (steps < 0).all()
    assert {scale.worth(scale.worst).item(), scale.worth(scale.best).item()} == {0.0, 1.0}
    assert scale.beyond([scale.lowest, scale.highest]) == 0
    assert scale.beyond([scale.lowest - 1, scale.highest]) == 0.5
    assert 0 <= scale.indifference < scale.preference <= 1


@given(st.sampled_from(list(criteria())), st.floats(0, 1))
def test_a_measure_and_its_worth_belong_together(name: str, worth: float) -> None:
    scale = criteria()[name]
    assert scale.worth(scale.measure(worth)).item() == pytest.approx(worth, abs=1e-9)


def test_every_table_has_an_author_and_a_date() -> None:
    for criterion in criteria().values():
        assert criterion.author
        assert dt.date.fromisoformat(criterion.date)
    for weights in roles().values():
        assert weights.author
        assert dt.date.fromisoformat(weights.date)
        assert set(weights.reason) == set(LANGUAGES)
        assert sorted(name for group in weights.order for name in group) == sorted(criteria())


def test_every_kind_of_plan_is_known_to_the_advice() -> None:
    assert set(kinds()) == set(families())
    asked = {name.removeprefix("-") for kind in kinds().values() for name in kind.answers}
    assert asked <= set(questions())
    assert all(0 <= kind.low <= kind.high <= 4 for kind in kinds().values())


def test_the_thresholds_are_those_of_the_method() -> None:
    assert (method()["first_share"], method()["coverage"], method()["concentration"]) == (0.5, 0.6, 50)
