"""What stands between the network and our routes: every request is looked at here, every answer completed.

In this order: the visitor's address and scheme, the host, where a form comes from, how often is asked, how
large and how slow a body may be. What goes wrong behind it becomes an answer without particulars. ``HEAD`` is
answered as ``GET`` without its body, ``OPTIONS`` with what is allowed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thuishaven.web import guards_headers
from thuishaven.web.guards_client import client_of, header, scheme_of
from thuishaven.web.guards_rate import Limits
from thuishaven.web.ops_settings import ServerSettings

log = logging.getLogger("thuishaven.web")

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
#: Kinds of body that are files, which may be larger than a text.
FILES = (
    "multipart/form-data",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/octet-stream",
)
#: Where nobody is counted: watching the server, and files that are kept for good.
UNCOUNTED = ("/health", "/metrics", "/static/")
API = "/api/"
#: Hosts of this machine, so that health is watched without the name of the site.
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

Refuse = Callable[[Request, HTTPException], Awaitable[Response]]


class Refusal(HTTPException):
    """A request that goes no further: a status, the code of its words, and what they mention."""

    def __init__(self, status: int, code: str, headers: dict[str, str] | None = None, **params: Any) -> None:
        super().__init__(status, code, headers)
        self.code = code
        self.params = params


class Guard:
    """The middleware.

    Parameters
    ----------
    app
        What comes behind it.
    settings
        Limits, proxies, base URL.
    owner
        The application, for its routes and for the pages that say what went wrong.
    problem
        Answers a program that was refused.
    """

    def __init__(self, app: ASGIApp, settings: ServerSettings, owner: FastAPI, problem: Refuse) -> None:
        self._app = app
        self._settings = settings
        self._owner = owner
        self._problem = problem
        self._limits = Limits(settings)
        self._host = urlsplit(settings.base_url).hostname

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        settings, method = self._settings, scope["method"]
        scope["client"] = (client_of(scope, settings.trusted_proxies), 0)
        scope["scheme"] = "https" if settings.secure else scheme_of(scope, settings.trusted_proxies)
        answer = _Answer(send, secure=scope["scheme"] == "https", headless=method == "HEAD")
        if method == "HEAD":
            scope["method"] = "GET"
        request = Request(scope, receive)
        try:
            self._check(scope)
            if method == "OPTIONS":
                allowed = ", ".join(allowed_methods(self._owner, scope))
                if not allowed:
                    raise HTTPException(HTTPStatus.NOT_FOUND)
                reply = Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allowed})
                await reply(scope, receive, answer.send)
                return
            await self._app(scope, self._limited(scope, receive), answer.send)
        except HTTPException as error:
            if answer.started:
                raise
            await (await self._refused(request, error))(scope, receive, answer.send)
        except ClientDisconnect:
            return
        except Exception as error:
            log.error("broken", exc_info=error)
            if not answer.started:
                await (await self._broken(request, error))(scope, receive, answer.send)
            elif not answer.complete:
                # Half an answer cannot be mended; the server cuts the connection.
                raise

    def _check(self, scope: Scope) -> None:
        """Whether a request may go on. Raises :class:`Refusal`."""
        path, method = scope["path"], scope["method"]
        if self._host is not None:
            asked = urlsplit(f"//{header(scope, b'host')}").hostname
            if asked not in {self._host, *LOCAL}:
                raise Refusal(HTTPStatus.MISDIRECTED_REQUEST, "other_host")
        if "\0" in path:
            # No name holds it, and PostgreSQL takes no text that does.
            raise Refusal(HTTPStatus.NOT_FOUND, "not_found")
        if method not in SAFE and not own_page(scope, self._settings.base_url):
            raise Refusal(HTTPStatus.FORBIDDEN, "other_site")
        if not path.startswith(UNCOUNTED):
            wait = self._limits.wait(scope)
            if wait:
                raise Refusal(
                    HTTPStatus.TOO_MANY_REQUESTS, "too_often", {"Retry-After": str(wait)}, seconds=wait
                )
        if header(scope, b"content-encoding") not in ("", "identity"):
            raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "encoded_body")
        declared = header(scope, b"content-length")
        if declared.isdecimal() and int(declared) > self._most(scope):
            raise self._too_large(scope)

    def _most(self, scope: Scope) -> int:
        kind = header(scope, b"content-type").split(";")[0].strip().lower()
        return self._settings.upload_bytes if kind in FILES else self._settings.body_bytes

    def _too_large(self, scope: Scope) -> Refusal:
        size = f"{self._most(scope) / 10**6:g} MB"
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", expected=size)

    def _limited(self, scope: Scope, receive: Receive) -> Receive:
        """A body that stops when it grows too large or dawdles, whatever its length said."""
        most, seconds, total, whole = self._most(scope), self._settings.body_seconds, 0, False

        async def limited() -> Message:
            nonlocal total, whole
            if whole:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), seconds)
            except TimeoutError:
                raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "too_slow_body", {"Connection": "close"}) from None
            if message["type"] == "http.request":
                total += len(message.get("body", b""))
                whole = not message.get("more_body", False)
                if total > most:
                    raise self._too_large(scope)
            return message

        return limited

    async def _refused(self, request: Request, error: HTTPException) -> Response:
        if request.url.path.startswith(API):
            return await self._problem(request, error)
        return await self._handled(HTTPException, request, error)

    async def _broken(self, request: Request, error: Exception) -> Response:
        if request.url.path.startswith(API):
            return await self._problem(request, HTTPException(HTTPStatus.INTERNAL_SERVER_ERROR))
        return await self._handled(Exception, request, error)

    async def _handled(self, kind: type[Exception], request: Request, error: Exception) -> Response:
        """The page that the application shows for an error."""
        handler: Any = self._owner.exception_handlers.get(kind)
        if handler is None:
            return Response(status_code=getattr(error, "status_code", HTTPStatus.INTERNAL_SERVER_ERROR))
        reply: Response = await handler(request, error)
        return reply


class _Answer:
    """Sends an answer on, with its headers completed and, for ``HEAD``, without its body."""

    def __init__(self, send: Send, *, secure: bool, headless: bool) -> None:
        self._send = send
        self._secure = secure
        self._headless = headless
        self.started = self.complete = False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            guards_headers.add(MutableHeaders(scope=message), secure=self._secure)
        elif message["type"] == "http.response.body":
            self.complete = not message.get("more_body", False)
            if self._headless:
                message = {**message, "body": b""}
        await self._send(message)


def own_page(scope: Scope, base_url: str) -> bool:
    """Whether a request that changes something comes from our own pages, or from no browser at all.

    Browsers say so in Sec-Fetch-Site; older ones, and any over plain http, name the page in Origin. A
    program sends neither, and holds no cookie that another site could make use of.
    """
    site = header(scope, b"sec-fetch-site")
    if site:
        return site in ("same-origin", "none")
    origin = header(scope, b"origin")
    if not origin:
        return True
    return origin in {f"{scope['scheme']}://{header(scope, b'host')}", base_url} - {""}


def allowed_methods(app: Any, scope: Scope) -> list[str]:
    """The methods that a path answers to; none where nothing is there."""
    found = [method for method in METHODS if _answers(app.routes, {**scope, "method": method})]
    if "GET" in found and "HEAD" not in found:
        found.insert(1, "HEAD")
    return [*found, "OPTIONS"] if found and "OPTIONS" not in found else found


def _answers(routes: list[BaseRoute], scope: Scope) -> bool:
    for route in routes:
        match, child = route.matches(scope)
        if match is not Match.FULL:
            continue
        inner = getattr(getattr(route, "app", None), "routes", None)
        if inner is not None and not hasattr(route, "methods"):
            return _answers(inner, {**scope, **child})
        return True
    return False


def install(app: FastAPI, settings: ServerSettings, problem: Refuse) -> None:
    """Put the guard before an application; parameters as for :class:`Guard`."""
    app.add_middleware(Guard, settings=settings, owner=app, problem=problem)
