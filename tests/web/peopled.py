"""People at the pages of one installation: each with a browser's cookies, and a mailbox that all share."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from calling import UNCOUNTED

from databases import Clock
from thuishaven.access import Policy
from thuishaven.databank import Database
from thuishaven.web import ServerSettings, create_app
from thuishaven.web.people import Rooms
from visitors import PASSWORD, QUICK, Postbox

SITE = "https://reshore.example"


class Threads(httpx.BaseTransport):
    """Asks an application that runs in this process, on the event loop of its installation."""

    def __init__(self, app: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._inner = httpx.ASGITransport(app)
        self._loop = loop

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def asked() -> httpx.Response:
            answer = await self._inner.handle_async_request(request)
            return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result(60)


class Someone(httpx.Client):
    """Somebody with a browser without JavaScript."""

    def see(self, path: str, status: int = 200) -> str:
        """A page, which must answer with this status."""
        answer = self.get(path, follow_redirects=False)
        assert status == answer.status_code, f"{path}: {answer.status_code}"
        return answer.text

    def fill(self, path: str, **fields: Any) -> httpx.Response:
        """A form; what it leads to is not followed."""
        return self.post(path, data=fields, follow_redirects=False)

    def does(self, path: str, **fields: Any) -> str:
        """A form that must be accepted; gives where it leads."""
        answer = self.fill(path, **fields)
        assert 303 == answer.status_code, f"{path}: {answer.status_code} {wrong(answer.text)}"
        return answer.headers["location"]

    def refused(self, path: str, **fields: Any) -> str:
        """A form that must come back with what is wrong."""
        answer = self.fill(path, **fields)
        assert 422 == answer.status_code, f"{path}: {answer.status_code}"
        return wrong(answer.text)


def wrong(html: str) -> str:
    """What the summary at the top of a page says is wrong."""
    found = re.search(r'id="problems".*?<ul>(.*?)</ul>', html, re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()) if found else ""


class Town:
    """One installation with its visitors."""

    def __init__(self, databank: Database, clock: Clock, app: Any, rooms: Rooms, post: Postbox) -> None:
        self.databank, self.clock, self.app, self.rooms, self.post = databank, clock, app, rooms, post
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.app.state.store.close()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def visitor(self) -> Someone:
        """Somebody without an account."""
        return Someone(transport=Threads(self.app, self.loop), base_url=SITE)

    def registered(self, name: str) -> Someone:
        """Somebody who registered and confirmed, and is not signed in."""
        someone = self.visitor()
        someone.does("/en/account/register", name=name, email=f"{name.lower()}@example.org")
        token = self.post.last("confirm").token
        someone.does(f"/en/account/confirm/{token}", password=PASSWORD, again=PASSWORD)
        return someone

    def person(self, name: str) -> Someone:
        """Somebody who is signed in."""
        someone = self.registered(name)
        sign_in(someone, name)
        return someone

    def local(self, name: str = "beheer") -> Any:
        """Whoever works in a terminal of the machine."""
        return self.databank.confidential.local(name)


def sign_in(someone: Someone, name: str, password: str = PASSWORD) -> str:
    """Sign in; gives where that leads."""
    return someone.does("/en/account/sign-in", email=f"{name.lower()}@example.org", password=password)


@contextmanager
def peopled(
    databank: Database, clock: Clock, folder: Path, rules: Policy = QUICK, **settings: Any
) -> Iterator[Town]:
    """An installation on a databank of the tests."""
    post = Postbox()
    given = {**UNCOUNTED, "log_level": "error", "base_url": SITE, **settings}
    url = f"sqlite:///{folder / 'drafts.db'}" if databank.dialect == "sqlite" else str(databank.where)
    chosen = ServerSettings(database_url=url, **given)
    rooms = Rooms.of(databank, post, rules)
    app = create_app(chosen, rooms=rooms)
    town = Town(databank, clock, app, rooms, post)
    try:
        yield town
    finally:
        town.close()
