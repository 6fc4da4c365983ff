"""Reading what published cases tell, those of now or those of a release; each version is read once.

It stands beside each version (``case_told``). Where it does not, as in a databank of an older program, it is
read from the record, until :func:`~thuishaven.databank.cases.told.keep_told` has run.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from thuishaven.access import EVENT, Actor, NotFound, Object, Store, read_moment, require
from thuishaven.databank.cases.imports import SEEDS
from thuishaven.databank.cases.model import read_record
from thuishaven.databank.cases.tables import BATCH, CASE, LISTING, TOLD, VERSION
from thuishaven.databank.cases.told import FORM, Told, read_kept, told
from thuishaven.databank.releases.tables import RELEASE, RELEASE_CASE

_BATCH = 2**9
#: Versions that one process keeps in mind.
_MOST = 2**18
_KNOWN: WeakKeyDictionary[sa.Engine, dict[tuple[str, int], Told]] = WeakKeyDictionary()
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Moment:
    """Which data are meant: ``key`` changes whenever they do.

    Parameters
    ----------
    release
        The version of the release that is asked for; empty for what is published now.
    latest
        The newest release; empty for none. Reliability is that of a release.
    as_of
        Day of the newest change.
    seq
        Number of the event of that change.
    """

    release: str
    latest: str
    as_of: dt.date
    seq: int

    @property
    def key(self) -> tuple[str, str, int]:
        """What the answer to a question depends on."""
        return (self.release, self.release or self.latest, 0 if self.release else self.seq)


def newest(store: Store, actor: Actor) -> int:
    """Number of the event that last changed what is published; 0 where nothing ever was."""
    require(actor, "list", Object("case"))
    with store.read(actor) as connection:
        return connection.execute(sa.select(sa.func.max(LISTING.c.seq))).scalar_one() or 0


def moment_of(store: Store, actor: Actor, release: str = "") -> Moment:
    """The data of now, or those of a release (``latest`` for the newest).

    Raises
    ------
    NotFound
        When there is no such release.
    """
    require(actor, "list", Object("case"))
    require(actor, "list", Object("release"))
    newest = sa.select(RELEASE.c.version, RELEASE.c.at).order_by(
        RELEASE.c.year.desc(), RELEASE.c.number.desc()
    )
    with store.read(actor) as connection:
        latest = connection.execute(newest.limit(1)).first()
        if release:
            wanted = newest if release == "latest" else newest.where(RELEASE.c.version == release)
            row = connection.execute(wanted.limit(1)).first()
            if row is None:
                raise NotFound("not_found", kind="release")
            return Moment(row.version, row.version, read_moment(row.at).date(), 0)
        seq = connection.execute(sa.select(sa.func.max(LISTING.c.seq))).scalar_one() or 0
        table = EVENT[store.chain]
        at = connection.execute(sa.select(table.c.at).where(table.c.seq == seq)).scalar_one_or_none()
    day = read_moment(at).date() if at else store.clock().date()
    return Moment("", latest.version if latest else "", day, seq)


def gathered(store: Store, actor: Actor, release: str = "") -> tuple[Told, ...]:
    """What every published case tells, by number.

    Parameters
    ----------
    store
        The public database.
    actor
        Who asks; anybody.
    release
        Only the cases of this release, in the versions it holds; without it, what is published now.
    """
    require(actor, "list", Object("case"))
    wanted = sa.select(CASE.c.id, CASE.c.number, CASE.c.version, BATCH.c.source).outerjoin(
        BATCH, BATCH.c.id == CASE.c.batch
    )
    if release:
        wanted = wanted.with_only_columns(
            CASE.c.id, CASE.c.number, RELEASE_CASE.c.version, BATCH.c.source
        ).join(RELEASE_CASE, (RELEASE_CASE.c.case == CASE.c.id) & (RELEASE_CASE.c.release == release))
    else:
        wanted = wanted.where(CASE.c.version > 0, CASE.c.state != "withdrawn")
    with store.read(actor) as connection:
        rows = connection.execute(wanted.order_by(CASE.c.number)).all()
        with _LOCK:
            known = _KNOWN.setdefault(store.engine, {})
            if len(known) > _MOST:
                known.clear()
            new = [row for row in rows if (row.id, row.version) not in known]
        for start in range(0, len(new), _BATCH):
            found = _read(connection, new[start : start + _BATCH])
            with _LOCK:
                known.update({(one.case, one.version): one for one in found})
        with _LOCK:
            return tuple(known[row.id, row.version] for row in rows)


def _read(connection: sa.Connection, rows: Sequence[Any]) -> list[Told]:
    """What these versions tell: as it was kept, else from their records."""
    some = {(row.id, row.version): row for row in rows}
    wanted = sa.select(TOLD).where(TOLD.c.case.in_([row.id for row in rows]), TOLD.c.form == FORM)
    found = [
        read_kept(one.data, row.id, row.number, row.version, picked=_picked(row))
        for one in connection.execute(wanted)
        if (row := some.pop((one.case, one.version), None)) is not None
    ]
    if some:
        records = sa.select(VERSION).where(VERSION.c.case.in_([case for case, _version in some]))
        found += [
            told(
                read_record(json.loads(zlib.decompress(one.record))),
                row.number,
                row.version,
                picked=_picked(row),
            )
            for one in connection.execute(records)
            if (row := some.get((one.case, one.version))) is not None
        ]
    return found


def _picked(row: Any) -> bool:
    """Whether a case came in with a list that was picked by hand."""
    return (row.source or "") in SEEDS


def agreement_of(store: Store, actor: Actor, release: str) -> tuple[dict[str, Any], ...]:
    """How well coders agreed, as a release tells it: a row for each field, and for each of several codes."""
    require(actor, "read", Object("release", release))
    with store.read(actor) as connection:
        data = connection.execute(
            sa.select(RELEASE.c.frozen).where(RELEASE.c.version == release)
        ).scalar_one()
    return tuple(json.loads(zlib.decompress(data))["reliability"])
