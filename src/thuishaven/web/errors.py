"""The pages that are shown when something is not there, not allowed or broken, each with a way on."""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exception_handlers import request_validation_exception_handler
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.locale import N_, _, use
from thuishaven.web.api import problems
from thuishaven.web.people import SignInFirst
from thuishaven.web.people_words import told
from thuishaven.web.rendering import page, spoken
from thuishaven.web.store import DraftGone

log = logging.getLogger("thuishaven.web")

#: Title and explanation by status.
TEXTS: dict[int, tuple[str, str]] = {
    HTTPStatus.NOT_FOUND: (
        N_("This page is not here"),
        N_("The address may have been typed wrongly, or the page has moved."),
    ),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        N_("This page cannot be used like that"),
        N_("Go back to the page before and use the buttons on it."),
    ),
    HTTPStatus.FORBIDDEN: (
        N_("This was not accepted"),
        N_(
            "The form was not sent from our own page, or the page was open for too long. Open it again "
            "and send it once more; nothing was changed."
        ),
    ),
    HTTPStatus.GONE: (
        N_("This draft is no longer kept"),
        N_(
            "A draft is kept for 24 hours and then removed. If you saved it as a file, open that file to "
            "go on."
        ),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        N_("This file is too large"),
        N_("It is larger than what is read here. Take out what is not part of the template and try again."),
    ),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        N_("This could not be read"),
        N_("Go back to the page before and use the buttons on it."),
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        N_("Too many questions at once"),
        N_("Wait a minute and try again. Your draft is kept."),
    ),
}
TEXTS[HTTPStatus.SERVICE_UNAVAILABLE] = (
    N_("It is busy now"),
    N_("Others are calculating too. Try again in a few seconds; your draft is kept."),
)
TEXTS[HTTPStatus.UNSUPPORTED_MEDIA_TYPE] = (
    N_("This kind of file is not read here"),
    N_("A dossier is YAML, JSON or XLSX; a table of parts is CSV or XLSX."),
)
BROKEN = (
    N_("Something went wrong on our side"),
    N_("Your draft is kept. Try again; if it goes wrong once more, save the draft as a file and start anew."),
)
#: What the rooms of people and dossiers refuse with.
_ACCESS = {NotFound: HTTPStatus.NOT_FOUND, Denied: HTTPStatus.FORBIDDEN}


def error_page(request: Request, status: int, headers: dict[str, str] | None = None) -> Response:
    """The page for a status: what is wrong, and where to go."""
    title, text = TEXTS.get(status, BROKEN)
    return page(request, "error.html", status=status, headers=headers, title=title, text=text)


def of_program(request: Request) -> bool:
    """Whether a program asks, which gets the answer of the API."""
    return request.url.path.startswith(("/api/", "/static/"))


def install(app: FastAPI) -> None:
    """Let the pages answer for what goes wrong on them."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if of_program(request):
            return await problems.refuse(request, error)
        return error_page(request, error.status_code, dict(error.headers or {}))

    async def unreadable(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        if of_program(request):
            return await request_validation_exception_handler(request, error)
        return error_page(request, HTTPStatus.UNPROCESSABLE_ENTITY)

    async def broken(request: Request, error: Exception) -> Response:
        log.error("broken", exc_info=error, extra={"path": request.scope.get("route_path", "")})
        return error_page(request, HTTPStatus.INTERNAL_SERVER_ERROR)

    async def refused(request: Request, error: Exception) -> Response:
        """What a room of people and dossiers says no to."""
        assert isinstance(error, AccessError)
        status = _ACCESS.get(type(error), HTTPStatus.CONFLICT)
        if of_program(request):
            return await problems.refuse(request, HTTPException(status, error.code))
        if isinstance(error, NotFound):
            return error_page(request, status)
        with use(spoken(request)):
            return page(
                request, "error.html", status=status, title=_("This is not possible"), text=told(error)
            )

    async def sign_in_first(request: Request, error: Exception) -> Response:
        assert isinstance(error, SignInFirst)
        return Response(status_code=error.status_code, headers=dict(error.headers or {}))

    async def gone(request: Request, error: Exception) -> Response:
        return error_page(request, HTTPStatus.GONE)

    app.add_exception_handler(HTTPException, known)
    app.add_exception_handler(SignInFirst, sign_in_first)
    app.add_exception_handler(AccessError, refused)
    app.add_exception_handler(DraftGone, gone)
    app.add_exception_handler(RequestValidationError, unreadable)
    app.add_exception_handler(Exception, broken)
