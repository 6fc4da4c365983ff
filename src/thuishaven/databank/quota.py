"""How much one organisation may store: the number of its dossiers, and what versions and documents take.

The policy gives every organisation the same room; whoever runs the installation gives one more, or less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, NotFound, Object, Policy, Store, require
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank.tables import CONTENT, DOSSIER

#: What a database keeps in a column for a number of dossiers, and for a number of bytes.
_MOST = {"dossiers": 2**31 - 1, "bytes": 2**63 - 1}


@dataclass(frozen=True, slots=True)
class Stored:
    """What an organisation stores: dossiers that are not erased, and bytes as they are kept."""

    dossiers: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Room:
    """How much an organisation may store.

    Parameters
    ----------
    organisation, name
        Whose room it is.
    dossiers, bytes
        The most of each.
    given
        Whether whoever runs the installation chose it; else the policy says so.
    """

    organisation: str
    name: str
    dossiers: int
    bytes: int
    given: bool


def stored_by(store: Store, actor: Actor, organisation: str) -> Stored:
    """What an organisation stores, as far as the actor's organisation sees it on PostgreSQL."""
    # The front office stands on dossiers, and its documents count here.
    from thuishaven.databank.office.tables import DOCUMENT, PROJECT

    mine = (DOSSIER.c.organisation == organisation) & (DOSSIER.c.state != "erased")
    versions = sa.select(sa.func.sum(sa.func.length(CONTENT.c.content))).join(DOSSIER).where(mine)
    papers = (
        sa.select(sa.func.sum(DOCUMENT.c.bytes)).join(PROJECT).where(PROJECT.c.organisation == organisation)
    )
    with store.read(actor) as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(DOSSIER).where(mine)).scalar_one()
        sizes = [connection.execute(wanted).scalar_one() or 0 for wanted in (versions, papers)]
    return Stored(count, int(sum(sizes)))


def room_of(store: Store, actor: Actor, rules: Policy, organisation: str) -> Room:
    """How much an organisation may store. Raises NotFound when there is none."""
    with store.read(actor) as connection:
        row = connection.execute(_rooms().where(ORGANISATION.c.id == organisation)).one_or_none()
    if row is None:
        raise NotFound("not_found", kind="organisation")
    return _room(row, rules)


def rooms(store: Store, actor: Actor, rules: Policy) -> tuple[Room, ...]:
    """How much every organisation may store, by name; for who runs the installation."""
    require(actor, "list", Object("organisation", confidentiality=2))
    require(actor, "read", Object("setting", confidentiality=2))
    with store.read(actor) as connection:
        rows = connection.execute(_rooms().order_by(ORGANISATION.c.name, ORGANISATION.c.id)).all()
    return tuple(_room(row, rules) for row in rows)


def give_room(
    store: Store, actor: Actor, organisation: str, dossiers: int | None = None, size: int | None = None
) -> None:
    """Let an organisation store more, or less, than the policy says.

    What it stores already stays, also where that is more than the new room.

    Parameters
    ----------
    store
        The confidential database.
    actor
        Who runs the installation.
    organisation
        Whose room it is.
    dossiers
        The most dossiers; ``None`` for the usual number.
    size
        The most bytes of versions and documents; ``None`` for the usual size.

    Raises
    ------
    AccessError
        ``room_form`` with the ``field`` that is below 1 or larger than a database can count.
    NotFound
        When there is no such organisation.
    """
    decision = require(actor, "update", Object("setting", confidentiality=2))
    for field, value in (("dossiers", dossiers), ("bytes", size)):
        if value is not None and not 1 <= value <= _MOST[field]:
            raise AccessError("room_form", field=field)
    values = {"room_dossiers": dossiers, "room_bytes": size}
    with store.change(actor) as change:
        same = sa.select(ORGANISATION).where(ORGANISATION.c.id == organisation)
        row = change.run(same).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="organisation")
        if all(getattr(row, name) == value for name, value in values.items()):
            change.leave()
            return
        change.run(sa.update(ORGANISATION).where(ORGANISATION.c.id == organisation).values(**values))
        details = {"dossiers": dossiers, "bytes": size}
        change.log(
            "give_room",
            "organisation",
            organisation,
            decision=decision,
            organisation=organisation,
            details=details,
        )


def within_quota(
    store: Store, actor: Actor, rules: Policy, organisation: str, size: int, dossiers: int = 0
) -> None:
    """Whether there is room for something more.

    It is asked before the change, so that nobody waits for the counting; who store at the same moment may
    pass the limit together, by what they store then.

    Parameters
    ----------
    store, actor, rules
        Where, who asks, and the usual limits.
    organisation
        Whose it will be.
    size, dossiers
        Bytes and dossiers that come.

    Raises
    ------
    AccessError
        ``quota_dossiers`` or ``quota_bytes``, with ``most``.
    """
    room, found = room_of(store, actor, rules, organisation), stored_by(store, actor, organisation)
    if dossiers and found.dossiers + dossiers > room.dossiers:
        raise AccessError("quota_dossiers", most=room.dossiers)
    if found.bytes + size > room.bytes:
        raise AccessError("quota_bytes", most=room.bytes)


def _rooms() -> sa.Select[Any]:
    return sa.select(
        ORGANISATION.c.id, ORGANISATION.c.name, ORGANISATION.c.room_dossiers, ORGANISATION.c.room_bytes
    )


def _room(row: Any, rules: Policy) -> Room:
    return Room(
        organisation=row.id,
        name=row.name,
        dossiers=rules.quota_dossiers if row.room_dossiers is None else row.room_dossiers,
        bytes=rules.quota_bytes if row.room_bytes is None else row.room_bytes,
        given=row.room_dossiers is not None or row.room_bytes is not None,
    )
