"""The dossiers of an organisation: the list, a new one, and the page of one dossier."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from thuishaven.access import AccessError, Actor, Denied, Object, allowed, new_id, require
from thuishaven.databank import Content, Dossier, erase_dossier
from thuishaven.dossier import DossierError
from thuishaven.locale import _, use
from thuishaven.web import dossier_desk, drafts, people
from thuishaven.web import guards_cookies as cookies
from thuishaven.web.dossier_desk_pages import asking, is_ours, said, tie
from thuishaven.web.org_pages_words import Told, changed, step_of_part
from thuishaven.web.rendering import Form, onward, page, pages
from thuishaven.web.store import WORKING, DraftGone, hash_of, reference
from thuishaven.web.wizard import STEPS

router = pages()
#: Dossiers on one page of the list.
A_PAGE = 32
#: The class of a dossier as a whole, as the role table counts.
USUAL_CLASS = 3
ACTIONS = ("update", "comment", "label", "archive", "share", "export", "transfer", "erase", "list")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A working copy of a person: of which dossier, from which version, and what is not kept in it."""

    version: int
    changed: bool
    draft: Any


def thing(dossier: Dossier, part: str = "") -> Object:
    """A dossier as the role table knows it."""
    return Object("dossier", dossier.id, dossier.organisation, confidentiality=USUAL_CLASS, part=part)


def rights(actor: Actor, dossier: Dossier) -> frozenset[str]:
    """What an actor may do with a dossier."""
    return frozenset(action for action in ACTIONS if allowed(actor, action, thing(dossier)))


def waiting(request: Request, actor: Actor) -> dict[str, Waiting]:
    """The working copies of a person that are still there, by dossier."""
    store = drafts.store(request)
    found: dict[str, Waiting] = {}
    for copy in dossier_desk.copies(request).mine(actor):
        try:
            draft = store.peek(copy.draft)
        except DraftGone:
            continue
        changed = Content(draft.text, draft.answers).digest() != copy.digest
        found.setdefault(copy.dossier, Waiting(copy.version, changed, draft))
    return found


# ---- the list


@router.get("/dossiers")
def overview(request: Request, lang: str) -> Response:
    """The dossiers of the organisation acted for, those shared with the reader, and the archive."""
    actor = asking(request)
    dossiers = people.rooms(request).dossiers
    asked = request.query_params
    shelf = asked.get("shelf", "mine" if actor.organisation else "shared")
    label, title, after = asked.get("label", ""), asked.get("q", "").strip(), asked.get("after", "")
    lines: tuple[Any, ...] = ()
    labels: dict[str, int] = {}
    denied = False
    if shelf == "shared":
        lines = dossiers.shared(actor)
    elif actor.organisation:
        state = "archived" if shelf == "archived" else "active"
        try:
            lines = dossiers.list(actor, state=state, label=label, title=title, after=after, most=A_PAGE + 1)
            labels = dossiers.labels(actor)
        except Denied:
            denied = True
    more = len(lines) > A_PAGE and shelf != "shared"
    lines = lines[:A_PAGE] if shelf != "shared" else lines
    return page(
        request,
        "dossiers/list.html",
        shelf=shelf,
        lines=lines,
        after=lines[-1].id if more else "",
        labels=labels,
        label=label,
        query=title,
        paged=bool(after),
        denied=denied,
        open_copies=waiting(request, actor),
        shared=len(dossiers.shared(actor)),
        gone=asked.get("gone", ""),
        loose=_loose(request),
    )


def _loose(request: Request) -> Any:
    """The draft of this visitor that is no dossier yet; ``None`` when there is none."""
    if cookies.token(request).startswith(WORKING):
        return None
    found = drafts.desk(request)
    return found if found is not None and (found.draft.text or found.draft.answers) else None


# ---- a new one


@router.get("/dossiers/new")
def new(request: Request, lang: str) -> Response:
    """Where a new dossier begins: the draft that is there, an example, a file or nothing."""
    people.required(request)
    chosen = request.query_params.get("what", "")
    return _new_page(request, {"what": chosen}, [])


def _new_page(request: Request, typed: dict[str, str], problems: list[tuple[str, str]]) -> Response:
    from thuishaven.web.dossier_pages import told_name
    from thuishaven.web.examples import examples
    from thuishaven.web.home import told

    loose, actor = _loose(request), people.actor(request)
    may = bool(actor.organisation) and allowed(
        actor, "create", Object("dossier", "", actor.organisation, confidentiality=USUAL_CLASS)
    )
    return page(
        request,
        "dossiers/new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        desk=loose,
        name=told_name(loose.tree) if loose else "",
        examples=examples(),
        told=told,
        typed=typed,
        problems=problems,
        may=may,
        key=typed.get("key") or new_id(),
    )


