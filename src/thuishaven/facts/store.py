"""The store: which record answers a question, how old it is, and how wide it has to be read.

Layers, from low to high: ``bundled`` (the tables of the package), ``refreshed`` (accepted updates),
``user`` (the organisation's or the dossier's own). A user's own record always wins.
"""

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, replace
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from thuishaven.facts import fallback
from thuishaven.facts.model import (
    LAYERS,
    Answer,
    Fact,
    FactMissing,
    Fallback,
    Keys,
    Parameter,
    Source,
    UnknownParameter,
)
from thuishaven.facts.periods import bounds, months_between, released
from thuishaven.facts.registry import fact_tables, parameters, read_facts, sources, widths
from thuishaven.facts.units import factor_in_period

PLAUSIBLE_SOURCE = "thuishaven-plausible-range"
_EARLIEST = date.min
_INDEX_KEY = tuple[str, Keys]


class _Entry(NamedTuple):
    """A record with the dates by which it is chosen."""

    fact: Fact
    counts_from: date  # the first day on which the record may answer
    ends: date | None  # the end of its period: age runs from here
    known: date  # the day by which it had been published
    edition: tuple[date, str]


class FactSet:
    """A fixed set of facts. Every change gives a new set; the old one stays what it was."""

    def __init__(
        self,
        facts: Iterable[Fact] = (),
        *,
        parameters: Mapping[str, Parameter],
        sources: Mapping[str, Source],
        widths: Mapping[str, float],
    ) -> None:
        self._parameters = parameters
        self._sources = sources
        self._widths = widths
        self._index: dict[_INDEX_KEY, tuple[Fact, ...]] = {}
        grouped: dict[_INDEX_KEY, list[Fact]] = {}
        for fact in facts:
            grouped.setdefault((fact.parameter, fact.keys), []).append(fact)
        for key, group in grouped.items():
            self._index[key] = tuple(group)
        self._ordered: dict[_INDEX_KEY, tuple[tuple[_Entry, ...], tuple[_Entry, ...]]] = {}
        self._superseded = frozenset(fact.supersedes for fact in self if fact.supersedes)
        self._answers: dict[tuple[_INDEX_KEY, date | None, date | None], Answer] = {}
        self._digest = ""

    def __iter__(self) -> Iterator[Fact]:
        for group in self._index.values():
            yield from group

    def __len__(self) -> int:
        return sum(len(group) for group in self._index.values())

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The registry: every parameter by name."""
        return self._parameters

    @property
    def sources(self) -> Mapping[str, Source]:
        """Every source by id."""
        return self._sources

    @property
    def widths(self) -> Mapping[str, float]:
        """Geometric standard deviation per reason (assumptions)."""
        return self._widths

    @property
    def digest(self) -> str:
        """A fingerprint of all records (32 hexadecimal digits): the same facts give the same text."""
        if not self._digest:
            hasher = hashlib.blake2b(digest_size=16)
            for line in sorted(repr(astuple(fact)) for fact in self):
                hasher.update(line.encode())
            self._digest = hasher.hexdigest()
        return self._digest

    def source(self, source_id: str) -> Source:
        """Who published a record. Raises KeyError for an id that is not in the table of sources."""
        return self._sources[source_id]

    def fact(self, fact_id: str) -> Fact:
        """The record with this id; of several layers the highest. Raises KeyError when there is none."""
        name = fact_id.partition("@")[0].partition("[")[0]
        found = [fact for key, group in self._index.items() if key[0] == name for fact in group]
        matching = [fact for fact in found if fact.id == fact_id]
        if not matching:
            raise KeyError(fact_id)
        return max(matching, key=lambda fact: LAYERS.index(fact.layer))

    def find(self, parameter: str, **keys: str) -> list[Fact]:
        """All records of a parameter that have (at least) these keys, oldest period first."""
        wanted = set(keys.items())
        found = [
            fact
            for key, group in self._index.items()
            if key[0] == parameter and wanted <= set(key[1])
            for fact in group
        ]
        return sorted(found, key=lambda fact: (fact.keys, bounds(fact.period) or (), fact.vintage))

    def series(self, parameter: str, **keys: str) -> list[Fact]:
        """The records over time of one key, all of the one latest edition: editions are never blended."""
        group = self.find(parameter, **keys)
        if not group:
            return []
        latest = max(group, key=lambda fact: (released(fact.vintage) or _EARLIEST, fact.vintage)).vintage
        return [fact for fact in group if fact.vintage == latest]

    def get(
        self, parameter: str, on: date | None = None, known_on: date | None = None, **keys: str
    ) -> Answer:
        """The record that answers a question, in the canonical unit of the parameter.

        Parameters: ``parameter`` a registered name; ``on`` the day the answer must hold for (None: no
        limit, age 0); ``known_on`` only records released by that day (hindcasts); ``keys`` exactly the
        registered keys. The order: a user's own record; else the latest period that ends (or, for law and
        assumptions, starts) by ``on``, of it the latest edition, of that the highest layer; else the steps
        of the chain, each reported in ``fallbacks``.
        Raises FactMissing when the chain ends without an answer, UnknownParameter for a wrong name or keys,
        and NoRate or UnitError when the record's unit cannot be brought to the canonical one.
        """
        return self.lookup(parameter, keys, on, known_on)

    def lookup(
        self,
        parameter: str,
        keys: Mapping[str, str],
        on: date | None = None,
        known_on: date | None = None,
    ) -> Answer:
        """As :meth:`get`, with the keys as a mapping."""
        key = (parameter, tuple(sorted(keys.items())))
        question = (key, on, known_on)
        answer = self._answers.get(question)
        if answer is None:
            answer = self._answer(key, on, known_on)
            self._answers[question] = answer
        return answer

    def with_facts(self, facts: Iterable[Fact], layer: str = "user") -> "FactSet":
        """A new set with these records added in a layer; one with the same id and layer is replaced.

        Raises
        ------
        ValueError
            For a layer there is none of.
        """
        if layer not in LAYERS:
            raise ValueError(f"layer {layer!r} is none of {', '.join(LAYERS)}")
        index = dict(self._index)
        for fact in facts:
            own = fact if fact.layer == layer else replace(fact, layer=layer)
            key = (own.parameter, own.keys)
            kept = tuple(
                old for old in index.get(key, ()) if (old.period, old.vintage, old.layer) != _version(own)
            )
            index[key] = (*kept, own)
        return self._with_index(index)

    def without(self, fact_id: str) -> "FactSet":
        """A new set without this record (in any layer). Raises KeyError when there is none."""
        first = self.fact(fact_id)
        index = dict(self._index)
        key = (first.parameter, first.keys)
        kept = tuple(fact for fact in index[key] if fact.id != fact_id)
        if kept:
            index[key] = kept
        else:
            del index[key]
        return self._with_index(index)

    def replace_value(self, fact_id: str, factor: float) -> "FactSet":
        """A new set in which value, low and high of one record are multiplied by ``factor`` (what-ifs)."""
        old = self.fact(fact_id)
        new = replace(
            old,
            value=None if old.value is None else old.value * factor,
            low=None if old.low is None else old.low * factor,
            high=None if old.high is None else old.high * factor,
        )
        return self.with_facts([new], layer=old.layer)

    def _with_index(self, index: dict[_INDEX_KEY, tuple[Fact, ...]]) -> "FactSet":
        other = FactSet(parameters=self._parameters, sources=self._sources, widths=self._widths)
        other._index = index
        other._superseded = frozenset(fact.supersedes for fact in other if fact.supersedes)
        return other

    def _answer(self, key: _INDEX_KEY, on: date | None, known_on: date | None) -> Answer:
        name, keys = key
        parameter = self._parameters.get(name)
        if parameter is None:
            raise UnknownParameter(name, None, ())
        if tuple(part for part, _ in keys) != parameter.keys:
            raise UnknownParameter(name, parameter.keys, tuple(part for part, _ in keys))
        chosen, newer = self._choose(key, on, known_on)
        if chosen is not None:
            return self._worded(parameter, chosen, on, (), (), newer)
        for other, other_keys, said, reasons in fallback.steps(parameter, keys):
            if not other:
                return self._plausible(parameter, keys, said, reasons)
            if other == fallback.FIXING:
                made = _fixing(parameter, keys, min((day for day in (on, known_on) if day), default=None))
                if made is not None:
                    return self._worded(parameter, _dated(made, parameter), on, said, reasons, None)
                continue
            chosen, newer = self._choose((other, other_keys), on, known_on)
            if chosen is not None:
                return self._worded(parameter, chosen, on, said, reasons, newer)
        raise FactMissing(name, keys)

    def _entries(self, key: _INDEX_KEY) -> tuple[tuple[_Entry, ...], tuple[_Entry, ...]]:
        """The user's own and the official records of one key, each best first."""
        ordered = self._ordered.get(key)
        if ordered is None:
            parameter = self._parameters.get(key[0])
            group = self._index.get(key, ())
            dated = [_dated(fact, parameter) for fact in group if fact.id not in self._superseded]
            own = [entry for entry in dated if entry.fact.layer == "user"]
            official = [entry for entry in dated if entry.fact.layer != "user"]
            own.sort(key=lambda entry: (entry.counts_from, entry.edition), reverse=True)
            official.sort(
                key=lambda entry: (entry.counts_from, entry.edition, LAYERS.index(entry.fact.layer)),
                reverse=True,
            )
            ordered = (tuple(own), tuple(official))
            self._ordered[key] = ordered
        return ordered

    def _choose(
        self, key: _INDEX_KEY, on: date | None, known_on: date | None
    ) -> tuple[_Entry | None, str | None]:
        own, official = self._entries(key)
        mine = _first_usable(own, on, known_on)
        theirs = _first_usable(official, on, known_on)
        if mine is None:
            return theirs, None
        if theirs is not None and theirs.ends is not None and (mine.ends is None or theirs.ends > mine.ends):
            return mine, theirs.fact.id
        return mine, None

    def _worded(
        self,
        parameter: Parameter,
        entry: _Entry,
        on: date | None,
        said: tuple[Fallback, ...],
        reasons: tuple[str, ...],
        newer: str | None,
    ) -> Answer:
        fact = entry.fact
        times = factor_in_period(fact.unit, parameter.unit, fact.period) if fact.value is not None else 1.0
        age = 0.0
        if on is not None and entry.ends is not None and parameter.age_months is not None:
            age = max(0.0, months_between(entry.ends, on))
        limit = parameter.age_months
        own_range = fact.low is not None and fact.high is not None and fact.low < fact.high
        return Answer(
            fact=fact,
            parameter=parameter,
            value=_times(fact.value, times),
            low=_times(fact.low, times),
            high=_times(fact.high, times),
            unit=parameter.unit,
            age_months=round(age, 1),
            stale=limit is not None and age > limit,
            very_stale=limit is not None and age > 2 * limit,
            gsd=self._gsd(parameter, fact, age, own_range, reasons),
            fallbacks=said,
            newer_official=newer,
        )

    def _gsd(
        self, parameter: Parameter, fact: Fact, age: float, own_range: bool, reasons: tuple[str, ...]
    ) -> float:
        """Root of the sum of squares of ln GSD over status, age and steps (pedigree principle)."""
        law = parameter.law and fact.status != "assumption"
        # A law that was read under a shorter code is the same law; one still to be checked may differ by
        # line.
        read = law and fact.status == "published"
        applied = [reason for reason in reasons if not (read and reason == "coarser_code")]
        beyond = 0.0
        exact = own_range or fact.status == "user" or law
        if not exact:
            beyond = max(0.0, age - (parameter.age_months or math.inf)) / 12
            if parameter.distribution != "constant":
                applied.append(f"status_{fact.status}")
                if age > 60:
                    applied.append("age_over_5_years")
                elif age >= 24:
                    applied.append("age_2_to_5_years")
        squares = sum(math.log(self._widths[reason]) ** 2 for reason in applied)
        squares += (beyond * math.log(self._widths["per_year_beyond_age_limit"])) ** 2
        return math.exp(math.sqrt(squares))

    def _plausible(
        self, parameter: Parameter, keys: Keys, said: tuple[Fallback, ...], reasons: tuple[str, ...]
    ) -> Answer:
        low, high = parameter.plausible_low, parameter.plausible_high
        middle = math.sqrt(low * high) if parameter.positive and low > 0 else (low + high) / 2
        fact = Fact(
            parameter=parameter.name,
            keys=keys,
            value=middle,
            low=low,
            high=high,
            text="",
            unit=parameter.unit,
            period="",
            vintage="plausible range",
            source_id=PLAUSIBLE_SOURCE,
            locator="tables/parameters.csv",
            method="assumption",
            licence="own",
            ship="yes",
            confidence="D",
            status="assumption",
            note="no record; the registered plausible range read as 5 % and 95 % points",
            range_kind="p5p95",
        )
        steps_only = math.exp(math.sqrt(sum(math.log(self._widths[reason]) ** 2 for reason in reasons)))
        return Answer(
            fact, parameter, middle, low, high, parameter.unit, 0.0, False, False, steps_only, said, None
        )


