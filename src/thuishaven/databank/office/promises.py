"""What a company promised with its decision, as it is kept: figures, and by when they are expected."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any

from thuishaven.access import AccessError
from thuishaven.databank.office.model import Decided, Promise

#: The figures of a promise: field of the promise, and column of the decision.
FIGURES = {"jobs_fte": "promised_jobs", "volume_share": "promised_volume"}
_BY = "promised_by"
#: How exact the day of a promise must be known.
_EXACT = frozenset({"day", "month"})


def checked(promise: Promise | None, decided_on: dt.date) -> Promise | None:
    """A promise as it is kept; ``None`` for one that says nothing.

    Parameters
    ----------
    promise
        As it was told.
    decided_on
        The day of the decision: nothing is promised for a day before it.

    Raises
    ------
    AccessError
        Each with the column as ``field``: ``promise_form`` for a figure or a day of another form,
        ``promise_when`` for figures without a day, ``promise_what`` for a day without figures,
        ``promise_past`` for a day before the decision.
    """
    if promise is None or promise == Promise(None, None, ""):
        return None
    for name, column in FIGURES.items():
        if not _right(name, getattr(promise, name)):
            raise AccessError("promise_form", field=column)
    if promise.jobs_fte is None and promise.volume_share is None:
        raise AccessError("promise_what", field=FIGURES["jobs_fte"])
    if not promise.by:
        # What has no day can never be held beside what came of it.
        raise AccessError("promise_when", field=_BY)
    try:
        last = last_day_of(promise)
    except ValueError:
        raise AccessError("promise_form", field=_BY) from None
    if last < decided_on:
        raise AccessError("promise_past", field=_BY)
    return promise


def _right(name: str, value: Any) -> bool:
    if value is None:
        return True
    figure = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return figure and value >= 0 and (name == "jobs_fte" or value <= 1)


def last_day_of(promise: Promise) -> dt.date:
    """The last day on which a promise is kept in time. Raises ValueError for what is no day and no month.

    >>> last_day_of(Promise(12, None, "2028-02"))
    datetime.date(2028, 2, 29)
    """
    from thuishaven.databank.cases import last_day, precision

    if precision(promise.by) not in _EXACT:
        raise ValueError(promise.by)
    return last_day(promise.by)


def kept(promise: Promise | None) -> dict[str, Any]:
    """The columns of a decision that hold its promise."""
    if promise is None:
        return {_BY: None, **dict.fromkeys(FIGURES.values())}
    return {_BY: promise.by, **{column: getattr(promise, name) for name, column in FIGURES.items()}}


def named(promise: Promise | None) -> dict[str, list[str]]:
    """What a line that is never changed holds of a promise: which figures there are, and not one of them."""
    if promise is None:
        return {}
    return {"promised": [name for name in FIGURES if getattr(promise, name) is not None]}


def decided_of(row: Any) -> Decided:
    """A decision from its row."""
    promise = Promise(row.promised_jobs, row.promised_volume, row.promised_by) if row.promised_by else None
    return Decided(
        dt.date.fromisoformat(row.decided_on),
        row.outcome,
        row.family,
        tuple(json.loads(row.considered)),
        tuple(json.loads(row.codes)),
        row.reason,
        promise,
    )


def sealed(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a promise for the fingerprint of a decision in the log, which tells none of them."""
    promise = evidence.get("promise")
    return {} if promise is None else kept(promise)
