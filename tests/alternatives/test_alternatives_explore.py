"""Explore: plans generated for every country with enough facts, in one world, each as cost would judge it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from alternative_cases import TREE as SOLD
from hypothesis import given
from hypothesis import strategies as st

from thuishaven import cost
from thuishaven.alternatives import ExploreResult, Option, explore, families, frontier, generate
from thuishaven.dossier import Dossier, Settings, build, load, open_document, resolve_plan
from thuishaven.dossier.load import save, to_tree
from thuishaven.facts import FactSet, bundled, explore_coverage

#: Fixed horizon: cost takes a longer one where a plan invests, and here plans are compared one by one.
SETTINGS = Settings(draws=64, horizon_years=8, sensitivity=False)
FEW = ("NLD", "CHN", "POL", "TUR")
#: Sold where it is wanted, of one material that nobody listed.
TREE: dict[str, Any] = {name: part for name, part in SOLD.items() if name != "bom"}
TREE["demand"] = {name: part for name, part in SOLD["demand"].items() if name != "markets"}


@cache
def dossier() -> Dossier:
    return build(TREE)


@cache
def known(where: Collection[str]) -> FactSet:
    """The bundled facts without the distances of all but a few countries: the others then lack something."""
    store = bundled()
    kept = [
        fact
        for fact in store
        if not fact.parameter.endswith("_distance") or dict(fact.keys)["origin"] in where
    ]
    return FactSet(kept, parameters=store.parameters, sources=store.sources, widths=store.widths)


@cache
def explored(where: Collection[str] = FEW) -> ExploreResult:
    return explore(dossier(), known(where), SETTINGS)


def options(where: Collection[str] = FEW) -> dict[str, Option]:
    return {option.plan.id: option for option in explored(where).options}


def test_options_are_sorted_by_mean_cost() -> None:
    means = [option.summary.mean for option in explored().options]
    assert sorted(means) == means


def test_every_kind_of_plan_is_there() -> None:
    told = {
        **TREE,
        "demand": {**TREE["demand"], "markets": {"NLD": 0.6, "DEU": 0.4}},
        "bom": [{"id": "shell", "quantity": 1, "mass_kg": 1.8, "price": {"value": 1.4, "unit": "EUR/kg"}}],
    }
    found = {
        option.plan.family
        for option in explore(build(told), known(("NLD", "DEU", "CHN", "VNM", "JPN")), SETTINGS).options
    }
    assert {family.id for family in families().values() if family.generated} == found


def test_no_option_beats_an_efficient_one_on_both_counts() -> None:
    found = [(option.summary.mean, option.summary.p95, option.efficient) for option in explored().options]
    for mean, p95, efficient in found:
        beaten = any(m <= mean and p <= p95 and (m, p) != (mean, p95) for m, p, _ in found)
        assert efficient is not beaten


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=30))
def test_the_frontier_is_what_no_other_point_beats(points: list[tuple[int, int]]) -> None:
    found = frontier([(float(a), float(b)) for a, b in points])
    for place, (mean, p95) in enumerate(points):
        beaten = any(a <= mean and b <= p95 and (a, b) != (mean, p95) for a, b in points)
        assert not (place in found and beaten)
        assert beaten or any(points[n] == (mean, p95) for n in found)


def test_adding_countries_changes_no_other_figure() -> None:
    """Which plans are taken further depends on the others; what a plan costs does not."""
    more = options((*FEW, "VNM", "PRT"))
    fewer = options()
    single = {plan.id for plan in generate(dossier(), known(FEW), FEW)}
    assert single <= set(more)
    both = set(fewer) & set(more)
    assert {name: fewer[name].summary for name in both} == {name: more[name].summary for name in both}
    assert {"VNM", "PRT"} <= {more[name].country for name in set(more) - set(fewer)}


def test_countries_that_lack_figures_are_left_out_and_say_what_they_lack() -> None:
    left_out = explored().left_out
    assert "VNM" in left_out
    assert ["sea_distance or road_distance"] == left_out["VNM"]
    assert not {option.country for option in explored().options} & set(left_out)
    everywhere, lacking = explore_coverage(known(FEW), dossier().as_of, "NLD")
    assert (set(FEW), left_out) == (set(everywhere), lacking)
    assert left_out == explored().to_dict()["left_out"]


def test_staying_is_today_in_every_draw() -> None:
    stay = options()["stay"]
    assert (0.0, 0.5) == (stay.summary.delta, stay.summary.p_cheaper)
    today = resolve_plan(dossier(), dossier().baseline)
    both = cost.assess(dossier(), known(FEW), SETTINGS, plans=[today, resolve_plan(dossier(), stay.plan)])
    assert np.array_equal(both.draws("today", "cost"), both.draws("stay", "cost"))
    assert both.draws("today", "unit_tco").mean() == pytest.approx(stay.summary.mean, rel=0.05)


@pytest.mark.parametrize("scenario", ["freight_crisis", "euro_weak", "duty_step", "energy"])
def test_a_scenario_holds_for_every_plan_as_it_does_for_the_cost_of_one(scenario: str) -> None:
    chosen = replace(SETTINGS, scenario=scenario)
    dossier = build({**TREE, "process": {"energy_kwh": 12}})
    found = explore(dossier, known(FEW), chosen)
    assert scenario == found.to_dict()["settings"]["scenario"]
    told = {option.plan.id: option for option in found.options}
    names = ["own_TUR", "supplier_POL", "second_own_NLD"]
    plans = [resolve_plan(dossier, dossier.baseline), *(told[name].resolved for name in names)]
    judged = cost.assess(dossier, known(FEW), chosen, plans=plans).to_dict()["plans"]
    for name, expected in zip(names, judged[1:], strict=True):
        assert expected["unit_tco"]["mean"] == pytest.approx(told[name].summary.mean, rel=1e-9)
    before = {option.plan.id: option.summary for option in explore(dossier, known(FEW), SETTINGS).options}
    assert [name for name in names if told[name].summary != before[name]]


def test_the_settings_say_how_it_was_worked_out() -> None:
    told, judged = explored().to_dict()["settings"], cost.assess(dossier(), known(FEW), SETTINGS).to_dict()
    names = ("as_of", "seed", "draws", "horizon_years", "discount_rate", "tax_rate", "mid_year", "scenario")
    assert {name: judged["settings"][name] for name in names} == {name: told[name] for name in names}


def test_a_company_elsewhere_is_told_which_distances_lack() -> None:
    """Found before: distances to the Netherlands were looked up for every company."""
    belgian = build({**TREE, "company": {"country": "BEL"}})
    assert "BEL" not in explore(belgian, known(FEW), SETTINGS).left_out
    spanish = build({**TREE, "company": {"country": "ESP"}})
    assert "CHN" in explore(spanish, bundled(), SETTINGS).left_out


@pytest.mark.parametrize("name", sorted(plan.id for plan in generate(dossier(), bundled(), FEW)))
def test_a_generated_plan_saved_into_the_dossier_gives_the_same_figures(name: str) -> None:
    """As YAML a user could have typed it: written, read again, and assessed as one of the dossier's plans."""
    option = options()[name]
    tree = {**TREE, "plans": [*TREE["plans"], to_tree(option.plan)]}
    saved = build(json.loads(json.dumps(tree)))
    assert to_tree(option.plan) == to_tree(saved.plans[1])
    result = cost.assess(saved, known(FEW), SETTINGS).to_dict()["plans"][1]
    summary = option.summary
    found = {
        **result["unit_tco"],
        "delta": result["delta_unit_tco"]["mean"],
        "p_cheaper": result["p_cheaper"]["value"],
        "one_off": result["one_off"]["mean"],
    }
    assert {name: getattr(summary, name) for name in found} == pytest.approx(found, rel=1e-9, abs=1e-12)


