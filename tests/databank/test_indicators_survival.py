"""Survival curves: the worked example, late entry, competing ends, and an independent computation."""

from __future__ import annotations

import datetime as dt
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from thuishaven.databank.survival import Life, cumulative_incidence, kaplan_meier, life

UNTIMED = settings(deadline=None)

DAY = dt.date(2026, 11, 22)
#: Months 10+, 14, 20+, 40, 48+, 60+.
WORKED = [
    Life(str(t), t, event)
    for t, event in [(10, ""), (14, "reversed"), (20, ""), (40, "reversed"), (48, ""), (60, "")]
]


@pytest.mark.parametrize(("months", "survival", "se"), [(12, 1.0, 0.0), (36, 0.8, 0.179), (60, 0.533, 0.248)])
def test_the_worked_example(months: int, survival: float, se: float) -> None:
    step = kaplan_meier(WORKED, DAY).at(months)
    assert step is not None
    assert step.se is not None
    assert (survival, se) == (round(step.survival, 3), round(step.se, 3))


def test_beyond_the_last_evidence_the_curve_says_nothing() -> None:
    curve = kaplan_meier(WORKED, DAY)
    assert curve.at(60.5) is None
    assert curve.at(-1) is None
    assert ("thin",) == curve.caveats
    # At 14 months five are in view, at 40 three.
    assert 40 == curve.sound_until()
    assert 14 == curve.sound_until(least=6)
    assert 60 == curve.sound_until(least=1)


def test_without_moves_there_is_no_curve() -> None:
    curve = kaplan_meier([], DAY)
    assert (0, None, ()) == (curve.n, curve.at(0), curve.caveats)


def test_a_move_found_late_was_not_in_view_before() -> None:
    early = [Life("a", 10, "reversed"), Life("b", 30), Life("c", 40)]
    late = [Life(f"late {i}", 50, "", since=24) for i in range(7)]
    without, naive = kaplan_meier([*early, *late], DAY), kaplan_meier(early + [Life("x", 50)] * 7, DAY)
    first, wrong = without.at(12), naive.at(12)
    assert first is not None
    assert wrong is not None
    assert (3, 10) == (without.steps[1].at_risk, naive.steps[1].at_risk)
    assert (2 / 3, 0.9) == (pytest.approx(first.survival), pytest.approx(wrong.survival))


def test_a_move_found_after_its_end_is_left_out_and_told() -> None:
    curve = kaplan_meier([Life("a", 12, "reversed", since=20), Life("b", 30), Life("c", 31)], DAY)
    assert (2, 1) == (curve.n, curve.left_out)
    assert "found_after_the_end" in curve.caveats


def test_an_early_end_of_the_only_move_in_view_is_told() -> None:
    curve = kaplan_meier([Life("a", 3, "reversed"), *[Life(str(i), 60, "", since=6) for i in range(8)]], DAY)
    last = curve.at(60)
    assert last is not None
    assert (0.0, None) == (last.survival, last.se)
    assert "empty_at_start" in curve.caveats


def test_causes_compete() -> None:
    lives = [Life("a", 10, "reversed"), Life("b", 20, "distress"), Life("c", 30, "reversed"), Life("d", 40)]
    curve = cumulative_incidence(lives, DAY)
    assert ("distress", "reversed") == curve.events
    last = curve.at(40)
    assert last is not None
    assert (0.25, 0.5) == last.incidence
    assert last.survival == pytest.approx(0.25)
    # Taking those in distress out of view asks another question and gives more reversals.
    alone = kaplan_meier(lives, DAY).at(40)
    assert alone is not None
    assert 1 - alone.survival == pytest.approx(0.625)


def test_a_life_from_dates_ends_with_its_evidence() -> None:
    start = dt.date(2016, 1, 1)
    assert Life("a", 48, "", 0) == life("a", start, dt.date(2020, 1, 1), found=dt.date(2015, 1, 1))
    ended = life("a", start, dt.date(2024, 1, 1), "reversed", dt.date(2019, 1, 1), dt.date(2017, 1, 1))
    assert Life("a", 36, "reversed", 12) == ended


lives_drawn = st.lists(
    st.builds(
        Life, st.just("x"), st.integers(1, 60).map(float), st.sampled_from(["", "reversed"]), st.just(0.0)
    ),
    min_size=1,
    max_size=30,
)


@UNTIMED
@given(lives_drawn)
def test_it_equals_the_curve_of_scipy(lives: list[Life]) -> None:
    curve = kaplan_meier(lives, DAY)
    ends = [one.until for one in lives if one.event]
    stands = [one.until for one in lives if not one.event]
    other = ecdf(CensoredData(uncensored=ends, right=stands)).sf
    found = [curve.at(t) for t in other.quantiles]
    np.testing.assert_allclose([step.survival for step in found if step], other.probabilities, atol=1e-12)
    # Where S is 0 or 1 the formula has no interval; scipy warns, we say None.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        bounds = other.confidence_interval(0.95, method="log-log")
    for step, low, high in zip(found, bounds.low.probabilities, bounds.high.probabilities, strict=True):
        assert step is not None
        if step.low is not None:
            assert (step.low, step.high) == pytest.approx((low, high), abs=1e-9)


@UNTIMED
@given(
    st.lists(
        st.builds(
            Life,
            st.just("x"),
            st.integers(1, 60).map(float),
            st.sampled_from(["", "reversed", "distress"]),
            st.integers(0, 20).map(float),
        ),
        max_size=30,
    )
)
def test_what_was_ended_and_what_stands_is_all(lives: list[Life]) -> None:
    curve = cumulative_incidence(lives, DAY)
    for before, step in zip(curve.steps, curve.steps[1:], strict=False):
        assert sum(step.incidence) + step.survival == pytest.approx(1.0)
        assert step.survival <= before.survival
        assert all(a <= b for a, b in zip(before.incidence, step.incidence, strict=True))
    assert curve.n + curve.left_out == len(lives)
