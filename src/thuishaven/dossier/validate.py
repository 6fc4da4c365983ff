"""What only shows when fields are seen together: shares, names, references, circles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any

from thuishaven.dossier.lines import line_ids
from thuishaven.dossier.model import BomLine, Company, Dossier, Plan, Source, UserFact
from thuishaven.dossier.network import check as check_network
from thuishaven.dossier.problems import Problem
from thuishaven.dossier.resolve import ChangeError, apply_changes
from thuishaven.dossier.translate import translated

Found = tuple[tuple[Any, ...], Problem]
_TOLERANCE = 1e-6
_PAYMENTS = "[{share: 0.3, days: -30}, {share: 0.7, days: 30}]"
_TODAY = "{id: supplier, maker: supplier, country: CHN, share: 1, unit_price: {value: 7.9, unit: USD}}"


def cross_check(dossier: Dossier) -> Iterator[Found]:
    """Every problem between fields, with the path where it stands."""
    yield from _region(dossier.company)
    yield from _names(("plans",), [plan.id for plan in dossier.plans])
    yield from _bom(("bom",), dossier.bom)
    if sum(dossier.demand.markets.values()) > 1 + _TOLERANCE:
        total = f"{sum(dossier.demand.markets.values()):g}"
        yield (
            ("demand", "markets"),
            Problem("market_shares", params={"value": total, "example": "{NLD: 0.4, DEU: 0.6}"}),
        )
    baseline = dossier.baseline
    if not baseline.sources:
        yield ("plans", 0, "sources"), Problem("no_sources", params={"example": _TODAY})
        return
    for index, source in enumerate(baseline.sources):
        if source.maker == "supplier" and source.unit_price is None:
            place = ("plans", 0, "sources", index, "unit_price")
            yield place, Problem("no_price", params={"example": "unit_price: {value: 7.9, unit: USD}"})
    for number, plan in enumerate(dossier.plans):
        yield from _plan(("plans", number), plan, baseline, dossier.as_of.year)
    yield from check_network(dossier.chain)
    yield from _facts(dossier)


def _region(company: Company) -> Iterator[Found]:
    """The region is one of the country's, where we have a list of them; by its name it is recognised."""
    from thuishaven.facts import find_region, regions, regions_of

    offered = regions_of(company.country)
    if company.region is None or not offered:
        return
    known = regions().get(company.region)
    if known is None or known.iso3 != company.country:
        meant = find_region(company.region, company.country) or offered[-1]
        params = {
            "value": company.region[:40],
            "country": company.country,
            "example": f"{meant.code} ({meant.name})",
        }
        yield ("company", "region"), Problem("unknown_region", params=params)


def _plan(place: tuple[Any, ...], plan: Plan, baseline: Plan, first: int) -> Iterator[Found]:
    known = [source.id for source in baseline.sources or ()]
    for name in plan.changes:
        if name not in known:
            params = {"value": name, "expected": ", ".join(known)}
            yield (*place, "changes", name), Problem("unknown_source", params=params)
            return
    try:
        sources = apply_changes(plan, baseline)
    except ChangeError as error:
        for item in error.errors:
            code, params = translated(item, Source)
            yield (*place, "changes", error.source, *item["loc"]), Problem(code, params=params)
        return
    if plan.sources is not None:
        yield from _names((*place, "sources"), [source.id for source in plan.sources])
    wrong = [
        found
        for index, s in enumerate(plan.sources or ())
        for found in _source((*place, "sources", index), s)
    ]
    yield from wrong
    moved = any({"share", "from", "until"} & change.keys() for change in plan.changes.values())
    if (plan.sources is not None or moved) and not any(p.code == "until_before_from" for _place, p in wrong):
        yield from _shares((*place, "sources"), sources, first)
    if plan.bom is not None:
        yield from _bom((*place, "bom"), plan.bom)
    for index, flow in enumerate(plan.flows):
        if flow.line not in line_ids():
            yield (
                (*place, "flows", index, "line"),
                Problem("unknown_line", params={"value": flow.line, "example": "T01"}),
            )


