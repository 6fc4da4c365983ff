"""What the bench makes of its clocks."""

from __future__ import annotations

import pytest
import scipy_inputs
import small
from measure import Row, clocked, exponent, side_by_side, table


def test_a_power_law_gives_its_exponent() -> None:
    assert exponent([1, 2, 4, 8], [3, 12, 48, 192]) == pytest.approx(2.0)


def test_a_target_is_met_up_to_the_target_itself() -> None:
    rows = [
        Row("quick", 0.25, 0.5, "s", {"cpu": 0.125}),
        Row("exact", 1.0, 1.0, "x"),
        Row("slow", 3.0, 2.0, "s"),
    ]
    assert [True, True, False] == [row.to_dict()["met"] for row in rows]
    lines = table(rows).splitlines()
    assert 5 == len(lines)
    assert lines[1].split() == ["quick", "0.25", "s", "0.5", "s", "0.50"]
    assert "    cpu 0.125" == lines[2]
    assert lines[4].endswith("1.50  not met")


def test_work_is_done_once_more_than_it_is_clocked() -> None:
    done: list[str] = []
    clocked(lambda: done.append("alone"), 3)
    assert ["alone"] * 4 == done
    done.clear()
    side_by_side(lambda: done.append("a"), lambda: done.append("b"), 2)
    assert ["a", "b"] * 3 == done


@pytest.mark.parametrize("name", ["units", "today.lead", "today.price", "z.USD.1", "u.today.1"])
def test_scipy_draws_from_the_same_distribution(name: str) -> None:
    marginal = small.marginals(small.case(64))[name]
    distribution, parameters = scipy_inputs.given(marginal)
    if name in small.NAMES:
        quantity = small.leaves(small.case(64))[name].quantity
        wanted = (quantity.p5, quantity.median, quantity.p95)
    else:
        wanted = {"normal": (-1.6448536, 0.0, 1.6448536), "uniform": (0.05, 0.5, 0.95)}[marginal.kind]
    assert wanted == pytest.approx(distribution.ppf([0.05, 0.5, 0.95], **parameters), rel=1e-6, abs=1e-9)
