"""Many projects on the same criteria: what was noted of the version that lies beside each of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import SECRET, Actor, Object, read_moment, require
from thuishaven.databank.office.projects import CLASS, Projects
from thuishaven.databank.office.tables import ATTACHED, PROJECT
from thuishaven.databank.tables import DOSSIER, OUTCOME

#: The room under whose name a version is noted for comparing.
COMPARED = "compare"


@dataclass(frozen=True, slots=True)
class Beside:
    """The version that was laid beside a project last.

    Parameters
    ----------
    dossier, version
        Which version of which dossier.
    newest
        The newest version of that dossier.
    active
        Whether the dossier can still be changed: what is put away gets no notes any more.
    noted
        What was noted of the version; ``None`` when it was not worked out yet.
    at
        When it was worked out.
    """

    dossier: str
    version: int
    newest: int
    active: bool
    noted: Mapping[str, Any] | None
    at: dt.datetime | None


def beside(projects: Projects, actor: Actor, ids: Sequence[str], room: str = COMPARED) -> dict[str, Beside]:
    """What lies beside each of some projects of the organisation acted for, by the project's id.

    Projects of others, and those with nothing beside them, are left out. It takes two questions to the
    database, however many projects there are.

    Parameters
    ----------
    projects
        The projects.
    actor
        Who asks; somebody who may not see commercial secrets gets nothing.
    ids
        The projects meant.
    room
        What was noted under this name.
    """
    own = Object("project", "", actor.organisation, confidentiality=CLASS)
    if require(actor, "list", own).highest_class < SECRET or not ids:
        return {}
    lying = (
        sa.select(
            ATTACHED.c.project, ATTACHED.c.dossier, ATTACHED.c.version, DOSSIER.c.version, DOSSIER.c.state
        )
        .join(PROJECT, PROJECT.c.id == ATTACHED.c.project)
        .join(DOSSIER, DOSSIER.c.id == ATTACHED.c.dossier)
        .where(PROJECT.c.organisation == actor.organisation, DOSSIER.c.organisation == actor.organisation)
        .where(PROJECT.c.id.in_(ids))
        .order_by(ATTACHED.c.at, ATTACHED.c.version)
    )
    with projects.store.read(actor) as connection:
        # The last one laid beside a project stands last.
        last = {row[0]: tuple(row[1:]) for row in connection.execute(lying)}
        dossiers = sorted({row[0] for row in last.values()})
        told = sa.select(OUTCOME).where(OUTCOME.c.dossier.in_(dossiers), OUTCOME.c.room == room)
        notes = {(row.dossier, row.version): row for row in connection.execute(told)}
    found = {}
    for project, (dossier, version, newest, state) in last.items():
        note = notes.get((dossier, version))
        found[project] = Beside(
            dossier,
            version,
            newest,
            state == "active",
            json.loads(note.summary) if note is not None else None,
            read_moment(note.at) if note is not None else None,
        )
    return found
