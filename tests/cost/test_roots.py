"""Roots of a mean difference: found where they are, and nowhere else."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.cost.roots import Gap, corrected, crossing, falsi, through

LOOKS = [-3.0, -2.0, -1.0, -0.3, 0.0, 0.3, 1.0, 2.0, 3.0]


def sought(full: Gap, pilot: Gap) -> float | None:
    """The root of ``full``, looked for as break-evens are."""
    curve = through(LOOKS, [pilot(x) for x in LOOKS])
    return crossing(full, curve, (0.0, full(0.0)), (0.1, full(0.1)), LOOKS)


@given(st.floats(-2.9, 2.9), st.floats(0.1, 5), st.floats(0.9, 1.1), st.floats(-0.3, 0.3))
def test_the_root_of_a_line_is_exact_however_far_off_the_pilot(
    root: float, slope: float, wrong_slope: float, off: float
) -> None:
    found = sought(lambda x: slope * (x - root), lambda x: slope * wrong_slope * (x - root) + off)
    assert root == pytest.approx(found, abs=1e-6)


@given(st.floats(-2.5, 2.5), st.floats(0.05, 0.3), st.floats(0.95, 1.05))
def test_the_root_of_a_bent_curve_is_checked_over_all_draws(root: float, bend: float, wrong: float) -> None:
    def curve(x: float) -> float:
        return math.exp(bend * x) - math.exp(bend * root)

    found = sought(curve, lambda x: wrong * curve(x) + 0.01 * (wrong - 1))
    scale = abs(curve(0.0)) + abs(curve(0.1))
    assert found is not None
    assert 0.0 == pytest.approx(curve(found) / scale, abs=1e-3)


@given(st.floats(0.5, 3), st.floats(-0.2, 0.2))
def test_a_curve_that_stays_above_zero_has_no_root(height: float, tilt: float) -> None:
    assert sought(lambda x: height + tilt * 0.1 * x, lambda x: height + tilt * 0.1 * x) is None


def test_a_difference_of_nothing_is_a_root_where_we_stand_and_no_difference_at_all_has_none() -> None:
    assert sought(lambda x: x, lambda x: x) == 0.0
    assert sought(lambda x: 0.0, lambda x: 0.0) is None


def test_a_root_outside_the_range_is_not_one() -> None:
    assert sought(lambda x: x - 3.5, lambda x: x - 3.5) is None


def test_of_two_roots_the_nearest_counts() -> None:
    found = sought(lambda x: (x + 0.5) * (x - 2), lambda x: (x + 0.5) * (x - 2))
    assert -0.5 == pytest.approx(found, abs=1e-4)


@given(st.lists(st.floats(-5, 5), min_size=4, max_size=4), st.floats(-3, 3))
def test_the_curve_through_points_of_a_cubic_is_that_cubic(c: list[float], x: float) -> None:
    def cubic(x: float) -> float:
        return c[0] + x * (c[1] + x * (c[2] + x * c[3]))

    assert cubic(x) == pytest.approx(through(LOOKS, [cubic(p) for p in LOOKS])(x), abs=1e-9)


def test_a_corrected_pilot_passes_through_the_two_points_that_are_known() -> None:
    gap = corrected(lambda x: x**2, (1.0, 5.0), (2.0, 3.0))
    assert (5.0, 3.0) == (gap(1.0), gap(2.0))


def test_an_end_that_is_a_root_is_found() -> None:
    assert falsi(lambda x: x - 1, (1.0, 0.0), (2.0, 1.0)) == 1.0
