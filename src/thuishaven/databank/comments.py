"""Comments on fields of a dossier."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Store,
    hashed,
    new_id,
    read_moment,
    require,
    within,
)
from thuishaven.databank.content import class_of
from thuishaven.databank.sight import inside, parts_seen, reading, thing_of
from thuishaven.databank.tables import COMMENT, DOSSIER

_LONGEST = 2**12
_LONGEST_PLACE = 2**9


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on the field at ``place`` of version ``version``; ``resolved`` when it is settled."""

    id: str
    place: str
    text: str
    author: str
    version: int
    at: dt.datetime
    resolved: dt.datetime | None


class Comments:
    """The comments of one installation.

    Parameters
    ----------
    store
        The confidential database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def add(self, actor: Actor, dossier: str, place: str, text: str, *, key: str = "") -> str:
        """Comment on a field; returns the id of the comment. Who fills in a part comments on that only.

        With an idempotency key the same call again gives the same comment.

        Parameters
        ----------
        actor, dossier
            Who, on which dossier.
        place
            The field, as in ``demand.units_per_year``; empty for the dossier as a whole.
        text
            What is said.
        key
            Idempotency key: the same call again gives the same comment.

        Raises
        ------
        AccessError
            ``comment_form`` for no words or too many, with the bound.
        Denied, NotFound
            Where the actor may not comment, or may not see the field.
        """
        words = text.strip()
        if not words or len(words) > _LONGEST or len(place) > _LONGEST_PLACE:
            raise AccessError("comment_form", most=_LONGEST)
        with self.store.change(actor) as change:
            row = self._row(change.connection, dossier)
            thing = thing_of(row, place)
            reach = reading(actor, row).highest_class
            decision = require(actor, "comment", thing)
            if class_of(place) > reach or not _seen(place, parts_seen(actor, row)):
                raise NotFound("not_found", kind="field")
            comment = hashed(f"{actor.name} {key}")[: len(new_id())] if key else new_id()
            if change.run(sa.select(COMMENT.c.id).where(COMMENT.c.id == comment)).first() is not None:
                change.leave()
                return comment
            values = {"id": comment, "dossier": dossier, "place": place, "text": words}
            values |= {"author": actor.name, "version": row.version, "at": change.now}
            change.run(sa.insert(COMMENT).values(**values))
            change.log(
                "comment",
                "dossier",
                dossier,
                decision=decision,
                organisation=row.organisation,
                details={"comment": comment},
                payload=words.encode("utf-8", "surrogatepass"),
            )
        return comment

    def resolve(self, actor: Actor, dossier: str, comment: str) -> None:
        """Mark a comment as settled: by its author, or by who may change the dossier.

        Raises
        ------
        Denied, NotFound
            Where the actor may not; when there is no such comment on this dossier.
        """
        with self.store.change(actor) as change:
            row = self._row(change.connection, dossier)
            reading(actor, row)
            mine = (COMMENT.c.id == comment) & (COMMENT.c.dossier == dossier)
            found = change.run(sa.select(COMMENT).where(mine)).one_or_none()
            if found is None:
                raise NotFound("not_found", kind="comment")
            thing = thing_of(row)
            decision = require(actor, "comment" if found.author == actor.name else "update", thing)
            if found.resolved is not None:
                change.leave()
                return
            change.run(sa.update(COMMENT).where(mine).values(resolved=change.now))
            change.log(
                "resolve",
                "dossier",
                dossier,
                decision=decision,
                organisation=row.organisation,
                details={"comment": comment},
            )

    def list(self, actor: Actor, dossier: str) -> tuple[Comment, ...]:
        """Comments, oldest first, on the fields that the actor may see.

        Colleagues read them, and who was asked to comment or to fill in a part.

        Raises
        ------
        Denied, NotFound
            For who came by a link to read only; for who may not know the dossier.
        """
        with self.store.read(actor) as connection:
            row = self._row(connection, dossier)
            thing = thing_of(row)
            reach = reading(actor, row).highest_class
            if not inside(actor, row):
                # A link to read shows the dossier, not what its people say of it to each other.
                require(actor, "comment", thing)
            parts = parts_seen(actor, row)
            mine = sa.select(COMMENT).where(COMMENT.c.dossier == dossier)
            rows = connection.execute(mine.order_by(COMMENT.c.at, COMMENT.c.id)).all()
        return tuple(
            Comment(
                row.id,
                row.place,
                row.text,
                row.author,
                row.version,
                read_moment(row.at),
                read_moment(row.resolved) if row.resolved else None,
            )
            for row in rows
            if class_of(row.place) <= reach and _seen(row.place, parts)
        )

    def _row(self, connection: sa.Connection, dossier: str) -> Any:
        wanted = sa.select(DOSSIER.c.id, DOSSIER.c.organisation, DOSSIER.c.version, DOSSIER.c.state)
        row = connection.execute(wanted.where(DOSSIER.c.id == dossier)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="dossier")
        return row


def _seen(place: str, parts: tuple[str, ...]) -> bool:
    """Whether who sees only some parts sees a comment at a place."""
    return not parts or any(within(place, part) for part in parts)
