"""From a dossier to jobs: the same world as the cost engine, honest about what is not known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from region_cases import LEAST, QUICK, RICH, ROOT, home, told

import thuishaven as th
from thuishaven import cost, region
from thuishaven.cost.lines.production import shift_mix
from thuishaven.dossier import Dossier, Flow, Settings, load, plain
from thuishaven.region import demand

TEXT = RICH.read_text("utf-8")
EXAMPLES = ("bicycle", "machined-part", "plantenpot")


@pytest.fixture(scope="module")
def rich() -> region.RegionResult:
    return region.assess(load(RICH), settings=QUICK)


def mean(result: region.RegionResult, plan: str, what: str) -> float:
    return float(result.draws(plan, what).mean())


def test_thirty_thousand_hours_are_twenty_one_jobs() -> None:
    result = region.assess(told(LEAST), settings=QUICK)
    hours = 120_000 * 0.25
    weeks = result.world.fact("weeks_per_year").mean
    assert pytest.approx(hours / (38 * weeks * 0.7084)) == mean(result, "home", "fte") / ramp(result)
    assert pytest.approx(mean(result, "home", "fte") / 0.9) == mean(result, "home", "heads")
    assert 0 == mean(result, "today", "fte")


def ramp(result: region.RegionResult) -> float:
    """Share of the posts that is filled in the year of comparison."""
    work = result.plans["home"].work
    return float(work.groups[0].hours.values[:, result.place].mean() / 30_000)


def test_only_work_in_the_own_country_counts() -> None:
    abroad = LEAST.replace("{id: near, maker: own, country: BEL, share: 1}", FAR_AND_NEAR)
    result = region.assess(told(abroad), settings=QUICK)
    whole = region.assess(told(LEAST), settings=QUICK)
    assert pytest.approx(0.25, rel=1e-6) == mean(result, "home", "fte") / mean(whole, "home", "fte")


FAR_AND_NEAR = (
    "{id: near, maker: own, country: BEL, share: 0.25}, {id: pl, maker: own, country: POL, share: 0.75}"
)


def test_jobs_are_linear_in_volume() -> None:
    small = region.assess(told(LEAST, demand={"units_per_year": 1000}), settings=QUICK)
    large = region.assess(told(LEAST, demand={"units_per_year": 7000}), settings=QUICK)
    assert np.allclose(7 * small.draws("home", "fte"), large.draws("home", "fte"))


def test_a_plan_like_today_gains_and_loses_nothing() -> None:
    tree = LEAST + "  - id: again\n    changes: {far: {quality: {scrap_rate: 0.01}}}\n"
    result = region.assess(told(tree), settings=QUICK)
    assert not result.draws("again", "fte_direct").any()
    assert not result.draws("again", "fte_net").any()


def test_moving_away_costs_the_jobs_that_are_here() -> None:
    away = """
thuishaven: 1
as_of: 2026-11-21
company: {country: BEL}
product: {name: Pot, cn: "39269097"}
demand: {units_per_year: 100000}
process: {labour_hours: 0.2}
plans:
  - id: today
    sources: [{id: here, maker: own, country: BEL, share: 1, unit_price: 9}]
  - id: away
    sources: [{id: there, maker: own, country: POL, share: 1}]
