"""The two state machines of a case, read from the table of transitions.

*Publication* is walked step by step by people. *Implementation* is observed from outside: a case may enter
in any state, and steps between two observations may have gone unseen; going back is another move.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from thuishaven.access import AccessError
from thuishaven.databank.cases.days import first_day, last_day
from thuishaven.databank.cases.vocabulary import Transition, fields, transitions

#: A return is undone only where something had returned.
DONE = ("partially", "implemented")


def step(machine: str, state: str, event: str) -> Transition:
    """The transition of a machine that an event makes in a state.

    >>> step("publication", "approved", "publish").after
    'published'

    Raises
    ------
    AccessError
        ``no_transition``, with the events that are possible.
    """
    there = [one for one in transitions(machine) if one.before == state]
    for one in there:
        if one.event == event:
            return one
    possible = ", ".join(one.event for one in there)
    raise AccessError("no_transition", state=state, event=event, possible=possible)


def events_from(machine: str, state: str) -> tuple[Transition, ...]:
    """The transitions that are possible in a state."""
    return tuple(one for one in transitions(machine) if one.before == state)


@cache
def reachable(before: str, after: str) -> bool:
    """Whether the move can have come from one state to another, by steps that nobody may have seen.

    >>> reachable("announced", "implemented"), reachable("implemented", "announced")
    (True, False)
    >>> reachable("implemented", "implemented"), reachable("cancelled", "reversed")
    (True, False)
    """
    seen, waiting = {before}, [before]
    while waiting:
        state = waiting.pop()
        for one in events_from("implementation", state):
            if one.after not in seen:
                seen.add(one.after)
                waiting.append(one.after)
    return after in seen


@cache
def rank(state: str) -> int:
    """Place of a state in the usual course of a move."""
    return fields()["status"].codes.index(state)


def in_order(observed: Sequence[tuple[str, str]]) -> tuple[int, ...] | None:
    """An order in which the states can have followed each other, or nothing when there is none.

    Parameters
    ----------
    observed
        State and the day it began; the day may be inexact or unknown (empty).

    Returns
    -------
    tuple of int
        Places in ``observed``. Of the orders that the days allow, the first one in the usual course.

    >>> in_order([("implemented", "2012"), ("announced", "2012-03")])
    (1, 0)
    >>> in_order([("implemented", "2011"), ("announced", "2012-03")]) is None
    True
    """
    spans = [(first_day(day), last_day(day)) if day else None for _, day in observed]
    usual = sorted(range(len(observed)), key=lambda one: (rank(observed[one][0]), observed[one][1], one))

    def before(one: int, other: int) -> bool:
        left, right = spans[one], spans[other]
        return left is not None and right is not None and left[1] < right[0]

    def walk(done: tuple[int, ...], left: frozenset[int]) -> tuple[int, ...] | None:
        if not left:
            return done
        for place in usual:
            if place not in left or any(before(other, place) for other in left if other != place):
                continue
            if done and not reachable(observed[done[-1]][0], observed[place][0]):
                continue
            found = walk((*done, place), left - {place})
            if found is not None:
                return found
        return None

    return walk((), frozenset(range(len(observed))))
