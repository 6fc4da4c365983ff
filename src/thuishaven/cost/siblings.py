"""Many dossiers of one pattern in one world, one at a time: what a plan gains on today in each.

The parts of a batch differ in product, volume, process and price and share everything else: the company, its
sources, the facts and the draws. What rests on none of those differences is worked out once, with the
pattern.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from thuishaven.cost.case import Block, Case, Frame
from thuishaven.cost.engine import Basis, PlanCost, evaluate
from thuishaven.cost.explain import leaf_dict
from thuishaven.cost.plan import PlanScope
from thuishaven.cost.registry import DERIVED, input_fields
from thuishaven.cost.result import share_cheaper
from thuishaven.cost.scenarios import scenario_changes
from thuishaven.cost.scope import Array, Leaf, Missing
from thuishaven.cost.source import SourceScope
from thuishaven.cost.world import World
from thuishaven.dossier import Dossier, Plan, ResolvedPlan, Settings, resolve_plan
from thuishaven.facts import FactSet

#: Where one-off amounts of these kinds land: line, and the field of ``OneOff`` that holds the amount.
ASSETS = {"machine": ("R02", "machines"), "moulds": ("R03", "moulds")}


@dataclass(frozen=True, slots=True)
class Gain:
    """What a plan gains on today, for one dossier.

    Parameters
    ----------
    npv
        Net present value after tax of the plan less that of today, EUR, (draws,).
    per_unit
        What a unit costs more than today, EUR: mean of the unit TCO's difference.
    p_cheaper
        Share of draws in which the plan costs less, ties counted half.
    pv_units
        Mean present value of the volume, units.
    hours
        Machine hours in the busiest year at the sources that the plan starts, (draws,): units x hours per
        unit / OEE; ``None`` where the dossier does not say the hours per unit.
    one_off
        Mean present value of what is spent once, EUR before tax.
    missing
        Lines of the plan that could not be counted.
    """

    npv: Array
    per_unit: float
    p_cheaper: float
    pv_units: float
    hours: Array | None
    one_off: float
    missing: tuple[str, ...]


class _Beside(World):
    """The world of a sibling: takes over the pattern's draws, paths and facts, forgets what is its own."""

    def __init__(self, pattern: World, dossier: Dossier) -> None:
        years = pattern.year.size - 1
        super().__init__(
            dossier,
            pattern.facts,
            pattern.draws,
            pattern.block,
            years,
            pattern.on,
            hidden_uplift=pattern.hidden_uplift,
            changes=pattern.changes,
        )
        own = DERIVED.keys() | {name for name, field in input_fields().items() if field.path}
        self._values.update({name: value for name, value in pattern._values.items() if name not in own})
        facts = {name: leaf for name, leaf in pattern.ledger.leaves.items() if leaf.answer is not None}
        self.ledger.leaves.update(facts)
        self.ledger.shocks |= pattern.ledger.shocks
        self._answers, self._fact_leaves = pattern._answers, pattern._fact_leaves
        self._drawn = dict(pattern._drawn)
        self.year = pattern.year
        self.pure = pattern.pure
        self._known = len(self.pure)

    def close(self) -> None:
        """Forget what followed from the sibling's own figures, so that memory does not grow with siblings."""
        self.pure.forget_since(self._known)


