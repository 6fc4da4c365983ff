"""Making releases, finding them again, and proving that one is what it was."""

from __future__ import annotations

import datetime as dt
import json
import secrets
import shutil
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
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
    read_moment,
    require,
)
from thuishaven.databank.cases.tables import CASE, VERSION
from thuishaven.databank.releases.about import (
    LICENCE,
    LICENCE_URL,
    About,
    Change,
    changelog,
    citation,
    codebook,
    csvw,
    datapackage,
    dcat,
)
from thuishaven.databank.releases.content import Content, chosen, frozen
from thuishaven.databank.releases.formats import FORMATS, PARQUET, SQLITE, write_parquet, write_sqlite
from thuishaven.databank.releases.tables import RELEASE, RELEASE_CASE
from thuishaven.databank.releases.writing import (
    CSV,
    MANIFEST,
    manifest,
    sha256,
    snapshot_hash,
    write_data,
)

#: Name of the SQLite file, and of the database that Datasette shows.
NAME = "thuishaven"
TITLE = {
    "en": "Thuishaven databank of reshoring cases",
    "nl": "Thuishaven-databank van praktijkgevallen van reshoring",
}
DESCRIPTION = {
    "en": "Moves of production back home and what became of them. Every value rests on a claim with its "
    "source. Cases are no sample: count them, and say how many; no rates without reading the codebook.",
    "nl": "Verhuizingen van productie terug naar huis en wat ervan geworden is. Elke waarde rust op een "
    "bewering met haar bron. De praktijkgevallen zijn geen steekproef: tel ze en zeg hoeveel; reken geen "
    "percentages uit zonder het codeboek te lezen.",
}
_BATCH = 2**10
_LONGEST = 2**12


@dataclass(frozen=True, slots=True)
class Release:
    """A release, as it was handed out.

    Parameters
    ----------
    version
        ``YYYY.N``; it never changes and is never used again.
    at
        When it was made.
    hash
        SHA-256 of its manifest: equal for equal data.
    cases
        How many cases are in it.
    previous
        The release before; empty for the first.
    reason
        Why it was made.
    publisher, address, doi, contact
        As it says of itself.
    manifest
        The lines ``sha256  path`` of the data.
    """

    version: str
    at: dt.datetime
    hash: str
    cases: int
    previous: str
    reason: str
    publisher: str
    address: str
    doi: str
    contact: str
    manifest: str


