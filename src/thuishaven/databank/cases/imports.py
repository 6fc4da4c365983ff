"""Taking in lists of cases: preview, import, resume, undo.

A list goes in by parts, each a change of its own with one event, so that an import that is killed goes on
where it was. A line is known by its list and its key: importing it again changes nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from thuishaven.access import (
    EVENT,
    AccessError,
    Actor,
    Change,
    Decision,
    NotFound,
    Object,
    Store,
    canonical,
    fingerprint,
    new_id,
    read_moment,
    require,
)
from thuishaven.databank.cases.formats import Entry, RowError, read
from thuishaven.databank.cases.register import WORK
from thuishaven.databank.cases.tables import BATCH, CASE, CLAIM, ROW
from thuishaven.databank.cases.writing import Writing, insert_many

#: Entries in one change.
PART = 1000
_KEYS = 2**9
_SAMPLE = 8
#: The lists that come with the program: the seed cases, and what was found out about them since.
SEEDS = ("thuishaven-seeds", "thuishaven-seeds-added")
_SEED_FILES = {SEEDS[0]: "seeds.csv", SEEDS[1]: "seeds_added.csv"}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do.

    Parameters
    ----------
    form
        The form of the list.
    new, known, changed
        Entries that would be imported, that are there already, and that are there and say something else
        now: those are left alone.
    errors
        What is wrong with the others.
    sample
        The first entries that would be imported.
    """

    form: str
    new: int
    known: int
    changed: tuple[str, ...]
    errors: tuple[RowError, ...]
    sample: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """An import: ``done`` of ``rows`` entries were looked at, ``made`` taken in; running, done or undone."""

    id: str
    source: str
    format: str
    rows: int
    done: int
    made: int
    state: str
    actor: str
    started: dt.datetime
    ended: dt.datetime | None
    errors: tuple[RowError, ...] = ()
    changed: tuple[str, ...] = ()


