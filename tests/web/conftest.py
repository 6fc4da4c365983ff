"""A live server and Debian's Chromium that reads it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn
from browsing import Site, Visitor
from calling import UNCOUNTED

from chromium import launched
from databases import draft_url, usual
from thuishaven.web import ServerSettings, create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The pages on a free port, in three languages and the pseudo-locale."""
    folder: Path = tmp_path_factory.mktemp("web")
    with draft_url(usual(), folder) as url:
        app = create_app(ServerSettings(database_url=url, **UNCOUNTED), languages=("nl", "en", "fr", "xx"))
        listening = socket.socket()
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", app)
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a screen; for one file, since its loop stands in the way of other loops."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = launched(playwright)
        yield found
        found.close()


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Any]:
    """Make a visitor: ``visit(width=390, scripts=False)``. Errors on the console fail the test."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def make(width: int = 1280, scripts: bool = True, **options: Any) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            accept_downloads=True,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                problems.append(f"{page.url}: {message.text}")
                if message.type == "error" and "Failed to load resource" not in message.text
                else None
            ),
        )
        page.on(
            "request",
            lambda request: (
                problems.append(f"{page.url} asks {request.url}")
                if not request.url.startswith((site.address, "data:", "blob:"))
                else None
            ),
        )
        return Visitor(page, site, problems)

    yield make
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    """A program that reads the pages, without a browser."""
    with httpx.Client(base_url=site.address, timeout=60) as found:
        yield found
