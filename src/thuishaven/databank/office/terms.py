"""The terms of the front office: which task comes with which stage, and when it is due."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

_SATURDAY = calendar.SATURDAY
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Term:
    """One row of ``terms.csv``: a task that a stage brings along.

    Parameters
    ----------
    rule
        Names the task; with the subject and the anchor date it makes a task unique.
    subject
        ``signal`` or ``project``.
    state
        The stage that brings it along.
    anchor
        The date it is counted from: ``received``, ``entered`` (the stage) or ``first_output``.
    days, working_days, months
        How long after the anchor it is due; one of them is not 0.
    window
        How many days before and after the due date still count as in time.
    repeats
        Whether it comes back, counted from the day it was done, while the stage lasts.
    """

    rule: str
    subject: str
    state: str
    anchor: str
    days: int
    working_days: int
    months: int
    window: int
    repeats: bool

    def due(self, anchor: dt.date) -> dt.date:
        """When the task is due."""
        moved = months_after(anchor, self.months) + dt.timedelta(days=self.days)
        return working_days_after(moved, self.working_days)


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of the stages."""
    return tuple(
        Term(
            rule=row["rule"],
            subject=row["subject"],
            state=row["state"],
            anchor=row["anchor"],
            days=int(row["days"]),
            working_days=int(row["working_days"]),
            months=int(row["months"]),
            window=int(row["window_days"]),
            repeats=row["repeats"] == "yes",
        )
        for row in read_table("thuishaven.databank.office", "terms.csv")
    )


def terms_of(subject: str, state: str) -> tuple[Term, ...]:
    """The terms that a stage brings along.

    >>> [term.rule for term in terms_of("project", "follow_up")]
    ['follow_up_12', 'follow_up_36', 'follow_up_60']
    """
    return tuple(term for term in terms() if (term.subject, term.state) == (subject, state))


def term(rule: str) -> Term:
    """The term of a rule. Raises LookupError for an unknown one."""
    for found in terms():
        if found.rule == rule:
            return found
    raise LookupError(rule)


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last day of a shorter month.

    >>> months_after(dt.date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    place = day.month - 1 + months
    year, month = day.year + place // _YEAR, place % _YEAR + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def working_days_after(day: dt.date, days: int) -> dt.date:
    """The day after so many days from Monday to Friday; holidays count as working days.

    >>> working_days_after(dt.date(2026, 11, 20), 5)
    datetime.date(2026, 11, 27)
    """
    for _ in range(days):
        day += dt.timedelta(days=1)
        while day.weekday() >= _SATURDAY:
            day += dt.timedelta(days=1)
    return day
