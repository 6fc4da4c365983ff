"""Signals: hints from outside that there is a case, and reports of errors in one that is published."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Object,
    Store,
    canonical,
    new_id,
    read_moment,
    require,
)
from thuishaven.databank.cases.days import checked_day
from thuishaven.databank.cases.register import WORK, seen, sized
from thuishaven.databank.cases.tables import SIGNAL

_LONGEST_URL = 2**11


@dataclass(frozen=True, slots=True)
class Signal:
    """A hint from outside, or the report of an error in ``case``; ``state`` is open or settled."""

    id: str
    kind: str
    case: str
    text: str
    url: str
    published_on: str
    state: str
    reason: str
    at: dt.datetime
    settled: dt.datetime | None


class Signals:
    """The signals of one installation.

    Parameters
    ----------
    store
        The public database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def tell(self, actor: Actor, text: str, url: str = "", *, case: str = "", published_on: str = "") -> str:
        """Tell of a case nobody has yet, or of an error in one that is published; returns its id.

        Raises
        ------
        AccessError
            ``text_form`` for no text, or more than 4,096 characters; ``wrong_value`` for an odd address.
        """
        words = sized(text)
        if url and (not url.startswith(("http://", "https://")) or len(url) > _LONGEST_URL):
            raise AccessError("wrong_value", field="url", value=url, expected="https://")
        kind = "error" if case else "case"
        with self.store.change(actor) as change:
            decision = require(actor, "create", Object("signal"))
            if case:
                seen(change.connection, actor, case)
            row = {"id": new_id(), "kind": kind, "case": case, "text": words, "url": url}
            row |= {
                "published_on": checked_day(published_on, "published_on"),
                "state": "open",
                "reason": "",
                "at": change.now,
            }
            change.run(sa.insert(SIGNAL).values(**row))
            payload = canonical(row)
            change.log(
                "create", "signal", row["id"], decision=decision, details={"kind": kind}, payload=payload
            )
        return row["id"]

    def list(self, actor: Actor, state: str = "open") -> tuple[Signal, ...]:
        """Signals in a state, oldest first."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        wanted = sa.select(SIGNAL).where(SIGNAL.c.state == state).order_by(SIGNAL.c.at, SIGNAL.c.id)
        with self.store.read(actor) as connection:
            rows = connection.execute(wanted).all()
        return tuple(
            Signal(
                row.id,
                row.kind,
                row.case,
                row.text,
                row.url,
                row.published_on,
                row.state,
                row.reason,
                read_moment(row.at),
                read_moment(row.settled) if row.settled else None,
            )
            for row in rows
        )

    def settle(self, actor: Actor, signal: str, reason: str, case: str = "") -> None:
        """Say what became of a signal: ``case`` is the one that was proposed from it, if any."""
        words = sized(reason)
        with self.store.change(actor) as change:
            decision = require(actor, "update", Object("case_work", confidentiality=WORK))
            row = change.run(sa.select(SIGNAL).where(SIGNAL.c.id == signal)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="signal")
            if row.state != "open":
                raise AccessError("signal_settled")
            values = {"state": "settled", "reason": words, "settled": change.now, "case": case or row.case}
            change.run(sa.update(SIGNAL).where(SIGNAL.c.id == signal).values(**values))
            change.log("settle", "signal", signal, decision=decision, reason=words, details={"case": case})