class Imports:
    """The imports of one installation.

    Parameters
    ----------
    store
        The public database.
    part
        How many entries go into one change.
    """

    def __init__(self, store: Store, part: int = PART) -> None:
        self.store = store
        self.part = part

    def preview(self, actor: Actor, text: str, source: str, form: str = "") -> Preview:
        """What importing this list would do; nothing changes.

        Parameters
        ----------
        actor
            An editor, or who runs the installation.
        text
            The list, as CSV.
        source
            Name of the list; lines are known by it.
        form
            One of ``FORMATS``; found by the heading when absent.
        """
        self._may(actor)
        known, entries = read(text, form)
        new: list[Entry] = []
        there, changed = 0, []
        with self.store.read(actor) as connection:
            for start in range(0, len(entries), self.part):
                part = [one for one in entries[start : start + self.part] if not one.errors]
                rows = _there(connection, source, [one.key for one in part])
                for one in part:
                    if one.key not in rows or rows[one.key].state == "undone":
                        new.append(one)
                    elif rows[one.key].digest == one.digest:
                        there += 1
                    else:
                        changed.append(one.key)
        errors = tuple(error for one in entries for error in one.errors)
        return Preview(known, len(new), there, tuple(changed), errors, tuple(new[:_SAMPLE]))

    def run(
        self, actor: Actor, text: str, source: str, form: str = "", progress: Progress | None = None
    ) -> Batch:
        """Import a list, or go on with an import of it that was cut off; wrong lines are left out.

        Parameters
        ----------
        actor, text, source, form
            As in :meth:`preview`.
        progress
            Told how many entries are done, and of how many.
        """
        decision = self._may(actor)
        known, entries = read(text, form)
        digest = fingerprint(text.encode())
        done, batch = self._begun(actor, source, digest)
        while done < len(entries):
            part = entries[done : done + self.part]
            with self.store.change(actor) as change:
                if not batch:
                    batch = new_id()
                    values: dict[str, Any] = {
                        "id": batch,
                        "source": source,
                        "format": known,
                        "digest": digest,
                    }
                    values |= {"rows": len(entries), "done": 0, "made": 0, "state": "running", "reason": ""}
                    change.run(sa.insert(BATCH).values(**values, actor=actor.name, started=change.now))
                made, claims, payload = self._take(change, batch, source, part)
                done += len(part)
                last = done >= len(entries)
                values = {"done": done, "made": BATCH.c.made + made}
                values |= {"state": "done", "ended": change.now} if last else {}
                change.run(sa.update(BATCH).where(BATCH.c.id == batch).values(**values))
                details = {"from": done - len(part), "to": done, "made": made, "claims": claims}
                change.log(
                    "import", "import_batch", batch, decision=decision, details=details, payload=payload
                )
            if progress is not None:
                progress(done, len(entries))
        errors = tuple(error for one in entries for error in one.errors)
        return self._batch(actor, batch, errors, self._changed(actor, source, batch, entries))

    def seed(self, actor: Actor) -> tuple[Batch, ...]:
        """Import the lists that come with the program."""
        return tuple(self.run(actor, seed_text(name), name) for name in SEEDS)

    def batches(self, actor: Actor) -> tuple[Batch, ...]:
        """All imports, newest first."""
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            rows = connection.execute(sa.select(BATCH).order_by(BATCH.c.started.desc(), BATCH.c.id)).all()
        return tuple(_read(row) for row in rows)

    def of(self, actor: Actor, source: str, text: str) -> Batch | None:
        """The newest import of this very list, when there is one."""
        digest = fingerprint(text.encode())
        wanted = sa.select(BATCH).where(BATCH.c.source == source, BATCH.c.digest == digest)
        require(actor, "list", Object("case_work", confidentiality=WORK))
        with self.store.read(actor) as connection:
            row = connection.execute(wanted.order_by(BATCH.c.started.desc(), BATCH.c.id)).first()
        return _read(row) if row else None

    def undo(self, actor: Actor, batch: str, reason: str) -> tuple[int, int]:
        """Take an import back, as far as nobody has worked on it.

        Cases are rejected with the reason ``undone``; claims that were added to other cases are taken back.

        Returns
        -------
        tuple of int
            How many cases were taken back, and how many were kept because somebody worked on them.
        """
        if not reason.strip():
            raise AccessError("reason_needed")
        decision = self._may(actor)
        with self.store.change(actor) as change:
            row = change.run(sa.select(BATCH).where(BATCH.c.id == batch)).one_or_none()
            if row is None:
                raise NotFound("not_found", kind="import_batch")
            if row.state == "undone":
                raise AccessError("undone_already")
            mine = CASE.c.batch == batch
            fresh = mine & (CASE.c.changed == CASE.c.created) & (CASE.c.state == "candidate")
            total = change.run(sa.select(sa.func.count()).select_from(CASE).where(mine)).scalar_one()
            words = f"undone: {reason.strip()}"
            values = {"state": "rejected", "state_since": change.now, "changed": change.now, "reason": words}
            gone = change.run(sa.update(CASE).where(fresh).values(**values)).rowcount
            _take_back(change, row)
            state = {"state": "undone", "reason": words, "ended": change.now}
            change.run(sa.update(BATCH).where(BATCH.c.id == batch).values(**state))
            details = {"cases": gone, "kept": total - gone}
            change.log(
                "undo", "import_batch", batch, decision=decision, reason=reason.strip(), details=details
            )
        return gone, total - gone

    def _may(self, actor: Actor) -> Decision:
        return require(actor, "import", Object("case_work", confidentiality=WORK))

    def _begun(self, actor: Actor, source: str, digest: str) -> tuple[int, str]:
        """How far the import of this very list has come, and its id; (0, "") when it is new."""
        wanted = sa.select(BATCH.c.done, BATCH.c.id).where(
            BATCH.c.source == source, BATCH.c.digest == digest, BATCH.c.state != "undone"
        )
        with self.store.read(actor) as connection:
            row = connection.execute(wanted.order_by(BATCH.c.started.desc())).first()
        return (row.done, row.id) if row else (0, "")

    def _take(
        self, change: Change, batch: str, source: str, part: Sequence[Entry]
    ) -> tuple[int, tuple[int, int], bytes]:
        """Take in what is new of a part of a list."""
        good = [one for one in part if not one.errors]
        there = _there(change.connection, source, [one.key for one in good])
        writing = Writing(change)
        fresh = [one for one in good if one.key not in there]
        writing.know_sources(statement.source for one in fresh for statement in one.statements)
        rows, made = [], 0
        for one in fresh:
            case = self._place(change, writing, one, batch)
            if case:
                rows.append(
                    {"source": source, "row_key": one.key, "batch": batch, "case": case, "digest": one.digest}
                )
        made = len(rows)
        for one in good:
            row = there.get(one.key)
            if row is not None and row.state == "undone":
                made += _again(change, writing, batch, row, one)
        writing.write()
        insert_many(change.connection, ROW, rows)
        # The fingerprints of the entries stand for what they say.
        return made, writing.made, canonical([[row["row_key"], row["digest"]] for row in rows])

    def _place(self, change: Change, writing: Writing, entry: Entry, batch: str) -> str:
        """Id of the case that an entry makes, or is added to; empty when that is not there."""
        if not entry.case:
            return writing.case(entry.statements, "candidate", batch)
        source, _, key = entry.case.partition(":")
        wanted = (
            sa.select(CASE.c.id, CASE.c.cycle)
            .join(ROW, ROW.c.case == CASE.c.id)
            .where(ROW.c.source == source, ROW.c.row_key == key)
        )
        row = change.run(wanted).one_or_none()
        if row is None:
            return ""
        writing.claims(row.id, entry.statements, cycle=row.cycle, round_="intake")
        change.run(sa.update(CASE).where(CASE.c.id == row.id).values(changed=change.now))
        return str(row.id)

    def _changed(self, actor: Actor, source: str, batch: str, entries: Sequence[Entry]) -> tuple[str, ...]:
        found: list[str] = []
        with self.store.read(actor) as connection:
            for start in range(0, len(entries), self.part):
                part = [one for one in entries[start : start + self.part] if not one.errors]
                rows = _there(connection, source, [one.key for one in part])
                # What this import itself made says what it says.
                before = [one for one in part if one.key in rows and rows[one.key].batch != batch]
                found += [one.key for one in before if rows[one.key].digest != one.digest]
        return tuple(found)

    def _batch(
        self, actor: Actor, batch: str, errors: tuple[RowError, ...], changed: tuple[str, ...]
    ) -> Batch:
        with self.store.read(actor) as connection:
            return _read(
                connection.execute(sa.select(BATCH).where(BATCH.c.id == batch)).one(), errors, changed
            )


