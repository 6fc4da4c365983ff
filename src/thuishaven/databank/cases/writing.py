"""Writing cases, sources and claims: one path for a single claim and for a hundred thousand imported rows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from thuishaven.access import Change, canonical, fingerprint, new_id, read_moment
from thuishaven.databank.cases.model import Claim, Record, Source, Statement
from thuishaven.databank.cases.names import name_key
from thuishaven.databank.cases.tables import CASE, CLAIM, LISTING, ORGANISATION, SOURCE
from thuishaven.databank.cases.vocabulary import UNKNOWN

_BATCH = 2**9
#: From how many rows on they go into PostgreSQL by COPY.
_COPIED = 2**6
_FROZEN = tuple(name for name in Source.__slots__ if name not in {"id", "accessed_on"})
_NUMBERS = ("kbo", "kvk", "lei", "vat", "size_class")


def source_key(source: Source) -> str:
    """What tells publications apart: everything but the day somebody looked.

    >>> from dataclasses import replace
    >>> one = Source("company", "VDL", url="https://www.vdl.example/")
    >>> source_key(one) == source_key(replace(one, accessed_on="2026-11-22"))
    True
    """
    return fingerprint(canonical({name: getattr(source, name) for name in _FROZEN}))


class Writing:
    """Rows that are collected in a change and written together; :meth:`flush` writes them.

    Parameters
    ----------
    change
        The change that they belong to; it is one event, whatever their number.
    """

    def __init__(self, change: Change) -> None:
        self.change = change
        self._keys: dict[int, tuple[Source, str]] = {}
        self._sources: dict[str, str] = {}
        self._new: set[str] = set()
        self._rows: dict[sa.Table, list[dict[str, Any]]] = {}
        self._last: dict[sa.Table, int] = {}
        #: First and last id of the claims, 0 while there are none.
        self.made = (0, 0)

    def know_sources(self, sources: Iterable[Source]) -> None:
        """Look up many sources at once."""
        apart = {id(source): source for source in sources}.values()
        keys = sorted({self._key(source) for source in apart} - set(self._sources) - self._new)
        for start in range(0, len(keys), _BATCH):
            part = keys[start : start + _BATCH]
            wanted = sa.select(SOURCE.c.key, SOURCE.c.id).where(SOURCE.c.key.in_(part))
            self._sources |= {row.key: row.id for row in self.change.run(wanted)}
        self._new |= set(keys) - set(self._sources)

    def source(self, source: Source) -> str:
        """Id of a source, which is written when it is new."""
        key = self._key(source)
        if key not in self._sources and key not in self._new:
            self.know_sources([source])
        if key not in self._sources:
            self._sources[key] = new_id()
            row: dict[str, Any] = {name: getattr(source, name) for name in Source.__slots__}
            row |= {"id": self._sources[key], "key": key}
            self._add(SOURCE, {**row, "recorded_at": self.change.now})
        return self._sources[key]

    def _key(self, source: Source) -> str:
        # Statements of one row share one source: knowing it by its place in memory spares comparing it.
        there = self._keys.get(id(source))
        if there is None:
            there = self._keys[id(source)] = (source, source_key(source))
        return there[1]

    def organisation(self, name: str, country: str, numbers: dict[str, str]) -> str:
        """A new organisation."""
        row = {"id": new_id(), "name": name, "name_key": name_key(name), "country": country}
        row |= {column: numbers.get(column, "") for column in _NUMBERS}
        self._add(ORGANISATION, {**row, "created": self.change.now})
        return row["id"]

    def case(
        self, statements: Sequence[Statement], state: str, batch: str = "", organisation: str = ""
    ) -> str:
        """A new case with what is said of it."""
        said = {one.field: one.value for one in reversed(statements)}
        name = said.get("organisation.name", "")
        unit = said.get("organisation.unit", "")
        numbers = {field.removeprefix("organisation."): value for field, value in said.items()}
        country = said.get("organisation.country", "").replace(UNKNOWN, "")
        owner = organisation or self.organisation(name, country, numbers)
        case = new_id()
        self._add(
            CASE,
            {
                "id": case,
                "number": self._next(CASE, CASE.c.number),
                "organisation": owner,
                "label": f"{name}, {unit}" if unit else name,
                "state": state,
                "state_since": self.change.now,
                "cycle": 1,
                "version": 0,
                "batch": batch,
                "author": self.change.actor.name,
                "reason": "",
                "created": self.change.now,
                "changed": self.change.now,
            },
        )
        self.claims(case, statements, cycle=1, round_="intake")
        return case

    def claims(
        self, case: str, statements: Iterable[Statement], *, cycle: int, round_: str, coder: str | None = None
    ) -> list[int]:
        """Claims about a case; returns their ids."""
        made = []
        for one in statements:
            number = self._next(CLAIM, CLAIM.c.id)
            self.made = (self.made[0] or number, number)
            self._add(
                CLAIM,
                {
                    "id": number,
                    "case": case,
                    "cycle": cycle,
                    "move": one.move,
                    "field": one.field,
                    "value": one.value,
                    "qualifiers": canonical(dict(one.qualifiers)).decode() if one.qualifiers else "{}",
                    "as_of": one.as_of,
                    "valid_from": one.valid_from,
                    "valid_to": one.valid_to,
                    "source": self.source(one.source),
                    "locator": one.locator,
                    "coder": self.change.actor.name if coder is None else coder,
                    "round": round_,
                    "confidence": one.confidence,
                    "note": one.note,
                    "recorded_at": self.change.now,
                    "supersedes": one.supersedes,
                },
            )
            made.append(number)
        return made

    def flush(self) -> bytes:
        """Write everything collected; returns what the event keeps the hash of."""
        return canonical(self.write())

    def write(self) -> list[list[Any]]:
        """Write everything collected; returns the rows by table."""
        payload: list[list[Any]] = []
        for table in (ORGANISATION, SOURCE, CASE, CLAIM):
            rows = self._rows.pop(table, [])
            if rows:
                insert_many(self.change.connection, table, rows)
                payload.append([table.name, rows])
        return payload

    def _add(self, table: sa.Table, row: dict[str, Any]) -> None:
        self._rows.setdefault(table, []).append(row)

    def _next(self, table: sa.Table, column: sa.Column[Any]) -> int:
        if table not in self._last:
            self._last[table] = self.change.run(sa.select(sa.func.max(column))).scalar_one() or 0
        self._last[table] += 1
        return self._last[table]


def keep_organisation(change: Change, case: Any, record: Record) -> None:
    """Let the line of an organisation say what the record of its case says."""
    name = record.text("organisation.name")
    if not name:
        return
    found = {column: record.text(f"organisation.{column}") for column in ("country", *_NUMBERS)}
    values = {column: "" if value == UNKNOWN else value for column, value in found.items()}
    values |= {"name": name, "name_key": name_key(name)}
    change.run(sa.update(ORGANISATION).where(ORGANISATION.c.id == case.organisation).values(**values))
    change.run(sa.update(CASE).where(CASE.c.id == case.id).values(label=label_of(record)))


def label_of(record: Record) -> str:
    """The company and the part of it that a case is about, for lists."""
    name, unit = record.text("organisation.name"), record.text("organisation.unit")
    return f"{name}, {unit}" if unit and unit != UNKNOWN else name


def insert_many(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns, without work for each that the database does not need."""
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) > _COPIED:
        _copy(connection, table, rows)
        return
    made = sa.insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    order = getattr(made, "positiontup", None)
    given = list(map(itemgetter(*order), rows)) if order else list(rows)
    connection.exec_driver_sql(str(made), given)


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """PostgreSQL's own way in for many rows."""
    quote = connection.dialect.identifier_preparer.quote
    names = list(rows[0])
    command = f"COPY {quote(table.name)} ({', '.join(map(quote, names))}) FROM STDIN"
    raw: Any = connection.connection.driver_connection
    with raw.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])


