"""What the databank says of a case: claims, where they come from, and the record that follows from them."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """A publication; ``kind`` is one of ``SOURCE_KINDS``, days are as exact as they are known."""

    kind: str
    publisher: str
    title: str = ""
    url: str = ""
    published_on: str = ""
    accessed_on: str = ""
    archive_url: str = ""
    sha256: str = ""
    language: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody takes from a source about a case, before it is written down.

    Parameters
    ----------
    field
        One of :func:`~thuishaven.databank.cases.fields`.
    value
        As text: ``275``, ``35-40``, ``CHN``, ``implemented``.
    source
        Where it stands.
    move
        Which move it is about, counted from 1; 0 for the case as a whole.
    as_of
        The day it is a statement about, for what changes with time: ``2018``, ``2018-06``, ``2018-06-15``.
    valid_from, valid_to
        When it began and ended in the world, where known.
    qualifiers
        What belongs to the value: ``currency``, ``unit``, ``scope``, ``stage``, ``precision``.
    locator
        Page, paragraph or row.
    confidence
        ``A`` to ``D``.
    note
        A remark of who wrote it down.
    supersedes
        Id of the claim that it puts right; an empty value takes that claim back.
    """

    field: str
    value: str
    source: Source
    move: int = 0
    as_of: str = ""
    valid_from: str = ""
    valid_to: str = ""
    qualifiers: Mapping[str, str] = dataclasses.field(default_factory=lambda: _NONE)
    locator: str = ""
    confidence: str = "C"
    note: str = ""
    supersedes: int = 0


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement as it was written down: by whom (``coder``), in which round, when (``recorded_at``)."""

    id: int
    case: str
    cycle: int
    move: int
    field: str
    value: str
    qualifiers: Mapping[str, str]
    as_of: str
    valid_from: str
    valid_to: str
    source: str
    locator: str
    coder: str
    round: str
    confidence: str
    note: str
    recorded_at: dt.datetime
    supersedes: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A value of the record with the claim that it is taken from.

    Parameters
    ----------
    field, move, value, as_of, qualifiers
        As in the claim.
    claim, source
        Their ids.
    agree
        How many sources say the same.
    differ
        Claims about the same thing and the same day that say something else: "value + 3 sources differ".
    series
        Values of the same thing at earlier days, newest first: no conflict.
    """

    field: str
    move: int
    value: str
    as_of: str
    qualifiers: Mapping[str, str]
    claim: int
    source: str
    agree: int = 1
    differ: tuple[Claim, ...] = ()
    series: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A state that the move was in.

    Parameters
    ----------
    state
        ``announced``, ``implemented``, ``reversed``...
    occurred_on
        When it began, as exact as it is known; empty when it is not.
    precision
        ``day``, ``month``, ``year``, or ``article`` where only the date of an article is known, which is a
        latest date; empty without a date.
    as_of
        Day of the newest evidence for it.
    claim, source
        Where it is taken from.
    recorded_at
        When we knew.
    differ
        Claims with another date for it.
    """

    state: str
    occurred_on: str
    precision: str
    as_of: str
    claim: int
    source: str
    recorded_at: dt.datetime
    differ: tuple[Claim, ...] = ()


@dataclass(frozen=True)
class Record:
    """What the claims about a case come to.

    Parameters
    ----------
    case
        Its id.
    values
        Values that stand alone, by (move, field).
    lists
        Values that stand beside each other, such as motives, by (move, field).
    status
        States of the move, earliest first.
    claims, sources
        All that it rests on, by id.
    """

    case: str
    values: Mapping[tuple[int, str], Shown]
    lists: Mapping[tuple[int, str], tuple[Shown, ...]]
    status: tuple[StatusLine, ...]
    claims: Mapping[int, Claim]
    sources: Mapping[str, Source]

    @cached_property
    def moves(self) -> tuple[int, ...]:
        """Numbers of the moves."""
        found = {move for move, _ in (*self.values, *self.lists) if move}
        return tuple(sorted(found))

    @property
    def state(self) -> StatusLine | None:
        """The state of the move at the newest evidence."""
        return self.status[-1] if self.status else None

    def get(self, name: str, move: int | None = None) -> Shown | None:
        """A value that stands alone; that of the first move when ``move`` is absent."""
        return self.values.get((self._move(name, move), name))

    def text(self, name: str, move: int | None = None) -> str:
        """The value as text, empty when nothing is claimed."""
        found = self.get(name, move)
        return found.value if found else ""

    def all(self, name: str, move: int | None = None) -> tuple[Shown, ...]:
        """Values that stand beside each other, such as the motives."""
        return self.lists.get((self._move(name, move), name), ())

    def _move(self, name: str, move: int | None) -> int:
        if move is not None:
            return move
        return (self.moves or (1,))[0] if name.startswith("move.") else 0

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON: what is kept of a published version."""
        return {
            "case": self.case,
            "values": [_shown(one) for one in self.values.values()],
            "lists": [_shown(one) for many in self.lists.values() for one in many],
            "status": [_line(one) for one in self.status],
            "claims": [_claim(one) for one in self.claims.values()],
            "sources": [_source(one) for one in self.sources.values()],
        }


