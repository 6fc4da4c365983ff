"""Forgetting a project: what names a company or a person goes, what was done and when stays."""

from __future__ import annotations

import sqlalchemy as sa

from thuishaven.access import Change
from thuishaven.access.tables import SHARE
from thuishaven.databank.office.promises import kept
from thuishaven.databank.office.tables import (
    ATTACHED,
    CONSENT,
    CONTACT,
    DECISION,
    DOCUMENT,
    EDITION_PART,
    FOLLOW_UP,
    PROJECT,
    SIGNAL,
    TASK,
)


def clear_project(change: Change, project: str) -> None:
    """Within a change by the owner of the tables: empty a project, with its papers, people and signals."""
    for table in (ATTACHED, DOCUMENT):
        change.run(sa.delete(table).where(table.c.project == project))
    change.run(sa.delete(TASK).where(TASK.c.subject == project))
    blank = {"name": "-", "email": "", "phone": "", "function": "", "erased": change.now}
    change.run(sa.update(CONTACT).where(CONTACT.c.project == project).values(**blank))
    change.run(sa.update(CONSENT).where(CONSENT.c.project == project).values(given_by="-"))
    live = (CONSENT.c.project == project) & CONSENT.c.revoked.is_(None)
    change.run(sa.update(CONSENT).where(live).values(revoked=change.now))
    decided = sa.update(DECISION).where(DECISION.c.project == project)
    change.run(decided.values(reason="-", **kept(None)))
    asked = sa.select(FOLLOW_UP.c.id).where(FOLLOW_UP.c.project == project)
    links = (SHARE.c.kind == "follow_up") & SHARE.c.object.in_(asked) & SHARE.c.revoked.is_(None)
    change.run(sa.update(SHARE).where(links).values(revoked=change.now))
    change.run(sa.update(FOLLOW_UP).where(FOLLOW_UP.c.project == project).values(answers="{}"))
    # That it was counted stays known, so that no later edition gives it away; what was counted of it goes.
    counted = sa.update(EDITION_PART).where(EDITION_PART.c.subject == project)
    change.run(counted.values(keys="{}", value=0))
    words = dict.fromkeys(("company", "title", "name_key"), "-")
    words |= dict.fromkeys(("text", "url", "number", "reply_to"), "")
    change.run(sa.update(SIGNAL).where(SIGNAL.c.project == project).values(**words, state="closed"))
    gone = {"title": "-", "company": "-", "number": "", "purpose": "", "case_uri": "", "state": "erased"}
    change.run(sa.update(PROJECT).where(PROJECT.c.id == project).values(**gone, changed=change.now))
