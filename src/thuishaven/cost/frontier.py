"""Lead-time mismatch: what a cheaper source must save to pay for deciding earlier (the Cost Differential
Frontier).

One season, mean demand 1, ``ln D ~ N(-s^2 tau / 2, s^2 tau)``. A source with a short lead time makes to known
demand at
``cost_short``; a source that needs the share ``tau`` of the period must be told before demand is known.

Source of the method: de Treville, Schürhoff, Trigeorgis and Avanzi, "Optimal sourcing and lead-time reduction
under evolutionary
demand risk", Production and Operations Management 23 (2014); formulas re-derived.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]
A = TypeVar("A", bound=ArrayLike)


def penalty(price: ArrayLike, cost: ArrayLike, salvage: ArrayLike, fill: ArrayLike | None) -> Array:
    """Penalty per lost unit that makes a target cycle service level optimal at the given cost.

    ``k = [(p - v) f - (p - c)] / (1 - f)``, never below 0; zero when no target is set.

    Parameters
    ----------
    price, cost, salvage
        EUR per unit; salvage < cost < price.
    fill
        Target cycle service level, a fraction below 1 (the chance of no stock-out, not a fill rate).
    """
    p, c, v = (np.asarray(x, dtype=float) for x in (price, cost, salvage))
    if fill is None:
        return np.zeros(np.broadcast(p, c, v).shape)
    f = np.asarray(fill, dtype=float)
    if np.any(f >= 1):
        raise ValueError("fill must be below 1")
    return np.maximum(0.0, ((p - v) * f - (p - c)) / (1 - f))


def break_even_cost(
    price: ArrayLike,
    cost_short: ArrayLike,
    salvage: ArrayLike,
    sigma: ArrayLike,
    tau: ArrayLike,
    fill: ArrayLike | None = None,
) -> Array:
    """Cost per unit at which the slow source is just as good as the quick one.

    ``c_l = p + k - (p - v + k) Phi(z_f + s sqrt(tau))`` with ``f = (p - c_s) / (p - v)`` when no target is
    set.

    Parameters
    ----------
    price, cost_short, salvage
        EUR per unit, salvage < cost_short < price.
    sigma
        Volatility of demand over the full period, decimal.
    tau
        Lead time as a share of that period, 0 to 1.
    fill
        Target cycle service level; ``None`` takes the newsvendor fractile.

    Returns
    -------
    Array
        EUR per unit, of the broadcast shape of the parameters.

    Raises
    ------
    ValueError
        If salvage < cost_short < price does not hold, or tau or sigma is negative.

    Examples
    --------
    >>> round(float(break_even_cost(100, 50, 30, 0.4, 1.0)), 3)
    41.692
    """
    p, c, v = (np.asarray(x, dtype=float) for x in (price, cost_short, salvage))
    s, t = np.asarray(sigma, dtype=float), np.asarray(tau, dtype=float)
    if np.any(v >= c) or np.any(c >= p):
        raise ValueError("expected salvage < cost_short < price, for example 30 < 50 < 100")
    if np.any(s < 0) or np.any(t < 0):
        raise ValueError("sigma and tau must not be negative")
    k = penalty(p, c, v, fill)
    fractile = (p - c + k) / (p - v + k)
    return p + k - (p - v + k) * ndtr(ndtri(fractile) + s * np.sqrt(t))


def cost_differential(cost_short: ArrayLike, cost_long: ArrayLike) -> Array:
    """Share of the quick source's cost that the slow one must save: ``(c_s - c_l) / c_s``."""
    short = np.asarray(cost_short, dtype=float)
    return (short - np.asarray(cost_long, dtype=float)) / short


def mismatch(
    price: ArrayLike, cost: ArrayLike, salvage: ArrayLike, spread: ArrayLike, penalty: ArrayLike = 0.0
) -> Array:
    """Expected cost per unit of demand of ordering before demand is known (line I07).

    ``m(c) = (p - c) - [(p - v + k) Phi(z_B - s sqrt(tau)) - k]`` with ``B = (p - c + k) / (p - v + k)``.

    Parameters
    ----------
    price, cost, salvage
        EUR per unit, salvage < cost < price; elsewhere the result is 0 (nothing to lose, or nothing to sell).
    spread
        ``s sqrt(tau)``, from the forecast error at that lead time: ``sqrt(ln(1 + CV^2))``.
    penalty
        EUR per lost unit beyond the margin.

    Examples
    --------
    >>> round(float(mismatch(10, 6, 2, 0.5)), 4)
    1.5317
    """
    p, c, v, x, k = (np.asarray(a, dtype=float) for a in (price, cost, salvage, spread, penalty))
    ok = (v < c) & (c < p)
    span = np.where(ok, p - v + k, 1.0)
    fractile = np.where(ok, (p - c + k) / span, 0.5)
    value = (p - c) - (span * ndtr(ndtri(fractile) - x) - k)
    return np.where(ok, np.maximum(value, 0.0), 0.0)


def order_quantity(
    price: ArrayLike, cost: ArrayLike, salvage: ArrayLike, spread: ArrayLike, penalty: ArrayLike = 0.0
) -> tuple[Array, Array, Array]:
    """What to order for mean demand 1, and what is then left over and lost on average.

    ``Q = exp(x z_B - x^2 / 2)``, left over ``Q B - Phi(z_B - x)``, lost ``1 - Phi(z_B - x) - Q (1 - B)``.

    Examples
    --------
    >>> [round(float(a), 4) for a in order_quantity(10, 6, 2, 0.5)]
    [0.8825, 0.1327, 0.2502]
    """
    p, c, v, x, k = (np.asarray(a, dtype=float) for a in (price, cost, salvage, spread, penalty))
    fractile = (p - c + k) / (p - v + k)
    z = ndtri(fractile)
    quantity = np.exp(x * z - x**2 / 2)
    sold = ndtr(z - x)
    return quantity, quantity * fractile - sold, 1 - sold - quantity * (1 - fractile)


def dual_source_cost(
    cost_long: ArrayLike, cost_short: ArrayLike, salvage: ArrayLike, spread: ArrayLike
) -> Array:
    """Cost per unit of ordering a base from the slow source and the rest from the quick one once demand is
    known.

    ``c_s - (c_s - v) Phi(z_B - x)`` with ``B = (c_s - c_l) / (c_s - v)``.

    Examples
    --------
    >>> round(float(dual_source_cost(5, 6, 2, 0.5)), 4)
    5.5196
    """
    low, high, v, x = (np.asarray(a, dtype=float) for a in (cost_long, cost_short, salvage, spread))
    return high - (high - v) * ndtr(ndtri((high - low) / (high - v)) - x)
