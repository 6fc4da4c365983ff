"""Reading what is to be ranked: matrices, weights and directions, checked once for every method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
#: Two sums that differ by less than this share of their size are the same number, rounded differently.
ROUNDING = 2.0**-40


def read_matrix(matrix: ArrayLike, name: str = "matrix") -> FloatArray:
    """A matrix of plans by criteria.

    Raises
    ------
    ValueError
        When it does not have two dimensions, is empty, or holds something that is not a finite number.
    """
    found = _numbers(matrix, name)
    if found.ndim != 2 or not found.size:
        raise ValueError(f"{name} must have shape (plans, criteria), at least one of each, not {found.shape}")
    return found


def read_weights(weights: ArrayLike, criteria: int) -> FloatArray:
    """Weights of the criteria, made to add up to 1.

    Raises
    ------
    ValueError
        When their number is not that of the criteria, one is below zero, or all are zero.
    """
    found = _numbers(weights, "weights")
    if found.shape != (criteria,):
        raise ValueError(f"weights must be one for each of {criteria} criteria, not of shape {found.shape}")
    if (found < 0).any():
        raise ValueError(f"weights must be zero or more, not {found.min():g}")
    most = found.max()
    if not most:
        raise ValueError("weights are all zero: at least one criterion must count")
    # By the largest first, so that the sum of very large weights stays a number.
    scaled = found / most
    return np.asarray(scaled / scaled.sum())


def read_directions(directions: ArrayLike, criteria: int) -> FloatArray:
    """Directions of the criteria: +1 where more is better, -1 where less is.

    Raises
    ------
    ValueError
        For any other value, or another number of them.
    """
    found = _numbers(directions, "directions")
    if found.shape != (criteria,):
        raise ValueError(
            f"directions must be one for each of {criteria} criteria, not of shape {found.shape}"
        )
    if not np.isin(found, (-1.0, 1.0)).all():
        raise ValueError("directions must be +1 (more is better) or -1 (less is better)")
    return found


def read_threshold(value: ArrayLike, criteria: int, name: str) -> FloatArray:
    """A threshold, zero or more: one number for all criteria, or one for each."""
    found = _numbers(value, name)
    if found.shape not in ((), (criteria,)):
        raise ValueError(
            f"{name} must be one number or {criteria}, one per criterion, not of shape {found.shape}"
        )
    if (found < 0).any():
        raise ValueError(f"{name} must be zero or more, not {found.min():g}")
    return np.broadcast_to(found, (criteria,))


def read_share(value: float, name: str) -> float:
    """A number from 0 to 1."""
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")
    return float(value)


def one_of(value: str, known: Sequence[str], name: str) -> str:
    """A word from a list."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, not {value!r}")
    return value


def slack(values: FloatArray) -> float:
    """The difference below which two of these numbers are equal but for rounding."""
    return ROUNDING * max(float(np.abs(values).max(initial=0.0)), np.finfo(float).tiny)


def highest(scores: FloatArray) -> frozenset[int]:
    """Places of the highest score; several when they tie."""
    return frozenset(np.flatnonzero(scores >= scores.max() - slack(scores)).tolist())


def _numbers(raw: ArrayLike, name: str) -> FloatArray:
    try:
        found = np.asarray(raw, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be numbers in rows of equal length, not {raw!r:.60}") from None
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite numbers: an unknown is a range of draws, not a gap")
    return found
