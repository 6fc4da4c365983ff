"""What became of the moves: rates, delays and what they cost, each with what it rests on.

An indicator is a :class:`Figure`: numerator, denominator, number of cases, how many were in question, date
and caveats. Where a value would mislead there is none, and ``reason`` says why; the counts stay. Survival
curves stand in :mod:`thuishaven.databank.survival`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import statistics
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from thuishaven.databank.figures import (
    CAVEATS,
    REASONS,
    Figure,
    median,
    normal_quantile,
    quartiles,
    thin,
    too_few,
    wilson,
)
from thuishaven.databank.measure_policy import measure_policy

__all__ = [
    "CAVEATS",
    "PRECISION",
    "REASONS",
    "Dated",
    "Delay",
    "Figure",
    "JobsCase",
    "MotiveChange",
    "SupportCase",
    "chapman",
    "lists_overlap",
    "mcnemar",
    "mean",
    "months_between",
    "motives_before_and_after",
    "quartiles",
    "realisation_rate",
    "reversal_rate",
    "slippage",
    "slippage_summary",
    "support_per_job_year",
    "typical",
    "wilson",
]

_YEAR = 12
#: Half the width of what a date means, in months.
PRECISION = {"day": 0.0, "month": 1 / 2, "year": _YEAR / 2}


@dataclass(frozen=True, slots=True)
class Dated:
    """A date as precise as it is known.

    Parameters
    ----------
    on
        The middle of what it may be.
    precision
        ``day``, ``month``, ``year``, or ``article``: only the year of the article is known, which is not a
        date of the move.
    """

    on: dt.date
    precision: str = "day"

    @classmethod
    def read(cls, text: str, precision: str = "") -> Dated:
        """From ``2021``, ``2021-05`` or ``2021-05-17``; a year stands for its middle.

        Raises ValueError when it is none of these.

        >>> Dated.read("2021").on, Dated.read("2021-05").precision
        (datetime.date(2021, 7, 1), 'month')
        """
        parts = [int(part) for part in text.split("-")]
        match parts:
            case [year]:
                return cls(dt.date(year, 1 + _YEAR // 2, 1), precision or "year")
            case [year, month]:
                return cls(dt.date(year, month, 16), precision or "month")
            case [year, month, day]:
                return cls(dt.date(year, month, day), precision or "day")
        raise ValueError(f"{text!r} is no date; write 2021, 2021-05 or 2021-05-17")

    @property
    def margin(self) -> float | None:
        """How many months it may lie to either side; ``None`` when it says nothing of the move."""
        return PRECISION.get(self.precision)


def months_between(start: dt.date, end: dt.date) -> float:
    """Months from one day to another, parts of months by the length of the month.

    >>> months_between(dt.date(2023, 7, 1), dt.date(2026, 7, 1))
    36.0
    """
    return _months(end) - _months(start)


@lru_cache(maxsize=2**15)
def _months(day: dt.date) -> float:
    """Months since the year 0: cases share their days."""
    length = calendar.monthrange(day.year, day.month)[1]
    return _YEAR * day.year + day.month + (day.day - 1) / length


@dataclass(frozen=True, slots=True)
class JobsCase:
    """A case's jobs.

    Parameters
    ----------
    case
        Its id.
    announced
        Jobs announced; ``None`` when unknown.
    realised
        Counts of realised jobs: age of the move in months, jobs.
    """

    case: str
    announced: float | None
    realised: tuple[tuple[float, float], ...] = ()

    def at(self, age: float, within: float) -> float | None:
        """The count nearest to an age, the later of two."""
        near = [(abs(months - age), -months, jobs) for months, jobs in self.realised]
        near = [item for item in near if item[0] <= within]
        return min(near)[2] if near else None


def realisation_rate(
    cases: Sequence[JobsCase],
    age: float,
    as_of: dt.date,
    within: float | None = None,
    least: int | None = None,
) -> tuple[Figure, Figure]:
    """What came of the jobs announced, when the move was so old.

    Parameters
    ----------
    cases
        Those in question; only those with both numbers count.
    age
        Months.
    within
        How many months a count may have been taken earlier or later.
    least
        Fewest cases for a value.

    Returns
    -------
    tuple of Figure
        Sum of jobs realised by sum announced; and the median of the ratios of the cases, with quartiles.
    """
    width = measure_policy().measured_within if within is None else within
    found = [(case.announced, case.at(age, width)) for case in cases]
    pairs = [(a, r) for a, r in found if a is not None and a > 0 and r is not None]
    announced, realised = sum(a for a, _ in pairs), sum(r for _, r in pairs)
    n, of = len(pairs), len(cases)
    reason = too_few(n, least)
    params = {"age_months": age, "within_months": width}
    caveats = thin(n, of)
    total = Figure(
        name="realisation_rate",
        value=None if reason else realised / announced,
        unit="ratio",
        numerator=realised,
        denominator=announced,
        n=n,
        of=of,
        as_of=as_of,
        reason=reason,
        caveats=caveats,
        params=params,
    )
    ratios = [r / a for a, r in pairs]
    return total, median("realisation_rate_median", "ratio", ratios, of, as_of, reason, caveats, params)


def typical(
    values: Sequence[float | None], name: str, unit: str, as_of: dt.date, least: int | None = None
) -> Figure:
    """The median with its quartiles: what a case is usually like, whatever the largest one is."""
    known = [value for value in values if value is not None]
    n, of = len(known), len(values)
    return median(name, unit, known, of, as_of, too_few(n, least), thin(n, of), {})


def mean(
    values: Sequence[float | None], name: str, unit: str, as_of: dt.date, least: int | None = None
) -> Figure:
    """The mean of amounts from 0, unless one case makes most of it: then there is none.

    In 48 announcements of the European Reshoring Monitor one case holds 41 % of the jobs.
    """
    known = [value for value in values if value is not None]
    n, of, total = len(known), len(values), sum(value for value in values if value is not None)
    reason = too_few(n, least)
    share = max(known) / total if known and total > 0 else 0.0
    # Of few cases even equal ones weigh more than the limit: then twice its part is too much.
    if not reason and share > max(measure_policy().largest_share, 2 / n):
        reason = "one_case_dominates"
    return Figure(
        name=name,
        value=None if reason else total / n,
        unit=unit,
        numerator=total,
        denominator=float(n),
        n=n,
        of=of,
        as_of=as_of,
        se=None if reason or n < 2 else statistics.stdev(known) / math.sqrt(n),
        reason=reason,
        caveats=thin(n, of),
        params={"largest_share": share},
    )


def reversal_rate(
    reversed_cases: int,
    implemented: int,
    ages: Sequence[float],
    as_of: dt.date,
    sample: str = "list",
    least: int | None = None,
) -> Figure:
    """Moves taken back as a share of those ever implemented, beside their mean age.

    Without the age it says nothing: a young list has few reversals. A survival curve says more.

    Parameters
    ----------
    reversed_cases, implemented
        Numbers of cases; the second holds the first.
    ages
        Age in months of each implemented case, until its reversal or its last evidence; shorter than
        ``implemented`` where it is unknown.
    sample
        ``census``, ``list`` (all that a source holds) or ``hand_picked``: then there is no rate.
    """
    n = implemented
    reason = "hand_picked" if sample == "hand_picked" else too_few(n, least)
    params = {"mean_age_months": statistics.fmean(ages) if ages else None, "ages_known": len(ages)}
    low, high = (None, None) if reason else wilson(reversed_cases, n)
    return Figure(
        name="reversal_rate",
        value=None if reason else reversed_cases / n,
        unit="share",
        numerator=float(reversed_cases),
        denominator=float(n),
        n=n,
        of=n,
        as_of=as_of,
        low=low,
        high=high,
        spread="" if reason else "interval",
        reason=reason,
        caveats=("list_not_sample",) if sample == "list" else (),
        params=params,
    )


@dataclass(frozen=True, slots=True)
class Delay:
    """How much later than first promised: months, and how many more or fewer it may be."""

    case: str
    months: float
    margin: float


def slippage(case: str, promised: Dated, latest: Dated) -> Delay | None:
    """The delay of one case: latest promised or actual start, less the first promised.

    Two dates of which only the year is known lie 6 months to either side each. ``None`` where a date is only
    that of an article.

    >>> slippage("Seqens", Dated.read("2023"), Dated.read("2026"))
    Delay(case='Seqens', months=36.0, margin=12.0)
    """
    if promised.margin is None or latest.margin is None:
        return None
    return Delay(case, months_between(promised.on, latest.on), promised.margin + latest.margin)


def slippage_summary(delays: Sequence[Delay | None], as_of: dt.date, least: int | None = None) -> Figure:
    """The median delay with quartiles, and in ``params`` how many came surely later or earlier.

    Surely: by more than the dates leave open.
    """
    known = [delay for delay in delays if delay is not None]
    n, of = len(known), len(delays)
    caveats = thin(n, of) + (("year_precision",) if any(delay.margin >= _YEAR for delay in known) else ())
    params = {
        "surely_later": sum(delay.months > delay.margin for delay in known),
        "surely_earlier": sum(delay.months < -delay.margin for delay in known),
        "widest_margin_months": max((delay.margin for delay in known), default=None),
    }
    months = [delay.months for delay in known]
    return median("slippage", "months", months, of, as_of, too_few(n, least), caveats, params)


@dataclass(frozen=True, slots=True)
class MotiveChange:
    """One motive before the move and after it.

    Parameters
    ----------
    both, only_before, only_after, neither
        Numbers of cases; ``only_before`` was hoped for and not reached.
    reached
        Of the cases that named it before, the share that name it after; ``None`` when too few named it.
    p_value
        Exact McNemar test: how likely so one-sided a change is when nothing changes. ``None`` without
        changes.
    """

    code: str
    both: int
    only_before: int
    only_after: int
    neither: int
    n: int
    of: int
    reached: float | None
    p_value: float | None
    reason: str
    as_of: dt.date

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def motives_before_and_after(
    cases: Iterable[tuple[Collection[str] | None, Collection[str] | None]],
    as_of: dt.date,
    codes: Sequence[str] | None = None,
    least: int | None = None,
) -> tuple[MotiveChange, ...]:
    """What was hoped for, and what was reached.

    Parameters
    ----------
    cases
        For each case the motives before and after; ``None`` where nobody asked. Only cases with both count.
    codes
        The motives to show; all that were named when absent.
    """
    given = list(cases)
    pairs = [(set(b), set(a)) for b, a in given if b is not None and a is not None]
    wanted = sorted(set().union(*(b | a for b, a in pairs))) if codes is None else codes
    found = []
    for code in wanted:
        table: dict[tuple[bool, bool], int] = defaultdict(int)
        for before, after in pairs:
            table[code in before, code in after] += 1
        both, lost, won = table[True, True], table[True, False], table[False, True]
        reason = too_few(both + lost, least)
        found.append(
            MotiveChange(
                code=code,
                both=both,
                only_before=lost,
                only_after=won,
                neither=table[False, False],
                n=len(pairs),
                of=len(given),
                reached=None if reason else both / (both + lost),
                p_value=mcnemar(lost, won),
                reason=reason,
                as_of=as_of,
            )
        )
    return tuple(found)


def mcnemar(only_before: int, only_after: int) -> float | None:
    r"""The exact McNemar test, two-sided: :math:`\min(1, 2 \sum_{i \le \min(b,c)} \binom{b+c}{i} / 2^{b+c})`.

    ``None`` without a change. Source: Q. McNemar (1947), Psychometrika 12; the exact form is the binomial
    test of b and c.

    >>> mcnemar(1, 7), mcnemar(4, 4), mcnemar(0, 0)
    (0.0703125, 1.0, None)
    """
    n = only_before + only_after
    if not n:
        return None
    tail = sum(math.comb(n, i) for i in range(min(only_before, only_after) + 1))
    return min(1.0, 2 * tail / 2**n)


@dataclass(frozen=True, slots=True)
class SupportCase:
    """Public support of a case and the work that came of it.

    Parameters
    ----------
    amount, currency
        Support received; ``None`` when unknown.
    job_years
        Jobs times the years that each count held; ``None`` when unknown, 0 when nothing came.
    """

    case: str
    amount: float | None
    currency: str
    job_years: float | None


def support_per_job_year(cases: Sequence[SupportCase], as_of: dt.date, least: int | None = None) -> Figure:
    """Support divided by the job-years that were realised, with the reversed cases in.

    Without those that went wrong it would flatter: give all supported cases.
    """
    known = [case for case in cases if case.amount is not None and case.job_years is not None]
    support = sum(case.amount or 0.0 for case in known)
    years = sum(case.job_years or 0.0 for case in known)
    currencies = {case.currency for case in known}
    reason = too_few(len(known), least)
    if len(currencies) > 1:
        reason = "mixed_currencies"
    elif not reason and not years > 0:
        reason = "nothing_realised"
    single = len(currencies) < 2
    return Figure(
        name="support_per_job_year",
        value=None if reason else support / years,
        unit=f"{next(iter(currencies), '')}_per_job_year" if single else "",
        numerator=support if single else None,
        denominator=years,
        n=len(known),
        of=len(cases),
        as_of=as_of,
        reason=reason,
        caveats=thin(len(known), len(cases)),
    )


def chapman(first: int, second: int, both: int, as_of: dt.date) -> Figure:
    r"""How many cases there are, seen or not, from two lists that look for them apart.

    Chapman's estimate :math:`N = (n_1+1)(n_2+1)/(m+1) - 1` with variance
    :math:`(n_1+1)(n_2+1)(n_1-m)(n_2-m) / ((m+1)^2(m+2))`. Needs independent lists and perfect matching. Press
    and subsidy lists find the same cases: then N is too low.

    Parameters
    ----------
    first, second
        Cases in each list.
    both
        Cases in both.

    Raises
    ------
    ValueError
        When more cases are in both than in one.

    Examples
    --------
    >>> found = chapman(30, 20, 8, dt.date(2026, 11, 22))
    >>> round(found.value, 1), round(found.se, 1), round(found.params["seen_share"], 2)
    (71.3, 14.6, 0.59)
    """
    if not 0 <= both <= min(first, second):
        raise ValueError("no list holds so many cases that are in both")
    top = (first + 1) * (second + 1)
    estimate = top / (both + 1) - 1
    variance = top * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    seen = first + second - both
    reason = "no_cases" if not seen else "no_overlap" if not both else ""
    se, z = math.sqrt(variance), normal_quantile()
    return Figure(
        name="cases_in_all",
        value=None if reason else estimate,
        unit="cases",
        numerator=None,
        denominator=None,
        n=seen,
        of=seen,
        as_of=as_of,
        low=None if reason else max(float(seen), estimate - z * se),
        high=None if reason else estimate + z * se,
        se=None if reason else se,
        spread="" if reason else "interval",
        reason=reason,
        caveats=("lists_correlate",),
        params={
            "first": first,
            "second": second,
            "both": both,
            "seen": seen,
            "seen_share": None if reason else min(1.0, seen / estimate),
        },
    )


def lists_overlap(first: Collection[Hashable], second: Collection[Hashable], as_of: dt.date) -> Figure:
    """:func:`chapman` from two lists of case ids."""
    one, other = set(first), set(second)
    return chapman(len(one), len(other), len(one & other), as_of)
