"""Named states of the world that nobody can put a probability on: each plan's cost in each, and the regret
of choosing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from thuishaven.cost.case import Case
from thuishaven.cost.scope import Change
from thuishaven.facts import Answer, countries
from thuishaven.packaged import read_table

#: Share of the best plan's cost within which another counts as just as good, when the shares of scenarios are
#: counted.
NEAR = 0.05
#: What a scenario on exchange rates moves, currency by currency, and one on duties, origin by origin.
CURRENCIES, DUTIES = "shock.exchange", "shock.duty"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A row of ``cost/scenarios.csv``: which fact changes what."""

    id: str
    parameter: str
    target: str
    how: str
    sign: int
    label_en: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the plans cost in one scenario: mean unit TCO per plan, and the fact behind the scenario."""

    scenario: str
    answer: Answer | None
    unit_tco: dict[str, float]
    regret: dict[str, float]


@cache
def scenarios() -> dict[str, Scenario]:
    """The scenarios by id."""
    return {
        row["id"]: Scenario(
            row["id"], row["parameter"], row["target"], row["how"], int(row["sign"]), row["label_en"]
        )
        for row in read_table("thuishaven.cost", "scenarios.csv")
    }


def changes_of(case: Case, scenario: Scenario) -> tuple[dict[str, Change], Answer | None]:
    """The changes that bring a scenario about in a case, and the fact that says how large it is."""
    world = case.blocks[0].world
    answer = world.answer(scenario.parameter)
    if answer is None or answer.value is None:
        return {}, None
    size = answer.value
    if scenario.how == "scale" and scenario.target.startswith(CURRENCIES):
        size = (1 + size) ** scenario.sign
    return {name: Change(scenario.how, size) for name in world.shock_targets(scenario.target)}, answer


def scenario_changes(case: Case, name: str) -> dict[str, Change]:
    """The changes of one scenario, to assess a dossier in that world.

    Raises
    ------
    LookupError
        If there is no scenario of that name.
    """
    if name not in scenarios():
        raise LookupError(f"{name}: expected one of {', '.join(scenarios())}")
    _ = case.costs
    return changes_of(case, scenarios()[name])[0]


def everywhere(case: Case, name: str) -> dict[str, Change]:
    """The changes of one scenario for plans that are not there yet: every currency and every
    origin counts, used so far or not.

    Raises
    ------
    LookupError
        If there is no scenario of that name.
    """
    if name not in scenarios():
        raise LookupError(f"{name}: expected one of {', '.join(scenarios())}")
    scenario = scenarios()[name]
    world = case.blocks[0].world
    answer = world.answer(scenario.parameter)
    if answer is None or answer.value is None:
        return {}
    size = answer.value
    if scenario.target == CURRENCIES:
        size = (1 + size) ** scenario.sign
        money = {
            code for country in countries().values() for code in (country.currency, country.trade_currency)
        }
        return {f"{CURRENCIES}.{code}": Change(scenario.how, size) for code in sorted(money)}
    if scenario.target == DUTIES:
        return {f"{DUTIES}.{iso3}": Change(scenario.how, size) for iso3 in countries()}
    return {scenario.target: Change(scenario.how, size)}


def outcomes(case: Case) -> list[Outcome]:
    """The plans in every scenario that touches the case, the expected world first."""
    found = [_outcome(case, "expected", None, case.totals())]
    for scenario in scenarios().values():
        changes, answer = changes_of(case, scenario)
        if changes:
            found.append(_outcome(case, scenario.id, answer, case.totals(changes)))
    return found


def _outcome(case: Case, name: str, answer: Answer | None, totals: dict[str, np.ndarray]) -> Outcome:
    volume = float(case.pv_volume.mean())
    mean = {plan: float(total.mean()) for plan, total in totals.items()}
    best = min(mean.values())
    per_unit = {plan: value / volume if volume else float("nan") for plan, value in mean.items()}
    return Outcome(name, answer, per_unit, {plan: value - best for plan, value in mean.items()})


def summary(found: list[Outcome], plans: list[str]) -> dict[str, dict[str, float]]:
    """Per plan the largest regret in EUR, and the share of scenarios in which it is near the best."""
    result = {}
    for plan in plans:
        near = [outcome.unit_tco[plan] <= min(outcome.unit_tco.values()) * (1 + NEAR) for outcome in found]
        result[plan] = {
            "max_regret": max(outcome.regret[plan] for outcome in found),
            "near_best": float(np.mean(near)),
        }
    return result
