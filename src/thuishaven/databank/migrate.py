"""Bringing a database to the newest form, step by step, with what is in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from thuishaven.databank.engines import engine, is_postgresql, sqlite_file

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_HERE = Path(__file__).parent / "migrations"


def upgrade(where: str | Path, chain: str, to: str = "head") -> None:
    """Bring one database forward.

    Parameters
    ----------
    where
        A folder, or the URL of a PostgreSQL database.
    chain
        ``public`` or ``confidential``.
    to
        The revision; the newest when absent.
    """
    from alembic import command

    config = _config(chain)
    source = engine(where, chain, owner=True)
    try:
        with source.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, to)
    finally:
        source.dispose()


def revision(where: str | Path, chain: str) -> str:
    """The revision of one database; empty when there is none."""
    from alembic.runtime.migration import MigrationContext

    if not is_postgresql(where) and not sqlite_file(where, chain).is_file():
        return ""
    source = engine(where, chain, owner=True)
    try:
        with source.connect() as connection:
            # Only in our own schema: PostgreSQL would look for the table in others too.
            if not sa.inspect(connection).has_table("alembic_version"):
                return ""
            return MigrationContext.configure(connection).get_current_revision() or ""
    finally:
        source.dispose()


def newest(chain: str) -> str:
    """The revision that this version of the program works with."""
    return _scripts(chain).get_current_head() or ""


@cache
def known(chain: str) -> tuple[str, ...]:
    """All revisions that this version knows, oldest first."""
    return tuple(script.revision for script in _scripts(chain).walk_revisions())[::-1]


@cache
def _scripts(chain: str) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config(chain))


def _config(chain: str) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("version_locations", str(_HERE / chain).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    return config
