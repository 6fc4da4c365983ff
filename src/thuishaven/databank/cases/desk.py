"""The coding desk: two coders who don't see each other's choices, and a third who settles where they differ.

What was chosen in the first rounds is frozen when the coder is done: reliability is worked out of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    EVENT,
    AccessError,
    Actor,
    Change,
    Decision,
    Denied,
    NotFound,
    Object,
    Store,
    canonical,
    new_id,
    read_moment,
    require,
)
from thuishaven.databank.cases.coding import Coding, Disagreement, Task
from thuishaven.databank.cases.fold import NAMING, fold
from thuishaven.databank.cases.machines import step
from thuishaven.databank.cases.model import Claim, Source, Statement
from thuishaven.databank.cases.register import (
    BLIND,
    WORK,
    coders,
    line_of,
    not_own,
    person_of,
    standing,
    visible,
)
from thuishaven.databank.cases.rules import mandatory
from thuishaven.databank.cases.statements import checked
from thuishaven.databank.cases.tables import CASE, DISAGREEMENT, TASK
from thuishaven.databank.cases.vocabulary import fields
from thuishaven.databank.cases.writing import Writing, claims_of, sources_of

#: The codes of a value that stands beside others: chosen, or not.
YES, NO = "yes", "no"
_UNDATED = "undated"
#: Letters about one case: who invites more often has another question than a free round.
_MOST_INVITED = 2**4


class Desk:
    """The coding desk of one installation.

    Parameters
    ----------
    store
        The public database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def take(self, actor: Actor, case: str) -> Task:
        """Begin to code a case: in the first round, or in the second when somebody else has the first.

        Raises
        ------
        AccessError
            ``no_transition`` when it is not to be coded now; ``round_taken`` when both rounds are taken.
        Denied
            ``own_codes`` for a coder who has the other round.
        """
        with self.store.change(actor) as change:
            decision = require(actor, "update", Object("case_work", case, confidentiality=WORK))
            return self._given(change, decision, case, person_of(actor))

    def ask(self, actor: Actor, case: str, person: str) -> Task:
        """Ask somebody to code a case, as an editor; they give it back when they cannot.

        Parameters
        ----------
        actor
            An editor.
        case
            Which case.
        person
            Id of the coder.

        Raises
        ------
        AccessError
            As :meth:`take`.
        Denied
            ``own_codes`` for who has the other round.
        """
        with self.store.change(actor) as change:
            decision = require(actor, "approve", Object("case_work", case, confidentiality=WORK))
            return self._given(change, decision, case, f"person:{person}")

    def invite(self, actor: Actor, case: str) -> None:
        """Note that somebody elsewhere was invited to code a case, as an editor.

        It gives nothing and keeps no address: whoever reads the letter and is a coder already takes the
        case like any other coder, as long as a round is free, and sees no more of it than they do.

        Raises
        ------
        AccessError
            ``no_transition``, ``round_taken`` as for :meth:`take`; ``invited_often``.
        """
        with self.store.change(actor) as change:
            decision = require(actor, "approve", Object("case_work", case, confidentiality=WORK))
            row = line_of(change.connection, case)
            if row.state not in BLIND:
                raise AccessError("no_transition", state=row.state, event="code_first", possible="")
            if sum(bool(one.coder) for one in self._tasks(change.connection, case, row.cycle)) > 1:
                raise AccessError("round_taken")
            event = EVENT[self.store.chain]
            sent = sa.select(sa.func.count()).where(event.c.object == case, event.c.action == "invite")
            if change.run(sent).scalar_one() >= _MOST_INVITED:
                raise AccessError("invited_often", most=_MOST_INVITED)
            change.log("invite", "case", case, decision=decision)

    def of(self, actor: Actor, case: str) -> tuple[Task, ...]:
        """The tasks of a case in the round that it is in: who codes it, and who is done."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            rows = self._tasks(connection, case, line_of(connection, case).cycle)
        return tuple(sorted((_task(row) for row in rows), key=lambda task: task.round))

    def sources(self, actor: Actor, case: str) -> Mapping[str, Source]:
        """The sources of a case by id, without those that only the other coder read so far."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            return sources_of(
                connection, visible(line_of(connection, case), claims_of(connection, case), actor)
            )

    def _given(self, change: Change, decision: Decision, case: str, coder: str) -> Task:
        row = line_of(change.connection, case)
        if row.state not in BLIND:
            raise AccessError("no_transition", state=row.state, event="code_first", possible="")
        rows = {one.round: one for one in self._tasks(change.connection, case, row.cycle)}
        if coder in {one.coder for one in rows.values()}:
            raise Denied("own_codes")
        for round_ in ("1", "2"):
            there = rows.get(round_)
            if there is not None and there.coder:
                continue
            if there is not None:
                task = there.id
                change.run(sa.update(TASK).where(TASK.c.id == task).values(coder=coder, opened=change.now))
            else:
                task = new_id()
                values = {"id": task, "case": case, "cycle": row.cycle, "round": round_, "coder": coder}
                change.run(sa.insert(TASK).values(**values, state="open", opened=change.now))
            change.log("take", "case", case, decision=decision, details={"task": task, "round": round_})
            return _task(change.run(sa.select(TASK).where(TASK.c.id == task)).one())
        raise AccessError("round_taken")

    def give_back(self, actor: Actor, task: str) -> None:
        """Let somebody else code it: the coder, while nothing is chosen, or an editor.

        Raises
        ------
        AccessError
            ``codes_there`` when something was chosen already.
        """
        with self.store.change(actor) as change:
            row = self._open(change.connection, task)
            mine = row.coder == person_of(actor)
            thing = Object("case_work", row.case, confidentiality=WORK)
            decision = require(actor, "update" if mine else "approve", thing)
            if self._codes(change.connection, row):
                raise AccessError("codes_there")
            change.run(sa.update(TASK).where(TASK.c.id == task).values(coder=""))
            change.log("give_back", "case", row.case, decision=decision, details={"task": task})

    def tasks(self, actor: Actor, *, state: str = "open", everybody: bool = False) -> tuple[Task, ...]:
        """The actor's own tasks, or everybody's, the oldest first."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        wanted = sa.select(TASK).where(TASK.c.state == state).order_by(TASK.c.opened, TASK.c.id)
        if not everybody:
            wanted = wanted.where(TASK.c.coder == person_of(actor))
        with self.store.read(actor) as connection:
            return tuple(_task(row) for row in connection.execute(wanted).all())

    def task(self, actor: Actor, task: str) -> Task:
        """One task."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            row = connection.execute(sa.select(TASK).where(TASK.c.id == task)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="task")
        return _task(row)

    def code(self, actor: Actor, task: str, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Choose: write down what the sources say, in the coder's own round; returns the ids of the claims.

        A choice for the same thing replaces the one before it, as long as the round is open.

        Raises
        ------
        AccessError
            ``task_done`` when the coder is done: the codes are frozen.
        Denied
            ``other_coder``.
        """
        known = [checked(one) for one in statements]
        with self.store.change(actor) as change:
            row = self._mine(change.connection, actor, task)
            decision = require(actor, "update", Object("case_work", row.case, confidentiality=WORK))
            before = {place(one): one.id for one in self._codes(change.connection, row)}
            writing = Writing(change)
            replacing = [_replacing(one, before) for one in known]
            settings = {"cycle": row.cycle, "round_": row.round, "coder": row.coder}
            made = writing.claims(row.case, replacing, **settings)
            payload = writing.flush()
            details = {"task": task, "claims": made}
            change.log("code", "case", row.case, decision=decision, details=details, payload=payload)
        return tuple(made)

    def codes(self, actor: Actor, task: str) -> tuple[Claim, ...]:
        """What the actor chose in a task; what another chose once both are done."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            row = connection.execute(sa.select(TASK).where(TASK.c.id == task)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="task")
            case = line_of(connection, row.case)
            if row.coder != person_of(actor) and case.state in BLIND and case.cycle == row.cycle:
                raise Denied("other_coder")
            return self._codes(connection, row)

    def missing(self, actor: Actor, task: str) -> tuple[tuple[int, str], ...]:
        """The (move, field) pairs of which something must still be said, if only ``unknown``."""
        return _missing(self.codes(actor, task))

    def finish(self, actor: Actor, task: str) -> str:
        """Be done: the codes are frozen from now on. Returns the state of the case.

        When the second coder is done, what differs is listed.

        Raises
        ------
        AccessError
            ``fields_missing`` with what must still be said (``fields``).
        """
        with self.store.change(actor) as change:
            row = self._mine(change.connection, actor, task)
            decision = require(actor, "update", Object("case_work", row.case, confidentiality=WORK))
            left = _missing(self._codes(change.connection, row))
            if left:
                raise AccessError("fields_missing", fields=left)
            case = line_of(change.connection, row.case)
            made = step("publication", case.state, "code_first" if case.state == BLIND[0] else "code_second")
            change.run(sa.update(TASK).where(TASK.c.id == task).values(state="done", done=change.now))
            details: dict[str, Any] = {"task": task}
            if made.after == "coded_twice":
                details["disagreements"] = self._compare(change, row.case, row.cycle)
            values = {"state": made.after, "state_since": change.now, "changed": change.now}
            change.run(sa.update(CASE).where(CASE.c.id == row.case).values(**values))
            change.log(made.event, "case", row.case, decision=decision, details=details)
        return made.after

    def disagreements(
        self, actor: Actor, case: str = "", *, waiting: bool = False
    ) -> tuple[Disagreement, ...]:
        """Where two coders differ: of a case, or of all; ``waiting`` for those that are not settled."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        wanted = sa.select(DISAGREEMENT).order_by(
            DISAGREEMENT.c.found, DISAGREEMENT.c.move, DISAGREEMENT.c.field, DISAGREEMENT.c.about
        )
        if case:
            wanted = wanted.where(DISAGREEMENT.c.case == case)
        if waiting:
            wanted = wanted.where(DISAGREEMENT.c.resolved.is_(None))
        with self.store.read(actor) as connection:
            return tuple(_disagreement(row) for row in connection.execute(wanted).all())

    def resolve(
        self, actor: Actor, disagreement: str, value: str, reason: str, source: Source | None = None
    ) -> None:
        """Settle a disagreement, as neither of the two coders.

        Parameters
        ----------
        actor
            A coder or an editor.
        disagreement
            Which one.
        value
            What it shall be: what one of them chose, another value, or ``no`` for not this one.
        reason
            Why.
        source
            Where another value stands.

        Raises
        ------
        AccessError
            ``reason_needed``, ``source_needed`` for a value that neither chose, ``settled`` already.
        Denied
            ``own_codes``.
        """
        if not reason.strip():
            raise AccessError("reason_needed")
        with self.store.change(actor) as change:
            row = change.run(sa.select(DISAGREEMENT).where(DISAGREEMENT.c.id == disagreement)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="disagreement")
            decision = require(actor, "update", Object("case_work", row.case, confidentiality=WORK))
            not_own(actor, coders(change.connection, row.case, row.cycle))
            case = line_of(change.connection, row.case)
            if row.resolved is not None or (case.state, case.cycle) != ("coded_twice", row.cycle):
                raise AccessError("settled")
            final = self._final(change, row, value.strip(), source)
            writing = Writing(change)
            made = writing.claims(row.case, final, cycle=row.cycle, round_="final", coder=person_of(actor))
            payload = writing.flush()
            values = {"value": value.strip(), "reason": reason.strip(), "resolver": person_of(actor)}
            mine = DISAGREEMENT.c.id == disagreement
            change.run(sa.update(DISAGREEMENT).where(mine).values(**values, resolved=change.now))
            change.log(
                "resolve",
                "case",
                row.case,
                decision=decision,
                reason=reason.strip(),
                details={"disagreement": disagreement, "claims": made},
                payload=payload,
            )

    def approve(self, actor: Actor, case: str, reason: str) -> None:
        """Approve a case of which every disagreement is settled; nobody approves what they coded.

        Raises
        ------
        AccessError
            ``reason_needed``; ``disagreements_left`` with how many; ``no_transition``.
        Denied
            ``own_codes``.
        """
        if not reason.strip():
            raise AccessError("reason_needed")
        with self.store.change(actor) as change:
            row = line_of(change.connection, case)
            decision = require(actor, "approve", Object("case_work", case, confidentiality=WORK))
            not_own(actor, coders(change.connection, case, row.cycle))
            made = step("publication", row.state, "reconcile")
            left = sa.select(sa.func.count()).where(
                DISAGREEMENT.c.case == case,
                DISAGREEMENT.c.cycle == row.cycle,
                DISAGREEMENT.c.resolved.is_(None),
            )
            waiting = change.run(left).scalar_one()
            if waiting:
                raise AccessError("disagreements_left", n=waiting)
            writing = Writing(change)
            agreed = self._agreed(change, row)
            writing.claims(case, agreed, cycle=row.cycle, round_="final", coder=person_of(actor))
            payload = writing.flush()
            values = {"state": made.after, "state_since": change.now, "changed": change.now}
            change.run(sa.update(CASE).where(CASE.c.id == case).values(**values, reason=reason.strip()))
            change.log(made.event, "case", case, decision=decision, reason=reason.strip(), payload=payload)

    def codings(self, actor: Actor, field: str) -> tuple[Coding, ...]:
        """What both coders chose of a field, for every case that both have done: the data of reliability.

        A value that only one of them chose is ``no`` for the other where values stand beside each other, and
        missing (``None``) where they don't.
        """
        require(actor, "read", Object("case_work", confidentiality=WORK))
        pairs: dict[tuple[str, int], dict[str, str]] = {}
        with self.store.read(actor) as connection:
            wanted = sa.select(TASK).where(TASK.c.done.is_not(None)).order_by(TASK.c.case, TASK.c.cycle)
            tasks = connection.execute(wanted).all()
            for one in tasks:
                pairs.setdefault((one.case, one.cycle), {})[one.round] = one.id
            both = {task for pair in pairs.values() if len(pair) == len(("1", "2")) for task in pair.values()}
            codes = {one.id: self._codes(connection, one) for one in tasks if one.id in both}
        found: list[Coding] = []
        for (case, cycle), pair in pairs.items():
            if not set(pair.values()) <= both:
                continue
            first, second = (
                {spot: text for spot, text in chosen(codes[pair[round_]]).items() if spot[1] == field}
                for round_ in ("1", "2")
            )
            other = NO if _beside(field) else None
            for spot in sorted({*first, *second}):
                about = json.loads(spot[2])
                found.append(
                    Coding(case, cycle, spot[0], about, first.get(spot, other), second.get(spot, other))
                )
        return tuple(found)

    def _tasks(self, connection: sa.Connection, case: str, cycle: int) -> Sequence[Any]:
        return connection.execute(sa.select(TASK).where(TASK.c.case == case, TASK.c.cycle == cycle)).all()

    def _open(self, connection: sa.Connection, task: str) -> Any:
        row = connection.execute(sa.select(TASK).where(TASK.c.id == task)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="task")
        case = line_of(connection, row.case)
        if row.state != "open" or case.cycle != row.cycle or case.state not in BLIND:
            raise AccessError("task_done")
        return row

    def _mine(self, connection: sa.Connection, actor: Actor, task: str) -> Any:
        row = self._open(connection, task)
        if row.coder != person_of(actor):
            raise Denied("other_coder")
        return row

    def _codes(self, connection: sa.Connection, task: Any) -> tuple[Claim, ...]:
        """What was chosen in a task, whatever was settled on later."""
        known = [
            one
            for one in claims_of(connection, task.case)
            if one.cycle == task.cycle and one.round == task.round
        ]
        gone = {one.supersedes for one in known}
        return tuple(one for one in known if one.id not in gone and one.value)

    def _compare(self, change: Change, case: str, cycle: int) -> int:
        rows = {one.round: one for one in self._tasks(change.connection, case, cycle)}
        first, second = (chosen(self._codes(change.connection, rows[round_])) for round_ in ("1", "2"))
        found = []
        for spot in sorted({*first, *second}):
            one, other = first.get(spot, ""), second.get(spot, "")
            if one != other and fields()[spot[1]].measure:
                row = {"id": new_id(), "case": case, "cycle": cycle, "first": one, "second": other}
                row |= {"move": spot[0], "field": spot[1], "about": spot[2]}
                found.append({**row, "found": change.now, "reason": "", "resolver": ""})
        if found:
            change.run(sa.insert(DISAGREEMENT), found)
        return len(found)

    def _final(self, change: Change, row: Any, value: str, source: Source | None) -> list[Statement]:
        """The claims that settle a disagreement."""
        known = standing(change.connection, row.case)
        sources = sources_of(change.connection, known)
        gone = {one.supersedes for one in known}
        there = [
            one
            for one in known
            if one.id not in gone and one.value and place(one) == (row.move, row.field, row.about)
        ]
        if value in {NO, ""}:
            return [replace(_statement(one, sources), value="", supersedes=one.id) for one in there]
        chose = [one for one in there if one.cycle == row.cycle and one.round in {"1", "2"}]
        same = [one for one in chose if _choice(one) == value]
        if not same and source is None:
            raise AccessError("source_needed")
        final = _statement((same or chose)[0], sources)
        if source is not None:
            final = replace(final, source=source, locator="")
        if not same:
            if row.field == "status":
                final = replace(final, valid_from="" if value in {YES, _UNDATED} else value)
            elif not _beside(row.field):
                final = replace(final, value=value)
        return [checked(final)]

    def _agreed(self, change: Change, row: Any) -> list[Statement]:
        """What both coders chose alike and the record does not show, for an older or stronger claim."""
        known = standing(change.connection, row.id)
        sources = sources_of(change.connection, known)
        record = fold(row.id, known, sources)
        rows = {one.round: one for one in self._tasks(change.connection, row.id, row.cycle)}
        first = {place(one): one for one in self._codes(change.connection, rows["1"])}
        second = chosen(self._codes(change.connection, rows["2"]))
        shown = {
            place(record.claims[one.claim]): _choice(record.claims[one.claim])
            for value in record.values.values()
            for one in (value, *value.series)
        }
        shown |= {
            place(record.claims[line.claim]): _choice(record.claims[line.claim]) for line in record.status
        }
        return [
            replace(_statement(one, sources), supersedes=0)
            for spot, one in first.items()
            if spot in shown and shown[spot] != _choice(one) == second.get(spot)
        ]


def _beside(field: str) -> bool:
    """Whether values of a field stand beside each other."""
    return fields()[field].many


def place(claim: Claim | Statement) -> tuple[int, str, str]:
    """What a claim is about: move, field, and what more tells it apart, as canonical JSON."""
    field = fields()[claim.field]
    about = {name: claim.qualifiers[name] for name in NAMING if claim.qualifiers.get(name)}
    if field.many:
        about["value"] = claim.value
    elif field.dated and claim.as_of:
        about["as_of"] = claim.as_of
    return claim.move, claim.field, canonical(about).decode()


def _choice(claim: Claim) -> str:
    """What was chosen, as it is compared."""
    if claim.field == "status":
        return claim.valid_from or _UNDATED
    return YES if _beside(claim.field) else claim.value


def chosen(codes: Iterable[Claim]) -> dict[tuple[int, str, str], str]:
    """Choices by what they are about."""
    return {place(one): _choice(one) for one in codes}


def _replacing(statement: Statement, before: Mapping[tuple[int, str, str], int]) -> Statement:
    if statement.supersedes:
        if statement.supersedes not in before.values():
            raise AccessError("claim_frozen")
        return statement
    return replace(statement, supersedes=before.get(place(statement), 0))


def _missing(codes: Iterable[Claim]) -> tuple[tuple[int, str], ...]:
    return mandatory((one.move, one.field) for one in codes)


def _statement(claim: Claim, sources: Mapping[str, Source]) -> Statement:
    same = {
        name: getattr(claim, name) for name in Statement.__slots__ if name not in {"source", "supersedes"}
    }
    return Statement(**same, source=replace(sources[claim.source], id=""))


def _task(row: Any) -> Task:
    done = read_moment(row.done) if row.done else None
    return Task(row.id, row.case, row.cycle, row.round, row.coder, row.state, read_moment(row.opened), done)


def _disagreement(row: Any) -> Disagreement:
    return Disagreement(
        row.id,
        row.case,
        row.cycle,
        row.move,
        row.field,
        json.loads(row.about),
        row.first,
        row.second,
        row.value,
        row.reason,
        row.resolver,
        read_moment(row.resolved) if row.resolved else None,
    )