def _fixing(parameter: Parameter, keys: Keys, on: date | None) -> Fact | None:
    """The European Central Bank's rate of a day as a record; ``None`` when it fixed none by then."""
    from thuishaven.facts.series import NoRate, fx_rate

    currency = dict(keys)["currency"]
    if on is None:
        return None
    try:
        rate, day = fx_rate(currency, on)
    except NoRate:
        return None
    return Fact(
        parameter=parameter.name,
        keys=keys,
        value=rate,
        low=None,
        high=None,
        text="",
        unit=parameter.unit,
        period=day.isoformat(),
        vintage="",
        source_id="ecb-reference-rates",
        locator=currency,
        method="derived",
        licence="ECB: reuse with attribution",
        ship="yes",
        confidence="A",
        status="derived",
        note="1 / the reference rate of the day",
    )


def _version(fact: Fact) -> tuple[str, str, str]:
    return fact.period, fact.vintage, fact.layer


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _dated(fact: Fact, parameter: Parameter | None) -> _Entry:
    span = bounds(fact.period)
    released_on = released(fact.vintage)
    edition = (released_on or _EARLIEST, fact.vintage)
    if span is None:
        return _Entry(fact, _EARLIEST, None, released_on or _EARLIEST, edition)
    if parameter is not None and parameter.period_kind == "timeless":
        return _Entry(fact, span[1], None, _EARLIEST, edition)
    holds_from = fact.layer == "user" or fact.status == "assumption"
    if holds_from or (parameter is not None and parameter.period_kind == "from"):
        return _Entry(fact, span[0], span[1], released_on or span[0], edition)
    return _Entry(fact, span[1], span[1], released_on or span[1], edition)


def _first_usable(entries: tuple[_Entry, ...], on: date | None, known_on: date | None) -> _Entry | None:
    for entry in entries:
        in_time = on is None or entry.counts_from <= on or entry.ends is None
        if in_time and (known_on is None or entry.known <= known_on):
            return entry
    return None


@lru_cache(maxsize=1)
def bundled() -> FactSet:
    """The facts of the package, read once. Raises TableError when a table is not as it should be."""
    facts = (fact for path in fact_tables() for fact in read_facts(path))
    return FactSet(facts, parameters=parameters(), sources=sources(), widths=widths())
