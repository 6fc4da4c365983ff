"""Triggers that refuse to change or delete what is only ever added to, and row-level security."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from thuishaven.databank.engines import ROLE

#: The tables that hold the published record of a case.
_PARTS = (
    *("case_profile", "site", "move", "status_event", "jobs", "money", "support", "motive"),
    *("process_stage", "distress_event"),
)
#: Tables whose rows are never changed or deleted, for each database.
_APPEND_ONLY = {
    "public": (
        *("event", "source", "claim", "case_version", *_PARTS, "match_judgement"),
        *("release", "release_case"),
    ),
    "confidential": ("event", "dossier_version", "project_step", "year_edition"),
}
#: Tables whose rows are never deleted: what has to go leaves a tombstone.
_KEPT = {
    "public": (
        *("organisation", "cases", "coding_task", "disagreement", "signal", "import_batch", "import_row"),
        *("reference", "policy_measure", "case_listing"),
    ),
    "confidential": (),
}
_REFUSED: tuple[str, ...] = ("update", "delete")
_DELETE = _REFUSED[1:]


def guarded(chain: str) -> tuple[str, ...]:
    """Tables of a database that are only ever added to."""
    return _APPEND_ONLY[chain]


def kept(chain: str) -> tuple[str, ...]:
    """Tables of a database from which nothing is deleted."""
    return _KEPT[chain]


def append_only(connection: sa.Connection, table: str) -> None:
    """Let the database itself refuse to change or delete rows of a table; for migrations."""
    _refuse(connection, table, _REFUSED)


def keep(connection: sa.Connection, table: str) -> None:
    """Let the database itself refuse to delete rows of a table; for migrations."""
    _refuse(connection, table, _DELETE)


def _refuse(connection: sa.Connection, table: str, refused: tuple[str, ...]) -> None:
    if connection.dialect.name == "sqlite":
        for verb in refused:
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is only added to'); END"
            )
        return
    connection.exec_driver_sql(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%% is only added to', TG_TABLE_NAME; END $$"
    )
    for verb, unit in (*((verb, "ROW") for verb in refused), ("truncate", "STATEMENT")):
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"FOR EACH {unit} EXECUTE FUNCTION refuse_change()"
        )


def unguarded(connection: sa.Connection, tables: Iterable[str], others: Iterable[str] = ()) -> list[str]:
    """Triggers of :func:`append_only`, and of :func:`keep` for the others, that are gone or switched off."""
    more: tuple[str, ...] = ()
    wanted = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.dialect.name == "postgresql":
        more = ("truncate",)
        wanted = (
            "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = current_schema() AND tgenabled IN ('O', 'A')"
        )
    there = set(connection.exec_driver_sql(wanted).scalars())
    wanted_verbs = [(table, (*_REFUSED, *more)) for table in tables]
    wanted_verbs += [(table, (*_DELETE, *more)) for table in others]
    names = [f"{table}_no_{verb}" for table, verbs in wanted_verbs for verb in verbs]
    return [name for name in names if name not in there]


def permit(connection: sa.Connection, *rights: tuple[str, str]) -> None:
    """Give the program's role rights on tables, as ``("event", "SELECT, INSERT")``; on PostgreSQL only."""
    if connection.dialect.name == "postgresql":
        for table, verbs in rights:
            connection.exec_driver_sql(f"GRANT {verbs} ON {table} TO {ROLE}")


def wall(connection: sa.Connection, table: str, seen: str) -> None:
    """Row-level security: which rows of a table the program sees and may leave behind.

    Parameters
    ----------
    connection
        Of a migration.
    table
        The table.
    seen
        Condition in SQL. A setting that is empty or unknown matches nothing.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"CREATE POLICY {table}_wall ON {table} USING ({seen})")


def permit_about(connection: sa.Connection, table: str, *names: str) -> None:
    """Beside the wall of a table: the rows that are by or for the one person a transaction is about.

    Parameters
    ----------
    connection
        Of a migration.
    table
        The table.
    names
        Expressions in SQL that give a name of that person, as they stand in ``thuishaven.about``.
    """
    if connection.dialect.name == "postgresql":
        about = f"ANY (string_to_array({setting('about')}, chr(10)))"
        seen = " OR ".join(f"{name} = {about}" for name in names)
        connection.exec_driver_sql(f"CREATE POLICY {table}_about ON {table} USING ({seen})")


def say_about(connection: sa.Connection, *names: str) -> None:
    """Say which person a transaction is about, until its end; see :func:`permit_about`."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.set_config("thuishaven.about", "\n".join(names), True)))


def setting(name: str) -> str:
    """A setting of the transaction in SQL; unknown and empty are null, so that nothing equals it.

    >>> setting("organisation")
    "nullif(current_setting('thuishaven.organisation', true), '')"
    """
    return f"nullif(current_setting('thuishaven.{name}', true), '')"
