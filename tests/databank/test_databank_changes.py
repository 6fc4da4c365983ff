"""Comparing and merging trees: pure functions, tried on whatever trees there are."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.access import within
from thuishaven.databank import ABSENT, Clash, differences, merge, settled
from thuishaven.databank.changes import key_in_path, put, same
from thuishaven.databank.content import Content, compared, tree_of, whole, written

KEYS = st.sampled_from(["a", "b", "c", "d.e", "f\\"])
LEAVES = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["x", "y"])


def named(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of things with an id of their own."""
    items = st.dictionaries(st.sampled_from(["p", "q"]), values, max_size=2)
    return st.dictionaries(KEYS, items, max_size=3).map(
        lambda found: [{**item, "id": name} for name, item in found.items()]
    )


TREES = st.recursive(
    LEAVES,
    lambda inner: st.dictionaries(KEYS, inner, max_size=3) | named(inner) | st.lists(inner, max_size=2),
)
DICTS = st.dictionaries(KEYS, TREES, max_size=4)


@given(DICTS, DICTS)
def test_who_merges_with_nobody_keeps_their_own(base: Any, mine: Any) -> None:
    assert same(mine, merge(base, mine, base).tree)
    assert same(mine, merge(base, base, mine).tree)
    assert same(mine, merge(base, mine, mine).tree)
    assert not merge(base, mine, base).clashes + merge(base, base, mine).clashes


@given(DICTS, DICTS, DICTS)
def test_both_sides_clash_in_the_same_places(base: Any, mine: Any, theirs: Any) -> None:
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert {found.place for found in one.clashes} == {found.place for found in other.clashes}
    for clash in one.clashes:
        assert not same(clash.mine, clash.theirs)
        assert not same(clash.base, clash.mine)
        assert not same(clash.base, clash.theirs)


@given(DICTS, DICTS)
def test_there_is_a_difference_exactly_when_trees_differ(old: Any, new: Any) -> None:
    assert (not same(old, new)) == bool(differences(old, new))


def put_all(tree: Any, found: Any) -> Any:
    for change in found:
        tree = put(tree, change.place, change.new)
    return tree


@given(DICTS, DICTS)
def test_the_differences_lead_from_the_old_to_the_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    """For trees without lists of named things, whose order is told as a difference of its own."""

    def without(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: without(part) for key, part in value.items()}
        return str(value) if isinstance(value, list) else value

    old, new = without(old), without(new)
    assert same(new, put_all(old, differences(old, new)))


@given(DICTS, DICTS, DICTS)
def test_a_clash_settled_for_me_holds_what_i_had(base: Any, mine: Any, theirs: Any) -> None:
    merged = merge(base, mine, theirs)
    places = [clash.place for clash in merged.clashes]
    tree = settled(merged, dict.fromkeys(places, "mine"))
    for clash in merged.clashes:
        if "" != clash.place and not isinstance(clash.mine, list) and clash.mine is not ABSENT:
            assert clash.place not in {found.place for found in differences(mine, tree)}


@given(st.text(max_size=6), st.text(max_size=6))
def test_no_key_passes_for_a_deeper_place(part: str, key: str) -> None:
    part, place = key_in_path(f"{part}#"), key_in_path(f"{part}#{key}")
    assert (place == part) == within(place, part)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "tree", "places"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, {"a": 1, "c": 3}, {"a": 1, "b": 2, "c": 3}, []),
        ({"a": 1, "b": 1}, {"b": 1}, {"a": 1, "b": 2}, {"b": 2}, []),
        ({"a": 1}, {}, {"a": 2}, {"a": 2}, ["a"]),
        (
            {"a": {"b": 1, "c": 1}},
            {"a": {"b": 2, "c": 1}},
            {"a": {"b": 1, "c": 2}},
            {"a": {"b": 2, "c": 2}},
            [],
        ),
        ({"a": [1, 2]}, {"a": [1, 2, 3]}, {"a": [0, 1, 2]}, {"a": [0, 1, 2]}, ["a"]),
        ({"a": True}, {"a": 1}, {"a": True}, {"a": 1}, []),
    ],
)
def test_worked_examples(base: Any, mine: Any, theirs: Any, tree: Any, places: list[str]) -> None:
    merged = merge(base, mine, theirs)
    assert (tree, places) == (merged.tree, [clash.place for clash in merged.clashes])


def test_named_items_merge_one_by_one_and_keep_their_place() -> None:
    def plans(*found: tuple[str, int]) -> dict[str, Any]:
        return {"plans": [{"id": name, "share": share} for name, share in found]}

    base = plans(("today", 1), ("home", 1))
    mine = plans(("today", 2), ("near", 1), ("home", 1))
    theirs = plans(("today", 1), ("home", 3), ("stay", 1))
    expected = plans(("today", 2), ("near", 1), ("home", 3), ("stay", 1))
    assert expected == merge(base, mine, theirs).tree


def test_a_range_is_one_value() -> None:
    base = {"price": {"low": 1, "mode": 2, "high": 3}}
    mine = {"price": {"low": 2, "mode": 2, "high": 3}}
    theirs = {"price": {"low": 1, "mode": 2, "high": 2.5}}
    merged = merge(base, mine, theirs, whole)
    assert (Clash("price", base["price"], mine["price"], theirs["price"]),) == merged.clashes


TEXT = """\
thuishaven: 1   # the form
demand: {units_per_year: 1000}
plans:
  # what we do now
  - id: today
    sources: [{id: s, maker: supplier, country: CHN, share: 1}]
"""


def test_a_merged_tree_keeps_the_words_and_comments_of_the_text() -> None:
    content = Content(TEXT, {"q1": "yes"})
    tree = put(tree_of(content), "dossier.demand.units_per_year", 2000)
    expected = TEXT.replace("1000", "2000")
    assert Content(expected, {"q1": "yes"}) == written(tree, content)
    assert content == written(tree_of(content), content)


def test_a_text_that_is_no_yaml_is_one_value() -> None:
    found = compared(Content("a: [", {}), Content("a: {", {}))
    assert [("dossier", "a: [", "a: {")] == [(one.place, one.old, one.new) for one in found]
