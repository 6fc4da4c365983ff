"""The same data as SQLite and Parquet: the bytes vary by the programs' versions, the content does not."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from thuishaven.access import AccessError
from thuishaven.databank.releases.schema import Column, Sheet, sheets
from thuishaven.databank.releases.writing import CSV, read_rows

SQLITE, PARQUET = "sqlite", "parquet"
#: What a release can hold beside CSV and JSON lines.
FORMATS = (SQLITE, PARQUET)
_SQLITE_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "INTEGER"}
_PARQUET_TYPES = {
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "datetime": "TIMESTAMPTZ",
}


def write_sqlite(folder: Path, name: str, about: Mapping[str, Any]) -> Path:
    """One SQLite file with all tables, keys and foreign keys; Datasette opens it, and shows ``about``.

    Parameters
    ----------
    folder
        Of the release, with its data.
    name
        Of the file, without its ending.
    about
        Title, licence and source, as Datasette's metadata has them.
    """
    path = folder / SQLITE / f"{name}.db"
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        for sheet in sheets().values():
            connection.execute(_created(sheet))
        for sheet in sheets().values():
            marks = ", ".join("?" for _ in sheet.columns)
            rows = (tuple(row[column] for column in sheet.names) for row in read_rows(folder, sheet.name))
            # The names come from our own table of columns.
            connection.executemany(f'INSERT INTO "{sheet.name}" VALUES ({marks})', rows)  # noqa: S608
            for column in sheet.columns:
                if column.refers:
                    index = f'CREATE INDEX "{sheet.name}_{column.name}" ON "{sheet.name}" ("{column.name}")'
                    connection.execute(index)
        connection.commit()
        connection.execute("VACUUM")
    texts = {
        sheet.name: {
            "description": sheet.texts["en"],
            "columns": {column.name: column.texts["en"] for column in sheet.columns},
        }
        for sheet in sheets().values()
    }
    plain = {**about, "databases": {name: {"tables": texts}}}
    text = json.dumps(plain, ensure_ascii=False, indent=2, sort_keys=True)
    (path.parent / "metadata.json").write_text(text + "\n", encoding="utf-8")
    return path


def _created(sheet: Sheet) -> str:
    lines = [f'"{column.name}" {_declared(column)}' for column in sheet.columns]
    key = ", ".join(f'"{name}"' for name in sheet.key)
    lines.append(f"PRIMARY KEY ({key})")
    lines += [
        f'FOREIGN KEY ("{column.name}") REFERENCES "{column.refers[0]}" ("{column.refers[1]}")'
        for column in sheet.columns
        if column.refers
    ]
    return f'CREATE TABLE "{sheet.name}" ({", ".join(lines)})'


def _declared(column: Column) -> str:
    return _SQLITE_TYPES.get(column.type, "TEXT") + (" NOT NULL" if column.required else "")


def write_parquet(folder: Path) -> list[Path]:
    """One Parquet file for each table.

    Raises
    ------
    AccessError
        ``parquet_missing`` when the optional package is not installed.
    """
    try:
        import duckdb
    except ModuleNotFoundError:
        raise AccessError("parquet_missing") from None
    (folder / PARQUET).mkdir(exist_ok=True)
    found = []
    with closing(duckdb.connect()) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for sheet in sheets().values():
            path = folder / PARQUET / f"{sheet.name}.parquet"
            types = {column.name: _PARQUET_TYPES.get(column.type, "VARCHAR") for column in sheet.columns}
            table = connection.read_csv(
                str(folder / CSV / f"{sheet.name}.csv"),
                header=True,
                dtype=types,
                delimiter=",",
                quotechar='"',
                escapechar='"',
            )
            table.write_parquet(str(path), compression="zstd")
            found.append(path)
    return found
