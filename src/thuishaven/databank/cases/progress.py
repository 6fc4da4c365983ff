"""A step of a move as evidence for it: which claims an observation comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from thuishaven.access import AccessError
from thuishaven.databank.cases.days import last_day
from thuishaven.databank.cases.machines import step
from thuishaven.databank.cases.model import Statement
from thuishaven.databank.cases.vocabulary import table

#: Steps that need a reason from the list.
_REASONED = ("suspend",)
_ALL_MOVED = "all moved"


def observed(state: str, event: str, statement: Statement, share: float | None) -> tuple[Statement, ...]:
    """The claims that an observed step comes to, the state first.

    Parameters
    ----------
    state
        The state of the move so far; empty when nothing is known of it.
    event
        A step of the machine of implementation.
    statement
        The evidence: source, ``as_of``, and ``valid_from`` where it is known.
    share
        Realised share of the announced scope (0 to 1), where it is known.

    Raises
    ------
    AccessError
        ``no_transition``; ``reason_needed`` for a suspension without ``reason_code``; ``share_needed`` for a
        completion with less than the share that counts as all, and no statement that all has moved.
    """
    if event == "first_evidence":
        if state:
            raise AccessError("no_transition", state=state, event=event, possible="")
        found = replace(statement, field="status")
    else:
        found = replace(statement, field="status", value=step("implementation", state, event).after)
    if event in _REASONED and not found.qualifiers.get("reason_code"):
        raise AccessError("reason_needed")
    if found.value == "implemented" and event == "complete":
        complete = share is not None and share >= whole_share()
        if not complete and _ALL_MOVED not in found.note:
            raise AccessError("share_needed", least=whole_share())
    if share is None:
        return (found,)
    realised = replace(
        found, field="move.share_realised", value=f"{share:g}", move=1, valid_from="", qualifiers={}
    )
    return (found, realised)


def whole_share() -> float:
    """Realised share of the announced scope from which a move counts as implemented."""
    return limit("implemented_share")


def limit(name: str) -> float:
    """One of the limits of ``case_limits.csv``."""
    rows: Sequence[dict[str, str]] = table("case_limits")
    return next(float(row["value"]) for row in rows if row["name"] == name)


def silence(as_of: str, on: dt.date) -> str:
    """What long silence about a case means: nothing, ``task`` (somebody should look) or ``stale``.

    Parameters
    ----------
    as_of
        Day of the newest evidence.
    on
        Today. The state itself changes by evidence only.

    >>> day = dt.date(2026, 11, 22)
    >>> silence("2025", day), silence("2024-06", day), silence("2018", day)
    ('', 'task', 'stale')
    """
    months = (on - last_day(as_of)).days * 12 / 365.25
    if months >= limit("silence_stale"):
        return "stale"
    return "task" if months >= limit("silence_task") else ""
