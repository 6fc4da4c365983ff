"""What others did, over HTTP: published cases, one with its claims, statistics, releases, literature."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict
from pydantic import Field as Described
from starlette.responses import FileResponse, Response
from starlette.status import HTTP_304_NOT_MODIFIED

from thuishaven.access import AccessError
from thuishaven.web import people
from thuishaven.web.api import described as d
from thuishaven.web.api.answers import SHARED, answer, matches, written
from thuishaven.web.api.asked import Nothing, Text
from thuishaven.web.api.problems import Refused
from thuishaven.web.guards_files import download

router = APIRouter(tags=["cases"], default_response_class=Response)
Version = Annotated[str, Path(max_length=16, description="As 2027.1, or latest.")]
Pinned = Annotated[
    str,
    Described(max_length=16, description="Only what this release holds, as 2027.1 or latest; without: now."),
]
Many = Annotated[tuple[Annotated[str, Described(max_length=64)], ...], Described(max_length=32)]
#: What the files of a release are, by the end of their name.
MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".jsonl": "application/jsonl",
    ".json": "application/json",
    ".parquet": "application/vnd.apache.parquet",
    ".db": "application/vnd.sqlite3",
    ".ttl": "text/turtle; charset=utf-8",
    ".cff": "application/yaml",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CasesAsked(_Asked):
    """Which cases: of one facet any of the values, of all facets at least one each."""

    text: Text = Described(default="", description="Words that all must be there; plast* is a beginning.")
    state: Many = Described(default=(), description="State of the move, as implemented.")
    case_type: Many = Described(default=(), description="Kind of case, as reshoring.")
    sector: Many = Described(default=(), description="NACE division, as 22.")
    origin: Many = Described(default=(), alias="from", description="Country that it comes from, as CHN.")
    to: Many = Described(default=(), description="Country that it goes to.")
    region: Many = Described(default=(), description="NUTS region that it goes to.")
    form: Many = Described(default=(), description="As supplier_to_own.")
    motive: Many = Described(default=(), description="Code of a motive, as LEADTIME.")
    year: Many = Described(default=(), description="Year of the announcement.")
    support: Many = Described(default=(), description="yes: with public support.")
    sort: Literal["newest", "announced", "jobs", "name"] = Described(default="newest")
    page: int = Described(default=1, ge=1, le=10_000, description="Page times size goes up to 10,000.")
    size: int = Described(default=20, ge=1, le=100, description="Cases on a page.")
    release: Pinned = ""

    def facets(self) -> dict[str, tuple[str, ...]]:
        """The values that are chosen, by facet."""
        from thuishaven.databank.cases import FACETS

        return {name: getattr(self, "origin" if name == "from" else name) for name in FACETS}


class CaseAsked(_Asked):
    """Which version of a case."""

    version: int | None = Described(default=None, ge=1, le=2**31 - 1, description="The newest without it.")
    known_on: dt.date | None = Described(
        default=None, description="What was published by the end of that day."
    )
    about: int | None = Described(
        default=None, ge=1900, le=2200, description="Only what is said of that year or an earlier one."
    )
    release: Pinned = ""


class StatisticsAsked(_Asked):
    """Which cases are counted: kinds are never added up."""

    kind: Literal[
        "reshoring",
        "nearshoring",
        "relocation_to_eu",
        "retention",
        "import_substitution",
        "sourcing_shift",
        "foreign_investment",
        "unclear",
    ] = Described(default="reshoring", description="Kind of case.")
    release: Pinned = ""


class FileAsked(_Asked):
    """Which file of a release."""

    path: Text = Described(description="As csv/cases.csv.", examples=["csv/cases.csv"])


def public(request: Request) -> Any:
    """The public database; nothing here reads another."""
    return people.rooms(request).database.public


def reader(request: Request) -> Any:
    """Who reads: anybody. A key for dossiers, or a link, takes nothing away of what is public."""
    return public(request).visitor()


def releases(request: Request) -> Any:
    """The releases of this databank."""
    from thuishaven.databank.releases import Releases, releases_folder

    return Releases(public(request), releases_folder(request.app.state.settings.databank_place))


async def told(request: Request, task: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Ask a room, in a thread; what it refuses becomes a problem. What is public needs no key."""
    try:
        return await request.app.state.work.quick(task, *args, **named)
    except AccessError as error:
        if error.code in {"not_found", "release_missing", "denied"}:
            raise Refused("no_such", value=str(error.params.get("kind", "release"))) from None
        found = ", ".join(f"{name} {value}" for name, value in error.params.items())
        raise Refused("cannot", value=error.code, expected=found or "-") from None


