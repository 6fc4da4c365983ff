"""The eighteen guards of the cost method: nothing is counted twice."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
from golden_cases import (
    all_golden,
    amounts,
    assessed,
    base_tree,
    few,
    known,
    laid_over,
    neutral,
    own_fact,
    rich,
    rich_tree,
)
from hypothesis import given
from hypothesis import strategies as st

from thuishaven import cost
from thuishaven.cost.engine import TAX_LINE
from thuishaven.cost.registry import LINES, input_fields
from thuishaven.dossier import Flow, Settings, build, factors

BUILD_UP = {"P02", "P03", "P06", "P10", "P11"}
PRICE = st.floats(1.0, 60.0)


def today(**source: Any) -> dict[str, Any]:
    """A change to today's source."""
    return {"plans": [{"id": "today", "sources": [{"id": "maker", **source}]}]}


def home(**plan: Any) -> dict[str, Any]:
    """A change to the plan at home."""
    return {"plans": [{"id": "home", **plan}]}


def counted(result: cost.CostResult, plan: str) -> set[tuple[str, str]]:
    """Lines and sources that have an amount."""
    return {(part.line.id, part.source) for part in result.case.costs[plan].parts}


def moved(before: cost.CostResult, after: cost.CostResult, plan: str) -> set[str]:
    """Lines whose amount per unit differs between two results."""
    one, two = amounts(before, plan), amounts(after, plan)
    return {line for line in one | two if abs(one.get(line, 0.0) - two.get(line, 0.0)) > 1e-12}


def balance(result: cost.CostResult, line: str) -> float:
    """Working capital that a line ties up, EUR, for a dossier in which it is the same every year."""
    return sum(float(part.by_year[0]) for part in result.case.costs["today"].parts if part.line.id == line)


@few
@given(st.sampled_from(["own", "supplier"]), st.sampled_from(["NLD", "CHN"]), st.one_of(st.none(), PRICE))
def test_d01_a_source_has_a_price_or_a_build_up(maker: str, country: str, price: float | None) -> None:
    plant = {"id": "plant", "maker": maker, "country": country, "unit_price": price}
    patch = home(sources=[plant], process={"labour_hours": 0.1, "energy_kwh": 1, "overhead": 500})
    lines = {line for line, _ in counted(assessed(neutral(patch)), "home")}
    priced = maker == "supplier" or price is not None
    assert priced == ("P01" in lines)
    assert priced == (not lines & BUILD_UP)


def test_d02_a_season_counts_its_lost_sales_and_left_overs_once() -> None:
    replenished, season = known(rich()), known(rich({"product": {"pattern": "season"}}))
    for plan in ("today", "home", "second"):
        before, after = set(amounts(replenished, plan)), set(amounts(season, plan))
        assert "I07" not in before
        assert "I07" in after
        assert not after & {"I02", "I06", "L11", "K01", "K11"}
        safety = [part for part in season.case.costs[plan].parts if part.line.name == "safety_stock_held"]
        assert not safety
    assert amounts(replenished, "home")["K10"] > amounts(season, "home")["K10"] > 0


def test_d03_the_holding_rate_holds_no_capital_and_no_obsolescence() -> None:
    terms = {"shipment_units": 400}
    patch = today(terms=terms) | {"product": {"obsolescence_rate": 0.05}, "stock": {"service_level": 0.5}}
    patch["demand"] = {"variation": 0.2}
    patch["plans"][0]["sources"][0] |= {"lead_days": 30, "lead_sd_days": 0}
    free = assessed(neutral(patch | {"company": {"discount_rate": 0}}))
    # Without a discount rate a stock of 2000 EUR costs a tenth of its value a year and nothing else.
    assert amounts(free, "today")["I02"] == pytest.approx(0.1 * 2000 / 1000)
    dear = assessed(neutral(patch | {"company": {"discount_rate": 0.25}}))
    financing = 2000 * (1 - 0.8**2) / 1440
    assert amounts(dear, "today")["I02"] == pytest.approx(0.2 + financing)
    assert amounts(free, "today")["I06"] == pytest.approx(0.05 * 200 * 10 / 1000)
    assert input_fields()["holding_default"].default == "noncapital_holding_rate"


