"""What an actor sees of a dossier: by which right, up to which class, and in which parts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from thuishaven.access import Actor, Decision, Object, decide, require
from thuishaven.databank.content import USUAL_CLASS


def thing_of(row: Any, part: str = "") -> Object:
    """A dossier, or a part of it, as the role table knows it."""
    return Object("dossier", row.id, row.organisation, confidentiality=USUAL_CLASS, part=part)


def parts_seen(actor: Actor, row: Any) -> tuple[str, ...]:
    """The only places of a dossier that an actor sees: who fills in a part sees no other.

    Parameters
    ----------
    actor
        Who may read it.
    row
        The dossier: its ``id`` and ``organisation``.

    Returns
    -------
    tuple[str, ...]
        The places; none for who sees all of it.
    """
    if decide(_without_parts(actor), "read", thing_of(row)).allowed:
        return ()
    mine = (grant for grant in actor.grants if grant.object == row.id and actor.at < grant.expires)
    return tuple(dict.fromkeys(place for grant in mine for place in grant.part.split()))


def inside(actor: Actor, row: Any) -> bool:
    """Whether an actor reads a dossier by a role, as its own people do, and not only by what was shared."""
    return decide(replace(actor, grants=()), "read", thing_of(row)).allowed


def reading(actor: Actor, row: Any) -> Decision:
    """By what an actor reads a dossier, and up to which class.

    Who may read all of it and fill in a part as well sees what reading gives.

    Raises
    ------
    NotFound
        When the actor may not read it.
    """
    all_of_it = decide(_without_parts(actor), "read", thing_of(row))
    return all_of_it if all_of_it.allowed else require(actor, "read", thing_of(row))


def _without_parts(actor: Actor) -> Actor:
    """The actor without the shares that let a part be filled in."""
    return replace(actor, grants=tuple(grant for grant in actor.grants if grant.scope != "fill"))
