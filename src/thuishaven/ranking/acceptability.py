"""SMAA-2: how often does each plan take each rank, and under which weights does it come first?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thuishaven.ranking.matrix import ROUNDING, FloatArray
from thuishaven.ranking.weights import STATED, Order, draw_weights

#: Draws that keep the standard error of a share at half a percentage point.
DRAWS = 10_000


@dataclass(frozen=True, slots=True)
class Acceptability:
    """What came out of the draws.

    Parameters
    ----------
    rank_acceptability
        Share of the draws in which a plan takes a rank, shape (plans, ranks). Rows and columns add up to 1;
        plans that tie share their ranks.
    central_weights
        Mean weights of the draws in which a plan comes first, shape (plans, criteria): who it is best for.
        NaN for a plan that never does.
    confidence
        Share of the draws of the values in which a plan comes first at its central weights, shape (plans,).
        Low: the evidence is too poor even for the friends of the plan. 0 for a plan that never comes first.
    wins
        Share of the draws in which one plan beats another, a tie counting half, shape (plans, plans).
    draws, seed
        How many draws, and their root.
    """

    rank_acceptability: FloatArray
    central_weights: FloatArray
    confidence: FloatArray
    wins: FloatArray
    draws: int
    seed: int

    @property
    def first(self) -> FloatArray:
        """Share of the draws in which each plan comes first, shape (plans,)."""
        return np.asarray(self.rank_acceptability[:, 0])

    @property
    def standard_error(self) -> FloatArray:
        """Standard error of the shares: sqrt(b (1 - b) / draws), shape (plans, ranks)."""
        share = self.rank_acceptability
        return np.asarray(np.sqrt(share * (1 - share) / self.draws))


def smaa(
    values: ArrayLike,
    weights: str | ArrayLike = "uniform",
    order: Order | None = None,
    draws: int | None = None,
    seed: int = 1,
    concentration: float = STATED,
) -> Acceptability:
    """How often does each plan take each rank when weights and values are uncertain?

    Plans are ranked in each draw by the additive model V = sum of w_j v_j.

    Parameters
    ----------
    values
        Values of the plans on scales on which more is better: shape (plans, criteria), or (n, plans,
        criteria) for n joint draws of them.
    weights
        ``"uniform"``, ``"order"``, one stated weight per criterion, or drawn weights of shape (n, criteria);
        see :func:`~thuishaven.ranking.weights.draw_weights`.
    order
        With ``"order"``: the criteria from the most to the least important.
    draws
        How many; by default as many as there are draws of the values or the weights, else 10,000. Given
        draws are repeated in turn.
    seed
        Root of the draws.
    concentration
        How close drawn weights stay to stated ones.

    Returns
    -------
    Acceptability
        With ``rank_acceptability``, ``central_weights`` and ``confidence``.

    Raises
    ------
    ValueError
        When values, weights or order do not fit together.

    Notes
    -----
    Lahdelma and Salminen, SMAA-2, Operations Research 49(3), 2001. Two criteria, all weights equally likely,
    plans (1, 0), (0, 1) and (0.6, 0.6) come first with shares 0.4, 0.4 and 0.2:

    >>> smaa([[1, 0], [0, 1], [0.6, 0.6]], draws=100_000).first.round(2).tolist()
    [0.4, 0.4, 0.2]
    """
    cube = _read_values(values)
    given = len(cube) if len(cube) > 1 else 1
    if not isinstance(weights, str) and np.ndim(weights) == 2:
        given = max(given, len(np.asarray(weights)))
    count = (given if given > 1 else DRAWS) if draws is None else draws
    if isinstance(count, bool) or not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"draws must be a whole number from 1, not {draws!r}")
    rng = np.random.Generator(np.random.PCG64DXSM(seed))
    drawn = draw_weights(weights, cube.shape[2], int(count), rng, order, concentration)
    used = cube if len(cube) in (1, count) else cube[np.arange(count) % len(cube)]
    scores = _scores(used, drawn)
    ranks, first = _shares(scores)
    total = first.sum(axis=0)
    with np.errstate(invalid="ignore"):
        central = np.where(total[:, None] > 0, first.T @ drawn / total[:, None], np.nan)
    return Acceptability(
        rank_acceptability=ranks,
        central_weights=central,
        confidence=_confidence(used, central),
        wins=pairwise_wins(scores),
        draws=int(count),
        seed=seed,
    )


def rank_acceptability(scores: ArrayLike) -> FloatArray:
    """Share of the draws in which each plan takes each rank.

    Parameters
    ----------
    scores
        Shape (draws, plans); the highest of a draw comes first. Plans that tie share their ranks.

    Returns
    -------
    array
        Shape (plans, ranks); rows and columns add up to 1.
    """
    return _shares(_read_scores(scores))[0]


def pairwise_wins(scores: ArrayLike) -> FloatArray:
    """Share of the draws in which the plan of the row beats the plan of the column; a tie counts half.

    Parameters
    ----------
    scores
        Shape (draws, plans).

    Returns
    -------
    array
        Shape (plans, plans), with 1/2 on the diagonal.
    """
    table = _read_scores(scores)
    near = _slack(table)[:, 0]
    # A plan after the other, so that each is one piece of memory.
    columns = np.ascontiguousarray(table.T)
    plans, draws = columns.shape
    found = np.full((plans, plans), 1 / 2)
    for a in range(1, plans):
        gap = columns[a] - columns[:a]
        won, lost = (gap > near).sum(axis=1), (gap < -near).sum(axis=1)
        found[a, :a] = (1 + (won - lost) / draws) / 2
        found[:a, a] = 1 - found[a, :a]
    return found


def _read_scores(scores: ArrayLike) -> FloatArray:
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2 or not table.size or not np.isfinite(table).all():
        raise ValueError(f"scores must be finite numbers of shape (draws, plans), not shape {table.shape}")
    return table


def _read_values(values: ArrayLike) -> FloatArray:
    try:
        cube = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError("values must be numbers in rows of equal length") from None
    if cube.ndim == 2:
        cube = cube[None]
    if cube.ndim != 3 or not cube.size:
        raise ValueError(
            "values must have shape (plans, criteria) or (draws, plans, criteria), with at least one of "
            f"each, not {np.shape(values)}"
        )
    if not np.isfinite(cube).all():
        raise ValueError("values must be finite numbers: an unknown is a range of draws, not a gap")
    return cube


def _scores(cube: FloatArray, weights: FloatArray) -> FloatArray:
    """V = sum of w_j v_j, shape (draws, plans); values and weights each for one draw or for all."""
    if len(cube) == 1:
        return np.asarray(weights @ cube[0].T)
    return np.asarray(np.matmul(cube, weights[:, :, None])[:, :, 0])


def _slack(scores: FloatArray) -> FloatArray:
    """Per draw the difference below which two scores are equal but for rounding, shape (draws, 1)."""
    return np.asarray(ROUNDING * np.abs(scores).max(axis=1, keepdims=True))


def _shares(scores: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Rank shares (plans, ranks), and per draw and plan its part of the first place (draws, plans)."""
    draws, plans = scores.shape
    best = np.argsort(-scores, axis=1, kind="stable")
    ordered = np.take_along_axis(scores, best, axis=1)
    place = np.arange(plans)
    ends = np.ones((draws, plans), dtype=bool)
    ends[:, :-1] = ordered[:, :-1] - ordered[:, 1:] > _slack(scores)
    starts = np.ones_like(ends)
    starts[:, 1:] = ends[:, :-1]
    # Of each group of tied plans its first and last place; a plan gets an equal part of each place between.
    start = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    end = np.minimum.accumulate(np.where(ends, place, plans)[:, ::-1], axis=1)[:, ::-1]
    part = 1 / (end - start + 1)
    cells = plans + 1
    row = best * cells
    opened = np.bincount((row + start).ravel(), part.ravel(), plans * cells)
    closed = np.bincount((row + end + 1).ravel(), part.ravel(), plans * cells)
    ranks = np.cumsum((opened - closed).reshape(plans, cells), axis=1)[:, :plans] / draws
    ranks[np.abs(ranks) < ROUNDING] = 0.0
    first = np.zeros((draws, plans))
    np.put_along_axis(first, best, np.where(start == 0, part, 0.0), axis=1)
    return ranks, first


def _confidence(cube: FloatArray, central: FloatArray) -> FloatArray:
    found = np.zeros(len(central))
    # A plan after the other, so that what is compared lies draw beside draw.
    columns = np.ascontiguousarray(cube.swapaxes(0, 1))
    for plan in np.flatnonzero(~np.isnan(central[:, 0])):
        scores = columns @ central[plan]
        tied = scores >= scores.max(axis=0) - ROUNDING * np.abs(scores).max(axis=0)
        found[plan] = (tied[plan] / tied.sum(axis=0)).mean()
    return found
