"""Ending at once what was given for a while: an API key, a share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from thuishaven.access.model import Decision, NotFound, Object
from thuishaven.access.rules import decide
from thuishaven.access.store import Change


def revoked(
    change: Change, table: sa.Table, given: str, kind: str, *, called: str = ""
) -> tuple[Any, Decision] | None:
    """Mark a row as revoked; who made the change still logs it.

    Parameters
    ----------
    change
        The change that is being made, with who makes it.
    table
        Where it stands, with ``person``, ``organisation`` and ``revoked``.
    given
        Its id.
    kind
        The kind of object it is in the role table: who may delete it may revoke it.
    called
        What it is called where it is not found; its kind when absent.

    Returns
    -------
    tuple[Row, Decision] | None
        The row as it was and what allowed it; ``None`` where it had ended before, and nothing changes.

    Raises
    ------
    NotFound
        When there is none, or none that the actor may revoke.
    """
    row = change.run(sa.select(table).where(table.c.id == given)).one_or_none()
    if row is None:
        raise NotFound("not_found", kind=called or kind)
    thing = Object(kind, given, row.organisation, row.person, confidentiality=2)
    decision = decide(change.actor, "delete", thing)
    if not decision.allowed:
        raise NotFound("not_found", kind=called or kind)
    if row.revoked is not None:
        change.leave()
        return None
    change.run(sa.update(table).where(table.c.id == given).values(revoked=change.now))
    return row, decision
