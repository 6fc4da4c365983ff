"""Krippendorff's alpha: the published examples, properties, and an independent computation in fractions."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.databank.reliability import LEVELS, krippendorff_alpha, reliability, set_reliability

UNTIMED = settings(deadline=None)

#: Krippendorff 2011, example C: four coders, twelve units.
PUBLISHED = [
    [None if code == "." else int(code) for code in row]
    for row in ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
]
BINARY = [[int(code) for code in row] for row in ("0100000010", "1110010000")]


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_the_published_example_at_four_levels(level: str, expected: float) -> None:
    found = krippendorff_alpha(PUBLISHED, level)
    assert found is not None
    assert expected == round(found, 3)


def test_what_the_published_example_is_made_of() -> None:
    found = reliability(PUBLISHED, "nominal")
    assert ((1, 9), (2, 13), (3, 10), (4, 5), (5, 3)) == found.counts
    assert (40, 11, 4) == (found.codes, found.units, found.coders)
    assert found.observed == pytest.approx(0.2)
    assert found.expected == pytest.approx(0.7795, abs=5e-5)
    assert "tentative" == found.grade


def test_the_published_two_coders() -> None:
    found = reliability(BINARY, "nominal")
    assert found.agreement == pytest.approx(0.6)
    assert found.alpha == pytest.approx(0.095, abs=5e-4)
    assert "low" == found.grade


def test_without_variation_alpha_is_undefined_not_one() -> None:
    found = reliability([["a", "a", None], ["a", "a", "b"]], "nominal")
    assert (None, None, None, "no_variation", "") == (
        found.alpha,
        found.low,
        found.high,
        found.reason,
        found.grade,
    )
    assert found.agreement == pytest.approx(1.0)


def test_units_coded_once_compare_nothing() -> None:
    found = reliability([["a", None], [None, "b"]], "nominal")
    assert (None, "nothing_to_compare", 0, None) == (
        found.alpha,
        found.reason,
        found.units,
        found.agreement,
    )
    assert krippendorff_alpha([], "nominal") is None


def test_the_interval_is_the_same_each_time_and_holds_alpha() -> None:
    first, again = reliability(PUBLISHED, "interval"), reliability(PUBLISHED, "interval")
    assert first == again
    assert first.low is not None
    assert first.alpha is not None
    assert first.high is not None
    assert first.low < first.alpha <= first.high <= 1


def test_no_interval_when_draws_often_hold_one_value() -> None:
    found = reliability([[0, 0, 0, 1], [0, 0, 0, 1]], "nominal")
    assert (1.0, None, None) == (found.alpha, found.low, found.high)


def test_motives_code_by_code_and_as_sets() -> None:
    first = [{"COST", "LEAD"}, set(), {"COST"}, None, {"LEAD"}]
    second = [{"COST"}, set(), {"COST"}, {"LEAD"}, {"LEAD", "RISK"}]
    found = set_reliability([first, second])
    assert ["COST", "LEAD", "RISK"] == [code for code, _ in found.per_code]
    assert 4 == found.units
    assert found.jaccard == pytest.approx((1 / 2 + 1 + 1 + 1 / 2) / 4)
    per_code = dict(found.per_code)
    assert 1.0 == per_code["COST"].alpha
    assert per_code["RISK"].agreement == pytest.approx(0.75)
    # Rare: nearly always agreed, and yet no better than chance.
    assert per_code["RISK"].alpha == pytest.approx(0.0)
    assert {"per_code", "jaccard", "units"} == set(found.to_dict())


@pytest.mark.parametrize(
    ("data", "level", "word"),
    [
        ([[1]], "cardinal", "cardinal"),
        ([[1, 2], [1]], "nominal", "every coder"),
        ([["a"], ["b"]], "interval", "numbers"),
        ([[-1], [1]], "ratio", "from 0"),
    ],
)
def test_what_it_refuses(data: list[list[object]], level: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        krippendorff_alpha(data, level)


def by_definition(data: list[list[int | None]], level: str) -> Fraction | None:
    """Alpha from the matrix of coincidences, term by term, in exact fractions."""
    units = [[code for code in unit if code is not None] for unit in zip(*data, strict=True)]
    o: Counter[tuple[int, int]] = Counter()
    for unit in units:
        for c, k in permutations(unit, 2):
            o[c, k] += Fraction(1, len(unit) - 1)
    n_c: Counter[int] = Counter()
    for (c, _), count in o.items():
        n_c[c] += count
    n = sum(n_c.values())

    def d2(c: int, k: int) -> Fraction:
        match level:
            case "nominal":
                return Fraction(int(c != k))
            case "ordinal":
                low, high = min(c, k), max(c, k)
                between = sum(n_c[g] for g in range(low, high + 1))
                return (between - Fraction(n_c[c] + n_c[k]) / 2) ** 2
            case "interval":
                return Fraction((c - k) ** 2)
            case _:
                return Fraction(0) if c + k == 0 else Fraction(c - k, c + k) ** 2

    expected = sum(n_c[c] * n_c[k] * d2(c, k) for c in n_c for k in n_c)
    if not expected:
        return None
    return 1 - (n - 1) * sum(count * d2(c, k) for (c, k), count in o.items()) / Fraction(expected)


@st.composite
def coded(draw: st.DrawFn) -> list[list[int | None]]:
    units = draw(st.integers(1, 8))
    row = st.lists(st.none() | st.integers(0, 4), min_size=units, max_size=units)
    return draw(st.lists(row, min_size=2, max_size=4))


@UNTIMED
@given(coded(), st.sampled_from(LEVELS))
def test_it_equals_the_definition_in_fractions(data: list[list[int | None]], level: str) -> None:
    expected, found = by_definition(data, level), krippendorff_alpha(data, level)
    if expected is None:
        assert found is None
    else:
        assert found == pytest.approx(float(expected), abs=1e-12)


@UNTIMED
@given(coded(), st.sampled_from(LEVELS), st.randoms(use_true_random=False))
def test_neither_the_order_of_coders_nor_of_units_matters(data, level, random) -> None:
    expected = krippendorff_alpha(data, level)
    rows = random.sample(data, len(data))
    order = random.sample(range(len(data[0])), len(data[0]))
    found = krippendorff_alpha([[row[i] for i in order] for row in rows], level)
    assert found == pytest.approx(expected) if expected is not None else found is None


@UNTIMED
@given(coded())
def test_what_each_level_does_not_see(data: list[list[int | None]]) -> None:
    def same(level: str, change) -> None:
        expected = krippendorff_alpha(data, level)
        found = krippendorff_alpha([[None if c is None else change(c) for c in row] for row in data], level)
        assert found == pytest.approx(expected, abs=1e-9) if expected is not None else found is None

    same("nominal", lambda code: "dbeca"[code])
    same("ordinal", lambda code: 2**code)
    same("interval", lambda code: 3 * code - 7)
    same("ratio", lambda code: 3 * code)


@UNTIMED
@given(coded(), st.sampled_from(LEVELS))
def test_a_unit_with_one_code_changes_nothing(data: list[list[int | None]], level: str) -> None:
    more = [[*row, 3 if i == 0 else None] for i, row in enumerate(data)]
    assert krippendorff_alpha(data, level) == krippendorff_alpha(more, level)


@given(st.lists(st.integers(0, 5), min_size=2, max_size=9), st.sampled_from(LEVELS))
@settings(max_examples=50, deadline=None)
def test_full_agreement_is_one(row: list[int], level: str) -> None:
    found = krippendorff_alpha([row, row, row], level)
    assert found == pytest.approx(1.0) if len(set(row)) > 1 else found is None
