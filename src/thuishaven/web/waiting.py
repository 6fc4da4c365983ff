"""A page that takes longer: first what is being done, then, on the same page, what came of it.

The answer is sent in two parts, so that it needs no script, no reloading and no second question: the head of
the page with a word about the work, and, when that is done, everything that follows. A style hides the word
as soon as something follows it.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from markupsafe import Markup
from starlette.exceptions import HTTPException

from thuishaven.locale import _, use
from thuishaven.web.rendering import PRIVATE, page, spoken

log = logging.getLogger("thuishaven.web")
P = ParamSpec("P")
#: Seconds after which someone who waits is told why; what is done earlier is sent as one page.
PATIENCE = 0.3
_MAIN = re.compile(r"<main\b[^>]*>")


def patiently(
    title: str, about: str
) -> Callable[[Callable[P, Awaitable[Response]]], Callable[P, Coroutine[Any, Any, Response]]]:
    """Let a page say what it is doing when it takes longer than a moment.

    Parameters
    ----------
    title
        Of the page, a message.
    about
        What is being done, a message.
    """

    def over(route: Callable[P, Awaitable[Response]]) -> Callable[P, Coroutine[Any, Any, Response]]:
        @wraps(route)
        async def answered(*args: P.args, **kwargs: P.kwargs) -> Response:
            request = next(value for value in (*args, *kwargs.values()) if isinstance(value, Request))
            work: asyncio.Task[Response] = asyncio.create_task(_done(route, *args, **kwargs))
            finished, _waiting = await asyncio.wait({work}, timeout=PATIENCE)
            if finished:
                return work.result()
            return _in_two(request, work, title, about)

        return answered

    return over


async def _done(route: Callable[P, Awaitable[Response]], *args: P.args, **kwargs: P.kwargs) -> Response:
    return await route(*args, **kwargs)


def _in_two(request: Request, work: asyncio.Task[Response], title: str, about: str) -> Response:
    lang = spoken(request)
    with use(lang):
        shell = bytes(page(request, "working.html", title=_(title), about=_(about)).body).decode()
    first, rest = shell.split("</main>")

    async def parts() -> AsyncIterator[str]:
        yield first
        try:
            answer = await work
        except HTTPException as error:
            answer = _error(request, error.status_code)
        except Exception as error:
            log.error("broken", exc_info=error, extra={"path": request.scope.get("route_path", "")})
            answer = _error(request, HTTPStatus.INTERNAL_SERVER_ERROR)
        yield _after_main(request, answer, rest)

    headers = {"Content-Language": lang, "Cache-Control": PRIVATE}
    return StreamingResponse(parts(), media_type="text/html; charset=utf-8", headers=headers)


def _error(request: Request, status: int) -> Response:
    from thuishaven.web.errors import error_page

    return error_page(request, status)


def _after_main(request: Request, answer: Response, rest: str) -> str:
    """What of an answer stands behind the beginning of its content; for another address a link to it."""
    place = answer.headers.get("location")
    if place:
        with use(spoken(request)):
            return Markup('<p><a href="{}">{}</a></p></main>').format(place, _("Go on")) + rest
    body = bytes(answer.body).decode()
    begin = _MAIN.search(body)
    return body[begin.end() :] if begin else "</main>" + rest
