"""The additive model and four second opinions, each by its textbook and nothing else.

A matrix has plans as rows and criteria as columns. Weights are made to add up to 1; a direction is +1 where
more is better and -1 where less is. Two numbers that differ only by rounding count as equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thuishaven.ranking.matrix import (
    ROUNDING,
    FloatArray,
    highest,
    one_of,
    read_directions,
    read_matrix,
    read_share,
    read_threshold,
    read_weights,
)


@dataclass(frozen=True, slots=True)
class Vikor:
    """S: weighted sum of the shortfalls; R: the largest of them; Q: both together, 0 is best. Each (plans,).

    ``compromise`` holds the plans that VIKOR proposes: one when its lead is clear, else all that are as good.
    """

    S: FloatArray
    R: FloatArray
    Q: FloatArray
    compromise: frozenset[int]


@dataclass(frozen=True, slots=True)
class Topsis:
    """Closeness to the best column values, 0 to 1, shape (plans,).

    ``tie`` where all plans are equal and closeness is not defined: each then has a half.
    """

    closeness: FloatArray
    tie: bool


@dataclass(frozen=True, slots=True)
class Promethee:
    """Flows per plan, shape (plans,): how much it is preferred, how much others are, and the difference."""

    positive_flow: FloatArray
    negative_flow: FloatArray
    net_flow: FloatArray


@dataclass(frozen=True, slots=True)
class Electre:
    """Concordance and discordance of row over column, shape (plans, plans); who outranks whom; the kernel.

    ``kernel`` holds the plans that are outranked by none; plans that outrank each other in a circle count as
    one, so that it is never empty.
    """

    concordance: FloatArray
    discordance: FloatArray
    outranks: NDArray[np.bool_]
    kernel: frozenset[int]


def additive(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """The additive model, V = sum of w_j v_j: the default number. Adding a plan never changes the others.

    Parameters
    ----------
    values
        On fixed scales on which more is better, shape (plans, criteria).
    weights
        One per criterion: what the step from the worst to the best end of its scale is worth.

    Returns
    -------
    array
        Shape (plans,).

    Notes
    -----
    On linear scales 1 - V is the SPOTIS distance (Dezert and others 2020).

    >>> additive([[0.6, 0.5], [0.4, 0.8]], [3, 1]).round(3).tolist()
    [0.575, 0.5]
    """
    table = read_matrix(values, "values")
    return np.asarray(table @ read_weights(weights, table.shape[1]))


def vikor(matrix: ArrayLike, weights: ArrayLike, directions: ArrayLike, v: float = 0.5) -> Vikor:
    """VIKOR: the compromise between the group's benefit and the largest single regret.

    With f* the best and f- the worst value of a column, t_j = w_j (f* - x) / (f* - f-), 0 where they are
    equal; S = sum of t, R = max of t; Q = v (S - S*) / (S- - S*) + (1 - v) (R - R*) / (R- - R*), a part
    without span counting 0.

    Parameters
    ----------
    matrix
        Shape (plans, criteria).
    weights
        One per criterion, zero or more.
    directions
        +1 or -1 per criterion.
    v
        Weight of the group's benefit, 0 to 1.

    Returns
    -------
    Vikor
        With ``S``, ``R``, ``Q`` and ``compromise``: the best alone when its lead in Q is at least
        1 / (plans - 1) and it is also best in S or R; all plans within that lead when the first condition
        fails; the two best when only the second does.

    Raises
    ------
    ValueError
        When the parts do not fit together.

    Notes
    -----
    Opricovic and Tzeng, European Journal of Operational Research 156, 2004. The example of Tzeng and Huang
    2011:

    >>> found = vikor([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [.3, .4, .3], [1, 1, 1])
    >>> found.Q.round(2).tolist(), sorted(found.compromise)
    ([0.75, 0.25, 0.0, 1.0], [1, 2])
    """
    table, w, ways = _read(matrix, weights, directions)
    share = read_share(v, "v")
    good = table * ways
    best, span = good.max(axis=0), np.ptp(good, axis=0)
    shortfall = w * np.divide(best - good, span, out=np.zeros_like(good), where=span > 0)
    s, r = shortfall.sum(axis=1), shortfall.max(axis=1)
    q = share * _scaled(s) + (1 - share) * _scaled(r)
    return Vikor(S=s, R=r, Q=q, compromise=_compromise(s, r, q))


def _scaled(x: FloatArray) -> FloatArray:
    """From 0 for the lowest to 1 for the highest; 0 for all where they are equal."""
    span = np.ptp(x)
    return np.asarray((x - x.min()) / span) if span > ROUNDING else np.zeros_like(x)


def _compromise(s: FloatArray, r: FloatArray, q: FloatArray) -> frozenset[int]:
    plans = len(q)
    if plans == 1:
        return frozenset({0})
    ranked = np.argsort(q, kind="stable")
    first, second = ranked[:2]
    lead = 1 / (plans - 1)
    if q[second] - q[first] < lead - ROUNDING:
        return frozenset(np.flatnonzero(q - q[first] < lead - ROUNDING).tolist())
    stable = s[first] <= s.min() + ROUNDING or r[first] <= r.min() + ROUNDING
    return frozenset({int(first)} if stable else {int(first), int(second)})


def topsis(matrix: ArrayLike, weights: ArrayLike, directions: ArrayLike, scaling: str = "vector") -> Topsis:
    """TOPSIS: near the best value of every column and far from the worst.

    Closeness C = D- / (D+ + D-), with D+ and D- the Euclidean distances of the weighted, scaled row to the
    best and the worst value of each column.

    Parameters
    ----------
    matrix
        Shape (plans, criteria).
    weights
        One per criterion, zero or more.
    directions
        +1 or -1 per criterion.
    scaling
        ``"vector"``: x / sqrt(sum of x^2) per column. ``"minmax"``: (x - min) / (max - min).

    Returns
    -------
    Topsis
        With ``closeness``, and ``tie`` where all plans are equal.

    Raises
    ------
    ValueError
        When the parts do not fit together.

    Notes
    -----
    Hwang and Yoon 1981. Not invariant: another zero point of a scale can change the order.

    >>> found = topsis([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [.3, .4, .3], [1, 1, 1])
    >>> found.closeness.round(4).tolist()
    [0.5037, 0.6581, 0.7482, 0.334]
    """
    table, w, ways = _read(matrix, weights, directions)
    one_of(scaling, ("vector", "minmax"), "scaling")
    if scaling == "vector":
        largest = np.abs(table).max(axis=0)
        # Twice, so that the square of a very large or small number stays a number.
        near = np.divide(table, largest, out=np.zeros_like(table), where=largest > 0)
        size = np.sqrt((near**2).sum(axis=0))
        scaled = np.divide(near, size, out=np.zeros_like(near), where=size > 0)
    else:
        low, span = table.min(axis=0), np.ptp(table, axis=0)
        scaled = np.divide(table - low, span, out=np.zeros_like(table), where=span > 0)
    good = scaled * ways * w
    to_best = np.sqrt(((good - good.max(axis=0)) ** 2).sum(axis=1))
    to_worst = np.sqrt(((good - good.min(axis=0)) ** 2).sum(axis=1))
    whole = to_best + to_worst
    if (whole <= ROUNDING).all():
        return Topsis(closeness=np.full(len(table), 1 / 2), tie=True)
    return Topsis(closeness=np.asarray(to_worst / whole), tie=False)


def promethee_ii(
    matrix: ArrayLike,
    weights: ArrayLike,
    directions: ArrayLike,
    preference: str = "usual",
    q: ArrayLike | None = None,
    p: ArrayLike | None = None,
) -> Promethee:
    """PROMETHEE II: how much each plan is preferred to the others, pair by pair.

    With d = x_a - x_b in the good direction, pi(a, b) = sum of w_j P(d_j); the positive flow is the mean of
    pi(a, b) over the other plans, the negative flow that of pi(b, a).

    Parameters
    ----------
    matrix
        Shape (plans, criteria).
    weights
        One per criterion, zero or more.
    directions
        +1 or -1 per criterion.
    preference
        ``"usual"``: P = 1 for any d above 0. ``"linear"``: 0 up to q, 1 from p, straight between.
    q, p
        With ``"linear"``, in the units of the criteria, for all or for each: the difference up to which two
        plans are as good (0 by default; at least the error of the evidence), and from which one is
        fully preferred.

    Returns
    -------
    Promethee
        With ``net_flow``, which adds up to 0, ``positive_flow`` and ``negative_flow``.

    Raises
    ------
    ValueError
        When the parts do not fit together, or p is not above q.

    Notes
    -----
    Brans and Vincke, Management Science 31, 1985.

    >>> found = promethee_ii([[1, 0], [0, 1], [0, 0]], [0.6, 0.4], [1, 1])
    >>> found.net_flow.round(2).tolist()
    [0.4, 0.1, -0.5]
    """
    table, w, ways = _read(matrix, weights, directions)
    one_of(preference, ("usual", "linear"), "preference")
    plans, criteria = table.shape
    if preference == "usual":
        if q is not None or p is not None:
            raise ValueError('q and p belong to preference="linear"')
    elif p is None:
        raise ValueError('preference="linear" needs p, the difference from which one plan is fully preferred')
    low = read_threshold(0.0 if q is None else q, criteria, "q")
    high = read_threshold(1.0 if p is None else p, criteria, "p")
    if preference == "linear" and (high <= low).any():
        raise ValueError("p must be above q: between them the preference grows from 0 to 1")
    preferred = np.zeros((plans, plans))
    for j in range(criteria):
        column = table[:, j] * ways[j]
        gap = column[:, None] - column[None, :]
        if preference == "usual":
            preferred += w[j] * (gap > 0)
        else:
            preferred += w[j] * np.clip((gap - low[j]) / (high[j] - low[j]), 0, 1)
    others = max(plans - 1, 1)
    plus, minus = preferred.sum(axis=1) / others, preferred.sum(axis=0) / others
    return Promethee(positive_flow=plus, negative_flow=minus, net_flow=plus - minus)


def electre_i(
    matrix: ArrayLike,
    weights: ArrayLike,
    directions: ArrayLike,
    p: float = 0.65,
    q: float = 0.35,
    scaling: str = "sum",
) -> Electre:
    """ELECTRE I: which plans are outranked by none? It gives a set, not an order.

    Concordance c(a, b) is the weight of the criteria on which a is at least as good as b; discordance d(a, b)
    the largest amount by which b is better on any, over the largest range of a column. a outranks b
    when c >= p and d <= q.

    Parameters
    ----------
    matrix
        Shape (plans, criteria).
    weights
        One per criterion, zero or more.
    directions
        +1 or -1 per criterion.
    p, q
        Thresholds of concordance and discordance, 0 to 1.
    scaling
        ``"sum"``: each column over its sum, as in the textbook. ``"none"``: values that already stand on one
        scale.

    Returns
    -------
    Electre
        With ``concordance``, ``discordance``, ``outranks`` and ``kernel``.

    Raises
    ------
    ValueError
        When the parts do not fit together, or sums are asked of values below zero.

    Notes
    -----
    Roy, RIRO 8, 1968; thresholds as in Tzeng and Huang 2011.

    >>> sorted(electre_i([[3, 1], [2, 3], [1, 1]], [1, 1], [1, 1]).kernel)
    [0, 1]
    """
    table, w, ways = _read(matrix, weights, directions)
    agree, object_to = read_share(p, "p"), read_share(q, "q")
    one_of(scaling, ("sum", "none"), "scaling")
    if scaling == "sum":
        if (table < 0).any():
            raise ValueError('scaling="sum" needs values of zero or more; use scaling="none"')
        whole = table.sum(axis=0)
        table = np.divide(table, whole, out=np.zeros_like(table), where=whole > 0)
    good = table * ways
    plans = len(good)
    concordance, worst = np.zeros((plans, plans)), np.zeros((plans, plans))
    for j, column in enumerate(good.T):
        behind = column[None, :] - column[:, None]
        concordance += w[j] * (behind <= 0)
        np.maximum(worst, behind, out=worst)
    span = np.ptp(good, axis=0).max()
    discordance = worst / span if span > 0 else worst
    outranks = (concordance >= agree - ROUNDING) & (discordance <= object_to + ROUNDING)
    np.fill_diagonal(outranks, False)
    return Electre(concordance, discordance, outranks, _outranked_by_none(outranks))


def _outranked_by_none(outranks: NDArray[np.bool_]) -> frozenset[int]:
    """Plans that no plan reaches along the arrows, except those that they reach in turn."""
    reaches = outranks.astype(float)
    length = 1
    while length < len(reaches):
        reaches = ((reaches + reaches @ reaches) > 0).astype(float)
        length *= 2
    reached = reaches > 0
    return frozenset(np.flatnonzero((~reached | reached.T).all(axis=0)).tolist())


def _read(
    matrix: ArrayLike, weights: ArrayLike, directions: ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    table = read_matrix(matrix)
    criteria = table.shape[1]
    return table, read_weights(weights, criteria), read_directions(directions, criteria)


def top(scores: ArrayLike) -> frozenset[int]:
    """The plans with the highest score; several when they tie."""
    return highest(np.asarray(scores, dtype=float))
