"""Distributions as inverse distribution functions: pure functions from a uniform u in (0, 1) to a value.

Every input is sampled as x = F^-1(u), so one column of uniforms belongs to one input whatever its
distribution. All functions here are vectorised in u; the parameters are plain floats. Formulas: notes on
uncertainty, section 1.

The families built on normal scores are one formula,

    y = centre + scale z + skew (u - 1/2) z,     z = normal quantile of u,

with x = y (normal), x = lower + e^y (lognormal), x = upper - e^-y, or the logit form between two limits. With
skew = 0 these are the textbook distributions; with skew it is the three-term quantile-parameterised form of
Keelin and Powley (Decision Analysis 8(3), 2011). Unlike the logistic base of a metalog, normal scores keep
every moment finite after the exponential, so a wide positive range has a mean and a variance.
"""

import functools
import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

Z95 = 1.6448536269514722
"""Normal quantile of .95: P5 and P95 lie this many standard deviations from the median."""

SKEW_LIMIT = 1.5
"""Largest |skew| / scale in use; dx/dz stays positive up to 1 / max of (Phi(z) - 1/2 + z phi(z)) = 1.59."""


def normal_scores(u: FloatArray) -> FloatArray:
    """Standard normal quantiles of u."""
    from scipy.special import ndtri

    scores: FloatArray = ndtri(u)
    return scores


def triangular_ppf(u: FloatArray, low: float, mode: float, high: float) -> FloatArray:
    """Triangular distribution on [low, high].

    >>> triangular_ppf(np.array([.05, .5, .95]), 80, 100, 150).round(6).tolist()
    [88.3666, 108.166999, 136.771243]
    """
    width = high - low
    left, right = (mode - low) / width, (high - mode) / width
    below = u < left
    reach = width * np.sqrt(np.where(below, u * left, (1.0 - u) * right))
    return np.where(below, low + reach, high - reach)


def triangular_moments(low: float, mode: float, high: float) -> tuple[float, float]:
    """Mean and standard deviation of the triangular distribution.

    >>> mean, sd = triangular_moments(80, 100, 150)
    >>> mean, round(sd, 6)
    (110.0, 14.719601)
    """
    width = high - low
    left, right = (mode - low) / width, (high - mode) / width
    mean = low + width * (2 * left + right) / 3
    return mean, width * math.sqrt((left * left + left * right + right * right) / 18)


def solve_triangular(low: float, mode: float, high: float, p: float = 0.05) -> tuple[float, float]:
    """Bounds (a, b) of the triangular distribution with this mode and p and 1 - p quantiles low and high.

    A mode equal to `low` makes `low` the minimum (and likewise `high` the maximum).
    With t = F(mode) = (mode - a) / (b - a) both quantile equations become explicit in t, and what is left is
    one equation in t on (p, 1 - p) that runs from plus to minus infinity: bisection cannot miss its root.

    >>> [round(bound, 6) for bound in solve_triangular(80, 100, 150)]
    [67.063919, 168.68025]
    >>> [round(bound, 6) for bound in solve_triangular(80, 100, 150, p=.1)]
    [56.699839, 182.079861]
    """
    if mode <= low:
        return low, outer_bound(low, mode, high, p)
    if mode >= high:
        return -outer_bound(-high, -mode, -low, p), high
    left, right = mode - low, high - mode
    inside, outside = p, 1.0 - p
    for _ in range(200):
        t = 0.5 * (inside + outside)
        if t in (inside, outside):
            break
        excess = (1 - t) * left * (1 - math.sqrt(p / (1 - t))) - t * right * (1 - math.sqrt(p / t))
        if excess > 0:
            inside = t
        else:
            outside = t
    return mode - left / (1 - math.sqrt(p / t)), mode + right / (1 - math.sqrt(p / (1 - t)))


def outer_bound(low: float, mode: float, high: float, p: float = 0.05) -> float:
    """Upper bound b of the triangular distribution with minimum `low` whose 1 - p quantile is `high`.

    The larger root of (b - high)^2 = p (b - low)(b - mode).

    >>> b = outer_bound(0, 2, 10)
    >>> round(float(triangular_ppf(np.array([.95]), 0, 2, b)[0]), 9)
    10.0
    """
    # Measured from `low`, so that large offsets cost no digits.
    m, q = mode - low, high - low
    half = q - p * m / 2
    return low + (half + math.sqrt(half * half - (1 - p) * q * q)) / (1 - p)


