"""What an organisation may tell of a year of guidance, without telling of one company.

A face of its own, as :mod:`~thuishaven.databank.office.statistics`: it needs SciPy. Only tables that went
through disclosure control leave this module.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import sqlalchemy as sa

from thuishaven.access import Actor, Object, Store, canonical, moment, read_moment, require
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank.disclosure import (
    ALL,
    Ladder,
    Level,
    Protected,
    Record,
    Rules,
    finest,
    protect_together,
    tabulate,
    usual_rules,
)
from thuishaven.databank.disclosure.tables import COUNT, SUM, TOTAL
from thuishaven.databank.office.names import name_key
from thuishaven.databank.office.statistics import ladders
from thuishaven.databank.office.tables import DECISION, FOLLOW_UP, PROJECT, SIGNAL, STEP, TASK

#: The tables of projects, in the order told, each with the ladder it is cut by.
PIPELINE = ("stage", "sector", "region", "outcome")
#: What is so of a record, and what is not.
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class SafeTable:
    """A table that may be told.

    Parameters
    ----------
    name
        What is counted.
    level
        How fine it is cut: a level of its ladder.
    rows
        Category and number; ``None`` where the number is hidden. Every category has something in it.
    total
        Of all categories; ``None`` where it is hidden.
    """

    name: str
    level: str
    rows: tuple[tuple[str, float | None], ...]
    total: float | None

    @property
    def hidden(self) -> int:
        """How many numbers are hidden."""
        return sum(value is None for _name, value in self.rows)


@dataclass(frozen=True, slots=True)
class Yearly:
    """A year of an organisation.

    Parameters
    ----------
    organisation
        What it is called.
    year, until
        The year, and the last day that is told of: its end, or the day of asking while it runs.
    tables
        The tables that may be told, by name.
    untold
        Names of the tables that may not be told at all, for there are too few companies.
    days
        Days from a signal to when it was taken up or closed, in the middle; ``None`` when there are too few.
    empty
        Whether nothing at all happened.
    """

    organisation: str
    year: int
    until: dt.date
    tables: Mapping[str, SafeTable]
    untold: tuple[str, ...]
    days: float | None
    empty: bool

    @property
    def running(self) -> bool:
        """Whether the year is not over yet."""
        return self.until < dt.date(self.year, 12, 31)

    def to_dict(self) -> dict[str, Any]:
        """Plain form: what is published, and nothing of the rules."""
        return {
            "schema": "thuishaven.office-year/1",
            "organisation": self.organisation,
            "year": self.year,
            "until": self.until.isoformat(),
            "tables": {
                name: {"level": table.level, "rows": [list(row) for row in table.rows], "total": table.total}
                for name, table in self.tables.items()
            },
            "untold": list(self.untold),
            "days": self.days,
        }


@dataclass(frozen=True, slots=True)
class _Row:
    """A project as far as a year is concerned: the group of its company and what is counted of it."""

    id: str
    group: str
    keys: Mapping[str, str]


def years(store: Store, actor: Actor) -> tuple[int, ...]:
    """The years from the first project or signal of an organisation to now, newest first."""
    require(actor, "create", Object("aggregate", "", actor.organisation, confidentiality=2))
    now = store.clock().year
    with store.read(actor) as connection:
        first = [
            connection.execute(
                sa.select(sa.func.min(column)).where(table.c.organisation == actor.organisation)
            ).scalar()
            for table, column in ((PROJECT, PROJECT.c.created), (SIGNAL, SIGNAL.c.received))
        ]
    begun = min((int(one[:4]) for one in first if one), default=now)
    return tuple(range(now, begun - 1, -1))


def yearly(
    store: Store,
    actor: Actor,
    year: int,
    kinds: Mapping[str, str] | None = None,
    rules: Rules | None = None,
) -> Yearly:
    """A year of the organisation acted for, in tables that give no company away.

    A company with several projects is one contributor. Every table is cut as fine as the rules allow, and its
    hidden cells cannot be worked out from what is shown; no table is crossed with another.

    Parameters
    ----------
    store
        The confidential database.
    actor
        Who asks, for the organisation acted for.
    year
        Which.
    kinds
        Kind of each plan family, for a coarser table of what was decided.
    rules
        Those of the policy when absent.
    """
    require(actor, "create", Object("aggregate", "", actor.organisation, confidentiality=2))
    used = rules or usual_rules()
    today = store.clock().date()
    until = min(dt.date(year, 12, 31), today)
    span = (moment(_midnight(dt.date(year, 1, 1))), moment(_midnight(until + dt.timedelta(days=1))))
    with store.read(actor) as connection:
        found = _Found(connection, actor.organisation, span)
        name = connection.execute(
            sa.select(ORGANISATION.c.name).where(ORGANISATION.c.id == actor.organisation)
        ).scalar_one()
    safe = _Safe(used)
    for what in PIPELINE:
        sensitive = what if what == "outcome" else ""
        safe.finest(what, [Record(row.group, row.keys) for row in found.projects], ladders()[what], sensitive)
    kind_of = kinds or {}
    decided = Ladder(
        "decided",
        (
            Level("family", lambda record: record.keys["decided"]),
            Level("kind", lambda record: kind_of.get(record.keys["decided"], "unknown")),
        ),
    )
    safe.finest("decided", found.decided, decided, "decided")
    for code, records in found.named.items():
        safe.two(f"named.{code}", records)
    safe.finest("answered", found.asked, _plain("answered"), "answered")
    for what, records in found.became.items():
        safe.two(what, records)
    safe.sums("jobs", found.jobs)
    safe.finest("signals", found.signals, _plain("channel"), "")
    safe.two("signals_handled", found.handled)
    safe.two("in_time", found.in_time)
    enough = len({group for group, _days in found.days}) >= used.threshold
    days = float(median(days for _group, days in found.days)) if enough else None
    return Yearly(
        name, year, until, safe.tables, tuple(safe.untold), days, not (found.projects or found.signals)
    )


def note_yearly(store: Store, actor: Actor, told: Yearly, *, kind: str, language: str) -> str:
    """Note that a year was put on paper: an event, with a fingerprint of what was told.

    Editions that differ by a few projects can be held against each other; the log says which there are.
    """
    payload = canonical(told.to_dict())
    thing = Object("aggregate", "", actor.organisation, confidentiality=2)
    with store.change(actor) as change:
        decision = require(actor, "create", thing)
        details = {
            "year": told.year,
            "until": told.until.isoformat(),
            "levels": {name: table.level for name, table in told.tables.items()},
            "kind": kind,
            "language": language,
        }
        change.log(
            "report_year",
            "aggregate",
            str(told.year),
            decision=decision,
            organisation=actor.organisation,
            details=details,
            payload=payload,
        )
    return str(details["until"])


def _plain(name: str) -> Ladder:
    return Ladder(name, (Level(name, lambda record: record.keys[name]),))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


class _Safe:
    """Tables made safe, one after the other, and the names of those that cannot be."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.tables: dict[str, SafeTable] = {}
        self.untold: list[str] = []

    def finest(self, name: str, records: Sequence[Record], ladder: Ladder, sensitive: str) -> None:
        """The finest cut of some records."""
        if not records:
            return
        # Each level by itself: of two that tell as much, the finer one says more.
        tried = [
            finest(records, [Ladder(ladder.name, (level,))], self.rules, sensitive=sensitive)
            for level in ladder.levels
        ]
        safe = [one for one in tried if one is not None and one.table.records is not None]
        # A total that one table hides is not told by another.
        if not safe:
            self.untold.append(name)
            return
        found = max(safe, key=lambda one: one.table.published)
        level = found.node.levels[0]
        self._keep(name, level, found.table)

    def two(self, name: str, records: Sequence[Record]) -> None:
        """How many of some records are so and how many not: both are told, or neither."""
        if not records:
            return
        table = tabulate(records, [name], COUNT)
        made = protect_together([table], self.rules)[0]
        if made.records is None or any(value is None for value in made.values.values()):
            self.untold.append(name)
            return
        if len(table.dimensions[0].categories) < 2:
            # All of them or none: that is told of each.
            self.untold.append(name)
            return
        self._keep(name, name, made)

    def sums(self, name: str, records: Sequence[Record]) -> None:
        """The sum of an amount and the number of records, which are hidden together."""
        if not records:
            return
        both = [tabulate(records, [name], measure) for measure in (COUNT, SUM)]
        counted, summed = protect_together(both, self.rules)
        if summed.values[(TOTAL,)] is None or counted.records is None:
            self.untold.append(name)
            return
        self._keep(f"{name}_n", name, counted)
        self._keep(name, name, summed)

    def _keep(self, name: str, level: str, made: Protected) -> None:
        dimension = made.dimensions[0]
        rows = tuple((one, made.value(one)) for one in dimension.categories) if level != ALL else ()
        self.tables[name] = SafeTable(name, level, rows, made.value(TOTAL))


