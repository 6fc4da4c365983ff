"""A program that asks a server things over HTTP, on a free port of this machine."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

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
    """A client that also knows the application it asks."""

    app: Any


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
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with Caller(base_url=address, timeout=60, trust_env=False) as client:
        client.app = app
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