def test_d03_storage_is_in_the_holding_rate_or_in_the_warehouse() -> None:
    logistics = {"handling": 0.2, "storage_days": 36.5}
    facts = [
        own_fact("warehouse_rent", 73, "EUR/(m2 yr)", iso3="NLD"),
        own_fact("warehouse_stack_m3_per_m2", 2.4, "m3/m2"),
    ]
    patch = today(logistics=logistics, terms={"shipment_units": 400}) | {
        "product": {"volume_m3": 0.024},
        "facts": facts,
    }
    default = amounts(assessed(neutral(patch)), "today")
    own = amounts(assessed(neutral(patch | {"stock": {"holding_rate": 0.04}})), "today")
    assert (0.2, 0.273) == (default["L12"], pytest.approx(own["L12"]))
    assert own["I02"] == pytest.approx(default["I02"] - 0.06 * 2000 / 1000)


@few
@given(st.floats(1, 90), st.floats(-90, 90), st.floats(0, 5), PRICE)
def test_d04_the_days_before_receipt_are_financed_once(
    transit: float, days: float, freight: float, price: float
) -> None:
    logistics = {"transit_days": transit, "freight": freight}
    terms = {"payments": [{"share": 1, "days": days}]}
    result = assessed(neutral(today(logistics=logistics, terms=terms, unit_price=price)))
    daily = 1000 / 365
    # The price is out from the day it is paid, the freight from the day the goods leave.
    tied_up = daily * (freight * transit - price * days)
    assert balance(result, "I01") + balance(result, "I05") == pytest.approx(tied_up)


@few
@given(st.floats(0, 120), st.floats(0, 0.3), st.floats(0, 0.4))
def test_d05_vat_is_cash_and_never_a_cost(days: float, rate: float, tax: float) -> None:
    facts = [own_fact("vat_rate", 0.21, "fraction", iso3="NLD")]
    patch = today(logistics={"vat_days": days, "duty_rate": 0.05}) | {"facts": facts}
    company = {"discount_rate": rate, "tax_rate": tax}
    result = assessed(neutral(patch | {"company": company}))
    vat = [part for part in result.case.costs["today"].parts if part.line.id == "L10"]
    assert sum(float(part.by_year.sum()) for part in vat) == pytest.approx(0, abs=1e-9)
    held = 0.21 * 10.5 * 1000 * days / 365
    assert sum(float(part.pv[0]) for part in vat) == pytest.approx(held * (1 - (1 + rate) ** -2))


@few
@given(PRICE, st.floats(0.1, 5), st.floats(0.1, 5), st.floats(0.01, 0.2))
def test_d06_freight_is_one_line_and_part_of_the_customs_value(
    price: float, freight: float, more: float, duty: float
) -> None:
    def result(amount: float) -> cost.CostResult:
        return assessed(
            neutral(
                today(unit_price=price, logistics={"freight": amount, "duty_rate": duty, "insurance_rate": 0})
            )
        )

    before, after = result(freight), result(freight + more)
    assert {"L02", "L06"} == moved(before, after, "today") - {"I01", "I05", "L10", "L11", "Q02"}
    assert amounts(after, "today")["L06"] - amounts(before, "today")["L06"] == pytest.approx(duty * more)
    delivered = assessed(
        neutral(today(unit_price=price, incoterm="CIF", logistics={"freight": freight, "duty_rate": duty}))
    )
    lines = amounts(delivered, "today")
    assert not lines.keys() & {"L02", "L04"}
    assert lines["L06"] == pytest.approx(duty * price)