def _source(place: tuple[Any, ...], source: Source) -> Iterator[Found]:
    if source.until is not None and source.start is not None and source.until < source.start:
        yield (
            (*place, "until"),
            Problem(
                "until_before_from", params={"expected": str(source.start), "example": str(source.start)}
            ),
        )
    payments = source.terms.payments
    if payments and abs(sum(payment.share for payment in payments) - 1) > _TOLERANCE:
        total = f"{sum(payment.share for payment in payments):g}"
        yield (
            (*place, "terms", "payments"),
            Problem("payment_shares", params={"value": total, "example": _PAYMENTS}),
        )


def _shares(place: tuple[Any, ...], sources: Sequence[Source], first: int) -> Iterator[Found]:
    """Shares add up to 1 in every year from the first full year on."""
    turns = {first + 1}
    for source in sources:
        if source.start is not None:
            turns.add(max(source.start, first + 1))
        if source.until is not None:
            turns.add(max(source.until + 1, first + 1))
    for year in sorted(turns):
        active = [
            s.share
            for s in sources
            if (s.start is None or s.start <= year) and (s.until is None or year <= s.until)
        ]
        if abs(sum(active) - 1) > _TOLERANCE:
            yield place, Problem("shares", params=_half(sum(active), year))
            return


def _half(total: float, year: int) -> dict[str, str]:
    return {"value": f"{total:g}", "year": str(year), "example": "share: 0.6, share: 0.4"}


def _names(place: tuple[Any, ...], names: Sequence[str]) -> Iterator[Found]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*place, index, "id"), Problem("duplicate", params={"value": name, "example": f"{name}_2"})


def _bom(place: tuple[Any, ...], lines: Sequence[BomLine]) -> Iterator[Found]:
    twice = list(_names(place, [line.id for line in lines]))
    if twice:
        yield from twice
        return
    parents = {line.id: line.parent for line in lines}
    for index, line in enumerate(lines):
        if line.parent is not None and line.parent not in parents:
            params = {"value": line.id, "parent": line.parent, "example": lines[0].id}
            yield (*place, index, "parent"), Problem("unknown_parent", params=params)
    for index, line in enumerate(lines):
        path, current = [line.id], parents[line.id]
        while current is not None and current in parents and current not in path:
            path.append(current)
            current = parents[current]
        if current == line.id:
            yield (*place, index, "parent"), Problem("circular_bom", params=_circle(path))
            return


def _circle(path: Sequence[str]) -> dict[str, str]:
    return {"value": " → ".join([*path, path[0]]), "example": "parent: null"}


def _facts(dossier: Dossier) -> Iterator[Found]:
    if not dossier.facts:
        return
    from thuishaven.facts import NoRate, UnitError, bundled, factor_in_period

    known = bundled().parameters
    for index, fact in enumerate(dossier.facts):
        if fact.parameter not in known:
            close = get_close_matches(fact.parameter, known, n=1, cutoff=0.4)
            params = {"value": fact.parameter, "example": close[0] if close else next(iter(known))}
            yield ("facts", index, "parameter"), Problem("unknown_parameter", params=params)
            continue
        wanted = known[fact.parameter]
        if tuple(sorted(fact.keys)) != wanted.keys:
            example = "{" + ", ".join(f"{key}: …" for key in wanted.keys) + "}"
            yield ("facts", index, "keys"), Problem("fact_keys", params={"example": example})
        yield from _ends(("facts", index), fact)
        try:
            factor_in_period(fact.unit, wanted.unit, fact.period)
        except (UnitError, NoRate):
            params = {"value": fact.unit, "expected": wanted.unit, "example": wanted.unit}
            yield ("facts", index, "unit"), Problem("wrong_unit", params=params)


def _ends(place: tuple[Any, ...], fact: UserFact) -> Iterator[Found]:
    """The ends of a figure lie on either side of it."""
    for first, second in (("low", "value"), ("value", "high")):
        low, high = getattr(fact, first), getattr(fact, second)
        if low is not None and high is not None and low > high:
            params = {
                "first": first,
                "first_value": f"{low:g}",
                "second": second,
                "second_value": f"{high:g}",
            }
            yield (
                (*place, "low" if first == "low" else "high"),
                Problem("wrong_order", params={**params, "example": "low: 0.1, value: 0.2, high: 0.3"}),
            )
