"""Uncertain weights: uniform over all weights, in a given order of importance, or around stated ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from thuishaven.ranking.matrix import FloatArray, read_weights

#: How close drawn weights stay to stated ones (Dirichlet concentration): a stated weight of 0.40 is drawn
#: with a standard deviation of 0.07. An assumption of the method, the same in scan and advice.
STATED = 50.0
Order = Sequence[int | Sequence[int]]


def draw_weights(
    kind: str | ArrayLike,
    criteria: int,
    draws: int,
    rng: np.random.Generator,
    order: Order | None = None,
    concentration: float = STATED,
) -> FloatArray:
    """Weights for every draw, each zero or more and adding up to 1.

    Parameters
    ----------
    kind
        ``"uniform"``: all weights are equally likely (Dirichlet with ones). ``"order"``: likewise, but
        sorted into ``order``. One number per criterion: stated weights w, drawn from Dirichlet(concentration
        x w). An array of shape (n, criteria): weights that were drawn elsewhere, repeated in turn.
    criteria
        Number of criteria.
    draws
        Number of draws.
    rng
        Source of randomness.
    order
        With ``"order"``: the criteria from the most to the least important. A group of them instead of a
        single one is a tie, broken anew in each draw.
    concentration
        For stated weights; infinite takes them exactly as stated.

    Returns
    -------
    array
        Shape (draws, criteria).

    Raises
    ------
    ValueError
        When the weights or the order do not fit the criteria.

    Notes
    -----
    Lahdelma and Salminen, Operations Research 49(3), 2001; Tervonen and Lahdelma, European Journal of
    Operational Research 178, 2007.
    """
    if not isinstance(kind, str):
        if order is not None:
            raise ValueError('an order of criteria needs weights="order"')
        return _stated(kind, criteria, draws, rng, concentration)
    if kind not in ("uniform", "order"):
        raise ValueError(f'weights must be "uniform", "order" or numbers, not {kind!r}')
    if (kind == "order") != (order is not None):
        raise ValueError('weights="order" and an order of the criteria go together')
    flat = rng.standard_exponential((draws, criteria))
    flat /= flat.sum(axis=1, keepdims=True)
    if order is None:
        return flat
    groups = read_order(order, criteria)
    ranked = -np.sort(-flat, axis=1)
    found = np.empty_like(ranked)
    start = 0
    for group in groups:
        place = np.tile(np.arange(start, start + len(group)), (draws, 1))
        if len(group) > 1:
            place = rng.permuted(place, axis=1)
        found[:, group] = np.take_along_axis(ranked, place, axis=1)
        start += len(group)
    return found


def _stated(
    kind: ArrayLike, criteria: int, draws: int, rng: np.random.Generator, concentration: float
) -> FloatArray:
    shape = np.shape(kind)
    if len(shape) == 2 and shape[0]:
        rows = np.asarray(kind, dtype=float)
        if not np.isfinite(rows).all():
            raise ValueError("weights must be finite numbers")
        if shape[1] != criteria or (rows < 0).any() or (rows.sum(axis=1) <= 0).any():
            raise ValueError(f"drawn weights must be rows of {criteria} numbers, zero or more, not all zero")
        rows = rows / rows.sum(axis=1, keepdims=True)
        return rows if shape[0] == draws else np.resize(rows, (draws, criteria))
    stated = read_weights(kind, criteria)
    if not concentration > 0:
        raise ValueError(f"concentration must be above zero, not {concentration!r}")
    if math.isinf(concentration) or np.count_nonzero(stated) == 1:
        return np.tile(stated, (draws, 1))
    drawn = rng.standard_gamma(concentration * stated, (draws, criteria))
    total = drawn.sum(axis=1, keepdims=True)
    # With a tiny concentration every gamma may underflow: such a draw is all on one criterion.
    lost = np.flatnonzero(total[:, 0] == 0)
    drawn[lost, rng.choice(criteria, size=len(lost), p=stated)] = 1.0
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


def read_order(order: Order, criteria: int) -> list[list[int]]:
    """An order of importance as groups of criteria, most important first.

    Raises
    ------
    ValueError
        When it does not name every criterion once.
    """
    groups = [[int(item)] if isinstance(item, int | np.integer) else [int(i) for i in item] for item in order]
    if sorted(i for group in groups for i in group) != list(range(criteria)):
        raise ValueError(
            f"the order must name each criterion from 0 to {criteria - 1} once, not {list(order)!r}"
        )
    return groups


def rank_order_centroid(criteria: int) -> FloatArray:
    """The mean weights when only the order is known: w_i = (1/m) sum over k = i..m of 1/k.

    Raises
    ------
    ValueError
        Without a criterion.

    >>> rank_order_centroid(2).tolist()
    [0.75, 0.25]
    """
    if criteria < 1:
        raise ValueError(f"there must be at least one criterion, not {criteria}")
    parts = 1 / np.arange(1, criteria + 1)
    return np.asarray(np.cumsum(parts[::-1])[::-1] / criteria)
