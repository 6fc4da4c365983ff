"""The front door: what this is, for whom, and how to begin."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from thuishaven.dossier import Dossier
from thuishaven.locale import language
from thuishaven.report import subject
from thuishaven.web import dossier_desk, people
from thuishaven.web.drafts import Desk, begin, blank, desk, replace, with_cookie
from thuishaven.web.examples import examples
from thuishaven.web.languages import wished
from thuishaven.web.rendering import onward, page, pages

entrance = APIRouter(include_in_schema=False)
router = pages()


@entrance.get("/")
def choose(request: Request) -> Response:
    """Send a reader to the pages in the language that the browser asks for."""
    lang = wished(request.headers.get("accept-language", ""), request.app.state.languages)
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
    return RedirectResponse(f"/{lang}/", HTTPStatus.TEMPORARY_REDIRECT, headers=headers)


@router.get("/")
def home(request: Request) -> Response:
    """The home page."""
    advised = people.rooms(request).organisations.advised()
    return page(
        request, "home.html", desk=desk(request), examples=examples(), told=told, today=today, advised=advised
    )


@router.post("/start")
def start(request: Request, lang: str, what: Annotated[str, Form()] = "scan") -> Response:
    """Begin a draft: with the scan, or with the dossier at once. One that is there already goes on."""
    found = _own(request)
    if isinstance(found, Response):
        return found
    place = f"/{lang}/dossier/product" if what == "dossier" else f"/{lang}/scan/start"
    if found is None:
        return begin(request, place, blank() if what == "dossier" else "")
    if what == "dossier" and not found.draft.text:
        found = replace(request, found, blank())
    return with_cookie(request, onward(place), found.token)


@router.post("/examples/{name}")
def example(request: Request, lang: str, name: str) -> Response:
    """Open an example as a draft of one's own; the draft that was there comes back with undo."""
    if name not in examples():
        raise HTTPException(HTTPStatus.NOT_FOUND)
    found = _own(request)
    if isinstance(found, Response):
        return found
    if found is None:
        return begin(request, f"/{lang}/results", examples()[name].text)
    kept = replace(request, found, examples()[name].text)
    return with_cookie(request, onward(f"/{lang}/results"), kept.token)


def today(dossier: Dossier) -> str:
    """Who makes the product of a dossier now, in the language in use."""
    return subject(dossier).today


def _own(request: Request) -> Desk | Response | None:
    """The draft that something may be begun in; none where a dossier of an organisation lies open.

    That one stays as it is. A page to read first, where its changes would be out of reach then.
    """
    if dossier_desk.tied(request) is None:
        return desk(request)
    return dossier_desk.leaves_first(request)


def told(texts: Mapping[Any, str] | None) -> str:
    """A text of a dossier in the language in use, else in any it has."""
    if not texts:
        return ""
    return texts.get(language()) or next(iter(texts.values()))
