"""Many parts at once: a table of parts on the pattern of the draft, and the set worth moving together."""

from __future__ import annotations

from contextlib import ExitStack
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from thuishaven.dossier import Dossier, DossierError, read_batch
from thuishaven.locale import _, labelled, use
from thuishaven.report import telling, words
from thuishaven.web import drafts
from thuishaven.web.drafts import Desk
from thuishaven.web.guards_files import kind_of, on_disk
from thuishaven.web.ops_work import known_facts
from thuishaven.web.plans import told_text
from thuishaven.web.rendering import Form, page, pages, spoken

router = pages()


@router.get("/dossier/batch")
def ask(request: Request, lang: str) -> Response:
    """What a table of parts is, and where to send it."""
    desk = drafts.desk(request)
    return _page(request, desk, [])


def _page(
    request: Request, desk: Desk | None, wrong: list[str], found: object = None, plan: str = ""
) -> Response:
    dossier = desk.dossier if desk is not None else None
    with use(spoken(request)):
        plans = [(item.id, told_text(item.name) or item.id) for item in dossier.plans[1:]] if dossier else []
        return page(
            request,
            "batch.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            desk=desk,
            dossier=dossier,
            plans=plans,
            plan=plan or _homeward(dossier),
            wrong=wrong,
            found=found,
            told=told_text,
            telling=telling,
            words=words,
        )


@router.post("/dossier/batch")
async def work_out(request: Request, lang: str, form: Form) -> Response:
    """Work out a table of parts."""
    content, shared = [await sent_file(form, name) for name in ("parts", "investments")]
    plan = str(form.get("plan", ""))

    def made() -> Response:
        desk = drafts.desk(request)
        dossier = desk.dossier if desk is not None else None
        with use(lang):
            if desk is None or dossier is None:
                return _page(request, desk, [_("First make the dossier that every part starts from.")])
            if not content:
                return _page(request, desk, [_("Choose a file first.")], plan=plan)
            try:
                found = assessed(content, shared, dossier, plan, request.app.state.settings.most_parts)
            except DossierError as error:
                return _page(request, desk, [_line(problem) for problem in error.problems], plan=plan)
            return _page(request, desk, [], found, plan)

    response: Response = await request.app.state.work.run(made)
    return response


def _homeward(dossier: Dossier | None) -> str:
    """The first plan that brings the product home: what parts follow unless another is chosen."""
    from thuishaven.alternatives import reshores
    from thuishaven.dossier import resolve_plan

    if dossier is None:
        return ""
    home = (plan.id for plan in dossier.plans[1:] if reshores(dossier, resolve_plan(dossier, plan)))
    return next(home, "")


def _line(problem: object) -> str:
    place, text = problem.place(), problem.message()  # type: ignore[attr-defined]
    return labelled(place, text) if place else text


async def sent_file(form: FormData, name: str) -> bytes:
    """The content of a file that was sent; empty without one."""
    file = form.get(name)
    return await file.read() if isinstance(file, UploadFile) else b""


def assessed(content: bytes, shared: bytes, dossier: Dossier, plan: str, most: int) -> object:
    """The result of a table of parts, in plain form.

    Raises
    ------
    DossierError
        With each problem: row or cell, what was expected.
    """
    from thuishaven.alternatives import assess_batch
    from thuishaven.dossier import Problem

    with ExitStack() as stack:
        path = stack.enter_context(on_disk(content, kind_of(content, table=True), "parts"))
        other = None
        if shared:
            other = stack.enter_context(on_disk(shared, kind_of(shared, table=True), "investments"))
        try:
            batch = read_batch(path, dossier, plan, other)
        except DossierError as error:
            raise DossierError(error.problems) from None
    if len(batch.parts) > most:
        params = {"value": str(len(batch.parts)), "expected": str(most)}
        raise DossierError([Problem("too_large", params=params)])
    return assess_batch(batch, known_facts()).to_dict()
