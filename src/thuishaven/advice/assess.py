"""The door of the room: a dossier in, an advice out."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np

from thuishaven.advice.measures import Table, measured
from thuishaven.advice.preferences import read
from thuishaven.advice.result import Advice
from thuishaven.advice.tables import Weights, criteria, kinds, roles
from thuishaven.advice.weighing import Comparison, compared
from thuishaven.dossier import Dossier, Flow, Notice, ResolvedPlan, Settings, resolve
from thuishaven.facts import FactSet, bundled

if TYPE_CHECKING:
    from thuishaven.cost import Asides
    from thuishaven.region import RegionResult

#: Which plans are compared.
OWN_PLANS, ALL_PLANS = "own", "all"


def assess(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    inputs: Sequence[Flow] = (),
    *,
    role: str | None = None,
    plans: str | None = None,
    beside: bool = True,
) -> Advice:
    """What should we do, how sure is that, and what should we find out first?

    Parameters
    ----------
    dossier
        The company's dossier; its first plan is today. Its ``preferences`` may hold weights and measures.
    facts, settings
        As for :func:`thuishaven.cost.assess`.
    inputs
        Flows that other rooms hand over, beside those that the advice asks for itself.
    role
        Weigh as this role does: ``firm``, ``adviser`` or ``region``; by default the dossier's preferences,
        else the firm.
    plans
        ``own``: the plans of the dossier; ``all``: with the generated ones that are worth comparing. By
        default ``own`` where the dossier holds a plan beside today.
    beside
        Whether to add break-evens and scenarios, as for :func:`thuishaven.cost.assess`; without them,
        :func:`asides` works them out elsewhere at the same time.

    Returns
    -------
    Advice
        Frozen; ``to_dict()``, ``sentences``, ``explain("share.own_home")``.

    Raises
    ------
    DossierError
        For preferences that cannot be read, with each problem.
    ValueError
        For another word than ``own`` or ``all``.

    Notes
    -----
    Method: additive model on fixed scales over joint draws, with weights drawn (SMAA-2) and second opinions;
    see ``docs/advice.md``.
    """
    settings = settings or Settings()
    known = facts if facts is not None else bundled()
    preferences = read(dossier, role)
    which = plans or (OWN_PLANS if len(dossier.plans) > 1 else ALL_PLANS)
    if which not in (OWN_PLANS, ALL_PLANS):
        raise ValueError(f"plans={which!r}: expected {OWN_PLANS!r} or {ALL_PLANS!r}")
    chosen, notices = _plans(dossier, known, settings, which)
    whole = dossier.model_copy(update={"plans": tuple(plan.plan for plan in chosen)})
    from thuishaven import cost

    work = _region(whole, known, settings, chosen)
    flows = work.flows() if work is not None else ()
    costs = cost.assess(whole, known, settings, [*inputs, *flows], plans=chosen, beside=beside)
    families = {plan.id: family_of(whole, plan) for plan in chosen}
    groups = {plan.id: group_of(plan, families[plan.id]) for plan in chosen}
    table = measured(whole, chosen, families, costs, work, preferences.measures)
    seed = settings.seed
    supported = None
    if any(np.any(cost.support_draws(costs, plan.id) != 0) for plan in chosen):
        helped = measured(whole, chosen, families, costs, work, preferences.measures, with_support=True)
        supported = compared(helped, groups, preferences.weights, seed)
    main = compared(table, groups, preferences.weights, seed)
    by_role = {
        name: main if preferences.weights == weights else compared(table, groups, weights, seed)
        for name, weights in roles().items()
    }
    return Advice(
        dossier=whole,
        plans=tuple(chosen),
        which=which,
        families=families,
        groups=groups,
        preferences=preferences,
        cost=costs,
        table=table,
        comparison=main,
        supported=supported,
        by_role=by_role,
        by_order=_by_order(table, groups, preferences.weights, seed),
        work=work,
        notices=(*notices, *_notices(table)),
    )


def asides(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    inputs: Sequence[Flow] = (),
) -> tuple[Asides, tuple[Flow, ...]]:
    """Break-evens and scenarios of the advice on the plans of a dossier, and the flows they rest on.

    Parameters as for :func:`assess`. Where the advice rests on other flows, these are not its own.
    """
    from thuishaven import cost, region

    settings = settings or Settings()
    known = facts if facts is not None else bundled()
    chosen = resolve(dossier)
    flows: tuple[Flow, ...] = ()
    with suppress(LookupError):
        flows = region.wage_subsidies(dossier, known, settings, plans=chosen)
    return cost.asides(dossier, known, settings, [*inputs, *flows], plans=chosen), flows


def family_of(dossier: Dossier, plan: ResolvedPlan) -> str:
    """The kind of a plan: as it says itself, else by what it changes."""
    from thuishaven.alternatives import families

    told = plan.plan.family
    if plan.id == dossier.baseline.id:
        return "today"
    if told is not None and (told in families() or told in kinds()):
        return told
    lasting = [source for source in plan.sources if source.until is None] or list(plan.sources)
    if not plan.moves:
        return "bigger_stock" if plan.plan.stock.buffer_weeks is not None else "improve_abroad"
    home = dossier.company.country
    share = sum(source.share for source in lasting if source.country == home)
    if len(lasting) > 1:
        return "second_source"
    own = lasting[0].maker == "own"
    if share:
        automated = plan.process.automation in ("medium", "high")
        return ("optimise_home" if automated else "own_home") if own else "supplier_home"
    return "own_abroad" if own else "supplier_abroad"


def group_of(plan: ResolvedPlan, family: str) -> str:
    """The thing that a plan's kind is a variant of; a pair of measures goes with its first one."""
    for remark in plan.plan.assumptions:
        if family == "pair" and not isinstance(remark, str) and remark.code == "pair":
            family = str(remark.params.get("first_family", family))
    return kinds()[family].group if family in kinds() else family


def _plans(
    dossier: Dossier, facts: FactSet, settings: Settings, which: str
) -> tuple[tuple[ResolvedPlan, ...], tuple[Notice, ...]]:
    if which == OWN_PLANS:
        return resolve(dossier), ()
    from thuishaven.alternatives import propose

    proposal = propose(dossier, facts, settings)
    return tuple(proposal.plans), tuple(proposal.notices)


def _region(
    dossier: Dossier, facts: FactSet, settings: Settings, plans: Sequence[ResolvedPlan]
) -> RegionResult | None:
    """The work that each plan means here; ``None`` where the facts of the country do not reach so far."""
    from thuishaven import region

    try:
        return region.assess(dossier, facts, settings, plans=plans)
    except LookupError:
        return None


def _by_order(table: Table, groups: dict[str, str], weights: Weights, seed: int) -> Comparison | None:
    """The plans under the mere order of weights that were stated: does the order alone give the same?"""
    if not weights.stated:
        return None
    mean = weights.mean()
    levels = sorted({mean[name] for name in criteria()}, reverse=True)
    order = tuple(tuple(name for name in criteria() if mean[name] == value) for value in levels)
    return compared(
        table,
        groups,
        Weights(weights.role, order, {}, weights.author, weights.date, weights.status, weights.reason),
        seed,
    )


def _notices(table: Table) -> list[Notice]:
    """Measures beyond the ends of a scale: a visible error of the scale, with the share of the draws."""
    return [
        Notice("clipped", {"plan": plan, "criterion": name, "share": share})
        for (plan, name), share in table.clipped.items()
    ]
