"""Connections to the two databases: two SQLite files, or two schemas of one PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from thuishaven.access import WRITES, AccessError

#: The databases, with the name of the file without its ending; the schema has a prefix.
CHAINS = ("public", "confidential")
SCHEMA = {chain: f"thuishaven_{chain}" for chain in CHAINS}
#: The role of PostgreSQL that the program works under: it owns no table, so row-level security binds it.
ROLE = "thuishaven_app"
#: The schema of what visitors work on, beside the databank: the program makes its own tables there.
DRAFTS = "thuishaven_drafts"
#: Milliseconds that a writer waits for the one before it.
_WAIT = 2**14


def is_postgresql(where: str | Path) -> bool:
    """Whether this names a PostgreSQL database rather than a folder.

    >>> is_postgresql("postgresql://db/thuishaven"), is_postgresql("data")
    (True, False)
    """
    return str(where).startswith(("postgresql://", "postgres://", "postgresql+psycopg://"))


def sqlite_file(folder: str | Path, chain: str) -> Path:
    """The file of one database in a folder."""
    return Path(folder) / f"{chain}.sqlite3"


def engine(where: str | Path, chain: str, *, owner: bool = False) -> sa.Engine:
    """Connections to one of the two databases.

    Parameters
    ----------
    where
        A folder, or the URL of a PostgreSQL database.
    chain
        ``public`` or ``confidential``.
    owner
        On PostgreSQL: as the owner of the tables, for migrations, backups and retention.
    """
    if is_postgresql(where):
        return _postgresql(str(where), chain, owner)
    path = sqlite_file(where, chain)
    found = sa.create_engine(sa.URL.create("sqlite", database=str(path)))
    event.listen(found, "connect", _durable)
    event.listen(found, "begin", _begin)
    return found


def postgresql(url: str | Path, **options: Any) -> sa.Engine:
    """Connections to a PostgreSQL database.

    Raises
    ------
    AccessError
        ``driver_missing`` when the optional package for PostgreSQL is not installed.
    """
    try:
        return sa.create_engine(sa.make_url(str(url)).set(drivername="postgresql+psycopg"), **options)
    except ModuleNotFoundError:
        raise AccessError("driver_missing") from None


def drafts_engine(url: str) -> sa.Engine:
    """Connections to the schema of the drafts in a PostgreSQL database; it is made where it is missing.

    Raises
    ------
    AccessError
        ``driver_missing``, as :func:`postgresql` does.
    """
    found = _settled(url, DRAFTS)
    with found.begin() as connection:
        wanted = sa.text("select 1 from pg_namespace where nspname = :name")
        if connection.execute(wanted, {"name": DRAFTS}).first() is None:
            connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {DRAFTS}")
    return found


def _postgresql(url: str, chain: str, owner: bool) -> sa.Engine:
    return _settled(url, SCHEMA[chain], "" if owner else ROLE)


def _settled(url: str, schema: str, role: str = "") -> sa.Engine:
    """Connections that look in one schema, say yes when it is on disk, and work under a role."""
    found = postgresql(url, pool_pre_ping=True)

    def settle(connection: Any, _record: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {schema}")
            cursor.execute("SET synchronous_commit TO on")
            if role:
                cursor.execute(f"SET ROLE {role}")
        connection.commit()

    event.listen(found, "connect", settle)
    return found


def _durable(connection: Any, _record: Any) -> None:
    """What was confirmed survives a power cut, and readers don't wait for writers."""
    # Transactions are begun by _begin; the module's own habit is to begin them late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_WAIT}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    """A writer takes its turn at once: one that starts as a reader could find the data changed under it."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
