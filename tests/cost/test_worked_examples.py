"""The worked examples of the method note on cost, through the public names."""

from __future__ import annotations

import numpy as np
import pytest
from golden_cases import assessed, at_home, few, neutral, other_supplier, own_fact, supplier_at_home
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.cost import frontier
from thuishaven.cost.finance import annuity_factor, discount_factors, payback
from thuishaven.cost.lines.quantities import learning_factor
from thuishaven.cost.lines.risk import excess_weeks

ONE = np.ones((1, 1))

# -- lead-time mismatch --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sigma", "cost_long", "share_saved", "premium"),
    [(0.2, 45.530, 8.94, 9.82), (0.4, 41.692, 16.62, 19.93), (0.8, 36.018, 27.96, 38.82)],
)
def test_cost_differential_frontier(
    sigma: float, cost_long: float, share_saved: float, premium: float
) -> None:
    found = float(frontier.break_even_cost(100, 50, 30, sigma, 1.0))
    differential = float(frontier.cost_differential(50, found))
    assert (cost_long, share_saved, premium) == (
        round(found, 3),
        round(100 * differential, 2),
        round(100 * (50 - found) / found, 2),
    )


def test_mismatch_cost_and_what_is_left_over_and_lost() -> None:
    quantity, left, lost = frontier.order_quantity(10, 6, 2, 0.5)
    found = [round(float(x), 4) for x in (quantity, frontier.mismatch(10, 6, 2, 0.5), left, lost)]
    assert [0.8825, 1.5317, 0.1327, 0.2502] == found


def test_two_sources_of_which_one_is_quick() -> None:
    assert 5.5196 == round(float(frontier.dual_source_cost(5, 6, 2, 0.5)), 4)


prices = st.tuples(st.floats(0, 10), st.floats(0.5, 20), st.floats(0.5, 30)).map(
    lambda steps: (steps[0], steps[0] + steps[1], steps[0] + steps[1] + steps[2])
)


@few
@given(prices, st.floats(0.01, 1.5), st.floats(0, 1), st.floats(0.3, 0.97))
def test_the_mismatch_of_the_break_even_cost_is_what_it_saves(
    levels: tuple[float, float, float], sigma: float, tau: float, fill: float
) -> None:
    salvage, short, price = levels
    for target in (None, max(fill, (price - short) / (price - salvage))):
        long = frontier.break_even_cost(price, short, salvage, sigma, tau, target)
        penalty = frontier.penalty(price, short, salvage, target)
        spread = sigma * np.sqrt(tau)
        if long > salvage:
            # At its own optimum the slow source costs its price and its mismatch: as much as the quick one.
            cost = long + frontier.mismatch(price, long, salvage, spread, penalty)
            assert cost == pytest.approx(short, rel=1e-7, abs=1e-7)


@few
@given(prices, st.floats(0.01, 1.5), st.floats(0.5, 0.99))
def test_no_lead_time_no_differential_at_any_service_target(
    levels: tuple[float, float, float], sigma: float, fill: float
) -> None:
    salvage, short, price = levels
    target = max(fill, (price - short) / (price - salvage))
    assert frontier.break_even_cost(price, short, salvage, sigma, 0.0, target) == pytest.approx(short)


@few
@given(prices, st.floats(0.01, 1.2), st.floats(0.01, 0.9))
def test_the_fractile_of_the_newsvendor_as_target_changes_nothing(
    levels: tuple[float, float, float], sigma: float, tau: float
) -> None:
    salvage, short, price = levels
    fractile = (price - short) / (price - salvage)
    plain = frontier.break_even_cost(price, short, salvage, sigma, tau)
    assert frontier.break_even_cost(price, short, salvage, sigma, tau, fractile) == pytest.approx(plain)


@few
@given(prices, st.floats(0.05, 1.2), st.floats(0.05, 0.9), st.floats(1.01, 1.5))
def test_more_spread_or_more_lead_time_must_be_paid_for(
    levels: tuple[float, float, float], sigma: float, tau: float, more: float
) -> None:
    salvage, short, price = levels
    long = frontier.break_even_cost(price, short, salvage, sigma, tau)
    assert frontier.break_even_cost(price, short, salvage, sigma * more, tau) <= long
    assert frontier.break_even_cost(price, short, salvage, sigma, tau * more) <= long


