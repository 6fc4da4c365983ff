"""Drafts on the server: what a visitor without an account is working on, for a day after the last change.

Whoever holds the reference token holds the draft. The token has 192 random bits and is kept only as a hash,
so that a copy of the database opens no draft. Every save names the version it started from; a second tab that
started from an older one is told so and overwrites nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from thuishaven.databank import drafts_engine, is_postgresql

#: Bytes of a token: 192 bits, well over the 128 that cannot be guessed.
TOKEN_BYTES = 24
#: How the reference of a working copy begins: it belongs to a dossier, and its token alone opens nothing.
WORKING = "w."
#: Bytes that the steps of one draft may take together; the oldest make room.
MOST_BYTES = 2**22

_METADATA = sa.MetaData()
_DRAFTS = sa.Table(
    "drafts",
    _METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("created", sa.Double, nullable=False),
    sa.Column("changed", sa.Double, nullable=False),
    sa.Column("expires", sa.Double, nullable=False, index=True),
)
_STEPS = sa.Table(
    "draft_steps",
    _METADATA,
    sa.Column("draft", sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("step", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)


class DraftGone(LookupError):
    """There is no draft with this token: it never was, was deleted, or its time is over."""


class DraftConflict(RuntimeError):
    """The draft was changed since the version that a save started from; ``draft`` is how it is now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__(f"version {draft.version}")
        self.draft = draft


class StoreFull(RuntimeError):
    """There are as many drafts as there may be; some will expire."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands.

    Parameters
    ----------
    version
        Goes up by one with every change; a save names the one it started from.
    text
        The dossier in YAML as it was typed, right or wrong; empty when there is none yet.
    answers
        The answers to the scan, as :func:`thuishaven.scan.read` takes them.
    created, changed, expires
        When it was started, last changed, and when it will be deleted, in UTC.
    undoable, redoable
        How many steps can be undone, and done again.
    """

    version: int
    text: str
    answers: Mapping[str, Any]
    created: dt.datetime
    changed: dt.datetime
    expires: dt.datetime
    undoable: int
    redoable: int