class BetaTable:
    """Quantiles of Beta(alpha, beta) on [0, 1], tabulated once per shape.

    Near 0 the quantile behaves like u^(1/alpha), near 1 like 1 - (1 - u)^(1/beta); in those variables it is
    smooth, so each half is a monotone cubic Hermite interpolant on even knots with exact slopes. Measured
    against the exact inverse for every shape a PERT can take: within 2e-10 of the width of the range.
    """

    KNOTS = 256

    def __init__(self, alpha: float, beta: float) -> None:
        from scipy.special import betainc

        self.split = float(betainc(alpha, beta, alpha / (alpha + beta)))
        self._left = _hermite_half(alpha, beta, self.split, self.KNOTS)
        self._right = _hermite_half(beta, alpha, 1.0 - self.split, self.KNOTS)
        self._alpha, self._beta = alpha, beta

    def __call__(self, u: FloatArray) -> FloatArray:
        """The quantile of every u."""
        u = np.asarray(u, dtype=np.float64)
        left = u < self.split
        result = np.empty_like(u)
        result[left] = _hermite_value(u[left] ** (1.0 / self._alpha), *self._left)
        right = ~left
        result[right] = 1.0 - _hermite_value((1.0 - u[right]) ** (1.0 / self._beta), *self._right)
        return result


def _hermite_half(alpha: float, beta: float, top: float, knots: int) -> tuple[float, FloatArray]:
    """Cubic pieces of the Beta(alpha, beta) quantile as a function of w = u^(1/alpha), for u in [0, top].

    Returns the knot distance and the coefficients, shape (4, knots), of powers of the place within a piece.
    """
    from scipy.special import betaincinv, betaln

    w = np.linspace(0.0, top ** (1.0 / alpha), knots + 1)
    step = float(w[1])
    x = betaincinv(alpha, beta, w**alpha)
    # dx/dw = (du/dw) / (dF/dx) = alpha w^(alpha-1) B x^(1-alpha) (1-x)^(1-beta); at 0 it tends to x/w.
    scale = math.exp(betaln(alpha, beta))
    slope = np.empty_like(x)
    slope[0] = (alpha * scale) ** (1.0 / alpha)
    slope[1:] = alpha * scale * (w[1:] / x[1:]) ** (alpha - 1) * (1 - x[1:]) ** (1 - beta)
    rise, start, end = np.diff(x), slope[:-1] * step, slope[1:] * step
    return step, np.stack([x[:-1], start, 3 * rise - 2 * start - end, start + end - 2 * rise])


def _hermite_value(w: FloatArray, step: float, pieces: FloatArray) -> FloatArray:
    place = w / step
    index = np.minimum(place.astype(np.int64), pieces.shape[1] - 1)
    place -= index
    c0, c1, c2, c3 = pieces[:, index]
    value: FloatArray = c0 + place * (c1 + place * (c2 + place * c3))
    return value


@functools.lru_cache(maxsize=512)
def beta_table(alpha: float, beta: float) -> BetaTable:
    """The cached quantile table of a Beta shape."""
    return BetaTable(alpha, beta)


def beta_ppf(u: FloatArray, alpha: float, beta: float) -> FloatArray:
    """Quantiles of Beta(alpha, beta) on [0, 1]; tabulated for the shapes of a PERT, exact for all others.

    >>> beta_ppf(np.array([.05, .5, .95]), 2.5, 18.5).round(6).tolist()  # 2 events in 20 trials, Jeffreys
    [0.029334, 0.106968, 0.250227]
    """
    if 1.0 <= alpha <= 5.0 and 1.0 <= beta <= 5.0:
        return beta_table(alpha, beta)(u)
    from scipy.special import betaincinv

    exact: FloatArray = betaincinv(alpha, beta, u)
    return exact


def beta_moments(alpha: float, beta: float) -> tuple[float, float]:
    """Mean and standard deviation of Beta(alpha, beta) on [0, 1].

    >>> mean, sd = beta_moments(*pert_shape(80, 100, 150))
    >>> round(80 + 70 * mean, 6), round(70 * sd, 6)
    (105.0, 12.677314)
    """
    total = alpha + beta
    return alpha / total, math.sqrt(alpha * beta / (total + 1)) / total


def pert_shape(low: float, mode: float, high: float) -> tuple[float, float]:
    """Beta shapes (alpha, beta) of the PERT distribution with these bounds and mode.

    >>> [round(shape, 6) for shape in pert_shape(80, 100, 150)]
    [2.142857, 3.857143]
    """
    share = (mode - low) / (high - low)
    return 1 + 4 * share, 1 + 4 * (1 - share)


def pert_ppf(u: FloatArray, low: float, mode: float, high: float) -> FloatArray:
    """PERT: a beta distribution on [low, high] with mean (low + 4 mode + high) / 6.

    >>> pert_ppf(np.array([.05, .5, .95]), 80, 100, 150).round(6).tolist()
    [86.301587, 103.825886, 127.739215]
    """
    return low + (high - low) * beta_ppf(u, *pert_shape(low, mode, high))


