"""How much one organisation may store: the number of its dossiers, and what versions and documents take."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, Policy, Store
from thuishaven.databank.tables import CONTENT, DOSSIER


@dataclass(frozen=True, slots=True)
class Stored:
    """What an organisation stores: dossiers that are not erased, and bytes as they are kept."""

    dossiers: int
    bytes: int


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


def within_quota(
    store: Store, actor: Actor, rules: Policy, organisation: str, size: int, dossiers: int = 0
) -> None:
    """Whether there is room for something more.

    It is asked before the change, so that nobody waits for the counting; who store at the same moment may
    pass the limit together, by what they store then.

    Parameters
    ----------
    store, actor, rules
        Where, who asks, and the limits.
    organisation
        Whose it will be.
    size, dossiers
        Bytes and dossiers that come.

    Raises
    ------
    AccessError
        ``quota_dossiers`` or ``quota_bytes``, with ``most``.
    """
    found = stored_by(store, actor, organisation)
    if dossiers and found.dossiers + dossiers > rules.quota_dossiers:
        raise AccessError("quota_dossiers", most=rules.quota_dossiers)
    if found.bytes + size > rules.quota_bytes:
        raise AccessError("quota_bytes", most=rules.quota_bytes)
