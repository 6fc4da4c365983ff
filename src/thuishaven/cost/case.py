"""One assessment at work: the world in blocks of draws, the plans in it, and their costs under any change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from thuishaven.cost.engine import Basis, PlanCost, evaluate, shift
from thuishaven.cost.finance import discount_factors, present_value
from thuishaven.cost.pilot import Pilot
from thuishaven.cost.plan import PlanScope
from thuishaven.cost.scope import Array, Change, Leaf
from thuishaven.cost.world import World
from thuishaven.dossier import Dossier, Flow, ResolvedPlan, Settings, resolve
from thuishaven.facts import FactSet
from thuishaven.uncertainty import shared_draws

#: Draws worked out at a time, so that arrays stay in the processor's cache.
BLOCK = 4096
#: Values of a what-if that a search looks ahead at, all at once.
AHEAD = 16
#: Total draws from which there are 16 replicates instead of 8.
MANY = 65536


@dataclass(frozen=True)
class Frame:
    """What is fixed before any draw: date, horizon, discount and tax rates."""

    on: dt.date
    years: int
    discount_rate: float
    tax_rate: float
    mid_year: bool

    @property
    def discount(self) -> Array:
        """Discount factors of years 0 to H."""
        return discount_factors(self.discount_rate, self.years, mid_year=self.mid_year)


class Case:
    """A dossier, the facts and the settings, ready to be worked out.

    Parameters
    ----------
    dossier, facts, settings
        What is assessed, with what knowledge, and how.
    inputs
        Flows from other rooms.
    plans
        Plans to work out, today first; by default those of the dossier.
    changes
        A what-if that holds throughout, as in a scenario.
    by_year
        Whether the yearly cash of each plan is wanted too (payback, IRR, financing).
    """

    def __init__(
        self,
        dossier: Dossier,
        facts: FactSet,
        settings: Settings,
        inputs: Sequence[Flow] = (),
        plans: Sequence[ResolvedPlan] | None = None,
        changes: Mapping[str, Change] | None = None,
        *,
        by_year: bool = True,
    ) -> None:
        self.dossier = dossier
        self.facts = facts
        self.settings = settings
        self.plans = tuple(plans) if plans is not None else resolve(dossier)
        self.flows = _flows(self.plans, inputs)
        replicates = 16 if settings.draws >= MANY else 8
        self.draws = shared_draws(settings.seed, settings.draws, replicates)
        self.frame = self._frame()
        self.changes: Mapping[str, Change] = changes or {}
        self.by_year = by_year

    def _frame(self) -> Frame:
        company, settings = self.dossier.company, self.settings
        on = settings.as_of or self.dossier.as_of
        probe = World(self.dossier, self.facts, self.draws, slice(0, 1), 1, on)
        rate = settings.discount_rate
        if rate is None:
            given = company.discount_rate
            rate = given.mean if given is not None else probe.mean_fact("discount_rate")
        years = settings.horizon_years
        if years is None:
            answer = probe.answer("horizon_years")
            invests = any(plan.moves or plan.plan.one_off.model_fields_set for plan in self.plans)
            short = probe.mean_fact("horizon_years")
            years = int(answer.high if invests and answer is not None and answer.high else short)
        tax = company.tax_rate.mean if company.tax_rate is not None else None
        if tax is None:
            tax = probe.mean_fact("corporate_income_tax_statutory", iso3=company.country)
        self.frame_leaves: dict[str, Leaf] = dict(probe.ledger.leaves)
        return Frame(on, years, rate, tax, settings.mid_year)

    @cached_property
    def blocks(self) -> list[Block]:
        """The case in blocks of draws."""
        size = min(BLOCK, self.settings.draws)
        return [Block(self, slice(start, start + size)) for start in range(0, self.settings.draws, size)]

    @cached_property
    def costs(self) -> dict[str, PlanCost]:
        """Costs of every plan over all draws."""
        return _joined([block.costs for block in self.blocks], [block.size for block in self.blocks])

    @cached_property
    def pilot(self) -> Pilot:
        """A few draws of the case, to look ahead cheaply."""
        block = self.blocks[0]
        replicate = self.settings.draws // self.draws.replicates
        return Pilot(block.world, block.scopes, block.costs, block.basis, replicate, AHEAD)

    @cached_property
    def pv_volume(self) -> Array:
        """Present value of the volume per draw, units."""
        return np.concatenate([block.basis.pv_volume for block in self.blocks])

    def totals(
        self, changes: Mapping[str, Change] | None = None, only: Collection[str] | None = None
    ) -> dict[str, Array]:
        """Present value of all cost per plan and draw, EUR before tax, in a changed world.

        Parameters
        ----------
        changes
            What-ifs by leaf or path.
        only
            Plans that are wanted; all by default.
        """
        if changes:
            return self.changed(changes, only)[0]
        u = self.frame.tax_rate
        return self._end_to_end(
            [{plan: cost.everything(u) for plan, cost in block.costs.items()} for block in self.blocks]
        )

    def changed(
        self, changes: Mapping[str, Change], only: Collection[str] | None = None
    ) -> tuple[dict[str, Array], Array]:
        """Present value of all cost per plan, EUR before tax, and of the volume, in a changed world."""
        found = [block.changed(changes, only) for block in self.blocks]
        totals = self._end_to_end([total for total, _ in found])
        return totals, np.concatenate([volume for _, volume in found])

    def _end_to_end(self, found: list[dict[str, Array]]) -> dict[str, Array]:
        """Totals of all blocks as one array per plan."""
        sizes = [block.size for block in self.blocks]
        return {
            plan: np.concatenate([np.broadcast_to(t[plan], n) for t, n in zip(found, sizes, strict=True)])
            for plan in found[0]
        }

    def means(self, changes: Mapping[str, Change], only: Collection[str] | None = None) -> dict[str, float]:
        """Mean present value of cost per plan in a changed world, EUR before tax."""
        return {plan: float(total.mean()) for plan, total in self.totals(changes, only).items()}

    def paths(self) -> list[tuple[str, str]]:
        """The paths of the world on which counted lines rest, as what-ifs with their unit."""
        names = self.blocks[0].counted
        used = sorted(name for name in names if name.startswith("shock.exchange."))
        found = [(name, f"EUR/{name.rpartition('.')[2]}") for name in used]
        return [*found, ("shock.sea_rate", "USD/FEU")] if "shock.sea_rate" in names else found

    def path_means(self, identity: str) -> Array:
        """Mean over the years of supply of a path, per draw, (draws,)."""
        parts = []
        for block in self.blocks:
            if identity.startswith("shock.exchange."):
                path = block.world.exchange(identity.rpartition(".")[2])
            else:
                path = block.world.sea_rates()
            parts.append(np.broadcast_to(path[:, 1:].mean(axis=1), block.size))
        return np.concatenate(parts)

    def leaf_draws(self, leaf: Leaf) -> Array:
        """Draws of a leaf, (draws,)."""
        return np.concatenate(
            [np.broadcast_to(block.world.drawn(leaf)[:, 0], block.size) for block in self.blocks]
        )


class Block:
    """The plans of a case over one block of draws."""

    def __init__(self, case: Case, block: slice) -> None:
        self.frame = frame = case.frame
        self._flows, self._by_year = case.flows, case.by_year
        self.size = block.stop - block.start
        self.world = World(
            case.dossier,
            case.facts,
            case.draws,
            block,
            frame.years,
            frame.on,
            hidden_uplift=case.settings.hidden_cost_uplift,
            changes=case.changes,
        )
        self.scopes: dict[str, PlanScope] = {}
        baseline = case.plans[0]
        first: PlanScope | None = None
        for plan in case.plans:
            scope = PlanScope(self.world, plan, baseline, frame.discount_rate, first)
            first = first or scope
            self.scopes[plan.id] = scope
        self.basis = self._basis(self.world)

    def _basis(self, world: World) -> Basis:
        volume = world.value("volume")
        pv = np.broadcast_to(present_value(volume, self.frame.discount), self.size)
        return Basis(self.frame.discount, self.frame.tax_rate, pv)

    @cached_property
    def costs(self) -> dict[str, PlanCost]:
        """Costs of every plan in this block."""
        return {
            plan: evaluate(scope, self.basis, self._flows.get(plan, ()), want_cash=self._by_year)
            for plan, scope in self.scopes.items()
        }

    @cached_property
    def counted(self) -> frozenset[str]:
        """The leaves and paths on which the volume and the counted lines of any plan rest."""
        return self.counted_for(tuple(self.scopes))

    def counted_for(self, plans: Collection[str]) -> frozenset[str]:
        """The leaves and paths on which the volume and the counted lines of these plans rest."""
        _ = self.costs
        found = set(self.world.rests_on("volume"))
        binding: set[str] = set()
        idle: set[str] = set()
        for plan in plans:
            for source in self.scopes[plan].sources():
                found |= source.counted_leaves()
                bind, never = source.limits()
                binding |= bind
                idle |= never
        return frozenset(found - (idle - binding))

    def changed(
        self, changes: Mapping[str, Change], only: Collection[str] | None = None
    ) -> tuple[dict[str, Array], Array]:
        """Present value of all cost per plan, and of the volume, with some leaves changed; works out only the
        lines that rest on them.
        """
        u = self.frame.tax_rate
        world = self.world.changed(changes)
        basis = self._basis(world)
        first: PlanScope | None = None
        found, scopes = {}, []
        for plan, scope in self.scopes.items():
            wanted = only is None or plan in only
            if not wanted and first is not None:
                continue
            changed = scope.changed(world, first)
            first = first or changed
            if wanted:
                before = self.costs[plan]
                found[plan] = before.everything(u) + shift(before, scope, changed, basis)
            scopes.append(changed)
        # Memory that is let go of at once serves the next change; the collector would come too late.
        for changed in scopes:
            changed.forget()
        world.forget()
        return found, basis.pv_volume


def _flows(plans: Sequence[ResolvedPlan], inputs: Sequence[Flow]) -> dict[str, tuple[Flow, ...]]:
    """All flows by plan: those of other rooms and those typed into the dossier."""
    found: dict[str, list[Flow]] = {plan.id: [] for plan in plans}
    for flow in inputs:
        if flow.plan in found:
            found[flow.plan].append(flow)
    for plan in plans:
        found[plan.id] += typed_flows(plan)
    return {plan: tuple(flows) for plan, flows in found.items() if flows}


def typed_flows(plan: ResolvedPlan) -> tuple[Flow, ...]:
    """The flows typed into a plan, year by year."""
    return tuple(
        Flow(plan.id, extra.line, year, extra.amount, extra.probability)
        for extra in plan.plan.flows
        for year in range(extra.start, (extra.until or extra.start) + 1)
    )


def _joined(blocks: list[dict[str, PlanCost]], size: list[int]) -> dict[str, PlanCost]:
    """Costs of all blocks as one, per-draw arrays end to end; each block has its size."""
    if len(blocks) == 1:
        return blocks[0]
    joined = {}
    for plan, first in blocks[0].items():
        costs = [block[plan] for block in blocks]
        parts = []
        for position, part in enumerate(first.parts):
            same = [cost.parts[position] for cost in costs]
            pv = np.concatenate([np.broadcast_to(p.pv, n) for p, n in zip(same, size, strict=True)])
            taxed = np.concatenate([np.broadcast_to(p.taxed, n) for p, n in zip(same, size, strict=True)])
            parts.append(
                replace(part, pv=pv, taxed=taxed, by_year=np.mean([p.by_year for p in same], axis=0))
            )
        yearly = [cost.cash for cost in costs if cost.cash is not None]
        cash = np.concatenate(yearly) if yearly else None
        support = np.concatenate([np.broadcast_to(c.support_pv, n) for c, n in zip(costs, size, strict=True)])
        external = {
            line: np.concatenate(
                [np.broadcast_to(c.external[line], n) for c, n in zip(costs, size, strict=True)]
            )
            for line in first.external
        }
        joined[plan] = PlanCost(plan, parts, first.missing, cash, support, external)
    return joined
