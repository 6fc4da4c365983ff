"""How far off the calculation itself may be, and whether it has drawn enough.

The spread of scrambled repetitions, not sd / sqrt(n), is the error of a quasi-random mean. This is the error
of the simulation, to round an answer by; the uncertainty of the answer is the spread of the draws themselves.
Method: notes on uncertainty, section 4.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from thuishaven.uncertainty.draws import default_replicates


def _mean(block: Any) -> Any:
    return block.mean(axis=0)


def replicate_error(
    values: ArrayLike, statistic: Callable[[Any], Any] = _mean, replicates: int | None = None
) -> Any:
    """Standard error of a statistic, from independent replicates.

    Parameters
    ----------
    values : one result per draw, shape (n,) or (n, ...), replicate by replicate.
    statistic : of one replicate's values, shape (n / replicates, ...); the mean over draws by default.
    replicates : as in `Draws`, whose default for n is the default here.

    Returns
    -------
    sd over replicates / sqrt(replicates), in the unit and shape of the statistic; nan for a single replicate.

    Raises
    ------
    ValueError
        When the values do not divide into the replicates.

    >>> replicate_error([1.0, 3.0, 5.0, 7.0], replicates=2)
    2.0
    """
    results = np.asarray(values)
    n = len(results)
    replicates = default_replicates(n) if replicates is None else replicates
    if replicates < 1 or n % replicates:
        raise ValueError(f"{n} draws do not divide into {replicates} replicates")
    found = np.array([statistic(block) for block in np.split(results, replicates)], dtype=np.float64)
    if replicates == 1:
        return found[0] * math.nan
    error = found.std(axis=0, ddof=1) / math.sqrt(replicates)
    return float(error) if error.ndim == 0 else error


def half_width(error: Any, replicates: int, level: float = 0.95) -> Any:
    """Half the width of the confidence interval that belongs to a standard error over replicates.

    >>> round(half_width(1.0, 16), 4)
    2.1314
    """
    from scipy.special import stdtrit

    if replicates < 2:
        return error * math.nan
    return error * float(stdtrit(replicates - 1, (1 + level) / 2))


@dataclass(frozen=True, slots=True)
class Convergence:
    """Whether a difference between two plans is settled.

    Attributes: the mean difference and the chance of a difference above 0 (ties count half), each with its
    half-width, and `settled`; when it is not, double n rather than the replicates.
    """

    mean: float
    mean_half_width: float
    p_better: float
    p_half_width: float
    settled: bool


def convergence(
    difference: ArrayLike,
    replicates: int | None = None,
    relative: float = 0.005,
    amount: float = 0.0,
    points: float = 0.01,
) -> Convergence:
    """The stop rule: both half-widths small enough to show the answer.

    Parameters
    ----------
    difference : net benefit of one plan minus another per draw, shape (n,).
    relative, amount : the mean is settled within this share of itself, or within this amount in its own unit.
    points : the chance is settled within this much.
    """
    values = np.asarray(difference, dtype=np.float64)
    replicates = default_replicates(len(values)) if replicates is None else replicates
    better = (values > 0) + 0.5 * (values == 0)
    mean, chance = float(values.mean()), float(better.mean())
    off = float(half_width(replicate_error(values, replicates=replicates), replicates))
    chance_off = float(half_width(replicate_error(better, replicates=replicates), replicates))
    settled = off <= max(relative * abs(mean), amount) and chance_off <= points
    return Convergence(mean, off, chance, chance_off, settled)
