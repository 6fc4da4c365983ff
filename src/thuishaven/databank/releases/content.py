"""The rows of a release, worked out of the versions of its cases and of nothing else that may change."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from thuishaven.access import Actor, Store, canonical
from thuishaven.databank.cases import UNKNOWN, Desk, Record, fields
from thuishaven.databank.cases.model import read_record
from thuishaven.databank.cases.published import parts
from thuishaven.databank.cases.tables import CASE, MEASURE, REFERENCE, VERSION
from thuishaven.databank.cases.vocabulary import motives, own_table
from thuishaven.databank.releases.schema import sheets
from thuishaven.databank.reliability import reliability, set_reliability

Row = dict[str, Any]
#: Table of the release by table of the databank, for the lines of a version.
_PARTS = {
    "site": "sites",
    "move": "moves",
    "status_event": "status_events",
    "jobs": "jobs",
    "money": "money",
    "support": "support",
    "motive": "motives",
    "process_stage": "process_stages",
    "distress_event": "distress_events",
}
_BATCH = 2**8
_NUMBERS = ("kbo", "kvk", "lei", "vat", "size_class")
#: The code of a field as a whole, among the codes that are judged one by one.
WHOLE = "-"


def chosen(connection: sa.Connection) -> list[tuple[str, int]]:
    """The cases that a release of now would hold, each with its version: published and not withdrawn."""
    wanted = sa.select(CASE.c.id, CASE.c.version).where(CASE.c.version > 0, CASE.c.state != "withdrawn")
    return sorted((row.id, row.version) for row in connection.execute(wanted))


def frozen(connection: sa.Connection, store: Store, actor: Actor) -> dict[str, list[Row]]:
    """The rows of tables that no version of a case holds, as they are now."""
    gone = sa.select(CASE).where(CASE.c.version > 0, CASE.c.state == "withdrawn").order_by(CASE.c.id)
    return {
        "reliability": agreement(store, actor),
        "literature": _rows(connection, REFERENCE, {"id": "reference"}, "literature"),
        "policy_measures": _rows(connection, MEASURE, {"id": "measure"}, "policy_measures"),
        "withdrawn": [
            {"case": row.id, "number": row.number, "withdrawn_at": row.state_since, "reason": row.reason}
            for row in connection.execute(gone)
        ],
    }


def _rows(connection: sa.Connection, table: sa.Table, names: Mapping[str, str], sheet: str) -> list[Row]:
    wanted = sheets()[sheet].names
    found = connection.execute(sa.select(table).order_by(table.c.id)).mappings()
    plain = ({names.get(name, name): value for name, value in row.items()} for row in found)
    return [{name: row[name] for name in wanted} for row in plain]


def agreement(store: Store, actor: Actor) -> list[Row]:
    """How reliable each field was coded: rows of the table ``reliability``."""
    desk, found = Desk(store), []
    for name, field in fields().items():
        codings = desk.codings(actor, name) if field.measure else ()
        if not codings:
            continue
        if field.many:
            found += _sets(
                name, [(one.case, one.cycle, one.move, one.about, one.first, one.second) for one in codings]
            )
            continue
        data = [[one.first for one in codings], [one.second for one in codings]]
        level, values = _measured(field.measure, field.codes, data)
        one = reliability(values, level)
        found.append(_alpha_row(name, WHOLE, level, one.to_dict()))
    return sorted(found, key=lambda row: (row["field"], row["code"]))


def _sets(
    name: str, codings: Iterable[tuple[str, int, int, Mapping[str, str], str | None, str | None]]
) -> list[Row]:
    """Fields with several values: one unit for each case and move, its codes as sets."""
    units: dict[tuple[str, int, int], tuple[set[str], set[str]]] = {}
    for case, cycle, move, about, first, second in codings:
        code = about.get("value", "")
        chose = units.setdefault((case, cycle, move), (set(), set()))
        for into, choice in zip(chose, (first, second), strict=True):
            if choice not in {None, "no"}:
                into.add(code)
    data = [[unit[coder] for _, unit in sorted(units.items())] for coder in range(2)]
    together = set_reliability(data)
    rows = [_alpha_row(name, str(code), "nominal", one.to_dict()) for code, one in together.per_code]
    whole = {
        "alpha": None,
        "low": None,
        "high": None,
        "agreement": None,
        "units": together.units,
        "reason": "",
    }
    return [*rows, _alpha_row(name, WHOLE, "sets", whole) | {"jaccard": together.jaccard}]


def _alpha_row(name: str, code: str, level: str, found: Mapping[str, Any]) -> Row:
    kept = {key: found[key] for key in ("alpha", "low", "high", "agreement", "units", "reason")}
    return {"field": name, "code": code, "level": level, "jaccard": None, **kept}


def _measured(
    level: str, codes: Sequence[str], data: Sequence[Sequence[str | None]]
) -> tuple[str, list[list[Any]]]:
    """The codes as values of their level; at a numeric level "unknown" has no place and is missing."""
    from thuishaven.databank.cases.days import first_day
    from thuishaven.databank.cases.statements import number

    def value(text: str | None) -> Any:
        if text is None or (level != "nominal" and text == UNKNOWN):
            return None
        match level:
            case "ordinal":
                return codes.index(text)
            case "interval":
                return first_day(text).toordinal()
            case "ratio":
                return sum(number(text)) / 2
            case _:
                return text

    return level, [[value(text) for text in row] for row in data]


def fixed() -> dict[str, list[Row]]:
    """The tables that come with the program: fields and codes."""
    found: list[Row] = []
    for name, field in fields().items():
        texts = {f"label_{language}": text for language, text in field.labels.items()}
        texts |= {f"definition_{language}": text for language, text in field.definitions.items()}
        found.append({"field": name, "kind": field.kind, "measure": field.measure, **texts})
    codes = [{name: row[name] for name in sheets()["codes"].names} for row in own_table("codes")]
    for code, motive in motives().items():
        names = {f"label_{language}": text for language, text in motive.labels.items()}
        codes.append({"list": "motive", "code": code, **names})
    return {
        "fields": sorted(found, key=lambda row: row["field"]),
        "codes": sorted(codes, key=lambda row: (row["list"], row["code"])),
    }


class Content:
    """The rows of a release.

    Parameters
    ----------
    connection
        To the public database.
    cases
        (case, version) of each case in it, sorted.
    others
        What :func:`frozen` gave when the release was made.
    """

    def __init__(
        self, connection: sa.Connection, cases: Sequence[tuple[str, int]], others: Mapping[str, Sequence[Row]]
    ) -> None:
        self._connection = connection
        self._cases = cases
        self._late = {**fixed(), **others}
        self._organisations: dict[str, Row] = {}
        self._sources: dict[str, Row] = {}

    def rows(self) -> Iterator[tuple[str, Row]]:
        """Every row with the name of its table; those of one table come in order of their key."""
        for case, published, record in self._records():
            yield from self._of_case(case, published, record)
        for name in ("organisations", "sources"):
            known = self._organisations if name == "organisations" else self._sources
            for key in sorted(known):
                yield name, known[key]
        for name, rows in self._late.items():
            for row in rows:
                yield name, dict(row)

    def _records(self) -> Iterator[tuple[Any, Any, Record]]:
        """The cases by id: their line, their version, and the record of it."""
        for start in range(0, len(self._cases), _BATCH):
            some = dict(self._cases[start : start + _BATCH])
            lines = self._connection.execute(sa.select(CASE).where(CASE.c.id.in_(some)))
            wanted = sa.select(VERSION).where(VERSION.c.case.in_(some))
            versions = {(row.case, row.version): row for row in self._connection.execute(wanted)}
            for line in sorted(lines, key=lambda row: row.id):
                version = versions[line.id, some[line.id]]
                yield line, version, read_record(json.loads(zlib.decompress(version.record)))

    def _of_case(self, line: Any, version: Any, record: Record) -> Iterator[tuple[str, Row]]:
        typed = {table.name: rows for table, rows in parts(record).items()}
        organisation: Row = {"organisation": line.organisation}
        organisation |= {
            name: _known(record.text(f"organisation.{name}")) for name in ("name", "country", *_NUMBERS)
        }
        # Of an organisation with several cases the first one names it, whatever the order of the others.
        self._organisations.setdefault(line.organisation, organisation)
        for one in record.sources.values():
            self._sources[one.id] = {
                "source": one.id,
                **{name: getattr(one, name) for name in sheets()["sources"].names if name != "source"},
            }
        profile = next(iter(typed["case_profile"]), {"case_type": "", "title": "", "summary": ""})
        state = record.state
        yield (
            "cases",
            {
                "case": line.id,
                "number": line.number,
                "version": version.version,
                "published_at": version.at,
                "organisation": line.organisation,
                "unit": _known(record.text("organisation.unit")),
                **{name: profile[name] for name in ("case_type", "title", "summary")},
                "state": state.state if state else "",
                "state_began_on": state.occurred_on if state else "",
                "state_precision": state.precision if state else "",
                "state_as_of": state.as_of if state else "",
            },
        )
        for table, name in _PARTS.items():
            for row in typed[table]:
                yield name, {"case": line.id, **row}
        shown = _shown(record)
        for claim in sorted(record.claims.values(), key=lambda one: one.id):
            plain = {name: getattr(claim, name) for name in ("move", "field", "value", "as_of", "valid_from")}
            plain |= {
                name: getattr(claim, name)
                for name in ("valid_to", "source", "locator", "round", "confidence")
            }
            yield (
                "claims",
                {
                    "claim": claim.id,
                    "case": line.id,
                    **plain,
                    "qualifiers": canonical(dict(claim.qualifiers)).decode(),
                    "recorded_at": claim.recorded_at,
                    "supersedes": claim.supersedes or None,
                    "shown": claim.id in shown,
                },
            )


def _known(text: str) -> str:
    return "" if text == UNKNOWN else text


def _shown(record: Record) -> set[int]:
    """Ids of the claims whose values the record shows."""
    some = [*record.values.values(), *(one for many in record.lists.values() for one in many)]
    found = {one.claim for shown in some for one in (shown, *shown.series)}
    return found | {line.claim for line in record.status}
