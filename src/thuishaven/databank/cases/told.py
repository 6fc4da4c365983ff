"""What one published case tells statistics: dates, jobs, motives, and what became of it.

Whoever publishes keeps it beside the version (``case_told``), in a few hundred bytes: reading the record
takes many times as long.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from thuishaven.access import Store
from thuishaven.databank.cases.days import precision
from thuishaven.databank.cases.model import Record, Shown, StatusLine, read_record
from thuishaven.databank.cases.published import announced, facets
from thuishaven.databank.cases.statements import number
from thuishaven.databank.cases.tables import TOLD, VERSION
from thuishaven.databank.cases.vocabulary import UNKNOWN, motives
from thuishaven.databank.indicators import Dated

#: States in which production runs, in whole or in part.
DONE = ("partially", "implemented")
#: What became of a case, in groups of states: first those that ever ran.
OUTCOMES: Mapping[str, tuple[str, ...]] = {
    "done": DONE,
    "reversed": ("reversed",),
    "open": ("announced", "decided", "in_progress", "suspended"),
    "cancelled": ("cancelled",),
}
_GROUP = {state: name for name, states in OUTCOMES.items() for state in states}
#: The form of what is kept. Raise it when :func:`told` reads something else from a record, or :func:`kept`
#: writes it otherwise: what was kept in an older form is read from the record again.
FORM = 1
_BATCH = 2**9
#: Days and values that are kept in mind, so that cases share them.
_SHARED = 2**14
_ARTICLE = "article"
#: Kinds of sources that make up the two lists of the estimate of coverage.
_PRESS, _REGISTER = frozenset({"quality_press"}), frozenset({"authority", "register"})


@dataclass(frozen=True, slots=True)
class Told:
    """A case as statistics sees it.

    Parameters
    ----------
    case, number, version
        Which one.
    kind, state
        Codes; ``unknown`` where nothing is known.
    facets
        Values by facet, as in the search.
    announced
        When it was first spoken of; ``None`` when only an article is dated.
    first_output
        When production began, in part or whole; ``None`` when that is not known.
    done
        Whether it ever ran.
    ended
        ``reversed`` or ``cancelled``, else empty.
    ended_on
        When that was said.
    last_evidence
        Newest day that a source is about.
    found
        Day of the first source about it.
    jobs_announced
        Jobs of the move as they were first announced.
    jobs_realised
        Counts of jobs that are there, each with its day.
    promised, latest
        The start that was promised first; the start itself, or what was promised last.
    before, after
        Motives as they were said before the move and after it; ``None`` where nobody said.
    press, register
        Whether a newspaper told of it, and whether an authority or a register did.
    picked
        Whether it comes from a list that was picked by hand.
    """

    case: str
    number: int
    version: int
    kind: str
    state: str
    facets: Mapping[str, tuple[str, ...]]
    announced: Dated | None
    first_output: Dated | None
    done: bool
    ended: str
    ended_on: dt.date | None
    last_evidence: dt.date | None
    found: dt.date | None
    jobs_announced: float | None
    jobs_realised: tuple[tuple[dt.date, float], ...]
    promised: Dated | None
    latest: Dated | None
    before: frozenset[str] | None
    after: frozenset[str] | None
    press: bool
    register: bool
    picked: bool

    @property
    def outcome(self) -> str:
        """Which group of states it is in; ``unknown`` for none."""
        return _GROUP.get(self.state, UNKNOWN)

    @property
    def age(self) -> float | None:
        """Months from the first output to its end or the last evidence; ``None`` when unknown."""
        from thuishaven.databank.indicators import months_between

        end = self.ended_on if self.ended and self.ended_on else self.last_evidence
        if self.first_output is None or end is None:
            return None
        return max(0.0, months_between(self.first_output.on, end))


def told(record: Record, number_: int, version: int, *, picked: bool = False) -> Told:
    """What the record of a published case tells."""
    state = record.state.state if record.state else UNKNOWN
    ended = state if state in {"reversed", "cancelled"} else ""
    running = [line for line in record.status if line.state in DONE]
    known = [line for line in running if line.occurred_on and line.precision != _ARTICLE]
    first = min((_dated(line) for line in known), key=lambda one: one.on, default=None)
    start = announced(record)
    days = [line.as_of for line in record.status if line.as_of]
    realised = _amounts(_find(record, "jobs.realised"))
    days += [one.as_of for one in realised if one.as_of]
    promises = _series(_find(record, "planned_start"))
    published = [one.published_on for one in record.sources.values() if one.published_on]
    kinds = {one.kind for one in record.sources.values()}
    first_jobs = min(_amounts(_find(record, "jobs.announced")), key=lambda one: one.as_of, default=None)
    last_promise = Dated.read(promises[-1].value) if len(promises) > 1 else None
    return Told(
        case=record.case,
        number=number_,
        version=version,
        kind=record.text("case.case_type") or UNKNOWN,
        state=state,
        facets={name: tuple(values) for name, values in facets(record).items()},
        announced=Dated.read(start) if start else None,
        first_output=first,
        done=bool(running) or state == "reversed",
        ended=ended,
        ended_on=_said(record.state) if ended and record.state else None,
        last_evidence=max((Dated.read(day).on for day in days), default=None),
        found=min((Dated.read(day).on for day in published), default=None),
        jobs_announced=_middle(first_jobs) if first_jobs else None,
        jobs_realised=tuple(
            sorted((Dated.read(one.as_of).on, _middle(one)) for one in realised if one.as_of)
        ),
        promised=Dated.read(promises[0].value) if promises else None,
        latest=first or last_promise,
        before=_motives(record, "ex_ante"),
        after=_motives(record, "ex_post"),
        press=bool(kinds & _PRESS),
        register=bool(kinds & _REGISTER),
        picked=picked,
    )


def kept(one: Told) -> str:
    """What is kept of it; number, version and list stand in the tables already."""
    return json.dumps(
        [
            *(
                one.kind,
                one.state,
                one.facets,
                _day(one.announced),
                _day(one.first_output),
                one.done,
                one.ended,
            ),
            *(_iso(one.ended_on), _iso(one.last_evidence), _iso(one.found), one.jobs_announced),
            [[_iso(day), jobs] for day, jobs in one.jobs_realised],
            *(_day(one.promised), _day(one.latest), _codes(one.before), _codes(one.after)),
            *(one.press, one.register),
        ],
        separators=(",", ":"),
        sort_keys=True,
    )


def read_kept(data: str, case: str, number_: int, version: int, *, picked: bool = False) -> Told:
    """A case from what :func:`kept` made of it."""
    row: list[Any] = json.loads(data)
    kind, state, values, start, output, done, ended, ended_on, evidence, found, jobs, counts, *rest = row
    promised, latest, before, after, press, register = rest
    return Told(
        case,
        number_,
        version,
        kind,
        state,
        {name: _values(*many) for name, many in values.items()},
        _read_day(start),
        _read_day(output),
        done,
        ended,
        _read_iso(ended_on),
        _read_iso(evidence),
        _read_iso(found),
        jobs,
        tuple((dt.date.fromisoformat(day), count) for day, count in counts),
        _read_day(promised),
        _read_day(latest),
        None if before is None else frozenset(before),
        None if after is None else frozenset(after),
        press,
        register,
        picked,
    )


def keep_told(store: Store) -> int:
    """Keep what published versions tell where that was not done, or in an older form; returns how many."""
    done = 0
    missing = (
        sa.select(VERSION.c.case, VERSION.c.version, VERSION.c.record)
        .outerjoin(TOLD, (TOLD.c.case == VERSION.c.case) & (TOLD.c.version == VERSION.c.version))
        .where(sa.or_(TOLD.c.form.is_(None), TOLD.c.form != FORM))
        .limit(_BATCH)
    )
    while True:
        with store.bookkeep() as connection:
            rows = connection.execute(missing).all()
            if not rows:
                return done
            for row in rows:
                mine = (TOLD.c.case == row.case) & (TOLD.c.version == row.version)
                connection.execute(sa.delete(TOLD).where(mine))
            made = [
                told_row(row.case, row.version, read_record(json.loads(zlib.decompress(row.record))))
                for row in rows
            ]
            connection.execute(sa.insert(TOLD), made)
        done += len(rows)


def told_row(case: str, version: int, record: Record) -> dict[str, Any]:
    """The row that is kept beside a version."""
    return {"case": case, "version": version, "form": FORM, "data": kept(told(record, 0, version))}


@lru_cache(maxsize=_SHARED)
def _values(*many: str) -> tuple[str, ...]:
    return many


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


@lru_cache(maxsize=_SHARED)
def _read_iso(text: str) -> dt.date | None:
    """A day; cases share theirs, which spares memory."""
    return dt.date.fromisoformat(text) if text else None


def _day(one: Dated | None) -> list[str] | None:
    return [one.on.isoformat(), one.precision] if one else None


def _read_day(parts: list[str] | None) -> Dated | None:
    return _dated_on(*parts) if parts else None


@lru_cache(maxsize=_SHARED)
def _dated_on(day: str, exact: str) -> Dated:
    return Dated(dt.date.fromisoformat(day), exact)


def _codes(many: frozenset[str] | None) -> list[str] | None:
    return None if many is None else sorted(many)


def _dated(line: StatusLine) -> Dated:
    return Dated.read(line.occurred_on, line.precision or precision(line.occurred_on))


def _said(line: StatusLine) -> dt.date | None:
    """When an end was told of: the date of an article will do."""
    day = line.occurred_on or line.as_of
    return Dated.read(day).on if day else None


def _find(record: Record, name: str) -> Shown | None:
    """The value of a field, whichever move it was noted with; the case as a whole first."""
    moves = (0, *record.moves)
    return next((found for move in moves if (found := record.get(name, move)) is not None), None)


def _series(shown: Shown | None) -> list[Shown]:
    """Values of one thing, that of the earliest day first."""
    some = [one for one in (shown, *shown.series) if one.value != UNKNOWN] if shown else []
    return sorted(some, key=lambda one: one.as_of)


def _amounts(shown: Shown | None) -> list[Shown]:
    """Counts of the jobs of the move itself: not of the whole company, and not elsewhere."""
    return [one for one in _series(shown) if one.qualifiers.get("scope", "") in {"", "direct"}]


def _middle(one: Shown) -> float:
    low, high = number(one.value)
    return (low + high) / 2


def _motives(record: Record, stage: str) -> frozenset[str] | None:
    """What drove the move, as it was said at a stage; ``None`` where nothing was said then."""
    some = [one for one in record.all("motive") if one.qualifiers.get("stage", "") == stage]
    known = {one.value for one in some if one.value != UNKNOWN and one.value in motives()}
    return frozenset(known) if known else None
