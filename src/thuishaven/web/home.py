"""The front door: what this is, for whom, and how to begin."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from thuishaven.web.languages import wished
from thuishaven.web.rendering import page, pages

entrance = APIRouter(include_in_schema=False)
router = pages()


@entrance.get("/")
def choose(request: Request) -> Response:
    """Send a reader to the pages in the language that the browser asks for."""
    lang = wished(request.headers.get("accept-language", ""), request.app.state.languages)
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
    return RedirectResponse(f"/{lang}/", HTTPStatus.TEMPORARY_REDIRECT, headers=headers)


@router.get("/")
def home(request: Request, lang: str) -> Response:
    """The home page."""
    return page(request, "home.html")
