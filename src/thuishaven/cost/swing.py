"""How far one figure moves the difference with today: the bars of a tornado."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thuishaven.cost.information import uncertain_inputs
from thuishaven.cost.result import CostResult
from thuishaven.uncertainty import quantiles, tornado

#: Share of the worlds at either end: where a figure is lowest, and where it is highest.
TAIL = 0.1


@dataclass(frozen=True, slots=True)
class Swing:
    """The difference with today where one figure is low, and where it is high.

    Parameters
    ----------
    plan
        The plan that is compared with today.
    input, name, unit
        Id of the figure, its name in the formulas, and its unit.
    at_low, at_high
        Mean difference, EUR per unit, in the tenth of the worlds where the figure is lowest, and highest.
    low, high
        The figure's own P5 and P95, in its unit.
    first_order
        Share of the variance of the difference that it explains alone.
    """

    plan: str
    input: str
    name: str
    unit: str
    at_low: float
    at_high: float
    low: float
    high: float
    first_order: float


def swings(result: CostResult, plan: str, most: int = 8) -> tuple[Swing, ...]:
    """The figures that move a plan's difference with today most, the widest swing first.

    All figures vary together, in the draws of the result, so that interactions count.

    Parameters
    ----------
    result
        An assessment with sensitivities.
    plan
        A plan other than today.
    most
        How many at most.
    """
    explained = {found.input: found.first_order for found in result.findings if found.plan == plan}
    inputs = [item for item in uncertain_inputs(result.case) if item.id in explained]
    if not inputs:
        return ()
    tails = tornado(np.stack([item.values for item in inputs]), result.draws(plan, "delta_unit_tco"), TAIL)
    found = []
    for item, low, high in zip(inputs, tails.low, tails.high, strict=True):
        ends = quantiles(item.values, (0.05, 0.95))
        found.append(
            Swing(
                plan,
                item.id,
                item.name,
                item.unit,
                float(low),
                float(high),
                float(ends[0]),
                float(ends[1]),
                explained[item.id],
            )
        )
    return tuple(sorted(found, key=lambda swing: -abs(swing.at_high - swing.at_low))[:most])