def _shown(one: Shown) -> dict[str, Any]:
    return {
        "field": one.field,
        "move": one.move,
        "value": one.value,
        "as_of": one.as_of,
        "qualifiers": dict(one.qualifiers),
        "claim": one.claim,
        "source": one.source,
        "agree": one.agree,
        "differ": [claim.id for claim in one.differ],
        "series": [_shown(earlier) for earlier in one.series],
    }


def _line(one: StatusLine) -> dict[str, Any]:
    return {
        "state": one.state,
        "occurred_on": one.occurred_on,
        "precision": one.precision,
        "as_of": one.as_of,
        "claim": one.claim,
        "source": one.source,
        "recorded_at": one.recorded_at.isoformat(),
        "differ": [claim.id for claim in one.differ],
    }


def _claim(one: Claim) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in Claim.__slots__}
    # Who coded is no part of what is published.
    del plain["coder"]
    return {**plain, "qualifiers": dict(one.qualifiers), "recorded_at": one.recorded_at.isoformat()}


def _source(one: Source) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Source.__slots__}


def read_record(data: Mapping[str, Any]) -> Record:
    """A record from what :meth:`Record.to_dict` made of it."""
    claims = {one["id"]: _read_claim(one) for one in data["claims"]}
    values: dict[tuple[int, str], Shown] = {}
    lists: dict[tuple[int, str], tuple[Shown, ...]] = {}
    for one in data["values"]:
        values[one["move"], one["field"]] = _read_shown(one, claims)
    for one in data["lists"]:
        key = (one["move"], one["field"])
        lists[key] = (*lists.get(key, ()), _read_shown(one, claims))
    status = tuple(
        StatusLine(
            **{
                **one,
                "recorded_at": dt.datetime.fromisoformat(one["recorded_at"]),
                "differ": tuple(claims[number] for number in one["differ"]),
            }
        )
        for one in data["status"]
    )
    sources = {one["id"]: Source(**one) for one in data["sources"]}
    return Record(data["case"], values, lists, status, claims, sources)


def _read_claim(one: Mapping[str, Any]) -> Claim:
    return Claim(**{"coder": "", **one, "recorded_at": dt.datetime.fromisoformat(one["recorded_at"])})


def _read_shown(one: Mapping[str, Any], claims: Mapping[int, Claim]) -> Shown:
    return Shown(
        **{
            **one,
            "differ": tuple(claims[number] for number in one["differ"]),
            "series": tuple(_read_shown(earlier, claims) for earlier in one["series"]),
        }
    )


@dataclass(frozen=True, slots=True)
class Case:
    """The line of a case: ``state`` is that of publication; ``version`` the last one published, 0 for none.

    ``cycle`` counts how often it was taken up; ``label`` is the name of the company, for lists.
    """

    id: str
    number: int
    organisation: str
    label: str
    state: str
    state_since: dt.datetime
    cycle: int
    version: int
    batch: str
    author: str
    reason: str
    created: dt.datetime
    changed: dt.datetime


@dataclass(frozen=True, slots=True)
class Edition:
    """A published version of a case; it stays citable."""

    version: int
    at: dt.datetime
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class Published:
    """What everybody may know of a case.

    Parameters
    ----------
    case
        Its line.
    version
        Which version this is; 0 for a case that was withdrawn.
    record
        The record of that version; nothing for a case that was withdrawn.
    editions
        All versions, newest first.
    withdrawn
        Why it was withdrawn; empty when it was not.
    """

    case: Case
    version: int
    record: Record | None
    editions: tuple[Edition, ...]
    withdrawn: str = ""
