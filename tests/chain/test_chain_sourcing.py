"""Second sources: the worked examples, the series against a simulation and itself, and Tomlin's choice."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import norm

from thuishaven.chain import (
    base_surge,
    choose_measure,
    newsvendor_with_disruptions,
    surge_cost,
    surge_stock,
)
from thuishaven.chain.sourcing import corrected_stock


def test_stock_under_a_tailored_base_surge() -> None:
    assert 19.922679 == pytest.approx(surge_stock(6.666667, 20), abs=2e-6)
    rough = base_surge(100, 20, 2, 9, how="diffusion")
    assert (6.666667, 30) == pytest.approx((rough.surge, rough.stock), rel=1e-6)
    # The note rounds the constant to .5826.
    assert 20.014667 == pytest.approx(corrected_stock(20 / 3, 20), rel=1e-5)


def test_the_best_split_of_a_tailored_base_surge() -> None:
    best = base_surge(100, 20, 2, 9)
    assert (6.507326, 99.809488) == pytest.approx((best.surge, best.cost), rel=3e-7)
    assert best.share == pytest.approx(best.surge / 100)


#: Loaded before hypothesis keeps time: the room loads it when it is first needed.
assert brentq is not None


@given(st.floats(0.005, 0.5), st.floats(1, 50), st.floats(0.1, 5), st.floats(1, 40))
def test_no_other_split_costs_less(cv: float, demand: float, holding: float, premium: float) -> None:
    best = base_surge(demand, cv * demand, holding, premium)
    for other in (0.5, 0.95, 1.05, 2):
        assert best.cost <= surge_cost(best.surge * other, cv * demand, holding, premium) * (1 + 1e-12)


@given(st.floats(1, 3))
def test_both_ways_to_the_series_agree(drift: float) -> None:
    """Below a drift of one the power series is used, above it the sum itself."""
    k = np.arange(1, 2000)
    z = drift * np.sqrt(k)
    expected = np.sum(norm.pdf(z) / np.sqrt(k) - drift * norm.cdf(-z))
    assert expected == pytest.approx(surge_stock(drift, 1), rel=1e-9)
    near = surge_stock(1 - 1e-9, 1), surge_stock(1, 1)
    assert near[0] == pytest.approx(near[1], rel=1e-7)


def test_the_series_is_the_stock_of_a_simulated_walk() -> None:
    """Lindley's recursion: what is left over after each period's demand and surge."""
    rng = np.random.default_rng(3)
    steps = rng.normal(-8, 20, 400_000)
    level, total = 0.0, 0.0
    for step in steps:
        level = max(0.0, level + step)
        total += level
    assert surge_stock(8, 20) == pytest.approx(total / steps.size, rel=0.05)


@given(st.floats(0.01, 0.5), st.floats(0.05, 0.9), st.floats(0.01, 8))
def test_exactly_one_measure_is_best_and_it_is_the_cheapest(
    fails: float, recovers: float, premium: float
) -> None:
    found = choose_measure(100, 0.25, 3, fails, recovers, premium)
    assert found.costs[found.measure] == pytest.approx(min(found.costs.values()), rel=1e-12)


def test_rare_and_long_favours_another_source_and_frequent_and_short_stock() -> None:
    """The same share of time down, and a premium between the two."""
    rare, frequent = (0.002, 0.01), (0.1, 0.5)
    costs = [newsvendor_with_disruptions(100, 0.25, 3, *chances).cost for chances in (rare, frequent)]
    premium = sum(costs) / 2 / 100
    assert ["second_source", "stock"] == [
        choose_measure(100, 0.25, 3, *chances, premium).measure for chances in (rare, frequent)
    ]


def test_a_source_that_hardly_fails_is_accepted() -> None:
    assert choose_measure(100, 1, 3, 0.01, 0.9, premium=5).measure == "accept"


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="premium must be above 0"):
        base_surge(100, 20, 2, 0)
    with pytest.raises(ValueError, match="surge must be above 0"):
        surge_stock(0, 20)
    with pytest.raises(ValueError, match="expected exact"):
        base_surge(100, 20, 2, 9, how="guess")
