"""What an organisation may tell of a year of guidance, without telling of one company.

A face of its own, as :mod:`~thuishaven.databank.office.statistics`: it needs SciPy. Only tables that went
through disclosure control leave this module. What leaves is an edition: it is kept as it was told, and every
later one is held against it, so that nobody learns of a company by subtracting one from another.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    AccessError,
    Actor,
    NotFound,
    Object,
    Store,
    canonical,
    moment,
    new_id,
    read_moment,
    require,
)
from thuishaven.access.tables import ORGANISATION
from thuishaven.databank.disclosure import ALL, Ladder, Level, Record, Rules, Told, usual_rules
from thuishaven.databank.office.statistics import ladders, plain
from thuishaven.databank.office.tables import EDITION, EDITION_PART, PROJECT, SIGNAL
from thuishaven.databank.office.yearly_found import Found, groups_of
from thuishaven.databank.office.yearly_safe import Safe, SafeTable

_SCHEMA = "thuishaven.office-year/2"
_DAYS = "days"


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
    withheld
        Names of the tables that may not be told beside what was told before, for too few companies changed.
    days
        Days from a signal to when it was taken up or closed, in the middle; ``None`` when there are too few.
    empty
        Whether nothing at all happened.
    number, made
        The number of the edition and the day it was made; 0 and ``None`` for what is none yet.
    """

    organisation: str
    year: int
    until: dt.date
    tables: Mapping[str, SafeTable]
    untold: tuple[str, ...]
    withheld: tuple[str, ...]
    days: float | None
    empty: bool
    number: int = 0
    made: dt.date | None = None

    @property
    def running(self) -> bool:
        """Whether the year is not over yet."""
        return self.until < dt.date(self.year, 12, 31)

    def to_dict(self) -> dict[str, Any]:
        """Plain form: what is published, and nothing of the rules."""
        return {
            "schema": _SCHEMA,
            "organisation": self.organisation,
            "year": self.year,
            "until": self.until.isoformat(),
            "tables": {
                name: {"level": table.level, "rows": [list(row) for row in table.rows], "total": table.total}
                for name, table in self.tables.items()
            },
            "untold": list(self.untold),
            "withheld": list(self.withheld),
            "days": self.days,
        }

    def tells_what(self, other: Yearly) -> bool:
        """Whether it tells the same numbers as another, whatever the day."""
        return (self.tables, self.days) == (other.tables, other.days)


@dataclass(frozen=True, slots=True)
class _Counted:
    """A year made safe, what stands behind it, and how many editions it was held against."""

    told: Yearly
    behind: Mapping[str, tuple[Record, ...]]
    editions: int