class Releases:
    """The releases of one installation.

    Parameters
    ----------
    store
        The public database: it knows what is in each release.
    folder
        Where the files stand, one folder for each release. They can be made anew from the database.
    """

    def __init__(self, store: Store, folder: str | Path) -> None:
        self.store = store
        self.folder = Path(folder)

    def make(
        self,
        actor: Actor,
        reason: str,
        *,
        publisher: str = "Thuishaven",
        address: str = "",
        doi: str = "",
        contact: str = "",
        formats: Sequence[str] = FORMATS,
    ) -> Release:
        """Hand out what is published now, as a release that never changes.

        Parameters
        ----------
        actor
            An editor, or who runs the installation.
        reason
            Why now.
        publisher
            Who gives it out.
        address
            Where the folder of releases stands on the web, as ``https://data.example/releases/``.
        doi
            Its DOI, where one is reserved.
        contact
            E-mail address for questions.
        formats
            What to make beside CSV and JSON lines.

        Raises
        ------
        Denied
            For others.
        AccessError
            ``reason_needed``; ``nothing_published``; ``parquet_missing``; ``release_conflict`` when somebody
            made one at the same time.
        """
        words = " ".join(reason.split())
        if not words or len(words) > _LONGEST:
            raise AccessError("reason_needed")
        decision = require(actor, "create", Object("release"))
        place = address if not address or address.endswith("/") else f"{address}/"
        with self.store.read(actor) as connection:
            at = self.store.clock()
            cases = chosen(connection)
            if not cases:
                raise AccessError("nothing_published")
            others = json.loads(canonical(frozen(connection, self.store, actor)))
            year, number, previous = self._next(connection, at)
            about = About(f"{year}.{number}", at, TITLE, DESCRIPTION, publisher, place, doi, contact)
            made = self._beside()
            try:
                listed = self._written(connection, made, about, cases, others, formats, previous, words)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise
        row = {
            "version": about.version,
            "year": year,
            "number": number,
            "at": moment(at),
            "hash": snapshot_hash(listed),
            "manifest": listed,
            "previous": previous,
            "cases": len(cases),
            "reason": words,
            "about": canonical(
                {"publisher": publisher, "address": place, "doi": doi, "contact": contact}
            ).decode(),
            "frozen": zlib.compress(canonical(others)),
        }
        try:
            with self.store.change(actor) as change:
                if self._next(change.connection, at)[:2] != (year, number):
                    raise AccessError("release_conflict", version=about.version)
                change.run(sa.insert(RELEASE).values(**row))
                for start in range(0, len(cases), _BATCH):
                    lines = [
                        {"release": about.version, "case": case, "version": version}
                        for case, version in cases[start : start + _BATCH]
                    ]
                    change.run(sa.insert(RELEASE_CASE), lines)
                details = {"cases": len(cases), "hash": row["hash"]}
                change.log(
                    "create",
                    "release",
                    about.version,
                    decision=decision,
                    reason=words,
                    details=details,
                    payload=listed.encode(),
                )
                self._placed(made, about.version)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return _release(dict(row))

    def list(self, actor: Actor) -> tuple[Release, ...]:
        """All releases, newest first."""
        require(actor, "list", Object("release"))
        wanted = sa.select(RELEASE).order_by(RELEASE.c.year.desc(), RELEASE.c.number.desc())
        with self.store.read(actor) as connection:
            return tuple(_release(dict(row)) for row in connection.execute(wanted).mappings())

    def get(self, actor: Actor, version: str) -> Release:
        """One release; ``latest`` for the newest.

        Raises
        ------
        NotFound
            When there is none.
        """
        require(actor, "read", Object("release", version))
        wanted = sa.select(RELEASE).order_by(RELEASE.c.year.desc(), RELEASE.c.number.desc()).limit(1)
        if version != "latest":
            wanted = wanted.where(RELEASE.c.version == version)
        with self.store.read(actor) as connection:
            row = connection.execute(wanted).mappings().one_or_none()
        if row is None:
            raise NotFound("not_found", kind="release")
        return _release(dict(row))

    def version_of(self, actor: Actor, release: str, case: str) -> int:
        """Which version of a case a release holds: what a reader pinned to that release gets.

        Raises
        ------
        NotFound
            When there is no such release, or the case is not in it.
        """
        found = self.get(actor, release)
        wanted = sa.select(RELEASE_CASE.c.version).where(
            RELEASE_CASE.c.release == found.version, RELEASE_CASE.c.case == case
        )
        with self.store.read(actor) as connection:
            version = connection.execute(wanted).scalar_one_or_none()
        if version is None:
            raise NotFound("not_found", kind="case")
        return int(version)

    def cases(self, actor: Actor, release: str) -> Mapping[str, int]:
        """The version of every case in a release, by id of the case."""
        found = self.get(actor, release)
        with self.store.read(actor) as connection:
            return dict(_cases(connection, found.version))

    def changes(self, actor: Actor, release: str) -> tuple[Change, ...]:
        """What happened to cases since the release before, with the reasons; empty for the first."""
        found = self.get(actor, release)
        if not found.previous:
            return ()
        with self.store.read(actor) as connection:
            return _changes(connection, _cases(connection, found.version), found.previous)

    def files(self, actor: Actor, release: str) -> tuple[str, ...]:
        """The files of a release, as paths in its folder.

        Raises
        ------
        AccessError
            ``release_missing`` when they are not there: :meth:`rebuild` makes them again.
        """
        folder = self._folder(self.get(actor, release).version)
        return tuple(
            sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        )

    def file(self, actor: Actor, release: str, path: str) -> Path:
        """A file of a release, to hand out.

        Raises
        ------
        NotFound
            When the release has no such file.
        AccessError
            ``release_missing``.
        """
        found = self.get(actor, release)
        if path not in self.files(actor, found.version):
            raise NotFound("not_found", kind="file")
        return self._folder(found.version) / path

    def check(self, actor: Actor, release: str) -> tuple[str, ...]:
        """The files of the data that are gone or not what they were; empty when all is well."""
        found = self.get(actor, release)
        folder = self._folder(found.version)
        damaged = []
        for line in found.manifest.splitlines():
            digest, _, path = line.partition("  ")
            if not (folder / path).is_file() or sha256(folder / path) != digest:
                damaged.append(path)
        return tuple(damaged)

    def rebuild(self, actor: Actor, release: str, formats: Sequence[str] = FORMATS) -> Release:
        """Make the files of a release again from the database; they must be what they were.

        Raises
        ------
        AccessError
            ``release_differs`` when they are not: a newer program may write other columns.
        """
        require(actor, "create", Object("release"))
        found = self.get(actor, release)
        about = About(
            found.version,
            found.at,
            TITLE,
            DESCRIPTION,
            found.publisher,
            found.address,
            found.doi,
            found.contact,
        )
        made = self._beside()
        try:
            with self.store.read(actor) as connection:
                wanted = sa.select(RELEASE.c.frozen).where(RELEASE.c.version == found.version)
                others = json.loads(zlib.decompress(connection.execute(wanted).scalar_one()))
                cases = _cases(connection, found.version)
                listed = self._written(
                    connection, made, about, cases, others, formats, found.previous, found.reason
                )
            if listed != found.manifest:
                raise AccessError("release_differs", version=found.version)
            self._placed(made, found.version)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        return found

    def _next(self, connection: sa.Connection, at: dt.datetime) -> tuple[int, int, str]:
        """Year and number of the next release, and the version of the last."""
        wanted = sa.select(RELEASE.c.version, RELEASE.c.year, RELEASE.c.number)
        order = wanted.order_by(RELEASE.c.year.desc(), RELEASE.c.number.desc()).limit(1)
        last = connection.execute(order).one_or_none()
        if last is None:
            return at.year, 1, ""
        year = max(at.year, last.year)
        return year, last.number + 1 if year == last.year else 1, last.version

    def _beside(self) -> Path:
        """A folder to work in, on the same disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        found = self.folder / f".{secrets.token_hex(8)}"
        found.mkdir()
        return found

    def _placed(self, made: Path, version: str) -> None:
        """Put the finished folder in its place; one that was left half-done before is gone."""
        target = self.folder / version
        if target.exists():
            shutil.rmtree(target)
        made.rename(target)

    def _folder(self, version: str) -> Path:
        found = self.folder / version
        if not found.is_dir():
            raise AccessError("release_missing", version=version)
        return found

    def _written(
        self,
        connection: sa.Connection,
        folder: Path,
        about: About,
        cases: Sequence[tuple[str, int]],
        others: Mapping[str, Sequence[dict[str, Any]]],
        formats: Sequence[str],
        previous: str,
        reason: str,
    ) -> str:
        """Write all files; returns the manifest."""
        rows = write_data(Content(connection, cases, others).rows(), folder)
        listed = manifest(folder)
        snapshot = snapshot_hash(listed)
        if SQLITE in formats:
            shown = {
                "title": f"{about.title['en']} {about.version}",
                "license": LICENCE,
                "license_url": LICENCE_URL,
                "source": about.publisher,
            }
            write_sqlite(folder, NAME, shown)
        if PARQUET in formats:
            write_parquet(folder)
        changes = _changes(connection, cases, previous) if previous else ()
        texts = {
            MANIFEST: listed,
            "datapackage.json": _json(datapackage(folder, about, rows)),
            f"{CSV}/csv-metadata.json": _json(csvw(about)),
            "codebook.en.md": codebook("en", rows),
            "codebook.nl.md": codebook("nl", rows),
            "CHANGELOG.md": changelog(about, previous, changes, reason),
            "CITATION.cff": citation(about, snapshot),
        }
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        (folder / "dcat.ttl").write_text(dcat(folder, about, snapshot), encoding="utf-8", newline="")
        return listed


def releases_folder(where: str | Path) -> Path:
    """Where the releases of a databank stand unless somebody says otherwise.

    Parameters
    ----------
    where
        A folder, in which they then are, or the URL of a PostgreSQL database: then the user's data folder.

    >>> releases_folder("data/databank").as_posix()
    'data/databank/releases'
    """
    from thuishaven.databank.engines import is_postgresql
    from thuishaven.facts.connectors import data_folder

    return (data_folder() if is_postgresql(where) else Path(where)) / "releases"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _cases(connection: sa.Connection, version: str) -> list[tuple[str, int]]:
    wanted = sa.select(RELEASE_CASE).where(RELEASE_CASE.c.release == version)
    return sorted((row.case, row.version) for row in connection.execute(wanted))


def _changes(
    connection: sa.Connection, cases: Sequence[tuple[str, int]], previous: str
) -> tuple[Change, ...]:
    """What differs between these cases and those of an earlier release, by number of the case."""
    now, before = dict(cases), dict(_cases(connection, previous))
    found = []
    for case in {*now, *before}:
        if now.get(case) == before.get(case):
            continue
        line = connection.execute(sa.select(CASE).where(CASE.c.id == case)).one()
        if case in now:
            wanted = sa.select(VERSION.c.reason).where(VERSION.c.case == case, VERSION.c.version == now[case])
            reason = connection.execute(wanted).scalar_one()
            kind = "changed" if case in before else "added"
        else:
            reason = line.reason
            kind = "withdrawn" if line.state == "withdrawn" else "left_out"
        found.append(Change(kind, case, line.number, now.get(case, 0), reason))
    return tuple(sorted(found, key=lambda one: one.number))


def _release(row: Mapping[str, Any]) -> Release:
    about = json.loads(row["about"])
    plain = {name: row[name] for name in ("version", "hash", "cases", "previous", "reason", "manifest")}
    return Release(**plain, at=read_moment(row["at"]), **about)