@few
@given(st.floats(0.05, 1.2), st.floats(0.1, 0.9))
def test_only_sigma_times_the_root_of_tau_matters(sigma: float, tau: float) -> None:
    apart = frontier.break_even_cost(100, 50, 30, sigma, tau)
    assert frontier.break_even_cost(100, 50, 30, sigma * np.sqrt(tau), 1.0) == pytest.approx(apart)


# -- landed cost and cash flow -------------------------------------------------------------------------------


def test_landed_cost_with_duty_on_the_eu_customs_value() -> None:
    maker = {
        "id": "maker",
        "unit_price": 2.5,
        "logistics": {"freight": 0.8, "duty_rate": 0.039, "shipment_fees": 150},
        "terms": {"shipment_units": 1000},
    }
    plan = assessed(neutral({"plans": [{"id": "today", "sources": [maker]}]})).to_dict()["plans"][0]
    per_unit = {row["id"]: row["per_unit"]["mean"] for row in plan["factors"]}
    lot = {line: round(1000 * per_unit[line], 2) for line in ("P01", "L02", "L06", "L05")}
    assert {"P01": 2500, "L02": 800, "L06": 128.70, "L05": 150} == lot
    assert 3578.70 == round(sum(lot.values()), 2)
    # On the American base, FOB, the freight carries no duty: 97.50, in all 3547.50.
    assert 3547.50 == round(sum(lot.values()) - 0.039 * lot["L02"], 2)


def test_cash_flow_example() -> None:
    dossier = at_home(
        other_supplier("plan", 8, one_off={"contract_exit": 4000}), company={"discount_rate": 0.1}
    )
    result = assessed(dossier, horizon_years=3, sensitivity=True)
    plan = result.to_dict()["plans"][1]
    flow = result.case.costs["plan"].cash - result.case.costs["today"].cash
    discounted = payback(flow * discount_factors(0.1, 3))
    assert (9.6085, -0.3915, 973.70, 2.00, 2.35) == (
        round(plan["unit_tco"]["mean"], 4),
        round(plan["delta_unit_tco"]["mean"], 4),
        round(plan["delta_npv"]["mean"], 2),
        round(plan["payback_years"]["p50"], 2),
        round(float(discounted[0]), 2),
    )
    volume = next(b for b in result.to_dict()["break_even"] if b["driver"] == "demand.units_per_year")
    assert 804.2 == round(volume["value"], 1)


def test_identical_plans_are_cheaper_with_a_chance_of_one_half() -> None:
    plan = assessed(at_home({"id": "same"})).to_dict()["plans"][1]
    assert {"value": 0.5, "se": 0.0} == plan["p_cheaper"]


def test_financing_of_working_capital_is_the_rate_on_the_balance() -> None:
    early = supplier_at_home("early", 10, terms={"payments": [{"share": 1, "days": -36.5}]})
    plan = {"id": "plan", "sources": [early], "one_off": {"supplier_development": 0}}
    dossier = at_home(plan, company={"discount_rate": 0.08})
    result = assessed(dossier, horizon_years=7)
    found = sum(float(part.pv[0]) for part in result.case.costs["plan"].parts if part.line.id == "I05")
    rates = sum(0.08 * 1000 / 1.08**year for year in range(1, 8))
    assert 416.51 == round(found, 2)
    assert rates == pytest.approx(found, rel=1e-12)


def test_a_mean_of_ratios_contradicts_the_net_present_value_and_is_not_the_headline() -> None:
    # An outlay of 1.6 million that tax deducts at once is 1.2 million after tax.
    plan = other_supplier("plan", 8, one_off={"contract_exit": 1_600_000})
    volume = {"min": 20_000, "mode": 100_000, "max": 260_000, "shape": "triangular"}
    dossier = at_home(
        plan, company={"discount_rate": 0.08, "tax_rate": 0.25}, demand={"units_per_year": volume}
    )
    result = assessed(dossier, horizon_years=10, draws=65_536)
    shown = result.to_dict()["plans"][1]
    assert 75 == round(shown["delta_npv"]["mean"] / 1000)
    assert 0.29 == round(float(result.draws("plan", "delta_unit_tco").mean()), 2)
    pv_volume = float(result.case.pv_volume.mean())
    assert shown["delta_unit_tco"]["mean"] == pytest.approx(
        -shown["delta_npv"]["mean"] / 0.75 / pv_volume, rel=1e-9
    )