"""
    result = region.assess(told(away), settings=QUICK)
    assert np.all(result.draws("away", "fte_direct") < 0)
    assert np.all(result.draws("away", "fte_net") < 0)
    assert result.to_dict()["plans"][1]["accounts"]["public"]["cost_per_net_job_year"]["p50"] is None


# -- the same world as the cost engine


@pytest.mark.parametrize("name", EXAMPLES)
def test_hours_are_those_that_the_cost_engine_pays(name: str) -> None:
    dossier = load(ROOT / "examples" / f"{name}.yaml")
    here = region.assess(dossier, settings=QUICK)
    paid = cost.assess(dossier, settings=Settings(draws=512, sensitivity=False))
    for plan, scope in paid.case.blocks[0].scopes.items():
        for source in scope.sources():
            if source.link.home_own:
                site = next(
                    s for s in here.plans[plan].work.home_plants if s.source.id == source.link.source.id
                )
                hours = source.value("labour_hours") / source.value("efficiency")
                saved = 1 - (here.world.full(site.saved_share) if site.saved_share is not None else 0)
                assert np.allclose(hours[:, 0], here.world.full(site.manual_hours) * saved)
                assert np.allclose(source.value("units"), site.units.values)
                assert np.allclose(source.value("shift_premium")[:, 0], site.premium(site.system).values)


def test_an_estimate_of_hours_is_the_one_of_the_cost_engine() -> None:
    text = LEAST.replace("process: {labour_hours: 0.25}", "process: {}")
    here = region.assess(told(text), settings=QUICK)
    paid = cost.assess(told(text), settings=Settings(draws=512, sensitivity=False))
    hours = paid.case.blocks[0].scopes["home"].sources()[0].value("labour_hours")[:, 0]
    assert np.allclose(hours, here.plans["home"].work.home_plants[0].manual_hours.values)


def test_wages_follow_the_same_paths() -> None:
    here = region.assess(told(LEAST), settings=QUICK)
    paid = cost.assess(told(LEAST), settings=Settings(draws=512, sensitivity=False))
    world = paid.case.blocks[0].world
    assert np.allclose(world.wage("BEL")[:, 0], here.world.wage("BEL").values)
    assert np.allclose(world.wage_index("BEL"), here.world.wage_index("BEL").values)


def test_the_shift_systems_are_those_of_the_cost_engine() -> None:
    for number, system in region.shift_systems().items():
        assert np.allclose(shift_mix(number), [system.evening, system.night, system.weekend])


# -- ramps, shortages and people


def test_a_shortage_delays_the_ramp() -> None:
    plenty = region.assess(home(TEXT, labour={"occupations": [posted("none")]}), settings=QUICK)
    scarce = region.assess(home(TEXT, labour={"occupations": [posted("people")]}), settings=QUICK)
    assert mean(plenty, "home", "delay_months") < mean(scarce, "home", "delay_months")
    first = [r.to_dict()["plans"][1]["years"][1]["fte"]["mean"] for r in (plenty, scarce)]
    assert first[0] > first[1]


def posted(shortage: str) -> dict[str, object]:
    return {"id": "people", "hours_per_unit": 0.1, "shortage": shortage}


def test_night_work_makes_people_harder_to_find() -> None:
    text = TEXT
    day, night = (
        region.assess(home(text, process={"shifts": shifts}), settings=QUICK).to_dict() for shifts in (2, 3)
    )
    assert chance(day) > chance(night)


def chance(result: dict[str, object]) -> float:
    plans = result["plans"]
    assert isinstance(plans, list)
    return float(plans[1]["groups"][0]["fill_chance"]["mean"])


def test_groups_add_up_and_name_what_sets_their_pace(rich: region.RegionResult) -> None:
    plan = rich.to_dict()["plans"][1]
    assert ["machine", "labour", "post"] == [group["pace"] for group in plan["groups"]]
    assert pytest.approx(plan["fte"]["mean"]) == sum(group["fte"]["mean"] for group in plan["groups"])
    assert ["8142", "8219", "7233"] == [group["isco"] for group in plan["groups"]]


def test_only_the_groups_in_a_shortage_occupation_count_as_scarce(rich: region.RegionResult) -> None:
    groups = {group["group"]: group["fte"]["mean"] for group in rich.to_dict()["plans"][1]["groups"]}
    assert pytest.approx(groups["moulding"] + groups["upkeep"]) == mean(rich, "home", "fte_scarce")


def test_automation_brings_technicians_for_operators() -> None:
    plain_plan = region.assess(told(LEAST), settings=QUICK)
    automated = region.assess(home(LEAST, process={"automation": "high"}), settings=QUICK)
    groups = {group.id: group for group in automated.plans["home"].work.groups}
    assert {"operators", "technicians", "support"} == set(groups)
    assert mean(automated, "home", "fte") < mean(plain_plan, "home", "fte")


def test_an_occupation_that_says_no_hours_is_told_and_not_counted() -> None:
    dossier = home(LEAST, labour={"occupations": [{"id": "idle"}, {"id": "busy", "hours_per_unit": 0.1}]})
    found = region.assess(dossier, settings=QUICK).to_dict()
    assert ["busy", "support"] == [group["group"] for group in found["plans"][1]["groups"]]
    assert "occupation_without_hours" in {notice["code"] for notice in found["warnings"]}


def test_a_price_that_nobody_knows_leaves_the_plan_uncounted() -> None:
    text = LEAST.replace(", unit_price: 7.9", "").replace("maker: supplier", "maker: own")
    text = text.replace("process: {labour_hours: 0.25}", "process: {}")
    found = region.assess(told(text), settings=QUICK).to_dict()
    assert [{"plan": "home", "source": "near", "missing": "unit_price"}] == found["not_counted"]


# -- subsidies


def subsidy_of(dossier: Dossier, scheme: str) -> dict[str, object]:
    found = region.assess(dossier, settings=QUICK).to_dict()["plans"][1]["subsidies"]
    return next(item for item in found if item["scheme"] == scheme)


def test_conditions_that_are_not_known_count_for_nothing_and_are_told() -> None:
    dossier = home(TEXT, labour={"subsidies": []})
    item = subsidy_of(dossier, "be_shift_night")
    assert (None, False) == (item["met"], item["counted"])
    assert ["third_of_time", "in_agreement"] == item["unknown"]
    assert region.assess(dossier, settings=QUICK).flows() == ()
    codes = {n["code"] for n in region.assess(dossier, settings=QUICK).to_dict()["warnings"]}
    assert "subsidy_unknown" in codes


def test_a_condition_that_fails_outweighs_what_somebody_says() -> None:
    dossier = home(TEXT, process={"shifts": 1})
    item = subsidy_of(dossier, "be_shift_night")
    assert (False, ["shift_work"]) == (item["met"], item["failed"])


def test_a_premium_below_the_least_of_the_law_is_not_enough() -> None:
    dossier = home(TEXT, process={"shift_premium": 0.01})
    assert "enough_premium" in subsidy_of(dossier, "be_shift_night")["failed"]
    between = home(TEXT, process={"shift_premium": 0.05}, labour={"subsidies": []})
    assert "enough_premium" in subsidy_of(between, "be_shift_night")["unknown"]


def test_elsewhere_the_schemes_of_elsewhere() -> None:
    text = TEXT.replace("country: BEL", "country: NLD").replace("region: BE21", "region: NL41")
    found = region.assess(told(text), settings=QUICK).to_dict()["plans"][1]["subsidies"]
    assert {"nl_lkv_disabled", "nl_lkv_redeployed", "nl_lkv_agreement"} == {i["scheme"] for i in found}


def test_a_benefit_for_three_years_is_paid_for_three_years() -> None:
    text = TEXT.replace("country: BEL", "country: NLD").replace("region: BE21", "region: NL41")
    told_of = [{"scheme": "nl_lkv_disabled", "applies": True, "workers": 5}]
    result = region.assess(home(text, labour={"subsidies": told_of}), settings=QUICK)
    assert [2027, 2028, 2029] == [flow.year for flow in result.flows()]
    assert pytest.approx(-(1 - 0.25) * 5 * 6000, rel=0.1) == result.flows()[0].quantity.mean


def test_subsidies_reach_the_cost_engine_beside_its_headline(rich: region.RegionResult) -> None:
    dossier, quick = load(RICH), Settings(draws=512, sensitivity=False)
    assert {("home", "T02")} == {(flow.plan, flow.line) for flow in rich.flows()}
    assert {1.0, 0.6} == {flow.probability for flow in rich.flows()}
    assert rich.flows() == region.wage_subsidies(dossier, settings=QUICK)
    without = cost.assess(dossier, settings=quick).to_dict()["plans"][1]
    with_them = cost.assess(dossier, settings=quick, inputs=rich.flows()).to_dict()["plans"][1]
    assert without["unit_tco"] == with_them["unit_tco"]
    assert with_them["accounts"]["public"]["support"] < without["accounts"]["public"]["support"] == 0


def test_a_flow_is_the_amount_after_tax_in_money_of_its_year(rich: region.RegionResult) -> None:
    figures = rich.plans["home"]
    amount = next(e.amount for e in figures.entitlements if e.scheme.id == "be_shift_night")
    assert amount is not None
    year = 3
    nominal = amount.values[:, year] * rich.world.wage_index("BEL").values[:, year]
    flow = next(f for f in rich.flows() if f.year == 2026 + year and f.probability == 1)
    assert pytest.approx(-0.75 * float(np.median(nominal)), rel=1e-6) == flow.quantity.median


def test_a_scheme_that_does_not_exist_is_told_with_one_that_does() -> None:
    dossier = home(LEAST, labour={"subsidies": [{"scheme": "vl_indivdual"}]})
    notices = region.assess(dossier, settings=QUICK).to_dict()["warnings"]
    known = [n["params"]["known"] for n in notices if n["code"] == "unknown_scheme"]
    assert ["vl_individual"] == known


# -- the accounts


def test_public_money_is_an_outlay_of_the_public_and_never_of_both(rich: region.RegionResult) -> None:
    accounts = rich.to_dict()["plans"][1]["accounts"]
    assert accounts["public"]["outlay"]["mean"] > 0
    parts = accounts["public"]
    balance = parts["taxes"]["mean"] + parts["benefits"]["mean"] - parts["outlay"]["mean"]
    assert pytest.approx(balance) == parts["balance"]["mean"]
    assert {"labour_cost_per_year", "subsidies_per_year"} == set(accounts["firm"])


def test_support_of_other_rooms_is_public_money() -> None:
    flows = (Flow("home", "T01", 2027, -100_000.0), Flow("home", "P03", 2027, -5.0))
    with_it = region.assess(told(LEAST), settings=QUICK, inputs=flows)
    assert 100_000 == with_it.to_dict()["plans"][1]["accounts"]["public"]["outlay"]["mean"]


def test_net_jobs_are_never_more_than_the_direct_ones_times_the_multiplier(
    rich: region.RegionResult,
) -> None:
    most = rich.world.full(rich.world.fact("job_multiplier"))
    assert np.all(rich.draws("home", "fte_net") <= rich.draws("home", "fte_direct") * most)


def test_hires_from_unemployment_leave_more_net_jobs() -> None:
    few, many = (
        region.assess(home(LEAST, labour={"from_unemployment": share}), settings=QUICK)
        for share in (0.1, 0.9)
    )
    assert mean(few, "home", "fte_net") < mean(many, "home", "fte_net")


def test_work_of_building_stands_apart(rich: region.RegionResult) -> None:
    plan = rich.to_dict()["plans"][1]
    assert plan["build_up"]["mean"] > 0
    assert rich.to_dict()["plans"][0]["build_up"] is None


# -- the form of the answer


def test_the_same_question_gives_the_same_bytes() -> None:
    first, second = (json.dumps(region.assess(load(RICH), settings=QUICK).to_dict()) for _ in range(2))
    assert first == second


def test_another_plan_changes_no_figure_of_the_others() -> None:
    text = TEXT
    more = text + "  - id: poland\n    sources: [{id: pl, maker: own, country: POL, share: 1}]\n"
    before, after = (region.assess(told(t), settings=QUICK).to_dict() for t in (text, more))
    assert before["plans"] == after["plans"][:2]


def test_every_figure_can_be_worked_out_again(rich: region.RegionResult) -> None:
    for name, figure in rich.world.figures.items():
        assert figure.function is not None
        inputs = {key: one.values for key, one in figure.inputs}
        wide = any(values.ndim > 1 for values in inputs.values())
        shaped = {k: v[:, np.newaxis] if wide and v.ndim == 1 else v for k, v in inputs.items()}
        assert np.allclose(figure.values, figure.function(**shaped), equal_nan=True), name


def test_an_explanation_names_formula_inputs_and_sources(rich: region.RegionResult) -> None:
    found = rich.explain("home.fte_net")
    assert "net_jobs" == found["function"]
    assert "deadweight" in {item["name"] for item in found["inputs"]}
    share = next(item for item in found["inputs"] if item["name"] == "deadweight")
    assert ("assumption", "fraction") == (share["origin"]["status"], share["unit"])
    year = rich.explain("home.fte_net.2029")
    assert pytest.approx(mean(rich, "home", "fte_net")) == year["mean"]
    with pytest.raises(KeyError):
        rich.explain("home.nonsense")


def test_facts_in_use_are_named_with_status_and_source(rich: region.RegionResult) -> None:
    used = {item["name"]: item for item in rich.to_dict()["facts_used"]}
    assert {"presence_share", "deadweight_share", "vacancy_fill_chance", "tax_wedge"} <= set(used)
    assert all(item["source"] and item["status"] for item in used.values())


def test_a_result_is_plain_json_with_its_schema(rich: region.RegionResult) -> None:
    found = rich.to_dict()
    assert "thuishaven.region/1" == found["schema"]
    assert found == plain(json.loads(json.dumps(found)))
    assert {"seed", "draws", "horizon_years", "as_of", "version", "facts"} <= set(found["settings"])


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_assessed(name: str) -> None:
    found = th.region.assess(load(ROOT / "examples" / f"{name}.yaml"), settings=QUICK).to_dict()
    assert found["plans"]
    assert not found["not_counted"]


def test_the_formula_of_rounding_is_the_one_of_the_door() -> None:
    assert region.rounded_jobs is demand.rounded_jobs
