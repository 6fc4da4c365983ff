"""When do small series pay? The batch that is cheapest, and the smallest that the capacity allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
#: A number, or one in every draw and year.
Value = float | NDArray[np.float64]


def best_batch(setup_cost: Value, demand: Value, holding: Value) -> Array:
    """Batch with the lowest cost of change-over and stock: ``Q* = sqrt(2 S d / h)``.

    Parameters
    ----------
    setup_cost
        EUR per change-over.
    demand
        Units a year.
    holding
        EUR per unit in stock per year.

    Examples
    --------
    >>> float(best_batch(400, 10_000, 2)), float(best_batch(40, 10_000, 2).round(0))
    (2000.0, 632.0)
    """
    return np.asarray(np.sqrt(np.multiply(2, setup_cost) * demand / holding))


def cost_at_best_batch(setup_cost: Value, demand: Value, holding: Value) -> Array:
    """Change-over and stock per unit at the best batch: ``sqrt(2 S h / d)``.

    Examples
    --------
    >>> float(cost_at_best_batch(400, 10_000, 2)), float(cost_at_best_batch(40, 10_000, 2).round(3))
    (0.4, 0.126)
    """
    return np.asarray(np.sqrt(np.multiply(2, setup_cost) * holding / demand))


def batch_cost(batch: Value, setup_cost: Value, demand: Value, holding: Value) -> Array:
    """Change-over and stock per unit at a batch: ``S / Q + h Q / (2 d)``.

    Examples
    --------
    >>> float(batch_cost(2000, 400, 10_000, 2))
    0.4
    """
    stock = np.multiply(holding, batch) / np.multiply(2, demand)
    return np.asarray(np.divide(setup_cost, batch) + stock)


def least_batch(demand: Value, setup_hours: Value, usable: Value, cycle: Value) -> Array:
    """Smallest batch for which the capacity is enough: ``Q >= d t_s / (T OEE - d ct)``.

    Parameters
    ----------
    demand
        Units a year.
    setup_hours
        Hours per change-over.
    usable
        Machine hours a year times OEE.
    cycle
        Ideal machine hours per unit.

    Returns
    -------
    Array
        Units; infinite where the demand alone fills the machines.

    Examples
    --------
    >>> [float(least_batch(10_000, hours, 3_200, 0.25).round(1)) for hours in (2, 0.2)]
    [28.6, 2.9]
    """
    left = np.asarray(usable - np.multiply(demand, cycle))
    free = left > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(free, np.multiply(demand, setup_hours) / np.where(free, left, 1), np.inf))
