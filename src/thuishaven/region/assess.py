"""The door of the room: a dossier in, a result out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thuishaven.dossier import Dossier, Flow, Notice, ResolvedPlan, Settings, resolve, with_own_facts
from thuishaven.facts import FactSet, bundled
from thuishaven.region import accounts, running
from thuishaven.region.figure import Array, Figure
from thuishaven.region.people import Group, PlanWork
from thuishaven.region.result import RegionResult
from thuishaven.region.schemes import Entitlement, entitlements
from thuishaven.region.world import Missing, World
from thuishaven.uncertainty import Quantity, quantiles, shared_draws

#: Full years of supply after which the jobs of a plan are told ("by year 3").
SETTLED = 3
#: Kinds of scheme whose amounts grow with wages; the others are fixed in euro by law.
INDEXED = ("pay", "reference")
#: Line of the taxonomy for wage subsidies, money after tax.
SUBSIDY_LINE = "T02"


@dataclass(frozen=True)
class PlanFigures:
    """Everything about one plan, ready to be told.

    Parameters
    ----------
    change, net, net_direct
        Jobs against today by year: direct, net, and net without those at suppliers.
    hires
        People to find, per group that the plan starts or enlarges.
    months_lost
        Months of full output that unfilled posts cost, (draws,).
    """

    work: PlanWork
    change: Figure
    net: Figure
    net_direct: Figure
    hires: tuple[tuple[Group, Figure], ...]
    training: Mapping[str, Figure]
    months_lost: Array
    entitlements: tuple[Entitlement, ...]
    build_up: Figure | None
    labour_cost: Figure | None
    public: Mapping[str, Figure]
    running: tuple[dict[str, Any], ...]


def assess(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    inputs: Sequence[Flow] = (),
    *,
    plans: Sequence[ResolvedPlan] | None = None,
) -> RegionResult:
    """What does each plan mean for work in the company's own country, and can it be found?

    Parameters
    ----------
    dossier
        The company's dossier; its first plan is today.
    facts
        The facts to use; by default those of the package. The dossier's own figures are laid on top.
    settings
        Seed, draws, horizon and rates; see :class:`thuishaven.dossier.Settings`.
    inputs
        Flows that other rooms hand over; support on lines T01, T02 and T04 counts as public outlay.
    plans
        Plans to work out instead of the dossier's, today first.

    Returns
    -------
    RegionResult
        Frozen; ``to_dict()``, ``explain("home.fte_net")``, ``draws("home", "fte_net")``, ``flows()``.

    Notes
    -----
    Method: hours from units, machines and posts on the draws that all rooms share; see ``docs/region.md``.
    """
    settings = settings or Settings()
    known = with_own_facts(facts if facts is not None else bundled(), dossier)
    resolved = tuple(plans) if plans is not None else resolve(dossier)
    world = _world(dossier, known, settings, resolved)
    works = {plan.id: PlanWork(world, plan, resolved[0]) for plan in resolved}
    place = _settled(resolved, world)
    today = works[resolved[0].id]
    found = {name: _figures(work, today, place, inputs) for name, work in works.items()}
    rate = _tax_rate(world)
    flows = _flows({name: figures.entitlements for name, figures in found.items()}, world, rate)
    return RegionResult(world, settings, resolved[0].id, found, place, flows, rate)


def wage_subsidies(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    *,
    plans: Sequence[ResolvedPlan] | None = None,
) -> tuple[Flow, ...]:
    """What :func:`assess` hands to the cost engine, and nothing else; parameters as there."""
    settings = settings or Settings()
    known = with_own_facts(facts if facts is not None else bundled(), dossier)
    resolved = tuple(plans) if plans is not None else resolve(dossier)
    world = _world(dossier, known, settings, resolved)
    found = {plan.id: tuple(entitlements(PlanWork(world, plan, resolved[0]))) for plan in resolved}
    return _flows(found, world, _tax_rate(world))


def _tax_rate(world: World) -> float:
    """The company's rate, else that of its country."""
    company = world.dossier.company
    if company.tax_rate is not None:
        return company.tax_rate.mean
    return world.mean_fact("corporate_income_tax_statutory", iso3=company.country)


def _world(dossier: Dossier, facts: FactSet, settings: Settings, plans: Sequence[ResolvedPlan]) -> World:
    on = settings.as_of or dossier.as_of
    draws = shared_draws(settings.seed, settings.draws)
    probe = World(dossier, facts, draws, 1, on)
    years = settings.horizon_years
    if years is None:
        answer = probe.answer("horizon_years")
        invests = any(plan.moves or plan.plan.one_off.model_fields_set for plan in plans)
        short = probe.mean_fact("horizon_years")
        years = int(answer.high if invests and answer is not None and answer.high else short)
    world = World(dossier, facts, draws, years, on)
    if settings.discount_rate is not None:
        world.rate = settings.discount_rate
    return world


def _settled(plans: Sequence[ResolvedPlan], world: World) -> int:
    """The year, counted from year 0, in which the plans are compared: ramps are over, sources have come."""
    zero = world.dossier.as_of.year
    starts = [source.start - zero for plan in plans for source in plan.sources if source.start is not None]
    return min(max([SETTLED, *(start + SETTLED - 1 for start in starts)]), world.years)


