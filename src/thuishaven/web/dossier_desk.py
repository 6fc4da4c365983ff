"""Working on a dossier of an organisation: the draft that is tied to it, and who may still read that.

A working copy is a draft of which the databank knows to which dossier it belongs, from which version it
started and whose it is. Its token alone opens nothing: every request that brings one asks the databank again,
so that a share, a session or a role that ended closes the copy with the next click.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from thuishaven.access import AccessError, Denied, NotFound, new_id
from thuishaven.databank import Content, Standing, WorkingCopies
from thuishaven.web import guards_cookies as cookies
from thuishaven.web import people
from thuishaven.web.rendering import onward, page, spoken
from thuishaven.web.store import WORKING, Draft, DraftGone, DraftStore, hash_of

#: Addresses of pages that show what is in a draft, below the language.
SHOWING = ("dossier", "results", "scan", "explore")


class Closed(HTTPException):
    """A working copy that its reader may not read any more.

    Parameters
    ----------
    why
        ``ended`` when the dossier is out of sight: a share that ended, a role that was taken, a dossier that
        went elsewhere; ``other`` when the copy is somebody else's.
    """

    def __init__(self, why: str) -> None:
        super().__init__(HTTPStatus.FORBIDDEN, why)
        self.why = why


class Elsewhere(HTTPException):
    """Who fills in a part asked for a page about something else: the way to the dossier's own page."""

    def __init__(self, address: str) -> None:
        super().__init__(
            HTTPStatus.SEE_OTHER, "elsewhere", {"Location": address, "Cache-Control": "no-store"}
        )


@dataclass(frozen=True)
class Tied:
    """A working copy that lies open.

    Parameters
    ----------
    standing
        Where it stands in the databank.
    draft
        What is in it.
    token
        Of the draft.
    """

    standing: Standing
    draft: Draft
    token: str

    @property
    def dossier(self) -> str:
        """The id of the dossier."""
        return self.standing.copy.dossier

    @property
    def version(self) -> int:
        """The version that it started from."""
        return self.standing.copy.version

    @property
    def content(self) -> Content:
        """What it holds."""
        return Content(self.draft.text, self.draft.answers)

    @cached_property
    def changed(self) -> bool:
        """Whether there is something in it that is not kept as a version."""
        return self.content.digest() != self.standing.copy.digest

    @property
    def step(self) -> str:
        """The only step of the wizard that its holder fills in; empty for all of them."""
        from thuishaven.web.org_pages_words import step_of_part

        return step_of_part(self.standing.parts) if self.standing.parts else ""

    @cached_property
    def key(self) -> str:
        """An idempotency key for the form that keeps it."""
        return new_id()


def copies(request: Request) -> WorkingCopies:
    """The working copies of this server."""
    return WorkingCopies(people.rooms(request).database.confidential)


def admitted(request: Request, token: str, draft: Draft) -> Tied:
    """The working copy that a request brings, when its reader may still read it.

    Parameters
    ----------
    request
        What was asked.
    token, draft
        The draft behind the cookie.

    Raises
    ------
    Closed
        When the reader may not.
    SignInFirst
        When the person whose it is has signed out: the copy waits.
    Elsewhere
        When only a part is filled in, and the page is about another one.
    """
    known = getattr(request.state, "tied", None)
    if known is None or known.token != token:
        actor = people.actor(request)
        try:
            standing = copies(request).standing(actor, hash_of(token))
        except Denied:
            if not actor.person:
                people.required(request)
            raise Closed("other") from None
        except NotFound:
            copy = copies(request).get(hash_of(token))
            if copy is not None and copy.person and not actor.person:
                people.required(request)
            raise Closed("ended") from None
        known = Tied(standing, draft, token)
    else:
        known = Tied(known.standing, draft, token)
    _within_part(request, known)
    request.state.tied = known
    return known


def _within_part(request: Request, tied: Tied) -> None:
    """Who fills in a part gets the form of that part, and no page about the rest."""
    step = tied.step
    if not step:
        return
    lang, _slash, below = request.url.path.lstrip("/").partition("/")
    first, _slash, rest = below.partition("/")
    mine = first == "dossier" and (rest == step or rest.startswith(f"{step}/") or rest == "undo")
    if first in SHOWING and not mine:
        raise Elsewhere(f"/{lang}/dossiers/{tied.dossier}")


def tied(request: Request) -> Tied | None:
    """The working copy that lies open; ``None`` when the draft is nobody's dossier, or there is none.

    Raises as :func:`admitted`.
    """
    token = cookies.token(request)
    if not token.startswith(WORKING):
        return None
    store: DraftStore = request.app.state.store
    try:
        return admitted(request, token, store.load(token))
    except DraftGone:
        return None


def leaves_first(request: Request) -> Response | None:
    """Where who came by a link goes before beginning something else; ``None`` when nothing can be lost.

    A person finds an open working copy again; who came by a link without an account has no other way to it
    than this browser.
    """
    found = tied(request)
    if found is None or not found.changed or found.standing.copy.person:
        return None
    return onward(f"/{spoken(request)}/dossiers/{found.dossier}?first=1")


def install(app: FastAPI) -> None:
    """Give an application its page for a working copy that is closed; after its other pages for errors."""
    from thuishaven.web.errors import of_program

    async def closed(request: Request, error: Exception) -> Response:
        assert isinstance(error, Closed)
        return page(request, "dossiers/closed.html", status=HTTPStatus.FORBIDDEN, why=error.why)

    async def elsewhere(request: Request, error: Exception) -> Response:
        assert isinstance(error, Elsewhere)
        return Response(status_code=error.status_code, headers=dict(error.headers or {}))

    async def absent(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotFound)
        if error.params.get("kind") == "dossier" and not of_program(request):
            return page(request, "dossiers/closed.html", status=HTTPStatus.NOT_FOUND, why="absent")
        handler: Any = app.exception_handlers[AccessError]
        answer: Response = await handler(request, error)
        return answer

    handlers: dict[Any, Any] = {Closed: closed, Elsewhere: elsewhere, NotFound: absent}
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
