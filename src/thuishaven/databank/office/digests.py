"""The daily letter to an adviser who asked for it: what is late, what is due this week, which signals wait.

It travels by mail, so it holds kinds of tasks, days and numbers only: no company, no title, no words that
somebody typed. What those are stands behind the links in it, which ask who is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    Actor,
    Decision,
    NotFound,
    Object,
    Store,
    decide,
    new_id,
    new_token,
    read_moment,
    require,
    roles_of,
)
from thuishaven.access.tables import ORGANISATION, PERSON
from thuishaven.databank.office.model import Task
from thuishaven.databank.office.signals import Signals
from thuishaven.databank.office.tables import DIGEST, TASK
from thuishaven.databank.office.tasks import Tasks

log = logging.getLogger("thuishaven.databank")

_CLASS = 2
_WEEK = dt.timedelta(weeks=1)
#: Tasks that one letter lists; more of them are counted.
MOST = 2**5


@dataclass(frozen=True, slots=True)
class Digest:
    """What one letter says.

    Parameters
    ----------
    name, email, language
        To whom, and in which language.
    organisation
        Name of the organisation that the tasks belong to.
    late, week
        The reader's own tasks that are late, and those due within a week; ``MOST`` of them at most.
    late_own, week_own
        How many there are.
    late_others
        How many tasks of colleagues, or of nobody, are late: those are everybody's.
    signals
        How many signals wait for somebody to look at them.
    token
        What the link that switches the letter off holds.
    """

    name: str
    email: str
    language: str
    organisation: str
    late: tuple[Task, ...]
    week: tuple[Task, ...]
    late_own: int
    week_own: int
    late_others: int
    signals: int
    token: str

    @property
    def empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.late_own or self.week_own or self.late_others or self.signals)


@dataclass(frozen=True, slots=True)
class Sent:
    """How many letters left, were not needed, or failed."""

    sent: int = 0
    empty: int = 0
    failed: int = 0


class Digests:
    """The daily letters of one installation.

    Parameters
    ----------
    store
        The confidential database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def since(self, actor: Actor) -> dt.datetime | None:
        """Since when the person gets the letter for the organisation acted for; ``None`` when they don't."""
        require(actor, "list", Object("subscription", person=actor.person, confidentiality=_CLASS))
        with self.store.read(actor) as connection:
            row = connection.execute(sa.select(DIGEST).where(_of(actor))).one_or_none()
        return read_moment(row.since) if row is not None else None

    def switch_on(self, actor: Actor) -> None:
        """Ask for the letter."""
        thing = Object("subscription", person=actor.person, confidentiality=_CLASS)
        decision = require(actor, "create", thing)
        with self.store.change(actor) as change:
            if change.run(sa.select(DIGEST.c.id).where(_of(actor))).first() is not None:
                change.leave()
                return
            row = {
                "id": new_id(),
                "organisation": actor.organisation,
                "person": actor.person,
                "secret": new_token(),
                "since": change.now,
                "sent_on": "",
            }
            change.run(sa.insert(DIGEST).values(row))
            details = {"what": "digest"}
            change.log("create", "subscription", str(row["id"]), decision=decision, details=details)

    def switch_off(self, actor: Actor) -> None:
        """Stop the letter for the organisation acted for."""
        thing = Object("subscription", person=actor.person, confidentiality=_CLASS)
        decision = require(actor, "delete", thing)
        with self.store.change(actor) as change:
            row = change.run(sa.select(DIGEST).where(_of(actor))).one_or_none()
            if row is None:
                change.leave()
                return
            self._end(change, row, decision)

    def known(self, token: str) -> bool:
        """Whether a link out of a letter still switches something off. Raises NotFound for a forged one."""
        return self._by(token) is not None

    def switch_off_by(self, token: str) -> None:
        """Stop the letter that a link out of it belongs to; again is no harm.

        Raises
        ------
        NotFound
            For a link that is not one of ours.
        """
        row = self._by(token)
        if row is None:
            return
        visitor = replace(self.store.visitor(), name=f"link:{row.id}", person=row.person)
        with self.store.change(visitor) as change:
            self._end(change, row, Decision(True, "person", _CLASS))

    def send_all(self, actor: Actor, deliver: Callable[[Digest], None]) -> Sent:
        """Send today's letters to all who asked for one; who had one today gets no second.

        Parameters
        ----------
        actor
            Who runs the installation.
        deliver
            Sends one letter; what it raises counts as a letter that failed and is tried again by the next
            run.
        """
        require(actor, "run", Object("digest", confidentiality=_CLASS))
        with self.store.read(actor) as connection:
            named = connection.execute(sa.select(ORGANISATION.c.id, ORGANISATION.c.name)).all()
        counts = {"sent": 0, "empty": 0, "failed": 0}
        for organisation in named:
            acting = replace(actor, organisation=organisation.id)
            for row, roles in self._due(acting):
                reader = replace(acting, person=row.person, roles=roles)
                inbox = Object("task", "", organisation.id, confidentiality=3)
                if not decide(reader, "list", inbox).allowed or not self._claim(reader, row, True):
                    continue
                letter = self._letter(reader, row, organisation.name)
                if letter.empty:
                    counts["empty"] += 1
                    continue
                try:
                    deliver(letter)
                except Exception as error:
                    # Whatever a sender raises; its text may hold an address, so only its kind is told.
                    log.warning("letter failed: %s", type(error).__name__)
                    self._claim(reader, row, False)
                    counts["failed"] += 1
                else:
                    counts["sent"] += 1
        return Sent(**counts)

    def _due(self, acting: Actor) -> list[tuple[Any, frozenset[str]]]:
        """Who of an organisation had no letter today, with their roles now."""
        today = self.store.clock().date().isoformat()
        wanted = sa.select(DIGEST, PERSON.c.name, PERSON.c.email, PERSON.c.language).join(PERSON)
        here = (DIGEST.c.organisation == acting.organisation) & (DIGEST.c.sent_on < today)
        active = (PERSON.c.state == "active") & PERSON.c.email.is_not(None)
        with self.store.read(acting) as connection:
            rows = connection.execute(wanted.where(here, active).order_by(DIGEST.c.id)).all()
            return [(row, roles_of(connection, row.person, acting.organisation)) for row in rows]

    def _claim(self, reader: Actor, row: Any, now: bool) -> bool:
        """Note that today's letter is on its way, before it leaves; or that it did not leave after all."""
        today = self.store.clock().date().isoformat()
        new, old = (today, row.sent_on) if now else (row.sent_on, today)
        mine = (DIGEST.c.id == row.id) & (DIGEST.c.sent_on == old)
        with self.store.bookkeep() as connection:
            self.store.show(connection, reader)
            return connection.execute(sa.update(DIGEST).where(mine).values(sent_on=new)).rowcount == 1

    def _letter(self, reader: Actor, row: Any, organisation: str) -> Digest:
        """What one person is told, by what their roles let them see."""
        today = self.store.clock().date()
        soon = (today + _WEEK).isoformat()
        here = (TASK.c.organisation == reader.organisation) & (TASK.c.state == "open")
        mine = TASK.c.assigned == reader.person
        late, week = TASK.c.due < today.isoformat(), TASK.c.due.between(today.isoformat(), soon)
        count = sa.func.count()
        counted = sa.select(count.filter(late & mine), count.filter(week & mine), count.filter(late & ~mine))
        with self.store.read(reader) as connection:
            late_own, week_own, late_others = connection.execute(counted.where(here)).one()
        listed = Tasks(self.store).given(reader, before=today + _WEEK, most=2 * MOST)
        return Digest(
            name=row.name,
            email=row.email,
            language=row.language,
            organisation=organisation,
            late=tuple(task for task in listed if task.due < today)[:MOST],
            week=tuple(task for task in listed if task.due >= today)[:MOST],
            late_own=late_own,
            week_own=week_own,
            late_others=late_others,
            signals=Signals(self.store).waiting(reader),
            token=_signed(row),
        )

    def _by(self, token: str) -> Any:
        """The row that a link belongs to; ``None`` when the letter was switched off before."""
        which, _point, _signature = token.partition(".")
        if not which.isalnum() or not _signature:
            raise NotFound("not_found", kind="subscription")
        with self.store.read(token=which) as connection:
            row = connection.execute(sa.select(DIGEST).where(DIGEST.c.id == which)).one_or_none()
        if row is not None and not hmac.compare_digest(_signed(row).encode(), token.encode()):
            raise NotFound("not_found", kind="subscription")
        return row

    def _end(self, change: Any, row: Any, decision: Decision) -> None:
        change.run(sa.delete(DIGEST).where(DIGEST.c.id == row.id))
        details = {"what": "digest"}
        change.log(
            "revoke",
            "subscription",
            row.id,
            decision=decision,
            organisation=row.organisation,
            details=details,
        )


def _of(actor: Actor) -> sa.ColumnElement[bool]:
    return (DIGEST.c.person == actor.person) & (DIGEST.c.organisation == actor.organisation)


def _signed(row: Any) -> str:
    """The link of a letter: which letter, and a signature that only this databank can make."""
    signature = hmac.new(row.secret.encode(), f"digest off {row.id}".encode(), hashlib.sha256)
    return f"{row.id}.{signature.hexdigest()}"