def gamma_ppf(u: FloatArray, shape: float, rate: float) -> FloatArray:
    """Quantiles of the gamma distribution with this shape and rate."""
    from scipy.special import gammaincinv

    return np.asarray(gammaincinv(shape, u) / rate, dtype=np.float64)


def lognormal_from_moments(mean: float, sd: float) -> tuple[float, float]:
    """(mu, sigma) of ln x for a lognormal x with this mean and standard deviation.

    >>> [round(v, 6) for v in lognormal_from_moments(100, 30)]
    [4.562081, 0.29356]
    """
    variance = math.log1p((sd / mean) ** 2)
    return math.log(mean) - variance / 2, math.sqrt(variance)


def beta_from_moments(mean: float, sd: float) -> tuple[float, float]:
    """(alpha, beta) of the beta distribution on [0, 1] with this mean and standard deviation.

    There is one whenever sd^2 < mean (1 - mean).

    >>> [round(v, 9) for v in beta_moments(*beta_from_moments(.9, .08))]
    [0.9, 0.08]
    """
    total = mean * (1 - mean) / (sd * sd) - 1
    return mean * total, (1 - mean) * total


def normal_from_quantiles(low: float, high: float) -> tuple[float, float]:
    """(mu, sigma) of the normal distribution with P5 = low and P95 = high; use logarithms for a lognormal.

    >>> [round(v, 6) for v in normal_from_quantiles(math.log(50), math.log(200))]
    [4.60517, 0.421404]
    """
    return (low + high) / 2, (high - low) / (2 * Z95)


def metalog_coefficients(
    low: float, median: float, high: float, p: float = 0.05
) -> tuple[float, float, float]:
    """Three-term metalog with quantiles low at p, median at 1/2 and high at 1 - p (Keelin 2016).

    Raises ValueError where no such distribution exists: the median too close to one of the ends.

    >>> [round(a, 6) for a in metalog_coefficients(80, 100, 150)]
    [100, 11.886815, 11.320776]
    >>> [round(a, 6) for a in metalog_coefficients(80, 100, 150, p=.1)]
    [100, 15.929186, 17.066985]
    """
    width, odds = high - low, math.log((1 - p) / p)
    share = (median - low) / width
    least = 0.5 * (1 - 1.66711 * (0.5 - p))
    if not least < share < 1 - least:
        raise ValueError(
            f"no metalog: median at {share:.3f} of the range, must be within {least:.3f} of the middle"
        )
    return median, width / (2 * odds), (1 - 2 * share) * width / ((1 - 2 * p) * odds)


def metalog_ppf(u: FloatArray, centre: float, scale: float, skew: float) -> FloatArray:
    """Three-term metalog, unbounded.

    >>> metalog_ppf(np.array([.1, .99]), 100, 11.886815, 11.320776).round(5).tolist()
    [83.83171, 180.1113]
    """
    logit = np.log(u / (1.0 - u))
    return centre + (scale + skew * (u - 0.5)) * logit


def metalog_moments(centre: float, scale: float, skew: float) -> tuple[float, float]:
    """Mean and standard deviation of the unbounded three-term metalog."""
    return centre + skew / 2, math.sqrt(math.pi**2 / 3 * scale**2 + (1 / 12 + math.pi**2 / 36) * skew**2)


def score_ppf(
    u: FloatArray, centre: float, scale: float, skew: float, lower: float = -math.inf, upper: float = math.inf
) -> FloatArray:
    """Normal, lognormal and logit-normal quantiles, skewed or not: the family of the module's introduction.

    >>> score_ppf(np.array([.05, .95]), 4.605170, .421404, 0, lower=0).round(2).tolist()
    [50.0, 200.0]
    """
    z = normal_scores(u)
    y = centre + scale * z
    if skew:
        y += (skew * (u - 0.5)) * z
    return from_line(y, lower, upper)


def to_line(x: float, lower: float, upper: float) -> float:
    """The value on the unbounded line that belongs to x between its limits: x, ln, -ln or logit."""
    if lower > -math.inf:
        return math.log(x - lower) if upper == math.inf else math.log((x - lower) / (upper - x))
    return x if upper == math.inf else -math.log(upper - x)


def from_line(y: FloatArray, lower: float, upper: float) -> FloatArray:
    """The inverse of `to_line`, for arrays."""
    if lower > -math.inf:
        if upper == math.inf:
            return lower + np.exp(y)
        from scipy.special import expit

        between: FloatArray = lower + (upper - lower) * expit(y)
        return between
    return y if upper == math.inf else upper - np.exp(-y)


