"""How long do moves last? Survival curves for moves of which many still stand, and many were found late.

Time 0 is the first output; a move leaves the view at its last evidence, not today.
"""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from thuishaven.databank.figures import normal_quantile
from thuishaven.databank.indicators import months_between
from thuishaven.databank.measure_policy import measure_policy


@dataclass(frozen=True, slots=True)
class Life:
    """One move, in months since its first output.

    Parameters
    ----------
    case
        Its id.
    until
        Age at its event or its last evidence.
    event
        ``""`` when it still stood; else what ended it, such as ``reversed`` or ``distress``.
    since
        Age at which it came into view; a move that we heard of at the age of 30 months could not have been
        seen to fail before (left truncation).
    """

    case: str
    until: float
    event: str = ""
    since: float = 0.0


def life(
    case: str,
    first_output: dt.date,
    last_evidence: dt.date,
    event: str = "",
    ended: dt.date | None = None,
    found: dt.date | None = None,
) -> Life:
    """A life from dates.

    Parameters
    ----------
    first_output
        Time 0.
    last_evidence
        Newest day on which a source says that it still stood.
    event, ended
        What ended it and when that was announced.
    found
        When the first source about it appeared; as old as the move itself when absent or earlier.

    >>> life("a", dt.date(2016, 1, 1), dt.date(2020, 1, 1), found=dt.date(2018, 7, 1))
    Life(case='a', until=48.0, event='', since=30.0)
    """
    until = months_between(first_output, ended if event and ended else last_evidence)
    since = max(0.0, months_between(first_output, found)) if found else 0.0
    return Life(case, until, event, since)


