"""What is it worth to find a number out, and at which value of it does the answer turn?"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from golden_cases import assessed, at_home, known, other_supplier, rich
from test_facts_used import MINIMAL

from thuishaven import cost
from thuishaven.cost.scope import Change
from thuishaven.dossier import Dossier, Settings, build
from thuishaven.uncertainty import Quantity

#: Three inputs: volume, the other supplier's price, and what leaving the contract costs. Today's price is 10.
INPUTS: dict[str, Any] = {
    "demand.units_per_year": {"min": 500, "mode": 1000, "max": 2000},
    "plan.unit_price": {"mean": 9.2, "sd": 0.9},
    "plan.one_off.contract_exit": {"low": 1000, "mode": 2000, "high": 5000},
}
RATE, TAX, YEARS = 0.1, 0.25, 5


def three_inputs(**known_values: float) -> Dossier:
    """The dossier of three inputs, some of them known."""
    form = INPUTS | {name.replace("__", "."): value for name, value in known_values.items()}
    plan = other_supplier(
        "plan", form["plan.unit_price"], one_off={"contract_exit": form["plan.one_off.contract_exit"]}
    )
    return at_home(
        plan,
        company={"discount_rate": RATE, "tax_rate": TAX},
        demand={"units_per_year": form["demand.units_per_year"]},
    )


@cache
def result() -> cost.CostResult:
    return assessed(three_inputs(), draws=4096, horizon_years=YEARS, sensitivity=True)


def gain(volume: np.ndarray, price: np.ndarray, leaving: np.ndarray) -> np.ndarray:
    """Net present value of the other supplier against today, written from the method note."""
    years = sum((1 + RATE) ** -year for year in range(1, YEARS + 1))
    return (1 - TAX) * ((10 - price) * volume * years - leaving)


def nested(which: str, outer: int, inner: int) -> tuple[float, float]:
    """Value of knowing one input by nested Monte Carlo on plain random numbers, with its standard error."""
    random = np.random.Generator(np.random.PCG64(20_260_101))
    draws = {
        name: Quantity.parse(form).ppf(random.random((outer, 1 if name == which else inner)))
        for name, form in INPUTS.items()
    }
    given = gain(*draws.values()).mean(axis=1)
    now = max(float(given.mean()), 0.0)
    value = np.maximum(given, 0.0) - (given if now > 0 else 0.0)
    return float(value.mean()), float(value.std() / math.sqrt(outer))


@pytest.mark.parametrize("which", INPUTS)
def test_value_of_information_agrees_with_nested_monte_carlo(which: str) -> None:
    row = next(row for row in result().to_dict()["sensitivity"] if row["input"] == which)
    expected, error = nested(which, 4000, 1000)
    found, own = row["evppi"]["value"], row["evppi"]["se"]
    assert abs(found - expected) <= 2 * math.hypot(error, own)


def test_the_engine_works_with_the_gain_of_the_note() -> None:
    units, price, leaving = 1234.0, 9.1, 2500.0
    known_values = dict(zip(INPUTS, (units, price, leaving), strict=True))
    names = {name.replace(".", "__"): value for name, value in known_values.items()}
    shown = assessed(three_inputs(**names), horizon_years=YEARS).to_dict()["plans"][1]
    expected = float(gain(np.array(units), np.array(price), np.array(leaving)))
    assert shown["delta_npv"]["mean"] == pytest.approx(expected, rel=1e-9)


def best(dossier: Dossier) -> str:
    """The plan that is best on average."""
    table = assessed(dossier, draws=4096, horizon_years=YEARS).to_dict()["plans"]
    return str(max(table, key=lambda plan: plan["npv"]["mean"])["id"])


def test_the_number_to_find_out_first_turns_the_answer_at_the_value_it_states() -> None:
    first = result().to_dict()["find_out_first"][0]
    turning, before = first["turning"], best(three_inputs())
    assert before == turning["from"]
    name = first["input"].replace(".", "__")
    centre = Quantity.parse(INPUTS[first["input"]]).mean
    beyond = turning["value"] + 0.001 * (turning["value"] - centre)
    short = turning["value"] - 0.001 * (turning["value"] - centre)
    assert (turning["from"], turning["to"]) == (
        best(three_inputs(**{name: short})),
        best(three_inputs(**{name: beyond})),
    )


def test_so_it_does_for_every_turning_value_of_a_rich_dossier() -> None:
    found = known(rich(), draws=1024, sensitivity=True)
    rows = [row for row in found.to_dict()["find_out_first"] if row["turning"] is not None]
    assert rows
    for row in rows:
        turning = row["turning"]
        middle = (row["range"]["p5"] + row["range"]["p95"]) / 2
        step = 0.002 * abs(turning["value"] - middle) * (1 if turning["value"] > middle else -1)
        sides = []
        for value in (turning["value"] - step, turning["value"] + step):
            means = found.case.means({row["input"]: Change("set", value)})
            sides.append(means[turning["from"]] - means[turning["to"]])
        assert sides[0] * sides[1] < 0, row["input"]


def test_nothing_is_worth_finding_out_where_nothing_can_turn_the_choice() -> None:
    plan = other_supplier("plan", {"mean": 5, "sd": 0.1})
    sure = assessed(at_home(plan), draws=512, sensitivity=True).to_dict()
    assert [] == sure["find_out_first"]
    assert {0.0} == {row["evppi"]["value"] for row in sure["sensitivity"]}
    assert 1.0 == pytest.approx(sum(row["first_order"] for row in sure["sensitivity"]), abs=0.01)


# -- a dossier that says almost nothing ----------------------------------------------------------------------


@cache
def minimal() -> dict[str, Any]:
    return cost.assess(build(MINIMAL), None, Settings(draws=1024)).to_dict()


def test_a_minimal_dossier_has_an_answer_with_wide_ranges() -> None:
    for plan in minimal()["plans"]:
        unit = plan["unit_tco"]
        assert 0 < unit["p5"] < unit["p50"] < unit["p95"]
    home = minimal()["plans"][1]
    spread = home["unit_tco"]["p95"] - home["unit_tco"]["p5"]
    assert spread > 0.3 * home["unit_tco"]["p50"]
    assert 0 < home["p_cheaper"]["value"] < 1


def test_it_names_up_to_five_numbers_that_would_narrow_it_most() -> None:
    rows = minimal()["narrows_most"]
    shares = [row["first_order"] for row in rows]
    assert 3 <= len(rows) <= 5
    assert sorted(shares, reverse=True) == shares
    assert shares[0] > 0.05
    shown = {row["input"]: row["first_order"] for row in minimal()["sensitivity"] if row["plan"] == "home"}
    assert max(shown.values()) == shares[0]
    assert len(minimal()["find_out_first"]) <= 5


def test_knowing_the_number_that_narrows_most_narrows_the_answer() -> None:
    first = minimal()["narrows_most"][0]["input"]
    answer = cost.assess(build(MINIMAL), None, Settings(draws=1024, sensitivity=False))
    leaf = next(leaf for leaf in answer.used_leaves() if leaf.id == first)
    totals = answer.case.totals({first: Change("set", leaf.quantity.median)})
    before = np.ptp(np.quantile(answer.draws("home", "cost") - answer.draws("today", "cost"), [0.05, 0.95]))
    after = np.ptp(np.quantile(totals["home"] - totals["today"], [0.05, 0.95]))
    assert after < before


def test_what_a_minimal_dossier_left_open_is_said() -> None:
    table = minimal()
    assert {fact["status"] for fact in table["facts_used"]} & {"assumption"}
    assert table["sourced"]["figures"] == len(table["facts_used"]) + len(table["inputs_used"])
    assert {"demand.units_per_year", "today.unit_price"} <= {row["id"] for row in table["inputs_used"]}
