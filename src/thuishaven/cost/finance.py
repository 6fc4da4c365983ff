"""Discounting and what follows from a stream of cash: annuity, payback, internal rate of return, peak
financing.

Cash flows have shape (draws, years), year 0 first and undiscounted; money in nominal EUR.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def discount_factors(rate: float, years: int, *, mid_year: bool = False) -> Array:
    """``(1 + r)^-t`` for t = 0..years; with ``mid_year`` flows after year 0 come half a year earlier.

    Examples
    --------
    >>> discount_factors(0.1, 2).round(4).tolist()
    [1.0, 0.9091, 0.8264]
    """
    t = np.arange(years + 1.0)
    if mid_year:
        t[1:] -= 0.5
    return (1.0 + rate) ** -t


#: Draws that are discounted at a time: so few that the linear algebra wakes no other threads for them, which
#: costs more than it gains, and far more on a machine with other work.
_TOGETHER = 512


def present_value(flow: Array, discount: Array) -> Array:
    """``sum_t flow_t discount_t`` per draw, shape (draws,).

    Parameters
    ----------
    flow
        Shape (draws, years).
    discount
        Discount factors, or other weights of the years, shape (years,).

    Examples
    --------
    >>> present_value(np.array([[100.0, 200.0]]), discount_factors(1.0, 1)).tolist()
    [200.0]
    """
    draws, years = flow.shape
    if draws % _TOGETHER or not flow.flags.f_contiguous:
        return flow @ discount
    blocks = flow.T.reshape(years, draws // _TOGETHER, _TOGETHER).swapaxes(0, 1)
    return np.matmul(discount, blocks).reshape(draws)


def running_sum(flow: Array) -> Array:
    """Sum over the years up to each of them, shape (draws, years).

    Where the draws of a year lie side by side in memory, adding year by year is ten times as quick as
    NumPy's own sum along the years.

    Examples
    --------
    >>> running_sum(np.array([[1.0, 2.0, 4.0]])).tolist()
    [[1.0, 3.0, 7.0]]
    """
    total = np.empty(flow.shape, order="F")
    total[:, :1] = flow[:, :1]
    for year in range(1, flow.shape[1]):
        np.add(total[:, year - 1], flow[:, year], out=total[:, year])
    return total


def annuity_factor(rate: float, years: float) -> float:
    """Yearly payment per EUR over ``years``: ``r / (1 - (1 + r)^-n)``; ``1 / n`` when r = 0.

    Examples
    --------
    >>> round(annuity_factor(0.07, 20), 6)
    0.094393
    >>> annuity_factor(0.0, 5)
    0.2
    """
    return 1.0 / years if rate == 0 else rate / -math.expm1(-years * math.log1p(rate))


def payback(cash: Array) -> Array:
    """Year, interpolated, from which the cumulative flow stays at or above zero.

    Parameters
    ----------
    cash
        Difference flow of a plan against today, (draws, years); discount it first for the discounted payback.

    Returns
    -------
    Array
        Shape (draws,); 0 where nothing is ever in the red, ``inf`` where it is not paid back within the
        horizon.

    Examples
    --------
    >>> payback(np.array([[-4000.0, 2000.0, 2000.0, 2000.0]])).tolist()
    [2.0]
    """
    total = running_sum(cash)
    red = total < -1e-9
    last_red = np.where(red.any(axis=1), cash.shape[1] - 1 - np.argmax(red[:, ::-1], axis=1), -1)
    rows = np.arange(cash.shape[0])
    following = np.minimum(last_red + 1, cash.shape[1] - 1)
    debt, gain = -total[rows, np.maximum(last_red, 0)], cash[rows, following]
    with np.errstate(divide="ignore", invalid="ignore"):
        year = last_red + debt / gain
    return np.where(last_red < 0, 0.0, np.where(last_red == cash.shape[1] - 1, np.inf, year))


#: Halvings of the range before the search for a rate goes along the tangent, and steps in all.
_HALVINGS, _STEPS = 12, 60
#: A step this small moves no digit that is shown.
_EXACT = 1e-13


def internal_rate(cash: Array, low: float = -0.9, high: float = 10.0) -> Array:
    """Rate at which the flow is worth nothing; ``nan`` where the flow does not change sign in between.

    By bisection until the root is alone in its interval, then by Newton's method, which never leaves it.

    Parameters
    ----------
    cash
        Shape (draws, years).
    low, high
        Rates between which it is sought, decimal per year.

    Examples
    --------
    >>> internal_rate(np.array([[-100.0, 60.0, 60.0]])).round(6).tolist()
    [0.130662]
    """
    found = np.full(cash.shape[0], np.nan)
    some = (_worth(cash, low) > 0) & (_worth(cash, high) < 0)
    cash = np.asfortranarray(cash[some])
    floor, ceiling = np.full(cash.shape[0], low), np.full(cash.shape[0], high)
    rate = (floor + ceiling) / 2
    for step in range(_STEPS):
        value = _worth(cash, rate)
        floor, ceiling = np.where(value > 0, rate, floor), np.where(value > 0, ceiling, rate)
        following = (floor + ceiling) / 2
        if step >= _HALVINGS:
            with np.errstate(divide="ignore", invalid="ignore"):
                tangent = rate - value / _slope(cash, rate)
            inside = (tangent >= floor) & (tangent <= ceiling)
            following = np.where(inside, tangent, following)
        if np.all(np.abs(following - rate) <= _EXACT):
            break
        rate = following
    found[some] = rate
    return found


def _worth(cash: Array, rate: Array | float) -> Array:
    """Present value of a flow at a rate per draw."""
    value, factor = np.zeros(cash.shape[0]), 1.0 / (1.0 + rate)
    for column in cash.T[::-1]:
        value *= factor
        value += column
    return value


def _slope(cash: Array, rate: Array) -> Array:
    """Change of the present value with the rate."""
    value, slope, factor = np.zeros(cash.shape[0]), np.zeros(cash.shape[0]), 1.0 / (1.0 + rate)
    for column in cash.T[::-1]:
        slope *= factor
        slope += value
        value *= factor
        value += column
    return -slope * factor**2


def peak_financing(cash: Array) -> Array:
    """Deepest cumulative shortfall of a flow, EUR, shape (draws,); 0 where it is never short."""
    return np.maximum(-running_sum(cash).min(axis=1), 0.0)