def seed_text(name: str) -> str:
    """One of the lists that come with the program, as CSV.

    >>> seed_text("thuishaven-seeds").splitlines()[1][:10]
    'S001,Capi '
    """
    return (files("thuishaven.databank.cases") / _SEED_FILES[name]).read_text(encoding="utf-8")


def _there(connection: sa.Connection, source: str, keys: Sequence[str]) -> dict[str, Any]:
    """Lines that were imported before, with the state of the import."""
    found: dict[str, Any] = {}
    for start in range(0, len(keys), _KEYS):
        wanted = (
            sa.select(ROW, BATCH.c.state)
            .join(BATCH, BATCH.c.id == ROW.c.batch)
            .where(ROW.c.source == source, ROW.c.row_key.in_(keys[start : start + _KEYS]))
        )
        found |= {row.row_key: row for row in connection.execute(wanted)}
    return found


def _again(change: Change, writing: Writing, batch: str, row: Any, entry: Entry) -> int:
    """Take in a line of an import that was undone: the case is a candidate again."""
    gone = (CASE.c.id == row.case) & (CASE.c.state == "rejected")
    values = {"state": "candidate", "state_since": change.now, "reason": "", "batch": batch}
    back = change.run(sa.update(CASE).where(gone).values(**values, changed=CASE.c.created)).rowcount
    if entry.case:
        cycle = change.run(sa.select(CASE.c.cycle).where(CASE.c.id == row.case)).scalar_one()
        writing.claims(row.case, entry.statements, cycle=cycle, round_="intake")
        back = 1
    mine = (ROW.c.source == row.source) & (ROW.c.row_key == row.row_key)
    change.run(sa.update(ROW).where(mine).values(batch=batch, digest=entry.digest))
    return int(back)


def _take_back(change: Change, batch: Any) -> None:
    """Supersede the claims that an import added to cases of other imports."""
    added = sa.select(ROW.c.case).join(CASE, CASE.c.id == ROW.c.case)
    added = added.where(ROW.c.batch == batch.id, CASE.c.batch != batch.id)
    event = EVENT["public"]
    mine = (event.c.kind == "import_batch") & (event.c.object == batch.id) & (event.c.action == "import")
    parts = [
        json.loads(text)["claims"] for text in change.run(sa.select(event.c.details).where(mine)).scalars()
    ]
    written = sa.or_(sa.false(), *(CLAIM.c.id.between(first, last) for first, last in parts))
    wanted = sa.select(CLAIM).where(
        CLAIM.c.case.in_(added),
        written,
        CLAIM.c.value != "",
        CLAIM.c.id.not_in(sa.select(CLAIM.c.supersedes)),
    )
    rows = change.run(wanted.order_by(CLAIM.c.id)).mappings().all()
    last = change.run(sa.select(sa.func.max(CLAIM.c.id))).scalar_one() or 0
    taken = [
        {
            **row,
            "id": last + place,
            "value": "",
            "supersedes": row["id"],
            "coder": change.actor.name,
            "recorded_at": change.now,
        }
        for place, row in enumerate(rows, 1)
    ]
    if taken:
        change.run(sa.insert(CLAIM), taken)


def _read(row: Any, errors: tuple[RowError, ...] = (), changed: tuple[str, ...] = ()) -> Batch:
    return Batch(
        row.id,
        row.source,
        row.format,
        row.rows,
        row.done,
        row.made,
        row.state,
        row.actor,
        read_moment(row.started),
        read_moment(row.ended) if row.ended else None,
        errors,
        changed,
    )