@dataclass(frozen=True, slots=True)
class Step:
    """The curve from ``months`` on, until the next step.

    ``survival`` with its standard error (Greenwood) and interval; ``at_risk`` moves in view just before;
    ``incidence`` of each kind of end, in the order of the curve's ``events``.
    """

    months: float
    survival: float
    se: float | None
    low: float | None
    high: float | None
    at_risk: int
    ended: tuple[int, ...]
    censored: int
    incidence: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A survival curve.

    Parameters
    ----------
    events
        The kinds of end that count; others are treated as leaving the view.
    steps
        By age; the first is age 0.
    n, left_out
        Moves in the curve, and those that came into view only after their end.
    last
        Age of the oldest evidence; beyond it the curve says nothing.
    caveats
        ``found_after_the_end``, ``empty_at_start`` (at some early age hardly a move was in view, so that the
        curve may fall to 0 too soon) and ``thin`` (few moves from some age on).
    """

    events: tuple[str, ...]
    steps: tuple[Step, ...]
    n: int
    left_out: int
    last: float
    as_of: dt.date
    caveats: tuple[str, ...]

    def at(self, months: float) -> Step | None:
        """The step in force at an age; ``None`` before 0 or beyond the last evidence."""
        if not self.n or months < 0 or months > self.last:
            return None
        return [step for step in self.steps if step.months <= months][-1]

    def sound_until(self, least: int | None = None) -> float:
        """The age up to which every step rests on enough moves in view."""
        wanted = measure_policy().least_at_risk if least is None else least
        thin = [step.months for step in self.steps[1:] if sum(step.ended) and step.at_risk < wanted]
        return min(thin, default=self.last)

    def to_dict(self) -> dict[str, Any]:
        """Plain form."""
        found = asdict(self) | {"as_of": self.as_of.isoformat(), "sound_until": self.sound_until()}
        return found | {"steps": [asdict(step) for step in self.steps]}


def kaplan_meier(lives: Sequence[Life], as_of: dt.date, event: str = "reversed") -> Curve:
    r"""The share of moves that still stand, by age.

    :math:`S(t) = \prod_{t_i \le t} (1 - d_i / n_i)`, where at age :math:`t_i` of :math:`n_i` moves in view
    :math:`d_i` end; Greenwood: :math:`\mathrm{Var} = S^2 \sum d_i / (n_i (n_i - d_i))`. The interval is that
    of log(-log S), which stays between 0 and 1. Source: E. L. Kaplan and P. Meier (1958), JASA 53.

    Parameters
    ----------
    lives
        The moves. One that ends and one that leaves the view at the same age: the end comes first.
    event
        The end that counts; a move with another end leaves the view then. That asks how it would be without
        the others: :func:`cumulative_incidence` says how it is.

    Examples
    --------
    Six moves: three still stood at 10, 20 and 60 months or later, 48 too, two were taken back.

    >>> moves = [Life(str(t), t, e) for t, e in
    ...          [(10, ""), (14, "reversed"), (20, ""), (40, "reversed"), (48, ""), (60, "")]]
    >>> curve = kaplan_meier(moves, dt.date(2026, 11, 22))
    >>> [(t, round(curve.at(t).survival, 3), round(curve.at(t).se, 3)) for t in (12, 36, 60)]
    [(12, 1.0, 0.0), (36, 0.8, 0.179), (60, 0.533, 0.248)]
    """
    return _curve(lives, (event,), as_of)


def cumulative_incidence(lives: Sequence[Life], as_of: dt.date, events: Sequence[str] | None = None) -> Curve:
    r"""The share of moves ended by each cause, by age, when any cause ends a move.

    :math:`\mathrm{CIF}_k(t) = \sum_{t_i \le t} S(t_{i-1}) d_{ki} / n_i`, with S the share that no cause has
    ended; with it the incidences add up to 1. Source: J. D. Kalbfleisch and R. L. Prentice (1980), *The
    Statistical Analysis of Failure Time Data*.

    Parameters
    ----------
    events
        The causes; all that occur when absent.
    """
    given = sorted({one.event for one in lives if one.event}) if events is None else events
    return _curve(lives, tuple(given), as_of)


def _curve(lives: Sequence[Life], events: tuple[str, ...], as_of: dt.date) -> Curve:
    seen = [one for one in lives if one.since < one.until]
    survival, spread = 1.0, 0.0
    incidence = [0.0] * len(events)
    none = (0,) * len(events)
    in_view = sum(one.since <= 0 for one in seen)
    steps = [Step(0.0, 1.0, 0.0, None, None, in_view, none, 0, tuple(incidence))]
    starts, ends = sorted(one.since for one in seen), sorted(one.until for one in seen)
    count = Counter((one.until, one.event if one.event in events else "") for one in seen)
    for t in sorted(set(ends)):
        at_risk = bisect_left(starts, t) - bisect_left(ends, t)
        ended = tuple(count[t, event] for event in events)
        gone = sum(ended)
        for k, number in enumerate(ended):
            incidence[k] += survival * number / at_risk
        survival *= 1 - gone / at_risk
        spread = spread + gone / (at_risk * (at_risk - gone)) if gone < at_risk else math.inf
        # When all that were in view end, the formula has no standard error.
        se = survival * math.sqrt(spread) if spread < math.inf else None
        low, high = _bounds(survival, se)
        steps.append(Step(t, survival, se, low, high, at_risk, ended, count[t, ""], tuple(incidence)))
    left_out = len(lives) - len(seen)
    last = max((one.until for one in seen), default=0.0)
    found = Curve(events, tuple(steps), len(seen), left_out, last, as_of, ())
    return Curve(events, tuple(steps), len(seen), left_out, last, as_of, _caveats(found, seen))


def _bounds(survival: float, se: float | None) -> tuple[float | None, float | None]:
    if se is None or not 0 < survival < 1:
        return None, None
    width = normal_quantile() * se / (survival * abs(math.log(survival)))
    return survival ** math.exp(width), survival ** math.exp(-width)


def _caveats(curve: Curve, seen: Sequence[Life]) -> tuple[str, ...]:
    falls = [step for step in curve.steps if sum(step.ended)]
    newest = max((one.since for one in seen), default=0.0)
    later = [step for step in falls if newest >= step.months]
    return tuple(
        code
        for code, holds in (
            ("found_after_the_end", curve.left_out > 0),
            ("empty_at_start", any(step.at_risk == sum(step.ended) for step in later)),
            ("thin", curve.sound_until() < curve.last),
        )
        if holds
    )
