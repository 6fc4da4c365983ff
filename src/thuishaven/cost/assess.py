"""The door of the room: a dossier in, a result out."""

from __future__ import annotations

from collections.abc import Sequence

from thuishaven.cost.breakeven import break_evens
from thuishaven.cost.case import Case
from thuishaven.cost.information import findings, narrows_most
from thuishaven.cost.result import Asides, CostResult, used_leaves
from thuishaven.cost.scenarios import outcomes, scenario_changes
from thuishaven.dossier import Dossier, Flow, Notice, ResolvedPlan, Settings, with_own_facts
from thuishaven.facts import FactSet, bundled

__all__ = ["asides", "assess", "with_own_facts"]


def assess(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    inputs: Sequence[Flow] = (),
    *,
    plans: Sequence[ResolvedPlan] | None = None,
    beside: bool = True,
) -> CostResult:
    """What does each plan really cost per good unit, against today, and how sure is that?

    Parameters
    ----------
    dossier
        The company's dossier; its first plan is today.
    facts
        The facts to use; by default those of the package. The dossier's own figures are laid on top.
    settings
        Seed, draws, horizon and rates; see :class:`thuishaven.dossier.Settings`.
    inputs
        Flows that other rooms hand over: support, disruptions, wage subsidies.
    plans
        Plans to work out instead of the dossier's, today first.
    beside
        Whether to add break-evens and scenarios, half of the work. Without them, :func:`asides` works them
        out elsewhere at the same time, and ``with_asides`` adds them to the result.

    Returns
    -------
    CostResult
        Frozen; ``to_dict()``, ``explain("home.P03")``, ``draws("home", "npv")``.

    Raises
    ------
    LookupError
        If the settings name a scenario that does not exist.

    Notes
    -----
    Method: cash flows per line, year and draw on one set of quasi-random draws for all plans; see
    ``docs/cost.md``.
    """
    settings = settings or Settings()
    case = _case(dossier, facts, settings, inputs, plans)
    notices = _notices(case)
    if not settings.sensitivity or len(case.plans) < 2:
        return CostResult(case, notices=notices)
    found, first = findings(case)
    more = _asides(case) if beside else Asides()
    return CostResult(
        case,
        more.break_evens,
        more.outcomes,
        tuple(found),
        tuple(first),
        tuple(narrows_most(found)),
        notices,
    )


def asides(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    inputs: Sequence[Flow] = (),
    *,
    plans: Sequence[ResolvedPlan] | None = None,
) -> Asides:
    """Break-evens and scenarios of an assessment; parameters as for :func:`assess`."""
    settings = settings or Settings()
    case = _case(dossier, facts, settings, inputs, plans, by_year=False)
    return _asides(case) if settings.sensitivity and len(case.plans) > 1 else Asides()


def _case(
    dossier: Dossier,
    facts: FactSet | None,
    settings: Settings,
    inputs: Sequence[Flow],
    plans: Sequence[ResolvedPlan] | None,
    *,
    by_year: bool = True,
) -> Case:
    """The case, its costs worked out."""
    known = with_own_facts(facts if facts is not None else bundled(), dossier)
    changes = None
    if settings.scenario is not None:
        expected = Case(dossier, known, settings, inputs, plans, by_year=False)
        changes = scenario_changes(expected, settings.scenario)
    case = Case(dossier, known, settings, inputs, plans, changes, by_year=by_year)
    _ = case.costs
    return case


def _asides(case: Case) -> Asides:
    return Asides(tuple(break_evens(case)), tuple(outcomes(case)))


def _notices(case: Case) -> tuple[Notice, ...]:
    """What the reader should know: fallbacks and stale facts, replaced bounds, quotes that have run out."""
    leaves = used_leaves(case)
    found = []
    for leaf in [*leaves, *case.blocks[0].world.asked({leaf.id for leaf in leaves})]:
        for fallback in leaf.answer.fallbacks if leaf.answer is not None else ():
            found.append(Notice(fallback.code, {"name": leaf.name, "id": leaf.id, **dict(fallback.params)}))
    for leaf in leaves:
        if leaf.answer is not None and leaf.answer.very_stale:
            params = {"name": leaf.name, "id": leaf.id, "period": leaf.answer.fact.period}
            found.append(Notice("very_stale", params))
        found += [Notice(code, {"name": leaf.name, "id": leaf.id}) for code in leaf.quantity.notes]
    for plan in case.plans:
        for source in plan.sources:
            until = source.quote.valid_until if source.quote is not None else None
            if until is not None and until < case.frame.on:
                params = {"plan": plan.id, "source": source.id, "until": until.isoformat()}
                found.append(Notice("quote_expired", params))
    unique = {(notice.code, str(sorted(notice.params.items()))): notice for notice in found}
    return tuple(unique.values())
