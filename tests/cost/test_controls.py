"""Negative controls: what must change nothing, changes nothing."""

from __future__ import annotations

import copy
import itertools
import json
from typing import Any

import numpy as np
import pytest
from golden_cases import (
    amounts,
    assessed,
    at_home,
    few,
    known,
    laid_over,
    neutral,
    other_supplier,
    own_fact,
    rich,
    rich_tree,
)
from hypothesis import given
from hypothesis import strategies as st

from thuishaven import cost
from thuishaven.dossier import Dossier, Flow, Settings, build

SHARE = st.floats(0.0, 0.3)
PRICE = st.floats(1.0, 50.0)


@st.composite
def ranges(draw: st.DrawFn, middle: float, share: bool = False) -> Any:
    """A number in one of the forms a person writes it."""
    low, high = middle * draw(st.floats(0.6, 0.95)), middle * draw(st.floats(1.05, 1.5))
    forms: list[Any] = [
        middle,
        {"value": middle},
        {"low": low, "mode": middle, "high": high},
        {"min": low, "mode": middle, "max": high},
        {"low": low, "high": high},
        {"mean": middle, "sd": (high - low) / 4},
    ]
    return draw(st.sampled_from(forms[: 4 if share else None]))


@st.composite
def rich_dossiers(draw: st.DrawFn) -> dict[str, Any]:
    """The rich dossier with other figures in other forms."""
    patch = {
        "product": {
            "price": draw(ranges(200.0)),
            "mass_kg": draw(ranges(9.0)),
            "salvage": draw(ranges(40.0)),
        },
        "demand": {"units_per_year": draw(ranges(10_000.0)), "variation": draw(ranges(0.3))},
        "process": {"labour_hours": draw(ranges(1.0)), "energy_kwh": draw(ranges(6.0))},
        "stock": {"buffer_weeks": draw(ranges(2.0))},
        "company": {"tax_rate": draw(SHARE), "discount_rate": draw(SHARE)},
        "plans": [
            {
                "id": "today",
                "sources": [
                    {
                        "id": "main",
                        "unit_price": laid_over(None, with_unit(draw(ranges(100.0)), "USD")),
                        "lead_days": draw(ranges(85.0)),
                        "quality": {"scrap_rate": draw(ranges(0.02, share=True))},
                        "risk": {"hazard_damage": draw(ranges(50_000.0))},
                    }
                ],
            }
        ],
    }
    tree = copy.deepcopy(rich_tree())
    for section in ("product", "demand", "process"):
        for name in patch[section]:
            tree[section].pop(name, None)
    main = tree["plans"][0]["sources"][0]
    for name in ("unit_price", "lead_days"):
        main.pop(name)
    main["quality"].pop("scrap_rate")
    tree["stock"].pop("buffer_weeks")
    return laid_over(tree, patch)


def with_unit(value: Any, unit: str) -> dict[str, Any]:
    return {**(value if isinstance(value, dict) else {"value": value}), "unit": unit}


# -- the same plan twice -------------------------------------------------------------------------------------


