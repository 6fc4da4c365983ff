"""One database: its transactions, who acts in them, and the event that every change leaves behind.

Changes happen one after the other, on SQLite and PostgreSQL alike, so each one sees all that was confirmed
before it. A change that leaves no event, or two, is undone.
"""

from __future__ import annotations

import datetime as dt
import getpass
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from thuishaven.access.events import GENESIS, Audit, audit_rows, canonical, event_hash, fingerprint
from thuishaven.access.model import Actor, Decision, local_actor, public_actor
from thuishaven.access.tables import EVENT, moment

#: Option of a connection that is going to change something.
WRITES = "thuishaven_writes"
_NO_TOKEN = ""


class UnloggedChange(RuntimeError):
    """A change left no event, or more than one: a defect of ours. Nothing was changed."""


class Change:
    """A change that is being made; :meth:`log` it once.

    Parameters
    ----------
    store
        Where.
    connection
        Runs the statements of the change.
    actor
        Who makes it.
    at
        When.
    """

    def __init__(self, store: Store, connection: sa.Connection, actor: Actor, at: dt.datetime) -> None:
        self.store = store
        self.run = connection.execute
        self.connection = connection
        self.actor = actor
        self.at = at
        self.now = moment(at)
        self.logged = 0
        self.idle = False

    def log(
        self,
        action: str,
        kind: str,
        thing: str,
        *,
        decision: Decision | None = None,
        organisation: str | None = None,
        reason: str = "",
        details: Mapping[str, Any] | None = None,
        payload: bytes | None = None,
    ) -> int:
        """Append the event of this change.

        Parameters
        ----------
        action, kind, thing
            What was done, to which object.
        decision
            What allowed it.
        organisation
            Whose object it is; the one acted for when absent.
        reason
            Why, in the actor's words.
        details
            References and codes only: no names, addresses or secrets.
        payload
            What was written; only its hash is kept.

        Returns
        -------
        int
            The number of the event.
        """
        table = EVENT[self.store.chain]
        last = self.run(sa.select(table.c.seq, table.c.hash).order_by(table.c.seq.desc()).limit(1)).first()
        seq, previous = (last.seq + 1, last.hash) if last else (1, GENESIS)
        row = {
            "seq": seq,
            "at": self.now,
            "actor": self.actor.name,
            "role": decision.role if decision else "",
            "organisation": self.actor.organisation if organisation is None else organisation,
            "kind": kind,
            "object": thing,
            "action": action,
            "reason": reason,
            "details": canonical(dict(details or {})).decode(),
            "payload_hash": "" if payload is None else fingerprint(payload),
            "prev_hash": previous,
        }
        row["hash"] = event_hash(self.store.chain, previous, row)
        self.run(sa.insert(table).values(row))
        self.logged += 1
        return seq

    def leave(self) -> None:
        """Nothing changes after all: everything done so far is undone."""
        self.idle = True


class Store:
    """One database: the public or the confidential one.

    Parameters
    ----------
    engine
        Connections to it.
    chain
        ``public`` or ``confidential``.
    clock
        Says what time it is.
    """

    def __init__(
        self, engine: sa.Engine, chain: str = "confidential", clock: Callable[[], dt.datetime] | None = None
    ) -> None:
        self.engine = engine
        self.chain = chain
        self.clock = clock or (lambda: dt.datetime.now(dt.UTC))

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.engine.dialect.name

    def visitor(self) -> Actor:
        """A visitor without an account, now."""
        return public_actor(self.clock())

    def local(self, name: str | None = None) -> Actor:
        """Whoever works in a terminal on this machine, now; by default the account of the process."""
        return local_actor(name or getpass.getuser(), self.clock())

    @contextmanager
    def change(self, actor: Actor, *, token: str = _NO_TOKEN, receiver: str = "") -> Iterator[Change]:
        """Change something, as a whole or not at all, with one event.

        Parameters
        ----------
        actor
            Who acts; on PostgreSQL the rows of other organisations are out of sight.
        token
            Hash of the link that the actor holds, where it is not resolved yet.
        receiver
            The organisation that takes over what is transferred.

        Raises
        ------
        UnloggedChange
            When there is not exactly one event at the end.
        """
        with (
            self.engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin() as act,
        ):
            if self.dialect == "postgresql":
                # The lock comes before any look at the data: what is read is what all earlier writers left.
                lock = "select pg_advisory_xact_lock(hashtext('thuishaven'), hashtext(current_schema()))"
                connection.exec_driver_sql(lock)
            self._show(connection, actor, token, receiver)
            change = Change(self, connection, actor, self.clock())
            yield change
            if change.idle:
                act.rollback()
            elif change.logged != 1:
                raise UnloggedChange(f"{change.logged} events")

    @contextmanager
    def read(self, actor: Actor | None = None, *, token: str = _NO_TOKEN) -> Iterator[sa.Connection]:
        """Read, all of it as of one moment; on PostgreSQL only what this actor's organisation may see."""
        with self.engine.connect() as plain:
            connection = plain
            if self.dialect == "postgresql":
                connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                self._show(connection, actor or self.visitor(), token, "")
                yield connection

    @contextmanager
    def bookkeep(self) -> Iterator[sa.Connection]:
        """Keep what is no change of state, as when a session was last seen. Leaves no event."""
        with self._writing() as connection, connection.begin():
            yield connection

    def show(self, connection: sa.Connection, actor: Actor) -> None:
        """Within a transaction: let PostgreSQL know what else the actor holds, as by a consent."""
        self._show(connection, actor, _NO_TOKEN, "")

    def _writing(self) -> sa.Connection:
        return self.engine.connect().execution_options(**{WRITES: True})

    def _show(self, connection: sa.Connection, actor: Actor, token: str, receiver: str) -> None:
        """Tell PostgreSQL who acts, until the end of the transaction; row-level security goes by it."""
        if self.dialect != "postgresql":
            return
        values = {
            "organisation": actor.organisation,
            "person": actor.person,
            "shared": ",".join(grant.object for grant in actor.grants if actor.at < grant.expires),
            "token": token,
            "receiver": receiver,
        }
        calls = [sa.func.set_config(f"thuishaven.{name}", value, True) for name, value in values.items()]
        connection.execute(sa.select(*calls))

    def events(self, **where: str) -> list[dict[str, Any]]:
        """Events in order; ``where`` picks those with these values, as in ``kind="dossier"``."""
        table = EVENT[self.chain]
        wanted = sa.select(table).order_by(table.c.seq)
        for name, value in where.items():
            wanted = wanted.where(table.c[name] == value)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(wanted).mappings()]

    def audit(self, expected: tuple[int, str] | None = None) -> Audit:
        """Check the whole chain of events.

        Parameters
        ----------
        expected
            Number and hash of an event that was the last one earlier: finds that the end was cut off.
        """
        table = EVENT[self.chain]
        wanted = sa.select(table).order_by(table.c.seq).execution_options(yield_per=1024)
        with self.engine.connect() as connection, connection.execute(wanted) as rows:
            return audit_rows(self.chain, (dict(row) for row in rows.mappings()), expected)
