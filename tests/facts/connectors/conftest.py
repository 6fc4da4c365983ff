"""A publisher on 127.0.0.1 that answers what a test says, and breaks as real servers do."""

import gzip
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from thuishaven.facts.connectors import Connector, Fetcher, Limits, connectors

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@dataclass
class Reply:
    """One answer: ``trouble`` is drop (the line breaks inside the body), hang (nothing comes) or endless."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    trouble: str = ""


def as_json(what: object, **headers: str) -> Reply:
    body = what.encode() if isinstance(what, str) else json.dumps(what).encode()
    return Reply(body, headers={"Content-Type": "application/json", **headers})


class Publisher:
    """A server with a list of replies per path; the last one is repeated. ``asked`` lists path and query."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply | Callable[[str], Reply]]] = {}
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.released = threading.Event()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                publisher.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def on(self, path: str, *replies: Reply | Callable[[str], Reply]) -> None:
        self.replies[path] = list(replies)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked.append(handler.path)
        self.headers.append(dict(handler.headers))
        queue = self.replies.get(urlsplit(handler.path).path)
        if queue is None:
            handler.send_error(404)
            return
        reply = queue.pop(0) if len(queue) > 1 else queue[0]
        if callable(reply):
            reply = reply(handler.path)
        if reply.trouble == "hang":
            self.released.wait()
            return
        handler.send_response(reply.status)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.trouble == "drop":
            handler.send_header("Content-Length", str(len(reply.body) + 1000))
        handler.end_headers()
        if reply.trouble == "endless":
            while not self.released.is_set():
                handler.wfile.write(reply.body)
        else:
            handler.wfile.write(reply.body)

    def close(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    server = Publisher()
    yield server
    server.close()


@pytest.fixture(scope="session")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as one:
        yield one


@pytest.fixture
def waits() -> list[float]:
    """The seconds a fetcher would have waited."""
    return []


@pytest.fixture
def make_fetcher(tmp_path: Path, client: httpx.Client, waits: list[float]) -> Callable[..., Fetcher]:
    def make(**settings: Any) -> Fetcher:
        limits = Limits(**settings.pop("limits", {}))
        given: dict[str, Any] = {"client": client, "sleep": waits.append, "jitter": lambda: 0.5}
        return Fetcher(tmp_path / "cache", limits=limits, **{**given, "now": lambda: NOW, **settings})

    return make


@pytest.fixture
def fetcher(make_fetcher: Callable[..., Fetcher]) -> Fetcher:
    return make_fetcher()


@pytest.fixture
def named() -> Callable[[str], Connector]:
    return {connector.name: connector for connector in connectors()}.__getitem__


@pytest.fixture
def reply() -> type[Reply]:
    return Reply


@pytest.fixture
def json_reply() -> Callable[..., Reply]:
    return as_json


@pytest.fixture
def zipped() -> Callable[..., bytes]:
    def pack(text: str | bytes, name: str = "eurofxref-hist.csv", **more: str) -> bytes:
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, text)
            for other, content in more.items():
                archive.writestr(other, content)
        return whole.getvalue()

    return pack


@pytest.fixture
def gzipped() -> Callable[[bytes], bytes]:
    return gzip.compress
