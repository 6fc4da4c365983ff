"""Whether what is stored is still what the event log says was written."""

from __future__ import annotations

import json
import zlib

import sqlalchemy as sa

from thuishaven.access import EVENT, fingerprint
from thuishaven.databank.tables import CONTENT, DOSSIER, VERSION

#: Events that wrote a version of a dossier; their payload is its content.
WRITING = ("create", "save", "restore")


def altered_content(connection: sa.Connection) -> int:
    """The number of the first event whose version was altered or is gone; 0 when there is none.

    The content of an erased dossier may be gone; the line of the version and its digest may not.
    """
    event = EVENT["confidential"]
    states = sa.select(DOSSIER.c.id, DOSSIER.c.state)
    state = {row.id: row.state for row in connection.execute(states)}
    wanted = (
        sa.select(event.c.seq, event.c.object, event.c.details, event.c.payload_hash)
        .where(event.c.kind == "dossier", event.c.action.in_(WRITING))
        .order_by(event.c.seq)
    )
    for row in connection.execute(wanted).all():
        if row.object not in state:
            return int(row.seq)
        version = json.loads(row.details)["version"]
        line = (VERSION.c.dossier == row.object) & (VERSION.c.version == version)
        digest = connection.execute(sa.select(VERSION.c.digest).where(line)).scalar_one_or_none()
        if digest != row.payload_hash:
            return int(row.seq)
        mine = (CONTENT.c.dossier == row.object) & (CONTENT.c.version == version)
        data = connection.execute(sa.select(CONTENT.c.content).where(mine)).scalar_one_or_none()
        gone = data is None and state[row.object] == "erased"
        if not gone and _digest(data) != digest:
            return int(row.seq)
    return 0


def _digest(data: bytes | None) -> str:
    try:
        return "" if data is None else fingerprint(zlib.decompress(data))
    except (zlib.error, TypeError):
        return ""
