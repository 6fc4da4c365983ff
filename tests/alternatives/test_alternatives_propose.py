"""The plans worth comparing: gates, variants, dominance, the limit, and what is always there."""

from __future__ import annotations

import dataclasses
import json

import pytest
from alternative_cases import EXAMPLES, FEW, SETTINGS, TREE, example, known, told
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from thuishaven import cost
from thuishaven.alternatives import Proposal, families, propose, reshores
from thuishaven.dossier import ResolvedPlan, resolve, resolve_plan

SCANNED = {"answers": {"G1": "supplier", "G2": 1, "G3": "no", "G4": "both", "G5": "no"}}


def proposed(scan: object = None, limit: int = 20, **changes: object) -> Proposal:
    dossier = told(**changes, **({"scan": scan} if scan is not None else {}))
    return propose(dossier, known(), SETTINGS, limit)


def kinds(found: Proposal) -> set[str]:
    return {plan.plan.family or "" for plan in found.plans}


@pytest.mark.parametrize("name", EXAMPLES)
def test_today_comes_first_then_the_dossiers_own_and_cost_takes_them_all(name: str) -> None:
    dossier = example(name)
    found = propose(dossier, known(), SETTINGS)
    own = [plan.id for plan in resolve(dossier)]
    names = [plan.id for plan in found.plans]
    assert own == names[: len(own)]
    assert len(set(names)) == len(names) <= 20
    assert any(not reshores(dossier, plan) for plan in found.plans[1:])
    assert all(isinstance(plan, ResolvedPlan) for plan in found.plans)
    result = cost.assess(dossier, known(), SETTINGS, plans=found.plans).to_dict()
    assert names == [plan["id"] for plan in result["plans"]]
    json.dumps(found.to_dict(), allow_nan=False)


def test_of_each_cluster_one_variant_is_kept_and_the_others_are_listed() -> None:
    found = proposed()
    kept = [families()[plan.plan.family or ""].cluster for plan in found.plans[1:]]
    single = [cluster for cluster in kept if cluster != "pair"]
    assert len(set(single)) == len(single)
    stocks = [item for item in found.dropped if item.family == "bigger_stock" and item.code == "variant"]
    assert len(stocks) >= 3
    assert all(item.params["kept"] in {plan.id for plan in found.plans} for item in stocks)
    assert not {item.plan for item in found.dropped} & {plan.id for plan in found.plans}


def test_a_generated_plan_gives_way_to_the_dossiers_own_of_its_kind() -> None:
    mine = {"id": "mine", "stock": {"buffer_weeks": 2}}
    found = proposed(plans=[*TREE["plans"], mine])
    assert [plan.id for plan in found.plans].count("mine") == 1
    assert not [plan for plan in found.plans if plan.plan.family == "bigger_stock"]
    codes = {item.code for item in found.dropped if item.family == "bigger_stock"}
    assert {"in_dossier"} == codes


def test_a_move_to_another_country_stays_beside_the_dossiers_own_move() -> None:
    mine = {
        "id": "vietnam",
        "sources": [{"id": "hanoi", "maker": "supplier", "country": "VNM", "share": 1, "unit_price": 7.0}],
    }
    names = {plan.id for plan in proposed(plans=[*TREE["plans"], mine]).plans}
    assert "vietnam" in names
    assert not {"supplier_VNM", "own_VNM"} & names


CLOSED = {
    "own": {"supplier_home"},
    "supplier": {"own_home", "optimise_home"},
    "no": {"own_home", "optimise_home", "supplier_home", "staged_move"},
}


@pytest.mark.parametrize(("possible", "shut"), CLOSED.items(), ids=list(CLOSED))
def test_an_answer_that_closes_a_gate_closes_the_kinds_behind_it(possible: str, shut: set[str]) -> None:
    answers = {**SCANNED["answers"], "G4": possible}
    found = proposed({"answers": answers})
    assert not shut & kinds(found)
    gates = {item.family: item.params["gates"] for item in found.dropped if item.code == "gate_closed"}
    assert shut <= set(gates)
    assert all(names == ["G4"] for names in gates.values())
    assert not [n for n in found.notices if n.code == "gate_open"]


def test_gates_without_an_answer_close_nothing_and_are_said() -> None:
    found = proposed()
    assert {"own_home", "supplier_home"} <= kinds(found)
    assert ["G1", "G2", "G3", "G4", "G5"] == [n.params["id"] for n in found.notices if n.code == "gate_open"]


def test_a_plant_at_home_that_imports_its_parts_says_so() -> None:
    notices = {n.params["plan"]: n.params["parts"] for n in proposed().notices if n.code == "inputs_imported"}
    assert "shell" == notices["own_NLD"]


def test_mostly_sold_where_it_is_made_is_said() -> None:
    found = proposed({"answers": {**SCANNED["answers"], "G2": "over_75"}})
    assert "sold_where_made" in {notice.code for notice in found.notices}


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(2, 25))
def test_the_limit_holds_and_a_plan_that_is_not_reshoring_stays(limit: int) -> None:
    found = proposed(limit=limit)
    assert len(found.plans) <= limit
    assert found.plans[0].id == "today"
    assert any(not reshores(told(), plan) for plan in found.plans[1:])


def test_the_dossiers_own_plans_are_never_left_out() -> None:
    own = [{"id": f"stock_{weeks}", "stock": {"buffer_weeks": weeks}} for weeks in (1, 2, 3)]
    found = proposed(limit=2, plans=[*TREE["plans"], *own])
    assert ["today", "stock_1", "stock_2", "stock_3"] == [plan.id for plan in found.plans]


def test_only_what_is_dearer_in_every_draw_and_no_better_elsewhere_is_dominated() -> None:
    found = proposed()
    result = cost.assess(told(), known(), SETTINGS, plans=found.plans)
    kept = {plan.id: result.draws(plan.id, "cost") for plan in found.plans}
    for item in found.dropped:
        if item.code == "dominated":
            assert item.params["by"] in kept
    # A larger stock costs more in every draw, and still holds out longer: it is not dominated by today.
    assert "bigger_stock" in kinds(found)


def test_a_pair_that_adds_nothing_is_not_proposed() -> None:
    found = proposed()
    assert {"no_gain"} & {item.code for item in found.dropped}
    for plan in found.plans:
        assert plan.plan.family != "pair" or len(plan.plan.assumptions) > 1


def test_the_same_question_gives_the_same_proposal() -> None:
    assert proposed() == proposed()
    other = dataclasses.replace(SETTINGS, seed=7)
    again = propose(told(), known(), other)
    assert {plan.id for plan in again.plans[:1]} == {"today"}


def test_reshoring_is_more_made_at_home() -> None:
    plans = {plan.id: plan for plan in proposed().plans}
    assert reshores(told(), plans["own_NLD"])
    assert not reshores(told(), resolve_plan(told(), told().baseline))
    assert FEW[0] == "NLD"
