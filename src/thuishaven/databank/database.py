"""The databank as a whole: its two databases, how they are made, brought up to date and audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import sqlalchemy as sa

from thuishaven.access import AccessError, Audit, Object, Store, require
from thuishaven.databank.audits import altered_content
from thuishaven.databank.cases import tables as _cases  # noqa: F401  the public tables belong to it
from thuishaven.databank.engines import (
    CHAINS,
    DRAFTS,
    ROLE,
    SCHEMA,
    engine,
    is_postgresql,
    postgresql,
    sqlite_file,
)
from thuishaven.databank.guards import guarded, kept, unguarded

#: The version of PostgreSQL from which a member of a role may be kept from working under it.
_SET_OPTION = (16,)
#: SQLSTATE of PostgreSQL for a right that is lacking.
_NO_RIGHT = "42501"


class Database:
    """The two databases of one installation.

    Parameters
    ----------
    where
        A folder with two SQLite files, or the URL of a PostgreSQL database with two schemas.
    clock
        Says what time it is.

    Raises
    ------
    AccessError
        ``databank_missing`` when there is none yet: :meth:`create` makes it. ``databank_old`` when it was
        made by an older version: :meth:`create` brings it up to date. ``databank_new`` when it was made by
        a newer one.
    """

    def __init__(self, where: str | Path, clock: Callable[[], dt.datetime] | None = None) -> None:
        self._check(where)
        self._open(where, clock, owner=False)

    def _open(self, where: str | Path, clock: Callable[[], dt.datetime] | None, owner: bool) -> None:
        self.where = where
        self._owner = owner
        self.clock = clock
        self.stores = {chain: Store(engine(where, chain, owner=owner), chain, clock) for chain in CHAINS}

    @property
    def public(self) -> Store:
        """What everybody may read."""
        return self.stores["public"]

    @property
    def confidential(self) -> Store:
        """People, organisations and their dossiers."""
        return self.stores["confidential"]

    @property
    def dialect(self) -> str:
        """``sqlite`` or ``postgresql``."""
        return self.confidential.dialect

    @classmethod
    def create(cls, where: str | Path, clock: Callable[[], dt.datetime] | None = None) -> Self:
        """Make the databank, or bring an older one up to date; what is in it stays.

        On PostgreSQL the user of the URL must own the schemas, or may make them and the role
        ``thuishaven_app``.
        """
        before = cls._revisions(where) if cls.exists(where) else {}
        cls.create_empty(where)
        found = cls(where, clock)
        after = cls._revisions(where)
        if before != after:
            for store in found.stores.values():
                local = store.local()
                with store.change(local) as change:
                    ok = require(local, "create", Object("databank"))
                    details = {"from": before.get(store.chain, ""), "to": after[store.chain]}
                    change.log("create", "databank", store.chain, decision=ok, details=details)
        return found

    @classmethod
    def create_empty(cls, where: str | Path) -> None:
        """Make the tables, or bring them up to date, without a word in the event log: for a restore.

        Raises
        ------
        AccessError
            ``owner_needed`` when the user of a URL may not.
        """
        from thuishaven.databank.migrate import upgrade

        if not is_postgresql(where):
            Path(where).mkdir(parents=True, exist_ok=True)
        try:
            if is_postgresql(where):
                _prepare(where)
            for chain in CHAINS:
                upgrade(where, chain)
        except sa.exc.ProgrammingError as error:
            if getattr(error.orig, "sqlstate", "") != _NO_RIGHT:
                raise
            raise AccessError("owner_needed", where=shown(where)) from None

    @classmethod
    def exists(cls, where: str | Path) -> bool:
        """Whether there is a databank here, of whatever version."""
        if not is_postgresql(where):
            return all(sqlite_file(where, chain).is_file() for chain in CHAINS)
        return all(cls._revisions(where).values())

    @classmethod
    def _revisions(cls, where: str | Path) -> dict[str, str]:
        from thuishaven.databank.migrate import revision

        return {chain: revision(where, chain) for chain in CHAINS}

    @classmethod
    def _check(cls, where: str | Path) -> None:
        from thuishaven.databank.migrate import known, newest

        if not cls.exists(where):
            raise AccessError("databank_missing", where=shown(where))
        for chain, found in cls._revisions(where).items():
            if found != newest(chain):
                code = "databank_old" if found in known(chain) else "databank_new"
                raise AccessError(code, where=shown(where), found=found, expected=newest(chain))

    def as_owner(self) -> Database:
        """The same databank without row-level security: for backups, retention and a person's whole record.

        On SQLite it is the same; on PostgreSQL the user of the URL must own the tables.

        Raises
        ------
        AccessError
            ``owner_needed`` when row-level security binds the user of the URL too.
        """
        other = object.__new__(Database)
        other._open(self.where, self.clock, owner=True)
        if other.dialect == "postgresql":
            with other.confidential.engine.connect() as connection:
                walled = connection.exec_driver_sql("SELECT row_security_active('dossier')").scalar_one()
            if walled:
                # A backup or an audit that sees half of it would say that all is well.
                other.close()
                raise AccessError("owner_needed", where=shown(self.where))
        return other

    def audit(self, expected: Mapping[str, tuple[int, str]] | None = None) -> tuple[Audit, ...]:
        """Check both chains of events, the triggers that guard them, and the versions they speak of.

        On PostgreSQL the user of the URL must own the tables: see :meth:`as_owner`.

        Parameters
        ----------
        expected
            For each chain the number and hash of what was its last event at some earlier time.
        """
        if not self._owner:
            with self.as_owner() as owner:
                return owner.audit(expected)
        return tuple(
            self._audited(store, (expected or {}).get(store.chain)) for store in self.stores.values()
        )

    def _audited(self, store: Store, expected: tuple[int, str] | None) -> Audit:
        found = store.audit(expected)
        if not found.sound:
            return found
        with store.engine.connect() as connection:
            if unguarded(connection, guarded(store.chain), kept(store.chain)):
                return Audit(store.chain, found.events, found.head, "unguarded")
            if store.chain == "confidential":
                seq = altered_content(connection)
                if seq:
                    return Audit(store.chain, found.events, found.head, "content", seq)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of all connections."""
        for store in self.stores.values():
            store.engine.dispose()


def shown(where: str | Path) -> str:
    """The place of a databank without the password of its URL.

    >>> shown("postgresql://jan:secret@db/thuishaven")
    'postgresql://jan:***@db/thuishaven'
    """
    return sa.make_url(str(where)).render_as_string() if is_postgresql(where) else str(where)


def _prepare(where: str | Path) -> None:
    """Make the schemas and the role of the program where they are missing."""
    plain = postgresql(where)
    try:
        with plain.begin() as connection:
            role = connection.execute(sa.text("select 1 from pg_roles where rolname = :name"), {"name": ROLE})
            if role.first() is None:
                connection.exec_driver_sql(f"CREATE ROLE {ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS")
            # Before PostgreSQL 16 every member may also work under the role.
            right = "SET" if (connection.dialect.server_version_info or (0,)) >= _SET_OPTION else "MEMBER"
            member = connection.exec_driver_sql(f"SELECT pg_has_role(current_user, '{ROLE}', '{right}')")
            if not member.scalar_one():
                connection.exec_driver_sql(f"GRANT {ROLE} TO CURRENT_USER")
            for schema in SCHEMA.values():
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {schema}")
                connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}")
            # Whoever runs the web server is a member of the role, and makes the tables of the drafts.
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {DRAFTS}")
            connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA {DRAFTS} TO {ROLE}")
    finally:
        plain.dispose()
