"""Who asks, about what: plain frozen data, so that deciding needs no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

#: What a share lets its holder do, weakest first; ``fill`` changes one part of a dossier.
SCOPES = ("read", "comment", "fill")
#: The most confidential class: commercial secrets. 0 public, 1 registered, 2 partner, 3 dossier.
SECRET = 4


@dataclass(frozen=True, slots=True)
class Object:
    """What somebody wants to do something with.

    Parameters
    ----------
    kind
        One of the objects of the role table: ``dossier``, ``case``, ``person``...
    id
        Which one; empty for one that does not exist yet and for the kind as a whole.
    organisation
        The organisation it belongs to.
    person
        The person it is about, for ``self``.
    confidentiality
        0 public, 1 registered, 2 partner, 3 dossier, 4 commercial secret.
    author
        The person who made it, for what an author may not do.
    part
        The place in it that is meant, as in ``bom`` or ``plans.home``; empty for all of it.
    """

    kind: str
    id: str = ""
    organisation: str = ""
    person: str = ""
    confidentiality: int = 0
    author: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """One dossier, or a part of it, shared with whoever holds it, until it ends or is revoked.

    Parameters
    ----------
    id
        Names the share in events; opens nothing.
    kind, object
        What is shared.
    organisation
        Whose it is.
    scope
        ``read``, ``comment`` or ``fill``.
    part
        What may be filled in; empty for all of it.
    expires
        When it ends.
    highest_class
        Fields above this class stay hidden.
    """

    id: str
    kind: str
    object: str
    organisation: str
    scope: str
    expires: dt.datetime
    part: str = ""
    highest_class: int = 3


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks, at one moment, acting for one organisation.

    Parameters
    ----------
    name
        How events name the actor: ``person:...``, ``key:...``, ``link:...``, ``local:...`` or ``public``.
    person
        The person, where it is one or acts for one.
    organisation
        The organisation acted for.
    roles
        Roles held there, with those that everybody has (``public``, ``person``, ``member``).
    grants
        What was shared with this actor.
    scopes
        For an API key, what it may do at most, as ``action:object``; ``None`` for no such limit.
    at
        The moment of asking: shares and rows of the role table count when in force then.
    """

    name: str
    at: dt.datetime
    person: str = ""
    organisation: str = ""
    roles: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    scopes: frozenset[str] | None = None
    session: str = field(default="", compare=False)

    def holding(self, *grants: Grant) -> Actor:
        """The same actor with more shares in hand, as when a signed-in person opens a link."""
        return replace(self, grants=tuple(dict.fromkeys((*self.grants, *grants))))


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether something is allowed, and by what.

    Parameters
    ----------
    allowed
        The answer.
    role
        The role, or ``link_...`` for a share, that allows it; empty when nothing does.
    highest_class
        Fields of the object above this class stay hidden; -1 when nothing is allowed.
    """

    allowed: bool
    role: str = ""
    highest_class: int = -1


class AccessError(Exception):
    """Something is not possible for this actor; ``code`` says what, ``params`` with which values.

    The doors say it in words.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


class Denied(AccessError):
    """The role table does not allow it."""


class NotFound(AccessError):
    """There is no such thing, or the actor may not know that there is."""


def public_actor(at: dt.datetime) -> Actor:
    """A visitor without an account."""
    return Actor("public", at, roles=frozenset({"public"}))


def local_actor(name: str, at: dt.datetime) -> Actor:
    """Whoever works in a terminal on the machine itself, under the name of that account.

    >>> local_actor("jan", dt.datetime(2026, 11, 22, tzinfo=dt.UTC)).name
    'local:jan'
    """
    return Actor(f"local:{name}", at, roles=frozenset({"public", "operator"}))
