"""A program that asks a server things over HTTP, on a free port of this machine."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import httpx
import uvicorn
from starlette.types import ASGIApp

from databases import draft_url, usual
from thuishaven.web import ServerSettings, create_app
from thuishaven.web.ops_run import options

T = TypeVar("T")
#: Settings of a server that counts nobody's requests.
UNCOUNTED: dict[str, Any] = {
    f"{what}_{how}": 10**6 for what in ("rate", "token", "sign_in") for how in ("per_minute", "burst")
}
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
YAML = {"Content-Type": "application/yaml"}
JSON = {"Content-Type": "application/json"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class Caller(httpx.Client):
    """A client that also knows the application it asks, and the loop on which that is served.

    Over the wire an answer takes twice as long as the application needs for it.
    """

    app: Any
    served: ASGIApp
    loop: asyncio.AbstractEventLoop

    def inside(
        self, method: str, path: str, headers: dict[str, str], content: str | bytes = b""
    ) -> httpx.Response:
        """What the server says, without the wire between it and who asks; nothing is left for afterwards.

        Parameters
        ----------
        method, path
            What is asked, with its query.
        headers
            The headers that differ from those of every request.
        content
            The body.
        """
        url = self.base_url.join(path)
        body = content.encode() if isinstance(content, str) else content
        sent = {"host": url.netloc.decode(), "accept": "*/*", "accept-encoding": "gzip, deflate", **headers}
        if body:
            sent["content-length"] = str(len(body))
        raw, _, query = url.raw_path.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "server": (url.host, url.port),
            "client": ("127.0.0.1", url.port),
            "scheme": "http",
            "method": method,
            "root_path": "",
            "path": unquote(raw.decode("ascii")),
            "raw_path": raw,
            "query_string": query,
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
            "state": {},
        }
        return asyncio.run_coroutine_threadsafe(_answer(self.served, scope, body), self.loop).result(60)


async def _answer(app: ASGIApp, scope: dict[str, Any], body: bytes) -> httpx.Response:
    asked, ended = [{"type": "http.request", "body": body, "more_body": False}], asyncio.Event()
    said: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        if not asked:
            await ended.wait()
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        said.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            ended.set()

    await app(scope, receive, send)
    return httpx.Response(
        said[0]["status"],
        headers=said[0]["headers"],
        content=b"".join(message.get("body", b"") for message in said[1:]),
    )


@contextmanager
def calling(folder: Path, engine: str = "", **settings: Any) -> Iterator[Caller]:
    """A client of an application of its own, with its databank and drafts in a folder or on PostgreSQL."""
    given = {**UNCOUNTED, "log_level": "error", **settings}
    with draft_url(engine or usual(), folder) as url:
        chosen = ServerSettings(database_url=url, **given)
        with answering(create_app(chosen), chosen) as client:
            yield client


@contextmanager
def answering(app: Any, chosen: ServerSettings) -> Iterator[Caller]:
    """A client of an application that is served for as long."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, **{**options(chosen), "lifespan": "on"}))
    loops: list[asyncio.AbstractEventLoop] = []

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        await server.serve([listening])

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with Caller(base_url=address, timeout=60, trust_env=False) as client:
        client.app, client.served, client.loop = app, server.config.loaded_app, loops[0]
        yield client
    server.should_exit = True
    thread.join()
    listening.close()


def awaited(story: Coroutine[Any, Any, T]) -> T:
    """What a coroutine comes to, in a thread of its own; a browser keeps a loop in this one."""
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, story).result()


def example() -> dict[str, Any]:
    """The example of the OpenAPI document as plain values: small, and good."""
    from thuishaven.dossier import yaml

    folder = ROOT / "src" / "thuishaven" / "web" / "api" / "examples"
    tree = yaml.plain(yaml.parse((folder / "dossier.yaml").read_text(encoding="utf-8")))
    found: dict[str, Any] = json.loads(json.dumps(tree, default=str))
    return found
