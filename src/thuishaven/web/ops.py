"""Running the server: is it alive and ready, how much does it do, and what does it write down about it."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thuishaven.dossier import VERSION
from thuishaven.web import ops_apart, ops_metrics
from thuishaven.web.guards_client import within
from thuishaven.web.ops_metrics import Metrics
from thuishaven.web.ops_work import Memory, Work, known_facts

if TYPE_CHECKING:
    from thuishaven.web.ops_settings import ServerSettings
    from thuishaven.web.store import DraftStore

log = logging.getLogger("thuishaven.web")
router = APIRouter(include_in_schema=False)

#: Minutes between two rounds in which expired drafts are deleted and what nobody looks at is forgotten.
ROUND = 5
#: Where a path is no route of ours, so that made-up paths make no new counters.
NOWHERE = "unmatched"


@router.get("/health/live")
async def live() -> Response:
    """The process answers."""
    return JSONResponse({"status": "alive", "version": VERSION})


@router.get("/health/ready")
async def ready(request: Request) -> Response:
    """The process can serve: its drafts and its facts can be read."""
    checks = {}
    for name, check in (("drafts", request.app.state.store.count), ("facts", lambda: len(known_facts()))):
        try:
            await anyio.to_thread.run_sync(check)
            checks[name] = "ready"
        except Exception as error:
            log.error("not ready", exc_info=error)
            checks[name] = "failing"
    good = set(checks.values()) == {"ready"}
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return JSONResponse({"status": "ready" if good else "failing", "checks": checks}, status)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """The counters, for those who may see them."""
    state = request.app.state
    if request.client is None or not within(request.client.host, state.settings.metrics_for):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    counted: Metrics = state.metrics
    counted.gauge("drafts", await anyio.to_thread.run_sync(state.store.count))
    counted.gauge("work_inside", state.work.inside)
    return Response(counted.text(), media_type=ops_metrics.CONTENT_TYPE)


class Watch:
    """Counts every request and writes one line about it.

    Parameters
    ----------
    app
        What comes behind it.
    metrics
        Where it is counted.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, method, number = time.perf_counter(), scope["method"], secrets.token_hex(8)
        seen = {"status": int(HTTPStatus.INTERNAL_SERVER_ERROR), "bytes": 0}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = number
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        self._metrics.running += 1
        try:
            await self._app(scope, receive, watched)
        finally:
            self._metrics.running -= 1
            seconds, route = time.perf_counter() - began, pattern(scope)
            self._metrics.request(method, route, seen["status"], seconds)
            fields = {
                "method": method,
                "route": route,
                "milliseconds": round(seconds * 1000, 1),
                "request": number,
            }
            level = logging.DEBUG if route.startswith(("/health", "/static", "/metrics")) else logging.INFO
            log.log(level, "request", extra={**fields, **seen})


def pattern(scope: Scope) -> str:
    """The pattern of the route that answered, as in ``/{lang}/scan``: never what a visitor typed."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return NOWHERE
    mounted = scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))
    return f"{mounted}{path}"


def install(app: FastAPI, settings: ServerSettings, store: DraftStore) -> None:
    """Give an application its counters, its queue of work, its rounds and the routes to watch it.

    Parameters
    ----------
    app
        The application; to be called last, so that everything is counted.
    settings
        How to serve.
    store
        The drafts, purged every ten minutes.
    """
    app.state.metrics = Metrics()
    app.state.work = Work(settings.work_at_once, settings.work_waiting)
    app.include_router(router)
    app.add_middleware(Watch, metrics=app.state.metrics)
    app.router.lifespan_context = lifespan(store, app.state.rooms.close)


def lifespan(
    store: DraftStore, close: Callable[[], None] = lambda: None
) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """What runs as long as the server does: facts are read at once, expired drafts deleted every round.

    Parameters
    ----------
    store
        The drafts.
    close
        Lets go of what else is open, when the server stops.
    """

    @asynccontextmanager
    async def running(_app: Any) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(known_facts)
        rounds = asyncio.create_task(_rounds(store))
        log.info("started", extra={"version": VERSION})
        try:
            yield
        finally:
            rounds.cancel()
            ops_apart.close()
            store.close()
            close()
            log.info("stopped")

    return running


async def _rounds(store: DraftStore) -> None:
    while True:
        Memory.forget()
        try:
            gone = await anyio.to_thread.run_sync(store.purge)
            if gone:
                log.info("expired drafts deleted", extra={"drafts": gone})
        except Exception as error:
            log.error("expired drafts not deleted", exc_info=error)
        await asyncio.sleep(ROUND * 60)
