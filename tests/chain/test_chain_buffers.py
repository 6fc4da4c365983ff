"""Buffers: the worked examples of the literature, limits that must hold, and sums done the long way."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from thuishaven.chain import (
    buffer_for_lost_sales,
    eoq_additive_yield,
    eoq_multiplicative_yield,
    eoq_with_disruptions,
    eoq_with_disruptions_approximate,
    newsvendor,
    newsvendor_additive_yield,
    newsvendor_with_disruptions,
    recovery_buffer,
    spread_over_lead_time,
    up_down,
)

DISRUPTED = {"order_cost": 8.0, "holding": 0.225, "shortage": 5.0, "demand": 1300.0}
#: Loaded before hypothesis keeps time: the room loads it when it is first needed.
assert brentq is not None
amounts = st.floats(0.1, 100)
chances = st.floats(0.01, 0.9)


def test_newsvendor() -> None:
    found = newsvendor(1000, 200, 1, 4)
    assert (1168.324247, 279.961920) == pytest.approx((found.quantity, found.cost), abs=5e-7)


def test_newsvendor_with_disruptions() -> None:
    best = newsvendor_with_disruptions(2000, 0.25, 3, 0.04, 0.25)
    assert best.quantity == 8000
    assert 2737.0689655 == pytest.approx(best.cost, rel=1e-10)
    needed = newsvendor_with_disruptions(2000, 0.25, 3, 0.04, 0.25, 2000)
    assert 3310.344828 == pytest.approx(needed.cost, rel=1e-9)


def test_economic_order_with_disruptions() -> None:
    found = eoq_with_disruptions(**DISRUPTED, fail_rate=1.5, repair_rate=14)
    assert (772.811063, 173.950003) == pytest.approx((found.quantity, found.cost), rel=1e-8)
    rough = eoq_with_disruptions_approximate(**DISRUPTED, fail_rate=1.5, repair_rate=14)
    assert (773.143242, 173.957229) == pytest.approx((rough.quantity, rough.cost), rel=1e-8)


def cost_with_disruptions(quantity: float, fails: float, repairs: float) -> float:
    k, h, p, d = DISRUPTED.values()
    psi = fails / (fails + repairs) * (1 - math.exp(-(fails + repairs) * quantity / d))
    return (k + h * quantity**2 / (2 * d) + p * d * psi / repairs) / (quantity / d + psi / repairs)


def test_the_plain_order_costs_two_fifths_more_under_disruptions() -> None:
    plain = math.sqrt(2 * DISRUPTED["order_cost"] * DISRUPTED["demand"] / DISRUPTED["holding"])
    best = eoq_with_disruptions(**DISRUPTED, fail_rate=1.5, repair_rate=14).cost
    assert 0.43 == pytest.approx(cost_with_disruptions(plain, 1.5, 14) / best - 1, abs=0.005)


@given(st.floats(0.01, 20), st.floats(0.5, 60))
def test_no_order_nearby_costs_less(fails: float, repairs: float) -> None:
    best = eoq_with_disruptions(**DISRUPTED, fail_rate=fails, repair_rate=repairs)
    assert best.cost == pytest.approx(cost_with_disruptions(best.quantity, fails, repairs), rel=1e-12)
    for other in (0.5, 0.9, 0.999, 1.001, 1.1, 2):
        assert best.cost <= cost_with_disruptions(best.quantity * other, fails, repairs) * (1 + 1e-12)


def test_without_failures_the_order_is_that_of_harris() -> None:
    plain = math.sqrt(2 * 8 * 1300 / 0.225)
    for order in (eoq_with_disruptions, eoq_with_disruptions_approximate):
        assert plain == pytest.approx(order(**DISRUPTED, fail_rate=0, repair_rate=14).quantity, rel=1e-12)
        near = order(**DISRUPTED, fail_rate=1e-9, repair_rate=14).quantity
        assert plain == pytest.approx(near, rel=1e-6)


@given(amounts, amounts, chances, chances, st.integers(0, 12))
def test_the_cost_of_a_stock_under_disruptions_is_the_sum_over_the_states(
    holding: float, shortage: float, fails: float, recovers: float, periods: int
) -> None:
    demand = 50.0
    found = newsvendor_with_disruptions(demand, holding, shortage, fails, recovers, demand * periods * 0.7)
    down = up_down(fails, recovers)
    total = 0.0
    for n in range(4000):
        chance = 1 - down if n == 0 else down * recovers * (1 - recovers) ** (n - 1)
        gap = found.quantity - (n + 1) * demand
        total += chance * (holding * max(gap, 0) + shortage * max(-gap, 0))
    assert total == pytest.approx(found.cost, rel=1e-8)


@given(amounts, amounts, chances, chances)
def test_no_other_level_is_better_under_disruptions(
    holding: float, shortage: float, fails: float, recovers: float
) -> None:
    best = newsvendor_with_disruptions(10, holding, shortage, fails, recovers)
    for level in (best.quantity - 10, best.quantity + 10, best.quantity + 3):
        if level >= 0:
            other = newsvendor_with_disruptions(10, holding, shortage, fails, recovers, level)
            assert best.cost <= other.cost * (1 + 1e-9)


def test_random_yield() -> None:
    assert newsvendor_additive_yield(100, 1, 4, lambda share: -10 + 10 * share) == 108
    assert eoq_additive_yield(50, 0.1, 10, -5, 0).quantity == 105
    sure, loose = eoq_additive_yield(50, 0.1, 10, 0, 0), eoq_additive_yield(50, 0.1, 10, 0, 30)
    assert sure.cost < loose.cost
    assert sure.quantity < loose.quantity
    assert eoq_multiplicative_yield(50, 0.1, 10, 1, 0).quantity == pytest.approx(100)
    half = eoq_multiplicative_yield(50, 0.1, 10, 0.5, 0)
    assert 200 == pytest.approx(half.quantity)
    assert sure.cost == pytest.approx(half.cost)


@given(st.floats(0.3, 1), st.floats(0, 0.5), st.floats(0.5, 2))
def test_no_other_order_is_better_under_random_yield(mean: float, sd: float, other: float) -> None:
    best = eoq_multiplicative_yield(50, 0.1, 10, mean, sd)
    quantity = best.quantity * other
    cost = (500 + 0.1 * quantity**2 * (mean**2 + sd**2) / 2) / (quantity * mean)
    assert best.cost <= cost * (1 + 1e-12)


def test_lead_time_and_recovery() -> None:
    assert spread_over_lead_time(3, 4, 10, 0.8) == 10
    assert (450, 0) == (recovery_buffer(180, 4, 1.5), recovery_buffer(180, 1, 1.5))


@given(st.floats(0.02, 2), st.floats(1, 20), st.floats(0.5, 50), st.floats(0.1, 10))
def test_one_more_period_of_the_buffer_costs_what_it_saves(
    rate: float, length: float, loss: float, holding: float
) -> None:
    buffer = buffer_for_lost_sales(rate, length, loss, holding)

    def cost(periods: float) -> float:
        return holding * periods + rate * loss * length * math.exp(-periods / length)

    for other in (0.0, buffer * 0.9, buffer * 1.1, buffer + 1):
        assert cost(buffer) <= cost(other) + 1e-9


@pytest.mark.parametrize("wrong", [0, -1, math.inf])
def test_a_cost_that_cannot_be_is_refused(wrong: float) -> None:
    with pytest.raises(ValueError, match="holding must be above 0"):
        newsvendor(100, 10, wrong, 4)
    with pytest.raises(ValueError, match="sd must not be negative"):
        newsvendor(100, -1, 1, 4)
    with pytest.raises(ValueError, match="chances must be above 0"):
        up_down(0, 0.5)
