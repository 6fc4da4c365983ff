"""What is written about bringing production back: a list of publications, to search and to import."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, NotFound, Object, Store, canonical, fingerprint, require
from thuishaven.databank.cases.names import folded
from thuishaven.databank.cases.tables import REFERENCE

#: The kinds of publication.
KINDS = (
    "article",
    "report",
    "bulletin",
    "paper",
    "thesis",
    "book",
    "statistics",
    "policy",
    "method",
    "other",
)
#: The columns that a list may have; the first two, and an address or DOI, must be filled.
COLUMNS = ("kind", "title", "authors", "year", "doi", "url", "abstract", "keywords", "language")
_NEEDED = COLUMNS[:2]
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_URL = re.compile(r"https?://[^\s\"<>]+")
_YEAR = re.compile(r"(\d{4})?")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_PREFIX = re.compile(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_LONGEST, _LONG, _MOST = 2**9, 2**13, 2**14
_ID = 24


@dataclass(frozen=True, slots=True)
class Reference:
    """A publication: ``id`` follows from its DOI, or else from its address."""

    id: str
    kind: str
    title: str
    authors: str = ""
    year: str = ""
    doi: str = ""
    url: str = ""
    abstract: str = ""
    keywords: str = ""
    language: str = ""

    @property
    def address(self) -> str:
        """Where it is to be read: by its DOI where there is one."""
        return f"https://doi.org/{self.doi}" if self.doi else self.url

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be taken in: its line, from 1 for the heading, the column and what is wrong;
    ``most`` is what a text or list may have at most."""

    line: int
    column: str
    code: str
    value: str = ""
    most: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did, or would do: publications that are new, changed, known as they are; wrong rows."""

    new: int
    changed: int
    known: int
    wrong: tuple[Wrong, ...]


class Literature:
    """The publications of one installation.

    Parameters
    ----------
    store
        The public database.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def search(
        self, actor: Actor, text: str = "", kind: str = "", *, start: int = 0, count: int = 50
    ) -> tuple[tuple[Reference, ...], int]:
        """Publications in which all words occur, the newest first, and how many there are.

        Parameters
        ----------
        actor
            Who asks; anybody.
        text
            Words of title, authors, keywords, year or abstract, without marks and capitals.
        kind
            Only this kind.
        start, count
            Which part of the list.
        """
        require(actor, "list", Object("reference"))
        wanted = folded(text).split()
        found = [
            one
            for one in self._all(actor)
            if (not kind or one.kind == kind) and all(word in _searched(one) for word in wanted)
        ]
        return tuple(found[start : start + count]), len(found)

    def get(self, actor: Actor, reference: str) -> Reference:
        """One publication.

        Raises
        ------
        NotFound
            When there is none with this id.
        """
        require(actor, "read", Object("reference", reference))
        with self.store.read(actor) as connection:
            row = connection.execute(sa.select(REFERENCE).where(REFERENCE.c.id == reference)).one_or_none()
        if row is None:
            raise NotFound("not_found", kind="reference")
        return _reference(row)

    def kinds(self, actor: Actor) -> Mapping[str, int]:
        """How many publications there are of each kind."""
        require(actor, "list", Object("reference"))
        wanted = sa.select(REFERENCE.c.kind, sa.func.count()).group_by(REFERENCE.c.kind)
        with self.store.read(actor) as connection:
            rows = {row[0]: row[1] for row in connection.execute(wanted)}
        return {kind: rows[kind] for kind in KINDS if kind in rows}

    def take_in(self, actor: Actor, text: str, reason: str, *, preview: bool = False) -> Taken:
        """Take in a list (CSV with the columns of :data:`COLUMNS`); rows with faults are left out and told.

        A publication is known by its DOI, else by its address: taking a list in twice changes nothing, and a
        row that says more now replaces what stood there.

        Parameters
        ----------
        actor
            An editor.
        text
            The list.
        reason
            Why; it stands in the log.
        preview
            Only say what would happen.

        Raises
        ------
        AccessError
            ``columns_needed`` for another heading; ``no_rows``.
        """
        given, wrong = read(text)
        with self.store.change(actor) as change:
            decision = require(actor, "import", Object("reference"))
            ids = [one.id for one in given]
            rows = change.run(sa.select(REFERENCE).where(REFERENCE.c.id.in_(ids))) if ids else ()
            before = {row.id: _reference(row) for row in rows}
            new = [one for one in given if one.id not in before]
            changed = [one for one in given if one.id in before and before[one.id] != one]
            taken = Taken(len(new), len(changed), len(given) - len(new) - len(changed), wrong)
            if preview or not (new or changed):
                change.leave()
                return taken
            if new:
                change.run(
                    sa.insert(REFERENCE), [{**one.to_dict(), "recorded_at": change.now} for one in new]
                )
            for one in changed:
                values = {**one.to_dict(), "recorded_at": change.now}
                change.run(sa.update(REFERENCE).where(REFERENCE.c.id == one.id).values(**values))
            change.log(
                "import",
                "reference",
                "",
                decision=decision,
                reason=reason,
                details={"new": len(new), "changed": len(changed)},
                payload=canonical([one.to_dict() for one in (*new, *changed)]),
            )
        return taken

    def _all(self, actor: Actor) -> list[Reference]:
        with self.store.read(actor) as connection:
            rows = connection.execute(sa.select(REFERENCE)).all()
        found = [_reference(row) for row in rows]
        # In one order on both engines, whatever their collation.
        return sorted(found, key=lambda one: (-int(one.year or 0), folded(one.title), one.id))


