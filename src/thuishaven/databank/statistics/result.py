"""The statistics themselves: counts, rates, curves, each with what it rests on."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from thuishaven.access import Actor, Store
from thuishaven.databank.cases.told import OUTCOMES, Told
from thuishaven.databank.cases.vocabulary import UNKNOWN, motives
from thuishaven.databank.figures import Figure
from thuishaven.databank.indicators import (
    Delay,
    JobsCase,
    MotiveChange,
    chapman,
    months_between,
    motives_before_and_after,
    realisation_rate,
    reversal_rate,
    slippage,
    slippage_summary,
    typical,
)
from thuishaven.databank.measure_policy import measure_policy
from thuishaven.databank.statistics.gather import Moment, agreement_of, gathered, moment_of
from thuishaven.databank.survival import Curve, Life, cumulative_incidence, kaplan_meier, life

#: What cases are counted by.
SUBJECTS: Mapping[str, str] = {"sector": "sector", "origin": "from", "motive": "motive", "year": "year"}
#: What a rate of reversal is shown by.
GROUPS = ("form", "sector", "support")
#: The kind of case that is shown unless another is asked for: kinds are never added up.
KIND = "reshoring"
_KEPT = 2**5


@dataclass(frozen=True, slots=True)
class Counted:
    """How many cases have a value, and what became of them: ``outcomes`` by group of states."""

    value: str
    cases: int
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Left:
    """Cases that a curve cannot hold: ``undated`` began at a day that is not known."""

    cases: int
    undated: int


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the published cases of one kind come to.

    Parameters
    ----------
    moment
        Which data.
    kind
        Code of the kind of case.
    kinds
        How many cases of each kind there are, the most frequent first.
    n
        Cases of this kind.
    counts
        For each subject of :data:`SUBJECTS` its values, the most frequent first, years in order. A case with
        two values counts for both.
    outcomes
        What became of the cases, by group of states.
    jobs
        The usual number of jobs announced.
    realised
        For each age of the policy: jobs realised of jobs announced, sum by sum, and the median of the cases.
    started
        From the announcement on: the share that ran, and that was cancelled, by age.
    standing
        From the first output on: the share that was not reversed, by age (Kaplan-Meier).
    left
        Cases that each of these two curves cannot hold.
    reversal
        Reversed of ever done.
    reversal_by
        The same, by group and value.
    delay
        Months between the start that was promised first and the start.
    motives
        Motives before the move and after it.
    coverage
        How many cases there are in all, seen or not, from press and registers.
    reliability
        How well coders agreed, by field: rows of the release ``moment.latest``.
    picked
        How many cases come from a list that was picked by hand.
    """

    moment: Moment
    kind: str
    kinds: tuple[tuple[str, int], ...]
    n: int
    counts: Mapping[str, tuple[Counted, ...]]
    outcomes: Mapping[str, int]
    jobs: Figure
    realised: tuple[tuple[Figure, Figure], ...]
    started: Curve
    standing: Curve
    left: Mapping[str, Left]
    reversal: Figure
    reversal_by: Mapping[str, tuple[tuple[str, Figure], ...]]
    delay: Figure
    motives: tuple[MotiveChange, ...]
    coverage: Figure
    reliability: tuple[Mapping[str, Any], ...]
    picked: int

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        moment = self.moment
        return {
            "schema": "thuishaven.cases.statistics/1",
            "release": moment.release or None,
            "reliability_of": moment.release or moment.latest or None,
            "as_of": moment.as_of.isoformat(),
            "kind": self.kind,
            "kinds": dict(self.kinds),
            "n": self.n,
            "picked_by_hand": self.picked,
            "outcomes": dict(self.outcomes),
            "counts": {
                name: [asdict(one) | {"outcomes": dict(one.outcomes)} for one in many]
                for name, many in self.counts.items()
            },
            "jobs_announced": self.jobs.to_dict(),
            "realisation": [
                {"sums": total.to_dict(), "cases": middle.to_dict()} for total, middle in self.realised
            ],
            "started": self.started.to_dict() | asdict(self.left["started"]),
            "standing": self.standing.to_dict() | asdict(self.left["standing"]),
            "reversal": self.reversal.to_dict(),
            "reversal_by": {
                name: [{"group": value} | figure.to_dict() for value, figure in many]
                for name, many in self.reversal_by.items()
            },
            "slippage": self.delay.to_dict(),
            "motives_before_and_after": [one.to_dict() for one in self.motives],
            "coverage": self.coverage.to_dict(),
            "reliability": [dict(one) for one in self.reliability],
        }