def _figures(work: PlanWork, today: PlanWork, place: int, inputs: Sequence[Flow]) -> PlanFigures:
    world, name = work.world, work.plan.id
    _ = work.groups
    change = world.work(f"{name}.fte_direct", "fte", accounts.difference, plan=work.jobs, today=today.jobs)
    net = accounts.net_change(work, change)
    hires = _hires(work, today, place)
    plants = work.home_plants
    lost = np.zeros(world.draws.n)
    for site in plants:
        lost = np.maximum(lost, work.months_lost(site))
    entitled = tuple(entitlements(work))
    own = [group for group in work.groups if plants and group.site is plants[0]]
    paid = [_paid(work, found, place) for found in entitled if found.counted]
    support = accounts.support_paid(world, name, [*_of_plan(work.plan), *_of(name, inputs)])
    if support is not None:
        paid.append(support)
    return PlanFigures(
        work,
        change,
        net,
        accounts.net_direct(work, change),
        hires,
        accounts.training(work, hires),
        lost,
        entitled,
        accounts.build_up(work),
        accounts.labour_cost(work, plants[0], own) if own else None,
        accounts.public_account(work, change, net, paid),
        tuple(_running(work, place)),
    )


def _running(work: PlanWork, place: int) -> list[dict[str, Any]]:
    found = []
    for site in work.home_plants:
        try:
            found.append(
                {
                    "shift": running.shift_plan(work, site, place),
                    "reliability": running.reliability(work, site, place),
                    "small_series": running.small_series(work, site, place),
                }
            )
        except Missing as absent:
            work.missing.append((site.source.id, absent.name))
    return found


def _hires(work: PlanWork, today: PlanWork, place: int) -> tuple[tuple[Group, Figure], ...]:
    """People to find per group of an own plant here; nobody for what stays as it is."""
    if work is today:
        return ()
    groups = [group for group in work.groups if group.site.own and group.fill_chance is not None]
    return tuple((group, accounts.new_people(work, today, group, place)) for group in groups)


def counted_amount(amount: Array, chance: Array) -> Array:
    """A subsidy over the years, times the chance that its conditions are met."""
    return np.asarray(amount[:, 1:].sum(axis=1, keepdims=True) * chance)[:, 0]


def _paid(work: PlanWork, found: Entitlement, place: int) -> Figure:
    assert found.amount is not None
    world = work.world
    amount = Figure(found.amount.id, "EUR/year", world.full(found.amount), inputs=found.amount.inputs)
    return world.work(
        f"{work.plan.id}.public.{found.scheme.id}",
        "EUR",
        counted_amount,
        amount=amount,
        chance=world.constant("chance", found.chance or 0.0),
    )


def _of(plan: str, flows: Sequence[Flow]) -> list[Flow]:
    return [flow for flow in flows if flow.plan == plan]


def _of_plan(plan: ResolvedPlan) -> list[Flow]:
    """Amounts that the dossier itself puts on a line of a plan."""
    return [
        Flow(plan.id, extra.line, year, extra.amount, extra.probability)
        for extra in plan.plan.flows
        for year in range(extra.start, (extra.until or extra.start) + 1)
    ]


def _flows(found: Mapping[str, Sequence[Entitlement]], world: World, tax_rate: float) -> tuple[Flow, ...]:
    """Wage subsidies as flows for the cost engine: after tax, in EUR of the year, per chance one a year."""
    flows = []
    for name, rights in found.items():
        by_chance: dict[float, Array] = {}
        for entitled in rights:
            if entitled.counted and entitled.amount is not None and entitled.chance is not None:
                amount = world.full(entitled.amount)
                if entitled.scheme.kind in INDEXED:
                    amount = amount * world.full(world.wage_index(world.home))
                earlier = by_chance.get(entitled.chance)
                by_chance[entitled.chance] = amount if earlier is None else earlier + amount
        for chance, amount in by_chance.items():
            for place in range(1, world.years + 1):
                quantity = as_quantity(-(1 - tax_rate) * amount[:, place])
                if quantity is not None:
                    flows.append(Flow(name, SUBSIDY_LINE, world.on.year + place, quantity, chance))
    return tuple(flows)


def as_quantity(draws: Array) -> Quantity | None:
    """Draws of an amount as a quantity with their mean and quantiles; ``None`` where it is nothing."""
    if not np.any(draws):
        return None
    low, middle, high = quantiles(draws)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        return Quantity.constant(middle)
    return Quantity.parse({"p5": low, "p50": middle, "p95": high}, positive=False)


def notices(result: RegionResult) -> tuple[Notice, ...]:
    """What the reader should know: fallbacks and stale facts, unknown conditions, what is missing."""
    found: list[Notice] = []
    for figures in result.plans.values():
        found += figures.work.notices
        for entitled in figures.entitlements:
            if entitled.met is None and entitled.chance is None and not entitled.failed:
                params = {"plan": entitled.plan, "scheme": entitled.scheme.id}
                found.append(Notice("subsidy_unknown", {**params, "unknown": list(entitled.unknown)}))
            if entitled.counted:
                params = {"scheme": entitled.scheme.id, "period": entitled.period}
                found.append(Notice("subsidy_rules_dated", params))
    for leaf in result.used_leaves():
        for fallback in leaf.answer.fallbacks if leaf.answer is not None else ():
            found.append(Notice(fallback.code, {"name": leaf.name, "id": leaf.id, **dict(fallback.params)}))
        if leaf.answer is not None and leaf.answer.very_stale:
            params = {"name": leaf.name, "id": leaf.id, "period": leaf.answer.fact.period}
            found.append(Notice("very_stale", params))
        found += [Notice(code, {"name": leaf.name, "id": leaf.id}) for code in leaf.quantity.notes]
    unique = {(notice.code, str(sorted(notice.params.items()))): notice for notice in found}
    return tuple(unique.values())
