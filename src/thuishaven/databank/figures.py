"""A figure with what it rests on, and the small sums that figures share."""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from thuishaven.databank.measure_policy import measure_policy

#: Why a figure has no value.
REASONS = (
    "no_cases",
    "too_few_cases",
    "one_case_dominates",
    "hand_picked",
    "no_overlap",
    "mixed_currencies",
    "nothing_realised",
)
#: What a reader should know of a figure.
CAVEATS = (
    "low_coverage",
    "list_not_sample",
    "lists_correlate",
    "year_precision",
    "announcements_only",
    "pairs_only",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator, with what it rests on.

    Parameters
    ----------
    name
        Which indicator.
    value
        ``None`` when a value would mislead, for the reason in ``reason``.
    unit
        ``share``, ``ratio``, ``months``, ``jobs``, ``cases`` or a currency with ``per_job_year``.
    numerator, denominator
        What the value is made of, where it is a quotient.
    n, of
        Cases counted, and cases in question.
    as_of
        Day of the data.
    low, high, se
        Interval or quartiles (``spread`` says which) and standard error.
    spread
        ``""``, ``interval`` or ``quartiles``.
    caveats
        Codes of :data:`CAVEATS`.
    params
        What else belongs to it, such as the age it is about.
    """

    name: str
    value: float | None
    unit: str
    numerator: float | None
    denominator: float | None
    n: int
    of: int
    as_of: dt.date
    low: float | None = None
    high: float | None = None
    se: float | None = None
    spread: str = ""
    reason: str = ""
    caveats: tuple[str, ...] = ()
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def coverage(self) -> float | None:
        """Cases counted as a share of those in question."""
        return self.n / self.of if self.of else None

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        found = asdict(self) | {"coverage": self.coverage, "as_of": self.as_of.isoformat()}
        return found | {"caveats": list(self.caveats), "params": dict(self.params)}


def too_few(n: int, least: int | None) -> str:
    """The reason for no value when there are fewer cases than the least; empty when there are enough."""
    wanted = measure_policy().least_cases if least is None else least
    return "no_cases" if not n else "too_few_cases" if n < wanted else ""


def thin(n: int, of: int) -> tuple[str, ...]:
    """The caveat when less than half of the cases in question say anything."""
    return ("low_coverage",) if 2 * n < of else ()


def median(
    name: str,
    unit: str,
    values: Sequence[float],
    of: int,
    as_of: dt.date,
    reason: str,
    caveats: tuple[str, ...],
    params: Mapping[str, Any],
) -> Figure:
    """The median with its quartiles, or the reason why there is none."""
    low, middle, high = quartiles(values) if values and not reason else (None, None, None)
    return Figure(
        name=name,
        value=middle,
        unit=unit,
        numerator=None,
        denominator=None,
        n=len(values),
        of=of,
        as_of=as_of,
        low=low,
        high=high,
        spread="" if middle is None else "quartiles",
        reason=reason,
        caveats=caveats,
        params=params,
    )


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Lower quartile, median and upper quartile, by linear interpolation.

    >>> quartiles([40, 10, 30, 20, 50])
    (20.0, 30.0, 40.0)
    """
    ordered = sorted(float(value) for value in values)
    if len(ordered) == 1:
        return ordered[0], ordered[0], ordered[0]
    low, middle, high = statistics.quantiles(ordered, n=4, method="inclusive")
    return low, middle, high


def wilson(count: int, n: int) -> tuple[float, float]:
    """Wilson's interval of a share, at the confidence of the policy; it never leaves 0 to 1.

    Source: E. B. Wilson (1927), *Probable Inference, the Law of Succession, and Statistical Inference*.
    """
    z = normal_quantile()
    p, weight = count / n, z**2 / n
    middle = (p + weight / 2) / (1 + weight)
    half = z * math.sqrt(p * (1 - p) / n + weight / (2 * 2 * n)) / (1 + weight)
    return max(0.0, middle - half), min(1.0, middle + half)


def normal_quantile() -> float:
    """How many standard errors the interval of the policy reaches to either side."""
    return statistics.NormalDist().inv_cdf((1 + measure_policy().confidence) / 2)
