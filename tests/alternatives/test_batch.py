"""A batch: every part as cost would judge it alone, in one world, and the set worth bringing home."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from thuishaven import cost
from thuishaven.alternatives import BatchResult, assess_batch
from thuishaven.alternatives.batch import PartResult
from thuishaven.cost.world import World
from thuishaven.dossier import (
    Batch,
    DossierError,
    Investment,
    Part,
    Settings,
    load,
    part_dossier,
    plain,
    read_batch,
    resolve_plan,
)
from thuishaven.facts import bundled
from thuishaven.uncertainty import Quantity

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "batch"
SETTINGS = Settings(draws=128, sensitivity=False)


@cache
def example() -> Batch:
    return read_batch(FOLDER / "parts.csv", load(FOLDER / "pattern.yaml"), "home")


@cache
def answer() -> BatchResult:
    return assess_batch(example(), settings=SETTINGS)


def part(name: str, batch: Batch | None = None) -> Part:
    return next(part for part in (batch or example()).parts if part.id == name)


def result_of(name: str, result: BatchResult | None = None) -> PartResult:
    return next(part for part in (result or answer()).parts if part.id == name)


def changed(**fields: Any) -> Batch:
    return example().model_copy(update=fields)


def priced(cost_of_one: float, capacity: float = 3600.0) -> tuple[Investment, ...]:
    """The investments of the example at another price, without a range."""
    return tuple(
        one.model_copy(
            update={
                "cost": Quantity.constant(cost_of_one),
                "capacity_hours": Quantity.constant(capacity),
            }
        )
        for one in example().investments
    )


def judged_alone(
    what: Part, machines: float | None, kind: str = "machines", settings: Settings = SETTINGS
) -> np.ndarray:
    """What a part gains by coming home, by the cost engine, with the plan's machines (or moulds) set."""
    dossier = part_dossier(example(), what)
    home = next(plan for plan in dossier.plans if plan.id == "home")
    if machines is not None:
        once = home.one_off.model_copy(update={kind: Quantity.constant(machines)})
        home = home.model_copy(update={"one_off": once})
    both = [resolve_plan(dossier, plan) for plan in (dossier.baseline, home)]
    result = cost.assess(dossier, settings=settings, plans=both)
    return result.draws("home", "npv") - result.draws("today", "npv")


# ---- each part


