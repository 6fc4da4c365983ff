"""What a year of an organisation holds, before disclosure control: nothing of this leaves as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from thuishaven.access import read_moment
from thuishaven.databank.disclosure import Record
from thuishaven.databank.office.names import name_key
from thuishaven.databank.office.realised import Pair, promise_pairs
from thuishaven.databank.office.tables import DECISION, FOLLOW_UP, PROJECT, SIGNAL, STEP, TASK

#: What is so of a record, and what is not.
YES, NO = "yes", "no"
#: What is promised in short, and what the answer on it is known by; for jobs as where they are added up.
_PROMISED = {"jobs_fte": ("jobs", "counted asked"), "volume_share": ("volume", "made asked")}
#: Stages after the decision.
_ENDED = frozenset({"closed", "implementation", "follow_up"})


def groups_of(connection: sa.Connection, organisation: str) -> dict[str, str]:
    """The group of companies of each project and signal of an organisation, by id.

    What was erased has no name any more: all of it is one group, which can only hide more.
    """
    projects = sa.select(PROJECT.c.id, PROJECT.c.number, PROJECT.c.company)
    signals = sa.select(SIGNAL.c.id, SIGNAL.c.number, SIGNAL.c.name_key)
    found = {
        row.id: row.number or name_key(row.company)
        for row in connection.execute(projects.where(PROJECT.c.organisation == organisation))
    }
    return found | {
        row.id: row.number or row.name_key
        for row in connection.execute(signals.where(SIGNAL.c.organisation == organisation))
    }


@dataclass(frozen=True, slots=True)
class PromisedBeside:
    """What was promised by a day that had come, beside what was answered on it: a record for each company.

    Parameters
    ----------
    kept
        Whether what was answered is at least what was promised.
    promised, realised
        Both amounts; what was answered is known as the same thing in the table of all answers.
    """

    kept: tuple[Record, ...]
    promised: tuple[Record, ...]
    realised: tuple[Record, ...]


class Found:
    """A year, read once: projects that were under way in it, decisions, answers, signals, tasks.

    Each record is known by the id of its project or signal and what it says of it, so that it is known again
    in another edition.

    Parameters
    ----------
    connection
        To the confidential database.
    organisation
        Whose year.
    span
        Its first moment, and the first after it.
    """

    def __init__(self, connection: sa.Connection, organisation: str, span: tuple[str, str]) -> None:
        self.start, self.end = span
        self.groups = groups_of(connection, organisation)
        mine = (PROJECT.c.organisation == organisation) & (PROJECT.c.state != "erased")
        rows = connection.execute(sa.select(PROJECT).where(mine, PROJECT.c.created < self.end)).all()
        self._mine = [row.id for row in rows]
        self._projects(rows, self._stages(connection))
        self._decisions(connection)
        self._answers(connection)
        self._promises(connection)
        self._signals(connection, organisation)
        self._tasks(connection, organisation)

    def _record(self, subject: str, mark: str, keys: Mapping[str, str], value: float = 1.0) -> Record:
        return Record(self.groups[subject], keys, value, f"{subject} {mark}")

    def _split(self, name: str, found: Iterable[tuple[str, str, bool]]) -> list[Record]:
        """Records, by subject and mark, that are so or not."""
        return [self._record(subject, mark, {name: YES if so else NO}) for subject, mark, so in found]

    def _stages(self, connection: sa.Connection) -> dict[str, list[tuple[str, str]]]:
        """For each project when it entered which stage, until the end of the span."""
        found: dict[str, list[tuple[str, str]]] = {}
        entered = sa.select(STEP.c.project, STEP.c.at, STEP.c.to_state).where(
            STEP.c.project.in_(self._mine), STEP.c.at < self.end, STEP.c.from_state != STEP.c.to_state
        )
        for row in connection.execute(entered.order_by(STEP.c.project, STEP.c.seq)):
            if row.to_state:
                found.setdefault(row.project, []).append((row.at, row.to_state))
        return found

    def _projects(self, rows: Iterable[Any], stages: Mapping[str, list[tuple[str, str]]]) -> None:
        """Projects by their stage at the end; those begun in the year by sector and region; outcomes of it.

        Sector, region and outcome are those of what began or was settled in the year: no project stands in
        them twice, so years beside each other give nothing away.
        """
        self.under_way: list[Record] = []
        self.begun: list[Record] = []
        self.settled: list[Record] = []
        for row in rows:
            passed = stages.get(row.id, [(row.created, "intake")])
            before = [stage for at, stage in passed if at < self.start]
            if before and before[-1] == "closed" and len(before) == len(passed):
                # It was over before the year began.
                continue
            self.under_way.append(self._record(row.id, "project", {"stage": passed[-1][1]}))
            if row.created >= self.start:
                keys = {"sector": row.nace[:2], "region": row.region}
                self.begun.append(self._record(row.id, "project", keys))
            if passed[-1][1] in _ENDED and not (before and before[-1] in _ENDED):
                self.settled.append(self._record(row.id, "project", {"outcome": row.outcome}))

    def _decisions(self, connection: sa.Connection) -> None:
        """What was decided in the year, and the motives or barriers that went with it."""
        wanted = sa.select(DECISION).where(
            DECISION.c.project.in_(self._mine),
            DECISION.c.decided_on >= self.start[:10],
            DECISION.c.decided_on < self.end[:10],
        )
        rows = connection.execute(wanted).all()
        self.decided = [
            self._record(row.project, f"decided {row.decided_on}", {"decided": row.family}) for row in rows
        ]
        codes = sorted({code for row in rows for code in json.loads(row.codes)})
        self.named = {
            code: self._split(
                f"named.{code}",
                ((row.project, f"decided {row.decided_on}", code in json.loads(row.codes)) for row in rows),
            )
            for code in codes
        }

    def _answers(self, connection: sa.Connection) -> None:
        """What companies said in the year of what became of it."""
        wanted = sa.select(FOLLOW_UP).where(
            FOLLOW_UP.c.project.in_(self._mine),
            FOLLOW_UP.c.asked >= self.start,
            FOLLOW_UP.c.asked < self.end,
        )
        rows = connection.execute(wanted).all()
        self.asked = [
            self._record(row.project, f"asked {row.month}", {"answered": self._outcome(row)}) for row in rows
        ]
        told = [
            (row.project, f"asked {row.month}", json.loads(row.answers))
            for row in rows
            if self._outcome(row) == "answered"
        ]
        tests: Mapping[str, tuple[str, Callable[[Any], bool]]] = {
            "in_trouble": ("distress", bool),
            "motives_reached": ("motives_reached", bool),
            "motives_missed": ("motives_missed", bool),
        }
        self.became = {
            name: self._split(
                name, ((subject, mark, test(answers.get(field))) for subject, mark, answers in told)
            )
            for name, (field, test) in tests.items()
        }
        self.jobs = [
            self._record(subject, f"counted {mark}", {"jobs": YES}, float(answers["jobs_fte"]))
            for subject, mark, answers in told
            if "jobs_fte" in answers
        ]

    def _promises(self, connection: sa.Connection) -> None:
        """What was promised by a day that had come, beside what was answered last in the year.

        A promise whose day lay ahead is left out, reached or not: to count only those reached would flatter.
        """
        mine = {project: self.groups[project] for project in self._mine}
        last: dict[str, dict[str, Pair]] = {}
        for pair in promise_pairs(connection, mine, self.start, self.end):
            if pair.due:
                last.setdefault(pair.what, {})[pair.project] = pair
        self.promised = {}
        for what, (name, mark) in _PROMISED.items():
            found = sorted(last.get(what, {}).values(), key=lambda pair: pair.project)
            marked = [(pair, f"{mark} {pair.month}") for pair in found]
            keys = {f"promised_{name}": YES}
            self.promised[name] = PromisedBeside(
                tuple(
                    self._split(
                        f"kept_{name}", ((pair.project, mark, pair.kept is True) for pair, mark in marked)
                    )
                ),
                tuple(
                    self._record(pair.project, f"promised {mark}", keys, pair.promised)
                    for pair, mark in marked
                ),
                tuple(self._record(pair.project, mark, keys, pair.realised) for pair, mark in marked),
            )

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
        over = {row.id: row.state != "new" and at.get(row.id, self.start) < self.end for row in rows}
        self.signals = [self._record(row.id, "signal", {"channel": row.channel}) for row in rows]
        self.handled = self._split("signals_handled", ((row.id, "signal", over[row.id]) for row in rows))
        self.days = [
            self._record(
                row.id,
                "handled",
                {"days": YES},
                float(max(0, (read_moment(at[row.id]) - read_moment(row.received)).days)),
            )
            for row in rows
            if over[row.id] and row.id in at
        ]

    def _tasks(self, connection: sa.Connection, organisation: str) -> None:
        """The tasks about projects that were due in the year: done in time or not."""
        wanted = sa.select(TASK.c.id, TASK.c.subject, TASK.c.due, TASK.c.done).where(
            TASK.c.organisation == organisation,
            TASK.c.subject.in_(self._mine),
            TASK.c.state != "dropped",
            TASK.c.due >= self.start[:10],
            TASK.c.due < self.end[:10],
        )
        self.in_time = self._split(
            "in_time",
            (
                (row.subject, row.id, bool(row.done) and row.done[:10] <= row.due)
                for row in connection.execute(wanted)
            ),
        )