def own_list() -> str:
    """The list that comes with the program: publications that its methods and facts name."""
    return (files("thuishaven.databank") / "literature.csv").read_text(encoding="utf-8")


def read(text: str) -> tuple[tuple[Reference, ...], tuple[Wrong, ...]]:
    """The publications of a list, and what is wrong with the other rows.

    Raises
    ------
    AccessError
        ``columns_needed``, ``no_rows``.
    """
    lines = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heading = {(name or "").strip().lower() for name in lines.fieldnames or ()}
    if not set(_NEEDED) <= heading:
        raise AccessError("columns_needed", found=", ".join(sorted(heading)), expected=", ".join(_NEEDED))
    found: dict[str, Reference] = {}
    wrong: list[Wrong] = []
    for row in lines:
        if lines.line_num > _MOST:
            wrong.append(Wrong(lines.line_num, "", "too_many_rows", most=_MOST))
            break
        cells = {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if name}
        one, faults = _read(lines.line_num, cells)
        if one is not None and one.id in found:
            faults = [Wrong(lines.line_num, "doi" if one.doi else "url", "key_twice", one.doi or one.url)]
        wrong += faults
        if one is not None and not faults:
            found[one.id] = one
    if not found and not wrong:
        raise AccessError("no_rows")
    return tuple(found.values()), tuple(wrong)


def _read(line: int, cells: Mapping[str, str]) -> tuple[Reference | None, list[Wrong]]:
    given = {name: cells.get(name, "") for name in COLUMNS}
    given["doi"] = _PREFIX.sub("", given["doi"]).lower()
    given["language"] = given["language"].lower()
    faults = [
        Wrong(line, name, code, given[name][:_ID])
        for name, code, holds in (
            ("title", "cell_needed", bool(given["title"])),
            ("kind", "wrong_value", given["kind"] in KINDS),
            ("doi", "wrong_value", not given["doi"] or bool(_DOI.fullmatch(given["doi"]))),
            ("url", "wrong_value", not given["url"] or bool(_URL.fullmatch(given["url"]))),
            ("year", "wrong_value", bool(_YEAR.fullmatch(given["year"]))),
            ("language", "wrong_value", bool(_LANGUAGE.fullmatch(given["language"]))),
            ("doi", "cell_needed", bool(given["doi"] or given["url"])),
        )
        if not holds
    ]
    faults += [
        Wrong(line, name, "too_long", most=most)
        for name, value in given.items()
        if len(value) > (most := _LONG if name == "abstract" else _LONGEST)
    ]
    if faults:
        return None, faults
    return Reference(fingerprint((given["doi"] or given["url"]).encode())[:_ID], **given), []


def _reference(row: Any) -> Reference:
    return Reference(**{name: getattr(row, name) for name in Reference.__slots__})


def _searched(one: Reference) -> str:
    parts: Sequence[str] = (one.title, one.authors, one.keywords, one.year, one.abstract, one.doi)
    return folded(" ".join(parts))
