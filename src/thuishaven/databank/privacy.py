"""What the law asks about people: their whole record, forgetting them, and not keeping things for ever.

The event log names people by an id that means nothing once the person's line has lost its name and address:
so somebody is forgotten and the chain stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    EVENT,
    AccessError,
    Actor,
    Change,
    Decision,
    NotFound,
    Object,
    moment,
    policy,
    require,
)
from thuishaven.access.tables import (
    API_KEY,
    IDENTITY,
    MEMBERSHIP,
    PERSON,
    RECOVERY,
    SESSION,
    SHARE,
    TICKET,
)
from thuishaven.databank.content import class_of
from thuishaven.databank.database import Database
from thuishaven.databank.guards import say_about
from thuishaven.databank.office.erasing import clear_project
from thuishaven.databank.office.tables import ATTACHED, CALENDAR_LINK, DIGEST, PROJECT
from thuishaven.databank.tables import COMMENT, CONTENT, DOSSIER, LABEL, OUTCOME, REPEAT, VERSION, WORKING

#: Columns that prove something or open something; they are no part of what a person is told.
_SECRET = {"password", "totp_secret", "totp_step", "token_hash", "code_hash", "email_key", "data", "secret"}


def in_terminal(databank: Database, name: str | None = None) -> Actor:
    """Whoever works in a terminal, also as data protection officer: who owns the database sees it all anyhow.

    Parameters
    ----------
    databank
        Whose clock counts.
    name
        The account; that of the process when absent.
    """
    local = databank.confidential.local(name)
    return replace(local, roles=local.roles | {"data_protection_officer"})


def person_called(databank: Database, actor: Actor, words: str) -> str:
    """The id of the person with this id or e-mail address.

    Raises
    ------
    NotFound, Denied
        When there is none, or the actor may not see who there is.
    """
    require(actor, "list", Object("person", confidentiality=2))
    known = (PERSON.c.id == words) | (PERSON.c.email_key == words.strip().casefold())
    with databank.confidential.read(actor) as connection:
        found = connection.execute(sa.select(PERSON.c.id).where(known)).scalar_one_or_none()
    if found is None:
        raise NotFound("not_found", kind="person")
    return str(found)


def person_record(databank: Database, actor: Actor, person: str) -> dict[str, Any]:
    """Everything that is kept about a person (GDPR articles 15 and 20), as plain JSON.

    What somebody wrote of a commercial secret stays with the organisation whose secret it is: no text then.

    Parameters
    ----------
    databank
        Where.
    actor
        The person, or the data protection officer.
    person
        Who it is about.

    Raises
    ------
    NotFound, Denied
        For an unknown person, or an actor who may not.
    """
    thing = Object("person", person, person=person, confidentiality=3)
    reach = require(actor, "export", thing).highest_class
    with databank.confidential.read(actor) as connection:
        found = _rows(connection, PERSON, PERSON.c.id == person)
        if not found:
            raise NotFound("not_found", kind="person")
        keys = _rows(connection, API_KEY, API_KEY.c.person == person)
        names = [f"person:{person}", *(f"key:{key['id']}" for key in keys)]
        say_about(connection, *names)
        event = EVENT["confidential"]
        about = (event.c.kind == "person") & (event.c.object == person)
        return {
            "person": found[0],
            "memberships": _rows(connection, MEMBERSHIP, MEMBERSHIP.c.person == person),
            "identities": _rows(connection, IDENTITY, IDENTITY.c.person == person),
            "sessions": _rows(connection, SESSION, SESSION.c.person == person),
            "keys": keys,
            "shares": _rows(connection, SHARE, (SHARE.c.person == person) | SHARE.c.created_by.in_(names)),
            "calendars": _rows(connection, CALENDAR_LINK, CALENDAR_LINK.c.person == person),
            "digests": _rows(connection, DIGEST, DIGEST.c.person == person),
            "versions": _rows(connection, VERSION, VERSION.c.author.in_(names)),
            "working_copies": _rows(connection, WORKING, WORKING.c.person == person),
            "comments": [
                row if class_of(row["place"]) <= reach else {**row, "text": None}
                for row in _rows(connection, COMMENT, COMMENT.c.author.in_(names))
            ],
            "events": _rows(connection, event, event.c.actor.in_(names) | about),
        }


def _rows(connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool]) -> list[dict[str, Any]]:
    wanted = sa.select(*(column for column in table.c if column.name not in _SECRET))
    rows = connection.execute(wanted.where(where).order_by(*table.primary_key.columns)).mappings()
    return [dict(row) for row in rows]


def erase_person(databank: Database, actor: Actor, person: str, reason: str) -> None:
    """Forget a person: the name, the address and all that lets them in go; what they did stays, by a bare id.

    Parameters
    ----------
    databank
        Where.
    actor
        The person, or the data protection officer.
    person
        Who is forgotten.
    reason
        Why; it stands in the event log, so no name belongs in it.

    Raises
    ------
    AccessError
        ``last_administrator`` of an organisation: somebody else must be made one first.
    """
    thing = Object("person", person, person=person, confidentiality=3)
    decision = require(actor, "erase", thing)
    with databank.confidential.change(actor) as change:
        row = change.run(sa.select(PERSON).where(PERSON.c.id == person)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="person")
        _leave_no_orphan(change, person)
        # PostgreSQL wants to see a share without the address too.
        say_about(change.connection, f"person:{person}", f"address:{(row.email or '').lower()}", "address:")
        change.run(
            sa.update(PERSON)
            .where(PERSON.c.id == person)
            .values(
                name="-",
                email=None,
                email_key=None,
                password=None,
                state="erased",
                totp_secret=None,
                totp_on=False,
                locked_until=None,
                refusals=0,
            )
        )
        for table in (RECOVERY, MEMBERSHIP, SESSION, TICKET, IDENTITY, WORKING, CALENDAR_LINK, DIGEST):
            change.run(sa.delete(table).where(table.c.person == person))
        key_name = {"name": "-"}
        change.run(sa.update(API_KEY).where(API_KEY.c.person == person).values(**key_name))
        live = (API_KEY.c.person == person) & API_KEY.c.revoked.is_(None)
        change.run(sa.update(API_KEY).where(live).values(revoked=change.now))
        held = (SHARE.c.person == person) & SHARE.c.revoked.is_(None)
        change.run(sa.update(SHARE).where(held).values(revoked=change.now))
        mailed = sa.func.lower(SHARE.c.address) == (row.email or "").lower()
        mine = (SHARE.c.person == person) | (mailed if row.email else sa.false())
        no_address = {"address": ""}
        change.run(sa.update(SHARE).where(mine).values(**no_address))
        if row.email_key:
            invited = (TICKET.c.purpose == "invite") & TICKET.c.data.contains(row.email_key, autoescape=True)
            change.run(sa.delete(TICKET).where(invited))
        change.log("erase", "person", person, decision=decision, reason=reason.strip())


def _leave_no_orphan(change: Change, person: str) -> None:
    """No organisation that has other members loses its last administrator."""
    administrator = MEMBERSHIP.c.role == "administrator"
    mine = sa.select(MEMBERSHIP.c.organisation).where(MEMBERSHIP.c.person == person, administrator)
    for organisation in change.run(mine).scalars().all():
        here = (MEMBERSHIP.c.organisation == organisation) & (MEMBERSHIP.c.person != person)
        others = change.run(sa.select(MEMBERSHIP.c.role).where(here)).scalars().all()
        if others and "administrator" not in others:
            raise AccessError("last_administrator")


def erase_dossier(databank: Database, actor: Actor, dossier: str, reason: str) -> None:
    """Erase a dossier: title, contents, comments and labels go; who did what and when stays.

    Raises
    ------
    NotFound, Denied
        When there is none, or the actor may not.
    """
    with databank.confidential.change(actor) as change:
        row = change.run(sa.select(DOSSIER).where(DOSSIER.c.id == dossier)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="dossier")
        thing = Object("dossier", dossier, row.organisation, confidentiality=3)
        decision = require(actor, "erase", thing)
        _erase(change, row, decision, reason)


def erase_on_request(databank: Database, actor: Actor, dossier: str, reason: str) -> None:
    """Erase a dossier ahead of its time, when its organisation asks who runs the installation to do so.

    Parameters
    ----------
    databank
        Where. On PostgreSQL the user of the URL must own the tables.
    actor
        Who may run retention; nothing of the dossier is shown.
    dossier, reason
        Which, and why; the reason stands in the event log.

    Raises
    ------
    NotFound, Denied
        When there is none, or the actor may not.
    """
    decision = require(actor, "run", Object("retention", confidentiality=0))
    with databank.as_owner() as owner, owner.confidential.change(actor) as change:
        row = change.run(sa.select(DOSSIER).where(DOSSIER.c.id == dossier)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="dossier")
        _erase(change, row, decision, reason)


def _erase(change: Change, row: Any, decision: Decision, reason: str) -> None:
    _clear(change, row.id)
    words = reason.strip()
    there = row.organisation
    change.log("erase", "dossier", row.id, decision=decision, organisation=there, reason=words)


def _clear(change: Change, dossier: str) -> None:
    for table in (CONTENT, LABEL, COMMENT, OUTCOME, WORKING, ATTACHED):
        change.run(sa.delete(table).where(table.c.dossier == dossier))
    shared = (SHARE.c.kind == "dossier") & (SHARE.c.object == dossier)
    change.run(sa.update(SHARE).where(shared & SHARE.c.revoked.is_(None)).values(revoked=change.now))
    no_address = {"address": ""}
    change.run(sa.update(SHARE).where(shared).values(**no_address))
    blank = {"title": "-", "state": "erased", "changed": change.now}
    change.run(sa.update(DOSSIER).where(DOSSIER.c.id == dossier).values(**blank))


def run_retention(
    databank: Database,
    actor: Actor,
    *,
    only_count: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Mapping[str, int]:
    """Erase what has been kept for long enough; each dossier is an event of its own.

    Parameters
    ----------
    databank
        Where. On PostgreSQL the user of the URL must own the tables.
    actor
        Who runs the installation, or the data protection officer.
    only_count
        Erase nothing; say what would be.
    progress
        Is told how many dossiers are done, and of how many.

    Returns
    -------
    Mapping[str, int]
        How many dossiers and projects were erased, and how many ended sessions, tickets and answers to
        repeated writes were cleared away.
    """
    decision = require(actor, "run", Object("retention", confidentiality=0))
    owner = databank.as_owner()
    store = owner.confidential
    now = moment(store.clock())
    try:
        due = {
            name: (table.c.retain_until <= now) & (table.c.state != "erased")
            for name, table in (("dossiers", DOSSIER), ("projects", PROJECT))
        }
        ended = {
            "sessions": (SESSION, SESSION.c.expires <= now),
            "tickets": (TICKET, TICKET.c.expires <= now),
            "repeats": (REPEAT, REPEAT.c.at <= moment(store.clock() - policy().term("repeat_life"))),
        }
        with store.read(actor) as connection:
            dossiers = _owned(connection, DOSSIER, due["dossiers"])
            projects = _owned(connection, PROJECT, due["projects"])
            counts = {"dossiers": len(dossiers), "projects": len(projects)}
            for name, (table, over) in ended.items():
                wanted = sa.select(sa.func.count()).select_from(table).where(over)
                counts[name] = connection.execute(wanted).scalar_one()
        if only_count:
            return counts
        erasing = [("dossier", *row) for row in dossiers] + [("project", *row) for row in projects]
        for done, (kind, thing, organisation) in enumerate(erasing, 1):
            with store.change(actor) as change:
                (_clear if kind == "dossier" else clear_project)(change, thing)
                change.log("retention", kind, thing, decision=decision, organisation=organisation)
            progress(done, len(erasing))
        with store.bookkeep() as connection:
            for name, (table, over) in ended.items():
                counts[name] = connection.execute(sa.delete(table).where(over)).rowcount
        return counts
    finally:
        owner.close()


def _owned(
    connection: sa.Connection, table: sa.Table, where: sa.ColumnElement[bool]
) -> list[tuple[str, str]]:
    """The ids of dossiers or projects, each with its organisation."""
    found = connection.execute(sa.select(table.c.id, table.c.organisation).where(where).order_by(table.c.id))
    return [(row.id, row.organisation) for row in found]
