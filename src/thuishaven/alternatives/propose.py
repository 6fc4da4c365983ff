"""Which plans are worth comparing? The dossier's own, and of the generated ones the best of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from thuishaven import cost
from thuishaven.alternatives.explore import DRAWS, Option, explore
from thuishaven.alternatives.gates import closed_families, input_notices, open_gates
from thuishaven.alternatives.model import (
    Dropped,
    Proposal,
    choices,
    families,
    home_share,
    reshores,
    telling_source,
)
from thuishaven.dossier import Dossier, Plan, ResolvedPlan, Settings, resolve
from thuishaven.facts import FactSet, bundled

#: Shares that differ by less than this are the same.
_TINY = 1e-9
#: Clusters of plans that move all volume to another country.
_PLACES = ("abroad", "near", "friend")


def propose(
    dossier: Dossier,
    facts: FactSet | None = None,
    settings: Settings | None = None,
    limit: int = 20,
) -> Proposal:
    """The plans worth comparing: today, the dossier's own, and the generated ones that pass the gates.

    Parameters
    ----------
    dossier
        The dossier; its first plan is today.
    facts, settings
        As for :func:`thuishaven.cost.assess`; generated plans are screened on at most 1,024 draws.
    limit
        Most plans in all. The dossier's own are never left out; today and at least one plan that is not
        reshoring always stay.

    Returns
    -------
    Proposal
        Plans to hand to ``cost.assess(plans=...)``, what was left out and why, and what to know.

    Notes
    -----
    Gates of the scan close kinds of plan. Of variants (sizes, shares, countries) the cheapest on average is
    kept. A plan is dropped as dominated only when another costs less in every draw and is no worse in what
    else tells plans apart here: volume at home, number of countries it hangs on, lead time, stock.
    """
    settings = settings or Settings()
    known = facts if facts is not None else bundled()
    quick = replace(settings, draws=min(settings.draws, DRAWS), sensitivity=False)
    own = resolve(dossier)
    found = explore(dossier, known, quick, every_second=False)
    dropped: list[Dropped] = []
    shut = closed_families(dossier)
    taken = {key: plan.id for plan in own[1:] for key in _keys(dossier, plan)}
    kept: dict[str, Option] = {}
    for option in found.options:
        family = option.plan.family or ""
        cluster = families()[family].cluster
        gates = _closed_by(option, shut, dossier)
        if family == "stay":
            continue
        if gates:
            dropped.append(_drop(option, "gate_closed", gates=list(gates)))
        elif (there := _key(cluster, option.country)) in taken:
            dropped.append(_drop(option, "in_dossier", plan=taken[there]))
        elif cluster in kept and cluster != "pair":
            dropped.append(_drop(option, "variant", kept=kept[cluster].plan.id))
        else:
            kept[cluster if cluster != "pair" else option.plan.id] = option
    chosen = _pairs_that_gain(list(kept.values()), found.options, dropped)
    chosen = _undominated(dossier, known, quick, own, chosen, dropped)
    chosen = _limited(dossier, own, chosen, limit, dropped)
    plans = (*own, *(option.resolved for option in chosen))
    notices = (*open_gates(dossier), *input_notices(dossier, plans))
    return Proposal(plans, tuple(dropped), notices)


def _drop(option: Option, code: str, **params: object) -> Dropped:
    return Dropped(option.plan.id, option.plan.family or "", code, dict(params))


def _cluster(dossier: Dossier, plan: ResolvedPlan) -> str:
    """The cluster of one of the dossier's own plans: of its family, else of what it does."""
    family = families().get(plan.plan.family or "")
    if family is not None:
        return family.cluster
    home = dossier.company.country
    if not plan.moves:
        return "stock" if plan.plan.stock.buffer_weeks is not None else "improve"
    share = home_share(plan, home)
    if share <= 0:
        return "abroad"
    if share < 1 - _TINY:
        return "second"
    own = any(source.maker == "own" for source in plan.sources if source.country == home)
    if not own:
        return "home_supplier"
    return "home_automated" if plan.process.automation in ("medium", "high") else "home_own"


def _key(cluster: str, country: str) -> tuple[str, str]:
    """What makes two plans variants of each other; abroad, another country is another plan."""
    return cluster, country if cluster in _PLACES else ""


def _keys(dossier: Dossier, plan: ResolvedPlan) -> Iterator[tuple[str, str]]:
    """The keys of one of the dossier's own plans; a move is known by each way to call its place."""
    cluster, country = _cluster(dossier, plan), telling_source(dossier, plan.plan).country
    for name in _PLACES if cluster in _PLACES else (cluster,):
        yield _key(name, country)


