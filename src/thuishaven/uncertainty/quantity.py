"""The quantity: one number with its uncertainty, in every form a person or a fact table writes it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thuishaven.uncertainty import distributions as dist
from thuishaven.uncertainty.distributions import Z95, FloatArray
from thuishaven.uncertainty.reading import REMARKS, Number, QuantityError, read

_NEAR_LIMIT = 1e-3
"""A P5 on the limit itself counts as this share of the range inside it, where a transform needs room."""

_WIDEST = 1e100
"""Standard deviation over the room on its side beyond which a mean says nothing any more."""
_OUT_OF_REACH = 6.0
"""Standard deviations beyond which (a chance of 1e-9) a limit plays no part."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One input as a distribution: immutable, hashable, equal when given equally.

    Attributes
    ----------
    kind : "constant", "uniform", "triangular", "pert", "beta", "gamma", "metalog" (unbounded), or of the
        family on normal scores between limits "normal", "lognormal", "logit_normal", "skewed".
    parameters : of that kind, in the order of the functions in `distributions`.
    given : the numbers as given, for `to_plain`.
    notes : codes of what a reader should know: "no_mode_uniform", "mode_is_low", "mode_is_high",
        "low_is_minimum", "high_is_maximum", "bounds_replaced_by_metalog", "median_moved", "zero_not_widened".
    positive, lower, upper : the limits of the field it was read for.
    unit, source, note : remarks, "" when absent.
    """

    kind: str
    parameters: tuple[float, ...]
    given: tuple[tuple[str, Number], ...]
    notes: tuple[str, ...] = ()
    positive: bool = True
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    source: str = ""
    note: str = ""

    # ---- making one

    @classmethod
    def constant(cls, value: Number) -> "Quantity":
        """A number without spread; it may be negative.

        >>> Quantity.constant(-2).mean
        -2.0
        """
        return cls.parse(value, positive=False)

    @classmethod
    def parse(
        cls, raw: Any, *, positive: bool = True, lower: float | None = None, upper: float | None = None
    ) -> "Quantity":
        """Read a quantity as a dossier gives it.

        Parameters
        ----------
        raw : 12.5 or {value}; {low, mode, high} (P5, most likely, P95: a triangular distribution with solved
            bounds); {min, mode, max} (true bounds: PERT, or triangular with `shape: triangular`); {min, max}
            (uniform); {low, high} (P5, P95) or {mean, sd} (lognormal where the field is positive, else
            normal); {p5, p50, p95} (metalog); {events, trials} or {events, years} (Jeffreys: a chance, a
            yearly rate). All with optional texts unit, source and note. A Quantity comes back as it is.
        positive : whether the field cannot be negative.
        lower, upper : further hard limits of the field; `upper=1` makes a share, {low, high} logit-normal.

        Raises
        ------
        QuantityError : with its code and params.

        >>> Quantity.parse({"low": 50, "high": 200}).kind
        'lognormal'
        >>> Quantity.parse({"low": 1, "mode": 2, "high": 20}).notes  # the solved minimum would be -1
        ('bounds_replaced_by_metalog',)
        """
        floor, ceiling = _limits(positive, lower, upper)
        if isinstance(raw, Quantity):
            _check_limits(dict(zip(("min", "max"), raw.support, strict=True)), floor, ceiling)
            return raw
        reading = read(raw)
        if "trials" in reading.numbers:
            upper = 1.0 if upper is None else min(1.0, upper)
        _check_limits(reading.numbers, floor, ceiling)
        kind, parameters, notes = _solve(reading.numbers, reading.shape, floor, ceiling)
        given = tuple(reading.numbers.items())
        return cls(kind, parameters, given, notes, positive, lower, upper, **reading.remarks)

    # ---- using it

    def ppf(self, u: FloatArray) -> FloatArray:
        """The values that belong to uniforms u in (0, 1), in the shape of u."""
        u = np.asarray(u, dtype=np.float64)
        match self.kind:
            case "constant":
                return np.full(u.shape, self.parameters[0])
            case "uniform":
                return self.parameters[0] + (self.parameters[1] - self.parameters[0]) * u
            case "triangular":
                return dist.triangular_ppf(u, *self.parameters)
            case "pert":
                return dist.pert_ppf(u, *self.parameters)
            case "beta":
                alpha, beta, low, high = self.parameters
                return low + (high - low) * dist.beta_ppf(u, alpha, beta)
            case "gamma":
                return dist.gamma_ppf(u, *self.parameters)
            case "metalog":
                return dist.metalog_ppf(u, *self.parameters)
        return dist.score_ppf(u, *self.parameters)

    @property
    def is_constant(self) -> bool:
        """Whether there is no spread at all."""
        return self.kind == "constant"

    @property
    def median(self) -> float:
        """P50."""
        return float(self.ppf(np.array(0.5)))

    @property
    def p5(self) -> float:
        """The value with 5 % below it."""
        return float(self.ppf(np.array(0.05)))

    @property
    def p95(self) -> float:
        """The value with 5 % above it."""
        return float(self.ppf(np.array(0.95)))

    @property
    def mean(self) -> float:
        """The expected value."""
        return self._moments()[0]

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return self._moments()[1]

    @property
    def support(self) -> tuple[float, float]:
        """The least and the largest possible value; infinite where there is none."""
        values = self.parameters
        match self.kind:
            case "constant":
                return values[0], values[0]
            case "uniform":
                return values[0], values[1]
            case "triangular" | "pert":
                return values[0], values[2]
            case "beta":
                return values[2], values[3]
            case "gamma":
                return 0.0, math.inf
            case "metalog":
                return -math.inf, math.inf
        return values[3], values[4]

    def _moments(self) -> tuple[float, float]:
        values = self.parameters
        match self.kind:
            case "constant":
                return values[0], 0.0
            case "uniform":
                return (values[0] + values[1]) / 2, (values[1] - values[0]) / math.sqrt(12)
            case "triangular":
                return dist.triangular_moments(*values)
            case "pert":
                mean, sd = dist.beta_moments(*dist.pert_shape(*values))
                return values[0] + (values[2] - values[0]) * mean, (values[2] - values[0]) * sd
            case "beta":
                mean, sd = dist.beta_moments(values[0], values[1])
                return values[2] + (values[3] - values[2]) * mean, (values[3] - values[2]) * sd
            case "gamma":
                return values[0] / values[1], math.sqrt(values[0]) / values[1]
            case "metalog":
                return dist.metalog_moments(*values)
        return dist.score_moments(*values)

    def to_plain(self) -> Any:
        """The form it was given in, as plain data.

        `parse` with the same limits reads it back to an equal quantity.

        >>> Quantity.parse({"value": 7.9, "unit": "USD"}).to_plain()
        {'value': 7.9, 'unit': 'USD'}
        >>> Quantity.parse(7.9).to_plain()
        7.9
        """
        plain: dict[str, Any] = dict(self.given)
        if self.kind == "triangular" and "min" in plain:
            plain["shape"] = "triangular"
        plain |= {key: text for key in REMARKS if (text := getattr(self, key))}
        return plain["value"] if plain.keys() == {"value"} else plain

    # ---- changing it

    def scaled(self, factor: float) -> "Quantity":
        """The same distribution times a factor above 0 (a unit, an index); the limits scale along.

        A chance or a rate from events becomes its own P5, P50 and P95, since scaled events are none.

        >>> Quantity.parse({"min": 1, "mode": 2, "max": 4}).scaled(10).support
        (10.0, 40.0)
        """
        if not 0 < factor < math.inf:
            raise ValueError(f"factor must be above 0 and finite, not {factor}")
        plain = dict(self.given)
        if "events" in plain:
            plain = {"p5": self.p5, "p50": self.median, "p95": self.p95}
        return self._again(
            {key: value * factor for key, value in plain.items()},
            lower=None if self.lower is None else self.lower * factor,
            upper=None if self.upper is None else self.upper * factor,
        )

    def widened(self, gsd: float) -> "Quantity":
        """The same median with more spread, by a geometric standard deviation that adds in squares.

        Where the field cannot be negative, the logarithmic distances from the median to P5 and P95 grow by
        1.645 ln gsd in squares; where it can, the plain distances by 1.645 |median| ln gsd. True bounds stop
        being bounds, only the limits of the field remain. A zero has no size to widen by: it stays.

        >>> round(Quantity.parse(100).widened(1.5).p95, 3)
        194.825
        >>> Quantity.parse(0).widened(1.5).notes
        ('zero_not_widened',)
        """
        if not 1 <= gsd < math.inf:
            raise ValueError(f"a geometric standard deviation is 1 or more and finite, not {gsd}")
        if gsd == 1:
            return self
        floor, ceiling = _limits(self.positive, self.lower, self.upper)
        median = self.median
        if median == 0 or (self.is_constant and median in (floor, ceiling)):
            return replace(self, notes=(*self.notes, "zero_not_widened"))
        extra = Z95 * math.log(gsd)
        if floor >= 0:
            below = math.hypot(math.log(median / self.p5), extra)
            above = math.hypot(math.log(self.p95 / median), extra)
            low, high = median * math.exp(-below), median * math.exp(above)
        else:
            low = median - math.hypot(median - self.p5, median * extra)
            high = median + math.hypot(self.p95 - median, median * extra)
            if self.kind in ("constant", "normal") and ceiling == math.inf and floor == -math.inf:
                return self._again({"mean": median, "sd": (high - low) / (2 * Z95)})
        return self._again({"p5": max(low, floor), "p50": median, "p95": min(high, ceiling)})

    def _again(self, numbers: Mapping[str, Number], **limits: float | None) -> "Quantity":
        plain: dict[str, Any] = dict(numbers)
        if self.kind == "triangular" and "min" in plain:
            plain["shape"] = "triangular"
        limits = {"lower": self.lower, "upper": self.upper, **limits}
        changed = Quantity.parse(plain, positive=self.positive, **limits)
        return replace(changed, unit=self.unit, source=self.source, note=self.note)


def _limits(positive: bool, lower: float | None, upper: float | None) -> tuple[float, float]:
    floor = -math.inf if lower is None else lower
    return max(floor, 0.0) if positive else floor, math.inf if upper is None else upper


def _check_limits(values: Mapping[str, Number], floor: float, ceiling: float) -> None:
    for key, value in values.items():
        if key in ("sd", "events", "trials", "years"):
            continue
        if value < floor:
            if floor == 0:
                raise QuantityError("negative", key=key, given=value)
            raise QuantityError("below_limit", key=key, given=value, limit=floor)
        if value > ceiling:
            raise QuantityError("above_limit", key=key, given=value, limit=ceiling)


_Solved = tuple[str, tuple[float, ...], tuple[str, ...]]


def _solve(numbers: Mapping[str, Number], shape: str, floor: float, ceiling: float) -> _Solved:
    """Kind, parameters and notes of the distribution that belongs to a checked form."""
    values = tuple(float(value) for value in numbers.values())
    first, middle, last = values[0], values[len(values) // 2], values[-1]
    match tuple(numbers):
        case ("value",):
            return "constant", (first,), ()
        case ("events", "trials"):
            return "beta", (first + 0.5, last - first + 0.5, 0.0, 1.0), ()
        case ("events", "years"):
            return "gamma", (first + 0.5, last), ()
        case ("mean", "sd"):
            return _from_moments(first, last, floor, ceiling)
        case _ if first == last:
            return "constant", (first,), ()
        case ("min", "max"):
            return "uniform", (first, last), ("no_mode_uniform",)
        case ("min", "mode", "max"):
            return shape or "pert", values, ()
        case ("low", "high"):
            return _from_pair(first, last, floor, ceiling)
        case ("low", "mode", "high"):
            return _from_mode(first, middle, last, floor, ceiling)
    return _from_median(first, middle, last, floor, ceiling)


def _score(
    centre: float, scale: float, skew: float, floor: float, ceiling: float
) -> tuple[str, tuple[float, ...]]:
    if abs(skew) < 1e-12 * scale:
        skew = 0.0
    limits = (floor > -math.inf) + (ceiling < math.inf)
    kind = "skewed" if skew else ("normal", "lognormal", "logit_normal")[limits]
    return kind, (centre, scale, skew, floor, ceiling)


def _from_moments(mean: float, sd: float, floor: float, ceiling: float) -> _Solved:
    if sd == 0:
        return "constant", (mean,), ()
    if mean in (floor, ceiling):
        raise QuantityError("mean_at_limit", given=mean, limit=mean)
    if sd > _WIDEST * min(mean - floor, ceiling - mean):
        raise QuantityError("sd_too_large", given=sd, mean=mean, lower=floor, upper=ceiling)
    if floor > -math.inf and ceiling < math.inf:
        centre, scale = dist.lognormal_from_moments(mean - floor, sd)
        if floor + math.exp(centre + _OUT_OF_REACH * scale) > ceiling:
            width = ceiling - floor
            if sd * sd >= (mean - floor) * (ceiling - mean):
                raise QuantityError("sd_too_large", given=sd, mean=mean, lower=floor, upper=ceiling)
            return "beta", (*dist.beta_from_moments((mean - floor) / width, sd / width), floor, ceiling), ()
        ceiling = math.inf
    elif floor > -math.inf:
        centre, scale = dist.lognormal_from_moments(mean - floor, sd)
    elif ceiling < math.inf:
        centre, scale = dist.lognormal_from_moments(ceiling - mean, sd)
        centre = -centre
    else:
        centre, scale = mean, sd
    return *_score(centre, scale, 0.0, floor, ceiling), ()


def _from_pair(low: float, high: float, floor: float, ceiling: float) -> _Solved:
    if low > floor and high < ceiling:
        line = (dist.to_line(low, floor, ceiling), dist.to_line(high, floor, ceiling))
        return *_score(*dist.normal_from_quantiles(*line), 0.0, floor, ceiling), ()
    # A P5 on the limit is the minimum. Nothing is known of the shape then.
    if low > floor:
        return (
            "uniform",
            (max(high - (high - low) / 0.95, floor), high),
            ("high_is_maximum", "no_mode_uniform"),
        )
    if high < ceiling:
        return (
            "uniform",
            (low, min(low + (high - low) / 0.95, ceiling)),
            ("low_is_minimum", "no_mode_uniform"),
        )
    return "uniform", (low, high), ("low_is_minimum", "high_is_maximum", "no_mode_uniform")


def _from_mode(low: float, mode: float, high: float, floor: float, ceiling: float) -> _Solved:
    notes: list[str] = []
    # Closer than this, a mode is at the end: what solves the bounds would be rounding.
    near = 1e-8 * (high - low)
    mode = low if mode - low < near else high if high - mode < near else mode
    if low == floor:
        notes.append("low_is_minimum")
    elif mode == low:
        notes.append("mode_is_low")
    if high == ceiling:
        notes.append("high_is_maximum")
    elif mode == high:
        notes.append("mode_is_high")
    if low == floor and high == ceiling:
        return "triangular", (low, mode, high), tuple(notes)
    if low == floor:
        least, most = low, dist.outer_bound(low, mode, high)
    elif high == ceiling:
        least, most = -dist.outer_bound(-high, -mode, -low), high
    else:
        least, most = dist.solve_triangular(low, mode, high)
    if floor <= least and most <= ceiling:
        return "triangular", (least, mode, most), tuple(notes)
    # The same three quantiles between the limits: a bound that just passes one changes almost nothing.
    median = float(dist.triangular_ppf(np.array(0.5), least, mode, most))
    kind, parameters, moved = _from_median(low, min(max(median, low), high), high, floor, ceiling)
    return kind, parameters, (*notes, "bounds_replaced_by_metalog", *moved)


def _from_median(low: float, median: float, high: float, floor: float, ceiling: float) -> _Solved:
    if floor == -math.inf and ceiling == math.inf:
        try:
            return "metalog", dist.metalog_coefficients(low, median, high), ()
        except ValueError:
            parameters = dist.score_coefficients(low, median, high)
    else:
        # On a limit itself there is no room for the transform.
        margin = _NEAR_LIMIT * (high - low)
        low = low if low > floor else floor + margin
        high = high if high < ceiling else ceiling - margin
        median = min(max(median, low), high)
        parameters = dist.score_coefficients(low, median, high, floor, ceiling)
    reached = math.isclose(parameters[0], dist.to_line(median, floor, ceiling), rel_tol=1e-9, abs_tol=1e-9)
    return *_score(*parameters, floor, ceiling), () if reached else ("median_moved",)
