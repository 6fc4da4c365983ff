"""What the coding desk tells: tasks, differences, and what two coders chose of one thing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """Coding a case in one round; ``state`` is open or done, ``coder`` is empty when it was given back."""

    id: str
    case: str
    cycle: int
    round: str
    coder: str
    state: str
    opened: dt.datetime
    done: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two coders who chose differently.

    Parameters
    ----------
    id, case, cycle, move, field
        Where.
    about
        What more tells the thing apart: ``value`` of one of many, ``as_of``, ``scope``, ``unit``...
    first, second
        What was chosen; empty for nothing. One of many values is ``yes`` when chosen, a state has its date
        or ``undated``.
    value
        What was settled on; nothing while it is open, ``no`` for not this one.
    reason, resolver, resolved
        Why, by whom and when.
    """

    id: str
    case: str
    cycle: int
    move: int
    field: str
    about: Mapping[str, str]
    first: str
    second: str
    value: str | None
    reason: str
    resolver: str
    resolved: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Coding:
    """What both coders chose of one thing: a unit of the reliability data; ``None`` is missing."""

    case: str
    cycle: int
    move: int
    about: Mapping[str, str]
    first: str | None
    second: str | None