@router.get("/cases", summary="What did others do?", responses=d.gives("cases-1"))
async def every(request: Request, question: Annotated[CasesAsked, Query()]) -> Response:
    """Find published cases, with exact counts of every value of every facet."""
    from thuishaven.databank.cases import Cases
    from thuishaven.databank.releases import search_release

    store, actor = public(request), reader(request)
    how = {"sort": question.sort, "page": question.page, "size": question.size}
    if question.release:
        version = (await told(request, releases(request).get, actor, question.release)).version
        found = await told(
            request, search_release, store, actor, version, question.text, question.facets(), **how
        )
    else:
        version = None
        found = await told(request, Cases(store).search, actor, question.text, question.facets(), **how)
    plain = {
        "schema": "thuishaven.cases.search/1",
        "release": version,
        "total": found.total,
        "page": found.page,
        "size": found.size,
        "cases": [
            {
                "id": hit.case,
                "number": hit.number,
                "version": hit.version,
                **hit.card,
                "facets": {name: list(many) for name, many in hit.facets.items()},
            }
            for hit in found.hits
        ],
        "facets": {
            facet.name: [{"value": value, "cases": count} for value, count in facet.values]
            for facet in found.facets
        },
    }
    return answer(request, written(plain), cache=SHARED)


@router.get(
    "/cases/statistics", summary="What do the cases come to?", responses=d.gives("cases-statistics-1")
)
async def statistics(request: Request, question: Annotated[StatisticsAsked, Query()]) -> Response:
    """Count the cases of one kind, and say what became of them: each figure with what it rests on."""
    from thuishaven.databank.statistics import statistics as worked_out

    found = await told(request, worked_out, public(request), reader(request), question.kind, question.release)
    return answer(request, written(found.to_dict()), cache=SHARED)


@router.get("/cases/{case}", summary="One case", responses=d.gives("case-1"))
async def one(
    request: Request,
    case: Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]*$", description="Its id, or its number.")],
    question: Annotated[CaseAsked, Query()],
) -> Response:
    """Give a case with every claim and its source; conflicting claims stand beside the value shown."""
    found = await told(request, _case, request, case, question)
    return answer(request, written(found), cache=SHARED)


#: Digits of a number of a case; an id is longer.
_NUMBER = 10


def _case(request: Request, case: str, question: CaseAsked) -> dict[str, Any]:
    from thuishaven.databank.cases import Cases

    # As anybody sees it, also when a coder asks: work in progress is not for programs.
    room, actor = Cases(public(request)), reader(request)
    if case.isdecimal() and len(case) < _NUMBER:
        case = room.by_number(actor, int(case)).id
    version, release = question.version, None
    if question.release:
        release = releases(request).get(actor, question.release).version
        version = releases(request).version_of(actor, release, case)
    known_on = None
    if question.known_on:
        known_on = dt.datetime.combine(question.known_on, dt.time.max, dt.UTC)
    found = room.published(actor, case, version=version, known_on=known_on, about=question.about)
    record = found.record.to_dict() if found.record else {}
    claims = [
        # Remarks of coders are no part of what is published.
        {name: value for name, value in claim.items() if name not in {"note", "cycle", "case"}}
        for claim in record.get("claims", ())
    ]
    return {
        "schema": "thuishaven.cases.case/1",
        "id": found.case.id,
        "number": found.case.number,
        "name": found.case.label,
        "release": release,
        "version": found.version or None,
        "publication": found.case.state,
        "withdrawn": found.withdrawn or None,
        "versions": [
            {"version": edition.version, "at": edition.at.isoformat(), "digest": edition.digest}
            | {"reason": edition.reason}
            for edition in found.editions
        ],
        "status": record.get("status", []),
        "values": record.get("values", []),
        "lists": record.get("lists", []),
        "claims": claims,
        "sources": record.get("sources", []),
    }


