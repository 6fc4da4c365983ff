"""Editions beside each other: what a reader subtracts tells of nobody, or of enough companies."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.databank.disclosure import (
    ALL,
    COUNT,
    SUM,
    TOTAL,
    Ladder,
    Level,
    Record,
    Rules,
    Told,
    given_away,
    nearly_the_same,
    usual_rules,
)
from thuishaven.databank.office.yearly_safe import Safe

RULES = Rules(threshold=5, n=2, k=85, p=10, width=0.2)
SECTOR = Ladder(
    "sector",
    (
        Level("division", lambda record: record.keys["sector"]),
        Level("first", lambda record: record.keys["sector"][0]),
    ),
)


def firms(first: int, last: int, sector: str, value: float = 1.0) -> list[Record]:
    return [Record(f"g{n}", {"sector": sector}, value, f"p{n}") for n in range(first, last)]


def told(level: str, records: list[Record], *shown: str) -> Told:
    return Told(level, frozenset(shown), tuple(records))


def test_one_dossier_apart_gives_it_away() -> None:
    before = told("division", [*firms(0, 9, "22"), *firms(20, 27, "25")], "22", "25")
    after = told("division", [*firms(0, 10, "22"), *firms(20, 27, "25")], "22", "25")
    assert {"22", TOTAL} == given_away(SECTOR, after, [before], RULES)
    assert {"22", TOTAL} == given_away(SECTOR, before, [after], RULES)
    assert set() == given_away(SECTOR, before, [before], RULES)


def test_as_many_as_a_cell_needs_give_nothing_away() -> None:
    before = told("division", firms(0, 9, "22"), "22")
    assert set() == given_away(SECTOR, told("division", firms(0, 14, "22"), "22"), [before], RULES)
    assert {"22", TOTAL} == given_away(SECTOR, told("division", firms(0, 13, "22"), "22"), [before], RULES)


def test_five_dossiers_of_one_company_are_one() -> None:
    more = [Record("g0", {"sector": "22"}, 1.0, f"q{n}") for n in range(5)]
    before, after = firms(0, 9, "22"), [*firms(0, 9, "22"), *more]
    assert TOTAL in given_away(SECTOR, told("division", after, "22"), [told("division", before, "22")], RULES)


def test_who_moves_from_one_cell_to_another_shows_in_both() -> None:
    before = told("division", [*firms(0, 10, "22"), *firms(20, 30, "25")], "22", "25")
    moved = [*firms(0, 9, "22"), *firms(20, 30, "25"), Record("g9", {"sector": "25"}, 1.0, "p9")]
    assert {"22", "25"} == given_away(SECTOR, told("division", moved, "22", "25"), [before], RULES)


def test_the_remainder_of_hidden_cells_is_a_number_too() -> None:
    small = [*firms(40, 43, "30"), *firms(50, 53, "31")]
    before = told("division", [*firms(0, 10, "22"), *small], "22")
    after = told("division", [*firms(0, 10, "22"), *small, *firms(60, 61, "30")], "22")
    assert {TOTAL} == given_away(SECTOR, after, [before], RULES)


def test_a_finer_cut_adds_up_to_a_coarser_one() -> None:
    fine = told("division", [*firms(0, 8, "22"), *firms(20, 28, "25")], "22", "25")
    coarse = told("first", [*firms(0, 9, "22"), *firms(20, 28, "25")], "2")
    assert {"2", TOTAL} == given_away(SECTOR, coarse, [fine], RULES)
    assert {"22", "25", TOTAL} == given_away(SECTOR, fine, [coarse], RULES)
    assert {TOTAL} & given_away(SECTOR, told(ALL, list(coarse.records), ALL), [fine], RULES)


def test_years_that_share_no_dossier_give_nothing_away() -> None:
    one, other = firms(0, 6, "22"), firms(100, 107, "22")
    beside = given_away(SECTOR, told("division", other, "22"), [told("division", one, "22")], RULES)
    assert set() == beside
    assert not nearly_the_same(other, [one], RULES)
    assert nearly_the_same(firms(0, 8, "22"), [one], RULES)
    assert not nearly_the_same(firms(0, 11, "22"), [one], RULES)


def test_an_amount_that_one_changes_is_given_away_and_so_is_one_that_dominates() -> None:
    before = told("division", firms(0, 10, "22", 7.0), "22")
    one = [*firms(0, 9, "22", 7.0), *firms(9, 10, "22", 12.0)]
    assert TOTAL in given_away(SECTOR, told("division", one, "22"), [before], RULES, SUM)
    big = [*firms(0, 4, "22", 8.0), *firms(4, 9, "22", 7.0), *firms(9, 10, "22", 400.0)]
    assert TOTAL in given_away(SECTOR, told("division", big, "22"), [before], RULES, SUM)
    all_more = firms(0, 10, "22", 8.0)
    assert set() == given_away(SECTOR, told("division", all_more, "22"), [before], RULES, SUM)


# ---- an attacker who holds all editions

NAMES = ("22", "25", "31", "32")
EDITS = st.lists(st.tuples(st.integers(0, 47), st.sampled_from([*NAMES, ""])), min_size=1, max_size=9)


def history_of(size: int, changes: list[list[tuple[int, str]]]) -> list[dict[int, str]]:
    """In which sector each dossier is, edition after edition; without a sector it is not counted."""
    states = [{n: NAMES[n % len(NAMES)] for n in range(size)}]
    for change in changes:
        states.append({n: sector for n, sector in {**states[-1], **dict(change)}.items() if sector})
    return states


def worked_out(categories: list[str], shown: frozenset[str]) -> list[frozenset[str]]:
    """Which sets of categories add up to a number that follows from those shown and the total."""
    rows = [[Fraction(one == name) for one in categories] for name in shown] + [
        [Fraction(1)] * len(categories)
    ]
    sets = chain.from_iterable(combinations(categories, n) for n in range(1, len(categories) + 1))
    found = []
    for names in sets:
        wanted = [Fraction(one in names) for one in categories]
        if rank([*rows, wanted]) == rank(rows):
            found.append(frozenset(names))
    return found


def rank(rows: list[list[Fraction]]) -> int:
    """How many rows don't follow from the others: by elimination."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0])):
        pivot = next((row for row in rows[found:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        rows.insert(found, pivot)
        for row in rows[found + 1 :]:
            factor = row[column] / pivot[column]
            row[:] = [one - factor * other for one, other in zip(row, pivot, strict=True)]
        found += 1
    return found


@settings(deadline=None, max_examples=100)
@given(
    size=st.integers(8, 40),
    changes=st.lists(EDITS, min_size=1, max_size=3),
    firms_per_group=st.integers(1, 2),
)
def test_nobody_subtracts_an_edition_from_another_and_sees_a_few(
    size: int, changes: list[list[tuple[int, str]]], firms_per_group: int
) -> None:
    """Whatever follows from two editions together differs by nobody or by enough groups."""
    rules, editions, earlier = usual_rules(), list[Told](), list[Told]()
    for state in history_of(size, changes):
        records = [
            Record(f"g{n // firms_per_group}", {"sector": sector}, 1.0, f"p{n}")
            for n, sector in state.items()
        ]
        safe = Safe(rules, {"sector": earlier})
        safe.finest("sector", records, SECTOR)
        if table := safe.tables.get("sector"):
            earlier = [*earlier, Told(table.level, table.shown, safe.behind["sector"])]
            editions.append(earlier[-1])
    for one, other in combinations(editions, 2):
        # Alike cut: the coarser level of the two, where the finer one shows it whole.
        for level, of in (("division", lambda r: r.keys["sector"]), ("first", lambda r: r.keys["sector"][0])):
            known = [set(seen(edition, level, of)) for edition in (one, other)]
            for names in known[0] & known[1]:
                new, old = (
                    {record.id: record for record in edition.records if of(record) in names}
                    for edition in (one, other)
                )
                apart = {(new.get(name) or old[name]).group for name in new.keys() ^ old.keys()}
                assert not (new.keys() & old.keys()) or not 0 < len(apart) < rules.threshold


def seen(edition: Told, level: str, of: object) -> list[frozenset[str]]:
    """The sets of categories of a level whose number follows from an edition."""
    everything = sorted({of(record) for record in edition.records})  # type: ignore[operator]
    if edition.level == level:
        return worked_out(everything, edition.shown & set(everything))
    if edition.level == "division":
        fine: dict[str, set[str]] = {}
        for record in edition.records:
            fine.setdefault(record.keys["sector"][0], set()).add(record.keys["sector"])
        return worked_out(
            everything, frozenset(name for name, parts in fine.items() if parts <= edition.shown)
        )
    return [frozenset(everything)]


def test_the_attacker_is_one() -> None:
    """The attack is tried where nothing guards: it sees the one who came."""
    assert frozenset({"31", "32"}) in worked_out(["22", "31", "32"], frozenset({"22"}))
    assert frozenset({"31"}) not in worked_out(["22", "31", "32"], frozenset({"22"}))


def test_nothing_guards_by_itself() -> None:
    """Without the editions told before, the table of one company more is told."""
    before, after = firms(0, 9, "22"), firms(0, 10, "22")
    for earlier, expected in (({}, 10.0), ({"sector": [told(ALL, before, ALL)]}, None)):
        safe = Safe(usual_rules(), earlier)
        safe.finest("sector", after, SECTOR)
        assert expected == (safe.tables["sector"].total if "sector" in safe.tables else None)
        assert ([] if expected else ["sector"]) == safe.withheld


@pytest.mark.parametrize("measure", [COUNT, SUM])
def test_no_edition_before_gives_nothing_away(measure: str) -> None:
    assert set() == given_away(SECTOR, told("division", firms(0, 3, "22"), "22"), [], RULES, measure)