def years(store: Store, actor: Actor) -> tuple[int, ...]:
    """The years from the first project or signal of an organisation to now, newest first."""
    require(actor, "create", _thing(actor))
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
    """What an edition of a year would tell that is made now, in tables that give no company away.

    A company with several projects is one contributor. Every table is cut as fine as the rules allow, its
    hidden cells cannot be worked out from what is shown, and no table is crossed with another. What an
    earlier edition, or another table, would give away when subtracted is hidden or left out.

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
    require(actor, "create", _thing(actor))
    return _counted(store, actor, year, kinds or {}, rules or usual_rules()).told


def editions(store: Store, actor: Actor, year: int | None = None) -> tuple[Yearly, ...]:
    """The editions that the organisation acted for told, newest first; of one year when it is given."""
    require(actor, "create", _thing(actor))
    wanted = sa.select(EDITION).where(EDITION.c.organisation == actor.organisation)
    if year is not None:
        wanted = wanted.where(EDITION.c.year == year)
    with store.read(actor) as connection:
        rows = connection.execute(wanted.order_by(EDITION.c.number.desc())).all()
    return tuple(_edition(row) for row in rows)


def edition(store: Store, actor: Actor, number: int) -> Yearly:
    """One edition of the organisation acted for. Raises NotFound."""
    require(actor, "create", _thing(actor))
    mine = (EDITION.c.organisation == actor.organisation) & (EDITION.c.number == number)
    with store.read(actor) as connection:
        row = connection.execute(sa.select(EDITION).where(mine)).one_or_none()
    if row is None:
        raise NotFound("not_found", kind="edition")
    return _edition(row)


def make_edition(
    store: Store,
    actor: Actor,
    year: int,
    kinds: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    **paper: str,
) -> Yearly:
    """Make an edition of a year: from then on it is kept as it is, and later ones are held against it.

    Parameters
    ----------
    store, actor, year, kinds, rules
        As for :func:`yearly`.
    paper
        What it is put on at once, for the log: as for :func:`note_yearly`.

    Returns
    -------
    Yearly
        With its number.

    Raises
    ------
    AccessError
        ``edition_same`` when it would tell nothing that the last edition of the year does not, ``empty_year``
        when there is nothing to tell; ``edition_meanwhile`` when a colleague made one at the same moment.
    """
    require(actor, "create", _thing(actor))
    counted = _counted(store, actor, year, kinds or {}, rules or usual_rules())
    told = counted.told
    if told.empty:
        raise AccessError("empty_year", year=year)
    before = next(iter(editions(store, actor, year)), None)
    if before is not None and not any(
        before.tables.get(name) != table for name, table in told.tables.items()
    ):
        raise AccessError("edition_same", number=before.number)
    number = counted.editions + 1
    with store.change(actor) as change:
        decision = require(actor, "create", _thing(actor))
        last = sa.select(sa.func.count()).where(EDITION.c.organisation == actor.organisation)
        if change.run(last).scalar_one() != counted.editions:
            raise AccessError("edition_meanwhile")
        row = {
            "id": new_id(),
            "organisation": actor.organisation,
            "number": number,
            "year": year,
            "until": told.until.isoformat(),
            "made": change.now,
            "told": canonical(told.to_dict()).decode(),
        }
        change.run(sa.insert(EDITION).values(row))
        parts = [
            {
                "edition": row["id"],
                "seq": seq,
                "name": name,
                "subject": record.id.partition(" ")[0],
                "mark": record.id.partition(" ")[2],
                "keys": canonical(dict(record.keys)).decode(),
                "value": record.value,
            }
            for seq, (name, record) in enumerate(
                (name, record) for name, records in counted.behind.items() for record in records
            )
        ]
        if parts:
            change.run(sa.insert(EDITION_PART), parts)
        change.log(
            "tell_year",
            "aggregate",
            str(year),
            decision=decision,
            organisation=actor.organisation,
            details={
                "number": number,
                "year": year,
                "until": told.until.isoformat(),
                "levels": {name: table.level for name, table in told.tables.items()},
                "withheld": list(told.withheld),
                **paper,
            },
            payload=canonical(told.to_dict()),
        )
    return replace(told, number=number, made=change.at.date())


def note_yearly(store: Store, actor: Actor, told: Yearly, *, kind: str, language: str) -> None:
    """Note that an edition was put on paper: an event, with a fingerprint of what was told."""
    with store.change(actor) as change:
        decision = require(actor, "create", _thing(actor))
        details = {"number": told.number, "year": told.year, "kind": kind, "language": language}
        change.log(
            "report_year",
            "aggregate",
            str(told.year),
            decision=decision,
            organisation=actor.organisation,
            details=details,
            payload=canonical(told.to_dict()),
        )


def _thing(actor: Actor) -> Object:
    return Object("aggregate", "", actor.organisation, confidentiality=2)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _counted(store: Store, actor: Actor, year: int, kinds: Mapping[str, str], rules: Rules) -> _Counted:
    """A year made safe beside all editions there are."""
    until = min(dt.date(year, 12, 31), store.clock().date())
    span = (moment(_midnight(dt.date(year, 1, 1))), moment(_midnight(until + dt.timedelta(days=1))))
    with store.read(actor) as connection:
        found = Found(connection, actor.organisation, span)
        number, earlier = _earlier(connection, actor.organisation)
        name = connection.execute(
            sa.select(ORGANISATION.c.name).where(ORGANISATION.c.id == actor.organisation)
        ).scalar_one()
    safe = Safe(rules, earlier)
    cuts = ladders()
    safe.finest("stage", found.under_way, cuts["stage"])
    safe.finest("sector", found.begun, cuts["sector"])
    safe.finest("region", found.begun, cuts["region"])
    safe.finest("outcome", found.settled, cuts["outcome"])
    safe.finest("decided", found.decided, _decided(kinds))
    for code, records in found.named.items():
        safe.two(f"named.{code}", records)
    # What became of it goes before how many answered: the two may not differ by a few companies.
    for what, records in found.became.items():
        safe.two(what, records)
    safe.finest("answered", found.asked, Ladder("answered", (plain("answered"),)))
    safe.sums("jobs", found.jobs, within="realised_jobs")
    for what, beside in found.promised.items():
        safe.two(f"kept_{what}", beside.kept)
        safe.beside(what, beside.promised, beside.realised, within=what)
    safe.finest("signals", found.signals, Ladder("channel", (plain("channel"),)))
    safe.two("signals_handled", found.handled)
    safe.two("in_time", found.in_time)
    days = safe.middle(_DAYS, found.days)
    told = Yearly(
        name,
        year,
        until,
        safe.tables,
        tuple(safe.untold),
        tuple(safe.withheld),
        days,
        not (found.under_way or found.signals),
    )
    return _Counted(told, safe.behind, number)


def _decided(kinds: Mapping[str, str]) -> Ladder:
    kind = Level("kind", lambda record: kinds.get(record.keys.get("decided", ""), "unknown"))
    return Ladder("decided", (Level("family", plain("decided").of), kind))


def _earlier(connection: sa.Connection, organisation: str) -> tuple[int, dict[str, list[Told]]]:
    """How many editions there are, and the tables of each by name, with the records behind them."""
    mine = sa.select(EDITION).where(EDITION.c.organisation == organisation)
    rows = connection.execute(mine.order_by(EDITION.c.number)).all()
    # A signal that another organisation took over is none of its groups any more: that can only hide more.
    groups = groups_of(connection, organisation)
    behind: dict[tuple[str, str], list[Record]] = {}
    parts = sa.select(EDITION_PART).where(EDITION_PART.c.edition.in_([row.id for row in rows]))
    for part in connection.execute(parts):
        record = Record(
            groups.get(part.subject, ""), json.loads(part.keys), part.value, f"{part.subject} {part.mark}"
        )
        behind.setdefault((part.edition, part.name), []).append(record)
    found: dict[str, list[Told]] = {}
    for row in rows:
        told = _edition(row)
        shown = {name: (table.level, table.shown) for name, table in told.tables.items()}
        if told.days is not None:
            shown[_DAYS] = (ALL, frozenset({ALL}))
        for name, (level, categories) in shown.items():
            records = tuple(behind.get((row.id, name), ()))
            found.setdefault(name, []).append(Told(level, categories, records))
    return len(rows), found


def _edition(row: Any) -> Yearly:
    told = json.loads(row.told)
    return Yearly(
        told["organisation"],
        row.year,
        dt.date.fromisoformat(row.until),
        {
            name: SafeTable(name, one["level"], tuple((a, b) for a, b in one["rows"]), one["total"])
            for name, one in told["tables"].items()
        },
        tuple(told["untold"]),
        tuple(told["withheld"]),
        told["days"],
        False,
        row.number,
        read_moment(row.made).date(),
    )