@few
@given(st.floats(100, 1e6), st.floats(1, 40), st.integers(1, 12))
def test_d07_what_is_left_at_the_horizon_comes_back_and_what_is_sunk_stays_out(
    machines: float, life: float, years: int
) -> None:
    patch = home(one_off={"machines": machines, "machine_life": life})
    result = assessed(neutral(patch), horizon_years=years)
    bought = [part for part in result.case.costs["home"].parts if part.line.id == "R02"]
    left = machines * max(1 - years / life, 0)
    assert float(bought[0].by_year.sum()) == pytest.approx(machines - left, abs=1e-6)
    # Today owns plants and machines too: they are sunk, and have no line.
    assert not {line.id for line in LINES if line.kind == "capital"} & set(amounts(result, "today"))


@few
@given(st.floats(0, 1e5), st.floats(0, 1))
def test_d08_only_overhead_that_goes_away_is_saved(overhead: float, left: float) -> None:
    own = {"id": "maker", "maker": "own", "country": "NLD", "unit_price": None}
    plans = [
        {"id": "today", "sources": [own], "process": {"labour_hours": 0.1, "overhead": overhead}},
        {
            "id": "home",
            "sources": [{"id": "plant", "maker": "supplier", "unit_price": 9}],
            "overhead_left": left * overhead,
        },
    ]
    result = assessed(neutral({"plans": plans}))
    saved = amounts(result, "today")["P11"] - amounts(result, "home")["F05"]
    assert saved == pytest.approx((1 - left) * overhead / 1000, abs=1e-9)


def test_d09_aid_is_counted_once_and_stands_on_both_accounts_with_opposite_sign() -> None:
    dossier = rich()
    without = known(dossier)
    grant = [Flow("home", "T01", 2026, -50_000)]
    granted = cost.assess(dossier, None, Settings(draws=64, sensitivity=False), grant)
    before, after = (result.to_dict()["plans"][1] for result in (without, granted))
    same = ("unit_tco", "npv", "delta_npv", "layers", "irr", "payback_years", "factors", "years")
    assert {key: before[key] for key in same} == {key: after[key] for key in same}
    assert (50_000.0, -50_000.0) == (
        after["accounts"]["firm"]["support"],
        after["accounts"]["public"]["support"],
    )
    typed = copy.deepcopy(rich_tree())
    typed["plans"][1]["flows"] = [{"line": "T01", "from": 2026, "amount": -50_000}]
    again = known(build(typed)).to_dict()["plans"][1]
    assert after["unit_tco_with_support"] == again["unit_tco_with_support"]


def test_d09_public_benefits_are_on_the_public_account_only() -> None:
    result = known(rich())
    public = {line.id for line in LINES if line.public}
    assert {"E01", "E02"} == public
    for plan in result.to_dict()["plans"]:
        firm = sum(row["per_unit"]["mean"] for row in plan["factors"] if row["account"] == "firm")
        assert not [row for row in plan["factors"] if row["id"] in public and row["account"] == "firm"]
        assert plan["unit_tco"]["mean"] == pytest.approx(firm, abs=1e-6)


@pytest.mark.parametrize("times", [0.5, 4.0])
def test_d10_a_tonne_has_one_carbon_price(times: float) -> None:
    dossier = rich({"product": {"cbam": {"emissions": 2, "benchmark": 1}, "mass_kg": 90}})
    before = known(dossier)
    facts = before.case.facts
    price = facts.get("carbon_price").fact
    changed = facts.replace_value(price.id, times)
    after = cost.assess(dossier, changed, Settings(draws=64, sensitivity=False))
    # Firms pay for electricity's emissions within its price, and for imports with CBAM.
    for plan in ("today", "home", "second"):
        assert moved(before, after, plan) <= {"L09"}
    assert "L09" in moved(before, after, "today")


def test_d11_country_risk_is_in_the_lines_and_not_in_the_rate() -> None:
    result = known(rich())
    used = {fact["id"].partition("[")[0].partition("@")[0] for fact in result.to_dict()["facts_used"]}
    assert not used & {"country_risk_premium", "mature_market_equity_risk_premium"}
    assert {line for line in amounts(result, "today") if line.startswith("K")} >= {"K01", "K08"}
    for plan in ("today", "home"):
        worth = result.case.costs[plan].cash @ (1.09 ** -np.arange(result.case.frame.years + 1.0))
        assert worth == pytest.approx(result.draws(plan, "npv"))


