"""Sharing one dossier, or a part of it: by a link that ends, or with a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from thuishaven.access.accounts import email_key
from thuishaven.access.model import SCOPES, SECRET, AccessError, Actor, Grant, NotFound, Object
from thuishaven.access.policy import Policy, policy
from thuishaven.access.revoking import revoked
from thuishaven.access.rules import require
from thuishaven.access.store import Store
from thuishaven.access.tables import PERSON, SHARE, moment, read_moment
from thuishaven.access.tokens import hashed, new_id, new_token


@dataclass(frozen=True, slots=True)
class Share:
    """A share as who gave it sees it: what it gives, to whom (nobody for a link), why, and until when.

    ``address`` is the e-mail address that it was sent to.
    """

    grant: Grant
    person: str
    reason: str
    created: dt.datetime
    created_by: str
    revoked: dt.datetime | None
    address: str = ""


def _grant(row: Any) -> Grant:
    return Grant(
        row.id,
        row.kind,
        row.object,
        row.organisation,
        row.scope,
        read_moment(row.expires),
        row.part,
        row.highest_class,
    )


def _live(now: str) -> sa.ColumnElement[bool]:
    return SHARE.c.revoked.is_(None) & (SHARE.c.expires > now)


def held_by(store: Store, actor: Actor) -> Actor:
    """The actor with all that is shared with the person."""
    with store.read(actor) as connection:
        mine = (SHARE.c.person == actor.person) & _live(moment(actor.at))
        rows = connection.execute(sa.select(SHARE).where(mine).order_by(SHARE.c.created)).all()
    return actor.holding(*(_grant(row) for row in rows)) if rows else actor


class Shares:
    """The shares of one installation.

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

    def share(
        self,
        actor: Actor,
        thing: Object,
        scope: str,
        *,
        reason: str,
        part: str = "",
        person: str = "",
        life: dt.timedelta | None = None,
        highest_class: int = 3,
        address: str = "",
        key: str = "",
    ) -> tuple[str, Share]:
        """Share something: with a person, or by a link when no person is named.

        Parameters
        ----------
        actor
            Who shares.
        thing
            What is shared, with its organisation.
        scope
            ``read``, ``comment`` or ``fill``.
        reason
            Why, and that its owner agrees: it stands in the event log.
        part
            With ``fill``: the part that may be filled in, one or more places with spaces between them.
        person
            A person's id; empty for a link.
        life
            How long; 30 days when absent, a year at most.
        highest_class
            Fields above this class stay hidden; never more than the one who shares sees.
        address
            The e-mail address that it is sent to, so that it is known later who has it. Where there is an
            account with it the share is that person's, and else a link: who shares is not told which.
        key
            Idempotency key: the same call again shares nothing more.

        Returns
        -------
        tuple[str, Share]
            The token of the link, given this once (empty for a person), and the share.

        Raises
        ------
        AccessError
            ``scope_unknown``, ``part_needed``, ``reason_needed``, ``email_form`` or ``life_long`` with the
            bound; ``repeated`` when the key was used before: its link was given then.
        Denied, NotFound
            When the actor may not share it; an unknown person.
        """
        decision = require(actor, "share", thing)
        longest = self.policy.term("share_longest")
        life = self.policy.term("share_life") if life is None else life
        if scope not in SCOPES:
            raise AccessError("scope_unknown", known=SCOPES)
        if scope == "fill" and not part:
            raise AccessError("part_needed")
        if not reason.strip():
            raise AccessError("reason_needed")
        if not dt.timedelta(0) < life <= longest:
            raise AccessError("life_long", days=longest.days)
        to = email_key(address) if address else ""
        share = hashed(f"{actor.name} {key}")[: len(new_id())] if key else new_id()
        with self.store.change(actor) as change:
            if change.run(sa.select(SHARE.c.id).where(SHARE.c.id == share)).first() is not None:
                raise AccessError("repeated")
            if to and not person:
                known = sa.select(PERSON.c.id).where(PERSON.c.email_key == to, PERSON.c.state == "active")
                person = change.run(known).scalar_one_or_none() or ""
            token = "" if person else new_token()
            if person and change.run(sa.select(PERSON.c.id).where(PERSON.c.id == person)).first() is None:
                raise NotFound("not_found", kind="person")
            row = {
                "id": share,
                "kind": thing.kind,
                "object": thing.id,
                "organisation": thing.organisation,
                "scope": scope,
                "part": part,
                "highest_class": max(0, min(highest_class, decision.highest_class, SECRET)),
                "person": person,
                "token_hash": hashed(token) if token else "",
                "reason": reason.strip(),
                "created_by": actor.name,
                "created": change.now,
                "expires": moment(change.at + life),
                "revoked": None,
                "address": address.strip(),
            }
            change.run(sa.insert(SHARE).values(row))
            details = {"share": row["id"], "scope": scope, "part": part, "person": person}
            details["expires"] = row["expires"]
            change.log(
                "share",
                thing.kind,
                thing.id,
                decision=decision,
                organisation=thing.organisation,
                reason=reason.strip(),
                details=details,
            )
            kept = change.run(sa.select(SHARE).where(SHARE.c.id == row["id"])).one()
        return token, _share(kept)

    def revoke(self, actor: Actor, share: str) -> None:
        """End a share at once: by who may share the object, or by the person it was given to.

        Raises
        ------
        NotFound
            When there is none, or none that the actor may end.
        """
        with self.store.change(actor) as change:
            ended = revoked(change, SHARE, share, "grant", called="share")
            if ended is None:
                return
            row, decision = ended
            details = {"share": share}
            change.log(
                "revoke",
                row.kind,
                row.object,
                decision=decision,
                organisation=row.organisation,
                details=details,
            )

    def of_object(self, actor: Actor, thing: Object) -> tuple[Share, ...]:
        """All shares of an object, ended ones too, newest first."""
        require(actor, "list", Object("grant", "", thing.organisation, confidentiality=2))
        wanted = sa.select(SHARE).where(SHARE.c.kind == thing.kind, SHARE.c.object == thing.id)
        with self.store.read(actor) as connection:
            mine = wanted.where(SHARE.c.organisation == thing.organisation)
            rows = connection.execute(mine.order_by(SHARE.c.created.desc(), SHARE.c.id)).all()
        return tuple(_share(row) for row in rows)

    def actor(self, token: str, actor: Actor | None = None) -> Actor:
        """Who comes with a link: a visitor who holds the share, or the person signed in, holding it too.

        Raises
        ------
        AccessError
            ``link_gone`` when it never was, has ended or was revoked.
        """
        key = hashed(token)
        now = self.store.clock()
        with self.store.read(actor, token=key) as connection:
            mine = (SHARE.c.token_hash == key) & _live(moment(now))
            row = connection.execute(sa.select(SHARE).where(mine)).one_or_none()
        if row is None:
            raise AccessError("link_gone")
        if actor is not None and actor.person:
            return actor.holding(_grant(row))
        return replace(self.store.visitor(), name=f"link:{row.id}").holding(_grant(row))


def _share(row: Any) -> Share:
    revoked = read_moment(row.revoked) if row.revoked else None
    created = read_moment(row.created)
    return Share(_grant(row), row.person, row.reason, created, row.created_by, revoked, row.address)
