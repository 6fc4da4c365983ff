"""Ranking with thin evidence and unsettled weights: bounds, necessity, regret, and when the top changes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thuishaven.ranking.matrix import ROUNDING, FloatArray, read_matrix, read_weights
from thuishaven.ranking.weights import Order, read_order


def bounds(low: ArrayLike, high: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Between which ends does each plan's value lie? V is between sum of w low and sum of w high.

    Parameters
    ----------
    low, high
        Ends of each value, shape (plans, criteria); what is missing runs over the whole scale.
    weights
        One per criterion.

    Returns
    -------
    array
        Shape (plans, 2).
    """
    bottom, roof = _ends(low, high)
    w = read_weights(weights, bottom.shape[1])
    return np.stack([bottom @ w, roof @ w], axis=1)


def better(
    low: ArrayLike, high: ArrayLike, weights: ArrayLike
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which plan is necessarily, and which possibly, at least as good as which other?

    Compares differences, not overlapping bars: a is necessarily better than b when the smallest
    sum of w_j (low_aj - high_bj) over the weights allowed is not below 0, possibly when the largest sum of
    w_j (high_aj - low_bj) is not.

    Parameters
    ----------
    low, high
        Ends of each value, shape (plans, criteria).
    weights
        The corners of the set of weights allowed, shape (corners, criteria); a single row is one set of
        weights. For an order of importance: :func:`order_vertices`.

    Returns
    -------
    necessarily, possibly
        Shape (plans, plans) each, row over column; the diagonal is true.
    """
    bottom, roof = _ends(low, high)
    rows = np.atleast_2d(np.asarray(weights, dtype=float))
    corners = np.stack([read_weights(row, bottom.shape[1]) for row in rows])
    least, most = bottom @ corners.T, roof @ corners.T
    sure = (least[:, None] - most[None, :]).min(axis=2) >= -ROUNDING
    may = (most[:, None] - least[None, :]).max(axis=2) >= -ROUNDING
    np.fill_diagonal(sure, True)
    return sure, may


def order_vertices(order: Order, criteria: int) -> FloatArray:
    """The corners of all weights in an order of importance: (1, 0, ..), (1/2, 1/2, 0, ..), and so on.

    Parameters
    ----------
    order
        Criteria from the most to the least important, each on its own.
    criteria
        Their number.

    Returns
    -------
    array
        Shape (criteria, criteria).

    Raises
    ------
    ValueError
        For an order with ties: break the ties first.

    >>> order_vertices([1, 0], 2).tolist()
    [[0.0, 1.0], [0.5, 0.5]]
    """
    groups = read_order(order, criteria)
    if any(len(group) > 1 for group in groups):
        raise ValueError("the corners of an order with ties are not listed: break the ties first")
    found = np.zeros((criteria, criteria))
    found[:, [group[0] for group in groups]] = np.tri(criteria) / np.arange(1, criteria + 1)[:, None]
    return found


def coverage(weights: ArrayLike, evidence: ArrayLike, least: int = 1) -> FloatArray:
    """Share of the weight that rests on evidence of a level or better, per plan.

    Parameters
    ----------
    weights
        One per criterion.
    evidence
        Level per plan and criterion: 0 claim, 1 own document, 2 third party, 3 register.
    least
        Level that counts.

    Returns
    -------
    array
        Shape (plans,).
    """
    levels = read_matrix(evidence, "evidence")
    return np.asarray((levels >= least) @ read_weights(weights, levels.shape[1]))


def regret(worth: ArrayLike) -> FloatArray:
    """What each plan falls short of the best plan, per scenario or draw.

    Parameters
    ----------
    worth
        Shape (scenarios, plans), in any one unit, more is better.

    Returns
    -------
    array
        Same shape, zero or more.
    """
    table = read_matrix(worth, "worth")
    return np.asarray(table.max(axis=1, keepdims=True) - table)


def mean_regret(worth: ArrayLike) -> FloatArray:
    """Mean regret per plan over draws; the least of them is the value of perfect information.

    Only for draws: scenarios without a probability have no mean, look at the largest regret there.
    """
    return np.asarray(regret(worth).mean(axis=0))


def weight_ranges(values: ArrayLike, weights: ArrayLike, plan: int | None = None) -> FloatArray:
    """How far can each weight move before another plan comes first?

    The weight of criterion j moves to t and the others shrink or grow in proportion, (1 - t) / (1 - w_j);
    a plan is then worth V(t) = t v_j + (1 - t) R with R the mean of its other values, and two plans cross at
    t = (R_b - R_a) / ((v_aj - v_bj) + R_b - R_a).

    Parameters
    ----------
    values
        On fixed scales on which more is better, shape (plans, criteria).
    weights
        One per criterion.
    plan
        The plan that is to stay first; by default the first of the additive model.

    Returns
    -------
    array
        Lowest and highest weight of each criterion, shape (criteria, 2), within 0 and 1. NaN for a plan that
        is not first, and where a single criterion has all the weight and the others no proportion to keep.

    Raises
    ------
    ValueError
        When there is no such plan.
    """
    table = read_matrix(values, "values")
    w = read_weights(weights, table.shape[1])
    worth = table @ w
    keep = int(worth.argmax()) if plan is None else plan
    if not 0 <= keep < len(table):
        raise ValueError(f"there is no plan {keep}: the plans are 0 to {len(table) - 1}")
    if worth[keep] < worth.max() - ROUNDING * max(1.0, np.abs(worth).max()):
        return np.full((len(w), 2), math.nan)
    return np.array([_range(table, w, j, keep) for j in range(len(w))])


def _range(table: FloatArray, w: FloatArray, j: int, keep: int) -> Sequence[float]:
    if w[j] == 1:
        return (math.nan, math.nan)
    rest = np.delete(w, j) / (1 - w[j])
    others = np.delete(table, j, axis=1) @ rest
    # The lead over each plan, straight in t: from its value at t = 0 to that at t = 1.
    start, end = others[keep] - others, table[keep, j] - table[:, j]
    low, high = 0.0, 1.0
    for a, b in zip(start.tolist(), end.tolist(), strict=True):
        if a < 0 < b:
            low = max(low, a / (a - b))
        elif b < 0 < a:
            high = min(high, a / (a - b))
        elif b < 0 or a < 0:
            # Level at one end and behind from there: only that end is left.
            low, high = (low, min(high, 0.0)) if b < 0 else (max(low, 1.0), high)
    return (min(low, float(w[j])), max(high, float(w[j])))


def _ends(low: ArrayLike, high: ArrayLike) -> tuple[FloatArray, FloatArray]:
    bottom, roof = read_matrix(low, "low"), read_matrix(high, "high")
    if bottom.shape != roof.shape:
        raise ValueError(f"low and high must have the same shape, not {bottom.shape} and {roof.shape}")
    if (bottom > roof).any():
        raise ValueError("low must not lie above high")
    return bottom, roof
