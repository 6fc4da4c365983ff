"""The life of a case: proposed, coded, approved, published, taken up again, withdrawn."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    Change,
    Decision,
    Denied,
    NotFound,
    Object,
    Store,
    canonical,
    decide,
    fingerprint,
    moment,
    read_moment,
    require,
)
from thuishaven.databank.cases.fold import fold
from thuishaven.databank.cases.machines import step
from thuishaven.databank.cases.model import (
    Case,
    Claim,
    Edition,
    Published,
    Record,
    Source,
    Statement,
    read_record,
)
from thuishaven.databank.cases.published import empty_line, line, parts
from thuishaven.databank.cases.rules import flaws
from thuishaven.databank.cases.statements import checked
from thuishaven.databank.cases.tables import CASE, TASK, TOLD, VERSION
from thuishaven.databank.cases.told import told_row
from thuishaven.databank.cases.writing import (
    Writing,
    claims_of,
    keep_line,
    keep_organisation,
    label_of,
    sources_of,
)

if TYPE_CHECKING:
    from thuishaven.databank.cases.search import Found, Hit

#: The class of cases that are being worked on.
WORK = 2
#: States in which two coders may be at work and neither may see what the other chose.
BLIND = ("candidate", "coded_once")
#: States in which somebody may still add what a source says.
OPEN = ("signal", "candidate", "coded_once")
#: Why a case is rejected.
REASONS = ("not_reshoring", "services_only", "duplicate", "unverifiable", "undone")
_LONGEST = 2**12
_STEPS = ("triage_accept", "triage_reject", "reopen", "recode", "send_back")


class Cases:
    """The cases of one installation.

    Parameters
    ----------
    store
        The public database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    # Cases that are being worked on

    def propose(
        self, actor: Actor, statements: Sequence[Statement], *, organisation: str = "", reason: str = ""
    ) -> str:
        """Make a case in the state ``signal`` out of what sources say; returns its id.

        Parameters
        ----------
        actor
            A coder or an editor.
        statements
            What sources say; the name of the organisation is among it.
        organisation
            Id of the organisation, where it is known already.
        reason
            Why.
        """
        known = [checked(one) for one in statements]
        if not any(one.field == "organisation.name" for one in known):
            raise AccessError("missing", field="organisation.name")
        with self.store.change(actor) as change:
            decision = require(actor, "create", Object("case_work", confidentiality=WORK))
            writing = Writing(change)
            case = writing.case(known, "signal", organisation=organisation)
            payload = writing.flush()
            change.log("propose", "case", case, decision=decision, reason=reason, payload=payload)
        return case

    def claim(self, actor: Actor, case: str, statements: Sequence[Statement]) -> tuple[int, ...]:
        """Add what sources say, outside a coding round; returns the ids of the claims.

        Raises
        ------
        AccessError
            ``case_closed`` for a case that is coded: it is taken up again with :meth:`revise`.
        """
        known = [checked(one) for one in statements]
        with self.store.change(actor) as change:
            decision = require(actor, "update", Object("case_work", case, confidentiality=WORK))
            row = line_of(change.connection, case)
            if row.state not in OPEN:
                raise AccessError("case_closed", state=row.state)
            made, payload = self._added(change, row, known)
            details = {"claims": made}
            change.log("claim", "case", case, decision=decision, details=details, payload=payload)
        return tuple(made)

    def get(self, actor: Actor, case: str) -> Case:
        """The line of a case; everybody else than coders and editors sees it as it was published."""
        if not _works(actor, case):
            return self.published(actor, case).case
        with self.store.read(actor) as connection:
            return _case(line_of(connection, case))

    def by_number(self, actor: Actor, number: int) -> Case:
        """The line of a case by its short number."""
        with self.store.read(actor) as connection:
            wanted = sa.select(CASE.c.id).where(CASE.c.number == number)
            found = connection.execute(wanted).scalar_one_or_none()
        return self.get(actor, found or "")

    def work(
        self, actor: Actor, state: str = "", *, text: str = "", start: int = 0, count: int = 50
    ) -> tuple[tuple[Case, ...], int]:
        """Cases that are worked on, the longest waiting first, and how many there are.

        Parameters
        ----------
        actor
            A coder or an editor.
        state
            Only those in this state.
        text
            Only those with this in their name.
        start, count
            Which part of the list.
        """
        require(actor, "list", Object("case_work", confidentiality=WORK))
        some: sa.ColumnElement[bool] = sa.true()
        if state:
            some &= CASE.c.state == state
        if text:
            some &= sa.func.lower(CASE.c.label).contains(text.lower(), autoescape=True)
        wanted = sa.select(CASE).where(some).order_by(CASE.c.state_since, CASE.c.number)
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted.limit(count).offset(start)).all()
            total = connection.execute(sa.select(sa.func.count()).select_from(CASE).where(some)).scalar_one()
        return tuple(_case(row) for row in rows), total

    def counts(self, actor: Actor) -> Mapping[str, int]:
        """How many cases are in each state of publication."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        wanted = sa.select(CASE.c.state, sa.func.count()).group_by(CASE.c.state).order_by(CASE.c.state)
        with self.store.read(actor) as connection:
            return {row[0]: row[1] for row in connection.execute(wanted)}

    def claims(self, actor: Actor, case: str) -> tuple[Claim, ...]:
        """The claims that the actor may see: not what the other coder chose before both are done."""
        require(actor, "read", Object("case_work", case, confidentiality=WORK))
        with self.store.read(actor) as connection:
            row = line_of(connection, case)
            return visible(row, claims_of(connection, case), actor)

    def record(
        self, actor: Actor, case: str, *, known_on: dt.datetime | None = None, about: int | None = None
    ) -> Record:
        """What the claims come to: what did we say on a day about a year?

        Who works on cases gets it from all claims that they may see, everybody else from what was published.

        Parameters
        ----------
        actor
            Who asks.
        case
            Which case.
        known_on
            Only what was recorded, or published, by then.
        about
            Only what is said of that year or an earlier one.

        Raises
        ------
        NotFound
            When there is no such case, nothing was published by then, or it was withdrawn.
        """
        if not _works(actor, case):
            found = self.published(actor, case, known_on=known_on, about=about).record
            if found is None:
                raise NotFound("not_found", kind="case")
            return found
        with self.store.read(actor) as connection:
            row = line_of(connection, case)
            known = visible(row, standing(connection, case), actor)
            sources = sources_of(connection, known)
        then = [one for one in known if known_on is None or one.recorded_at <= known_on]
        return fold(case, then, sources, about)

    def step(self, actor: Actor, case: str, event: str, reason: str) -> str:
        """Take an editor's step of the machine of publication; returns the new state.

        Parameters
        ----------
        actor
            An editor.
        case
            Which case.
        event
            ``triage_accept``, ``triage_reject``, ``reopen``, ``recode`` or ``send_back``.
        reason
            Why; for ``triage_reject`` it begins with one of ``REASONS``.

        Raises
        ------
        AccessError
            ``no_transition``; ``reason_needed``; ``reason_code``; ``source_without_address`` and
            ``duplicates_unjudged`` for ``triage_accept``.
        """
        if event not in _STEPS:
            raise AccessError("no_transition", state="", event=event, possible=", ".join(_STEPS))
        words = sized(reason, "reason_needed")
        with self.store.change(actor) as change:
            decision = self._editor(actor, case)
            row = line_of(change.connection, case)
            made = step("publication", row.state, event)
            if event == "triage_reject" and words.split()[0].strip(":,;.") not in REASONS:
                raise AccessError("reason_code", expected=", ".join(REASONS))
            if event == "triage_accept":
                self._triaged(change.connection, row)
            values: dict[str, Any] = {"reason": words}
            if event in {"recode", "send_back"}:
                # The codes of this round are kept for reliability and count no more; two coders begin anew.
                values["cycle"] = row.cycle + 1
                mine = (TASK.c.case == case) & (TASK.c.cycle == row.cycle)
                change.run(sa.update(TASK).where(mine).values(state="void"))
            self._to(change, row, made.after, **values)
            change.log(event, "case", case, decision=decision, reason=words)
        return made.after

    def observe(
        self, actor: Actor, case: str, event: str, statement: Statement, *, share: float | None = None
    ) -> str:
        """Add evidence that the move went a step further; returns the state of the move.

        Parameters
        ----------
        actor
            A coder or an editor.
        case
            Which case; it is not published, or was taken up again.
        event
            A step of the machine of implementation: ``first_evidence``, ``start``, ``complete``...
        statement
            The evidence, field ``status``: source, as_of, and valid_from where it is known. Its value is the
            state for ``first_evidence``, and follows from the step otherwise.
        share
            Realised share of the announced scope, for ``complete``: 95 % or more, unless the statement says
            in its note that all has moved.
        """
        from thuishaven.databank.cases.progress import observed

        record = self.record(actor, case)
        found = observed(record.state.state if record.state else "", event, statement, share)
        self.claim(actor, case, found)
        return found[0].value

    # Publication

    def publish(self, actor: Actor, case: str, reason: str) -> int:
        """Publish an approved case, or publish it anew; returns the number of the version.

        Raises
        ------
        AccessError
            ``no_transition``; ``flaws`` with what keeps it from being published (``flaws``, a tuple of
            :class:`~thuishaven.databank.cases.Flaw`).
        """
        words = sized(reason, "reason_needed")
        with self.store.change(actor) as change:
            decision = require(actor, "publish", Object("case", case, confidentiality=WORK))
            row = line_of(change.connection, case)
            made = step("publication", row.state, "publish")
            known = standing(change.connection, case)
            record = fold(case, known, sources_of(change.connection, known))
            wrong = flaws(record)
            if wrong:
                raise AccessError("flaws", flaws=wrong)
            version = row.version + 1
            data = canonical(record.to_dict())
            change.run(
                sa.insert(VERSION).values(
                    case=case,
                    version=version,
                    at=change.now,
                    last_claim=known[-1].id,
                    digest=fingerprint(data),
                    record=zlib.compress(data),
                    reason=words,
                )
            )
            for table, rows in parts(record).items():
                if rows:
                    change.run(sa.insert(table), [{**one, "case": case, "version": version} for one in rows])
            change.run(sa.insert(TOLD).values(told_row(case, version, record)))
            self._to(change, row, made.after, version=version, reason=words)
            keep_organisation(change, row, record)
            details = {"version": version}
            seq = change.log(
                "publish", "case", case, decision=decision, reason=words, details=details, payload=data
            )
            keep_line(change, row, version, seq, line(record))
        self._tidy()
        return version

    def revise(self, actor: Actor, case: str, statements: Sequence[Statement], reason: str) -> None:
        """Take a published case up again on new evidence; what was published stays to be read and cited.

        Raises
        ------
        AccessError
            ``source_not_new`` when every source was known already.
        """
        words = sized(reason, "reason_needed")
        known = [checked(one) for one in statements]
        with self.store.change(actor) as change:
            decision = self._editor(actor, case)
            row = line_of(change.connection, case)
            made = step("publication", row.state, "revise")
            before = {claim.source for claim in claims_of(change.connection, case)}
            self._to(change, row, made.after, cycle=row.cycle + 1, reason=words)
            added, payload = self._added(change, line_of(change.connection, case), known)
            after = {claim.source for claim in claims_of(change.connection, case)}
            if after == before:
                raise AccessError("source_not_new")
            details = {"claims": added}
            change.log(
                "revise", "case", case, decision=decision, reason=words, details=details, payload=payload
            )

    def withdraw(self, actor: Actor, case: str, reason: str) -> None:
        """Withdraw a published case: its number, dates and the reason stay, the rest is no longer shown."""
        words = sized(reason, "reason_needed")
        with self.store.change(actor) as change:
            decision = require(actor, "withdraw", Object("case", case, confidentiality=WORK))
            row = line_of(change.connection, case)
            made = step("publication", row.state, "withdraw")
            self._to(change, row, made.after, reason=words)
            seq = change.log("withdraw", "case", case, decision=decision, reason=words)
            keep_line(change, row, row.version, seq, empty_line(), shown=False)
        self._tidy()

    def published(
        self,
        actor: Actor,
        case: str,
        *,
        version: int | None = None,
        known_on: dt.datetime | None = None,
        about: int | None = None,
    ) -> Published:
        """What was published of a case.

        Parameters
        ----------
        actor
            Who asks; anybody.
        case
            Which case.
        version
            Which version; the newest when absent.
        known_on
            The version that was the newest then.
        about
            Only what is said of that year or an earlier one.

        Raises
        ------
        NotFound
            When it was never published, or there is no such version.
        """
        require(actor, "read", Object("case", case))
        with self.store.read(actor) as connection:
            row = line_of(connection, case)
            wanted = sa.select(VERSION).where(VERSION.c.case == case).order_by(VERSION.c.version.desc())
            rows = connection.execute(wanted).all()
        if not rows:
            raise NotFound("not_found", kind="case")
        editions = tuple(Edition(one.version, read_moment(one.at), one.digest, one.reason) for one in rows)
        if row.state == "withdrawn":
            gone = replace(_outward(row, ""), reason=row.reason)
            return Published(gone, 0, None, editions, row.reason)
        for one in rows:
            if version is not None and one.version != version:
                continue
            if known_on is None or one.at <= moment(known_on):
                record = read_record(json.loads(zlib.decompress(one.record)))
                if about is not None:
                    record = fold(case, record.claims.values(), record.sources, about)
                line_ = _outward(row, label_of(record))
                return Published(line_, one.version, record, editions)
        raise NotFound("not_found", kind="case")

    def search(
        self,
        actor: Actor,
        text: str = "",
        facets: Mapping[str, Sequence[str]] | None = None,
        *,
        sort: str = "newest",
        page: int = 1,
        size: int = 20,
    ) -> Found:
        """Published cases that match, with exact counts; see :func:`~thuishaven.databank.cases.search`."""
        from thuishaven.databank.cases.search import search

        require(actor, "list", Object("case"))
        return search(self.store, text, facets or {}, sort=sort, page=page, size=size)

    def similar(
        self, actor: Actor, *, sector: str = "", origin: str = "", form: str = "", count: int = 5
    ) -> tuple[Hit, ...]:
        """Published cases most like a company's own, with what became of them; reversed ones among them.

        Parameters
        ----------
        actor
            Who asks; anybody.
        sector
            NACE division or class, as ``22`` or ``22.29``.
        origin
            Country that the activity would come from.
        form
            As ``supplier_to_own``.
        count
            How many at most; those that share most come first.
        """
        from thuishaven.databank.cases.search import similar

        require(actor, "list", Object("case"))
        return similar(self.store, {"sector": sector.partition(".")[0], "from": origin, "form": form}, count)

    def _tidy(self) -> None:
        from thuishaven.databank.cases.search import tidy

        tidy(self.store)

    def _editor(self, actor: Actor, case: str) -> Decision:
        return require(actor, "approve", Object("case_work", case, confidentiality=WORK))

    def _added(self, change: Change, row: Any, known: Sequence[Statement]) -> tuple[list[int], bytes]:
        mine = [one.supersedes for one in known if one.supersedes]
        if mine:
            rounds = {claim.id: claim.round for claim in claims_of(change.connection, row.id)}
            if not all(rounds.get(number) == "intake" for number in mine):
                # What a coder chose is frozen: it is put right in another round.
                raise AccessError("claim_frozen")
        writing = Writing(change)
        made = writing.claims(row.id, known, cycle=row.cycle, round_="intake")
        change.run(sa.update(CASE).where(CASE.c.id == row.id).values(changed=change.now))
        payload = writing.flush()
        if any(one.field.startswith("organisation.") for one in known):
            there = standing(change.connection, row.id)
            keep_organisation(change, row, fold(row.id, there, sources_of(change.connection, there)))
        return made, payload

    def _to(self, change: Change, row: Any, state: str, **values: Any) -> None:
        values |= {"state": state, "state_since": change.now, "changed": change.now}
        change.run(sa.update(CASE).where(CASE.c.id == row.id).values(**values))

    def _triaged(self, connection: sa.Connection, row: Any) -> None:
        """A source with an address and a date, and every likely duplicate judged."""
        from thuishaven.databank.cases.matches import unjudged

        sources = sources_of(connection, claims_of(connection, row.id))
        if not any(_dated_source(one) for one in sources.values()):
            raise AccessError("source_without_address")
        waiting = unjudged(connection, row.organisation)
        if waiting:
            raise AccessError("duplicates_unjudged", n=len(waiting))


def _dated_source(source: Source) -> bool:
    return bool(source.url and (source.published_on or source.accessed_on))


def line_of(connection: sa.Connection, case: str) -> Any:
    """The row of a case."""
    row = connection.execute(sa.select(CASE).where(CASE.c.id == case)).one_or_none()
    if row is None:
        raise NotFound("not_found", kind="case")
    return row


def seen(connection: sa.Connection, actor: Actor, case: str) -> Any:
    """The row of a case, for whoever may know that there is one."""
    row = line_of(connection, case)
    if not row.version:
        require(actor, "read", Object("case_work", case, confidentiality=WORK))
    return row


def sized(text: str, code: str = "text_form") -> str:
    """Words of a person without blanks around them, when there are some and not too many."""
    words = text.strip()
    if not words or len(words) > _LONGEST:
        raise AccessError(code, most=_LONGEST)
    return words


def _works(actor: Actor, case: str) -> bool:
    """Whether somebody works on cases."""
    return decide(actor, "read", Object("case_work", case, confidentiality=WORK)).allowed


def _outward(row: Any, label: str) -> Case:
    """The line of a case without who works on it and what is not published yet."""
    state = row.state if row.state == "withdrawn" else "published"
    return replace(_case(row), label=label, state=state, author="", batch="", reason="")


def person_of(actor: Actor) -> str:
    """How a claim names who made it: the person, also where a key of theirs did it."""
    return f"person:{actor.person}" if actor.person else actor.name


def visible(row: Any, claims: Sequence[Claim], actor: Actor) -> tuple[Claim, ...]:
    """Claims without those that another coder made in the round that is going on."""
    if row.state not in BLIND:
        return tuple(claims)
    me = person_of(actor)
    return tuple(
        one for one in claims if one.round not in {"1", "2"} or one.cycle != row.cycle or one.coder == me
    )


def standing(connection: sa.Connection, case: str) -> tuple[Claim, ...]:
    """Claims that count: without the codes of rounds that were thrown over."""
    void = sa.select(TASK.c.cycle).where(TASK.c.case == case, TASK.c.state == "void").distinct()
    cycles = set(connection.execute(void).scalars())
    return tuple(
        one for one in claims_of(connection, case) if one.cycle not in cycles or one.round == "intake"
    )


def coders(connection: sa.Connection, case: str, cycle: int) -> tuple[str, ...]:
    """Who coded a case in a cycle."""
    wanted = sa.select(TASK.c.coder).where(TASK.c.case == case, TASK.c.cycle == cycle).order_by(TASK.c.round)
    return tuple(connection.execute(wanted).scalars())


def not_own(actor: Actor, coded: Sequence[str]) -> None:
    """Nobody settles or approves what they coded.

    Raises
    ------
    Denied
        ``own_codes``.
    """
    if person_of(actor) in coded:
        raise Denied("own_codes")


def _case(row: Any) -> Case:
    return Case(
        **{
            name: getattr(row, name)
            for name in Case.__slots__
            if name not in {"state_since", "created", "changed"}
        },
        state_since=read_moment(row.state_since),
        created=read_moment(row.created),
        changed=read_moment(row.changed),
    )