def claims_of(connection: sa.Connection, case: str) -> tuple[Claim, ...]:
    """All claims about a case, oldest first."""
    wanted = sa.select(CLAIM).where(CLAIM.c.case == case).order_by(CLAIM.c.id)
    return tuple(_claim(row) for row in connection.execute(wanted).mappings())


def sources_of(connection: sa.Connection, claims: Iterable[Claim]) -> dict[str, Source]:
    """Sources of claims by id."""
    ids = sorted({claim.source for claim in claims})
    found = {}
    for start in range(0, len(ids), _BATCH):
        wanted = sa.select(SOURCE).where(SOURCE.c.id.in_(ids[start : start + _BATCH]))
        for row in connection.execute(wanted).mappings():
            found[row["id"]] = Source(**{name: row[name] for name in Source.__slots__})
    return found


def _claim(row: Any) -> Claim:
    plain = dict(row)
    plain["qualifiers"] = json.loads(plain["qualifiers"])
    plain["recorded_at"] = read_moment(plain["recorded_at"])
    return Claim(**plain)


def keep_line(
    change: Change, row: Any, version: int, seq: int, texts: Mapping[str, str], *, shown: bool = True
) -> None:
    """Keep the line that the search looks in."""
    values = {"shown": shown, "version": version, "seq": seq, **texts}
    mine = LISTING.c.number == row.number
    if change.run(sa.select(LISTING.c.number).where(mine)).first() is None:
        change.run(sa.insert(LISTING).values(number=row.number, case=row.id, **values))
    else:
        change.run(sa.update(LISTING).where(mine).values(**values))