def ages() -> tuple[float, ...]:
    """The ages in months at which one looks what became of a move; those of the policy of measures."""
    policy = measure_policy()
    return policy.age_short, policy.age_middle, policy.age_long


def confidence() -> float:
    """In which share of lists like this an interval holds the true value."""
    return measure_policy().confidence


def least_cases() -> int:
    """Fewest cases for a figure or a curve."""
    return int(measure_policy().least_cases)


def alpha_limits() -> tuple[float, float]:
    """From which alpha on conclusions may rest on a field, and tentative ones."""
    policy = measure_policy()
    return policy.alpha_good, policy.alpha_tentative


_MADE: WeakKeyDictionary[sa.Engine, OrderedDict[tuple[Any, ...], Statistics]] = WeakKeyDictionary()
_TURNS: WeakKeyDictionary[sa.Engine, threading.Lock] = WeakKeyDictionary()
_LOCK = threading.Lock()


def statistics(store: Store, actor: Actor, kind: str = KIND, release: str = "") -> Statistics:
    """What the published cases of a kind come to, now or in a release.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    kind
        Code of the kind of case.
    release
        Only what this release holds; ``latest`` for the newest.

    Raises
    ------
    NotFound
        When there is no such release.
    """
    moment = moment_of(store, actor, release)
    key = (*moment.key, kind)
    with _LOCK:
        kept = _MADE.setdefault(store.engine, OrderedDict())
        turn = _TURNS.setdefault(store.engine, threading.Lock())
    known = _known(kept, key)
    if known is not None:
        return known
    with turn:
        # Who asked the same a moment before has it by now: among many cases it is worked out once.
        known = _known(kept, key)
        if known is not None:
            return known
        cases = gathered(store, actor, moment.release)
        named = moment.release or moment.latest
        found = worked_out(cases, moment, kind, agreement_of(store, actor, named) if named else ())
        with _LOCK:
            kept[key] = found
            while len(kept) > _KEPT:
                kept.popitem(last=False)
    return found


def _known(kept: OrderedDict[tuple[Any, ...], Statistics], key: tuple[Any, ...]) -> Statistics | None:
    with _LOCK:
        if key in kept:
            kept.move_to_end(key)
        return kept.get(key)


