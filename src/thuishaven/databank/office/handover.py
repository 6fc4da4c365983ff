"""What another authority is handed of one project: the fields that the consent covers, and no others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, canonical, fingerprint
from thuishaven.access.tables import ORGANISATION, PERSON
from thuishaven.databank.content import class_of, tree_of
from thuishaven.databank.dossiers import Dossiers
from thuishaven.databank.office.consents import Consents
from thuishaven.databank.office.model import Consent, Project, Step
from thuishaven.databank.office.papers import Papers
from thuishaven.databank.office.projects import Projects, add_step, may
from thuishaven.databank.office.realised import Promises
from thuishaven.databank.office.tables import CONSENT
from thuishaven.databank.office.tasks import Tasks
from thuishaven.packaged import read_table

#: What consent to another organisation may be for.
_TO_OTHERS = frozenset({"second_agency", "guidance"})
#: What a handover is called in the time line and in the log.
_KIND = "handover"
#: Where a dossier says what is handed over of it.
_OF_DOSSIER = {
    "product": ("product", "name"),
    "product_code": ("product", "cn"),
    "volume": ("demand", "units_per_year"),
}


@dataclass(frozen=True, slots=True)
class HandoverField:
    """A field that can be handed over: its name, the class it has, and why."""

    name: str
    confidentiality: int
    why: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """An authority with a consent that runs: the consent, and what the authority is called."""

    consent: Consent
    name: str


@dataclass(frozen=True, slots=True)
class Handover:
    """What an authority is handed of a project.

    Parameters
    ----------
    project
        Which one; empty in what is only looked at beforehand.
    receiver, sender
        What the organisations are called: who gets it and who guides the project.
    consent
        What allows it.
    told
        The fields that the consent covers, by name.
    withheld
        Names of the fields that there are and that it does not cover.
    at
        When it was made.
    digest
        Fingerprint of what is told; it stands in the event too.
    """

    project: str
    receiver: str
    sender: str
    consent: Consent
    told: Mapping[str, Any]
    withheld: tuple[str, ...]
    at: dt.datetime
    digest: str


@cache
def handover_fields() -> Mapping[str, HandoverField]:
    """The fields by name, from ``handover_fields.csv``; one of a dossier has at least its class there.

    >>> handover_fields()["company"].confidentiality, handover_fields()["unit_cost"].confidentiality
    (2, 4)
    """
    rows = read_table("thuishaven.databank.office", "handover_fields.csv")
    found = {row["field"]: HandoverField(row["field"], int(row["class"]), row["why"]) for row in rows}
    for name, path in _OF_DOSSIER.items():
        level = max(found[name].confidentiality, class_of(".".join(("dossier", *path))))
        found[name] = replace(found[name], confidentiality=level)
    return found


class Handovers:
    """The handovers of one installation.

    Parameters
    ----------
    projects
        The projects they are about.
    dossiers
        The dossiers that lie beside them.
    """

    def __init__(self, projects: Projects, dossiers: Dossiers) -> None:
        self.projects = projects
        self.dossiers = dossiers
        self.store = projects.store

    def receivers(self, actor: Actor, project: str) -> tuple[Receiver, ...]:
        """The authorities that the company agreed to, with the consents that run now.

        Raises
        ------
        Denied
            For who may read the project only.
        """
        now = self.store.clock()
        running = [
            one
            for one in Consents(self.projects).of(actor, project)
            if one.purpose in _TO_OTHERS and one.revoked is None and one.until > now
        ]
        with self.store.read(actor) as connection:
            names = _names(connection, [one.receiver for one in running])
        return tuple(Receiver(one, names.get(one.receiver, one.receiver)) for one in running)

    def made(self, actor: Actor, project: str) -> tuple[tuple[Step, str], ...]:
        """The handovers of a project so far, oldest first, each with what the authority is called."""
        steps = [step for step in self.projects.time_line(actor, project) if step.kind == _KIND]
        with self.store.read(actor) as connection:
            names = _names(connection, [step.details["receiver"] for step in steps])
        return tuple((step, names.get(step.details["receiver"], step.details["receiver"])) for step in steps)

    def covered(self, consent: Consent) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The names of the fields that a consent covers, and those of the fields that it does not."""
        inside = [name for name, one in handover_fields().items() if _covers(consent, one)]
        return tuple(inside), tuple(name for name in handover_fields() if name not in inside)

    def make(self, actor: Actor, project: str, consent: str, *, kind: str, language: str) -> Handover:
        """Put together what an authority is handed: an event, each time.

        Parameters
        ----------
        actor, project
            Who makes it of which project; it must be the organisation that guides it.
        consent
            Id of the consent that allows it.
        kind, language
            As what and in which language it is written; both stand in the event.

        Raises
        ------
        AccessError
            ``handover_consent`` when the company agreed to no such thing, or does not any more.
        """
        found = next((one for one in self.receivers(actor, project) if one.consent.id == consent), None)
        if found is None:
            raise AccessError("handover_consent", field="consent")
        every = self._gathered(actor, self.projects.get(actor, project), found)
        told = {
            name: value for name, value in every.items() if _covers(found.consent, handover_fields()[name])
        }
        payload = canonical(told)
        with self.store.change(actor) as change:
            # Asked again within the change: a consent may have ended while this was put together.
            row, _ = self.projects.readable(change.connection, actor, project)
            decision = may(actor, "export", row)
            if not _runs(change.connection, consent, change.now):
                raise AccessError("handover_consent", field="consent")
            details = {
                "consent": consent,
                "receiver": found.consent.receiver,
                "highest_class": found.consent.highest_class,
                "kind": kind,
                "language": language,
                "fields": sorted(told),
                "digest": fingerprint(payload),
            }
            add_step(change, project, _KIND, row.state, row.state, details)
            change.log(
                _KIND,
                "project",
                project,
                decision=decision,
                organisation=row.organisation,
                details=details,
                payload=payload,
            )
            sender = _names(change.connection, [row.organisation]).get(row.organisation, "")
            at = change.at
        return Handover(
            project,
            found.name,
            sender,
            found.consent,
            told,
            tuple(name for name in every if name not in told),
            at,
            fingerprint(payload),
        )

    def _gathered(self, actor: Actor, project: Project, receiver: Receiver) -> dict[str, Any]:
        """Every field that there is something to say of."""
        papers, consent = Papers(self.projects), receiver.consent
        with self.store.read(actor) as connection:
            guides = connection.execute(
                sa.select(PERSON.c.name, PERSON.c.email).where(PERSON.c.id == project.adviser)
            ).one_or_none()
        steps = self.projects.time_line(actor, project.id)
        every: dict[str, Any] = {
            "company": project.company,
            "number": project.number,
            "country": project.country,
            "trade": project.nace,
            "region": project.region,
            "title": project.title,
            "begun": project.created.date().isoformat(),
            "stage": {"code": project.state, "since": project.entered.date().isoformat()},
            "consent": {
                "purpose": consent.purpose,
                "given_on": consent.given_on.isoformat(),
                "until": consent.until.date().isoformat(),
            },
            "adviser": {"name": guides.name, "email": guides.email or ""} if guides else {},
            "documents": [
                {"name": one.name, "at": one.at[:10]}
                for one in papers.documents(actor, project.id)
                if one.confidentiality <= consent.highest_class
            ],
            "consent_given_by": consent.given_by,
            "purpose": project.purpose,
            **self._of_dossier(actor, project.id),
            "decisions": [
                {
                    "on": one.decided_on.isoformat(),
                    "outcome": one.outcome,
                    "family": one.family,
                    "considered": list(one.considered),
                    "codes": list(one.codes),
                    "reason": one.reason,
                }
                for one in self.projects.decisions(actor, project.id)
            ],
            "promised": [one.to_dict() for one in Promises(self.projects).of(actor, project.id)],
            "first_output": project.first_output.isoformat() if project.first_output else "",
            "time_line": [
                {"on": step.at.date().isoformat(), "kind": step.kind, "stage": step.to_state}
                for step in steps
                if step.from_state != step.to_state
            ],
            "tasks": [
                {"rule": one.rule, "words": one.words, "due": one.due.isoformat()}
                for one in Tasks(self.store).of(actor, project.id)
                if one.state == "open"
            ],
            "contacts": [
                {"name": one.name, "email": one.email, "phone": one.phone, "function": one.function}
                for one in papers.contacts(actor, project.id)
            ],
        }
        return {name: every[name] for name in handover_fields() if every.get(name)}

    def _of_dossier(self, actor: Actor, project: str) -> dict[str, Any]:
        """What the newest version beside the project says."""
        lying = self.projects.attached(actor, project)
        if not lying:
            return {}
        last = lying[-1]
        dossier = self.dossiers.get(actor, last["dossier"], last["version"])
        tree = tree_of(dossier.content)["dossier"]
        found: dict[str, Any] = {name: _at(tree, path) for name, path in _OF_DOSSIER.items()}
        advice = last["summary"].get("advice", {})
        if advice:
            found["advice"] = {"recommended": advice.get("recommended", ""), "names": advice.get("names", {})}
            found["unit_cost"] = {"today": advice.get("today"), "best": advice.get("unit_cost")}
        return found


def _covers(consent: Consent, field: HandoverField) -> bool:
    return field.confidentiality <= consent.highest_class


def _at(tree: Any, path: Sequence[str]) -> Any:
    """What stands at a path of a dossier; ``None`` for nothing."""
    for step in path:
        tree = tree.get(step) if isinstance(tree, Mapping) else None
    return tree


def _runs(connection: sa.Connection, consent: str, now: str) -> bool:
    live = CONSENT.c.revoked.is_(None) & (CONSENT.c.until > now)
    return (
        connection.execute(sa.select(CONSENT.c.id).where(CONSENT.c.id == consent, live)).first() is not None
    )


def _names(connection: sa.Connection, organisations: Sequence[str]) -> dict[str, str]:
    """What organisations are called, by id."""
    known = sa.select(ORGANISATION.c.id, ORGANISATION.c.name).where(ORGANISATION.c.id.in_(organisations))
    return {row.id: row.name for row in connection.execute(known)}
