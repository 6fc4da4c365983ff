"""Duplicates, as measured on the seed rows: names are proposed, people judge."""

from __future__ import annotations

import csv
import io
import itertools

import pytest

from thuishaven.databank.cases import SEEDS, Party, alike, likeness, near
from thuishaven.databank.cases.imports import seed_text
from thuishaven.databank.cases.matches import together
from thuishaven.databank.cases.names import name_key, spellings

ROWS = list(csv.DictReader(io.StringIO(seed_text(SEEDS[0]))))
PARTIES = [Party(row["case_ref"], row["company"], {}) for row in ROWS]
MERSEN = {("S071", "S072"), ("S071", "S073"), ("S072", "S073")}
MAERKLIN = {("S020", "S062"), ("S020", "S063"), ("S062", "S063")}
PHILIPS = {("S003", "S004")}
EUROPE = {("S001", "S067")}


def pairs(least: float | None = None) -> set[tuple[str, str]]:
    return {(match.one, match.other) for match in alike(PARTIES, least)}


def test_eight_pairs_of_the_seeds_are_proposed() -> None:
    assert 4753 == len(list(itertools.combinations(PARTIES, 2)))
    assert MERSEN | MAERKLIN | PHILIPS | EUROPE == pairs()


@pytest.mark.parametrize(("least", "count"), [(75, 13), (80, 8), (90, 7)])
def test_how_many_are_proposed_at_each_score(least: float, count: int) -> None:
    assert count == len(pairs(least))


def test_the_one_false_pair_shares_the_word_europe() -> None:
    assert 85.5 == likeness("Capi Europe", "NBI Bearings Europe")
    assert EUROPE == pairs() - pairs(90)


def test_names_are_written_in_more_than_one_way() -> None:
    from rapidfuzz import fuzz

    assert 85.7 == round(fuzz.WRatio("märklin", "marklin"), 1)
    assert 100 == likeness("Märklin", "Marklin") == likeness("Märklin", "Maerklin")


def test_brands_and_groups_would_add_false_pairs() -> None:
    """So the name of the company alone is compared."""
    longer = [Party(row["case_ref"], f"{row['company']} {row['unit']}".strip(), {}) for row in ROWS]
    assert {(match.one, match.other) for match in alike(longer)} != pairs()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Jaga NV", "jaga"),
        ("DinBox Sverige AB", "dinbox sverige"),
        ("Saint-Gobain PAM", "saint gobain pam"),
        ("Orientis Gourmet (Kusmi Tea)", "orientis gourmet kusmi tea"),
        ("B.V.", "b v"),
        ("Pots B.V.", "pots"),
    ],
)
def test_a_name_without_its_legal_form(name: str, key: str) -> None:
    assert key == name_key(name)


def test_the_shortcut_finds_what_cleanco_finds() -> None:
    from cleanco import basename

    for row in ROWS:
        bare = basename(row["company"])
        assert spellings(bare) == spellings(row["company"])


def test_an_equal_number_is_proposed_at_a_hundred() -> None:
    one = Party("a", "Barbas", {"kvk": "12345678"})
    other = Party("b", "Interfocos", {"kvk": "12345678", "kbo": ""})
    (match,) = alike([one, other])
    assert (100.0, "number") == (match.score, match.basis)
    assert () == alike([one, Party("b", "Interfocos", {"kbo": "12345678"})])


def test_among_many_names_those_that_share_a_rare_word_are_compared() -> None:
    many = [Party(f"{one:05}", f"{first} {one}", {}) for one, first in enumerate(["Firm"] * 3000)]
    twins = [Party("x", "Zeldzaam Staal", {}), Party("y", "Zeldzaam Staal NV", {})]
    found = {(match.one, match.other) for match in alike([*many, *twins], 99)}
    assert ("x", "y") in found


def test_other_names_of_one_case_are_near_in_place_sector_and_time() -> None:
    by_key = {
        row["case_ref"]: {"to": row["to_country"], "nace": row["nace"], "announced": row["announced_on"]}
        for row in ROWS
    }
    found = {
        (one, other) for one, other in itertools.combinations(by_key, 2) if near(by_key[one], by_key[other])
    }
    assert MERSEN <= found
    # Three Belgian makers of masks in one year: a person sees that they are three.
    assert {("S013", "S014"), ("S013", "S015"), ("S014", "S015")} <= found
    assert not near(
        {"to": "", "nace": "C10", "announced": "2019"}, {"to": "", "nace": "C10", "announced": "2019"}
    )


def test_the_same_as_the_same_is_the_same() -> None:
    class Pair:
        def __init__(self, one: str, other: str) -> None:
            self.one, self.other = one, other

    found = together([Pair("b", "c"), Pair("a", "b"), Pair("x", "y")])  # type: ignore[list-item]
    assert {"a": "a", "b": "a", "c": "a", "x": "x", "y": "x"} == found
