"""What the published cases come to: a page for each question, its charts, and its figures as a file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from thuishaven.access import NotFound
from thuishaven.databank.statistics import KIND, Statistics, as_csv, statistics
from thuishaven.locale import _, use
from thuishaven.report import case_statistics as words
from thuishaven.report.blocks import Chart, Figure
from thuishaven.report.html import linked
from thuishaven.web import people
from thuishaven.web.api.cases import releases
from thuishaven.web.guards_files import CSV, KINDS, download
from thuishaven.web.ops_work import Memory
from thuishaven.web.pictures import picture_file
from thuishaven.web.rendering import page, pages, spoken

router = pages()
#: Longest code of a kind of case, or version of a release, that is looked for.
_LONGEST = 32
_charts = Memory(64)


def store(request: Request) -> Any:
    """The public database."""
    return people.rooms(request).database.public


def asked(request: Request) -> Statistics:
    """The statistics that the address asks for: of a kind of case, of now or of a release."""
    kind = request.query_params.get("kind", "")[:_LONGEST] or KIND
    release = request.query_params.get("release", "")[:_LONGEST]
    known = {code for code, _name in kinds()}
    if kind not in known:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    try:
        return statistics(store(request), people.actor(request), kind, release)
    except NotFound:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None


def kinds() -> list[tuple[str, str]]:
    """The kinds of cases, by code and name."""
    from thuishaven.databank.cases import fields

    return [(code, words.kind_name(code)) for code in fields()["case.case_type"].codes]


@router.get("/cases/statistics")
async def overview(request: Request, lang: str) -> Response:
    """What became of the cases, and the questions that have a page."""
    found: Response = await request.app.state.work.quick(_sheet, request, "")
    return found


@router.get("/cases/statistics/{subject}.csv")
async def saved(request: Request, lang: str, subject: str) -> Response:
    """The figures of a page as a file, in codes."""
    _known(subject)

    def made() -> Response:
        found = asked(request)
        name = f"thuishaven-{subject}-{found.kind}-{found.moment.release or found.moment.as_of.isoformat()}"
        return Response(as_csv(found, subject), media_type=KINDS[CSV], headers=download(name, CSV))

    answer: Response = await request.app.state.work.quick(made)
    return answer


@router.get("/cases/statistics/picture/{name}.svg")
async def picture(
    request: Request, lang: str, name: str, narrow: bool = False, shown: bool = False
) -> Response:
    """A chart as a file."""

    def made() -> Response:
        with use(spoken(request)):
            chart = _chart(request, asked(request), name)
        if chart is None:
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return picture_file(chart, narrow=narrow, shown=shown)

    answer: Response = await request.app.state.work.run(made)
    return answer


@router.get("/cases/statistics/{subject}")
async def one(request: Request, lang: str, subject: str) -> Response:
    """The answer to one question, with its charts, tables and caveats."""
    _known(subject)
    found: Response = await request.app.state.work.quick(_sheet, request, subject)
    return found


def _known(subject: str) -> None:
    if subject not in words.SUBJECTS:
        raise HTTPException(HTTPStatus.NOT_FOUND)


def _sheet(request: Request, subject: str) -> Response:
    with use(spoken(request)):
        found = asked(request)
        shown = _blocks(request, found, subject)
        return page(
            request,
            "cases_statistics/statistics.html",
            found=found,
            subject=subject,
            title=_(words.SUBJECTS[subject]) if subject else _("What the cases come to"),
            blocks=shown,
            subjects=words.SUBJECTS,
            kinds=kinds(),
            releases=releases(request).list(people.actor(request)),
            query=query_of(found),
            linked=cited,
        )


def query_of(found: Statistics) -> str:
    """The part of the address that asks for the same data."""
    parts = [f"kind={found.kind}"] if found.kind != KIND else []
    parts += [f"release={found.moment.release}"] if found.moment.release else []
    return f"?{'&'.join(parts)}" if parts else ""


def cited(text: str) -> Markup:
    """A text; where it ends in an address, what stands before it is a link to there."""
    before, _blank, last = text.rpartition(" ")
    if before and last.startswith(("https://", "http://")) and '"' not in last:
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(last, before)
    return Markup(linked(text))  # noqa: S704 - escaped by linked


def _blocks(request: Request, found: Statistics, subject: str) -> tuple[Any, ...]:
    """The blocks of a page; they follow from the data and the language."""
    return words.blocks(found, subject) if subject else words.at_a_glance(found)


def _chart(request: Request, found: Statistics, name: str) -> Chart | None:
    """A chart by its name, whichever page it stands on."""
    key = (found.moment, found.kind, name, spoken(request), str(store(request).engine.url))

    def made() -> Chart | None:
        for subject in ("", *words.SUBJECTS):
            for block in _blocks(request, found, subject):
                if isinstance(block, Figure) and block.chart.id == name:
                    return block.chart
        return None

    return _charts.get(key, made)
