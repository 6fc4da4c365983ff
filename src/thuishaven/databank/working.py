"""Working copies: which draft of the server belongs to which dossier, from which version on, and to whom.

The draft itself is kept elsewhere; only the hash of its reference is known here. A working copy opens
nothing: whoever reads one is asked each time whether the dossier may still be read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import Actor, Denied, NotFound, Object, Store, decide, read_moment, require
from thuishaven.databank.content import USUAL_CLASS
from thuishaven.databank.sight import parts_seen
from thuishaven.databank.tables import DOSSIER, WORKING

#: What the holder of a working copy may want to do with the dossier, beside filling in a part.
_ACTIONS = ("update", "comment", "list", "share", "export")


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A draft that is tied to a dossier.

    Parameters
    ----------
    draft
        Hash of the draft's reference.
    dossier, version
        What it is a copy of, and the version that it started from.
    digest
        Fingerprint of the content as it was then: another one means changes that are not kept.
    person, share
        Whose it is: a person's, or of whoever comes with a share.
    opened
        When.
    """

    draft: str
    dossier: str
    version: int
    digest: str
    person: str
    share: str
    opened: dt.datetime

    def belongs_to(self, actor: Actor) -> bool:
        """Whether it is this actor's: the same person, or a holder of the same share."""
        if self.person:
            return self.person == actor.person
        return any(grant.id == self.share and actor.at < grant.expires for grant in actor.grants)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a working copy stands now.

    Parameters
    ----------
    copy
        The working copy.
    title, organisation, organisation_name
        The dossier, and whose it is.
    newest
        The newest version of the dossier.
    state
        ``active`` or ``archived``.
    parts
        The only places that its holder sees; none for all of them.
    may
        What its holder may do with the dossier: ``update``, ``fill``, ``comment``...
    """

    copy: WorkingCopy
    title: str
    organisation: str
    organisation_name: str
    newest: int
    state: str
    parts: tuple[str, ...]
    may: frozenset[str]

    @property
    def keeps(self) -> bool:
        """Whether a change can be kept as a version."""
        return self.state == "active" and bool(self.may & {"update", "fill"})


class WorkingCopies:
    """The working copies of one installation.

    Parameters
    ----------
    store
        The confidential database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def open(
        self, actor: Actor, dossier: str, version: int, digest: str, draft: str, replaces: str = ""
    ) -> None:
        """Tie a draft to a dossier, or let a tied one start from another version.

        Parameters
        ----------
        actor
            Whose it is; who came by a link without an account is known by the share.
        dossier, version, digest
            What it is a copy of, and the fingerprint of what it holds now.
        draft
            Hash of the draft's reference.
        replaces
            Hash under which the same working copy was known before.

        Raises
        ------
        NotFound
            When there is no such dossier for this actor.
        """
        with self.store.change(actor) as change:
            row, thing = self._dossier(change.connection, dossier)
            decision = require(actor, "read", thing)
            share = ""
            if not actor.person:
                share = next((grant.id for grant in actor.grants if grant.object == dossier), "")
            change.run(sa.delete(WORKING).where(WORKING.c.draft.in_([draft, replaces])))
            values = {"draft": draft, "dossier": dossier, "version": version, "digest": digest}
            values |= {"person": actor.person, "share": share, "opened": change.now}
            change.run(sa.insert(WORKING).values(**values))
            details = {"version": version}
            change.log(
                "open", "dossier", dossier, decision=decision, organisation=row.organisation, details=details
            )

    def get(self, draft: str) -> WorkingCopy | None:
        """The working copy behind a draft, whoever asks; it says nothing of what is in the dossier."""
        with self.store.read(token=draft) as connection:
            row = connection.execute(sa.select(WORKING).where(WORKING.c.draft == draft)).one_or_none()
        return _copy(row) if row is not None else None

    def standing(self, actor: Actor, draft: str) -> Standing:
        """What a working copy belongs to, and what its holder may do there: to be asked at every request.

        Raises
        ------
        Denied
            When it is another's.
        NotFound
            When it is no working copy any more, or the dossier may no longer be read.
        """
        from thuishaven.access.tables import ORGANISATION

        with self.store.read(actor, token=draft) as connection:
            row = connection.execute(sa.select(WORKING).where(WORKING.c.draft == draft)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="working_copy")
            copy = _copy(row)
            wanted = sa.select(DOSSIER, ORGANISATION.c.name).join(ORGANISATION)
            found = connection.execute(wanted.where(DOSSIER.c.id == copy.dossier)).one_or_none()
        if not copy.belongs_to(actor):
            # A link that ended is told apart from somebody else's work on the same computer.
            if copy.person:
                raise Denied("denied", action="read", kind="working_copy")
            raise NotFound("not_found", kind="dossier")
        if found is None or found.state == "erased":
            raise NotFound("not_found", kind="dossier")
        require(actor, "read", _thing(found))
        parts = parts_seen(actor, found)
        may = frozenset(action for action in _ACTIONS if decide(actor, action, _thing(found)).allowed)
        if parts and all(decide(actor, "fill", _thing(found, part)).allowed for part in parts):
            may |= {"fill"}
        return Standing(
            copy, found.title, found.organisation, found.name, found.version, found.state, parts, may
        )

    def mine(self, actor: Actor) -> tuple[WorkingCopy, ...]:
        """The working copies of a person, of dossiers that are still in sight, newest first."""
        if not actor.person:
            return ()
        with self.store.read(actor) as connection:
            mine = sa.select(WORKING).where(WORKING.c.person == actor.person)
            rows = connection.execute(mine.order_by(WORKING.c.opened.desc(), WORKING.c.draft)).all()
        return tuple(map(_copy, rows))

    def of(self, actor: Actor, dossier: str) -> tuple[WorkingCopy, ...]:
        """All working copies of a dossier, for who may change it. Raises NotFound or Denied otherwise."""
        with self.store.read(actor) as connection:
            _, thing = self._dossier(connection, dossier)
            require(actor, "update", thing)
            rows = connection.execute(sa.select(WORKING).where(WORKING.c.dossier == dossier)).all()
        return tuple(map(_copy, rows))

    def close(self, actor: Actor, draft: str) -> None:
        """Let go of a working copy; one that is gone stays so."""
        with self.store.change(actor, token=draft) as change:
            ended = sa.delete(WORKING).where(WORKING.c.draft == draft).returning(WORKING.c.dossier)
            dossier = change.run(ended).scalar_one_or_none()
            if dossier is None:
                change.leave()
            else:
                change.log("close", "dossier", dossier)

    def _dossier(self, connection: sa.Connection, dossier: str) -> tuple[Any, Object]:
        row = connection.execute(sa.select(DOSSIER).where(DOSSIER.c.id == dossier)).one_or_none()
        if row is None or row.state == "erased":
            raise NotFound("not_found", kind="dossier")
        return row, _thing(row)


def _thing(row: Any, part: str = "") -> Object:
    return Object("dossier", row.id, row.organisation, confidentiality=USUAL_CLASS, part=part)


def _copy(row: Any) -> WorkingCopy:
    return WorkingCopy(
        row.draft, row.dossier, row.version, row.digest, row.person, row.share, read_moment(row.opened)
    )