class DraftStore:
    """The drafts in one database.

    Parameters
    ----------
    url
        URL of the database; its tables are made where they are missing. On PostgreSQL they have a schema of
        their own.
    hours
        How long a draft lives after its last change.
    steps
        How many steps of a draft can be undone.
    most
        How many drafts there may be at once.
    clock
        Says what time it is, in seconds since 1970.
    """

    def __init__(
        self,
        url: str,
        hours: float = 24,
        steps: int = 64,
        most: int = 10_000,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self._engine = _engine(url)
        self._life = hours * 60 * 60
        self._most_steps = steps
        self._most = most
        self._now = clock or (lambda: dt.datetime.now(dt.UTC).timestamp())
        _METADATA.create_all(self._engine)

    def create(
        self, text: str = "", answers: Mapping[str, Any] | None = None, mark: str = ""
    ) -> tuple[str, Draft]:
        """Start a draft.

        Parameters
        ----------
        text
            The dossier in YAML, where there is one already.
        answers
            The answers to the scan, where there are some already.
        mark
            How the token begins.

        Returns
        -------
        tuple[str, Draft]
            The reference token, which is given this once, and the draft.

        Raises
        ------
        StoreFull
            When there are as many drafts as there may be.
        """
        token = reference(mark)
        now = self._now()
        row = {"id": hash_of(token), "version": 1, "step": 1, "created": now, "changed": now}
        with self._engine.begin() as connection:
            connection.execute(sa.insert(_DRAFTS).values(**row, expires=now + self._life))
            content = _packed(text, answers or {})
            connection.execute(sa.insert(_STEPS).values(draft=row["id"], step=1, content=content))
            live = sa.select(sa.func.count()).select_from(_DRAFTS).where(_DRAFTS.c.expires > now)
            if connection.execute(live).scalar_one() > self._most:
                raise StoreFull
        return token, self.load(token)

    def load(self, token: str) -> Draft:
        """The draft of a token; changes nothing.

        Raises
        ------
        DraftGone
            When there is none, or its time is over.
        """
        with self._engine.connect() as connection:
            return self._load(connection, hash_of(token))

    def save(
        self,
        token: str,
        version: int,
        text: str | None = None,
        answers: Mapping[str, Any] | None = None,
    ) -> Draft:
        """Keep a change as a new step; what was undone before it is forgotten.

        Parameters
        ----------
        token
            The reference token.
        version
            The version that the change started from.
        text, answers
            What is new; what is absent stays as it is. When nothing differs there is no new step, and the
            draft lives on for its whole time.

        Raises
        ------
        DraftGone
            When there is no such draft any more.
        DraftConflict
            When it was changed since that version.
        """
        key = hash_of(token)
        with self._engine.begin() as connection:
            step = self._advance(connection, key, version)
            old = _unpacked(connection.execute(_content(key, step)).scalar_one())
            new = (old[0] if text is None else text, old[1] if answers is None else dict(answers))
            if new != old:
                later = (_STEPS.c.draft == key) & (_STEPS.c.step > step)
                connection.execute(sa.delete(_STEPS).where(later))
                connection.execute(sa.insert(_STEPS).values(draft=key, step=step + 1, content=_packed(*new)))
                self._stand_at(connection, key, step + 1)
                self._trim(connection, key, step + 1)
            return self._load(connection, key)

    def undo(self, token: str, version: int) -> Draft:
        """One step back, where there is one; raises as :meth:`save`."""
        return self._move(token, version, -1)

    def redo(self, token: str, version: int) -> Draft:
        """One step forward again, where one was undone; raises as :meth:`save`."""
        return self._move(token, version, 1)

    def delete(self, token: str) -> None:
        """Delete a draft with all its steps. Raises :class:`DraftGone` when there is none."""
        key = hash_of(token)
        with self._engine.begin() as connection:
            # Its steps go with it.
            if not connection.execute(sa.delete(_DRAFTS).where(_DRAFTS.c.id == key)).rowcount:
                raise DraftGone

    def move(self, key: str, token: str) -> None:
        """Give a draft a new token; the old one opens nothing any more.

        Parameters
        ----------
        key
            Hash of its token, as :func:`hash_of` gives it.
        token
            The new one, from :func:`reference`.

        Raises
        ------
        DraftGone
            When there is none, or its time is over.
        """
        with self._engine.begin() as connection:
            live = (_DRAFTS.c.id == key) & (_DRAFTS.c.expires > self._now())
            touch = sa.update(_DRAFTS).where(live).values(changed=_DRAFTS.c.changed).returning(*_DRAFTS.c)
            row = connection.execute(touch).mappings().one_or_none()
            if row is None:
                raise DraftGone
            connection.execute(sa.insert(_DRAFTS).values({**row, "id": hash_of(token)}))
            mine = sa.update(_STEPS).where(_STEPS.c.draft == key)
            connection.execute(mine.values(draft=hash_of(token)))
            connection.execute(sa.delete(_DRAFTS).where(_DRAFTS.c.id == key))

    def peek(self, key: str) -> Draft:
        """The draft behind the hash of a token. Raises :class:`DraftGone` when there is none."""
        with self._engine.connect() as connection:
            return self._load(connection, key)

    def drop(self, *keys: str) -> None:
        """Delete drafts by the hashes of their tokens; those that are gone stay so."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(_DRAFTS).where(_DRAFTS.c.id.in_(keys)))

    def purge(self) -> int:
        """Delete the drafts whose time is over; says how many."""
        with self._engine.begin() as connection:
            over = _DRAFTS.c.expires <= self._now()
            return connection.execute(sa.delete(_DRAFTS).where(over)).rowcount

    def count(self) -> int:
        """How many drafts there are; also a sign that the database answers."""
        with self._engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(_DRAFTS)).scalar_one()

    def digest(self) -> str:
        """Fingerprint of everything that is stored, to see whether something changed."""
        hasher = hashlib.sha256()
        with self._engine.connect() as connection:
            for table in (_DRAFTS, _STEPS):
                for row in connection.execute(sa.select(table).order_by(*table.primary_key.columns)):
                    hasher.update(repr(tuple(row)).encode())
        return hasher.hexdigest()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def _advance(self, connection: sa.Connection, key: str, version: int) -> int:
        """Count up the version, if it is still the one named; returns the step where the draft stands.

        A write comes first in every transaction, so that two of them queue up and none sees the other's half.
        """
        now = self._now()
        change = (
            sa.update(_DRAFTS)
            .where(_DRAFTS.c.id == key, _DRAFTS.c.version == version, _DRAFTS.c.expires > now)
            .values(version=version + 1, changed=now, expires=now + self._life)
            .returning(_DRAFTS.c.step)
        )
        step = connection.execute(change).scalar_one_or_none()
        if step is None:
            raise DraftConflict(self._load(connection, key))
        return step

    def _move(self, token: str, version: int, by: int) -> Draft:
        key = hash_of(token)
        with self._engine.begin() as connection:
            step = self._advance(connection, key, version)
            if connection.execute(_content(key, step + by)).first() is not None:
                self._stand_at(connection, key, step + by)
            return self._load(connection, key)

    def _stand_at(self, connection: sa.Connection, key: str, step: int) -> None:
        connection.execute(sa.update(_DRAFTS).where(_DRAFTS.c.id == key).values(step=step))

    def _trim(self, connection: sa.Connection, key: str, newest: int) -> None:
        """Forget the oldest steps beyond the number and the bytes that one draft may have."""
        sizes = (
            sa.select(_STEPS.c.step, sa.func.length(_STEPS.c.content))
            .where(_STEPS.c.draft == key)
            .order_by(_STEPS.c.step.desc())
        )
        total = 0
        for step, size in connection.execute(sizes).all():
            total += size
            if newest - step > self._most_steps or (step < newest and total > MOST_BYTES):
                old = (_STEPS.c.draft == key) & (_STEPS.c.step <= step)
                connection.execute(sa.delete(_STEPS).where(old))
                return

    def _load(self, connection: sa.Connection, key: str) -> Draft:
        """The draft as it stands; one statement, so that it is of one moment."""
        ends = [
            sa.select(end(_STEPS.c.step)).where(_STEPS.c.draft == key).scalar_subquery().label(name)
            for name, end in (("oldest", sa.func.min), ("newest", sa.func.max))
        ]
        here = (_STEPS.c.draft == _DRAFTS.c.id) & (_STEPS.c.step == _DRAFTS.c.step)
        whole = sa.select(_DRAFTS, _STEPS.c.content, *ends).join(_STEPS, here).where(_DRAFTS.c.id == key)
        found = connection.execute(whole).one_or_none()
        if found is None or found.expires <= self._now():
            raise DraftGone
        text, answers = _unpacked(found.content)
        return Draft(
            version=found.version,
            text=text,
            answers=answers,
            created=_moment(found.created),
            changed=_moment(found.changed),
            expires=_moment(found.expires),
            undoable=found.step - found.oldest,
            redoable=found.newest - found.step,
        )


def _engine(url: str) -> sa.Engine:
    if is_postgresql(url):
        return drafts_engine(url)
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _durable)
    return engine


def _durable(connection: Any, _record: Any) -> None:
    """SQLite so that a save which was confirmed survives a power cut, and readers don't wait for writers."""
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=8000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def reference(mark: str = "") -> str:
    """A new token, which begins with a mark."""
    return mark + secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """The form in which a token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _content(key: str, step: int) -> sa.Select[bytes]:
    return sa.select(_STEPS.c.content).where(_STEPS.c.draft == key, _STEPS.c.step == step)


def _packed(text: str, answers: Mapping[str, Any]) -> bytes:
    content = {"text": text, "answers": dict(answers)}
    return zlib.compress(json.dumps(content, separators=(",", ":")).encode())


def _unpacked(content: bytes) -> tuple[str, dict[str, Any]]:
    found = json.loads(zlib.decompress(content))
    return found["text"], found["answers"]


def _moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)
