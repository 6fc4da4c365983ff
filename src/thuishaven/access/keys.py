"""API keys: for programs that act for a person, with fewer rights and an end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access.accounts import tidy
from thuishaven.access.model import AccessError, Actor, Object
from thuishaven.access.policy import Policy, policy
from thuishaven.access.revoking import revoked
from thuishaven.access.rules import decide, known_scopes, require
from thuishaven.access.sessions import roles_of
from thuishaven.access.store import Store
from thuishaven.access.tables import API_KEY, PERSON, moment, read_moment
from thuishaven.access.tokens import hashed, new_id, new_token

#: How a key begins, so that one left lying about is recognised.
PREFIX = "thuishaven_"


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as its owner sees it; the token itself is not kept."""

    id: str
    name: str
    person: str
    organisation: str
    scopes: frozenset[str]
    created: dt.datetime
    expires: dt.datetime
    revoked: dt.datetime | None


class Keys:
    """The API keys of one installation.

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

    def create(
        self, actor: Actor, name: str, scopes: Iterable[str], life: dt.timedelta | None = None
    ) -> tuple[str, Key]:
        """A new key for the organisation acted for.

        Parameters
        ----------
        actor
            The person it will act for; a key cannot make keys.
        name
            What it is for.
        scopes
            What it may do at most, as ``read:dossier``; never more than the person may.
        life
            How long; 90 days when absent, a year at most.

        Returns
        -------
        tuple[str, Key]
            The token, which is given this once, and the key.

        Raises
        ------
        AccessError
            ``scope_unknown`` or ``life_long``.
        """
        decision = require(actor, "create", Object("api_key", "", actor.organisation, confidentiality=4))
        wanted, longest = sorted(set(scopes)), self.policy.term("key_longest")
        life = self.policy.term("key_life") if life is None else life
        if (
            not wanted
            or not known_scopes().issuperset(wanted)
            or not actor.person
            or actor.scopes is not None
        ):
            raise AccessError("scope_unknown", known=sorted(known_scopes()))
        if not dt.timedelta(0) < life <= longest:
            raise AccessError("life_long", days=longest.days)
        token, key = new_token(PREFIX), new_id()
        with self.store.change(actor) as change:
            change.run(
                sa.insert(API_KEY).values(
                    id=key,
                    token_hash=hashed(token),
                    person=actor.person,
                    organisation=actor.organisation,
                    name=tidy(name),
                    scopes=" ".join(wanted),
                    created=change.now,
                    expires=moment(change.at + life),
                )
            )
            details = {"scopes": wanted, "expires": moment(change.at + life)}
            change.log("create", "api_key", key, decision=decision, details=details)
            row = change.run(sa.select(API_KEY).where(API_KEY.c.id == key)).one()
        return token, _key(row)

    def actor(self, token: str) -> Actor:
        """Who comes with a key: its person, with the roles held now, limited to its scopes.

        Raises
        ------
        AccessError
            ``key_gone`` when it never was, has ended, was revoked, or its person may not come in any more.
        """
        now = self.store.clock()
        with self.store.read() as connection:
            wanted = sa.select(API_KEY, PERSON.c.state).join(PERSON, API_KEY.c.person == PERSON.c.id)
            row = connection.execute(wanted.where(API_KEY.c.token_hash == hashed(token))).one_or_none()
            ended = row is None or row.revoked is not None or row.expires <= moment(now)
            if row is None or ended or row.state != "active":
                raise AccessError("key_gone")
            roles = roles_of(connection, row.person, row.organisation)
        if "member" not in roles:
            raise AccessError("key_gone")
        scopes = frozenset(row.scopes.split())
        return Actor(f"key:{row.id}", now, row.person, row.organisation, roles, scopes=scopes)

    def list(self, actor: Actor) -> tuple[Key, ...]:
        """One's own keys, or for an administrator those of the organisation; newest first."""
        all_of_it = decide(
            actor, "list", Object("api_key", "", actor.organisation, confidentiality=2)
        ).allowed
        if not all_of_it:
            require(actor, "list", Object("api_key", person=actor.person, confidentiality=3))
        mine = API_KEY.c.person == actor.person
        theirs = API_KEY.c.organisation == actor.organisation
        wanted = sa.select(API_KEY).where(mine | theirs if all_of_it else mine)
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted.order_by(API_KEY.c.created.desc(), API_KEY.c.id)).all()
        return tuple(_key(row) for row in rows)

    def revoke(self, actor: Actor, key: str) -> None:
        """Stop a key at once.

        Raises
        ------
        NotFound
            When there is none, or it is neither one's own nor of the organisation one administers.
        """
        with self.store.change(actor) as change:
            ended = revoked(change, API_KEY, key, "api_key")
            if ended is not None:
                row, decision = ended
                change.log("revoke", "api_key", key, decision=decision, organisation=row.organisation)


def _key(row: Any) -> Key:
    return Key(
        row.id,
        row.name,
        row.person,
        row.organisation,
        frozenset(row.scopes.split()),
        read_moment(row.created),
        read_moment(row.expires),
        read_moment(row.revoked) if row.revoked else None,
    )
