"""The calculations over HTTP: a dossier is the body, everything else stands in the address."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, Request, UploadFile
from starlette.responses import Response

from thuishaven.dossier import Document, DossierError, Problem
from thuishaven.locale import use
from thuishaven.web import ops_apart
from thuishaven.web.api import asked as a
from thuishaven.web.api import described as d
from thuishaven.web.api import problems, rooms
from thuishaven.web.api.answers import answer, written
from thuishaven.web.api.bodies import Sent, changed, document, sent, tree_of
from thuishaven.web.guards_files import KINDS, download, kind_of, on_disk
from thuishaven.web.ops_work import Memory

Handler = Callable[..., Awaitable[Response]]
router = APIRouter(default_response_class=Response)
#: Dossiers as they were read, and answers as they were given: both follow wholly from what was sent.
_READ, _ANSWERED = Memory(64), Memory(64)


def asked(
    path: str, summary: str, tag: str, schema: str, sends: str = d.DOSSIER
) -> Callable[[Handler], Handler]:
    """The route of a question about what is sent, a dossier as a rule, with one kind of answer.

    Parameters
    ----------
    path
        Its address.
    summary, tag
        The question, and the room, as the description tells them.
    schema, sends
        Names of the schemas of the answer and of the body.
    """
    return router.post(
        path, summary=summary, openapi_extra=d.takes(sends), responses=d.gives(schema), tags=[tag]
    )


def opened(body: Sent, changes: tuple[str, ...], depth: int) -> Document:
    """The dossier of a body, read once."""
    found = _READ.get(body.digest, lambda: document(body, (), depth))
    return changed(found, changes) if changes else found


async def worked_out(
    request: Request,
    body: Sent,
    question: a.DossierAsked,
    make: Callable[..., bytes],
    day: dt.date | None = None,
) -> Response:
    """The answer of a room to a dossier: the former one where the same was asked before.

    Parameters
    ----------
    request
        The question.
    body
        The dossier as it was sent.
    question
        Its parameters.
    make
        Works it out, from the dossier, the parameters and the limits.
    day
        The day of which the answer is, when it is of one.
    """
    state = request.app.state
    key = (make.__name__, day, body.digest, question.model_dump_json())

    def work() -> bytes:
        found = opened(body, question.set, state.settings.json_depth)
        return ops_apart.calculate(body.digest, make, found.dossier, question, state.settings)

    content = _ANSWERED.held(key)
    if content is None:
        content = await state.work.run(_ANSWERED.get, key, work)
    return answer(request, content)


@asked("/scan", "Which strategies look promising?", "scan", "scan-1", d.ANSWERS)
async def scan(request: Request, question: Annotated[a.Asked, Query()]) -> Response:
    """Rank the directions from the answers to the scan. What is not answered is not known: it widens.

    The body holds the answers, as ``thuishaven scan`` saves them, or a dossier with a part ``scan``.
    """
    state, body = request.app.state, await sent(request)

    def work() -> bytes:
        return rooms.scan(tree_of(body, state.settings.json_depth), question, state.settings)

    key = ("scan", body.digest, question.model_dump_json())
    return answer(request, await state.work.run(_ANSWERED.get, key, work))


@asked("/check", "Is this dossier good?", "dossier", "check-1")
async def check(request: Request, question: Annotated[a.CheckAsked, Query()]) -> Response:
    """List every problem of a dossier, with its place, what was expected and an example."""
    state, body = request.app.state, await sent(request)

    def work() -> dict[str, Any]:
        try:
            found = opened(body, question.set, state.settings.json_depth)
        except DossierError as error:
            return {"problems": [problems.entry(problem) for problem in error.problems], "plans": []}
        return {"problems": [], "plans": [plan.id for plan in found.dossier.plans]}

    lang = problems.language(request)
    with use(lang):
        told = await state.work.run(work)
    found = {"schema": "thuishaven.check/1", "valid": not told["problems"], **told}
    return answer(request, written(found), headers={"Content-Language": lang, "Vary": "Accept-Language"})


@router.post(
    "/convert",
    summary="The dossier in another form",
    openapi_extra=d.takes(d.DOSSIER),
    responses=d.gives_files("yaml", "json", "xlsx"),
    tags=["dossier"],
)
async def convert(request: Request, question: Annotated[a.ConvertAsked, Query()]) -> Response:
    """Write a dossier as YAML, JSON or a spreadsheet; comments and order are kept where the form can."""
    state, body = request.app.state, await sent(request)

    def work() -> tuple[bytes, str]:
        found = opened(body, question.set, state.settings.json_depth)
        title = (found.dossier.title or found.dossier.product.name or {}).get(question.lang, "dossier")
        with tempfile.TemporaryDirectory(prefix="thuishaven-") as folder:
            return rooms.converted(found, question, Path(folder)), title

    content, title = await state.work.run(work)
    kind = question.to.value
    return answer(request, content, KINDS[kind], headers=download(title, kind))


@asked("/cost", "What does each plan really cost?", "cost", "cost-1")
async def cost(request: Request, question: Annotated[a.CostAsked, Query()]) -> Response:
    """Work out every plan of a dossier against today, with ranges, break-evens and what to find out first."""
    return await worked_out(request, await sent(request), question, rooms.cost)


@asked("/cost/figure", "How did this figure come about?", "cost", "figure-1")
async def figure(request: Request, question: Annotated[a.FigureAsked, Query()]) -> Response:
    """Explain one cost line of one plan: the formula, its inputs, their values and sources."""
    return await worked_out(request, await sent(request), question, rooms.figure)


@asked("/cost/inputs", "Which inputs can be moved?", "cost", "inputs-1")
async def inputs(request: Request, question: Annotated[a.DossierAsked, Query()]) -> Response:
    """List the inputs on which a figure rests, with their range."""
    return await _slid(request, a.MoveAsked(**question.model_dump()), rooms.inputs)


@asked("/cost/slider", "What if this input were known?", "cost", "slider-1")
async def slider(request: Request, question: Annotated[a.MoveAsked, Query()]) -> Response:
    """Move inputs and see at once what a unit of each plan then costs, over the same draws."""
    return await _slid(request, question, rooms.moved)


async def _slid(request: Request, question: a.MoveAsked, make: Callable[..., bytes]) -> Response:
    state, body = request.app.state, await sent(request)

    def work() -> bytes:
        found = opened(body, question.set, state.settings.json_depth)
        return make(f"{body.digest} {question.set}", found.dossier, question, state.settings)

    return answer(request, await state.work.quick(work))


@asked("/explore", "Which plan, in which country, is worth a closer look?", "alternatives", "explore-1")
async def explore(request: Request, question: Annotated[a.ExploreAsked, Query()]) -> Response:
    """Generate plans in every country with enough facts and rank them. Takes a few seconds."""
    return await worked_out(request, await sent(request), question, rooms.explore)


@asked("/advice", "So what should we do?", "advice", "advice-1")
async def advice(request: Request, question: Annotated[a.AdviceAsked, Query()]) -> Response:
    """Weigh the plans of a dossier, and say what to find out first."""
    return await worked_out(request, await sent(request), question, rooms.advice)


@asked("/advice/figure", "How did this figure of the advice come about?", "advice", "followed-1")
async def advice_figure(request: Request, question: Annotated[a.AdviceFigureAsked, Query()]) -> Response:
    """Follow one figure of the advice down to what it rests on."""
    return await worked_out(request, await sent(request), question, rooms.advice_figure)


@asked("/region", "What does each plan do for work here?", "region", "region-1")
async def region(request: Request, question: Annotated[a.DossierAsked, Query()]) -> Response:
    """Work out jobs, people to find, shifts and wage subsidies of every plan."""
    return await worked_out(request, await sent(request), question, rooms.region)


@asked("/region/figure", "How did this figure of the region come about?", "region", "followed-1")
async def region_figure(request: Request, question: Annotated[a.RegionFigureAsked, Query()]) -> Response:
    """Explain one figure of one plan: its formula, inputs and sources."""
    return await worked_out(request, await sent(request), question, rooms.region_figure)


@router.post(
    "/report",
    summary="The whole answer as a file",
    openapi_extra=d.takes(d.DOSSIER),
    responses=d.gives_files("html", "pdf", "xlsx", "json", schema=None),
    tags=["report"],
)
async def report(request: Request, question: Annotated[a.ReportAsked, Query()]) -> Response:
    """Write the report of a dossier as HTML, PDF, XLSX or JSON. Takes some seconds."""
    return await reported(request, await sent(request), question)


async def reported(request: Request, body: Sent, question: a.ReportAsked) -> Response:
    """The report of a dossier, as a file to save; of one day, since it carries its date."""
    kind = question.to.value
    found = await worked_out(request, body, question, rooms.report, dt.date.today())
    name = await request.app.state.work.run(_name, body, question, request.app.state.settings.json_depth)
    found.headers.update(download(name, kind))
    if "content-type" in found.headers:
        found.headers["content-type"] = KINDS[kind]
    return found


def _name(body: Sent, question: a.ReportAsked, depth: int) -> str:
    dossier = opened(body, question.set, depth).dossier
    return (dossier.title or dossier.product.name or {}).get(question.lang, "thuishaven")


@router.post(
    "/batch",
    summary="Which parts are worth making at home together?",
    responses=d.gives("batch-1"),
    tags=["alternatives"],
)
async def batch(
    request: Request,
    question: Annotated[a.BatchAsked, Query()],
    dossier: Annotated[UploadFile, File(description="The dossier that every part starts from.")],
    parts: Annotated[UploadFile, File(description="CSV or XLSX with a part on each row.")],
    investments: Annotated[UploadFile | None, File(description="CSV with what parts share.")] = None,
) -> Response:
    """Work out many parts, some of which share a machine or moulds, and choose the best set."""
    state = request.app.state
    pattern = Sent(content := await dossier.read(), kind_of(content))
    table, shared = await parts.read(), await investments.read() if investments is not None else b""
    for name, given in (("dossier", content), ("parts", table)):
        if not given.strip():
            raise DossierError([Problem("missing", name, {"example": name})])

    def work() -> bytes:
        found = opened(pattern, (), state.settings.json_depth)
        with on_disk(table, kind_of(table, table=True), "parts") as path:
            extra = None
            if shared.strip():
                extra = path.with_name(f"investments.{kind_of(shared, table=True)}")
                extra.write_bytes(shared)
            try:
                return rooms.batch(found, path, extra, question, state.settings)
            except DossierError as error:
                raise DossierError(error.problems) from None

    key = (
        "batch",
        pattern.digest,
        Sent(table, "").digest,
        Sent(shared, "").digest,
        question.model_dump_json(),
    )
    return answer(request, await state.work.run(_ANSWERED.get, key, work))
