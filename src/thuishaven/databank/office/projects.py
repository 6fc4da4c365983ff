"""A company's way from a signal to what became of its decision: stages, guards, papers and the time line."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    Change,
    Decision,
    Denied,
    Grant,
    NotFound,
    Object,
    Policy,
    Store,
    canonical,
    decide,
    moment,
    new_id,
    policy,
    read_moment,
    require,
)
from thuishaven.databank.office.fields import described, plain
from thuishaven.databank.office.model import (
    ATTACHMENTS,
    Begun,
    Decided,
    Project,
    Step,
    Transition,
    transition,
    transitions,
)
from thuishaven.databank.office.promises import decided_of, named, sealed
from thuishaven.databank.office.signals import Signals, require_member
from thuishaven.databank.office.stages import consequences, follow_up_months, missing_for
from thuishaven.databank.office.tables import (
    ATTACHED,
    CONSENT,
    DECISION,
    PROJECT,
    STEP,
)
from thuishaven.databank.office.tasks import bring_along, close_tasks
from thuishaven.databank.tables import DOSSIER, VERSION

#: A project is as confidential as a dossier.
CLASS = 3
#: What comes with a step and does not stand in the time line.
_UNTOLD = frozenset({"words", "promise"})


class Projects:
    """The projects of one installation.

    Parameters
    ----------
    store
        The confidential database.
    rules
        Terms.
    """

    def __init__(self, store: Store, rules: Policy | None = None) -> None:
        self.store = store
        self.policy = rules or policy()
        self.signals = Signals(store)

    def open(self, actor: Actor, begun: Begun, *, signal: str = "", contact_agreed: bool = False) -> str:
        """Begin a project, from a signal or from nothing; the company agreed to be contacted.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        AccessError
            ``consent_needed`` when the company did not agree; ``project_form`` with the ``field`` that is
            missing or too long; ``project_opened`` when the signal led to one already.
        """
        require(actor, "create", Object("project", "", actor.organisation, confidentiality=CLASS))
        if not contact_agreed:
            raise AccessError("consent_needed")
        with self.store.change(actor) as change:
            decision = require(
                actor, "create", Object("project", "", actor.organisation, confidentiality=CLASS)
            )
            project = new_id()
            row = {
                "id": project,
                "organisation": actor.organisation,
                **described(asdict(begun)),
                "state": "intake",
                "entered": change.now,
                "adviser": actor.person,
                "confidentiality": CLASS,
                "purpose": "",
                "outcome": "",
                "first_output": "",
                "case_uri": "",
                "created": change.now,
                "changed": change.now,
                "retain_until": moment(change.at + self.policy.term("retention_dossier")),
            }
            change.run(sa.insert(PROJECT).values(row))
            if signal:
                self.signals.accept(change, actor, signal, project)
            add_step(change, project, "open_intake", "signal", "intake", {"signal": signal})
            bring_along(
                change,
                "project",
                project,
                actor.organisation,
                "intake",
                actor.person,
                entered=change.at.date(),
            )
            change.log("open_intake", "project", project, decision=decision, details={"signal": signal})
        return project

    def get(self, actor: Actor, project: str) -> Project:
        """One project; what the actor's class does not reach is left out. Raises NotFound without it."""
        with self.store.read(actor) as connection:
            row, decision = self.readable(connection, actor, project)
            return _project(row, decision.highest_class)

    def list(
        self,
        actor: Actor,
        *,
        state: str = "",
        adviser: str = "",
        words: str = "",
        after: tuple[str, str] = ("", ""),
        most: int = 64,
    ) -> tuple[Project, ...]:
        """Projects of the organisation acted for, last changed first.

        Parameters
        ----------
        actor
            Who asks.
        state, adviser, words
            Only those in this stage, of this person, or with these words in title or company.
        after
            Moment of change and id of the last one seen, to go on from.
        most
            How many at most.
        """
        mine = actor.organisation
        decision = require(actor, "list", Object("project", "", mine, confidentiality=CLASS))
        wanted = sa.select(PROJECT).where(PROJECT.c.organisation == mine, PROJECT.c.state != "erased")
        if state:
            wanted = wanted.where(PROJECT.c.state == state)
        if adviser:
            wanted = wanted.where(PROJECT.c.adviser == adviser)
        for word in words.split():
            meant = PROJECT.c.title.icontains(word, autoescape=True)
            wanted = wanted.where(meant | PROJECT.c.company.icontains(word, autoescape=True))
        if after[0]:
            last = (PROJECT.c.changed == after[0]) & (PROJECT.c.id < after[1])
            wanted = wanted.where((PROJECT.c.changed < after[0]) | last)
        ordered = wanted.order_by(PROJECT.c.changed.desc(), PROJECT.c.id.desc()).limit(most)
        with self.store.read(actor) as connection:
            return tuple(_project(row, decision.highest_class) for row in connection.execute(ordered))

    def shared(self, actor: Actor) -> tuple[Project, ...]:
        """Projects of other organisations that the company agreed to show to the one acted for."""
        with self.store.read(actor) as connection:
            held = actor.holding(*self._grants(connection, actor))
        ids = [grant.object for grant in held.grants if grant.kind == "project"]
        with self.store.read(held) as connection:
            rows = connection.execute(sa.select(PROJECT).where(PROJECT.c.id.in_(ids))).all()
            found = []
            for row in rows:
                decision = decide(held, "read", thing_of(row))
                if decision.allowed and row.state != "erased":
                    found.append(_project(row, decision.highest_class))
        return tuple(sorted(found, key=lambda one: (one.changed, one.id), reverse=True))

    def time_line(self, actor: Actor, project: str) -> tuple[Step, ...]:
        """Everything that happened, oldest first; for the organisation that guides the project."""
        with self.store.read(actor) as connection:
            row, _ = self.readable(connection, actor, project)
            may(actor, "update", row)
            mine = sa.select(STEP).where(STEP.c.project == project).order_by(STEP.c.seq)
            return tuple(
                Step(
                    step.seq,
                    read_moment(step.at),
                    step.actor,
                    step.kind,
                    step.from_state,
                    step.to_state,
                    json.loads(step.details),
                )
                for step in connection.execute(mine)
            )

    def steps_open(self, actor: Actor, project: str) -> tuple[tuple[Transition, tuple[str, ...]], ...]:
        """The steps that can follow, each with the codes of what is still missing for it."""
        with self.store.read(actor) as connection:
            row, _ = self.readable(connection, actor, project)
            may(actor, "update", row)
            found = []
            for one in transitions():
                if one.from_state == row.state:
                    found.append((one, tuple(missing_for(connection, row, one.event, {}))))
            return tuple(found)

    def describe(self, actor: Actor, project: str, **values: str | int | dt.date) -> None:
        """Change what is known: title, company, country, number, nace, region, class, purpose, retention.

        Raises
        ------
        AccessError
            ``project_form`` with the ``field`` that is not right.
        """
        new = described(values)
        with self.store.change(actor) as change:
            row, decision = self._mine(change, actor, project)
            changed = {name: value for name, value in new.items() if getattr(row, name) != value}
            if not changed:
                change.leave()
                return
            self._set(change, project, **changed)
            add_step(change, project, "describe", row.state, row.state, {"fields": sorted(changed)})
            self._log(change, "describe", row, decision, {"fields": sorted(changed)})

    def reassign(self, actor: Actor, project: str, person: str) -> None:
        """Give a project to a colleague, with its open tasks."""
        from thuishaven.databank.office.tables import TASK

        with self.store.change(actor) as change:
            row, decision = self._mine(change, actor, project)
            if row.adviser == person:
                change.leave()
                return
            require_member(change, person, row.organisation)
            self._set(change, project, adviser=person)
            mine = (TASK.c.subject == project) & (TASK.c.state == "open") & (TASK.c.assigned == row.adviser)
            change.run(sa.update(TASK).where(mine).values(assigned=person))
            add_step(change, project, "reassign", row.state, row.state, {"person": person})
            self._log(change, "reassign", row, decision, {"person": person})

    def attach(
        self, actor: Actor, project: str, dossier: str, version: int, kind: str, summary: Mapping[str, Any]
    ) -> None:
        """Lay a version of a dossier beside a project: as ``scan``, ``calculation`` or ``alternative``.

        Parameters
        ----------
        actor, project, dossier, version
            Who lays which version beside which project; both belong to the same organisation.
        kind
            What it stands for.
        summary
            What it said, in codes and figures.

        Raises
        ------
        NotFound
            When there is no such version for this actor.
        """
        if kind not in ATTACHMENTS:
            raise AccessError("attachment_unknown", known=ATTACHMENTS)
        text = canonical(dict(summary)).decode()
        with self.store.change(actor) as change:
            row, decision = self._mine(change, actor, project)
            other = change.run(sa.select(DOSSIER).where(DOSSIER.c.id == dossier)).one_or_none()
            if other is None or other.organisation != row.organisation:
                raise NotFound("not_found", kind="dossier")
            require(actor, "read", Object("dossier", dossier, other.organisation, confidentiality=CLASS))
            one = (VERSION.c.dossier == dossier) & (VERSION.c.version == version)
            digest = change.run(sa.select(VERSION.c.digest).where(one)).scalar_one_or_none()
            if digest is None:
                raise NotFound("not_found", kind="version")
            key = {"project": project, "dossier": dossier, "version": version, "kind": kind}
            same = sa.and_(*(ATTACHED.c[name] == value for name, value in key.items()))
            if change.run(sa.select(ATTACHED.c.digest).where(same)).first() is not None:
                change.leave()
                return
            change.run(sa.insert(ATTACHED).values(**key, digest=digest, summary=text, at=change.now))
            add_step(change, project, "attach", row.state, row.state, {**key, "digest": digest})
            self._log(change, "attach", row, decision, {"dossier": dossier, "version": version, "kind": kind})

    def attached(self, actor: Actor, project: str) -> tuple[dict[str, Any], ...]:
        """The versions of dossiers that lie beside a project: dossier, version, kind, digest, summary, at."""
        with self.store.read(actor) as connection:
            row, _ = self.readable(connection, actor, project)
            may(actor, "update", row)
            mine = sa.select(ATTACHED).where(ATTACHED.c.project == project).order_by(ATTACHED.c.at)
            return tuple(
                {**found, "summary": json.loads(found["summary"])}
                for found in connection.execute(mine).mappings()
            )

    def decide(self, actor: Actor, project: str, decided: Decided) -> None:
        """Record what the company decided: a step to ``implementation`` or to ``closed``.

        Parameters
        ----------
        actor, project
            Who records it of which project.
        decided
            The day, ``go`` or ``no_go``, the plan family chosen, those considered, codes of motives or
            barriers, the reason in words, and what is promised, if anything.

        Raises
        ------
        AccessError
            ``step_wrong`` when it is not the time; ``guard`` with what is ``missing``; ``promise_form``,
            ``promise_what``, ``promise_when`` and ``promise_past`` with the ``field``.
        """
        event = {"go": "decide_go", "no_go": "decide_no_go"}.get(decided.outcome, "")
        evidence = {
            "decided_on": decided.decided_on,
            "family": decided.family,
            "considered": decided.considered,
            "codes": decided.codes,
            "words": decided.reason,
            "promise": decided.promise,
        }
        self.advance(actor, project, event, evidence)

    def advance(
        self, actor: Actor, project: str, event: str, evidence: Mapping[str, Any] | None = None
    ) -> str:
        """Take a step of the state machine, when what it asks for is there.

        Parameters
        ----------
        actor, project, event
            Who takes which step.
        evidence
            What comes with it: a code as ``reason`` for closing and reopening, codes of what is ``missing``
            for a return, ``first_output`` (a day), the fields of a decision with its reason as ``words``.

        Returns
        -------
        str
            The new stage.

        Raises
        ------
        AccessError
            ``step_wrong`` with the steps that are ``possible``; ``guard`` with what is ``missing``.
        """
        given = dict(evidence or {})
        with self.store.change(actor) as change:
            row, decision = self._mine(
                change, actor, project, "decide" if event.startswith("decide") else "update"
            )
            step = transition(row.state, event)
            if step is None:
                possible = [one.event for one in transitions() if one.from_state == row.state]
                raise AccessError("step_wrong", state=row.state, possible=possible)
            missing = missing_for(change.connection, row, event, given)
            if missing:
                raise AccessError("guard", missing=missing)
            values = consequences(change, row, event, given)
            to_state = step.to_state
            if to_state != row.state:
                values |= {"state": to_state, "entered": change.now}
                close_tasks(change, project, "done")
            elif event in follow_up_months():
                close_tasks(change, project, "done", (event,))
            self._set(change, project, **values)
            # The time line is never changed: it holds codes and days; words and figures stand where they
            # can go.
            told = {name: plain(value) for name, value in given.items() if value and name not in _UNTOLD}
            told |= named(given.get("promise"))
            add_step(change, project, event, row.state, to_state, told)
            if to_state != row.state:
                anchors = {"entered": change.at.date()}
                if values.get("first_output"):
                    anchors["first_output"] = dt.date.fromisoformat(values["first_output"])
                bring_along(change, "project", project, row.organisation, to_state, row.adviser, **anchors)
            codes = {"from": row.state, "to": to_state}
            self._log(change, event, row, decision, codes, canonical(told | sealed(given)))
            return to_state

    def correct_first_output(self, actor: Actor, project: str, day: dt.date) -> None:
        """Move month 0 of the follow-up; open tasks move along, done ones stay."""
        with self.store.change(actor) as change:
            row, decision = self._mine(change, actor, project)
            if row.state != "follow_up" or day > change.at.date():
                raise AccessError("guard", missing=["first_output"])
            if row.first_output == day.isoformat():
                change.leave()
                return
            self._set(change, project, first_output=day.isoformat())
            bring_along(
                change, "project", project, row.organisation, "follow_up", row.adviser, first_output=day
            )
            details = {"from": row.first_output, "to": day.isoformat()}
            add_step(change, project, "correct_first_output", row.state, row.state, details)
            self._log(change, "correct_first_output", row, decision, details)

    def link_case(self, actor: Actor, project: str, case_uri: str, basis: str) -> None:
        """Note which public case came of a project; the link stands in the confidential database only.

        Parameters
        ----------
        actor, project, case_uri
            Who notes which case of which project.
        basis
            ``consent`` of the company, or ``public_sources`` alone.

        Raises
        ------
        AccessError
            ``guard`` with ``public_consent`` when there is no consent in force.
        """
        with self.store.change(actor) as change:
            row, decision = self._mine(change, actor, project)
            if basis not in {"consent", "public_sources"}:
                raise AccessError("guard", missing=["basis"])
            if basis == "consent" and not self._agreed(change, project, "", "public_case"):
                raise AccessError("guard", missing=["public_consent"])
            if row.case_uri == case_uri:
                change.leave()
                return
            self._set(change, project, case_uri=case_uri)
            add_step(change, project, "link_case", row.state, row.state, {"basis": basis})
            self._log(change, "link_case", row, decision, {"basis": basis})

    def decisions(self, actor: Actor, project: str) -> tuple[Decided, ...]:
        """What was decided, latest first."""
        with self.store.read(actor) as connection:
            row, _ = self.readable(connection, actor, project)
            may(actor, "update", row)
            mine = sa.select(DECISION).where(DECISION.c.project == project)
            rows = connection.execute(mine.order_by(DECISION.c.decided_on.desc())).all()
        return tuple(decided_of(one) for one in rows)

    def readable(self, connection: sa.Connection, actor: Actor, project: str) -> tuple[Any, Decision]:
        """The row of a project that the actor may read, by role or by the company's consent.

        Raises
        ------
        NotFound
            When there is none for this actor.
        """
        row = connection.execute(sa.select(PROJECT).where(PROJECT.c.id == project)).one_or_none()
        held = actor
        if row is None or row.organisation != actor.organisation:
            held = actor.holding(*self._grants(connection, actor))
            self.store.show(connection, held)
            row = connection.execute(sa.select(PROJECT).where(PROJECT.c.id == project)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="project")
        return row, require(held, "read", thing_of(row))

    def _grants(self, connection: sa.Connection, actor: Actor) -> tuple[Grant, ...]:
        """What companies agreed to show to the organisation acted for."""
        if not actor.organisation or "adviser" not in actor.roles:
            return ()
        now = moment(self.store.clock())
        live = CONSENT.c.revoked.is_(None) & (CONSENT.c.until > now)
        mine = sa.select(CONSENT).where(CONSENT.c.receiver == actor.organisation, live)
        return tuple(
            Grant(
                row.id,
                "project",
                row.project,
                row.organisation,
                "read",
                read_moment(row.until),
                highest_class=row.highest_class,
            )
            for row in connection.execute(mine)
        )

    def _mine(
        self, change: Change, actor: Actor, project: str, action: str = "update"
    ) -> tuple[Any, Decision]:
        row, _ = self.readable(change.connection, actor, project)
        return row, may(actor, action, row)

    def _agreed(self, change: Change, project: str, receiver: str, purpose: str) -> bool:
        live = CONSENT.c.revoked.is_(None) & (CONSENT.c.until > change.now)
        mine = (CONSENT.c.project == project) & (CONSENT.c.receiver == receiver)
        wanted = sa.select(CONSENT.c.id).where(mine, live, CONSENT.c.purpose == purpose)
        return change.run(wanted).first() is not None

    def _set(self, change: Change, project: str, **values: Any) -> None:
        new = sa.update(PROJECT).where(PROJECT.c.id == project)
        change.run(new.values(**values, changed=change.now))

    def _log(
        self,
        change: Change,
        action: str,
        row: Any,
        decision: Decision,
        details: Mapping[str, Any],
        payload: bytes | None = None,
    ) -> None:
        change.log(
            action,
            "project",
            row.id,
            decision=decision,
            organisation=row.organisation,
            details=details,
            payload=payload,
        )