@few
@given(st.floats(0.0, 0.2), st.floats(0, 5000), st.floats(5, 12), st.integers(1, 12), st.floats(0, 0.4))
def test_unit_tco_is_the_annuity_of_the_present_value_for_a_constant_volume(
    rate: float, once: float, price: float, years: int, tax: float
) -> None:
    plan = other_supplier("plan", price, one_off={"contract_exit": once})
    dossier = at_home(plan, company={"discount_rate": rate, "tax_rate": tax})
    shown = assessed(dossier, horizon_years=years).to_dict()["plans"][1]
    expected = annuity_factor(rate, years) * -shown["npv"]["mean"] / 1000 / (1 - tax)
    assert shown["unit_tco"]["mean"] == pytest.approx(expected, rel=1e-9)


def test_without_volume_there_is_no_unit_cost_but_there_is_a_net_present_value() -> None:
    plan = other_supplier("plan", 8, one_off={"contract_exit": 4000})
    shown = assessed(at_home(plan, demand={"units_per_year": 0})).to_dict()["plans"][1]
    assert (None, -4000.0) == (shown["unit_tco"]["mean"], shown["npv"]["mean"])


# -- paths and chances ---------------------------------------------------------------------------------------


def test_the_mean_of_an_exchange_rate_grows_at_its_drift() -> None:
    facts = [
        own_fact("fx_volatility", 0.1, "fraction/yr", currency="USD"),
        own_fact("fx_drift", 0.02, "fraction/yr", currency="USD"),
        own_fact("fx_volatility", 0.15, "fraction/yr", currency="CNY"),
        own_fact("fx_drift", -0.01, "fraction/yr", currency="CNY"),
        own_fact("fx_correlation_usd", 0.5, "fraction", currency="CNY"),
        own_fact("inflation_fade_years", 1e9, "yr"),
    ]
    dollars = {"id": "today", "sources": [{"id": "maker", "unit_price": {"value": 10, "unit": "USD"}}]}
    result = assessed(neutral({"plans": [dollars], "facts": facts}), draws=16_384, horizon_years=10)
    worlds = [block.world for block in result.case.blocks]
    paths = {
        currency: np.concatenate([world.exchange(currency) for world in worlds])
        for currency in ("USD", "CNY")
    }
    years = np.arange(11)
    assert paths["USD"].mean(axis=0) == pytest.approx(0.8 * np.exp(0.02 * years), rel=2e-3)
    assert paths["CNY"].mean(axis=0) == pytest.approx(0.125 * np.exp(-0.01 * years), rel=5e-3)
    logs = {currency: np.log(path[:, 1:]) for currency, path in paths.items()}
    assert logs["USD"].var(axis=0) == pytest.approx(0.1**2 * years[1:], rel=2e-2)
    together = np.corrcoef(logs["USD"][:, -1], logs["CNY"][:, -1])[0, 1]
    assert together == pytest.approx(0.5, abs=0.02)


@few
@given(st.floats(0.7, 0.99))
def test_hours_of_the_first_units_follow_the_learning_curve(ratio: float) -> None:
    units = np.arange(1, 200_001)
    hours = units ** np.log2(ratio)
    assert hours[2 * 1000 - 1] == pytest.approx(ratio * hours[1000 - 1])
    whole_year = learning_factor(np.full((1, 1), ratio), np.full((1, 1), 12.0), ONE)
    assert float(whole_year[0, 0]) == pytest.approx(hours.mean() / hours[-1], rel=2e-3)
    assert 1.0 == float(learning_factor(np.full((1, 1), ratio), np.full((1, 1), 12.0), 0 * ONE)[0, 0])


@few
@given(st.floats(1, 30), st.floats(0, 20))
def test_weeks_beyond_the_buffer(mean: float, buffer: float) -> None:
    step = mean / 2000
    lengths = np.arange(step / 2, 40 * mean, step)
    density = np.exp(-lengths / mean) / mean * step
    expected = float((np.maximum(lengths - buffer, 0) * density).sum())
    assert float(excess_weeks(mean, buffer)) == pytest.approx(expected, rel=2e-3, abs=1e-6)
    assert 3.0805 == round(float(excess_weeks(6.0, 4.0)), 4)


def test_annuity() -> None:
    assert (0.094393, 0.2) == (round(annuity_factor(0.07, 20), 6), annuity_factor(0, 5))
