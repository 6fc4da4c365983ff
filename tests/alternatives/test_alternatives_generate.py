"""Every kind of generated plan: what it changes, what it leaves alone, and that cost takes it."""

from __future__ import annotations

import json
import math

import pytest
from alternative_cases import EXAMPLES, FEW, SETTINGS, TREE, example, known, told

from thuishaven import cost
from thuishaven.alternatives import choices, families, generate
from thuishaven.alternatives.generate import Setting
from thuishaven.alternatives.refine import pairs, refine, surge_share, together
from thuishaven.chain import base_surge, buffer_for_lost_sales
from thuishaven.cost import Summary
from thuishaven.dossier import Dossier, Plan, Source, build, resolve_plan
from thuishaven.dossier.load import to_tree
from thuishaven.facts import bundled
from thuishaven.uncertainty import from_answer

#: The fields that each kind of plan may change, beside its name, family and remarks.
CHANGES = {
    "stay": set(),
    "improve": {"changes"},
    "stock": {"stock"},
    "material": {"bom", "changes", "one_off"},
    "split": {"sources"},
    "move": {"sources", "process"},
    "staged": {"sources"},
}
SAID = {"id", "family", "assumptions", "lacks"}


def made(dossier: Dossier) -> dict[str, Plan]:
    return {plan.id: plan for plan in generate(dossier, bundled(), FEW)}


def summary(mean: float) -> Summary:
    return Summary(mean, mean - 1, mean, mean + 1, 0.0, 0.5, 0.0, 0)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_plan_is_one_a_person_could_have_typed_and_cost_takes_it(name: str) -> None:
    dossier = example(name)
    plans = made(dossier)
    tree = to_tree(dossier)
    tree["plans"] = [tree["plans"][0], *(to_tree(plan) for plan in plans.values())]
    read = build(json.loads(json.dumps(tree, default=str)))
    assert [to_tree(plan) for plan in plans.values()] == [to_tree(plan) for plan in read.plans[1:]]
    result = cost.assess(read, bundled(), SETTINGS).to_dict()
    assert len(plans) + 1 == len(result["plans"])
    means = [plan["unit_tco"]["mean"] for plan in result["plans"]]
    assert all(math.isfinite(mean) and mean > 0 for mean in means)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_further_plans_are_valid_too(name: str) -> None:
    dossier = example(name)
    singles = list(generate(dossier, bundled(), FEW))
    resolved = [resolve_plan(dossier, plan) for plan in singles]
    found = cost.stream(dossier, resolve_plan(dossier, dossier.baseline), resolved, bundled(), SETTINGS)
    further = list(refine(dossier, bundled(), FEW, list(zip(singles, found, strict=True))))
    tree = to_tree(dossier)
    tree["plans"] = [tree["plans"][0], *(to_tree(plan) for plan in further)]
    assert len({plan.id for plan in further}) == len(further)
    read = build(json.loads(json.dumps(tree, default=str)))
    result = cost.assess(read, bundled(), SETTINGS)
    assert all(math.isfinite(result.draws(plan.id, "cost").mean()) for plan in further)


@pytest.mark.parametrize("dossier", [told(), *map(example, EXAMPLES)], ids=["pot", *EXAMPLES])
def test_a_plan_differs_from_today_in_the_fields_of_its_kind_only(dossier: Dossier) -> None:
    for plan in made(dossier).values():
        kind = families()[plan.family or ""].kind
        assert plan.model_fields_set - SAID <= CHANGES[kind], plan.id
        assert plan.assumptions
        today, resolved = resolve_plan(dossier, dossier.baseline), resolve_plan(dossier, plan)
        if kind not in ("split", "move", "staged", "improve", "material"):
            assert today.sources == resolved.sources
        if kind != "material":
            assert today.bom == resolved.bom
        if kind != "stock":
            assert today.stock == resolved.stock
        if plan.family != "optimise_home":
            assert today.process == resolved.process


@pytest.mark.parametrize("dossier", [told(), *map(example, EXAMPLES)], ids=["pot", *EXAMPLES])
def test_a_plan_equal_to_today_has_todays_figures(dossier: Dossier) -> None:
    plans = [resolve_plan(dossier, plan) for plan in (dossier.baseline, made(dossier)["stay"])]
    result = cost.assess(dossier, bundled(), SETTINGS, plans=plans)
    assert result.draws("today", "cost").tolist() == result.draws("stay", "cost").tolist()