@pytest.mark.parametrize("name", ["CV-701", "GR-801"])
def test_a_part_on_its_own_gains_what_cost_says(name: str) -> None:
    assert judged_alone(part(name), None) == pytest.approx(answer().draws(name), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("name", ["BX-301", "DT-401", "PN-601"])
def test_a_part_that_shares_a_machine_does_not_buy_one_as_well(name: str) -> None:
    assert judged_alone(part(name), 0.0) == pytest.approx(answer().draws(name), rel=1e-9, abs=1e-6)


def test_a_part_that_shares_moulds_buys_machines_but_no_moulds() -> None:
    shared = Investment.model_validate(
        {"id": "moulds", "kind": "moulds", "cost": 20000, "capacity_hours": 5000}
    )
    duct = part("DT-401").model_copy(update={"shares_investment": "moulds"})
    found = assess_batch(changed(parts=(duct,), investments=(shared,)), settings=SETTINGS)
    assert judged_alone(duct, 0.0, "moulds") == pytest.approx(found.draws("DT-401"), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("kind", ["machines", "moulds"])
def test_a_shared_investment_costs_what_it_would_cost_in_the_plan(kind: str) -> None:
    """After tax, with contingency, depreciation and what is left at the horizon: the engine's own way."""
    single = "machine" if kind == "machines" else kind
    shared = Investment.model_validate(
        {"id": "asset", "kind": single, "cost": 250000, "capacity_hours": 99999}
    )
    lid = part("LD-201").model_copy(update={"shares_investment": "asset"})
    found = assess_batch(changed(parts=(lid,), investments=(shared,)), settings=SETTINGS).investments[0]
    expected = judged_alone(lid, 0.0, kind) - judged_alone(lid, 250000.0, kind)
    assert float(expected.mean()) == pytest.approx(found.cost["mean"], rel=1e-9)
    assert float(np.quantile(expected, 0.95)) == pytest.approx(found.cost["p95"], rel=1e-9)


def test_machine_hours_are_units_times_hours_over_oee() -> None:
    oee = Quantity.constant(0.8)
    tray = part("BX-302")
    tray = tray.model_copy(
        update={
            "demand": tray.demand.model_copy(update={"units_per_year": Quantity.constant(60000.0)}),
            "process": tray.process.model_copy(update={"machine_hours": Quantity.constant(0.01), "oee": oee}),
        }
    )
    found = assess_batch(changed(parts=(tray,)), settings=SETTINGS)
    assert {"mean": 750.0, "p95": 750.0} == pytest.approx(result_of("BX-302", found).hours)


def test_parts_that_are_the_same_get_the_same_draws() -> None:
    """One world: exchange rate, wages and freight of draw n are those of draw n for every part."""
    twin = part("HS-101").model_copy(update={"id": "twin"})
    found = assess_batch(changed(parts=(*example().parts, twin)), settings=SETTINGS)
    assert np.array_equal(found.draws("HS-101"), found.draws("twin"))
    assert np.corrcoef(found.draws("HS-101"), found.draws("HS-102"))[0, 1] > 0.8


def test_another_part_changes_no_figure_of_this_one() -> None:
    few = assess_batch(changed(parts=(part("GR-801"), part("KN-502"))), settings=SETTINGS)
    for name in ("GR-801", "KN-502"):
        assert np.array_equal(answer().draws(name), few.draws(name))


def test_several_blocks_of_draws_are_one_world() -> None:
    many = Settings(draws=8192, sensitivity=False)
    grille = part("GR-801")
    found = assess_batch(changed(parts=(grille,)), settings=many).draws("GR-801")
    assert judged_alone(grille, None, settings=many) == pytest.approx(found, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("scenario", ["freight_crisis", None])
@pytest.mark.parametrize("mid_year", [True, False])
def test_settings_hold_for_every_part(scenario: str | None, mid_year: bool) -> None:
    other = Settings(
        draws=64, scenario=scenario, mid_year=mid_year, horizon_years=6, discount_rate=0.11, sensitivity=False
    )
    grille = part("GR-801")
    found = assess_batch(changed(parts=(grille,)), settings=other)
    assert judged_alone(grille, None, settings=other) == pytest.approx(found.draws("GR-801"), abs=1e-6)
    told = found.to_dict()["settings"]
    expected = (scenario, mid_year, 6, 0.11)
    assert expected == tuple(
        told[name] for name in ("scenario", "mid_year", "horizon_years", "discount_rate")
    )


def test_a_part_in_other_money_with_another_code_keeps_its_own() -> None:
    """What is worked out once with the pattern is only what no part changes."""
    other = part("GR-801").model_copy(update={"unit_price": Quantity.parse({"value": 11, "unit": "CNY"})})
    product = other.product.model_copy(update={"cn": "84799070", "price": Quantity.constant(4.0)})
    other = other.model_copy(update={"product": product})
    found = assess_batch(changed(parts=(*example().parts[:2], other)), settings=SETTINGS)
    assert judged_alone(other, None) == pytest.approx(found.draws("GR-801"), rel=1e-9, abs=1e-6)


# ---- the set


def totals(result: BatchResult, names: Sequence[str]) -> np.ndarray:
    return np.sum([result.draws(name) for name in names], axis=0)


def test_the_example_answers_the_question() -> None:
    result = answer()
    chosen = result.chosen.selection
    assert 12 == len(result.parts)
    assert set(chosen.parts) == {part.id for part in result.parts if part.chosen}
    assert 0 < len(chosen.parts) < 12
    # Some pay alone, some only in company, and one outside the set is next.
    assert {True, False} == {part.only_in_company for part in result.parts if part.chosen}
    assert result.next_part is not None
    assert result.next_part.lacks == min(p.lacks for p in result.parts if p.lacks is not None)
    assert chosen.proved


def test_the_sets_gain_is_that_of_its_parts_less_the_investments() -> None:
    result = answer()
    chosen = result.chosen.selection
    costs = sum(result_one.cost["mean"] * result_one.number for result_one in result.investments)
    expected = float(totals(result, chosen.parts).mean()) - costs
    assert expected == pytest.approx(result.chosen.gain["mean"], rel=1e-9)
    assert expected == pytest.approx(chosen.value, rel=1e-9)
    assert float(np.mean(result.draws() > 0)) == result.chosen.p_gain
    assert result.chosen.gain["p5"] <= result.chosen.gain["p50"] <= result.chosen.gain["p95"]


def test_capacity_is_respected() -> None:
    for one in answer().investments:
        members = [part for part in answer().parts if part.chosen and part.investment == one.id]
        hours = sum(part.hours["mean"] for part in members if part.hours is not None)
        assert hours == pytest.approx(one.hours)
        assert one.hours <= one.number * one.capacity
        assert one.used is not None
        assert one.enough is not None
        assert 0 < one.used <= 1
        assert 0 < one.enough < 1


def test_capacity_that_is_ample_is_enough_in_every_draw() -> None:
    found = assess_batch(changed(investments=priced(1000.0, 500000.0)), settings=SETTINGS)
    assert [1.0, 1.0] == [one.enough for one in found.investments]


def test_dropping_a_part_costs_what_it_adds() -> None:
    for gone in answer().chosen.selection.parts:
        rest = tuple(part for part in example().parts if part.id != gone)
        found = assess_batch(changed(parts=rest), settings=SETTINGS)
        lost = answer().chosen.selection.value - found.chosen.selection.value
        assert lost >= 0
        assert lost == pytest.approx(result_of(gone).adds, rel=1e-6, abs=1e-3)


def test_what_a_part_by_itself_lacks_is_what_it_loses() -> None:
    outside = result_of("CV-701")
    assert (False, None) == (outside.chosen, outside.adds)
    assert -outside.gain["mean"] == pytest.approx(outside.lacks)
    assert outside.delta_unit_tco == pytest.approx(outside.lacks_per_unit)


def test_a_part_that_lacks_something_joins_with_a_little_more_than_that() -> None:
    """Told through the machine's price, as a part's own price also moves what it would cost at home."""
    lid = part("LD-201").model_copy(update={"shares_investment": "press-400t"})
    dear, cheap = (
        assess_batch(changed(parts=(lid,), investments=priced(price)), settings=SETTINGS)
        for price in (400000.0, 1000.0)
    )
    lacking = result_of("LD-201", dear)
    cost_of_one = dear.investments[-1].cost["mean"]
    assert lacking.lacks is not None
    enough = priced(400000.0 * (1 - 1.001 * lacking.lacks / cost_of_one))
    too_little = priced(400000.0 * (1 - 0.999 * lacking.lacks / cost_of_one))
    joins, stays = (
        result_of("LD-201", assess_batch(changed(parts=(lid,), investments=given), settings=SETTINGS))
        for given in (enough, too_little)
    )
    assert (True, True, False) == (result_of("LD-201", cheap).chosen, joins.chosen, stays.chosen)


def test_a_set_that_only_pays_together_is_found() -> None:
    """At a price of the machine between the best part's gain and that of all of them, no part pays alone."""
    small = [part for part in example().parts if part.shares_investment == "press-150t"]
    alone = assess_batch(changed(parts=tuple(small), investments=priced(0.0)), settings=SETTINGS)
    gains = [part.gain["mean"] for part in alone.parts if part.gain["mean"] > 0]
    assert len(gains) > 1
    one = assess_batch(changed(parts=tuple(small), investments=priced(100000.0)), settings=SETTINGS)
    per_euro = one.investments[0].cost["mean"] / 100000.0
    between = (max(gains) + sum(gains)) / 2 / per_euro
    found = assess_batch(changed(parts=tuple(small), investments=priced(between, 20000.0)), settings=SETTINGS)
    chosen = [part for part in found.parts if part.chosen]
    assert len(gains) == len(chosen)
    assert all(part.only_in_company and part.alone < 0 for part in chosen)
    assert found.chosen.selection.value > 0
    dearer = priced(sum(gains) / per_euro * 1.01, 20000.0)
    nothing = assess_batch(changed(parts=tuple(small), investments=dearer), settings=SETTINGS)
    assert ((), 0.0, None) == (
        nothing.chosen.selection.parts,
        nothing.chosen.gain["mean"],
        nothing.chosen.p_gain,
    )


def test_rivals_are_never_better() -> None:
    rivals = {rival["rule"]: rival for rival in answer().chosen.rivals}
    assert {"everything", "alone", "greedy"} == set(rivals)
    assert all(rival["value"] <= answer().chosen.selection.value + 1e-6 for rival in rivals.values())
    assert 12 == rivals["everything"]["parts"]


def test_hindsight_is_the_best_set_of_each_world() -> None:
    """With as many draws as worlds, every draw is one; without shared machines its best set is what gains."""
    lone = tuple(part.model_copy(update={"shares_investment": None}) for part in example().parts)
    found = assess_batch(changed(parts=lone), settings=Settings(draws=64, sensitivity=False))
    draws = np.array([found.draws(part.id) for part in found.parts])
    assert (draws > 0).mean(axis=1).tolist() == [part.in_best_set for part in found.parts]
    regret = np.maximum(draws, 0).sum(axis=0) - found.draws()
    assert float(regret.mean()) == pytest.approx(found.chosen.regret["mean"], rel=1e-9)
    assert float(np.quantile(regret, 0.95)) == pytest.approx(found.chosen.regret["p95"], rel=1e-9)
    means = draws.reshape(len(lone), 8, 8).mean(axis=2) > 0
    chosen = np.array([part.chosen for part in found.parts])
    assert float((means == chosen[:, np.newaxis]).all(axis=0).mean()) == found.chosen.same_set
    assert answer().chosen.regret["mean"] > 0


def test_without_hours_a_part_is_told_to_give_them() -> None:
    silent = load(FOLDER / "pattern.yaml")
    silent = silent.model_copy(update={"process": silent.process.model_copy(update={"machine_hours": None})})
    parts = tuple(
        part.model_copy(update={"process": part.process.model_copy(update={"machine_hours": None})})
        for part in example().parts
    )
    found = assess_batch(changed(pattern=silent, parts=parts), settings=SETTINGS).to_dict()
    told = [warning for warning in found["warnings"] if warning["code"] == "machine_hours_unknown"]
    assert 10 == len(told)
    assert {"part": "BR-501", "investment": "press-150t"} in [warning["params"] for warning in told]
    assert {None} == {part["hours"] for part in found["parts"]}


# ---- the result


def test_the_example_of_the_documentation_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (FOLDER.parents[1] / "docs" / "batch.md").read_text(encoding="utf-8")
    monkeypatch.chdir(FOLDER.parents[1])
    names: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], names)
    assert ("thuishaven.batch/1", 12) == (names["answer"].to_dict()["schema"], len(names["answer"].parts))


def test_the_documentation_names_every_field_of_the_answer() -> None:
    page = (FOLDER.parents[1] / "docs" / "batch.md").read_text(encoding="utf-8")
    told = answer().to_dict()
    own = {"id", "name", "investment", "gain", "p_cheaper", "delta_unit_tco", "one_off", "hours", "chosen"}
    own |= {"kind", "price", "cost", "capacity_hours", "number", "parts", "not_counted"}
    rows = (told["parts"][0], told["investments"][0], told["chosen"])
    assert not [name for row in rows for name in row.keys() - own if name not in page]


def test_the_plain_form_is_json_and_says_where_it_came_from() -> None:
    told = answer().to_dict()
    assert told == json.loads(json.dumps(told, allow_nan=False))
    assert ("thuishaven.batch/1", "today", "home") == (told["schema"], told["baseline"], told["plan"])
    settings = told["settings"]
    assert (1, 128, 8, 10) == (
        settings["seed"],
        settings["draws"],
        settings["replicates"],
        settings["horizon_years"],
    )
    assert bundled().digest == settings["facts_digest"]
    used = {fact["name"] for fact in told["facts_used"]}
    assert {"oee", "labour_cost_hourly_manufacturing", "duty_rate", "contingency_uplift"} <= used
    assert all(fact["source"] for fact in told["facts_used"])
    known = {part["id"]: part for part in told["parts"]}
    assert plain(result_of("HS-101").to_dict()) == known["HS-101"]
    assert told["next"] in known
    missing = {row["line"]: row["parts"] for row in told["not_counted"]}
    assert all(missing[line] >= 1 for part in told["parts"] for line in part["not_counted"])


def test_the_same_question_gives_the_same_bytes() -> None:
    first = json.dumps(answer().to_dict())
    shuffled = changed(parts=example().parts[::-1], investments=example().investments[::-1])
    assert first == json.dumps(assess_batch(shuffled, settings=SETTINGS).to_dict())
    assert first != json.dumps(assess_batch(example(), settings=Settings(seed=2, draws=128)).to_dict())


def test_another_process_gives_the_same_bytes() -> None:
    program = (
        "import json, sys; from thuishaven.alternatives import assess_batch\n"
        "from thuishaven.dossier import Settings, load, read_batch\n"
        "folder = sys.argv[1]\n"
        "batch = read_batch(folder + '/parts.csv', load(folder + '/pattern.yaml'), 'home')\n"
        "print(json.dumps(assess_batch(batch, settings=Settings(draws=128, sensitivity=False)).to_dict()))"
    )
    command = [sys.executable, "-c", program, str(FOLDER)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.dumps(answer().to_dict()) + "\n" == ran.stdout


def test_a_result_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        answer().parts = ()  # type: ignore[misc]
    draws = answer().draws("HS-101")
    draws[:] = 0
    assert answer().draws("HS-101").any()
    with pytest.raises(LookupError):
        answer().draws("HS-999")


def test_progress_counts_the_parts() -> None:
    seen: list[tuple[int, int]] = []
    assess_batch(
        changed(parts=example().parts[:3]), settings=SETTINGS, progress=lambda n, m: seen.append((n, m))
    )
    assert [(1, 3), (2, 3), (3, 3)] == seen


@pytest.mark.slow
def test_a_part_is_forgotten_when_the_next_comes() -> None:
    alive: list[int] = []

    def look(done: int, of: int) -> None:
        gc.collect()
        alive.append(sum(isinstance(thing, World) for thing in gc.get_objects()))

    assess_batch(example(), settings=SETTINGS, progress=look)
    assert {alive[1]} == set(alive[1:])


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"plan": "elsewhere"}, ["no_plan"]),
        ({"plan": "today"}, ["no_plan"]),
        ({"investments": ()}, ["unknown_investment"] * 10),
        ({"parts": 2}, ["duplicate"]),
        ({"investments": 2}, ["duplicate"]),
        ({"investments": 0.0}, ["too_low", "too_low"]),
    ],
)
def test_a_batch_that_makes_no_sense_is_refused(change: dict[str, Any], codes: list[str]) -> None:
    given = dict(change)
    if given.get("parts") == 2:
        given["parts"] = (*example().parts, example().parts[0])
    if given.get("investments") == 2:
        given["investments"] = (*example().investments, example().investments[0])
    if given.get("investments") == 0.0:
        given["investments"] = priced(1000.0, 0.0)
    with pytest.raises(DossierError) as caught:
        assess_batch(changed(**given), settings=SETTINGS)
    assert codes == [problem.code for problem in caught.value.problems]
    assert all(problem.message() for problem in caught.value.problems)