GROWTH = 0.1
GROWING = [
    *(own_fact("inflation_long_run", GROWTH, "fraction/yr", iso3=iso3) for iso3 in ("NLD", "CHN", "USA")),
    *(own_fact("labour_cost_growth", GROWTH, "fraction/yr", iso3=iso3) for iso3 in ("NLD", "CHN")),
    own_fact("inflation_target", GROWTH, "fraction/yr"),
    own_fact("labour_cost_growth_long_run", GROWTH, "fraction/yr"),
]
STEADY = [
    case
    for case in all_golden()
    if case.line != TAX_LINE
    and not any("growth" in str(fact["parameter"]) for fact in case.dossier.get("facts", []))
]


@pytest.mark.parametrize("case", STEADY, ids=[case.name for case in STEADY])
def test_d12_every_line_grows_at_one_rate_or_not_at_all(case: Any) -> None:
    def values(facts: list[dict[str, Any]]) -> list[np.ndarray]:
        patch = {"facts": facts} if facts else {}
        result = assessed(neutral(laid_over(case.dossier, patch)), **case.settings)
        return [part.value for part in result.explain(f"{case.plan}.{case.line}").parts]

    own = case.dossier.get("facts", [])
    for flat, grown in zip(values(own), values([*own, *GROWING]), strict=True):
        flat, grown = np.broadcast_arrays(flat.mean(axis=0), grown.mean(axis=0))
        years = np.flatnonzero(np.abs(flat) > 1e-9)
        ratio = grown[years] / flat[years]
        # A single amount is in the money of some year of the two.
        once = (1 + GROWTH) ** (years if grown.size > 1 else 2)
        # At least some part of a line may not grow (a freight contract in dollars), none grows twice.
        assert np.all(ratio >= 1 - 1e-9)
        assert np.all(ratio <= once + 1e-9)


@few
@given(st.floats(0, 1), st.floats(0.02, 0.3))
def test_d13_what_is_hedged_has_no_exchange_risk(hedged: float, volatility: float) -> None:
    def draws(share: float) -> np.ndarray:
        source = {"unit_price": {"value": 80, "unit": "CNY"}, "terms": {"hedged": share, "hedge_cost": 0}}
        facts = [own_fact("fx_volatility", volatility, "fraction/yr", currency="CNY")]
        result = assessed(neutral(today(**source) | {"facts": facts}), draws=64)
        return sum(part.pv for part in result.case.costs["today"].parts if part.line.id == "P01")

    open_, closed, between = draws(0), draws(1), draws(hedged)
    assert np.ptp(closed) == pytest.approx(0, abs=1e-6)
    assert np.ptp(open_) > 100 * volatility
    assert between == pytest.approx((1 - hedged) * open_ + hedged * closed)


def test_d14_a_disruption_handed_over_replaces_the_own_estimate() -> None:
    dossier = rich()
    flows = [Flow("today", "K01", year, 1000) for year in range(2027, 2032)]
    before = known(dossier, horizon_years=5)
    after = cost.assess(dossier, None, Settings(draws=64, sensitivity=False, horizon_years=5), flows)
    handed = sum(1000 / 1.09**year for year in range(1, 6)) / float(after.case.pv_volume.mean())
    assert amounts(after, "today")["K01"] == pytest.approx(handed)
    assert {"K01"} == moved(before, after, "today")
    assert set() == moved(before, after, "home")


def test_d14_a_freight_crisis_as_scenario_has_no_spike_on_top() -> None:
    facts = known(rich()).case.facts
    multiple = facts.get("freight_crisis_multiplier").fact
    worse = facts.replace_value(multiple.id, 2.0)
    inside = [
        cost.assess(rich(), store, Settings(draws=64, sensitivity=False, scenario="freight_crisis"))
        for store in (facts, worse)
    ]
    outside = [cost.assess(rich(), store, Settings(draws=64, sensitivity=False)) for store in (facts, worse)]
    assert amounts(inside[0], "today")["L02"] == amounts(inside[1], "today")["L02"]
    assert amounts(outside[0], "today")["L02"] < amounts(outside[1], "today")["L02"]
    assert amounts(inside[0], "today")["L02"] > amounts(outside[1], "today")["L02"]


