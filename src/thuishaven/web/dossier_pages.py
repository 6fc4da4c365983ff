"""The dossier, a page per step: every field takes a number or a range, nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path as File
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from thuishaven.dossier import Document, DossierError, open_document, save
from thuishaven.dossier import yaml as dossier_yaml
from thuishaven.locale import LANGUAGES, _, labelled, use
from thuishaven.web import drafts
from thuishaven.web.complaints import with_problems, without_problems
from thuishaven.web.drafts import Desk
from thuishaven.web.errors import TEXTS
from thuishaven.web.forms import Group
from thuishaven.web.guards import Refusal
from thuishaven.web.guards_files import KINDS, download, kind_of, on_disk
from thuishaven.web.home import told
from thuishaven.web.plans import plans_of
from thuishaven.web.rendering import Form, onward, page, pages, spoken
from thuishaven.web.step_pages import after, applied, open_desk, step_page
from thuishaven.web.tree import at, put
from thuishaven.web.wizard import STEPS, groups, places_of, with_region

router = pages()
DOWNLOADS = ("yaml", "xlsx", "json")


@router.get("/dossier")
def overview(request: Request, lang: str) -> Response:
    """The steps, and what each still needs."""
    desk = drafts.desk(request)
    if desk is None:
        return page(request, "dossier_empty.html")
    with use(spoken(request)):
        wrong = places_of(desk)
        states = {step: [place for place in wrong if place.step.partition("/")[0] == step] for step in STEPS}
        filled = {step: sum(group.filled for group in groups(step, desk.tree)) for step in STEPS}
        filled["preferences"] = len(at(desk.tree, ("preferences",)) or ())
        return page(
            request,
            "dossier.html",
            desk=desk,
            steps=STEPS,
            states=states,
            filled=filled,
            plans=plans_of(desk.tree),
            told=told,
            wrong=wrong,
            own=len(at(desk.tree, ("facts",)) or ()),
        )


# ---- files; before the steps, whose addresses would catch them


@router.get("/dossier/files")
def files(request: Request, lang: str) -> Response:
    """Open a file, or save the draft as one."""
    return _files_page(request, drafts.desk(request), [])


def _files_page(request: Request, desk: Desk | None, problems: list[str]) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    return page(request, "dossier_files.html", status=status, desk=desk, wrong=problems, kinds=DOWNLOADS)


@router.post("/dossier/files")
async def opened(request: Request, lang: str, form: Form) -> Response:
    """Open a dossier from a file."""
    file = form.get("file")
    content = await file.read() if isinstance(file, UploadFile) else b""

    def read() -> Response:
        desk = drafts.desk(request)
        with use(lang):
            if not content:
                return _files_page(request, desk, [_("Choose a file first.")])
            try:
                text = text_of_file(content)
            except DossierError as error:
                return _files_page(request, desk, [_line(problem) for problem in error.problems])
            except Refusal as refusal:
                if refusal.status_code != HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
                    raise
                return _files_page(request, desk, [_(text) for text in TEXTS[refusal.status_code]])
        if desk is None:
            return drafts.begin(request, f"/{lang}/dossier", text)
        kept = drafts.replace(request, desk, text)
        return drafts.with_cookie(request, onward(f"/{lang}/dossier"), kept.token)

    response: Response = await request.app.state.work.run(read)
    return response


def _line(problem: Any) -> str:
    place = problem.place()
    return labelled(place, problem.message()) if place else problem.message()


def text_of_file(content: bytes) -> str:
    """The dossier in a file, as text.

    Raises
    ------
    DossierError
        With each problem: line or cell, what was expected, an example.
    """
    kind = kind_of(content)
    with on_disk(content, kind) as path:
        try:
            found = open_document(path)
        except DossierError as error:
            raise DossierError(error.problems) from None
        if kind == "yaml" and found.text:
            return found.text
        return dossier_yaml.text_of(dossier_yaml.plain(found.tree), "")


@router.get("/dossier/download.{kind}")
async def downloaded(request: Request, lang: str, kind: str) -> Response:
    """The draft as a file."""
    desk = drafts.desk(request)
    if desk is None or not desk.draft.text or kind not in DOWNLOADS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    name = str(told_name(desk.tree) or "dossier")
    if kind == "yaml":
        return Response(desk.draft.text, media_type=KINDS[kind], headers=download(name, kind))

    def made() -> Response:
        dossier = desk.dossier
        if dossier is None:
            with use(lang):
                return _files_page(request, desk, [_line(problem) for problem in desk.problems])
        with on_disk(b"", kind) as path:
            path = File(path)
            text = desk.draft.text
            document = Document(dossier, drafts.parsed(text), None, text)
            save(document, path, lang if lang in LANGUAGES else "en")
            return Response(path.read_bytes(), media_type=KINDS[kind], headers=download(name, kind))

    response: Response = await request.app.state.work.run(made)
    return response


def told_name(tree: Any) -> str:
    """What a draft is about."""
    name = at(tree, ("title",)) or at(tree, ("product", "name"))
    return str(next(iter(name.values()), "")) if isinstance(name, Mapping) else str(name or "")


@router.post("/dossier/undo")
def undo(request: Request, lang: str, form: Form) -> Response:
    """One step back, or forward again."""
    desk = open_desk(request)
    store = drafts.store(request)
    move = store.redo if form.get("how") == "redo" else store.undo
    move(desk.token, desk.draft.version)
    back = str(form.get("back", ""))
    path = (
        back if back.startswith(f"/{lang}/") and "\\" not in back and "//" not in back else f"/{lang}/dossier"
    )
    return drafts.with_cookie(request, onward(path), desk.token)


@router.post("/dossier/delete")
def delete(request: Request, lang: str) -> Response:
    """Delete the draft with all its steps."""
    from thuishaven.web import guards_cookies

    desk = drafts.desk(request)
    response = onward(f"/{lang}/")
    if desk is not None:
        drafts.store(request).delete(desk.token)
        guards_cookies.take_back(request, response)
    return response


# ---- steps


@router.get("/dossier/{step}")
def ask(request: Request, lang: str, step: str) -> Response:
    """The fields of a step."""
    if step not in STEPS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk = drafts.desk(request)
    if desk is None:
        return onward(f"/{lang}/dossier")
    with use(spoken(request)):
        if step == "today" and not at(desk.tree, ("plans", 0, "sources")):
            # The first source is there to be told about, and makes all of it until another one is added.
            begun = with_today(dossier_yaml.plain(desk.tree))
            found = [without_problems(group) for group in groups(step, begun)]
            return step_page(request, desk, step, found, HTTPStatus.OK)
        found = with_problems(groups(step, desk.tree), desk)
        asked = bool(request.query_params.get("all"))
        return step_page(request, desk, step, found if asked else unasked(found), HTTPStatus.OK)


@router.post("/dossier/{step}")
def answer(request: Request, lang: str, step: str, form: Form) -> Response:
    """Keep the fields of a step."""
    if step not in STEPS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk = open_desk(request)
    with use(lang):

        def change(tree: Any) -> Any:
            if step == "today":
                tree = with_today(tree, more=form.get("go") == "more")
            tree = applied(tree, groups(step, tree), form)
            if step == "product":
                tree = with_region(tree)
            return without_blank(tree) if step == "today" and form.get("go") not in ("more", "auto") else tree

        kept = drafts.keep(request, desk, change)
        found = with_problems(groups(step, kept.tree), kept)
        return after(request, lang, kept, found, form, step)


def unasked(found: list[Group]) -> list[Group]:
    """The groups of a step that was not filled in yet, without complaints about what was not asked yet."""
    if any(group.filled for group in found if not group.folded):
        return found
    return [without_problems(group) for group in found]


def with_today(tree: Any, more: bool = False) -> Any:
    """A dossier whose first plan is today, with a source to tell about."""
    if not isinstance(at(tree, ("plans",)), list) or not tree["plans"]:
        put(tree, ("plans", 0, "id"), "today")
    sources = at(tree, ("plans", 0, "sources"))
    if not isinstance(sources, list) or not sources:
        put(tree, ("plans", 0, "sources"), [{"id": "source_1", "share": 1}])
    elif more:
        taken = {str(source.get("id")) for source in sources}
        name = next(f"source_{n}" for n in range(1, len(taken) + 2) if f"source_{n}" not in taken)
        sources.append({"id": name})
    return tree


def without_blank(tree: Any) -> Any:
    """A dossier without the further sources of today of which nothing was told; a single one makes it all."""
    sources = at(tree, ("plans", 0, "sources"))
    for place in range(len(sources or ()) - 1, 0, -1):
        if set(sources[place]) <= {"id"}:
            del sources[place]
    if sources and len(sources) == 1 and "share" not in sources[0]:
        sources[0]["share"] = 1
    return tree
