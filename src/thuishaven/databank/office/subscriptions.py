"""A calendar by subscription: a secret address per person that stops working the moment it is taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Object,
    Store,
    decide,
    hashed,
    new_id,
    new_token,
    read_moment,
    require,
    roles_of,
)
from thuishaven.access.tables import PERSON
from thuishaven.databank.office.model import Task
from thuishaven.databank.office.tables import CALENDAR_LINK
from thuishaven.databank.office.tasks import Tasks

_CLASS = 2
_MOST = 2**9


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A calendar that a person subscribed to: since when, and the day a program last read it.

    On its first day it is not noted whether it was read; ``used`` is then absent. The secret address itself
    is not kept.
    """

    id: str
    created: dt.datetime
    used: dt.date | None


class Subscriptions:
    """The calendars of one installation that programs read without signing in.

    Parameters
    ----------
    store
        The confidential database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, actor: Actor) -> CalendarLink | None:
        """The person's own calendar in the organisation acted for."""
        require(actor, "list", Object("subscription", person=actor.person, confidentiality=_CLASS))
        mine = CALENDAR_LINK.c.person == actor.person
        here = sa.select(CALENDAR_LINK).where(mine, CALENDAR_LINK.c.organisation == actor.organisation)
        with self.store.read(actor) as connection:
            row = connection.execute(here).one_or_none()
        if row is None:
            return None
        created, used = read_moment(row.created), dt.date.fromisoformat(row.used)
        return CalendarLink(row.id, created, used if used > created.date() else None)

    def make(self, actor: Actor) -> str:
        """A new secret address; the one before it stops working.

        Returns
        -------
        str
            The token in the address, given this once.
        """
        thing = Object("subscription", person=actor.person, confidentiality=_CLASS)
        decision = require(actor, "create", thing)
        token, link = new_token(), new_id()
        mine = CALENDAR_LINK.c.person == actor.person
        with self.store.change(actor) as change:
            older = sa.delete(CALENDAR_LINK).where(mine, CALENDAR_LINK.c.organisation == actor.organisation)
            change.run(older)
            row = {
                "id": link,
                "organisation": actor.organisation,
                "person": actor.person,
                "token_hash": hashed(token),
                "created": change.now,
                "used": change.at.date().isoformat(),
            }
            change.run(sa.insert(CALENDAR_LINK).values(row))
            change.log("create", "subscription", link, decision=decision, details={"what": "calendar"})
        return token

    def revoke(self, actor: Actor, link: str) -> None:
        """Take an address back: it stops working at once. Raises NotFound for another person's."""
        with self.store.change(actor) as change:
            row = change.run(sa.select(CALENDAR_LINK).where(CALENDAR_LINK.c.id == link)).one_or_none()
            person = row.person if row is not None else ""
            thing = Object("subscription", link, person=person, confidentiality=_CLASS)
            decision = decide(actor, "delete", thing)
            if row is None or not decision.allowed:
                raise NotFound("not_found", kind="subscription")
            change.run(sa.delete(CALENDAR_LINK).where(CALENDAR_LINK.c.id == link))
            details = {"what": "calendar"}
            change.log("revoke", "subscription", link, decision=decision, details=details)

    def tasks(self, token: str) -> tuple[Task, ...]:
        """What the person has to do, for whoever comes with the token; by the roles held now.

        Raises
        ------
        NotFound
            When the address never was or was taken back, or its person may not see tasks any more.
        """
        key, now = hashed(token), self.store.clock()
        with self.store.read(token=key) as connection:
            wanted = sa.select(CALENDAR_LINK, PERSON.c.state).join(PERSON)
            row = connection.execute(wanted.where(CALENDAR_LINK.c.token_hash == key)).one_or_none()
            if row is None or row.state != "active":
                raise NotFound("not_found", kind="subscription")
            roles = roles_of(connection, row.person, row.organisation)
        holder = Actor(f"link:{row.id}", now, row.person, row.organisation, roles)
        try:
            found = Tasks(self.store).work_list(holder, person=row.person, most=_MOST)
        except AccessError:
            raise NotFound("not_found", kind="subscription") from None
        today = now.date().isoformat()
        if row.used != today:
            with self.store.bookkeep() as connection:
                self.store.show(connection, holder)
                connection.execute(
                    sa.update(CALENDAR_LINK).where(CALENDAR_LINK.c.id == row.id).values(used=today)
                )
        return found