def score_coefficients(
    low: float, median: float, high: float, lower: float = -math.inf, upper: float = math.inf
) -> tuple[float, float, float]:
    """(centre, scale, skew) of the distribution between the limits with these P5, P50 and P95.

    A median nearer to one end than any skew reaches is moved as far as it goes; P5 and P95 always hold.

    >>> score_ppf(np.array([.05, .5, .95]), *score_coefficients(1, 8, 20, lower=0), lower=0).round(9).tolist()
    [1.0, 8.0, 20.0]
    """
    bottom, top = to_line(low, lower, upper), to_line(high, lower, upper)
    middle, scale = normal_from_quantiles(bottom, top)
    # (u - 1/2) z equals .45 Z95 at both P5 and P95: all the skew does is move their middle from the median.
    skew = (middle - to_line(median, lower, upper)) / (0.45 * Z95)
    most = SKEW_LIMIT * scale
    skew = min(max(skew, -most), most)
    return middle - 0.45 * Z95 * skew, scale, skew


def score_moments(
    centre: float, scale: float, skew: float, lower: float = -math.inf, upper: float = math.inf
) -> tuple[float, float]:
    """Mean and standard deviation of the normal-score family; closed form where there is one.

    >>> round(score_moments(4.605170, .421404, 0, lower=0)[0], 4)
    109.2852
    """
    if not skew and lower == -math.inf and upper == math.inf:
        return centre, scale
    if not skew and (lower == -math.inf or upper == math.inf):
        sign, limit = (1.0, lower) if upper == math.inf else (-1.0, upper)
        with np.errstate(over="ignore"):
            distance = float(np.exp(sign * centre + scale * scale / 2))
            return limit + sign * distance, distance * float(np.sqrt(np.expm1(scale * scale)))
    # The trapezium rule on the whole line converges geometrically for these smooth integrands; beyond 38
    # standard deviations a weight is no number any more.
    reach = min(12.0 + 2.5 * (scale + abs(skew)), 38.0)
    z = np.linspace(-reach, reach, 4001)
    from scipy.special import ndtr

    weight = np.exp(-0.5 * z * z) * ((z[1] - z[0]) / math.sqrt(2 * math.pi))
    with np.errstate(over="ignore"):
        x = from_line(centre + (scale + skew * (ndtr(z) - 0.5)) * z, lower, upper)
        mean = float(weight @ x)
        return mean, float(np.sqrt(weight @ (x - mean) ** 2))


#: Counts that are walked up one by one before the continuous inverse takes over.
_WALK = 12


def poisson_ppf(u: FloatArray, rate: float | FloatArray) -> FloatArray:
    """Number of events for every u when `rate` are expected: the least k with F(k) >= u.

    `rate` broadcasts against u. Monotone in u and in the rate: plans stay comparable on the same draws.

    >>> poisson_ppf(np.array([.2, .7, .99]), .5).tolist()
    [0.0, 1.0, 3.0]
    """
    u, rate = np.broadcast_arrays(np.asarray(u, dtype=np.float64), np.asarray(rate, dtype=np.float64))
    count = np.zeros(u.shape)
    chance = np.exp(-rate)
    some = np.flatnonzero(u.ravel() > chance.ravel())
    # Walk up the few counts that a small rate allows: each step keeps only the draws that lie higher still.
    uu, rr, p = u.ravel()[some], rate.ravel()[some], chance.ravel()[some]
    reached, k, flat = p.copy(), 0, count.ravel()
    while some.size and k < _WALK:
        k += 1
        p = p * rr / k
        reached = reached + p
        flat[some] = k
        higher = uu > reached
        some, uu, rr, p, reached = some[higher], uu[higher], rr[higher], p[higher], reached[higher]
    if some.size:
        flat[some] = _poisson_inverse(uu, rr)
    return flat.reshape(u.shape)


def _poisson_inverse(u: FloatArray, rate: FloatArray) -> FloatArray:
    """The least k with F(k) >= u by the continuous inverse, for large rates and far tails."""
    from scipy.special import pdtr, pdtrik

    k = np.ceil(np.maximum(pdtrik(u, rate), 1.0))
    # The continuous inverse may land a rounding error above a whole number.
    k -= pdtr(k - 1, rate) >= u
    return np.maximum(k, 1.0)


def dirichlet(u: FloatArray, weights: FloatArray) -> FloatArray:
    """Shares that sum to 1, from one column of uniforms per share.

    Parameters: u of shape (shares, n); weights of shape (shares,), the concentration of each share.
    Renormalising independent shares would shift their means; gamma columns do not: E[share] = weight / sum.

    >>> shares = dirichlet(np.array([[.5, .2], [.5, .6]]), np.array([3.0, 3.0]))
    >>> shares.sum(axis=0).tolist()
    [1.0, 1.0]
    """
    from scipy.special import gammaincinv

    parts: FloatArray = gammaincinv(np.asarray(weights)[:, None], u)
    return parts / parts.sum(axis=0)
