"""What stands in for an empty field is what the engine calculates with, and names what it follows from."""

from __future__ import annotations

import copy

import pytest
from golden_cases import build, rich_tree

from thuishaven import cost
from thuishaven.cost import stand_ins
from thuishaven.cost.standins import LATER
from thuishaven.dossier import Settings
from thuishaven.facts import bundled

ONE_WORLD = Settings(draws=512, sensitivity=False)


def test_hires_that_nobody_counted_are_the_hours_of_the_work_over_those_of_a_job() -> None:
    tree = rich_tree()
    tree["demand"] = {"units_per_year": 50_000}
    tree["process"]["labour_hours"] = 0.1
    tree["process"].pop("efficiency", None)
    for plan in tree["plans"]:
        plan.get("one_off", {}).pop("hires", None)
        plan.get("process", {}).pop("labour_hours", None)
        plan.get("process", {}).pop("automation", None)
    found = stand_ins(build(tree))
    hires = [made for (_plan, _source, path), made in found.fields.items() if path == "one_off.hires"]
    assert hires
    assert {"labour_hours_given", "units_per_year", "full_time_hours"} <= {b.name for b in hires[0].basis}
    assert not hires[0].basis[0].source, "the dossier's own figures come first"


def test_what_stands_in_may_be_typed_and_changes_little() -> None:
    tree = rich_tree()
    before = cost.assess(build(tree), bundled(), ONE_WORLD).to_dict()
    found = stand_ins(build(tree))
    (plan, source), made = next(
        ((plan, source), made)
        for (plan, source, path), made in found.fields.items()
        if path == "logistics.duty_rate" and plan == tree["plans"][0]["id"]
    )
    typed = copy.deepcopy(tree)
    kept = next(item for item in typed["plans"][0]["sources"] if item["id"] == source)
    kept.setdefault("logistics", {})["duty_rate"] = made.mean
    after = cost.assess(build(typed), bundled(), ONE_WORLD).to_dict()
    means = [
        next(item["unit_tco"]["mean"] for item in result["plans"] if item["id"] == plan)
        for result in (before, after)
    ]
    assert means[0] == pytest.approx(means[1], rel=0.01)


def test_figures_of_later_years_are_registered_names() -> None:
    assert LATER - {"demand_growth"} <= bundled().parameters.keys()