@router.post("/dossiers/new")
async def made(request: Request, lang: str, form: Form) -> Response:
    """Make a dossier of the organisation, and open it."""
    file = form.get("file")
    upload = await file.read() if isinstance(file, UploadFile) else b""
    typed = {name: str(value) for name, value in form.items() if isinstance(value, str)}

    def create() -> Response:
        actor = people.required(request)
        loose = _loose(request)
        with use(lang):
            content, problems = _begun(typed.get("what", ""), upload, loose)
            title = " ".join(typed.get("title", "").split())
            if not title:
                problems.append(("title", _("Give it a name by which colleagues find it.")))
        if problems:
            return _new_page(request, typed, problems)
        try:
            dossier = people.rooms(request).dossiers.create(actor, title, content, key=typed.get("key", ""))
        except AccessError as error:
            return _new_page(request, typed, [("title", said(request, error))])
        copies, store = dossier_desk.copies(request), drafts.store(request)
        if typed.get("what") == "draft" and loose is not None:
            # The draft goes on as the working copy, with all its steps; the databank knows of it first.
            token = reference(WORKING)
            copies.open(actor, dossier, 1, content.digest(), hash_of(token))
            store.move(hash_of(loose.token), token)
        else:
            token, _draft = store.create(content.text, content.answers, WORKING)
            copies.open(actor, dossier, 1, content.digest(), hash_of(token))
        return tie(request, onward(f"/{lang}/dossiers/{dossier}?made=1"), token)

    response: Response = await request.app.state.work.run(create)
    return response


def _begun(what: str, upload: bytes, loose: Any) -> tuple[Content, list[tuple[str, str]]]:
    """What a new dossier begins with, and what is wrong with it."""
    from thuishaven.web.dossier_pages import text_of_file
    from thuishaven.web.examples import examples

    if what == "draft" and loose is not None:
        return Content(loose.draft.text, loose.draft.answers), []
    if what == "file":
        if not upload:
            return Content(""), [("file", _("Choose a file first."))]
        try:
            return Content(text_of_file(upload)), []
        except DossierError as error:
            return Content(""), [("file", problem.message()) for problem in error.problems[:8]]
    if what in examples():
        return Content(examples()[what].text), []
    if what == "empty":
        return Content(drafts.blank()), []
    return Content(""), [("what", _("Choose what it begins with."))]


# ---- one dossier


@router.get("/dossiers/{dossier}")
def one(request: Request, lang: str, dossier: str) -> Response:
    """The page of a dossier: where it stands, and what can be done with it."""
    actor = asking(request)
    rooms = people.rooms(request)
    found = rooms.dossiers.get(actor, dossier)
    may = rights(actor, found)
    comments = rooms.comments.list(actor, dossier) if "comment" in may or "update" in may else ()
    tied = _tied_here(request, dossier)
    changes: tuple[Told, ...] = ()
    if tied is not None and tied.changed and tied.version == found.version:
        with use(lang):
            changes = changed(found.content, tied.content)
    held = waiting(request, actor).get(dossier) if tied is None else None
    versions = rooms.dossiers.versions(actor, dossier)[:1] if "list" in may else ()
    return page(
        request,
        "dossiers/one.html",
        dossier=found,
        may=may,
        part=step_of_part(found.parts) if found.parts else "",
        steps=STEPS,
        open_comments=sum(comment.resolved is None for comment in comments),
        copy=tied,
        changes=changes,
        back_is_ours=is_ours(request.query_params.get("back", ""), lang),
        held=held,
        newest=versions[0] if versions else None,
        authors=rooms.dossiers.authors(actor, dossier) if versions else {},
        grant=_grant(actor, dossier) if "list" not in may else None,
        asked=request.query_params,
    )


def _tied_here(request: Request, dossier: str) -> Any:
    """The working copy that lies open, when it is of this dossier; a closed one says so elsewhere."""
    try:
        found = dossier_desk.tied(request)
    except HTTPException:
        return None
    return found if found is not None and found.dossier == dossier else None


