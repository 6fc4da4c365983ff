"""Releases of the databank to read, save and cite, and the publications about bringing production back."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import AccessError, NotFound, Object, decide
from thuishaven.databank.literature import Literature
from thuishaven.databank.releases import LICENCE, LICENCE_URL, Release
from thuishaven.locale import N_, _, use
from thuishaven.web import people
from thuishaven.web.api.cases import handed_out, releases
from thuishaven.web.rendering import page, pages, spoken

router = pages()
#: Publications on one page, and letters of a question.
A_PAGE, _LONGEST = 30, 200
#: What each kind of file is for, by the folder or name that it begins with.
FILES: Mapping[str, str] = {
    "csv/": N_("Tables as CSV: for a spreadsheet, R, Stata or Python"),
    "jsonl/": N_("Tables as JSON lines: for programs"),
    "sqlite/": N_("SQLite: for questions in SQL, and for Datasette"),
    "parquet/": N_("Parquet: for pandas, DuckDB and R"),
    "codebook": N_("Codebook: what every table and column means"),
    "datapackage.json": N_("Data package (Frictionless): types, keys and hashes"),
    "dcat.ttl": N_("Catalogue (DCAT-AP)"),
    "CITATION.cff": N_("How to cite it, for programs"),
    "CHANGELOG.md": N_("What changed, with the reasons"),
    "manifest.txt": N_("Hash of every file of the data"),
}
KINDS: Mapping[str, str] = {
    "article": N_("article"),
    "report": N_("report"),
    "bulletin": N_("bulletin"),
    "paper": N_("paper"),
    "thesis": N_("thesis"),
    "book": N_("book"),
    "statistics": N_("statistics"),
    "policy": N_("policy paper"),
    "method": N_("method"),
    "other": N_("other"),
}


@router.get("/cases/releases")
def every(request: Request) -> Response:
    """All releases, the newest first."""
    found = releases(request).list(people.actor(request))
    return page(request, "cases_statistics/releases.html", releases=found, licence=(LICENCE, LICENCE_URL))


@router.get("/cases/releases/{release}")
def one(request: Request, release: str) -> Response:
    """One release: its hash, its files, what changed, how to cite it."""
    room, actor = releases(request), people.actor(request)
    found = _release(request, release)
    try:
        files = room.files(actor, found.version)
    except AccessError:
        files = ()
    groups = [
        (
            text,
            [(path, _size(room.folder / found.version / path)) for path in files if path.startswith(start)],
        )
        for start, text in FILES.items()
    ]
    with use(spoken(request)):
        cited = citation(found)
    return page(
        request,
        "cases_statistics/release.html",
        release=found,
        groups=[(text, some) for text, some in groups if some],
        changes=room.changes(actor, found.version),
        cited=cited,
        licence=(LICENCE, LICENCE_URL),
    )


@router.get("/cases/releases/{release}/{path:path}")
def file(request: Request, release: str, path: str) -> Response:
    """A file of a release, as it was handed out."""
    found = _release(request, release)
    try:
        return handed_out(request, found, releases(request).file(people.actor(request), found.version, path))
    except AccessError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None


@router.get("/cases/literature")
def literature(request: Request) -> Response:
    """Publications, found by words and kind."""
    room, actor = Literature(people.rooms(request).database.public), people.actor(request)
    text = request.query_params.get("q", "")[:_LONGEST]
    kinds = room.kinds(actor)
    kind = request.query_params.get("kind", "")
    kind = kind if kind in kinds else ""
    number = request.query_params.get("page", "1")
    place = max(1, int(number)) if number.isdecimal() and len(number) < len(str(_LONGEST)) + 1 else 1
    found, total = room.search(actor, text, kind, start=(place - 1) * A_PAGE, count=A_PAGE)
    return page(
        request,
        "cases_statistics/literature.html",
        found=found,
        total=total,
        text=text,
        kind=kind,
        kinds=kinds,
        kind_names=KINDS,
        librarian=decide(actor, "import", Object("reference")).allowed,
        place=place,
        pages=max(1, -(-total // A_PAGE)),
    )


def _release(request: Request, version: str) -> Release:
    try:
        found: Release = releases(request).get(people.actor(request), version)
    except NotFound:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    return found


def citation(found: Release) -> str:
    """How a release is cited in a text."""
    where = f"https://doi.org/{found.doi}" if found.doi else f"SHA-256 {found.hash}"
    return _(
        "{publisher} ({year}). Thuishaven databank of reshoring cases, release {version} [data set]. {where}",
        publisher=found.publisher,
        year=found.at.year,
        version=found.version,
        where=where,
    )


def _size(path: Any) -> int:
    return int(path.stat().st_size)
