"""The best single changes taken further: other shares for a second source, and two measures together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from thuishaven.alternatives.generate import Setting, reason, second
from thuishaven.alternatives.model import choices, families
from thuishaven.alternatives.sizes import ends, in_euro, known
from thuishaven.chain import base_surge
from thuishaven.cost import Summary
from thuishaven.dossier import Dossier, OneOff, Plan, Source
from thuishaven.facts import FactMissing, FactSet

Single = tuple[Plan, Summary]
#: Sections of a plan that hold its changes; two plans go together when they change different ones.
_PARTS = ("sources", "changes", "bom", "process", "stock", "market", "home_risk", "overhead_left", "flows")
_MONTHS = 12


def refine(
    dossier: Dossier, facts: FactSet, where: Sequence[str], singles: Sequence[Single]
) -> Iterator[Plan]:
    """Plans that follow from what the single changes cost.

    Parameters
    ----------
    where
        Countries that were considered.
    singles
        The plans of :func:`thuishaven.alternatives.generate` with their costs.

    Yields
    ------
    Plan
        For the best second places other shares (the ends of the usual range, and the share of the tailored
        base-surge rule where the variation of demand and both lead times are known); then pairs of the best
        plans of two kinds that change different things, cheapest together first.
    """
    setting = Setting(dossier, facts, where)
    yield from _shares(setting, singles)
    yield from pairs(singles)


def _shares(setting: Setting, singles: Sequence[Single]) -> Iterator[Plan]:
    usual = ends(setting.facts, "second_source_share", setting.dossier)
    means = {plan.id: summary.mean for plan, summary in singles}
    ranked = sorted(
        ((summary.mean, plan.id, plan) for plan, summary in singles if plan.family == "second_source"),
        key=lambda item: item[:2],
    )
    for _mean, _id, plan in ranked[: round(choices()["second_places"])]:
        source = (plan.sources or ())[-1]
        for part in (usual[0], usual[2]) if usual is not None else ():
            other = second(setting, source, part, "second_share")
            yield other.model_copy(update={"id": f"{other.id}_{part * 100:.0f}"})
        premium = means.get(source.id, 0.0) - means.get("stay", 0.0)
        share = surge_share(setting, source, premium)
        if share is not None:
            other = second(setting, source, share, "surge_share", premium=round(premium, 2))
            yield other.model_copy(update={"id": f"{other.id}_surge"})


def surge_share(setting: Setting, near: Source, premium: float) -> float | None:
    """Share of a near source by the tailored base-surge rule; ``None`` where the rule does not apply.

    It needs the variation of demand, both lead times, a second place that is nearer in time and dearer
    than today's, and a stock that costs money. A period is a month: the variation is that of a month.

    Parameters
    ----------
    premium
        EUR per unit that all volume from the second place would cost more than today.
    """
    dossier, facts = setting.dossier, setting.facts
    variation, price = dossier.demand.variation, setting.main.unit_price
    slow, quick = setting.main.lead_days, near.lead_days or known_lead(facts, near, dossier)
    holding = known(facts, "holding_rate", dossier)
    if variation is None or price is None or slow is None or quick is None or holding is None:
        return None
    if premium <= 0 or quick >= slow.mean or variation.mean <= 0:
        return None
    value = in_euro(price, facts, dossier)
    found = base_surge(1.0, variation.mean, holding.mean * value / _MONTHS, premium)
    return found.share if 0 < found.share < 1 else None


def known_lead(facts: FactSet, source: Source, dossier: Dossier) -> float | None:
    """Days to make and deliver that the facts give for a kind of maker, the way not counted."""
    try:
        answer = facts.get("production_lead_days", on=dossier.as_of, maker=source.maker)
    except FactMissing:
        return None
    return answer.value


def pairs(singles: Sequence[Single]) -> Iterator[Plan]:
    """The best single plans of two kinds put together, the most promising first.

    Of each kind of :func:`thuishaven.alternatives.families` the cheapest; two that change the same thing
    cannot be put together. What the two save is added up to choose which are worth working out.
    """
    stay = next((summary.mean for plan, summary in singles if plan.family == "stay"), 0.0)
    best: dict[str, Single] = {}
    for plan, summary in sorted(singles, key=lambda single: (single[1].mean, single[0].id)):
        family = families()[plan.family or "stay"]
        if family.kind not in ("stay", "pair"):
            best.setdefault(family.cluster, (plan, summary))
    found = []
    for (one, first), (other, then) in combinations(best.values(), 2):
        both = together(one, other)
        if both is not None:
            found.append((first.mean + then.mean - 2 * stay, both.id, both))
    for _gain, _id, plan in sorted(found, key=lambda item: item[:2])[: round(choices()["pairs"])]:
        yield plan


def together(one: Plan, other: Plan) -> Plan | None:
    """Two plans as one, where they change different things; ``None`` where they get in each other's way.

    Changes to a source of today are taken over for the sources that stay.
    """
    given: dict[str, Any] = {}
    for name in _PARTS:
        parts = [getattr(plan, name) for plan in (one, other) if name in plan.model_fields_set]
        if len(parts) > 1 and name != "changes":
            return None
        if name == "changes" and len(parts) > 1:
            if parts[0].keys() & parts[1].keys():
                return None
            parts = [{**parts[0], **parts[1]}]
        if parts:
            given[name] = parts[0]
    once = [plan.one_off for plan in (one, other) if plan.one_off != OneOff()]
    if len(once) > 1 and once[0].model_fields_set & once[1].model_fields_set:
        return None
    if once:
        given["one_off"] = once[0].model_copy(
            update={name: getattr(part, name) for part in once for name in part.model_fields_set}
        )
    if given.get("sources") is not None and given.get("changes"):
        staying = {source.id for source in given["sources"]}
        # A better price of a source that leaves is no second measure.
        given["changes"] = {name: part for name, part in given["changes"].items() if name in staying}
        if not given["changes"] and any(set(_changed(plan)) == {"changes"} for plan in (one, other)):
            return None
    first, then = (plan.family or plan.id for plan in (one, other))
    said = (reason("pair", first=one.id, second=other.id, first_family=first, second_family=then),)
    return Plan(
        id=f"{one.id}_and_{other.id}",
        family="pair",
        **{name: part for name, part in given.items() if part not in (None, {})},
        assumptions=_unique([*said, *one.assumptions, *other.assumptions]),
        lacks=_unique([*one.lacks, *other.lacks]),
    )


def _changed(plan: Plan) -> tuple[str, ...]:
    """The sections in which a plan differs from today."""
    return tuple(name for name in _PARTS if name in plan.model_fields_set)


def _unique(remarks: Sequence[Any]) -> tuple[Any, ...]:
    found: list[Any] = []
    for remark in remarks:
        if remark not in found:
            found.append(remark)
    return tuple(found)
