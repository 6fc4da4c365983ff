"""How the difference with today runs as one driver changes: the lines that cross at the break-evens."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thuishaven.cost.breakeven import drivers, target_of
from thuishaven.cost.result import CostResult, ratio
from thuishaven.cost.scope import Change

#: Points of a line, and the range of the driver as multiples of its value now: what a reader can picture.
POINTS = 7
LEAST, MOST = 0.25, 4.0
#: A driver that starts from little, such as a duty, is shown up to this much added.
ADDED = 0.5


@dataclass(frozen=True, slots=True)
class Course:
    """Mean difference of each plan with today along a driver.

    Parameters
    ----------
    driver
        Name of the driver, as among the break-evens: ``today.unit_price``.
    unit
        Of its values.
    now
        Its value as things stand.
    values
        Where the lines are worked out.
    gaps
        By plan, EUR per unit at each of the values; today's own line is zero.
    """

    driver: str
    unit: str
    now: float
    values: tuple[float, ...]
    gaps: dict[str, tuple[float, ...]]


def courses(result: CostResult) -> tuple[Course, ...]:
    """The lines of every driver that has a break-even a reader can picture; the others cross nowhere near.

    Parameters
    ----------
    result
        An assessment with break-evens.
    """
    found = []
    for driver in drivers().values():
        target = target_of(result.case, driver)
        if target is None:
            continue
        name, label, now, unit = target
        added = driver.how == "add"
        low, high = (0.0, now + ADDED) if added else (LEAST * now, MOST * now)
        roots = [
            item.value
            for item in result.break_evens
            if item.driver == label and item.value is not None and low <= item.value <= high
        ]
        if not roots:
            continue
        step = ADDED / 5 if added else now / 2
        first, last = max(min(*roots, now) - step, low), min(max(*roots, now) + step, high)
        values = sorted({*np.linspace(first, last, POINTS).tolist(), now})
        gaps: dict[str, list[float]] = {plan: [] for plan in result.plan_ids}
        for value in values:
            amount = value - now if added else value / now
            totals, volume = result.case.changed({name: Change(driver.how, amount)})
            today, mean = totals[result.baseline], volume.mean(keepdims=True)
            for plan, line in gaps.items():
                line.append(float(ratio((totals[plan] - today).mean(keepdims=True), mean)[0]))
        found.append(
            Course(label, unit, now, tuple(values), {plan: tuple(line) for plan, line in gaps.items()})
        )
    return tuple(found)
