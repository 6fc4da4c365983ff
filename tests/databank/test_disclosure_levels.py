"""The finest safe cut, as measured on the 98 seed rows; each row counts as an organisation there."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

from thuishaven.databank.disclosure import (
    Ladder,
    Level,
    Record,
    Rules,
    cut,
    finest,
    node_of,
)

RULES = Rules(threshold=5, n=2, k=85, p=10, width=0.2)
GROUPS = {"NLD": "Benelux", "BEL": "Benelux", "FRA": "France", "ITA": "Italy, Spain", "ESP": "Italy, Spain"}
GROUPS |= {"DEU": "Germany, Austria", "AUT": "Germany, Austria", "GBR": "UK, Ireland", "IRL": "UK, Ireland"}
GROUPS |= dict.fromkeys(("SWE", "FIN", "DNK", "NOR"), "Nordic")


def seeds() -> list[Record]:
    text = (files("thuishaven.databank.cases") / "seeds.csv").read_text(encoding="utf-8")
    return [Record(row["case_ref"], row) for row in csv.DictReader(text.splitlines())]


def year(record: Record) -> str:
    return record.keys["announced_on"][:4]


def period(record: Record) -> str:
    known = year(record) or record.keys["implemented_on"][:4]
    if not known:
        return "unknown"
    for last, name in ((2012, "to 2012"), (2015, "2013-15"), (2018, "2016-18")):
        if int(known) <= last:
            return name
    return "2019+"


TO = Ladder(
    "to",
    (
        Level("country", lambda record: record.keys["to_country"]),
        Level("group", lambda record: GROUPS.get(record.keys["to_country"], "rest")),
    ),
)
SECTOR = Ladder("sector", (Level("division", lambda record: record.keys["nace"]),))
WHEN = Ladder("when", (Level("year", year), Level("period", period)))
LADDERS = (TO, SECTOR, WHEN)


@pytest.mark.parametrize(
    ("levels", "cells", "unsafe", "lost"),
    [
        (("country", "all", "all"), 16, 9, 12),
        (("country", "division", "all"), 65, 63, 86),
        (("country", "division", "year"), 86, 86, 98),
        (("group", "all", "all"), 7, 0, 0),
        (("group", "all", "period"), 24, 15, 33),
    ],
)
def test_the_measured_cuts(levels: tuple[str, ...], cells: int, unsafe: int, lost: int) -> None:
    found = node_of(cut(seeds(), LADDERS, levels), levels, RULES)
    assert (cells, unsafe, lost, 98) == (found.cells, found.unsafe, found.lost, found.records)


def test_the_coarser_table_is_chosen_over_the_one_with_holes() -> None:
    found = finest(seeds(), (TO, WHEN), RULES)
    assert found is not None
    assert ("group", "all") == found.node.levels
    assert (7, 0) == (found.table.published, found.table.hidden)
    assert 98 == found.table.records


def test_what_is_hidden_for_others_counts_as_lost() -> None:
    # Hiding the sector of two takes another with it: more than may be lost.
    records = [
        Record(f"{name}{i}", {"sector": name}) for name in "abcde" for i in range(9 if name != "e" else 2)
    ]
    fine = Ladder("sector", (Level("sector", lambda r: r.keys["sector"]),))
    assert node_of(cut(records, (fine,), ("sector",)), ("sector",), RULES).lost <= 0.1 * len(records)
    found = finest(records, (fine,), RULES)
    assert found is not None
    assert ("all",) == found.node.levels


def test_too_few_organisations_give_no_table_at_all() -> None:
    assert finest(seeds()[:4], LADDERS, RULES) is None