def add_step(
    change: Change, project: str, kind: str, before: str, after: str, details: Mapping[str, Any]
) -> None:
    """Within a change: add a line to a project's time line."""
    last = sa.select(sa.func.max(STEP.c.seq)).where(STEP.c.project == project)
    row = {
        "project": project,
        "seq": (change.run(last).scalar_one() or 0) + 1,
        "at": change.now,
        "actor": change.actor.name,
        "kind": kind,
        "from_state": before,
        "to_state": after,
        "details": canonical(dict(details)).decode(),
    }
    change.run(sa.insert(STEP).values(row))


def may(actor: Actor, action: str, row: Any) -> Decision:
    """What allows something with a project that the actor may read.

    Raises
    ------
    Denied
        When reading it, by the company's consent, is all they may.
    """
    found = decide(actor, action, thing_of(row))
    if not found.allowed:
        raise Denied("denied", action=action, kind="project")
    return found


def thing_of(row: Any) -> Object:
    """A project as what is asked about; a consent reaches it from class 2 on."""
    return Object("project", row.id, row.organisation, confidentiality=2)


def _project(row: Any, reach: int) -> Project:
    """A project as far as a class reaches: a partner sees the company and its stage only."""
    open_to = reach >= CLASS
    return Project(
        id=row.id,
        organisation=row.organisation,
        title=row.title,
        company=row.company,
        country=row.country,
        number=row.number,
        nace=row.nace,
        nace_revision=row.nace_revision,
        region=row.region,
        state=row.state,
        entered=read_moment(row.entered),
        adviser=row.adviser if open_to else "",
        confidentiality=row.confidentiality,
        purpose=row.purpose if open_to else "",
        outcome=row.outcome if open_to else "",
        first_output=dt.date.fromisoformat(row.first_output) if open_to and row.first_output else None,
        case_uri=row.case_uri if open_to else "",
        created=read_moment(row.created),
        changed=read_moment(row.changed),
        retain_until=read_moment(row.retain_until),
    )
