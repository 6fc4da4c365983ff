"""What became of it years later: asked by a link without an account, accepted by the adviser."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Object,
    Shares,
    Store,
    canonical,
    new_id,
    read_moment,
    require,
)
from thuishaven.databank.office.model import ANSWERS, FollowUp
from thuishaven.databank.office.projects import Projects, add_step, may
from thuishaven.databank.office.stages import follow_up_months
from thuishaven.databank.office.tables import FOLLOW_UP
from thuishaven.packaged import read_table

_CLASS = 3
_LONGEST = 2**12
#: What the form asks: name and what an answer must be.
QUESTIONS = (
    "jobs_fte",
    "jobs_as_of",
    "volume_share",
    "motives_reached",
    "motives_missed",
    "distress",
    "words",
)


def months() -> tuple[int, ...]:
    """After how many months a project is asked what became of it.

    >>> months()
    (12, 36, 60)
    """
    return tuple(sorted(follow_up_months().values()))


class FollowUps:
    """The follow-up of the projects of one installation.

    Parameters
    ----------
    projects
        The projects.
    shares
        Makes the links by which companies answer.
    """

    def __init__(self, projects: Projects, shares: Shares) -> None:
        self.projects = projects
        self.shares = shares
        self.store: Store = projects.store

    def ask(self, actor: Actor, project: str, month: int, life: dt.timedelta | None = None) -> str:
        """Ask a company: gives the token of a link by which it answers without an account.

        The link of an earlier asking about the same month stops.

        Raises
        ------
        AccessError
            ``month_unknown`` with the ``known`` ones; ``step_wrong`` before there is output; ``answered``.
        """
        if month not in months():
            raise AccessError("month_unknown", known=months())
        with self.store.change(actor) as change:
            row, _ = self.projects.readable(change.connection, actor, project)
            thing = Object("follow_up", "", row.organisation, confidentiality=_CLASS)
            decision = require(actor, "create", thing)
            if row.state != "follow_up":
                raise AccessError("step_wrong", state=row.state, possible=[])
            found = self._row(change.connection, project, month)
            if found is not None and found.answered is not None:
                raise AccessError("answered")
            if found is None:
                follow_up = new_id()
                values = {"id": follow_up, "organisation": row.organisation, "project": project}
                values |= {"month": month, "asked": change.now, "outcome": "", "answers": "{}"}
                change.run(sa.insert(FOLLOW_UP).values(values))
            else:
                follow_up = found.id
                again = sa.update(FOLLOW_UP).where(FOLLOW_UP.c.id == follow_up)
                change.run(again.values(asked=change.now))
            add_step(change, project, "ask_follow_up", row.state, row.state, {"month": month})
            change.log(
                "ask",
                "follow_up",
                follow_up,
                decision=decision,
                organisation=row.organisation,
                details={"project": project, "month": month},
            )
            organisation = row.organisation
        thing = Object("follow_up", follow_up, organisation, confidentiality=_CLASS)
        for old in self.shares.of_object(actor, thing):
            if old.revoked is None:
                self.shares.revoke(actor, old.grant.id)
        reason = f"follow_up_{month}"
        token, _share = self.shares.share(actor, thing, "fill", reason=reason, part="answers", life=life)
        return token

    def get(self, actor: Actor, follow_up: str) -> tuple[FollowUp, str]:
        """A follow-up and the title of its project, for the one with the link or the adviser."""
        with self.store.read(actor) as connection:
            row = connection.execute(sa.select(FOLLOW_UP).where(FOLLOW_UP.c.id == follow_up)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="follow_up")
            require(actor, "read", Object("follow_up", follow_up, row.organisation, confidentiality=_CLASS))
        return follow_up_of(row), ""

    def of(self, actor: Actor, project: str) -> tuple[FollowUp, ...]:
        """The follow-ups of a project, by month."""
        with self.store.read(actor) as connection:
            row, _ = self.projects.readable(connection, actor, project)
            may(actor, "update", row)
            mine = sa.select(FOLLOW_UP).where(FOLLOW_UP.c.project == project).order_by(FOLLOW_UP.c.month)
            return tuple(follow_up_of(one) for one in connection.execute(mine))

    def answer(self, actor: Actor, follow_up: str, answers: Mapping[str, Any]) -> None:
        """Keep what the company answers; it can be changed until the adviser accepts it.

        Parameters
        ----------
        actor
            Who holds the link, or the adviser who writes down what was said.
        follow_up
            Which.
        answers
            ``jobs_fte`` with ``jobs_as_of`` (ISO day), ``volume_share`` (0 to 1), ``motives_reached`` and
            ``motives_missed`` (codes), ``distress`` (yes or no), ``words``; what is left out is not known.

        Raises
        ------
        AccessError
            ``answer_form`` with the ``field``; ``accepted`` when it cannot be changed any more.
        """
        given = _checked(answers)
        self._record(actor, follow_up, "answered", given)

    def no_answer(self, actor: Actor, project: str, month: int, outcome: str) -> None:
        """Note that a company ``refused`` or gave ``no_answer``: that is an outcome too."""
        if outcome not in ANSWERS or outcome == "answered":
            raise AccessError("answer_form", field="outcome")
        with self.store.read(actor) as connection:
            found = self._row(connection, project, month)
        if found is None:
            raise NotFound("not_found", kind="follow_up")
        self._record(actor, found.id, outcome, {})

    def _record(self, actor: Actor, follow_up: str, outcome: str, given: Mapping[str, Any]) -> None:
        text = canonical(dict(given))
        with self.store.change(actor) as change:
            row = change.run(sa.select(FOLLOW_UP).where(FOLLOW_UP.c.id == follow_up)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="follow_up")
            thing = Object("follow_up", follow_up, row.organisation, confidentiality=_CLASS, part="answers")
            decision = require(actor, "fill", thing)
            if row.accepted is not None:
                raise AccessError("accepted")
            values = {"answers": text.decode(), "outcome": outcome, "answered": change.now}
            change.run(sa.update(FOLLOW_UP).where(FOLLOW_UP.c.id == follow_up).values(**values))
            change.log(
                "answer",
                "follow_up",
                follow_up,
                decision=decision,
                organisation=row.organisation,
                details={"project": row.project, "month": row.month, "outcome": outcome},
                payload=text,
            )

    def _row(self, connection: sa.Connection, project: str, month: int) -> Any:
        one = (FOLLOW_UP.c.project == project) & (FOLLOW_UP.c.month == month)
        return connection.execute(sa.select(FOLLOW_UP).where(one)).one_or_none()


def _checked(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as they are kept: only what was asked, each of the right form."""
    found: dict[str, Any] = {}
    for name, value in answers.items():
        if value is None or value == "" or value == []:
            continue
        if name not in QUESTIONS or not _right(name, value):
            raise AccessError("answer_form", field=name)
        found[name] = sorted(set(value)) if isinstance(value, list | tuple) else value
    if "jobs_fte" in found and "jobs_as_of" not in found:
        # A number of jobs without its day says nothing.
        raise AccessError("answer_form", field="jobs_as_of")
    return found


def _right(name: str, value: Any) -> bool:
    match name:
        case "jobs_fte" | "volume_share":
            number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            return number and value >= 0 and (name == "jobs_fte" or value <= 1)
        case "jobs_as_of":
            try:
                dt.date.fromisoformat(value)
            except (TypeError, ValueError):
                return False
            return True
        case "motives_reached" | "motives_missed":
            return isinstance(value, list | tuple) and set(value) <= motive_codes()
        case "distress":
            return isinstance(value, bool)
        case _:
            return isinstance(value, str) and len(value) <= _LONGEST


def motive_codes() -> frozenset[str]:
    """The codes of motives and barriers, from the table ``motive_codes`` of the databank."""

    return frozenset(
        row["code"] for row in read_table("thuishaven.facts", "tables/databank/motive_codes.csv")
    )


def follow_up_of(row: Any) -> FollowUp:
    """A follow-up from its row."""
    return FollowUp(
        id=row.id,
        project=row.project,
        month=row.month,
        asked=read_moment(row.asked),
        answered=read_moment(row.answered) if row.answered else None,
        outcome=row.outcome,
        answers=json.loads(row.answers),
        accepted=read_moment(row.accepted) if row.accepted else None,
    )