def _closed_by(option: Option, shut: dict[str, tuple[str, ...]], dossier: Dossier) -> tuple[str, ...]:
    """The gates that close a plan; one that starts a source at home needs what makes that possible."""
    family, home = option.plan.family or "", dossier.company.country
    gates = list(shut.get(family, ()))
    now = {source.id for source in dossier.baseline.sources or ()}
    for source in option.resolved.sources:
        if source.id not in now and source.country == home:
            gates += shut.get(f"{source.maker}_home", ())
    return tuple(dict.fromkeys(gates))


def _pairs_that_gain(kept: Sequence[Option], every: Iterable[Option], dropped: list[Dropped]) -> list[Option]:
    """Without the pairs that hardly gain on their better half, neither on average nor in bad luck."""
    by_id = {option.plan.id: option.summary for option in every}
    least = choices()["pair_gain"] * (by_id["stay"].mean if "stay" in by_id else 0.0)
    left = []
    for option in kept:
        if option.plan.family == "pair":
            first, second = _halves(option.plan)
            halves = [by_id[half] for half in (first, second) if half in by_id]
            gains = (
                min(half.mean for half in halves) - option.summary.mean,
                min(half.p95 for half in halves) - option.summary.p95,
            )
            if max(gains) < least:
                dropped.append(_drop(option, "no_gain", first=first, second=second))
                continue
        left.append(option)
    return left


def _halves(plan: Plan) -> tuple[str, str]:
    """The two plans that a pair was made from."""
    for remark in plan.assumptions:
        if not isinstance(remark, str) and remark.code == "pair":
            return str(remark.params["first"]), str(remark.params["second"])
    return "", ""


def _undominated(
    dossier: Dossier,
    facts: FactSet,
    settings: Settings,
    own: Sequence[ResolvedPlan],
    chosen: list[Option],
    dropped: list[Dropped],
) -> list[Option]:
    """Without the plans that another one beats in every draw and in whatever else is known of them."""
    plans = [*own, *(option.resolved for option in chosen)]
    result = cost.assess(dossier, facts, settings, plans=plans)
    draws = {plan.id: result.draws(plan.id, "cost") for plan in plans}
    traits = {plan.id: _traits(dossier, plan) for plan in plans}
    left = []
    for option in chosen:
        mine, mine_draws = traits[option.plan.id], draws[option.plan.id]
        better = next(
            (
                plan.id
                for plan in plans
                if plan.id != option.plan.id
                and bool(np.all(draws[plan.id] < mine_draws))
                and all(a >= b for a, b in zip(traits[plan.id], mine, strict=True))
            ),
            None,
        )
        if better is None:
            left.append(option)
        else:
            dropped.append(_drop(option, "dominated", by=better))
    return left


def _traits(dossier: Dossier, plan: ResolvedPlan) -> tuple[float, ...]:
    """What else a plan may be better at than cost, more is better: volume at home, spread over countries,
    nearness of its slowest source, stock, recycled material and a part that was replaced.
    """
    lasting = [source for source in plan.sources if source.until is None]
    home = dossier.company.country
    share: dict[str, float] = {}
    for source in lasting:
        share[source.country] = share.get(source.country, 0.0) + source.share
    spread = -sum(part**2 for part in share.values())
    lead = -max((s.lead_days.mean if s.lead_days is not None else 0.0 for s in lasting), default=0.0)
    buffer = plan.stock.buffer_weeks.mean if plan.stock.buffer_weeks is not None else 0.0
    changed = float(plan.plan.bom is not None)
    return home_share(plan, home), spread, lead, buffer, changed


def _limited(
    dossier: Dossier,
    own: Sequence[ResolvedPlan],
    chosen: list[Option],
    limit: int,
    dropped: list[Dropped],
) -> list[Option]:
    """At most ``limit`` plans in all; single measures before pairs, and one that is not reshoring stays."""
    room = max(limit - len(own), 0)
    order = sorted(chosen, key=lambda o: (o.plan.family == "pair", o.summary.mean, o.plan.id))
    staying = [plan for plan in own[1:] if not reshores(dossier, plan)]
    other = next((o for o in order if not reshores(dossier, o.resolved)), None)
    if not staying and other is not None and other not in order[:room]:
        order.remove(other)
        order.insert(0, other)
        room = max(room, 1)
    for option in order[room:]:
        dropped.append(_drop(option, "limit", limit=limit))
    return sorted(order[:room], key=lambda o: (o.summary.mean, o.plan.id))