def test_the_shares_of_every_plan_add_up_in_every_year() -> None:
    for plan in made(told()).values():
        sources = resolve_plan(told(), plan).sources
        for year in range(2027, 2034):
            active = [s.share for s in sources if (s.start or 0) <= year <= (s.until or 9999)]
            assert 1 == pytest.approx(sum(active)), (plan.id, year)


def test_a_move_in_stages_ends_at_home() -> None:
    plan = made(told())["staged_own_NLD"]
    first, last = choices()["stage_share"], 2026 + round(choices()["stage_years"])
    supplier, start, rest = plan.sources or ()
    assert (1 - first, last) == (supplier.share, supplier.until)
    assert ("NLD", first, None) == (start.country, start.share, start.until)
    assert ("NLD", 1 - first, last + 1) == (rest.country, rest.share, rest.start)
    assert "supplier_to_own" == resolve_plan(told(), plan).form


def test_the_usual_covers_are_there() -> None:
    weeks = {
        name: plan.stock.buffer_weeks.mean
        for name, plan in made(told()).items()
        if plan.stock.buffer_weeks is not None
    }
    found = {days: weeks[f"bigger_stock_{days}"] for days in (30, 60, 90, 180)}
    assert {30: 4.29, 60: 8.57, 90: 12.9, 180: 25.7} == found
    length = mean("disruption_weeks")
    assert weeks["bigger_stock_recovery"] == round(-length * math.log(0.1), 1)


def mean(parameter: str, **keys: str) -> float:
    return from_answer(bundled().get(parameter, on=told().as_of, **keys)).mean  # type: ignore[arg-type]


def price_in_euro(dossier: Dossier) -> float:
    price = (dossier.baseline.sources or ())[0].unit_price
    assert price is not None
    return price.mean * (bundled().get("fx_rate", on=dossier.as_of, currency="USD").value or 0)


def test_a_buffer_that_pays_is_the_one_of_the_formula_and_beats_staying() -> None:
    dossier = told(
        product={**TREE["product"], "price": 90.0}, demand={**TREE["demand"], "lost_sales": {"value": 0.6}}
    )
    value = price_in_euro(dossier)
    expected = buffer_for_lost_sales(
        mean("disruption_rate"),
        mean("disruption_weeks"),
        (90 - value) * 0.6,
        mean("holding_rate") * value,
    )
    weeks = made(dossier)["bigger_stock"].stock.buffer_weeks
    assert weeks is not None
    assert round(expected, 1) == weeks.mean
    plans = [plan for plan in made(dossier).values() if plan.family in ("stay", "bigger_stock")]
    resolved = [resolve_plan(dossier, plan) for plan in plans]
    stream = cost.stream(dossier, resolve_plan(dossier, dossier.baseline), resolved, bundled(), SETTINGS)
    means = {plan.id: found.mean for plan, found in zip(plans, stream, strict=True)}
    assert means["bigger_stock"] < means["stay"]
    assert means["bigger_stock"] < means["bigger_stock_30"]


def test_where_no_buffer_pays_none_is_advised() -> None:
    assert "bigger_stock" not in made(told())


def test_local_for_local_supplies_each_large_market_from_within() -> None:
    plan = made(told())["local_for_local"]
    assert {"supplier_NLD": 0.6, "supplier_DEU": 0.4} == {s.id: s.share for s in plan.sources or ()}
    german = next(s for s in plan.sources or () if s.country == "DEU")
    assert german.logistics.freight is not None
    assert german.logistics.freight.mean == 0
    small = told(demand={**TREE["demand"], "markets": {"NLD": 0.5, "DEU": 0.4, "FRA": 0.1}})
    shares = {s.id: round(s.share, 9) for s in made(small)["local_for_local"].sources or ()}
    assert {"supplier": 0.1, "supplier_NLD": 0.5, "supplier_DEU": 0.4} == shares
    one = told(demand={**TREE["demand"], "markets": {"NLD": 1.0}})
    assert "local_for_local" not in made(one)


