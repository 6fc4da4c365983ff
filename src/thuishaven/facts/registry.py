"""Reading the tables of the package: parameters, sources, widths, and the facts themselves."""

import csv
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from thuishaven.facts.model import Fact, Parameter, Source, sorted_keys

TABLES = Path(__file__).with_name("tables")
FACT_FOLDERS = ("world", "cost", "region")
FACT_COLUMNS = (
    "parameter",
    "keys",
    "value",
    "low",
    "high",
    "text",
    "unit",
    "period",
    "vintage",
    "source_id",
    "locator",
    "method",
    "licence",
    "ship",
    "confidence",
    "status",
    "range_kind",
    "supersedes",
    "note",
)


class TableError(ValueError):
    """A table of the package does not have the form it should have: which file, which line, what."""

    def __init__(self, path: Path, line: int, what: str) -> None:
        super().__init__(f"{path.name}, line {line}: {what}")


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a table with their line numbers (the header is line 1)."""
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        for row in reader:
            yield reader.line_num, row


def _number(text: str) -> float | None:
    return float(text) if text else None


@lru_cache(maxsize=1)
def parameters() -> Mapping[str, Parameter]:
    """The registry of parameters by name (``tables/parameters.csv``)."""
    found: dict[str, Parameter] = {}
    for line, row in rows(TABLES / "parameters.csv"):
        if row["name"] in found:
            raise TableError(TABLES / "parameters.csv", line, f"{row['name']} is there twice")
        found[row["name"]] = Parameter(
            name=row["name"],
            dimension=row["dimension"],
            unit=row["unit"],
            keys=tuple(sorted(row["keys"].split())),
            plausible_low=float(row["plausible_low"]),
            plausible_high=float(row["plausible_high"]),
            age_months=_number(row["age_months"]),
            chain=tuple(row["chain"].split()),
            positive=row["positive"] == "yes",
            hard_low=_number(row["hard_low"]),
            hard_high=_number(row["hard_high"]),
            distribution=row["distribution"],
            period_kind=row["period_kind"],
            vintages=row["vintages"],
            law=row["law"] == "yes",
            label_en=row["label_en"],
            description=row["description"],
        )
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def sources() -> Mapping[str, Source]:
    """The sources by id (``tables/sources.csv``)."""
    return MappingProxyType({row["source_id"]: Source(**row) for _, row in rows(TABLES / "sources.csv")})


@lru_cache(maxsize=1)
def widths() -> Mapping[str, float]:
    """Geometric standard deviations by reason (``tables/widths.csv``, all assumptions)."""
    return MappingProxyType({row["reason"]: float(row["gsd"]) for _, row in rows(TABLES / "widths.csv")})


def read_facts(path: Path, layer: str = "bundled") -> Iterator[Fact]:
    """The facts of one table in the store's own form (columns ``FACT_COLUMNS``).

    Raises TableError for a row that cannot be read.
    """
    shared: dict[str, tuple[tuple[str, str], ...]] = {}
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.reader(handle)
        if tuple(next(reader, ())) != FACT_COLUMNS:
            raise TableError(path, 1, f"the columns should be {', '.join(FACT_COLUMNS)}")
        for row in reader:
            try:
                name, keys, value, low, high, text, unit, period, vintage, source_id, locator = row[:11]
                method, licence, ship, confidence, status, range_kind, supersedes, note = row[11:]
                if keys not in shared:
                    pairs = (part.partition("=")[::2] for part in keys.split(";") if part)
                    shared[keys] = sorted_keys(dict(pairs))
                yield Fact(
                    name,
                    shared[keys],
                    float(value) if value else None,
                    float(low) if low else None,
                    float(high) if high else None,
                    text,
                    unit,
                    period,
                    vintage,
                    source_id,
                    locator,
                    method,
                    licence,
                    ship,
                    confidence,
                    status,
                    note,
                    range_kind,
                    layer,
                    "",
                    "",
                    supersedes,
                )
            except ValueError as error:
                raise TableError(path, reader.line_num, str(error)) from error


def fact_tables() -> tuple[Path, ...]:
    """The tables of facts in the package, in a fixed order."""
    return tuple(
        path
        for folder in FACT_FOLDERS
        for path in sorted((TABLES / folder).glob("*.csv"))
        if path.name != "benchmarks.csv"
    )
