"""The tables of a release: one definition for all its formats, their descriptions and the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

#: What a column holds; a ``day`` is ``2018``, ``2018-06`` or ``2018-06-15``, as exact as it is known.
TYPES = ("string", "integer", "number", "boolean", "day", "datetime", "json")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``refers`` is (table, column) of a foreign key, or empty; ``texts`` say what it holds."""

    name: str
    type: str
    key: bool
    required: bool
    refers: tuple[str, ...]
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a release with its columns, in order; ``texts`` say what a row is, by language."""

    name: str
    columns: tuple[Column, ...]
    texts: Mapping[str, str]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell rows apart."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def order(self) -> tuple[str, ...]:
        """The columns that rows are sorted by: the key, after the case that they belong to."""
        return self.key if "case" in self.key or "case" not in self.names else ("case", *self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)


def _rows(name: str) -> list[dict[str, str]]:
    return read_table("thuishaven.databank.releases", name)


@cache
def sheets() -> Mapping[str, Sheet]:
    """The tables by name, in the order of the codebook."""
    columns: dict[str, list[Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["table"], []).append(
            Column(
                name=row["column"],
                type=row["type"],
                key=row["key"] == "yes",
                required=row["required"] == "yes",
                refers=tuple(row["refers"].split(".")) if row["refers"] else (),
                texts={"en": row["en"], "nl": row["nl"]},
            )
        )
    return {
        row["table"]: Sheet(row["table"], tuple(columns[row["table"]]), {"en": row["en"], "nl": row["nl"]})
        for row in _rows("tables.csv")
    }
