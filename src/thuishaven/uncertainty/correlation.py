"""Inputs that move together: Gaussian and t copulas, common factors.

A person states a rank correlation (Spearman), which survives any choice of marginal distribution. The copula
turns it into the correlation of normal scores. Method: notes on uncertainty, section 3.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thuishaven.uncertainty.distributions import FloatArray

Correlation = Mapping[tuple[str, str], float] | ArrayLike
"""Rank correlations: {("a", "b"): .5} for the pairs that have one, or a matrix in the order of the names."""

_LEAST_EIGENVALUE = 1e-8


class CorrelationRepaired(UserWarning):
    """The rank correlations contradict each other; the nearest consistent ones were used.

    `largest_change` is the largest change of any of them.
    """

    def __init__(self, largest_change: float) -> None:
        self.largest_change = largest_change
        super().__init__(
            "no inputs can have these correlations together; "
            f"the nearest ones that can differ by at most {largest_change:.3f}"
        )


@dataclass(frozen=True, slots=True, eq=False)
class Copula:
    """How a group of inputs moves together.

    Attributes
    ----------
    names : the inputs, in the order of the rows of what `apply` takes.
    matrix : correlation of their normal scores, shape (k, k), after repair.
    largest_change : largest change of a rank correlation that the repair needed, 0.0 when none.
    """

    names: tuple[str, ...]
    matrix: FloatArray
    largest_change: float

    @classmethod
    def from_ranks(cls, names: Sequence[str], correlation: Correlation) -> "Copula":
        """The copula with these Spearman correlations.

        Raises ValueError for unknown names, values outside [-1, 1], a pair given twice with different values,
        or a matrix that is not square and symmetric with ones.

        >>> copula = Copula.from_ranks(["a", "b"], {("a", "b"): .5})
        >>> float(copula.matrix[0, 1].round(6))
        0.517638
        """
        wanted = np.array([[pearson(rho) for rho in row] for row in _rank_matrix(list(names), correlation)])
        matrix = nearest_correlation(wanted)
        change = np.abs(spearman(matrix) - spearman(wanted)).max(initial=0.0)
        return cls(tuple(names), matrix, float(change) if change > 1e-12 else 0.0)

    def apply(self, scores: FloatArray) -> FloatArray:
        """Correlated normal scores from independent ones, shape (k, n). The first input keeps its scores."""
        correlated: FloatArray = np.linalg.cholesky(self.matrix) @ scores
        return correlated

    def uniforms(
        self, scores: FloatArray, mixing: FloatArray | None = None, degrees: float = 4.0
    ) -> FloatArray:
        """Correlated uniforms, shape (k, n), from independent normal scores of the same shape.

        With `mixing`, uniforms of shape (n,) of an input of its own, the t copula with these degrees of
        freedom, for joint crises: a Gaussian copula denies that extremes come together.
        """
        from scipy.special import gammaincinv, ndtr, stdtr

        correlated = self.apply(scores)
        if mixing is None:
            result: FloatArray = ndtr(correlated)
        else:
            chi_square = 2 * gammaincinv(degrees / 2, mixing)
            result = stdtr(degrees, correlated / np.sqrt(chi_square / degrees))
        # Beyond 8 standard deviations the distribution function rounds to 0 or 1.
        return np.clip(result, 2.0**-53, 1.0 - 2.0**-53)


def pearson(rho: float) -> float:
    """Correlation of normal scores that gives this Spearman correlation.

    >>> round(pearson(.5), 6)
    0.517638
    """
    return 2.0 * math.sin(math.pi * rho / 6.0)


def spearman(r: ArrayLike) -> FloatArray:
    """Spearman correlation of normal scores with this correlation: the inverse of `pearson`."""
    return np.asarray(6.0 / np.pi * np.arcsin(np.asarray(r, dtype=np.float64) / 2.0))


def one_factor(common: FloatArray, own: FloatArray, rho: float) -> FloatArray:
    """Normal scores with share `rho` of their variance from a common factor.

    Two inputs of one factor with shares rho_1 and rho_2 have correlation sqrt(rho_1 rho_2); any group of them
    is consistent, which a typed matrix need not be.

    Raises
    ------
    ValueError
        For a share below 0 or above 1.
    """
    if not 0 <= rho <= 1:
        raise ValueError(f"the share of a common factor lies between 0 and 1, not {rho}")
    return math.sqrt(rho) * common + math.sqrt(1.0 - rho) * own


def nearest_correlation(matrix: FloatArray) -> FloatArray:
    """The matrix itself when positive definite, else with clipped eigenvalues and a unit diagonal again."""
    values, vectors = np.linalg.eigh(matrix)
    if values[0] >= _LEAST_EIGENVALUE:
        return matrix
    clipped = (vectors * np.maximum(values, _LEAST_EIGENVALUE)) @ vectors.T
    size = np.sqrt(np.diag(clipped))
    repaired: FloatArray = clipped / np.outer(size, size)
    np.fill_diagonal(repaired, 1.0)
    return repaired


def _rank_matrix(names: list[str], correlation: Correlation) -> FloatArray:
    k = len(names)
    if isinstance(correlation, Mapping):
        ranks = np.eye(k)
        given: dict[frozenset[str], float] = {}
        for (first, second), rho in correlation.items():
            for name in (first, second):
                if name not in names:
                    raise ValueError(f"correlation names {name!r}, which is not among the inputs")
            if first == second:
                raise ValueError(f"{first!r} has no correlation with itself")
            if given.setdefault(frozenset((first, second)), float(rho)) != rho:
                raise ValueError(f"two different correlations for {first!r} and {second!r}")
            i, j = names.index(first), names.index(second)
            ranks[i, j] = ranks[j, i] = rho
    else:
        ranks = np.array(correlation, dtype=np.float64)
        if ranks.shape != (k, k) or not np.array_equal(ranks, ranks.T) or not (np.diag(ranks) == 1).all():
            raise ValueError(
                f"a correlation matrix of {k} inputs is {k} x {k}, symmetric, with ones on its diagonal"
            )
    if not (np.abs(ranks) <= 1).all():
        raise ValueError("a rank correlation lies between -1 and 1")
    return ranks
