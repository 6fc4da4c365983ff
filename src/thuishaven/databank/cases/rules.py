"""What must hold of a record before it is published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from thuishaven.databank.cases.machines import DONE, in_order
from thuishaven.databank.cases.model import Record
from thuishaven.databank.cases.statements import number
from thuishaven.databank.cases.vocabulary import UNKNOWN, fields

#: Shares are added up in binary: a third and two thirds may come to a hair more than all.
_HAIR = 1e-9


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that keeps a record from being published: a code, and the values of its message."""

    code: str
    params: dict[str, Any]


def flaws(record: Record) -> tuple[Flaw, ...]:
    """Everything that keeps a record from being published; nothing when it may be.

    ``missing`` (a mandatory field without a claim), ``reshoring_elsewhere`` (it is called reshoring and goes
    to another country than the home country), ``status_order`` (the dates of the states contradict their
    order), ``never_there`` (reversed, and never said to have been partially or wholly done),
    ``shares_above_one`` (of one activity).
    """
    return (*_missing(record), *_elsewhere(record), *_states(record), *_shares(record))


def mandatory(known: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """The (move, field) pairs of which something must be said and nothing is, given those that are said."""
    said = set(known)
    moves = {move for move, _ in said if move} or {1}
    wanted = [
        (move, field.field)
        for field in fields().values()
        if field.mandatory
        for move in (sorted(moves) if field.of_move else (0,))
    ]
    return tuple(pair for pair in wanted if pair not in said)


def _missing(record: Record) -> list[Flaw]:
    known = {*record.values, *record.lists, *(((0, "status"),) if record.status else ())}
    return [Flaw("missing", {"field": field, "move": move}) for move, field in mandatory(known)]


def _elsewhere(record: Record) -> list[Flaw]:
    home = record.text("organisation.country")
    if record.text("case.case_type") != "reshoring" or home in {"", UNKNOWN}:
        return []
    places = [(move, record.text("move.to_country", move)) for move in record.moves]
    return [
        Flaw("reshoring_elsewhere", {"move": move, "home": home, "to": to})
        for move, to in places
        if to not in {"", UNKNOWN, home}
    ]


def _states(record: Record) -> list[Flaw]:
    found = []
    observed = [(line.state, line.occurred_on) for line in record.status]
    if in_order(observed) is None:
        found.append(Flaw("status_order", {"states": ", ".join(f"{state} {day}" for state, day in observed)}))
    states = {state for state, _ in observed}
    if "reversed" in states and not states & set(DONE):
        found.append(Flaw("never_there", {}))
    return found


def _shares(record: Record) -> list[Flaw]:
    found = []
    for name in ("move.share_announced", "move.share_realised"):
        sums: dict[str, float] = {}
        for move in record.moves:
            value = record.text(name, move)
            if value in {"", UNKNOWN}:
                continue
            for activity in record.all("move.activity", move):
                sums[activity.value] = sums.get(activity.value, 0.0) + number(value)[0]
        found += [
            Flaw("shares_above_one", {"field": name, "activity": activity, "sum": total})
            for activity, total in sums.items()
            if total > 1 + _HAIR
        ]
    return found