class LiteratureAsked(_Asked):
    """Which publications."""

    text: Text = Described(default="", description="Words that all must be there.")
    kind: Text = Described(default="", description="Only this kind, as article.")
    page: int = Described(default=1, ge=1, le=1_000)
    size: int = Described(default=50, ge=1, le=100, description="Publications on a page.")


@router.get("/literature", summary="What is written about it?", responses=d.gives("literature-1"))
async def literature(request: Request, question: Annotated[LiteratureAsked, Query()]) -> Response:
    """Find publications about bringing production back, the newest first."""
    from thuishaven.databank.literature import Literature

    found, total = await told(
        request,
        Literature(public(request)).search,
        reader(request),
        question.text,
        question.kind,
        start=(question.page - 1) * question.size,
        count=question.size,
    )
    plain = {
        "schema": "thuishaven.literature/1",
        "total": total,
        "page": question.page,
        "size": question.size,
        "literature": [one.to_dict() for one in found],
    }
    return answer(request, written(plain), cache=SHARED)


@router.get("/releases", summary="Which releases are there?", responses=d.gives("releases-1"))
async def all_releases(request: Request, question: Annotated[Nothing, Query()]) -> Response:
    """List the releases, newest first: each never changes and can be cited."""
    found = await told(request, releases(request).list, reader(request))
    plain = {"schema": "thuishaven.releases/1", "releases": [_release(one) for one in found]}
    return answer(request, written(plain), cache=SHARED)


@router.get("/releases/{release}", summary="One release", responses=d.gives("release-1"))
async def one_release(request: Request, release: Version, question: Annotated[Nothing, Query()]) -> Response:
    """Give a release with its files, its hash, and what changed since the one before."""
    room, actor = releases(request), reader(request)
    found = await told(request, room.get, actor, release)
    try:
        files = [
            {"path": path, "bytes": (room.folder / found.version / path).stat().st_size}
            for path in await request.app.state.work.quick(room.files, actor, found.version)
        ]
    except AccessError:
        # They can be made again from the databank by whoever runs it.
        files = []
    changes = await told(request, room.changes, actor, found.version)
    plain = {
        "schema": "thuishaven.release/1",
        **_release(found),
        "manifest": dict(line.partition("  ")[::-2] for line in found.manifest.splitlines()),
        "files": files,
        "changes": [
            {"kind": one.kind, "case": one.case, "number": one.number, "version": one.version or None}
            | {"reason": one.reason}
            for one in changes
        ],
    }
    return answer(request, written(plain), cache=SHARED)


def _files() -> dict[int | str, dict[str, Any]]:
    """The answers of the route that gives a file."""
    found = d.gives_schema()
    binary = {"schema": {"type": "string", "format": "binary"}}
    found[int(HTTPStatus.OK)] = {
        "description": "The file.",
        "content": {kind.partition(";")[0]: binary for kind in MEDIA.values()},
    }
    return found


@router.get("/releases/{release}/file", summary="A file of a release", responses=_files())
async def file(request: Request, release: Version, question: Annotated[FileAsked, Query()]) -> Response:
    """Give a file of a release, as it was handed out."""
    room, actor = releases(request), reader(request)
    found = await told(request, room.get, actor, release)
    path = await told(request, room.file, actor, found.version, question.path)
    return handed_out(request, found, path)


def handed_out(request: Request, found: Any, path: Any) -> Response:
    """A file of a release, with a tag by which whoever holds it need not fetch it again."""
    state = path.stat()
    entity = f'"{found.hash[:16]}-{state.st_size:x}-{state.st_mtime_ns:x}"'
    headers = {"ETag": entity, "Cache-Control": SHARED}
    if matches(request.headers.get("if-none-match", ""), entity):
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    stem, _dot, end = path.name.rpartition(".")
    headers |= download(f"thuishaven-{found.version}-{stem}", end)
    return FileResponse(path, media_type=MEDIA.get(path.suffix, "application/octet-stream"), headers=headers)


def _release(one: Any) -> dict[str, Any]:
    return {
        "version": one.version,
        "at": one.at.isoformat(),
        "hash": one.hash,
        "cases": one.cases,
        "previous": one.previous or None,
        "reason": one.reason,
        "publisher": one.publisher,
        "doi": one.doi or None,
        "licence": "CC-BY-4.0",
    }
