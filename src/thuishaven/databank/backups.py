"""Backups while people work, and proof that one can be restored.

A backup is a folder with two SQLite files and a manifest, whatever engine it was made of: it is restored into
either, so it is also the way from a folder to PostgreSQL and back.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    WRITES,
    AccessError,
    Actor,
    Audit,
    Object,
    Store,
    canonical,
    moment,
    new_id,
    require,
)
from thuishaven.databank.database import Database, shown
from thuishaven.databank.engines import CHAINS, engine, is_postgresql, sqlite_file
from thuishaven.databank.migrate import known, newest, revision, upgrade

MANIFEST = "manifest.json"
#: The form of a backup.
FORM = "thuishaven.backup/1"
_BATCH = 1024
_PRIVATE, _PRIVATE_FOLDER = 0o600, 0o700
_REVISION = "alembic_version"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made or restored.

    Parameters
    ----------
    folder
        Where it is.
    rows
        How many rows there are, by ``confidential.dossier`` and the like.
    heads
        Number and hash of the last event of each chain.
    audits
        What an audit found after restoring; empty for one that was made.
    """

    folder: Path
    rows: Mapping[str, int]
    heads: Mapping[str, tuple[int, str]]
    audits: tuple[Audit, ...] = ()


def back_up(databank: Database, actor: Actor, folder: str | Path) -> Backup:
    """Make a backup while the databank is in use; it is of one moment.

    Parameters
    ----------
    databank
        Of what. On PostgreSQL the user of the URL must own the tables.
    actor
        Who runs the installation.
    folder
        Where to: a folder that does not exist yet. Only its owner may read it.

    Raises
    ------
    AccessError
        ``folder_taken``; ``backup_differs`` when what was written is not what was read.
    """
    decision = require(actor, "backup", Object("databank"))
    target = Path(folder)
    if target.exists():
        raise AccessError("folder_taken", path=str(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    owner = databank.as_owner()
    name = new_id()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as work:
        parts = {}
        for chain, store in owner.stores.items():
            with store.change(actor) as change:
                change.log("backup", "databank", name, decision=decision)
            parts[chain] = _copied(owner, store, Path(work))
        manifest = {"form": FORM, "id": name, "made": moment(owner.confidential.clock()), "databases": parts}
        path = Path(work) / MANIFEST
        path.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        for file in Path(work).iterdir():
            file.chmod(_PRIVATE)
        Path(work).rename(target)
        # What is left for the clean-up to remove.
        Path(work).mkdir()
    target.chmod(_PRIVATE_FOLDER)
    owner.close()
    return _told(target, manifest)


def _copied(databank: Database, store: Store, work: Path) -> dict[str, Any]:
    """Copy one database into a SQLite file; returns its part of the manifest."""
    file, chain = sqlite_file(work, store.chain), store.chain
    if store.dialect == "sqlite":
        with closing(sqlite3.connect(sqlite_file(databank.where, chain))) as source:
            _sqlite_copy(source, file)
        before = None
    else:
        upgrade(work, chain, revision(databank.where, chain))
        with _opened(work, chain, writes=True) as target, store.read() as source:
            before = digests(source)
            _copy_rows(source, target)
        _settle(file)
    with _opened(work, chain) as copy:
        after, head = digests(copy), _head(copy)
    if before is not None and before != after:
        raise AccessError("backup_differs", database=chain)
    return {
        "revision": revision(work, chain),
        "sha256": _sha256(file),
        "tables": after,
        "head": {"seq": head[0], "hash": head[1]},
    }


def _sqlite_copy(source: sqlite3.Connection, file: Path) -> None:
    with closing(sqlite3.connect(file)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def _settle(file: Path) -> None:
    """Leave everything in the one file."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _opened(where: str | Path, chain: str, writes: bool = False) -> Iterator[sa.Connection]:
    """One of the two databases as its owner, in one transaction."""
    source = engine(where, chain, owner=True)
    try:
        with source.connect().execution_options(**{WRITES: writes}) as connection, connection.begin():
            yield connection
    finally:
        source.dispose()


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """The tables of a database as it stands, those that others refer to first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != _REVISION]


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    wanted = sa.select(table).execution_options(yield_per=_BATCH)
    with connection.execute(wanted) as result:
        for part in result.mappings().partitions():
            yield [dict(row) for row in part]


def _copy_rows(source: sa.Connection, target: sa.Connection) -> None:
    for table in _tables(target):
        for rows in _batches(source, table):
            target.execute(sa.insert(table), rows)


def digests(connection: sa.Connection) -> dict[str, dict[str, Any]]:
    """For each table how many rows it has and a fingerprint of them, whatever their order and the engine."""
    found = {}
    for table in sorted(_tables(connection), key=lambda table: table.name):
        lines = sorted(_row_digest(row) for rows in _batches(connection, table) for row in rows)
        found[table.name] = {"rows": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    return found


def _row_digest(row: Mapping[str, Any]) -> bytes:
    plain = {
        name: {"bytes": bytes(value).hex()} if isinstance(value, bytes | memoryview) else value
        for name, value in row.items()
    }
    return hashlib.sha256(canonical(plain)).digest()


def _head(connection: sa.Connection) -> tuple[int, str]:
    wanted = "SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1"
    row = connection.exec_driver_sql(wanted).one()
    return int(row.seq), str(row.hash)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a backup.

    Raises
    ------
    AccessError
        ``no_backup`` when there is none in the folder, or of another form.
    """
    path = Path(folder) / MANIFEST
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise AccessError("no_backup", path=str(folder)) from None
    if not isinstance(found, dict) or found.get("form") != FORM:
        raise AccessError("no_backup", path=str(folder))
    return found


def heads(folder: str | Path) -> dict[str, tuple[int, str]]:
    """Number and hash of the last event of each chain when a backup was made, for an audit to compare."""
    parts = read_manifest(folder)["databases"]
    return {chain: (part["head"]["seq"], part["head"]["hash"]) for chain, part in parts.items()}


def restore(folder: str | Path, where: str | Path, name: str | None = None) -> Backup:
    """Restore a backup into an empty place, and check that it is all there.

    A backup of an older version is brought up to date on the way.

    Parameters
    ----------
    folder
        The backup.
    where
        A folder, or the URL of a PostgreSQL database, that holds no databank yet.
    name
        Who restores; the account of the process when absent.

    Raises
    ------
    AccessError
        ``databank_there``, ``no_backup``, ``backup_damaged`` (a file is not what was written),
        ``databank_new`` (made by a newer version), ``restore_differs`` (what was restored is not what the
        backup holds).
    """
    manifest = read_manifest(folder)
    if Database.exists(where):
        raise AccessError("databank_there", where=shown(where))
    with tempfile.TemporaryDirectory(prefix="thuishaven-restore-") as work:
        for chain in CHAINS:
            _check_part(Path(folder), Path(work), chain, manifest["databases"].get(chain, {}))
            upgrade(work, chain)
            _settle(sqlite_file(work, chain))
        expected = {chain: _digests_at(work, chain) for chain in CHAINS}
        if is_postgresql(where):
            Database.create_empty(where)
            for chain in CHAINS:
                with _opened(work, chain) as source, _opened(where, chain, writes=True) as target:
                    _copy_rows(source, target)
        else:
            _move_in(Path(work), Path(where))
    if expected != {chain: _digests_at(where, chain) for chain in CHAINS}:
        raise AccessError("restore_differs", where=shown(where))
    found = Database(where).as_owner()
    audits = found.audit(heads(folder))
    for store in found.stores.values():
        local = store.local(name)
        decision = require(local, "restore", Object("databank"))
        with store.change(local) as change:
            details = {"made": manifest["made"]}
            change.log("restore", "databank", manifest["id"], decision=decision, details=details)
    found.close()
    told = _told(Path(folder), manifest)
    return Backup(told.folder, told.rows, told.heads, audits)


def _check_part(folder: Path, work: Path, chain: str, part: Mapping[str, Any]) -> None:
    """Copy one database of a backup, when it is what the manifest says."""
    file = sqlite_file(folder, chain)
    if not file.is_file() or _sha256(file) != part.get("sha256"):
        raise AccessError("backup_damaged", path=str(file))
    if part["revision"] not in known(chain):
        raise AccessError("databank_new", where=str(folder), found=part["revision"], expected=newest(chain))
    shutil.copyfile(file, sqlite_file(work, chain))
    if _digests_at(work, chain) != part["tables"]:
        raise AccessError("backup_damaged", path=str(file))


def _digests_at(where: str | Path, chain: str) -> dict[str, dict[str, Any]]:
    with _opened(where, chain) as connection:
        return digests(connection)


def _move_in(work: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for chain in CHAINS:
        _settle(sqlite_file(work, chain))
        shutil.copyfile(sqlite_file(work, chain), sqlite_file(target, chain))
        sqlite_file(target, chain).chmod(_PRIVATE)


def _told(folder: Path, manifest: Mapping[str, Any]) -> Backup:
    parts = manifest["databases"]
    rows = {
        f"{chain}.{table}": found["rows"]
        for chain, part in parts.items()
        for table, found in part["tables"].items()
    }
    return Backup(folder, rows, {c: (p["head"]["seq"], p["head"]["hash"]) for c, p in parts.items()})
