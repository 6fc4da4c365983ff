"""What a company agreed to have shown, to whom and until when: each consent and its end is an event."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    SECRET,
    AccessError,
    Actor,
    NotFound,
    Object,
    Store,
    moment,
    new_id,
    policy,
    read_moment,
    require,
)
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank.office.model import PURPOSES, Consent
from thuishaven.databank.office.projects import Projects, add_step, may
from thuishaven.databank.office.tables import CONSENT

_LONGEST = 2**8


class Consents:
    """The consents of one installation.

    Parameters
    ----------
    projects
        The projects they are about.
    """

    def __init__(self, projects: Projects) -> None:
        self.projects = projects
        self.store: Store = projects.store

    def give(
        self,
        actor: Actor,
        project: str,
        purpose: str,
        *,
        given_by: str,
        given_on: dt.date,
        receiver: str = "",
        life: dt.timedelta | None = None,
        highest_class: int = 2,
    ) -> str:
        """Record that a company agreed.

        Parameters
        ----------
        actor, project
            Who records it of which project.
        purpose
            One of ``PURPOSES``.
        given_by, given_on
            Who agreed for the company, and when.
        receiver
            The organisation that may see the project; empty for a public case and for research.
        life
            How long it lasts; 30 days when absent, a year at most.
        highest_class
            What is more confidential stays hidden: 2 is the company and the stage, 3 the project.

        Returns
        -------
        str
            Its id.

        Raises
        ------
        AccessError
            ``consent_form`` with the ``field`` that is not right; ``life_long`` with the most ``days``.
        """
        terms = policy()
        length = terms.term("share_life") if life is None else life
        if purpose not in PURPOSES:
            raise AccessError("consent_form", field="purpose")
        if (purpose in {"second_agency", "guidance"}) != bool(receiver):
            raise AccessError("consent_form", field="receiver")
        who = " ".join(given_by.split())
        if not who or len(who) > _LONGEST:
            raise AccessError("consent_form", field="given_by")
        if not dt.timedelta(0) < length <= terms.term("share_longest"):
            raise AccessError("life_long", days=terms.term("share_longest").days)
        with self.store.change(actor) as change:
            row, _ = self.projects.readable(change.connection, actor, project)
            decision = may(actor, "share", row)
            if given_on > change.at.date():
                raise AccessError("consent_form", field="given_on")
            known = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id == receiver)
            if receiver and (receiver == row.organisation or change.run(known).first() is None):
                raise NotFound("not_found", kind="organisation")
            consent = new_id()
            values = {
                "id": consent,
                "project": project,
                "organisation": row.organisation,
                "receiver": receiver,
                "purpose": purpose,
                "highest_class": max(0, min(highest_class, decision.highest_class, SECRET)),
                "given_by": who,
                "given_on": given_on.isoformat(),
                "until": moment(change.at + length),
                "created": change.now,
            }
            change.run(sa.insert(CONSENT).values(values))
            # Names stay out of the log and the time line: they hold who may see what, and until when.
            details = {name: values[name] for name in ("receiver", "purpose", "highest_class", "until")}
            details["consent"] = consent
            add_step(change, project, "consent", row.state, row.state, details)
            change.log(
                "consent",
                "project",
                project,
                decision=decision,
                organisation=row.organisation,
                details=details,
                payload=who.encode("utf-8", "surrogatepass"),
            )
        return consent

    def revoke(self, actor: Actor, consent: str) -> None:
        """End a consent at once, because the company says so."""
        with self.store.change(actor) as change:
            row = change.run(sa.select(CONSENT).where(CONSENT.c.id == consent)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="consent")
            thing = Object("project", row.project, row.organisation, confidentiality=2)
            decision = require(actor, "share", thing)
            if row.revoked is not None:
                change.leave()
                return
            change.run(sa.update(CONSENT).where(CONSENT.c.id == consent).values(revoked=change.now))
            add_step(change, row.project, "consent_ended", "", "", {"consent": consent})
            change.log(
                "consent_ended",
                "project",
                row.project,
                decision=decision,
                organisation=row.organisation,
                details={"consent": consent},
            )

    def of(self, actor: Actor, project: str) -> tuple[Consent, ...]:
        """All consents of a project, ended ones too, newest first."""
        with self.store.read(actor) as connection:
            row, _ = self.projects.readable(connection, actor, project)
            may(actor, "share", row)
            mine = sa.select(CONSENT).where(CONSENT.c.project == project)
            rows = connection.execute(mine.order_by(CONSENT.c.created.desc(), CONSENT.c.id)).all()
        return tuple(_consent(one) for one in rows)

    def names(self, actor: Actor, project: str) -> dict[str, str]:
        """What the organisations are called that consents of a project are for, by id."""
        wanted = [one.receiver for one in self.of(actor, project) if one.receiver]
        known = sa.select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(wanted))
        with self.store.read(actor) as connection:
            return {row.id: row.name for row in connection.execute(known)}


def _consent(row: Any) -> Consent:
    return Consent(
        id=row.id,
        project=row.project,
        receiver=row.receiver,
        purpose=row.purpose,
        highest_class=row.highest_class,
        given_by=row.given_by,
        given_on=dt.date.fromisoformat(row.given_on),
        until=read_moment(row.until),
        revoked=read_moment(row.revoked) if row.revoked else None,
    )
