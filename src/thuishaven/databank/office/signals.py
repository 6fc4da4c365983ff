"""The inbox: what was reported, who takes it, and why it was closed; nothing falls between two chairs."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    Change,
    Decision,
    NotFound,
    Object,
    Store,
    canonical,
    fingerprint,
    new_id,
    read_moment,
    require,
)
from thuishaven.access.tables import MEMBERSHIP, ORGANISATION
from thuishaven.databank.office.model import CHANNELS, CLOSE_REASONS, OPEN_SIGNAL, Signal
from thuishaven.databank.office.names import alike_among, name_key
from thuishaven.databank.office.tables import SIGNAL
from thuishaven.databank.office.tasks import bring_along, close_tasks

_CLASS = 2
_LONGEST_NAME, _LONGEST_TEXT, _LONGEST_LINK = 2**8, 2**14, 2**11
#: Signals that are looked at for one that says the same.
_NEARBY = 4096
#: Of those, the ones that are shown.
_LIKELIEST = 32
_LINKS = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody reports.

    Parameters
    ----------
    channel
        How it comes in: one of ``CHANNELS``.
    company
        Whom it is about.
    title, text
        What is said, in a line and in full.
    country, number
        Country of the company (ISO 3166-1 alpha-3) and its number in the register, where known.
    url, published_on
        Where it can be read, and the day it was published.
    language, matched
        Language of the text, and the words of the glossary found in it.
    reply_to, may_contact
        Address of who reports it, and whether the company agreed to be contacted.
    """

    channel: str
    company: str
    title: str
    text: str = ""
    country: str = ""
    number: str = ""
    url: str = ""
    published_on: dt.date | None = None
    language: str = "nl"
    matched: tuple[str, ...] = ()
    reply_to: str = ""
    may_contact: bool = False


