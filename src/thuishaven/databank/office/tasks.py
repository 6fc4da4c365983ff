"""What is to be done and by when: tasks that a stage brings along, own tasks, and the work list."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, Change, NotFound, Object, Store, decide, new_id, require
from thuishaven.access.tables import MEMBERSHIP
from thuishaven.databank.office.model import Task
from thuishaven.databank.office.tables import PROJECT, SIGNAL, TASK
from thuishaven.databank.office.terms import Term, term, terms_of

_CLASS = 3
_LONGEST = 2**9
#: The rule of a task that an adviser made.
OWN = "own"


def bring_along(
    change: Change,
    kind: str,
    subject: str,
    organisation: str,
    state: str,
    assigned: str = "",
    **anchors: dt.date,
) -> None:
    """Within a change: make the tasks that a stage brings along.

    A task is known by its subject, rule and anchor date, so none is made twice. When the anchor of a rule
    moved, its open task moves along; one that was done stays as it was.

    Parameters
    ----------
    change
        In which it happens.
    kind, subject, organisation
        ``signal`` or ``project``, which one, and whose.
    state
        The stage.
    assigned
        Who does it.
    anchors
        The dates that the terms count from, by name.
    """
    for one in terms_of(kind, state):
        if one.anchor in anchors:
            _make(change, one, kind, subject, organisation, anchors[one.anchor], assigned)


def _make(
    change: Change, rule: Term, kind: str, subject: str, organisation: str, anchor: dt.date, assigned: str
) -> None:
    mine = (TASK.c.subject == subject) & (TASK.c.rule == rule.rule)
    due = rule.due(anchor).isoformat()
    same = change.run(sa.select(TASK.c.id).where(mine, TASK.c.anchor == anchor.isoformat())).first()
    still = change.run(sa.select(TASK.c.id).where(mine, TASK.c.state == "open")).first()
    if same is not None:
        values = {"organisation": organisation}
        change.run(sa.update(TASK).where(TASK.c.id == same.id, TASK.c.state == "open").values(**values))
    elif still is not None:
        moved = {"anchor": anchor.isoformat(), "due": due, "organisation": organisation}
        change.run(sa.update(TASK).where(TASK.c.id == still.id).values(**moved))
    else:
        row = {
            "id": new_id(),
            "organisation": organisation,
            "subject_kind": kind,
            "subject": subject,
            "rule": rule.rule,
            "anchor": anchor.isoformat(),
            "due": due,
            "state": "open",
            "assigned": assigned,
            "words": "",
        }
        change.run(sa.insert(TASK).values(row))


def close_tasks(change: Change, subject: str, state: str, rules: tuple[str, ...] | None = None) -> None:
    """Within a change: end the open tasks of a subject as ``done`` or ``dropped``; of some rules only."""
    mine = (TASK.c.subject == subject) & (TASK.c.state == "open")
    if rules is not None:
        mine &= TASK.c.rule.in_(rules)
    change.run(sa.update(TASK).where(mine).values(state=state, done=change.now))


class Tasks:
    """The tasks of one installation.

    Parameters
    ----------
    store
        The confidential database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def work_list(
        self,
        actor: Actor,
        *,
        person: str = "",
        late: bool = False,
        after: tuple[str, str] = ("", ""),
        most: int = 64,
    ) -> tuple[Task, ...]:
        """What is to be done in the organisation acted for, the most urgent first.

        A late task is everybody's: it stands in the list of each colleague, whoever it was given to.

        Parameters
        ----------
        actor
            Who asks.
        person
            Only what this person has to do: given to them, or late.
        late
            Only what is late.
        after
            Due date and id of the last one seen, to go on from.
        most
            How many at most.
        """
        mine = actor.organisation
        require(actor, "list", Object("task", "", mine, confidentiality=_CLASS))
        today = self.store.clock().date().isoformat()
        wanted = sa.select(TASK).where(TASK.c.organisation == mine, TASK.c.state == "open")
        if person:
            wanted = wanted.where((TASK.c.assigned == person) | (TASK.c.due < today))
        if late:
            wanted = wanted.where(TASK.c.due < today)
        if after[0]:
            wanted = wanted.where(
                (TASK.c.due > after[0]) | ((TASK.c.due == after[0]) & (TASK.c.id > after[1]))
            )
        ordered = wanted.order_by(TASK.c.due, TASK.c.id).limit(most)
        with self.store.read(actor) as connection:
            rows = connection.execute(ordered).all()
            titles = _titles(connection, rows)
        return tuple(_task(row, titles.get(row.subject, "")) for row in rows)

    def counts(self, actor: Actor) -> tuple[int, int]:
        """How many tasks are open in the organisation acted for, and how many of them are late."""
        mine = actor.organisation
        require(actor, "list", Object("task", "", mine, confidentiality=_CLASS))
        today = self.store.clock().date().isoformat()
        here = (TASK.c.organisation == mine) & (TASK.c.state == "open")
        late = sa.func.count().filter(TASK.c.due < today)
        with self.store.read(actor) as connection:
            row = connection.execute(sa.select(sa.func.count(), late).where(here)).one()
        return int(row[0]), int(row[1])

    def given(self, actor: Actor, before: dt.date, most: int = 64) -> tuple[Task, ...]:
        """Open tasks given to the person who asks, due on or before a day; without what they are about."""
        mine = actor.organisation
        require(actor, "list", Object("task", "", mine, confidentiality=_CLASS))
        here = (TASK.c.organisation == mine) & (TASK.c.state == "open") & (TASK.c.assigned == actor.person)
        wanted = sa.select(TASK).where(here, TASK.c.due <= before.isoformat())
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted.order_by(TASK.c.due, TASK.c.id).limit(most)).all()
        return tuple(_task(row, "") for row in rows)

    def of(self, actor: Actor, subject: str) -> tuple[Task, ...]:
        """The tasks of a project or a signal, open ones first."""
        require(actor, "list", Object("task", "", actor.organisation, confidentiality=_CLASS))
        here = (TASK.c.subject == subject) & (TASK.c.organisation == actor.organisation)
        ended = sa.case((TASK.c.state == "open", 0), else_=1)
        with self.store.read(actor) as connection:
            rows = connection.execute(
                sa.select(TASK).where(here).order_by(ended, TASK.c.due, TASK.c.id)
            ).all()
        return tuple(_task(row, "") for row in rows)

    def add(self, actor: Actor, project: str, words: str, due: dt.date, assigned: str = "") -> str:
        """A task of one's own making. Raises AccessError ``task_form`` for no words or too many."""
        text = " ".join(words.split())
        if not text or len(text) > _LONGEST:
            raise AccessError("task_form", most=_LONGEST)
        with self.store.change(actor) as change:
            there = sa.select(PROJECT.c.organisation).where(PROJECT.c.id == project)
            organisation = change.run(there).scalar_one_or_none()
            seen = Object("project", project, organisation or "", confidentiality=_CLASS)
            if organisation is None or not decide(actor, "read", seen).allowed:
                raise NotFound("not_found", kind="project")
            decision = require(actor, "create", Object("task", "", organisation, confidentiality=_CLASS))
            task = new_id()
            row = {
                "id": task,
                "organisation": organisation,
                "subject_kind": "project",
                "subject": project,
                "rule": OWN,
                # Own tasks may be equal: the id keeps them apart.
                "anchor": task[:10],
                "due": due.isoformat(),
                "state": "open",
                "assigned": assigned,
                "words": text,
            }
            change.run(sa.insert(TASK).values(row))
            self._log(change, "create", row, decision)
        return task

    def done(self, actor: Actor, task: str) -> None:
        """A task is done; one that repeats comes back, counted from today, while its stage lasts."""
        with self.store.change(actor) as change:
            row, decision = self._own(change, actor, task)
            if row.state != "open":
                change.leave()
                return
            change.run(sa.update(TASK).where(TASK.c.id == task).values(state="done", done=change.now))
            if row.rule != OWN and term(row.rule).repeats:
                rule = term(row.rule)
                _make(
                    change,
                    rule,
                    row.subject_kind,
                    row.subject,
                    row.organisation,
                    change.at.date(),
                    row.assigned,
                )
            self._log(change, "done", row._mapping, decision)

    def assign(self, actor: Actor, task: str, person: str) -> None:
        """Give a task to a colleague. Raises NotFound for who is no member here."""
        with self.store.change(actor) as change:
            row, decision = self._own(change, actor, task)
            if row.assigned == person:
                change.leave()
                return
            here = (MEMBERSHIP.c.person == person) & (MEMBERSHIP.c.organisation == row.organisation)
            if change.run(sa.select(MEMBERSHIP.c.role).where(here)).first() is None:
                raise NotFound("not_found", kind="person")
            change.run(sa.update(TASK).where(TASK.c.id == task).values(assigned=person))
            self._log(change, "assign", row._mapping, decision)

    def _own(self, change: Change, actor: Actor, task: str) -> tuple[Any, Any]:
        row = change.run(sa.select(TASK).where(TASK.c.id == task)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="task")
        thing = Object("task", task, row.organisation, confidentiality=_CLASS)
        return row, require(actor, "update", thing)

    def _log(self, change: Change, action: str, row: Any, decision: Any) -> None:
        change.log(
            action,
            "task",
            row["id"],
            decision=decision,
            organisation=row["organisation"],
            details={"rule": row["rule"], "subject": row["subject"], "due": row["due"]},
        )


def _titles(connection: sa.Connection, rows: Any) -> dict[str, str]:
    """What the tasks are about, by subject."""
    found: dict[str, str] = {}
    for kind, table in (("project", PROJECT), ("signal", SIGNAL)):
        wanted = [row.subject for row in rows if row.subject_kind == kind]
        if wanted:
            mine = sa.select(table.c.id, table.c.title).where(table.c.id.in_(wanted))
            found |= {row.id: row.title for row in connection.execute(mine)}
    return found


def _task(row: Any, title: str) -> Task:
    return Task(
        id=row.id,
        subject_kind=row.subject_kind,
        subject=row.subject,
        rule=row.rule,
        due=dt.date.fromisoformat(row.due),
        state=row.state,
        assigned=row.assigned,
        words=row.words,
        title=title,
    )
