"""The lines behind the charts: swings that agree with the draws, courses that cross at the break-evens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from thuishaven import cost
from thuishaven.dossier import Settings, load

EXAMPLE = Path(__file__).parents[2] / "examples" / "plantenpot.yaml"


@pytest.fixture(scope="module")
def result() -> cost.CostResult:
    return cost.assess(load(EXAMPLE), settings=Settings(draws=512))


def test_a_course_passes_through_the_difference_as_it_stands(result: cost.CostResult) -> None:
    told = {plan["id"]: plan["delta_unit_tco"]["mean"] for plan in result.to_dict()["plans"]}
    for course in cost.courses(result):
        here = course.values.index(course.now)
        for plan, gaps in course.gaps.items():
            assert told[plan] == pytest.approx(gaps[here], rel=1e-9, abs=1e-9)


def test_a_course_crosses_zero_at_the_break_even(result: cost.CostResult) -> None:
    courses = {course.driver: course for course in cost.courses(result)}
    crossed = 0
    for item in result.break_evens:
        course = courses.get(item.driver)
        if course is None or item.value is None or not course.values[0] < item.value < course.values[-1]:
            continue
        at = np.searchsorted(course.values, item.value)
        before, after = course.gaps[item.plan][at - 1], course.gaps[item.plan][at]
        assert min(before, after) <= 0 <= max(before, after)
        crossed += 1
    assert crossed


def test_a_swing_is_the_mean_of_the_worlds_at_either_end(result: cost.CostResult) -> None:
    found = cost.swings(result, "home_own")
    assert found
    gaps = result.draws("home_own", "delta_unit_tco")
    for swing in found:
        assert (
            gaps.min() <= min(swing.at_low, swing.at_high) <= max(swing.at_low, swing.at_high) <= gaps.max()
        )
        assert swing.low < swing.high
    assert sorted(found, key=lambda s: -abs(s.at_high - s.at_low)) == list(found)