class Signals:
    """The signals of one installation.

    Parameters
    ----------
    store
        The confidential database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def receive(self, actor: Actor, told: Told) -> str:
        """Take in a signal. The same one (channel, link or title, company and day) is not kept twice.

        An adviser's signal goes to the inbox of the organisation acted for, anybody else's to the inbox that
        every front office sees until one takes it.

        Returns
        -------
        str
            Its id; that of the one that was there already.

        Raises
        ------
        AccessError
            ``signal_form`` with the ``field`` that is missing, too long or of another form.
        """
        row = _row(told)
        own = Object("signal", "", actor.organisation, confidentiality=_CLASS)
        with self.store.change(actor) as change:
            inside = actor.organisation != "" and "adviser" in actor.roles
            decision = require(actor, "create", own if inside else Object("signal"))
            place = actor.organisation if inside else ""
            row["origin_key"] = fingerprint(canonical([place, row["origin_key"]]))
            same = sa.select(SIGNAL.c.id).where(SIGNAL.c.origin_key == row["origin_key"])
            known = change.run(same).scalar_one_or_none()
            if known is not None:
                change.leave()
                return str(known)
            row |= {"id": new_id(), "organisation": place, "received": change.now}
            change.run(sa.insert(SIGNAL).values(row))
            bring_along(change, "signal", row["id"], place, "new", received=change.at.date())
            self._log(change, "receive", row["id"], place, decision, {"channel": told.channel}, row["text"])
            return str(row["id"])

    def list(
        self, actor: Actor, *, state: str = "open", assigned: str = "", after: str = "", most: int = 64
    ) -> tuple[Signal, ...]:
        """Signals of the organisation acted for, offered to it, or nobody's; newest first.

        Parameters
        ----------
        actor
            Who asks.
        state
            ``open``, ``new``, ``accepted`` or ``closed``.
        assigned
            Only those of this person.
        after
            Id of the last one seen, to go on from.
        most
            How many at most.
        """
        mine = actor.organisation
        require(actor, "list", Object("signal", "", mine, confidentiality=_CLASS))
        states = OPEN_SIGNAL if state == "open" else (state,)
        seen = SIGNAL.c.organisation.in_(("", mine)) | (SIGNAL.c.offered_to == mine)
        wanted = sa.select(SIGNAL).where(seen, SIGNAL.c.state.in_(states))
        if assigned:
            wanted = wanted.where(SIGNAL.c.assigned == assigned)
        if after:
            last = sa.select(SIGNAL.c.received).where(seen, SIGNAL.c.id == after).scalar_subquery()
            older = (SIGNAL.c.received < last) | ((SIGNAL.c.received == last) & (SIGNAL.c.id < after))
            wanted = wanted.where(older)
        ordered = wanted.order_by(SIGNAL.c.received.desc(), SIGNAL.c.id.desc()).limit(most)
        with self.store.read(actor) as connection:
            return tuple(_signal(row) for row in connection.execute(ordered))

    def waiting(self, actor: Actor) -> int:
        """How many new signals the organisation acted for can look at: its own, offered to it, nobody's."""
        mine = actor.organisation
        require(actor, "list", Object("signal", "", mine, confidentiality=_CLASS))
        seen = SIGNAL.c.organisation.in_(("", mine)) | (SIGNAL.c.offered_to == mine)
        wanted = sa.select(sa.func.count()).select_from(SIGNAL).where(seen, SIGNAL.c.state == "new")
        with self.store.read(actor) as connection:
            return int(connection.execute(wanted).scalar_one())

    def get(self, actor: Actor, signal: str) -> Signal:
        """One signal. Raises NotFound when there is none for this actor."""
        with self.store.read(actor) as connection:
            return _signal(self._seen(connection, actor, signal)[0])

    def alike(self, actor: Actor, signal: str) -> tuple[Signal, ...]:
        """Other signals that may say the same, likeliest first: by number, link or name."""
        with self.store.read(actor) as connection:
            row, _ = self._seen(connection, actor, signal)
            mine = actor.organisation
            seen = SIGNAL.c.organisation.in_(("", mine)) | (SIGNAL.c.offered_to == mine)
            known = (SIGNAL.c.id, SIGNAL.c.name_key, SIGNAL.c.number, SIGNAL.c.url, SIGNAL.c.received)
            others = sa.select(*known).where(seen, SIGNAL.c.id != signal)
            rows = connection.execute(others.order_by(SIGNAL.c.received.desc()).limit(_NEARBY)).all()
            scores = alike_among(row.name_key, {other.id: other.name_key for other in rows})
            found = []
            for other in rows:
                same = (row.number and row.number == other.number) or (row.url and row.url == other.url)
                score = 100.0 if same else scores.get(other.id, 0.0)
                if score:
                    found.append((score, other.received, other.id))
            likeliest = [one for *_how, one in sorted(found, reverse=True)[:_LIKELIEST]]
            wanted = sa.select(SIGNAL).where(SIGNAL.c.id.in_(likeliest))
            whole = {other.id: _signal(other) for other in connection.execute(wanted)}
        return tuple(whole[one] for one in likeliest)

    def take(self, actor: Actor, signal: str) -> None:
        """Take a signal that is nobody's, or that was offered to the organisation acted for.

        Raises
        ------
        AccessError
            ``taken`` when another organisation handles it.
        """
        with self.store.change(actor, receiver=actor.organisation) as change:
            row, decision = self._seen(change.connection, actor, signal, "update")
            mine = actor.organisation
            if row.organisation == mine and not row.offered_to:
                change.leave()
                return
            if row.organisation not in {"", mine} and row.offered_to != mine:
                raise AccessError("taken")
            new = {"organisation": mine, "offered_to": "", "assigned": ""}
            self._set(change, signal, **new)
            bring_along(change, "signal", signal, mine, "new", received=read_moment(row.received).date())
            self._log(change, "take", signal, mine, decision, {"from": row.organisation})

    def offer(self, actor: Actor, signal: str, organisation: str, reason: str) -> None:
        """Offer a signal to another organisation; it stays here until that one takes it.

        Raises
        ------
        AccessError
            ``reason_needed``.
        NotFound
            When there is no such organisation.
        """
        if not reason.strip():
            raise AccessError("reason_needed")
        with self.store.change(actor) as change:
            _, decision = self._own(change.connection, actor, signal)
            known = sa.select(ORGANISATION.c.id).where(ORGANISATION.c.id == organisation)
            if organisation == actor.organisation or change.run(known).first() is None:
                raise NotFound("not_found", kind="organisation")
            self._set(change, signal, offered_to=organisation)
            self._log(
                change,
                "offer",
                signal,
                actor.organisation,
                decision,
                {"to": organisation},
                reason=reason.strip(),
            )

    def assign(self, actor: Actor, signal: str, person: str) -> None:
        """Give a signal to a colleague. Raises NotFound for who is no member here."""
        with self.store.change(actor) as change:
            row, decision = self._own(change.connection, actor, signal)
            if row.assigned == person:
                change.leave()
                return
            require_member(change, person, actor.organisation)
            self._set(change, signal, assigned=person)
            self._log(change, "assign", signal, actor.organisation, decision, {"person": person})

    def close(self, actor: Actor, signal: str, reason: str, duplicate_of: str = "") -> None:
        """Close a signal, with one of ``CLOSE_REASONS``; for a duplicate say of which.

        Raises
        ------
        AccessError
            ``reason_unknown`` with the ``known`` ones; ``closed`` when it was closed before.
        """
        if reason not in CLOSE_REASONS:
            raise AccessError("reason_unknown", known=CLOSE_REASONS)
        with self.store.change(actor) as change:
            row, decision = self._own(change.connection, actor, signal)
            if row.state == "closed":
                raise AccessError("closed")
            if duplicate_of:
                self._seen(change.connection, actor, duplicate_of)
            self._set(change, signal, state="closed", reason=reason, duplicate_of=duplicate_of)
            close_tasks(change, signal, "dropped")
            details = {"reason": reason, "duplicate_of": duplicate_of}
            self._log(change, "close", signal, actor.organisation, decision, details)

    def accept(self, change: Change, actor: Actor, signal: str, project: str) -> Any:
        """Within a change that opens a project: note that the signal led to it. Returns the signal's row."""
        row, _decision = self._own(change.connection, actor, signal)
        if row.state == "closed":
            raise AccessError("closed")
        if row.project:
            raise AccessError("project_opened", project=row.project)
        self._set(change, signal, state="accepted", project=project)
        close_tasks(change, signal, "done")
        return row

    def _set(self, change: Change, signal: str, **values: Any) -> None:
        change.run(sa.update(SIGNAL).where(SIGNAL.c.id == signal).values(**values))

    def _seen(
        self, connection: sa.Connection, actor: Actor, signal: str, action: str = "read"
    ) -> tuple[Any, Decision]:
        """A signal that the actor may see: their organisation's, one offered to it, or nobody's."""
        row = connection.execute(sa.select(SIGNAL).where(SIGNAL.c.id == signal)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="signal")
        open_to_us = row.organisation == "" or row.offered_to == actor.organisation != ""
        owner = actor.organisation if open_to_us else row.organisation
        thing = Object("signal", signal, owner, confidentiality=_CLASS)
        return row, require(actor, action, thing)

    def _own(self, connection: sa.Connection, actor: Actor, signal: str) -> tuple[Any, Decision]:
        """A signal that the actor's organisation handles; one that is nobody's must be taken first."""
        row, decision = self._seen(connection, actor, signal, "update")
        if row.organisation != actor.organisation:
            raise AccessError("take_first")
        return row, decision

    def _log(
        self,
        change: Change,
        action: str,
        signal: str,
        organisation: str,
        decision: Decision,
        details: dict[str, Any],
        payload: str | None = None,
        reason: str = "",
    ) -> None:
        data = None if payload is None else payload.encode("utf-8", "surrogatepass")
        change.log(
            action,
            "signal",
            signal,
            decision=decision,
            organisation=organisation,
            details=details,
            payload=data,
            reason=reason,
        )