def test_a_recycled_share_splits_the_dearest_line_and_keeps_the_need() -> None:
    plan = made(told())["circular_input"]
    lines = {line.id: line for line in plan.bom or ()}
    assert ["shell", "shell_recycled", "saucer"] == list(lines)
    total = lines["shell"].quantity.mean + lines["shell_recycled"].quantity.mean
    assert 1 == pytest.approx(total)
    assert lines["shell_recycled"].recycled_share is not None
    assert lines["shell_recycled"].origin is None
    moved = plan.changes["supplier"]["unit_price"]
    assert moved["low"] < 7.9 < moved["high"]
    assert moved["unit"] == "USD/unit"


def test_a_substitute_says_that_its_origin_is_not_known() -> None:
    plan = made(told())["other_material"]
    assert "substitute_known" in {item.code for item in plan.lacks if not isinstance(item, str)}
    shell = next(line for line in plan.bom or () if line.id == "shell")
    assert shell.price is not None
    assert shell.price.p5 < 1.4 < shell.price.p95


def test_without_prices_there_is_no_plan_on_materials() -> None:
    assert not {"other_material", "circular_input"} & set(made(told(bom=[])))


def test_the_share_of_a_second_source_follows_the_base_surge_rule() -> None:
    dossier = told()
    setting = Setting(dossier, bundled(), FEW)
    near = Source(id="near", maker="own", country="NLD", share=1)
    share = surge_share(setting, near, 2.0)
    assert share is not None
    holding = mean("holding_rate") * price_in_euro(dossier) / 12
    expected = base_surge(1, 0.3, holding, 2.0).share
    assert share == pytest.approx(expected)
    assert surge_share(setting, near, -1.0) is None
    steady = told(demand={"units_per_year": 1000})
    assert surge_share(Setting(steady, bundled(), FEW), near, 2.0) is None


def test_two_plans_go_together_where_they_change_different_things() -> None:
    plans = made(told())
    both = together(plans["second_own_NLD"], plans["improve_abroad"])
    assert both is not None
    assert plans["second_own_NLD"].sources == both.sources
    assert plans["improve_abroad"].changes == both.changes
    prices = {source.id: source.unit_price for source in resolve_plan(told(), both).sources}
    assert prices["supplier"] != told().baseline.sources[0].unit_price  # type: ignore[index]
    assert together(plans["own_NLD"], plans["second_own_NLD"]) is None
    assert together(plans["own_NLD"], plans["improve_abroad"]) is None
    assert together(plans["other_material"], plans["circular_input"]) is None
    assert together(plans["improve_abroad"], plans["other_material"]) is None
    stocked = together(plans["own_NLD"], plans["bigger_stock_60"])
    assert stocked is not None
    assert {"sources", "stock"} == stocked.model_fields_set - SAID


def test_pairs_are_of_the_best_of_two_kinds() -> None:
    plans = made(told())
    means = {"stay": 10, "bigger_stock_30": 9, "bigger_stock_60": 8, "own_NLD": 9.5, "second_own_DEU": 9.9}
    found = [plan.id for plan in pairs([(plans[name], summary(mean)) for name, mean in means.items()])]
    assert ["bigger_stock_60_and_own_NLD", "bigger_stock_60_and_second_own_DEU"] == found


def test_what_is_known_of_few_countries_leaves_the_rest_alone() -> None:
    assert "VNM" not in {s.country for plan in generate(told(), known(), ["NLD"]) for s in plan.sources or ()}


def test_a_new_source_abroad_takes_the_work_that_todays_source_takes() -> None:
    dossier = example("plantenpot")
    today, plans = dossier.baseline.sources, made(dossier)
    assert today is not None
    assert today[0].coordination.model_fields_set
    abroad = [
        source
        for plan in plans.values()
        for source in plan.sources or ()
        if source.country not in {today[0].country, dossier.company.country}
    ]
    assert abroad
    for source in abroad:
        assert today[0].quality == source.quality
        extra = {"expats"} if source.maker == "own" else set()
        told = today[0].coordination.model_fields_set | extra
        assert told == source.coordination.model_fields_set


def test_an_own_plant_abroad_is_run_by_somebody_on_the_spot_and_one_at_home_is_not() -> None:
    dossier = example("plantenpot")
    for plan in made(dossier).values():
        own = [source for source in plan.sources or () if source.maker == "own"]
        away = [source for source in own if source.country != dossier.company.country]
        codes = {remark.code for remark in plan.assumptions if not isinstance(remark, str)}
        assert bool(away) == ("run_on_the_spot" in codes)
        assert all((source in away) == (source.coordination.expats is not None) for source in own)
