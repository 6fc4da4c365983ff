"""How well do two coders agree who read the same sources without seeing each other's codes?

Krippendorff's alpha: 1 is full agreement, 0 what chance gives. Source: K. Krippendorff (2011), *Computing
Krippendorff's Alpha-Reliability*, https://repository.upenn.edu/asc_papers/43.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from thuishaven.databank.measure_policy import measure_policy

LEVELS = ("nominal", "ordinal", "interval", "ratio")
#: Why there is no alpha.
NO_VARIATION = "no_variation"
NOTHING_TO_COMPARE = "nothing_to_compare"
_SEED = 1

Floats = NDArray[np.float64]
Codes = Sequence[Sequence[Hashable | None]]


@dataclass(frozen=True, slots=True)
class Reliability:
    """How reliable one field was coded.

    Parameters
    ----------
    level
        ``nominal``, ``ordinal``, ``interval`` or ``ratio``.
    alpha
        Krippendorff's alpha; ``None`` when it is undefined, for the reason in ``reason``.
    low, high
        Bootstrap interval over the units; ``None`` when too many draws hold one value only.
    observed, expected
        Disagreement found, and what chance would give.
    agreement
        Share of pairs of codes that are equal.
    units, codes, coders
        Units with at least two codes, the codes in them, and the coders.
    counts
        How often each value was given in those units, in order of value.
    reason
        ``""``, ``no_variation`` or ``nothing_to_compare``.
    grade
        ``good``, ``tentative``, ``low``, or ``""`` without an alpha; the cut-offs are customary ones.
    """

    level: str
    alpha: float | None
    low: float | None
    high: float | None
    observed: float | None
    expected: float | None
    agreement: float | None
    units: int
    codes: int
    coders: int
    counts: tuple[tuple[Any, int], ...]
    reason: str
    grade: str

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return asdict(self) | {"counts": [list(item) for item in self.counts]}


@dataclass(frozen=True, slots=True)
class SetReliability:
    """How reliable a field with several codes per unit was coded, such as the motives of a case.

    Parameters
    ----------
    per_code
        For each code the reliability of "given or not given". A rare code can have a low alpha with a high
        agreement: show both.
    jaccard
        Mean over pairs of coders and units of |A and B| / |A or B|; two empty sets count 1. ``None`` when
        no unit was coded twice.
    units
        Units that at least two coders coded.
    """

    per_code: tuple[tuple[Any, Reliability], ...]
    jaccard: float | None
    units: int

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        codes = [{"code": code} | found.to_dict() for code, found in self.per_code]
        return {"per_code": codes, "jaccard": self.jaccard, "units": self.units}


def krippendorff_alpha(data: Codes, level: str) -> float | None:
    r"""Krippendorff's alpha, ``1 - D_o / D_e``.

    With coincidences :math:`o_{ck}` (ordered pairs of codes within a unit of *m* codes, each weighing
    1/(m - 1)), :math:`n_c = \sum_k o_{ck}` and :math:`n = \sum_c n_c`:
    :math:`D_o = \frac1n \sum o_{ck} d^2(c, k)` and
    :math:`D_e = \frac{1}{n(n-1)} \sum n_c n_k d^2(c, k)`.

    Parameters
    ----------
    data
        Rows are coders, columns are units; ``None`` (or NaN) is missing. "Unknown" is a code, not missing.
    level
        ``nominal`` (any values), ``ordinal`` (values that sort), ``interval`` (numbers) or ``ratio``
        (numbers from 0).

    Returns
    -------
    float or None
        ``None`` when nothing varies or nothing can be compared: that is neither 1 nor 0.

    Raises
    ------
    ValueError
        For an unknown level, rows of different lengths, or values that the level cannot take.

    Examples
    --------
    Two coders, ten yes-or-no units, from the source: they agree on 60 %, hardly more than chance gives.

    >>> round(krippendorff_alpha([[0,1,0,0,0,0,0,0,1,0], [1,1,1,0,0,1,0,0,0,0]], "nominal"), 3)
    0.095
    >>> krippendorff_alpha([[1, 1], [1, 1]], "nominal") is None
    True
    """
    return _alpha(_Pairs(data, level))[0]


def reliability(data: Codes, level: str, draws: int | None = None) -> Reliability:
    """Krippendorff's alpha with a bootstrap interval over units, the agreement and the counts.

    Parameters
    ----------
    data, level
        As in :func:`krippendorff_alpha`.
    draws
        Bootstrap draws, with a fixed seed; those of the policy when absent, 0 for no interval.

    Raises
    ------
    ValueError
        As :func:`krippendorff_alpha`.
    """
    pairs = _Pairs(data, level)
    alpha, observed, expected = _alpha(pairs)
    low, high = (None, None) if alpha is None else _interval(pairs, draws)
    reason = "" if alpha is not None else NO_VARIATION if pairs.units else NOTHING_TO_COMPARE
    counts = tuple(zip(pairs.values, (round(float(n)) for n in pairs.counts.sum(axis=0)), strict=True))
    return Reliability(
        level=level,
        alpha=alpha,
        low=low,
        high=high,
        observed=observed,
        expected=expected,
        agreement=float(pairs.weight[pairs.first == pairs.second].sum() / pairs.weight.sum())
        if pairs.units
        else None,
        units=pairs.units,
        codes=sum(n for _, n in counts),
        coders=len(data),
        counts=counts,
        reason=reason,
        grade=grade(alpha),
    )


def set_reliability(
    data: Sequence[Sequence[Collection[Hashable] | None]],
    codes: Sequence[Hashable] | None = None,
    draws: int | None = None,
) -> SetReliability:
    """How well coders agree on a field that takes several codes.

    Parameters
    ----------
    data
        Rows are coders, columns are units; each entry a collection of codes, or ``None`` when that coder
        did not code the unit.
    codes
        The codes to judge; all that were given when absent.
    draws
        As in :func:`reliability`.
    """
    sets = [[None if item is None else frozenset(item) for item in row] for row in data]
    _same_length(sets)
    given = frozenset[Hashable]().union(*(item for row in sets for item in row if item is not None))
    wanted = sorted(given, key=str) if codes is None else list(codes)
    per_code = tuple(
        (
            code,
            reliability([[None if s is None else code in s for s in row] for row in sets], "nominal", draws),
        )
        for code in wanted
    )
    columns = [[item for item in column if item is not None] for column in zip(*sets, strict=True)]
    shared = [_jaccard(a, b) for column in columns for a, b in combinations(column, 2)]
    units = sum(len(column) > 1 for column in columns)
    return SetReliability(per_code, sum(shared) / len(shared) if shared else None, units)


def _jaccard(a: frozenset[Hashable], b: frozenset[Hashable]) -> float:
    return len(a & b) / len(a | b) if a | b else 1.0


def cut_offs() -> tuple[float, float]:
    """From which alpha it is customarily called good, and from which tentative."""
    policy = measure_policy()
    return policy.alpha_good, policy.alpha_tentative


def grade(alpha: float | None) -> str:
    """What an alpha is customarily called: ``good``, ``tentative``, ``low``, or ``""`` without one.

    >>> grade(0.9), grade(0.7), grade(0.1), grade(None)
    ('good', 'tentative', 'low', '')
    """
    if alpha is None:
        return ""
    good, tentative = cut_offs()
    return "good" if alpha >= good else "tentative" if alpha >= tentative else "low"


class _Pairs:
    """The pairs of codes within units: for each pair its unit, its two values and its weight 1/(m - 1)."""

    def __init__(self, data: Codes, level: str) -> None:
        if level not in LEVELS:
            raise ValueError(f"level is {level!r}; expected one of {', '.join(LEVELS)}")
        _same_length(data)
        self.level = level
        columns = [[code for code in unit if not _missing(code)] for unit in zip(*data, strict=True)]
        columns = [column for column in columns if len(column) > 1]
        self.units = len(columns)
        self.values = _sorted({code for column in columns for code in column}, level)
        place = {value: i for i, value in enumerate(self.values)}
        self.counts = np.zeros((self.units, len(self.values)))
        first, second, unit, weight = [], [], [], []
        for u, column in enumerate(columns):
            places = [place[code] for code in column]
            for c in places:
                self.counts[u, c] += 1
            for c, k in combinations(places, 2):
                first.append(c)
                second.append(k)
                unit.append(u)
                weight.append(1 / (len(places) - 1))
        self.first, self.second = np.array(first, dtype=int), np.array(second, dtype=int)
        self.unit, self.weight = np.array(unit, dtype=int), np.array(weight)

    def distances(self, totals: Floats) -> Floats:
        """Squared differences between values, (values, values); ``totals`` are the counts of the values."""
        size = len(self.values)
        if self.level == "nominal":
            return 1 - np.eye(size)
        if self.level == "ordinal":
            # The sum of the counts from c to k less half of both ends is a difference of middle ranks.
            ranks = np.cumsum(totals) - totals / 2
            return np.asarray((ranks[:, None] - ranks) ** 2)
        x = np.array(self.values, dtype=float)
        difference = x[:, None] - x
        if self.level == "interval":
            return np.asarray(difference**2)
        total = x[:, None] + x
        return np.asarray(np.divide(difference, total, out=np.zeros_like(total), where=total > 0) ** 2)


def _alpha(
    pairs: _Pairs, times: Floats | None = None
) -> tuple[float, float, float] | tuple[None, float | None, float | None]:
    """Alpha, observed and expected disagreement, each unit counted ``times``."""
    if not pairs.units:
        return None, None, None
    drawn = np.ones(pairs.units) if times is None else times
    totals = drawn @ pairs.counts
    n = float(totals.sum())
    d2 = pairs.distances(totals)
    weight = pairs.weight * drawn[pairs.unit]
    observed = 2 * float(weight @ d2[pairs.first, pairs.second]) / n
    expected = float(totals @ d2 @ totals) / (n * (n - 1))
    if not expected > 0:
        return None, observed, expected
    return 1 - observed / expected, observed, expected


def _interval(pairs: _Pairs, draws: int | None) -> tuple[float | None, float | None]:
    """Quantiles of alpha over draws of the units with replacement."""
    policy = measure_policy()
    size = int(policy.bootstrap_draws) if draws is None else draws
    if not size:
        return None, None
    random = np.random.default_rng(_SEED)
    times = random.multinomial(pairs.units, np.full(pairs.units, 1 / pairs.units), size=size)
    drawn = [alpha for row in times if (alpha := _alpha(pairs, row.astype(float))[0]) is not None]
    if len(drawn) < size * (1 - policy.bootstrap_undefined):
        return None, None
    tail = (1 - policy.confidence) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return float(low), float(high)


def _missing(code: Hashable | None) -> bool:
    return code is None or (isinstance(code, float) and math.isnan(code))


def _same_length(data: Sequence[Sequence[Any]]) -> None:
    if len({len(row) for row in data}) > 1:
        raise ValueError("every coder needs an entry for every unit; None where a unit was not coded")


def _sorted(values: set[Any], level: str) -> list[Any]:
    if level == "nominal":
        return sorted(values, key=lambda value: (type(value).__name__, str(value)))
    if level == "ordinal":
        return sorted(values)
    if not all(isinstance(value, int | float) for value in values):
        raise ValueError(f"level {level} needs numbers")
    if level == "ratio" and any(value < 0 for value in values):
        raise ValueError("level ratio needs numbers from 0")
    return sorted(values)
