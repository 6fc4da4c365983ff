"""People at the coding desk: two coders, an editor, an adviser, and a reader without an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from browsing import violations
from org_desk import Street, street

from databases import Clock, place
from thuishaven.databank import Database
from visitors import PASSWORD, House

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Who works at the desk, and as what.
STAFF = {"anna": "coder", "bram": "coder", "eva": "editor", "rik": "adviser", "olga": "operator"}


@contextmanager
def staffed(engine: str, folder: Path) -> Iterator[Street]:
    """A server with these people, all of one agency; its clock stands still until it is moved."""
    clock = Clock()
    with (
        place(engine, folder) as where,
        Database(where, clock) as databank,
        street(House(databank), folder) as found,
    ):
        for name, role in STAFF.items():
            found.joins(name, found.agency, role)
        found.clock = clock  # type: ignore[attr-defined]
        yield found


def later(found: Street, **time: float) -> None:
    """The clock moves on, and everybody signs in again."""
    found.clock.pass_(**time)  # type: ignore[attr-defined]
    for name in STAFF:
        token, _actor = found.house.sessions.sign_in(f"{name}@example.org", PASSWORD)
        found.tokens[name], found.actors[name] = found.house.sessions.switch(token, found.agency.id)


def id_in(page: str, kind: str) -> str:
    """The first case, task or signal that a page leads to."""
    found = re.search(rf"/desk/{kind}/([0-9a-f]{{24}})", page)
    assert found, kind
    return found[1]


def source(**more: str) -> dict[str, str]:
    """The fields of a source on a form."""
    given = {
        "source_kind": "quality_press",
        "publisher": "Link Magazine",
        "title": "Pots komt thuis",
        "url": "https://press.example/pots",
        "published_on": "2021-09-14",
    }
    return {**given, **more}


def chosen(**more: str) -> dict[str, Any]:
    """Everything that a coder must say of a plant pot that came home, as the form sends it."""
    said = {
        "c.0.organisation.name": "Pots bv",
        "c.0.organisation.country": "NLD",
        "c.0.case.case_type": "reshoring",
        "c.1.move.from_country": "CHN",
        "c.1.move.to_country": "NLD",
        "c.1.move.form_from": "supplier",
        "c.1.move.form_to": "own",
        "c.1.move.nace": "C22",
        "c.0.status.announced.as_of": "2021-09",
        "c.0.status.announced.since": "2021-09",
        "go": "finish",
    }
    return {**said, **{name.replace("__", "."): value for name, value in more.items()}}


class Reader:
    """Somebody with a browser, who reads the pages in one language and has axe look at each kind once."""

    def __init__(self, desk: Street, browser: Browser, name: str, lang: str, **options: Any) -> None:
        self.desk, self.name, self.lang = desk, name, lang
        self.context = browser.new_context(reduced_motion="reduce", **options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(60_000)
        self.seen: dict[str, list[str]] = {}

    def sign_in(self) -> None:
        """Bring the session that the person has now."""
        if self.name:
            cookie = {"name": "thuishaven-session", "value": self.desk.tokens[self.name]}
            self.context.add_cookies([{**cookie, "url": self.desk.address}])  # type: ignore[typeddict-item]

    def open(self, path: str, status: int = 200) -> Page:
        answer = self.page.goto(f"{self.desk.address}/{self.lang}/{path}")
        assert answer is not None
        assert status == answer.status, f"{path}: {answer.status}"
        return self.look()

    def look(self) -> Page:
        """Let axe judge the page, once for each kind."""
        kind = re.sub(r"[0-9a-f]{24}", "x", self.page.url.partition("?")[0].partition("#")[0])
        if kind not in self.seen:
            self.page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
            self.seen[kind] = violations(self.page)
        return self.page

    def press(self, name: str, kind: Any = "button") -> Page:
        """Press a button or follow a link, and look at the page that follows."""
        # What is said to screen readers alone stands after a space in the name of a button.
        wanted = re.compile("^" + re.escape(name).replace(":", "\\s?:") + "$")
        self.page.get_by_role(kind, name=wanted).first.click()
        self.page.wait_for_load_state()
        return self.look()

    def fill(self, fields: dict[str, str]) -> None:
        """Fill in fields by their names; closed parts of the page open for it."""
        self.page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        for name, value in fields.items():
            field = self.page.locator(f'[name="{name}"]').first
            if field.evaluate("part => part.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