class _Found:
    """What a year holds, read once: projects that were under way in it, signals, answers, tasks."""

    def __init__(self, connection: sa.Connection, organisation: str, span: tuple[str, str]) -> None:
        self.start, self.end = span
        mine = (PROJECT.c.organisation == organisation) & (PROJECT.c.state != "erased")
        rows = connection.execute(sa.select(PROJECT).where(mine, PROJECT.c.created < self.end)).all()
        self._groups = {row.id: row.number or name_key(row.company) for row in rows}
        stages = self._stages(connection)
        self.projects = [one for one in (self._project(row, stages) for row in rows) if one is not None]
        self._decisions(connection)
        self._answers(connection)
        self._signals(connection, organisation)
        self._tasks(connection, organisation)

    def _stages(self, connection: sa.Connection) -> dict[str, list[tuple[str, str]]]:
        """For each project when it entered which stage, until the end of the span."""
        found: dict[str, list[tuple[str, str]]] = {}
        entered = sa.select(STEP.c.project, STEP.c.at, STEP.c.to_state).where(
            STEP.c.project.in_(self._groups), STEP.c.at < self.end, STEP.c.from_state != STEP.c.to_state
        )
        for row in connection.execute(entered.order_by(STEP.c.project, STEP.c.seq)):
            if row.to_state:
                found.setdefault(row.project, []).append((row.at, row.to_state))
        return found

    def _project(self, row: Any, stages: Mapping[str, list[tuple[str, str]]]) -> _Row | None:
        """A project with its stage at the end; ``None`` for one that was over before the year began."""
        passed = stages.get(row.id, [(row.created, "intake")])
        before = [stage for at, stage in passed if at < self.start]
        if before and before[-1] == "closed" and len(before) == len(passed):
            return None
        stage = passed[-1][1]
        keys = {
            "stage": stage,
            "sector": row.nace[:2],
            "region": row.region,
            "outcome": row.outcome if stage in {"closed", "implementation", "follow_up"} else "",
        }
        return _Row(row.id, self._groups[row.id], keys)

    def _decisions(self, connection: sa.Connection) -> None:
        """What was decided in the year, and the motives or barriers that went with it."""
        first, last = self.start[:10], self.end[:10]
        wanted = sa.select(DECISION).where(
            DECISION.c.project.in_(self._groups), DECISION.c.decided_on >= first, DECISION.c.decided_on < last
        )
        rows = connection.execute(wanted).all()
        self.decided = [Record(self._groups[row.project], {"decided": row.family}) for row in rows]
        codes = sorted({code for row in rows for code in json.loads(row.codes)})
        self.named = {
            code: _split(
                f"named.{code}",
                ((self._groups[row.project], code in json.loads(row.codes)) for row in rows),
            )
            for code in codes
        }

    def _answers(self, connection: sa.Connection) -> None:
        """What companies said in the year of what became of it."""
        wanted = sa.select(FOLLOW_UP).where(
            FOLLOW_UP.c.project.in_(self._groups),
            FOLLOW_UP.c.asked >= self.start,
            FOLLOW_UP.c.asked < self.end,
        )
        rows = connection.execute(wanted).all()
        self.asked = [Record(self._groups[row.project], {"answered": self._outcome(row)}) for row in rows]
        told = [
            (self._groups[row.project], json.loads(row.answers))
            for row in rows
            if self._outcome(row) == "answered"
        ]
        tests: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
            "in_trouble": ("distress", bool),
            "motives_reached": ("motives_reached", bool),
            "motives_missed": ("motives_missed", bool),
        }
        self.became = {
            name: _split(name, ((group, test(answers.get(field))) for group, answers in told))
            for name, (field, test) in tests.items()
        }
        self.jobs = [
            Record(group, {"jobs": YES}, float(answers["jobs_fte"]))
            for group, answers in told
            if "jobs_fte" in answers
        ]

    def _outcome(self, row: Any) -> str:
        """How an asking ended within the span."""
        inside = row.answered and row.answered < self.end
        return str(row.outcome) if inside and row.outcome else "waiting"

    def _signals(self, connection: sa.Connection, organisation: str) -> None:
        """The signals of the year, and the days until each was handled."""
        wanted = sa.select(SIGNAL).where(
            SIGNAL.c.organisation == organisation,
            SIGNAL.c.received >= self.start,
            SIGNAL.c.received < self.end,
        )
        rows = connection.execute(wanted).all()
        triaged = sa.select(TASK.c.subject, sa.func.min(TASK.c.done).label("at")).where(
            TASK.c.subject.in_([row.id for row in rows]), TASK.c.state != "open"
        )
        at = {row.subject: row.at for row in connection.execute(triaged.group_by(TASK.c.subject)) if row.at}
        groups = {row.id: row.number or row.name_key for row in rows}
        self.signals = [Record(groups[row.id], {"channel": row.channel}) for row in rows]
        over = {row.id: row.state != "new" and at.get(row.id, self.start) < self.end for row in rows}
        self.handled = _split("signals_handled", ((groups[row.id], over[row.id]) for row in rows))
        self.days = [
            (groups[row.id], max(0, (read_moment(at[row.id]) - read_moment(row.received)).days))
            for row in rows
            if over[row.id] and row.id in at
        ]

    def _tasks(self, connection: sa.Connection, organisation: str) -> None:
        """The tasks about projects that were due in the year: done in time or not."""
        wanted = sa.select(TASK.c.subject, TASK.c.due, TASK.c.state, TASK.c.done).where(
            TASK.c.organisation == organisation,
            TASK.c.subject.in_(self._groups),
            TASK.c.state != "dropped",
            TASK.c.due >= self.start[:10],
            TASK.c.due < self.end[:10],
        )
        rows = connection.execute(wanted).all()
        self.in_time = _split(
            "in_time",
            ((self._groups[row.subject], bool(row.done) and row.done[:10] <= row.due) for row in rows),
        )


def _split(name: str, found: Iterable[tuple[str, bool]]) -> list[Record]:
    """Records that are so or not."""
    return [Record(group, {name: YES if so else NO}) for group, so in found]