def worked_out(
    cases: Sequence[Told], moment: Moment, kind: str = KIND, reliability: Sequence[Mapping[str, Any]] = ()
) -> Statistics:
    """The statistics of cases that are read already; see :func:`statistics`."""
    day = moment.as_of
    kinds = Counter(one.kind for one in cases)
    some = [one for one in cases if one.kind == kind]
    done = [one for one in some if one.done]
    aged = [(one, one.age) for one in done]
    jobs = [_jobs(one) for one in some if one.jobs_announced is not None]
    started, early = _started(some)
    standing, later = _standing(done)
    picked = sum(one.picked for one in some)
    asked = [one for one in some if one.before is not None or one.after is not None]
    return Statistics(
        moment=moment,
        kind=kind,
        kinds=tuple(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
        n=len(some),
        counts={name: _counted(some, facet, name) for name, facet in SUBJECTS.items()},
        outcomes=_outcomes(some),
        jobs=_announced(some, day),
        realised=tuple(
            (_pairs(total), _pairs(middle))
            for total, middle in (realisation_rate(jobs, age, day) for age in ages())
        ),
        started=cumulative_incidence(started, day, ("done", "cancelled")),
        standing=kaplan_meier(standing, day),
        left={"started": early, "standing": later},
        reversal=_reversal(aged, day),
        reversal_by={name: _by(aged, name, day) for name in GROUPS},
        delay=_delay(some, day),
        motives=motives_before_and_after([(one.before, one.after) for one in asked], day),
        coverage=_coverage(some, day),
        reliability=tuple(reliability),
        picked=picked,
    )


def _pairs(figure: Figure) -> Figure:
    """Only cases that state both counts are in it."""
    return replace(figure, caveats=(*figure.caveats, "pairs_only"))


def _announced(cases: Sequence[Told], day: dt.date) -> Figure:
    """What is usual among announcements: no case is usual because it is large."""
    figure = typical([one.jobs_announced for one in cases], "jobs_announced", "jobs", day)
    return replace(figure, caveats=(*figure.caveats, "announcements_only"))


def _outcomes(cases: Iterable[Told]) -> dict[str, int]:
    found = Counter(one.outcome for one in cases)
    return {name: found[name] for name in (*OUTCOMES, UNKNOWN)}


def _counted(cases: Sequence[Told], facet: str, subject: str) -> tuple[Counted, ...]:
    by_value: dict[str, list[Told]] = {}
    barriers = {code for code, motive in motives().items() if motive.role == "barrier"}
    for one in cases:
        for value in one.facets.get(facet, (UNKNOWN,)):
            if subject != "motive" or value not in barriers:
                by_value.setdefault(value, []).append(one)
    found = [Counted(value, len(many), _outcomes(many)) for value, many in by_value.items()]
    if subject == "year":
        return tuple(sorted(found, key=lambda one: (one.value == UNKNOWN, one.value)))
    return tuple(sorted(found, key=lambda one: (one.value == UNKNOWN, -one.cases, one.value)))


def _jobs(one: Told) -> JobsCase:
    """Counts by age of the move; without a first output no count has an age."""
    start = one.first_output
    counts = (
        tuple((months_between(start.on, day), jobs) for day, jobs in one.jobs_realised if day >= start.on)
        if start
        else ()
    )
    return JobsCase(one.case, one.jobs_announced, counts)


def _started(cases: Sequence[Told]) -> tuple[list[Life], Left]:
    """From the announcement to the first output, or to the end of the plan."""
    found: list[Life] = []
    undated = 0
    for one in cases:
        if one.announced is None or one.last_evidence is None or (one.done and one.first_output is None):
            undated += 1
            continue
        event = "done" if one.done else "cancelled" if one.ended == "cancelled" else ""
        ended = one.first_output.on if one.done and one.first_output else one.ended_on
        since = one.announced.on
        lived = life(one.case, since, max(one.last_evidence, since), event, ended, one.found)
        # Announced and done in one year: the dates do not say how far apart.
        short = lived.since <= 0 and event and lived.until < 1
        found.append(replace(lived, until=1.0) if short else lived)
    return found, Left(len(cases), undated)


def _standing(done: Sequence[Told]) -> tuple[list[Life], Left]:
    """From the first output to the reversal, or to the last evidence."""
    found: list[Life] = []
    undated = 0
    for one in done:
        if one.first_output is None or one.last_evidence is None:
            undated += 1
            continue
        since = one.first_output.on
        event = "reversed" if one.ended == "reversed" else ""
        found.append(life(one.case, since, max(one.last_evidence, since), event, one.ended_on, one.found))
    return found, Left(len(done), undated)


#: A case that ran, with its age in months.
_Aged = tuple[Told, float | None]


def _reversal(done: Sequence[_Aged], day: dt.date) -> Figure:
    """Of a list that was picked by hand there is no rate; its cases are left out of that of the others."""
    free = [(one, age) for one, age in done if not one.picked]
    sample = "hand_picked" if done and not free else "list"
    some = free or list(done)
    ages = [age for _one, age in some if age is not None]
    figure = reversal_rate(sum(one.ended == "reversed" for one, _age in some), len(some), ages, day, sample)
    return replace(figure, of=len(done), params={**figure.params, "picked": len(done) - len(free)})


def _by(done: Sequence[_Aged], facet: str, day: dt.date) -> tuple[tuple[str, Figure], ...]:
    by_value: dict[str, list[_Aged]] = {}
    for one, age in done:
        for value in one.facets.get(facet, (UNKNOWN,)):
            by_value.setdefault(value, []).append((one, age))
    order = sorted(by_value, key=lambda value: (value == UNKNOWN, -len(by_value[value]), value))
    return tuple((value, _reversal(by_value[value], day)) for value in order)


def _delay(cases: Sequence[Told], day: dt.date) -> Figure:
    delays: list[Delay | None] = [
        slippage(one.case, one.promised, one.latest) if one.latest else None
        for one in cases
        if one.promised is not None
    ]
    return slippage_summary(delays, day)


def _coverage(cases: Sequence[Told], day: dt.date) -> Figure:
    """From what newspapers told and what registers hold; no number where hardly a case is in both."""
    press, register = sum(one.press for one in cases), sum(one.register for one in cases)
    figure = chapman(press, register, sum(one.press and one.register for one in cases), day)
    if figure.reason or figure.params["both"] >= measure_policy().least_cases:
        return figure
    params = {**figure.params, "seen_share": None}
    return replace(
        figure, value=None, low=None, high=None, se=None, spread="", reason="too_few_cases", params=params
    )
