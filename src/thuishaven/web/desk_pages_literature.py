"""Lists of publications, as the command ``databank literature`` takes them: sent, looked at, taken in."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from thuishaven.access import AccessError, Actor, Object, require
from thuishaven.databank.literature import COLUMNS, KINDS, Literature, Taken, own_list
from thuishaven.locale import _, use
from thuishaven.report.cases import publication_flaw
from thuishaven.web.desk_pages import Problems, problems_of, sheet, status_of, store, worker
from thuishaven.web.desk_pages_imports import SHOWN, Kept, kept_list, readable, sent
from thuishaven.web.rendering import Form, onward, pages, spoken
from thuishaven.web.store import DraftStore

router = pages()
#: How the reference of a list begins.
MARK = "p."
_HERE = "/desk/literature"
_MEGABYTE = 10**6


def librarian(request: Request) -> Actor:
    """Who is signed in and may take publications in.

    Raises
    ------
    Denied
        When their roles do not reach it.
    """
    actor = worker(request)
    require(actor, "import", Object("reference"))
    return actor


@router.get("/desk/literature")
def literature(request: Request) -> Response:
    """How many publications there are, and a form to send a list."""
    return _page(request, librarian(request))


def _page(request: Request, actor: Actor, problems: Problems = (), status: int = 0) -> Response:
    there = Literature(store(request)).kinds(actor)
    counted = [request.query_params.get(name, "") for name in ("new", "changed")]
    return sheet(
        request,
        "literature.html",
        actor,
        problems=[("list" if field else "", told) for field, told in problems],
        status=status,
        there=sum(there.values()),
        counted=[int(one) for one in counted] if all(map(_small, counted)) else [],
        columns=COLUMNS,
        kinds=KINDS,
        most=request.app.state.settings.upload_bytes // _MEGABYTE,
    )


def _small(typed: str) -> bool:
    return typed.isdecimal() and typed.isascii() and len(typed) < len("1000000")


@router.post("/desk/literature")
async def given(request: Request, lang: str, form: Form) -> Response:
    """Keep a list that was sent, to look at it first; or take in the one that comes with the program."""
    content, name = await sent(form)
    own = form.get("own") == "yes"

    def keep() -> Response:
        actor = librarian(request)
        if own:
            return _taken(request, actor, own_list())
        try:
            told = readable(content, COLUMNS)
            # Whether it can be read at all is told where it was sent.
            Literature(store(request)).take_in(actor, told, "-", preview=True)
        except AccessError as error:
            return _page(request, actor, problems_of(request, error), status_of(error))
        drafts: DraftStore = request.app.state.store
        token, _draft = drafts.create(told, {"name": name or "list.csv", "by": actor.person}, MARK)
        return onward(f"/{lang}{_HERE}/{token}")

    answer: Response = await request.app.state.work.run(keep)
    return answer


def _taken(request: Request, actor: Actor, text: str) -> Response:
    with use(spoken(request)):
        done = Literature(store(request)).take_in(actor, text, _("a list of publications"))
    return onward(f"/{spoken(request)}{_HERE}?done=literature&new={done.new}&changed={done.changed}")


@router.get("/desk/literature/{wanted}")
async def one_list(request: Request, wanted: str) -> Response:
    """A list: what taking it in would do, row by row where something is wrong."""
    answer: Response = await request.app.state.work.run(_looked, request, librarian(request), wanted)
    return answer


def _looked(request: Request, actor: Actor, token: str) -> Response:
    try:
        kept = kept_list(request, actor, token, MARK)
        taken = Literature(store(request)).take_in(actor, kept.text, "-", preview=True)
    except AccessError as error:
        return _page(request, actor, problems_of(request, error), status_of(error))
    return _list_page(request, actor, kept, taken)


def _list_page(request: Request, actor: Actor, kept: Kept, taken: Taken) -> Response:
    with use(spoken(request)):
        flaws = [
            (one.line, one.column, publication_flaw(one.column, one.code, one.value, one.most))
            for one in taken.wrong[:SHOWN]
        ]
    return sheet(
        request,
        "literature_list.html",
        actor,
        kept=kept,
        taken=taken,
        flaws=flaws,
        left=len(taken.wrong) - len(flaws),
    )


@router.post("/desk/literature/{wanted}")
async def begun(request: Request, wanted: str) -> Response:
    """Take a list in; wrong rows are left out."""

    def take() -> Response:
        actor = librarian(request)
        try:
            kept = kept_list(request, actor, wanted, MARK)
            return _taken(request, actor, kept.text)
        except AccessError as error:
            return _page(request, actor, problems_of(request, error), status_of(error))

    answer: Response = await request.app.state.work.run(take)
    return answer
