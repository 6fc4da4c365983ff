"""The table of connectors: which official series refreshes which parameter, and how it is asked for.

Every code of a publisher stands in ``connectors.csv`` beside this module; none stands in code. Any file
of the same form can be read, so an organisation can bring connectors of its own.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from thuishaven.facts.connectors.errors import ConnectorError, quoted
from thuishaven.facts.model import Source

FORMATS = ("jsonstat", "worldbank", "sdmx", "ecb")
TAKES = ("latest", "year_mean")
JUMP_KINDS = ("percent", "difference")
TRANSFORMS = ("", "inverse")
BUNDLED = Path(__file__).with_name("connectors.csv")
_GEO_CODES = Path(__file__).with_name("geo_codes.csv")


@dataclass(frozen=True, slots=True)
class Connector:
    """One row of ``connectors.csv``.

    ``base`` + ``path`` + ``query`` is the question; ``select`` keeps one code of each other dimension
    (a pattern may fit several editions of a code: the last one with values counts). ``geo`` is the
    dimension that holds the place or currency, in the publisher's ``codes``, and becomes ``key``.
    ``split`` is the dimension to split by when the question is too big.

    ``take`` says what is kept of each key: the ``periods`` latest values, or the means of the ``periods``
    latest whole years; ``transform`` ``inverse`` turns units per euro into euro per unit; ``unit`` is the
    unit of the record. ``jump`` is the change (``percent`` of the old value per year, or ``difference`` in
    the unit of the parameter) above which a person must look.
    """

    name: str
    parameter: str
    provider: str
    publisher: str
    dataset: str
    source_id: str
    base: str
    path: str
    query: str
    format: str
    select: tuple[tuple[str, str], ...]
    geo: str
    codes: str
    key: str
    split: str
    take: str
    periods: int
    transform: str
    unit: str
    vintage: str
    licence: str
    ship: str
    jump: float
    jump_kind: str
    update: str
    source_url: str
    note: str

    def url(self, more: str = "", base: str = "") -> str:
        """The address of the question, with ``more`` added to its query and perhaps another ``base``."""
        query = "&".join(part for part in (self.query, more) if part)
        address = (base or self.base).rstrip("/") + "/" + self.path
        return f"{address}?{query}" if query else address

    @property
    def source(self) -> Source:
        """The source that the records of this connector name."""
        title = f"{self.publisher} {self.dataset}"
        return Source(self.source_id, self.publisher, title, self.source_url, self.url(), self.licence)


def read_connectors(path: Path) -> tuple[Connector, ...]:
    """The connectors in a table of the form of ``connectors.csv``.

    Raises ConnectorError ``connector_table`` naming line, field and what was expected.
    """
    found: dict[str, Connector] = {}
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            connector = _connector(row, reader.line_num)
            if connector.name in found:
                raise _wrong(reader.line_num, "name", connector.name, "a name that is not there yet")
            found[connector.name] = connector
    return tuple(found.values())


@lru_cache(maxsize=1)
def connectors() -> tuple[Connector, ...]:
    """The connectors of the package."""
    return read_connectors(BUNDLED)


def chosen(names: Iterable[str] | None, table: Iterable[Connector]) -> tuple[Connector, ...]:
    """The connectors with these names, parameters or providers; all when ``names`` is None.

    Raises ConnectorError ``connector_unknown``.
    """
    known = tuple(table)
    if names is None:
        return known
    picked: dict[str, Connector] = {}
    for name in names:
        fitting = [c for c in known if name in (c.name, c.parameter, c.provider)]
        if not fitting:
            offered = ", ".join(c.name for c in known)
            raise ConnectorError("connector_unknown", name=quoted(name, 60), known=offered)
        picked.update((c.name, c) for c in fitting)
    return tuple(picked.values())


@lru_cache(maxsize=8)
def geo_codes(scheme: str) -> Mapping[str, str]:
    """Code of a publisher -> key of the store (ISO 3166-1 alpha-3, EU27, EA20, WLD).

    ``scheme`` is a column of ``geo_codes.csv``: ``iso3``, ``iso2``, ``eurostat`` (EL, UK, EU27_2020) or
    ``worldbank``.
    """
    with _GEO_CODES.open(encoding="utf-8", newline="") as file:
        return {row[scheme]: row["iso3"] for row in csv.DictReader(file) if row[scheme]}


def _connector(row: Mapping[str, str], line: int) -> Connector:
    missing = [name for name in Connector.__slots__ if row.get(name) is None]
    if missing:
        raise _wrong(line, missing[0], "", "a column of this name")
    for name, allowed in (
        ("format", FORMATS),
        ("take", TAKES),
        ("transform", TRANSFORMS),
        ("jump_kind", JUMP_KINDS),
        ("ship", ("yes", "cite-only", "no")),
        ("codes", ("iso3", "iso2", "eurostat", "worldbank", "as_is")),
    ):
        if row[name] not in allowed:
            raise _wrong(line, name, row[name], " or ".join(allowed))
    for name in ("name", "parameter", "base", "geo", "key", "unit", "source_id"):
        if not row[name].strip():
            raise _wrong(line, name, row[name], "a text")
    try:
        periods, jump = int(row["periods"]), float(row["jump"])
    except ValueError:
        raise _wrong(line, "periods/jump", f"{row['periods']}/{row['jump']}", "two numbers") from None
    if periods < 1 or not 0 < jump < float("inf"):
        raise _wrong(line, "periods/jump", f"{row['periods']}/{row['jump']}", "two numbers above 0")
    pairs = [part.partition("=")[::2] for part in row["select"].split(";") if part]
    if not all(name and code for name, code in pairs):
        raise _wrong(line, "select", row["select"], "DIMENSION=CODE;DIMENSION=CODE")
    text = {name: row[name] for name in Connector.__slots__ if name not in ("select", "periods", "jump")}
    return Connector(**text, select=tuple(pairs), periods=periods, jump=jump)


def _wrong(line: int, field: str, value: str, expected: str) -> ConnectorError:
    return ConnectorError(
        "connector_table", line=line, field=field, value=quoted(value, 60), expected=expected
    )