def copies(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """Today again: by saying nothing, by naming its sources, and by repeating everything the dossier says."""
    today = tree["plans"][0]
    whole = {"process": tree["process"], "stock": tree["stock"], "bom": tree["bom"]}
    return [
        {"id": "nothing"},
        {"id": "sources", "sources": today["sources"]},
        {"id": "whole", "sources": today["sources"], **whole},
    ]


@few
@given(rich_dossiers())
def test_identical_plans_differ_in_no_draw(tree: dict[str, Any]) -> None:
    again = copies(tree)
    result = known(build(tree | {"plans": [tree["plans"][0], *again]}))
    for plan in again:
        assert np.zeros(64).tolist() == result.draws(plan["id"], "delta_unit_tco").tolist()
        shown = next(item for item in result.to_dict()["plans"] if item["id"] == plan["id"])
        assert {"value": 0.5, "se": 0.0} == shown["p_cheaper"]
        assert (None, None) == (shown["form"], shown["payback_years"]["p50"])


def test_two_equal_plans_that_start_a_new_source_differ_in_no_draw() -> None:
    home = next(plan for plan in rich_tree()["plans"] if plan["id"] == "home")
    tree = rich_tree() | {"plans": [rich_tree()["plans"][0], home, home | {"id": "again"}]}
    result = known(build(tree))
    assert result.draws("home", "cost").tolist() == result.draws("again", "cost").tolist()


# -- zero in, zero out ---------------------------------------------------------------------------------------


@few
@given(st.floats(0.5, 0.999), st.floats(0.05, 1.0), st.floats(0.0, 0.2))
def test_without_lead_and_review_time_there_is_nothing_under_way_nor_a_safety_stock(
    service: float, variation: float, rate: float
) -> None:
    maker = {"id": "maker", "lead_days": 0, "logistics": {"transit_days": 0}}
    patch = {
        "company": {"discount_rate": rate},
        "demand": {"variation": variation},
        "stock": {"service_level": service, "review_days": 0},
        "plans": [{"id": "today", "sources": [maker]}],
        "facts": [own_fact("transit_sd_days", 4, "day", mode="sea")],
    }
    lines = amounts(assessed(neutral(patch)), "today")
    assert {"I01": 0.0, "I03": 0.0} == {line: lines[line] for line in ("I01", "I03")}


@few
@given(st.floats(0.05, 1.0), PRICE)
def test_without_lead_time_a_season_has_no_mismatch(error: float, price: float) -> None:
    maker = {"id": "maker", "unit_price": price, "lead_days": 0}
    patch = {
        "product": {"pattern": "season", "price": 2 * price, "salvage": price / 3},
        "demand": {"forecast_error": error, "forecast_days": 90},
        "plans": [{"id": "today", "sources": [maker]}],
    }
    assert amounts(assessed(neutral(patch)), "today")["I07"] == pytest.approx(0, abs=1e-9)


@few
@given(PRICE, SHARE)
def test_duty_free_goods_pay_no_duty(freight: float, insurance: float) -> None:
    logistics = {"freight": freight, "insurance_rate": insurance, "duty_rate": 0}
    lines = amounts(
        assessed(neutral({"plans": [{"id": "today", "sources": [{"id": "maker", "logistics": logistics}]}]})),
        "today",
    )
    assert (0.0, True) == (lines["L06"], lines["L02"] > 0)


@few
@given(rich_dossiers())
def test_the_hard_layer_is_the_difference_without_risk_and_strategy(tree: dict[str, Any]) -> None:
    result = known(build(tree))
    table = result.to_dict()["plans"]
    hard = {
        plan["id"]: sum(
            row["per_unit"]["mean"]
            for row in plan["factors"]
            if row["class"] == "hard" and row["account"] == "firm"
        )
        for plan in table
    }
    for plan in table:
        difference = plan["layers"]["hard"] - table[0]["layers"]["hard"]
        assert difference == pytest.approx(hard[plan["id"]] - hard["today"], abs=1e-6)
        assert plan["layers"]["strategic"] == pytest.approx(plan["unit_tco"]["mean"], abs=1e-9)


@few
@given(PRICE, PRICE, st.floats(0, 5000))
def test_with_all_risk_and_strategy_off_the_difference_is_price_and_one_offs(
    today: float, other: float, once: float
) -> None:
    plan = other_supplier("plan", other, one_off={"contract_exit": once})
    dossier = at_home(plan, plans=[{"id": "today", "sources": [{"id": "maker", "unit_price": today}]}])
    shown = assessed(dossier).to_dict()["plans"]
    hard = shown[1]["layers"]["hard"] - shown[0]["layers"]["hard"]
    assert shown[1]["delta_unit_tco"]["mean"] == pytest.approx(hard, abs=1e-9)
    assert hard == pytest.approx(other - today + once / 1440, abs=1e-9)


# -- what all plans share ------------------------------------------------------------------------------------


@few
@given(rich_dossiers(), st.floats(0.1, 20.0))
def test_a_cost_that_all_plans_share_changes_no_difference(tree: dict[str, Any], more: float) -> None:
    before = known(build(tree))
    changed = copy.deepcopy(tree)
    changed["product"]["end_of_life"] = {"min": 0.5 + more, "mode": 1 + more, "max": 2 + more}
    after = known(build(changed))
    for plan in ("home", "second"):
        gap = after.draws(plan, "delta_unit_tco") - before.draws(plan, "delta_unit_tco")
        assert np.abs(gap).max() == pytest.approx(0, abs=1e-8)
    assert after.draws("today", "unit_tco").mean() > before.draws("today", "unit_tco").mean() + 0.9 * more


@few
@given(st.floats(-50_000, 50_000), st.sampled_from(["C08", "P11", "Q05", "S02"]))
def test_the_same_flow_on_all_plans_changes_no_difference(amount: float, line: str) -> None:
    dossier = rich()
    flows = [Flow(plan.id, line, 2028, amount) for plan in dossier.plans]
    before = known(dossier)
    after = cost.assess(dossier, None, Settings(draws=64, sensitivity=False), flows)
    for plan in ("home", "second"):
        gap = after.draws(plan, "delta_unit_tco") - before.draws(plan, "delta_unit_tco")
        assert np.abs(gap).max() == pytest.approx(0, abs=1e-8)


# -- a source in two halves, and any volume ------------------------------------------------------------------

UNIT_LINES: dict[str, Any] = {
    "logistics": {
        "freight": 1.5,
        "insurance_rate": 0.01,
        "duty_rate": 0.065,
        "packaging": 0.3,
        "handling": 0.2,
        "vat_days": 30,
        "expedited_share": 0.02,
        "expedite_multiple": 8,
        "transit_days": 40,
    },
    "quality": {"scrap_rate": 0.02, "failure_rate": 0.01},
    "terms": {"payments": [{"share": 1, "days": 25}], "royalty_rate": 0.02},
    "risk": {"incident_rate": 0.02, "incident_sales_loss": 0.1},
}
CARBON = [
    own_fact("carbon_price", 80, "EUR/tCO2"),
    own_fact("cbam_threshold", 50, "t/yr"),
    own_fact("vat_rate", 0.21, "fraction", iso3="NLD"),
    *(
        own_fact("cbam_share_of_emissions_charged", share, "fraction", year=year)
        for year, share in (("2026", 0.1), ("2027", 0.2), ("2028", 0.4))
    ),
]


def by_the_unit(shares: list[float], units: float, price: float) -> Dossier:
    """Today without fixed lines and stock, from as many equal sources as there are shares."""
    today = copy.deepcopy(neutral_source())
    sources = [laid_over(today, {"id": f"maker{n}", "share": share, "unit_price": price, **UNIT_LINES})
               for n, share in enumerate(shares)]  # fmt: skip
    tree = neutral_tree() | {"plans": [{"id": "today", "sources": sources}]}
    patch = {
        "product": {
            "price": 3 * price,
            "failure_cost": 12,
            "mass_kg": 20,
            "cbam": {"emissions": 2, "benchmark": 1},
        },
        "demand": {"units_per_year": units},
        "company": {"tax_rate": 0.2},
        "facts": CARBON,
    }
    return build(laid_over(tree, patch))


def neutral_tree() -> dict[str, Any]:
    from golden_cases import base_tree

    return copy.deepcopy(base_tree())


def neutral_source() -> dict[str, Any]:
    return dict(neutral_tree()["plans"][0]["sources"][0])


FIXED = {"C02", "K01", "K06"}


def per_unit_lines(result: cost.CostResult) -> dict[str, float]:
    return {line: value for line, value in amounts(result, "today").items() if line not in FIXED}


@few
@given(st.sampled_from([1000.0, 4000.0, 40_000.0]), PRICE)
def test_a_source_in_two_halves_costs_the_same(units: float, price: float) -> None:
    one = per_unit_lines(assessed(by_the_unit([1.0], units, price)))
    two = per_unit_lines(assessed(by_the_unit([0.5, 0.5], units, price)))
    assert one == pytest.approx(two, rel=1e-10, abs=1e-10)
    # 20 kg a unit: beyond 50 t a year in all, also where each half stays below.
    assert (units > 2500) == (one["L09"] > 0)


@few
@given(st.floats(3000, 1e6), st.floats(1.1, 50.0), PRICE)
def test_without_fixed_lines_the_unit_cost_does_not_depend_on_the_volume(
    units: float, times: float, price: float
) -> None:
    few_units = per_unit_lines(assessed(by_the_unit([1.0], units, price)))
    many_units = per_unit_lines(assessed(by_the_unit([1.0], units * times, price)))
    assert few_units == pytest.approx(many_units, rel=1e-9, abs=1e-9)


# -- order, company and money --------------------------------------------------------------------------------


def shown(result: cost.CostResult, *plans: str) -> dict[str, str]:
    """What the result says of these plans, to the byte."""
    table = result.to_dict()
    text = {plan["id"]: json.dumps(plan) for plan in table["plans"] if plan["id"] in plans}
    for name in ("break_even", "not_counted", "regret", "sensitivity"):
        text[name] = json.dumps([row for row in table[name] if row["plan"] in plans])
    return text


def test_the_order_of_the_plans_is_irrelevant() -> None:
    first, *rest = rich_tree()["plans"]
    plans = [*rest, {"id": "buffer", "stock": {"buffer_weeks": 6}}]
    results = [
        known(build(rich_tree() | {"plans": [first, *order]}), sensitivity=True)
        for order in (plans, plans[::-1])
    ]
    for plan in results[0].plan_ids:
        assert shown(results[0], plan) == shown(results[1], plan)
    tables = [result.to_dict() for result in results]
    assert tables[0]["sensitivity"] == tables[1]["sensitivity"]
    for name in ("facts_used", "inputs_used", "settings", "find_out_first", "narrows_most"):
        assert tables[0][name] == tables[1][name]


def test_a_plan_that_nobody_would_choose_changes_no_other_figure() -> None:
    tree = rich_tree()
    dear = {"id": "dear", "overhead_left": 9_000_000}
    # One with inputs of its own, that vary more than all others.
    wild = {
        "id": "wild",
        "sources": [{"id": "far", "maker": "supplier", "country": "VNM", "share": 1}],
        "one_off": {"machines": {"low": 9_000_000, "mode": 20_000_000, "high": 90_000_000}},
    }
    without = known(build(tree), sensitivity=True)
    beside = known(build(tree | {"plans": [*tree["plans"], dear]}), sensitivity=True)
    beside_wild = known(build(tree | {"plans": [*tree["plans"], wild]}), sensitivity=True)
    for other in (beside, beside_wild):
        assert shown(without, *without.plan_ids) == shown(other, *without.plan_ids)
        assert without.to_dict()["find_out_first"] == other.to_dict()["find_out_first"]
    tables = [result.to_dict() for result in (without, beside)]
    for name in ("facts_used", "settings"):
        assert tables[0][name] == tables[1][name]


@few
@given(st.floats(0.001, 1000.0), PRICE, st.floats(0.02, 0.2), st.floats(-0.03, 0.03))
def test_a_redenominated_currency_changes_nothing(
    factor: float, price: float, volatility: float, drift: float
) -> None:
    def dossier(rate: float, quoted: float) -> Dossier:
        source = {
            "id": "maker",
            "unit_price": {"low": 0.9 * quoted, "mode": quoted, "high": 1.2 * quoted, "unit": "USD"},
            "logistics": {"freight": {"value": quoted / 10, "unit": "USD"}},
            "coordination": {"trips": 2, "trip_cost": {"value": 30 * quoted, "unit": "USD"}},
        }
        facts = [
            own_fact("fx_rate", rate, "EUR/unit", "2025-12-31", currency="USD"),
            own_fact("fx_volatility", volatility, "fraction/yr", currency="USD"),
            own_fact("fx_drift", drift, "fraction/yr", currency="USD"),
        ]
        return neutral({"plans": [{"id": "today", "sources": [source]}], "facts": facts})

    old = assessed(dossier(0.8, price), draws=64).draws("today", "cost")
    new = assessed(dossier(0.8 / factor, price * factor), draws=64).draws("today", "cost")
    assert new.tolist() == pytest.approx(old.tolist(), rel=1e-9)


def test_a_currency_with_a_fixed_rate_is_the_euro_by_another_name() -> None:
    def total(quoted: dict[str, Any]) -> float:
        source = {"id": "maker", "unit_price": quoted}
        return float(
            assessed(neutral({"plans": [{"id": "today", "sources": [source]}]})).draws("today", "cost")[0]
        )

    assert total({"value": 12.5, "unit": "USD"}) == pytest.approx(
        total({"value": 10, "unit": "EUR"}), rel=1e-12
    )


# -- the sum -------------------------------------------------------------------------------------------------


@few
@given(rich_dossiers(), st.booleans(), st.integers(1, 12))
def test_line_means_per_unit_add_up_to_the_unit_cost(
    tree: dict[str, Any], mid_year: bool, years: int
) -> None:
    result = known(build(tree), mid_year=mid_year, horizon_years=years)
    table = result.to_dict()["plans"]
    for plan in table:
        assert sum(amounts(result, plan["id"]).values()) == pytest.approx(plan["unit_tco"]["mean"], abs=1e-6)


@few
@given(rich_dossiers(), st.integers(1, 12))
def test_cash_after_tax_is_worth_what_the_lines_say(tree: dict[str, Any], years: int) -> None:
    result = known(build(tree), horizon_years=years)
    for plan in ("today", "home", "second"):
        cash = result.case.costs[plan].cash
        assert cash is not None
        worth = cash @ result.case.frame.discount
        assert worth == pytest.approx(result.draws(plan, "npv"), rel=1e-9, abs=1e-3)


def test_support_stands_beside_the_headline_and_lowers_the_cost() -> None:
    dossier = rich()
    grants = [Flow("home", "T01", 2026, -90_000), Flow("home", "T02", 2028, -10_000, 0.5)]
    without = known(dossier).to_dict()["plans"][1]
    result = cost.assess(dossier, None, Settings(draws=64, sensitivity=False), grants)
    granted = result.to_dict()["plans"][1]
    aid = 90_000 + 10_000 * 0.5 / 1.09**2
    volume = float(result.case.pv_volume.mean())
    assert without["unit_tco"] == granted["unit_tco"]
    assert granted["unit_tco_with_support"] == pytest.approx(
        without["unit_tco"]["mean"] - aid / (1 - 0.25) / volume, rel=1e-9
    )


def test_every_pair_of_plans_has_a_difference_that_is_that_of_their_costs() -> None:
    result = known(rich())
    for one, other in itertools.permutations(result.plan_ids, 2):
        gap = result.draws(one, "cost") - result.draws(other, "cost")
        volume = result.case.pv_volume
        unit = result.draws(one, "unit_tco") - result.draws(other, "unit_tco")
        assert (gap / volume).tolist() == pytest.approx(unit.tolist(), abs=1e-9)