def test_a_plan_can_be_picked_and_kept_in_a_file(tmp_path: Path) -> None:
    plan = explored().plan("optimise_home")
    path = tmp_path / "with-plan.yaml"
    save(dossier().model_copy(update={"plans": (*dossier().plans, plan)}), path)
    assert plan == load(path).plans[1]
    assert ["today", "optimise_home"] == [item["id"] for item in open_document(path).tree["plans"]]
    with pytest.raises(LookupError):
        explored().plan("nowhere")


def test_plans_say_what_was_assumed() -> None:
    silent = [name for name, option in options().items() if not option.plan.assumptions]
    assert not silent


def test_the_horizon_is_that_of_the_plan_that_invests() -> None:
    """Explore must not judge a plant over the few years that suit a purchase."""
    free = replace(SETTINGS, horizon_years=None)
    plan = next(p for p in generate(dossier(), known(FEW), ["NLD"]) if p.id == "own_NLD")
    both = [resolve_plan(dossier(), p) for p in (dossier().baseline, plan)]
    alone = cost.assess(dossier(), known(FEW), free, plans=both).to_dict()["plans"][1]
    together = {o.plan.id: o for o in explore(dossier(), known(FEW), free).options}["own_NLD"]
    assert alone["unit_tco"]["mean"] == pytest.approx(together.summary.mean, rel=1e-9)


def test_the_same_question_gives_the_same_bytes() -> None:
    again = explore(dossier(), known(FEW), SETTINGS)
    first, second = (json.dumps(result.to_dict(), allow_nan=False) for result in (explored(), again))
    assert first == second
    other = explore(dossier(), known(FEW), replace(SETTINGS, seed=2))
    assert first != json.dumps(other.to_dict())


def test_progress_counts_the_plans() -> None:
    seen: list[tuple[int, int]] = []
    result = explore(dossier(), known(("NLD", "CHN")), SETTINGS, progress=lambda n, m: seen.append((n, m)))
    count = len(result.options)
    assert list(range(1, count + 1)) == [done for done, _total in seen]
    assert all(done <= total <= count for done, total in seen)
    assert (count, count) == seen[-1]


def test_the_users_own_fact_counts() -> None:
    own = {
        "parameter": "labour_cost_hourly_manufacturing",
        "keys": {"iso3": "POL"},
        "value": 60.0,
        "unit": "EUR/hour",
        "period": "2026",
        "source": "quote",
    }
    dearer = build({**TREE, "facts": [own]})
    told = {o.plan.id: o.summary for o in explore(dearer, known(FEW), SETTINGS).options}
    assert told["own_POL"].mean > options()["own_POL"].summary.mean
    assert told["own_TUR"] == options()["own_TUR"].summary
