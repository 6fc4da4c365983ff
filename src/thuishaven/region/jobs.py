"""How many jobs are left over net, and what do they cost the public? From direct to net; multipliers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
#: A number, or one in every draw and year.
Value = float | NDArray[np.float64]


def net_jobs(
    direct: Value,
    deadweight: Value,
    displacement: Value,
    multiplier: Value,
    leakage: Value = 0.0,
) -> Array:
    """Net jobs: ``G (1 - deadweight) (1 - displacement) m (1 - leakage)``.

    Parameters
    ----------
    direct
        Direct jobs gained (negative: lost).
    deadweight
        Share that would come anyway.
    displacement
        Share that is lost elsewhere: at competitors, or at firms whose people leave and are not replaced.
    multiplier
        Jobs in the region per direct job, on regional inputs (type I).
    leakage
        Share that leaks away, where the multiplier does not hold it.

    Examples
    --------
    >>> float(net_jobs(100, 0.30, 0.25, 1.5).round(2))
    78.75
    """
    kept = (1 - np.asarray(deadweight)) * (1 - np.asarray(displacement))
    return np.asarray(direct * kept * multiplier * (1 - np.asarray(leakage)))


def displacement_of(from_unemployment: Value, refilled: Value, competitors: Value) -> Array:
    """Share of the jobs that is lost elsewhere.

    Somebody hired from another firm counts only as far as the post left behind is filled again; jobs at local
    competitors come on top: ``1 - (1 - (1 - s)(1 - f)) (1 - c)``.

    Examples
    --------
    >>> float(displacement_of(0.3, 0.4, 0.1).round(3))
    0.478
    """
    hired_away = (1 - np.asarray(from_unemployment)) * (1 - np.asarray(refilled))
    return 1 - (1 - hired_away) * (1 - np.asarray(competitors))


def mixed(share: Value, one: Value, other: Value) -> Array:
    """A mean of two figures: ``share x one + (1 - share) x other``.

    Examples
    --------
    >>> mixed(0.25, 4.0, 8.0).tolist()
    7.0
    """
    return np.asarray(np.multiply(share, one) + (1 - np.asarray(share)) * other)


def type_one(inputs: ArrayLike, jobs: ArrayLike) -> Array:
    """Type I multipliers: ``(e' (I - A)^-1)_j / e_j``.

    Parameters
    ----------
    inputs
        A, input from regional industry i per unit of output of j. With national or total inputs, imports
        would count as local jobs.
    jobs
        e, jobs per unit of output.

    Examples
    --------
    >>> type_one([[0.2, 0.3], [0.1, 0.4]], [5, 3]).round(6).tolist()
    [1.466667, 2.888889]
    """
    a, e = np.asarray(inputs, dtype=float), np.asarray(jobs, dtype=float)
    return np.asarray(np.linalg.solve((np.eye(a.shape[0]) - a).T, e) / e)


def type_two(inputs: ArrayLike, jobs: ArrayLike, income: ArrayLike, consumption: ArrayLike) -> Array:
    """Type II multipliers: as type I, with households as one more industry; never the headline.

    Parameters
    ----------
    income
        Labour income per unit of output, the household row.
    consumption
        What households buy from each industry per unit of income, the household column.

    Examples
    --------
    >>> type_two([[0.2, 0.3], [0.1, 0.4]], [5, 3], [0.30, 0.25], [0.15, 0.25]).round(6).tolist()
    [1.85292, 3.799567]
    """
    a, e = np.asarray(inputs, dtype=float), np.asarray(jobs, dtype=float)
    size = a.shape[0]
    closed = np.zeros((size + 1, size + 1))
    closed[:size, :size], closed[size, :size], closed[:size, size] = a, income, consumption
    total = np.linalg.solve((np.eye(size + 1) - closed).T, np.append(e, 0.0))
    return np.asarray(total[:size] / e)


def cost_per_net_job_year(outlay: Value, net_job_years: Value) -> Array:
    """Public money per net job-year; not a number where no net job-years are left.

    Examples
    --------
    >>> cost_per_net_job_year([600_000.0, 1.0], [300.0, -2.0]).tolist()
    [2000.0, nan]
    """
    years = np.asarray(net_job_years, dtype=float)
    there = years > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(there, np.divide(outlay, np.where(there, years, 1)), np.nan))