@few
@given(st.floats(0, 1), st.floats(1, 12), st.floats(12, 60))
def test_d15_a_unit_short_is_bridged_or_lost(bridged: float, months: float, price: float) -> None:
    def ramp_up(share: float) -> float:
        patch = home(one_off={"ramp_up_months": months, "bridged_share": share}) | {
            "product": {"price": price}
        }
        return amounts(assessed(neutral(patch)), "home")["R09"]

    short = months / 12 / 2 * 1000 * 0.8 / 1440
    # Bridged at 10 instead of 9, or lost with its margin: never both.
    assert ramp_up(1) == pytest.approx(short * (10 - 9))
    assert ramp_up(0) == pytest.approx(short * (price - 9))
    assert ramp_up(bridged) == pytest.approx(bridged * ramp_up(1) + (1 - bridged) * ramp_up(0))


@few
@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_d16_machines_are_bought_and_not_charged_per_unit_too(machines: float, robots: float) -> None:
    assert "P07" not in {line.id for line in LINES}
    before = assessed(
        neutral(home(one_off={"machines": 0, "automation": 0}) | {"company": {"tax_rate": 0.2}})
    )
    bought = home(one_off={"machines": machines, "automation": robots}) | {"company": {"tax_rate": 0.2}}
    after = assessed(neutral(bought))
    assert moved(before, after, "home") <= {"R02", "P08", "T03"}


@few
@given(st.floats(0.01, 0.3), st.floats(0, 1))
def test_d17_a_premium_is_earned_once(premium: float, share: float) -> None:
    def result(rate: float) -> cost.CostResult:
        market = {
            "made_in_premium": rate,
            "made_in_share": share,
            "green_margin": 300,
            "innovation": 200,
            "customisation": 100,
        }
        return assessed(neutral(home(market=market) | {"product": {"price": 20}}))

    with_premium = result(premium)
    assert moved(result(0), with_premium, "home") <= {"S01"}
    assert moved(result(0), with_premium, "today") == set()
    assert amounts(with_premium, "home").get("S01") == pytest.approx(-20 * premium * share, abs=1e-9)
    earned = {line: amounts(with_premium, "home")[line] for line in ("E05", "S02", "S03")}
    assert {"E05": -0.3, "S02": -0.2, "S03": -0.1} == pytest.approx(earned)


def test_d18_the_uplift_is_for_hidden_cost_that_nobody_measured() -> None:
    before, after = known(rich()), known(rich(), hidden_cost_uplift=True)
    assert {"C04", "C05", "C08"} == moved(before, after, "today")
    source = rich_tree()["plans"][0]["sources"][0]
    measured = {"value": 120, "source": "time sheets 2025"}
    guessed = {"value": 120, "source": "assumption of the buyer"}

    def lines(hours: dict[str, Any]) -> set[str]:
        coordination = source["coordination"] | {"engineering_hours": hours}
        tree = copy.deepcopy(rich_tree())
        tree["plans"][0]["sources"][0]["coordination"] = coordination
        results = [known(build(tree), hidden_cost_uplift=on) for on in (False, True)]
        return moved(*results, "today")

    assert {"C05", "C08"} == lines(measured)
    assert {"C04", "C05", "C08"} == lines(guessed)


def test_every_guard_of_the_taxonomy_has_a_test() -> None:
    guards = {guard for factor in factors().values() for guard in factor.guards}
    tested = {name.split("_")[1].upper() for name in globals() if name.startswith("test_d")}
    assert {f"D{n:02}" for n in range(1, 19)} == tested
    assert guards <= tested


def test_the_neutral_dossier_is_what_the_guards_lean_on() -> None:
    assert {"today", "home"} == {plan["id"] for plan in base_tree()["plans"]}
