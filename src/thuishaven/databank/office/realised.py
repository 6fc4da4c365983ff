"""Promised beside realised: what a company expected when it decided, and what it said came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import Actor
from thuishaven.databank.office.followups import follow_up_of, months
from thuishaven.databank.office.model import Decided, FollowUp, Promise
from thuishaven.databank.office.projects import Projects, may
from thuishaven.databank.office.promises import FIGURES, decided_of, last_day_of
from thuishaven.databank.office.tables import DECISION, FOLLOW_UP

#: How it stands with a month of which there is no answer; what an asking ends in else is in ``ANSWERS``.
WAITING, NOT_YET, NEVER = "waiting", "not_yet", "never"


@dataclass(frozen=True, slots=True)
class Held:
    """A decision with a promise, and what the company said of it later.

    Parameters
    ----------
    decided
        The decision.
    promise
        Its promise.
    answers
        What was asked while this decision held, by month.
    last
        Whether no other decision came after it.
    """

    decided: Decided
    promise: Promise
    answers: Mapping[int, FollowUp]
    last: bool

    def state(self, month: int) -> str:
        """How it stands with a month: an outcome of :data:`ANSWERS`, ``waiting``, ``not_yet`` or ``never``.

        A decision that carries nothing out, or that another one followed, is not asked about any more.
        """
        found = self.answers.get(month)
        if found is not None:
            return found.outcome or WAITING
        return NOT_YET if self.last and self.decided.outcome == "go" else NEVER

    def said(self, month: int, what: str) -> Any:
        """What the company answered after a month on ``jobs_fte``, ``jobs_as_of`` or ``volume_share``.

        ``None`` when it answered nothing of that.
        """
        found = self.answers.get(month)
        return found.answers.get(what) if found is not None else None

    def to_dict(self) -> dict[str, Any]:
        """Plain form: ``decided_on``, ``promised`` and ``after``, in which each month has its ``state``.

        Only figures that were promised stand there: what else was answered is no matter of a promise.
        """
        wanted = [what for what in FIGURES if getattr(self.promise, what) is not None]
        after = []
        for month in months():
            told: dict[str, Any] = {"month": month, "state": self.state(month)}
            found = self.answers.get(month)
            if found is not None and found.outcome == "answered" and found.answered is not None:
                told["answered_on"] = found.answered.date().isoformat()
                names = [*wanted, *(["jobs_as_of"] if "jobs_fte" in wanted else [])]
                told |= {name: found.answers[name] for name in names if name in found.answers}
            after.append(told)
        return {
            "decided_on": self.decided.decided_on.isoformat(),
            "promised": {**{what: getattr(self.promise, what) for what in FIGURES}, "by": self.promise.by},
            "after": after,
        }


@dataclass(frozen=True, slots=True)
class Pair:
    """A figure that was promised, and what the company said of it: for statistics, never for a page.

    Parameters
    ----------
    project, group
        Which project, and the group of its company: who contributes.
    month
        After how many months it was asked.
    what
        ``jobs_fte`` or ``volume_share``.
    promised, realised
        The figure at the decision and the one answered: full-time equivalents, or a share from 0 to 1.
    due
        Whether the promised day had come when it was counted.
    """

    project: str
    group: str
    month: int
    what: str
    promised: float
    realised: float
    due: bool

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; ``None`` for less than promised while there was time left.

        >>> Pair("p", "g", 12, "jobs_fte", 10, 8, due=False).kept is None
        True
        """
        if self.realised >= self.promised:
            return True
        return False if self.due else None


class Promises:
    """What was promised in the projects of one installation, beside what came of it.

    Parameters
    ----------
    projects
        The projects.
    """

    def __init__(self, projects: Projects) -> None:
        self.projects = projects

    def of(self, actor: Actor, project: str) -> tuple[Held, ...]:
        """The decisions of a project that carry a promise, latest first.

        Raises
        ------
        Denied
            For who may read the project only.
        """
        with self.projects.store.read(actor) as connection:
            row, _ = self.projects.readable(connection, actor, project)
            may(actor, "update", row)
            lives = _lives(connection, [project]).get(project, ())
            asked = connection.execute(sa.select(FOLLOW_UP).where(FOLLOW_UP.c.project == project)).all()
        found: dict[str, list[FollowUp]] = {}
        for one in asked:
            begun = _in_force(lives, one.asked)
            if begun is not None:
                found.setdefault(begun.decided_on, []).append(follow_up_of(one))
        return tuple(
            Held(
                decided_of(line),
                promise,
                {one.month: one for one in found.get(line.decided_on, ())},
                last=line is lives[-1],
            )
            for line in reversed(lives)
            if (promise := decided_of(line).promise) is not None
        )


def promise_pairs(
    connection: sa.Connection, groups: Mapping[str, str], start: str, end: str
) -> tuple[Pair, ...]:
    """Each figure that was promised and answered: for the statistics of a year.

    Parameters
    ----------
    connection
        To the confidential database, within what the actor may read.
    groups
        The group of the company of each project that counts, by project.
    start, end
        What was asked from the first moment on and before the last, and answered before the last.

    Returns
    -------
    tuple
        One for each follow-up and figure, by project, month and figure. A company that was not asked or did
        not answer stands in none.
    """
    lives = _lives(connection, groups)
    wanted = sa.select(FOLLOW_UP).where(
        FOLLOW_UP.c.project.in_(lives),
        FOLLOW_UP.c.asked >= start,
        FOLLOW_UP.c.asked < end,
        FOLLOW_UP.c.answered < end,
        FOLLOW_UP.c.outcome == "answered",
    )
    found: list[Pair] = []
    for row in connection.execute(wanted.order_by(FOLLOW_UP.c.project, FOLLOW_UP.c.month)):
        begun = _in_force(lives[row.project], row.asked)
        promise = decided_of(begun).promise if begun is not None else None
        if promise is not None:
            found.extend(_pairs(promise, follow_up_of(row), groups[row.project]))
    return tuple(found)


def _pairs(promise: Promise, answer: FollowUp, group: str) -> Iterable[Pair]:
    said = answer.answers
    counted = {
        "jobs_fte": dt.date.fromisoformat(said["jobs_as_of"]) if "jobs_as_of" in said else None,
        "volume_share": answer.answered.date() if answer.answered is not None else None,
    }
    for what in FIGURES:
        promised, day = getattr(promise, what), counted[what]
        if promised is None or what not in said or day is None:
            continue
        due = day >= last_day_of(promise)
        yield Pair(answer.project, group, answer.month, what, promised, float(said[what]), due)


def _lives(connection: sa.Connection, projects: Iterable[str]) -> dict[str, Sequence[Any]]:
    """The decisions of projects, first to last as they were recorded."""
    wanted = sa.select(DECISION).where(DECISION.c.project.in_(list(projects)))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(wanted.order_by(DECISION.c.project, DECISION.c.recorded)):
        found.setdefault(row.project, []).append(row)
    return dict(found)


def _in_force(lives: Sequence[Any], asked: str) -> Any:
    """The decision that held when somebody was asked: the last one recorded before; ``None`` for none."""
    before = [row for row in lives if row.recorded <= asked]
    return before[-1] if before else None
