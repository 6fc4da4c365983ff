"""People at the company, and documents of a project."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import SECRET, AccessError, Actor, NotFound, Object, Store, new_id, require
from thuishaven.databank.office.projects import Projects, add_step, may
from thuishaven.databank.office.tables import CONTACT, DOCUMENT
from thuishaven.databank.quota import within_quota

_CLASS = 3
_LONGEST = 2**8
#: Documents that are taken: the first bytes by which each is known.
KINDS = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "zip": b"PK\x03\x04"}
MOST_BYTES = 2**23


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at the company; the name is ``-`` once it was erased."""

    id: str
    name: str
    email: str
    phone: str
    function: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document of a project, without its content; ``confidentiality`` from 0 public to 4 secret."""

    id: str
    name: str
    kind: str
    bytes: int
    sha256: str
    confidentiality: int
    at: str


class Papers:
    """Contacts and documents of the projects of one installation."""

    def __init__(self, projects: Projects) -> None:
        self.projects = projects
        self.store: Store = projects.store

    def add_contact(
        self, actor: Actor, project: str, name: str, email: str = "", phone: str = "", function: str = ""
    ) -> str:
        """Note a person at the company. Raises ``contact_form`` with the ``field`` that is missing."""
        texts = {"name": name, "email": email, "phone": phone, "function": function}
        values = {key: " ".join(text.split()) for key, text in texts.items()}
        for field, text in values.items():
            if len(text) > _LONGEST:
                raise AccessError("contact_form", field=field)
        if not values["name"]:
            raise AccessError("contact_form", field="name")
        if not values["email"] and not values["phone"]:
            raise AccessError("contact_form", field="email")
        with self.store.change(actor) as change:
            row, _ = self.projects.readable(change.connection, actor, project)
            thing = Object("contact", "", row.organisation, confidentiality=_CLASS)
            decision = require(actor, "create", thing)
            contact = new_id()
            change.run(sa.insert(CONTACT).values(id=contact, project=project, **values))
            change.log(
                "create",
                "contact",
                contact,
                decision=decision,
                organisation=row.organisation,
                details={"project": project},
            )
        return contact

    def contacts(self, actor: Actor, project: str) -> tuple[Contact, ...]:
        """The people at the company, for the organisation that guides it."""
        with self.store.read(actor) as connection:
            row, _ = self.projects.readable(connection, actor, project)
            require(actor, "read", Object("contact", "", row.organisation, confidentiality=_CLASS))
            mine = sa.select(CONTACT).where(CONTACT.c.project == project, CONTACT.c.erased.is_(None))
            rows = connection.execute(mine.order_by(CONTACT.c.name, CONTACT.c.id)).all()
        return tuple(Contact(one.id, one.name, one.email, one.phone, one.function) for one in rows)

    def erase_contact(self, actor: Actor, contact: str) -> None:
        """Forget a person at the company: the line stays, with nothing in it."""
        with self.store.change(actor) as change:
            row = change.run(sa.select(CONTACT).where(CONTACT.c.id == contact)).one_or_none()
            project, _ = self.projects.readable(change.connection, actor, row.project if row else "")
            if row is None or row.erased is not None:
                raise NotFound("not_found", kind="contact")
            thing = Object("contact", contact, project.organisation, confidentiality=_CLASS)
            decision = require(actor, "update", thing)
            blank = {"name": "-", "email": "", "phone": "", "function": "", "erased": change.now}
            change.run(sa.update(CONTACT).where(CONTACT.c.id == contact).values(**blank))
            change.log(
                "erase",
                "contact",
                contact,
                decision=decision,
                organisation=project.organisation,
                details={"project": row.project},
            )

    def add_document(
        self, actor: Actor, project: str, name: str, content: bytes, confidentiality: int = _CLASS
    ) -> str:
        """Keep a document with a project.

        Raises
        ------
        AccessError
            ``document_kind`` with the ``known`` ones; ``document_large``; ``document_form``; ``quota_bytes``
            when the organisation has no room left.
        """
        kind = next((kind for kind, first in KINDS.items() if content.startswith(first)), "")
        title = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())
        if not kind:
            raise AccessError("document_kind", known=sorted(KINDS))
        if len(content) > MOST_BYTES:
            raise AccessError("document_large", most=MOST_BYTES)
        if not title or len(title) > _LONGEST or not 0 <= confidentiality <= SECRET:
            raise AccessError("document_form")
        with self.store.read(actor) as connection:
            owner = self.projects.readable(connection, actor, project)[0].organisation
        within_quota(self.store, actor, self.projects.policy, owner, len(content))
        with self.store.change(actor) as change:
            row, _ = self.projects.readable(change.connection, actor, project)
            decision = may(actor, "update", row)
            values = {
                "id": new_id(),
                "project": project,
                "name": title,
                "kind": kind,
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "confidentiality": confidentiality,
                "at": change.now,
            }
            change.run(sa.insert(DOCUMENT).values(**values, content=content))
            details = {"document": values["id"], "sha256": values["sha256"]}
            add_step(change, project, "document", row.state, row.state, details)
            change.log(
                "document",
                "project",
                project,
                decision=decision,
                organisation=row.organisation,
                details=details,
            )
        return str(values["id"])

    def documents(self, actor: Actor, project: str) -> tuple[Document, ...]:
        """The documents of a project that the actor's class reaches, newest first."""
        with self.store.read(actor) as connection:
            _, reading = self.projects.readable(connection, actor, project)
            columns = [column for column in DOCUMENT.c if column.name not in {"content", "project"}]
            mine = sa.select(*columns).where(
                DOCUMENT.c.project == project, DOCUMENT.c.confidentiality <= reading.highest_class
            )
            rows = connection.execute(mine.order_by(DOCUMENT.c.at.desc(), DOCUMENT.c.id)).all()
        return tuple(Document(**one._mapping) for one in rows)

    def document(self, actor: Actor, document: str) -> tuple[Document, bytes]:
        """One document with its content. Raises NotFound when there is none for this actor."""
        with self.store.read(actor) as connection:
            # Asked for in the same way whether it exists or not, and read only by who may.
            place = sa.select(DOCUMENT.c.project).where(DOCUMENT.c.id == document)
            project = connection.execute(place).scalar_one_or_none()
            _, reading = self.projects.readable(connection, actor, project or "")
            row: Any = connection.execute(sa.select(DOCUMENT).where(DOCUMENT.c.id == document)).one()
            if row.confidentiality > reading.highest_class:
                raise NotFound("not_found", kind="document")
        fields = {name: value for name, value in row._mapping.items() if name not in {"content", "project"}}
        return Document(**fields), bytes(row.content)