def require_member(change: Change, person: str, organisation: str) -> None:
    """Raises NotFound when somebody is no member of an organisation."""
    here = (MEMBERSHIP.c.person == person) & (MEMBERSHIP.c.organisation == organisation)
    if change.run(sa.select(MEMBERSHIP.c.role).where(here)).first() is None:
        raise NotFound("not_found", kind="person")


def _row(told: Told) -> dict[str, Any]:
    texts = {
        "company": _line(told.company, "company", _LONGEST_NAME),
        "title": _line(told.title, "title", _LONGEST_NAME),
        "text": _bounded(told.text.strip(), "text", _LONGEST_TEXT),
        "url": _bounded(told.url.strip(), "url", _LONGEST_LINK),
        "number": _bounded("".join(told.number.split()), "number", 32),
        "reply_to": _bounded(told.reply_to.strip(), "reply_to", _LONGEST_NAME),
    }
    if told.channel not in CHANNELS:
        raise AccessError("signal_form", field="channel")
    if texts["url"] and not texts["url"].lower().startswith(_LINKS):
        raise AccessError("signal_form", field="url")
    published = told.published_on.isoformat() if told.published_on else ""
    said = [told.channel, texts["url"] or texts["title"], name_key(texts["company"]), published]
    return {
        **texts,
        "channel": told.channel,
        "state": "new",
        "offered_to": "",
        "name_key": name_key(texts["company"]),
        "country": told.country[:3].upper(),
        "language": told.language[:2],
        "matched": json.dumps(list(told.matched), ensure_ascii=False),
        "published_on": published,
        "assigned": "",
        "reason": "",
        "may_contact": told.may_contact,
        "duplicate_of": "",
        "project": "",
        "origin_key": fingerprint(canonical(said)),
    }


def _line(text: str, field: str, most: int) -> str:
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not found:
        raise AccessError("signal_form", field=field)
    return _bounded(found, field, most)


def _bounded(text: str, field: str, most: int) -> str:
    if len(text) > most:
        raise AccessError("signal_form", field=field)
    return text


def _signal(row: Any) -> Signal:
    return Signal(
        id=row.id,
        organisation=row.organisation,
        offered_to=row.offered_to,
        channel=row.channel,
        state=row.state,
        company=row.company,
        country=row.country,
        number=row.number,
        title=row.title,
        text=row.text,
        url=row.url,
        published_on=row.published_on,
        language=row.language,
        matched=tuple(json.loads(row.matched)),
        received=read_moment(row.received),
        assigned=row.assigned,
        reason=row.reason,
        reply_to=row.reply_to,
        may_contact=row.may_contact,
        duplicate_of=row.duplicate_of,
        project=row.project,
    )


def receive_all(signals: Signals, actor: Actor, told: Iterable[Told]) -> tuple[str, ...]:
    """Take in several signals, each as an event of its own; those that were there already come back too."""
    return tuple(signals.receive(actor, one) for one in told)