def _grant(actor: Actor, dossier: str) -> Any:
    """The share by which somebody from elsewhere sees a dossier, the one that lasts longest."""
    mine = [grant for grant in actor.grants if grant.object == dossier and actor.at < grant.expires]
    return max(mine, key=lambda grant: grant.expires, default=None)


# ---- what is set about it


@router.get("/dossiers/{dossier}/manage")
def managing(request: Request, lang: str, dossier: str) -> Response:
    """Name, labels, archive, handing over, erasing."""
    return _manage_page(request, dossier, {}, [])


def _manage_page(
    request: Request, dossier: str, typed: dict[str, str], problems: list[tuple[str, str]]
) -> Response:
    actor = asking(request)
    rooms = people.rooms(request)
    found = rooms.dossiers.get(actor, dossier)
    may = rights(actor, found)
    if not may & {"update", "label", "archive", "transfer", "erase"}:
        require(actor, "update", thing(found))
    live = [share for share in _shares(request, found) if share.revoked is None]
    return page(
        request,
        "dossiers/manage.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
        dossier=found,
        may=may,
        typed=typed,
        problems=problems,
        others=people.visit(request).others,
        shares=len(live),
        versions=len(rooms.dossiers.versions(actor, dossier)),
        done=request.query_params.get("done", ""),
        key=new_id(),
    )


def _shares(request: Request, found: Dossier) -> tuple[Any, ...]:
    try:
        return people.rooms(request).shares.of_object(people.actor(request), thing(found))
    except AccessError:
        return ()


@router.post("/dossiers/{dossier}/manage")
def managed(request: Request, lang: str, dossier: str, form: Form) -> Response:
    """Change one of those."""
    actor = asking(request)
    rooms = people.rooms(request)
    typed = {name: str(value) for name, value in form.items() if isinstance(value, str)}
    what = typed.get("what", "")
    problems = []
    try:
        match what:
            case "rename":
                rooms.dossiers.rename(actor, dossier, typed.get("title", ""))
            case "labels":
                labels = [part.strip() for part in typed.get("labels", "").split(",")]
                rooms.dossiers.label(actor, dossier, *(label for label in labels if label))
            case "archive":
                rooms.dossiers.archive(actor, dossier)
            case "unarchive":
                rooms.dossiers.unarchive(actor, dossier)
            case "transfer":
                return _transferred(request, lang, actor, dossier, typed)
            case "erase":
                return _erased(request, lang, actor, dossier, typed)
            case _:
                raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY)
    except AccessError as error:
        if error.code in ("not_found", "denied"):
            raise
        field = {"rename": "title", "labels": "labels"}.get(what, "")
        problems.append((field, said(request, error)))
    if problems:
        return _manage_page(request, dossier, typed, problems)
    return onward(f"/{lang}/dossiers/{dossier}/manage?done={what}")


def _transferred(request: Request, lang: str, actor: Actor, dossier: str, typed: dict[str, str]) -> Response:
    to = typed.get("to", "").strip() or typed.get("other", "").strip()
    problems = []
    with use(lang):
        if not to:
            problems.append(("to", _("Choose the organisation, or fill in its code.")))
        if not typed.get("reason", "").strip():
            problems.append(("reason", _("Write why: it stands in the log.")))
    if problems:
        return _manage_page(request, dossier, typed, problems)
    dossiers = people.rooms(request).dossiers
    dossiers.get(actor, dossier)
    try:
        dossiers.transfer(actor, dossier, to, typed["reason"])
    except AccessError as error:
        if error.params.get("kind") != "organisation":
            raise
        with use(lang):
            words = _("There is no organisation with this code.")
        return _manage_page(request, dossier, typed, [("other", words)])
    return onward(f"/{lang}/dossiers?gone=transferred")


def _erased(request: Request, lang: str, actor: Actor, dossier: str, typed: dict[str, str]) -> Response:
    rooms = people.rooms(request)
    found = rooms.dossiers.get(actor, dossier)
    problems = []
    with use(lang):
        if " ".join(typed.get("name", "").split()) != found.title:
            problems.append(("name", _("Type the name of the dossier as it stands there.")))
        if not typed.get("reason", "").strip():
            problems.append(("why", _("Write why: it stands in the log.")))
    if problems:
        return _manage_page(request, dossier, typed, problems)
    held = dossier_desk.copies(request).of(actor, dossier)
    erase_dossier(rooms.database, actor, dossier, typed["reason"])
    # Working copies hold what was erased.
    drafts.store(request).drop(*(copy.draft for copy in held))
    return onward(f"/{lang}/dossiers?gone=erased")
