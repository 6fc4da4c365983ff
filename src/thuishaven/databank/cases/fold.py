"""From claims to the record: which value is shown, and which sources say something else.

Claims about one thing on one day compete: those of the final round win, then the more trusted kind of source,
then the newer one. Claims about different days are a series.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from thuishaven.databank.cases.days import first_day, last_day, precision
from thuishaven.databank.cases.machines import in_order, rank
from thuishaven.databank.cases.model import Claim, Record, Shown, Source, StatusLine
from thuishaven.databank.cases.vocabulary import SOURCE_KINDS, UNKNOWN, fields

#: A register counts as much as an authority.
_TRUST = {kind: -max(place, 1) for place, kind in enumerate(SOURCE_KINDS)}
#: Qualifiers that say which thing is meant, so that claims that differ in them don't compete.
NAMING = ("scope", "unit", "currency", "stage", "nth")
_SERIES = (dt.date.min, "")


def fold(
    case: str, claims: Iterable[Claim], sources: Mapping[str, Source], about: int | None = None
) -> Record:
    """The record that follows from claims.

    Parameters
    ----------
    case
        Its id.
    claims
        What is known; give those recorded up to a day to learn what was known then.
    sources
        Their sources by id.
    about
        A year in the world: what is said of later days is left out. All years when absent.
    """
    known = sorted(claims, key=lambda claim: claim.id)
    gone = {claim.supersedes for claim in known}
    live = [claim for claim in known if claim.id not in gone and claim.value and _meant(claim, about)]
    groups: dict[tuple[Any, ...], list[Claim]] = {}
    for claim in live:
        if claim.field != "status":
            groups.setdefault(_slot(claim), []).append(claim)
    values: dict[tuple[int, str], Shown] = {}
    lists: dict[tuple[int, str], tuple[Shown, ...]] = {}
    for group in groups.values():
        first = group[0]
        key = (first.move, first.field)
        shown = _shown(group, sources)
        if fields()[first.field].many:
            lists[key] = (*lists.get(key, ()), shown)
        else:
            values[key] = _preferred(values.get(key), shown, sources)
    status = _status([claim for claim in live if claim.field == "status"], sources)
    used = {claim.id: claim for claim in live}
    named = {claim.source for claim in live}
    return Record(
        case,
        dict(sorted(values.items())),
        {key: _unmasked(many) for key, many in sorted(lists.items())},
        status,
        used,
        {name: sources[name] for name in sorted(named)},
    )


def _meant(claim: Claim, year: int | None) -> bool:
    """Whether a claim is about a year or an earlier one."""
    if year is None:
        return True
    end = dt.date(year, 12, 31)
    begun = [day for day in (claim.valid_from, claim.as_of) if day]
    if claim.valid_to and last_day(claim.valid_to) < end.replace(month=1, day=1):
        return False
    if claim.field == "status":
        # What began by then was so by then, also when the evidence for it is younger.
        return first_day(begun[0]) <= end
    return all(first_day(day) <= end for day in begun)


def _slot(claim: Claim) -> tuple[Any, ...]:
    """What a claim is about; claims with one slot compete or are a series."""
    word = claim.value if fields()[claim.field].many else ""
    return (claim.move, claim.field, word, *(claim.qualifiers.get(name, "") for name in NAMING))


def strength(claim: Claim, sources: Mapping[str, Source]) -> tuple[Any, ...]:
    """How much a claim counts; the strongest is shown."""
    source = sources[claim.source]
    settled = claim.cycle if claim.round == "final" else 0
    return (settled, _TRUST[source.kind], source.published_on, claim.recorded_at, claim.id)


def _day(text: str) -> tuple[dt.date, str]:
    return (last_day(text), text) if text else _SERIES


def _shown(group: list[Claim], sources: Mapping[str, Source]) -> Shown:
    """One thing: the value of its newest day, with those of earlier days."""
    days: dict[str, list[Claim]] = {}
    dated = fields()[group[0].field].dated
    for claim in group:
        days.setdefault(claim.as_of if dated else "", []).append(claim)
    found: tuple[Shown, ...] = ()
    for day in sorted(days, key=_day):
        best = max(days[day], key=lambda claim: strength(claim, sources))
        others = [claim for claim in days[day] if claim.value != best.value]
        # Who looked and found nothing contradicts nobody.
        others = [claim for claim in others if claim.value != UNKNOWN]
        same = {claim.source for claim in days[day] if claim.value == best.value}
        one = Shown(
            best.field,
            best.move,
            best.value,
            best.as_of,
            best.qualifiers,
            best.id,
            best.source,
            len(same),
            tuple(sorted(others, key=lambda claim: strength(claim, sources), reverse=True)),
            found,
        )
        found = (one, *found)
    return found[0]


def _preferred(one: Shown | None, other: Shown, sources: Mapping[str, Source]) -> Shown:
    """Of values in different units or scopes, the one of the newest day; the other follows it."""
    if one is None:
        return other
    first, second = sorted((one, other), key=lambda shown: (_day(shown.as_of), shown.claim), reverse=True)
    return Shown(
        first.field,
        first.move,
        first.value,
        first.as_of,
        first.qualifiers,
        first.claim,
        first.source,
        first.agree,
        first.differ,
        (*first.series, Shown(*_fields(second)), *second.series),
    )


def _fields(shown: Shown) -> tuple[Any, ...]:
    """All but its series."""
    return tuple(getattr(shown, name) for name in Shown.__slots__ if name != "series")


def _unmasked(many: tuple[Shown, ...]) -> tuple[Shown, ...]:
    """Without ``unknown`` where somebody does know."""
    known = tuple(one for one in many if one.value != UNKNOWN)
    return known or many


def _status(claims: list[Claim], sources: Mapping[str, Source]) -> tuple[StatusLine, ...]:
    """The states of the move, earliest first; by their days alone where they contradict the machine."""
    groups: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        if claim.value != UNKNOWN:
            groups.setdefault((claim.value, claim.qualifiers.get("nth", "")), []).append(claim)
    lines = [_line(group, sources) for group in groups.values()]
    order = in_order([(line.state, line.occurred_on) for line in lines])
    if order is None:
        lines.sort(key=lambda line: (_day(line.occurred_on or line.as_of), rank(line.state)))
        return tuple(lines)
    return tuple(lines[place] for place in order)


def _line(group: list[Claim], sources: Mapping[str, Source]) -> StatusLine:
    dated = [claim for claim in group if claim.valid_from]
    best = max(dated or group, key=lambda claim: strength(claim, sources))
    differ = [claim for claim in dated if claim.valid_from != best.valid_from]
    newest = max((claim.as_of for claim in group), key=_day)
    exact = best.qualifiers.get("precision", "") or precision(best.valid_from)
    return StatusLine(
        best.value,
        best.valid_from,
        exact,
        newest,
        best.id,
        best.source,
        min(claim.recorded_at for claim in group),
        tuple(sorted(differ, key=lambda claim: strength(claim, sources), reverse=True)),
    )
