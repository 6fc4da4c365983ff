"""What a reader is told beside the mean: break-evens, payback, return, the dearest draws, regret."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from golden_cases import amounts, assessed, at_home, known, neutral, other_supplier, own_fact, rich

from thuishaven import cost
from thuishaven.dossier import Dossier
from thuishaven.uncertainty import evpi, expected_regret

#: Today buys in dollars from far away; the other plan buys at home.
TODAY: dict[str, Any] = {
    "price": 10.0,
    "freight": 1.0,
    "duty": 0.05,
    "rate": 0.8,
    "units": 1000.0,
    "wage": 40.0,
    "home": 9.4,
}


def dossier(**changed: Any) -> Dossier:
    now = TODAY | changed
    maker = {
        "id": "maker",
        "unit_price": {"value": now["price"], "unit": "USD"},
        "logistics": {
            "freight": now["freight"],
            "duty_rate": now["duty"],
            "insurance_rate": 0,
            "compliance": 100,
            "expedited_share": 0,
        },
        "coordination": {"trips": 0},
        "quality": {"inspection": 0},
    }
    plant: dict[str, Any] = {"id": "plant", "maker": "supplier", "country": "NLD"}
    plant["unit_price"] = now["home"]
    home = {
        "id": "home",
        "sources": [plant],
        "one_off": {"supplier_development": 700, "ramp_up_months": 0, "contingency": 0},
    }
    facts = [
        own_fact("fx_rate", now["rate"], "EUR/unit", "2025-12-31", currency="USD"),
        own_fact("labour_cost_hourly_manufacturing", now["wage"], "EUR/h", iso3="NLD"),
        own_fact("supplier_payment_days", 0, "day"),
        own_fact("transit_days", 1e-9, "day", origin="CHN", mode="sea"),
    ]
    patch = {"plans": [{"id": "today", "sources": [maker]}, home], "facts": facts}
    return neutral(patch | {"demand": {"units_per_year": now["units"]}})


def gap(**changed: Any) -> float:
    """What a unit costs more at home, EUR."""
    return float(assessed(dossier(**changed)).to_dict()["plans"][1]["delta_unit_tco"]["mean"])


def break_evens(result: cost.CostResult) -> dict[str, dict[str, Any]]:
    return {row["driver"]: row for row in result.to_dict()["break_even"] if row["plan"] == "home"}


@pytest.mark.parametrize(
    ("driver", "name"),
    [
        ("today.unit_price", "price"),
        ("today.duty_rate", "duty"),
        ("world.exchange_rate.USD", "rate"),
        ("demand.units_per_year", "units"),
    ],
)
def test_at_its_break_even_a_driver_leaves_no_difference(driver: str, name: str) -> None:
    found = break_evens(assessed(dossier(), sensitivity=True))[driver]
    assert TODAY[name] == pytest.approx(found["now"])
    assert abs(gap()) > 0.05
    assert gap(**{name: found["value"]}) == pytest.approx(0, abs=1e-6)


def test_freight_breaks_even_at_a_multiple_of_its_rate() -> None:
    found = break_evens(assessed(dossier(), sensitivity=True))["world.freight"]
    assert 1.0 == found["now"]
    assert gap(freight=found["value"]) == pytest.approx(0, abs=1e-6)


def test_wages_break_even_at_a_ratio_of_home_to_there() -> None:
    result = assessed(dossier(home=None), sensitivity=True)
    found = break_evens(result)["world.wage_gap"]
    assert 4.0 == pytest.approx(found["now"])
    assert gap(home=None, wage=10 * found["value"]) == pytest.approx(0, abs=1e-6)


def test_a_difference_that_no_driver_turns_has_no_break_even() -> None:
    found = break_evens(assessed(dossier(home=1000.0), sensitivity=True))
    assert {"today.unit_price": None, "today.duty_rate": None, "demand.units_per_year": None} == {
        name: found[name]["value"]
        for name in ("today.unit_price", "today.duty_rate", "demand.units_per_year")
    }


def test_payback_and_return_of_the_worked_example() -> None:
    plan = other_supplier("plan", 8, one_off={"contract_exit": 4000})
    shown = assessed(at_home(plan), horizon_years=3).to_dict()["plans"][1]
    # 4000 for 2000 a year in three years: x + x^2 + x^3 = 2 with x = 1 / (1 + r).
    rate = shown["irr"]["p50"]
    assert sum((1 + rate) ** -year for year in (1, 2, 3)) == pytest.approx(2, abs=1e-6)
    assert {"p50": 2.0, "share_within_horizon": 1.0} == shown["payback_years"]
    assert 4000 == pytest.approx(shown["peak_financing"]["p95"])
    never = assessed(at_home(other_supplier("plan", 9.9, one_off={"contract_exit": 4000}))).to_dict()[
        "plans"
    ][1]
    assert {"p50": None, "share_within_horizon": 0.0} == never["payback_years"]


def test_the_dearest_twentieth_is_dearer_than_the_rest() -> None:
    result = known(rich(), draws=512)
    for plan in result.to_dict()["plans"]:
        assert plan["cvar95"] >= plan["unit_tco"]["p95"] >= plan["unit_tco"]["p50"]
        draws = np.sort(result.draws(plan["id"], "unit_tco"))
        assert draws[-25:].mean() == pytest.approx(plan["cvar95"])


def test_the_regret_of_the_best_plan_is_the_value_of_knowing_all() -> None:
    result = known(rich(), draws=512)
    worth = np.stack([result.draws(plan, "npv") for plan in result.plan_ids], axis=1)
    best = int(np.argmax(worth.mean(axis=0)))
    assert expected_regret(worth)[best] == pytest.approx(evpi(worth))


def test_a_scenario_in_the_table_is_the_dossier_assessed_in_it() -> None:
    result = known(rich(), draws=256, sensitivity=True).to_dict()
    names = [row["scenario"] for row in result["regret"][0]["scenarios"]]
    assert {"expected", "freight_crisis", "duty_step", "euro_weak", "euro_strong", "energy"} == set(names)
    for name in ("freight_crisis", "duty_step", "energy"):
        inside = known(rich(), draws=256, scenario=name).to_dict()["plans"]
        for plan, row in zip(inside, result["regret"], strict=True):
            cost_there = next(s["unit_tco"] for s in row["scenarios"] if s["scenario"] == name)
            assert plan["unit_tco"]["mean"] == pytest.approx(cost_there, rel=1e-9)


def test_no_duty_below_nought_is_a_break_even() -> None:
    # Made at home for less than the price abroad alone: only a subsidy on imports could turn that.
    found = break_evens(assessed(dossier(home=8.0), sensitivity=True))
    assert found["today.duty_rate"]["value"] is None


def test_a_weaker_euro_makes_an_own_plant_abroad_dearer() -> None:
    plant = {"id": "maker", "maker": "own", "country": "CHN", "unit_price": None}
    own = neutral({"plans": [{"id": "today", "sources": [plant]}], "process": {"labour_hours": 0.1}})
    usual, weak = (
        amounts(known(own, scenario=name, draws=8), "today")["P03"] for name in (None, "euro_weak")
    )
    assert weak > usual