class Siblings:
    """A pattern with one plan against today, and its siblings in the same draws.

    Parameters
    ----------
    pattern
        The dossier that all start from; its first plan is today.
    plan
        Id of the plan that is compared with today.
    facts, settings
        As for :func:`thuishaven.cost.assess`.

    Raises
    ------
    LookupError
        If the pattern has no such plan, or the settings name a scenario that does not exist.
    """

    def __init__(self, pattern: Dossier, plan: str, facts: FactSet, settings: Settings) -> None:
        self.pattern = pattern
        self.plan = _plan(pattern, plan)
        both = [resolve_plan(pattern, chosen) for chosen in (pattern.baseline, self.plan)]
        self._case = _worked_out(Case(pattern, facts, settings, plans=both))
        if settings.scenario is not None:
            changes = scenario_changes(self._case, settings.scenario)
            self._case = _worked_out(Case(pattern, facts, settings, plans=both, changes=changes))
        self._leaves: dict[str, Leaf] = dict(self._case.frame_leaves)

    @property
    def frame(self) -> Frame:
        """Date, horizon, discount and tax rates, the same for all."""
        return self._case.frame

    @property
    def replicates(self) -> int:
        """Independent repetitions in the draws."""
        return self._case.draws.replicates

    def gain(self, dossier: Dossier) -> Gain:
        """What the plan gains on today for a sibling.

        Parameters
        ----------
        dossier
            The pattern but for its product, demand, process and prices, and the plan's machines and moulds.
        """
        today, plan = (resolve_plan(dossier, p) for p in (dossier.baseline, _plan(dossier, self.plan.id)))
        found = [self._in_block(block, dossier, today, plan) for block in self._case.blocks]
        u = self.frame.tax_rate
        gap = np.concatenate([part.gap for part in found])
        volume = np.concatenate([part.pv_volume for part in found])
        hours = [part.hours for part in found if part.hours is not None]
        mean = float(volume.mean())
        return Gain(
            npv=-(1 - u) * gap,
            per_unit=float(gap.mean()) / mean if mean > 0 else 0.0,
            p_cheaper=share_cheaper(gap),
            pv_units=mean,
            hours=np.concatenate(hours) if hours else None,
            one_off=float(np.mean([part.one_off for part in found])),
            missing=found[0].missing,
        )

    def _in_block(
        self, block: Block, dossier: Dossier, today: ResolvedPlan, plan: ResolvedPlan
    ) -> _BlockGain:
        frame, u = self.frame, self.frame.tax_rate
        world = _Beside(block.world, dossier)
        volume = np.broadcast_to(world.value("volume") @ frame.discount, block.size)
        basis = Basis(frame.discount, u, volume)
        first = PlanScope(world, today, today, frame.discount_rate)
        second = PlanScope(world, plan, today, frame.discount_rate, first)
        costs = []
        for scope in (first, second):
            flows = self._case.flows.get(scope.resolved.id, ())
            costs.append(evaluate(scope, basis, flows, want_cash=False))
        self._note(first)
        gap = costs[1].total(u) - costs[0].total(u)
        hours, rests_on = _hours(second, block.size)
        self._note(second, rests_on)
        world.close()
        return _BlockGain(
            np.broadcast_to(gap, block.size),
            volume,
            hours,
            _once(costs[1]),
            tuple(sorted({line for line, _ in costs[1].missing})),
        )

    def investment(self, name: str, cost: Any, kind: str = "machine") -> Array:
        """What an asset that several siblings share costs after tax, EUR, (draws,).

        Present value of buying it in the year in which the plan spends, with the contingency, less the tax
        saved by its depreciation and less what it is worth at the horizon: the same as if the plan itself
        bought it.

        Parameters
        ----------
        name
            Its own column of draws.
        cost
            A :class:`~thuishaven.uncertainty.Quantity` of money, or a number in EUR.
        kind
            ``"machine"`` or ``"moulds"``: by which life it loses its value.
        """
        line, field = ASSETS[kind]
        once = self.plan.one_off
        bought = once.model_copy(
            update={"machines": None, "machine_price": None, "moulds": None, field: cost}
        )
        today = resolve_plan(self.pattern, self.pattern.baseline)
        plan = resolve_plan(self.pattern, self.plan.model_copy(update={"id": name, "one_off": bought}))
        u, found = self.frame.tax_rate, []
        for block in self._case.blocks:
            world = _Beside(block.world, self.pattern)
            first = PlanScope(world, today, today, self.frame.discount_rate)
            scope = PlanScope(world, plan, today, self.frame.discount_rate, first)
            costs = evaluate(scope, block.basis, want_cash=False)
            part = next(part for part in costs.parts if part.line.id == line)
            world.close()
            found.append(np.broadcast_to((1 - u) * part.pv + u * part.taxed, block.size))
        return np.concatenate(found)

    def facts_used(self) -> list[dict[str, Any]]:
        """The facts on which a counted figure of any sibling rests."""
        known = [leaf for _, leaf in sorted(self._leaves.items()) if leaf.answer is not None]
        return [leaf_dict(leaf) | {"name": leaf.name} for leaf in known]

    def _note(self, scope: PlanScope, also: frozenset[str] = frozenset()) -> None:
        """Remember the facts on which the counted lines of a plan rest, and others by id."""
        known = scope.world.ledger.leaves
        for source in scope.sources():
            for name in (source.counted_leaves() | also) - self._leaves.keys():
                if name in known and known[name].answer is not None:
                    self._leaves[name] = known[name]


@dataclass(frozen=True, slots=True)
class _BlockGain:
    """A gain over one block of draws."""

    gap: Array
    pv_volume: Array
    hours: Array | None
    one_off: float
    missing: tuple[str, ...]


def _worked_out(case: Case) -> Case:
    """A case with the lines of its plans worked out, so that siblings find what they share."""
    for block in case.blocks:
        for scope in block.scopes.values():
            evaluate(scope, block.basis, want_cash=False)
    return case


def _plan(dossier: Dossier, name: str) -> Plan:
    for plan in dossier.plans:
        if plan.id == name:
            return plan
    raise LookupError(name)


def _hours(scope: PlanScope, size: int) -> tuple[Array | None, frozenset[str]]:
    """Machine hours in the busiest year at the sources that the plan starts, and on what they rest."""
    total, rests_on = np.zeros((1, 1)), frozenset[str]()
    try:
        for source in scope.sources():
            if source.link.enters:
                total = total + source.remember("hours needed", partial(_hours_of, source))
                rests_on |= source.rests_on("hours needed")
    except Missing:
        return None, frozenset()
    return np.broadcast_to(total.max(axis=1), size), rests_on


def _hours_of(source: SourceScope) -> Array:
    return source.value("units") * source.value("machine_hours") / source.value_or("oee", 1.0)


def _once(cost: PlanCost) -> float:
    return sum(float(np.mean(part.pv)) for part in cost.parts if part.line.kind in {"oneoff", "capital"})
