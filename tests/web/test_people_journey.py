"""People in a real browser: registering, the second step, at another site and back, and axe."""

from __future__ import annotations

import base64
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn
from browsing import violations

from databases import draft_url, usual
from providing import providing
from thuishaven.access import totp
from thuishaven.web import ServerSettings, create_app
from visitors import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow


@contextmanager
def listening() -> Iterator[tuple[socket.socket, str]]:
    """A free port, and the address that it will have."""
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    try:
        yield found, f"http://127.0.0.1:{found.getsockname()[1]}"
    finally:
        found.close()


@contextmanager
def served(where: socket.socket, address: str, folder: Path, **settings: Any) -> Iterator[Any]:
    """An application with letters in a folder."""
    given = {
        "letters": "folder",
        "letters_folder": str(folder / "letters"),
        "base_url": address,
        "rate_per_minute": 1e6,
        "rate_burst": 10**6,
    }
    with draft_url(usual(), folder) as url:
        app = create_app(ServerSettings(database_url=url, **given, **settings))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [where]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        try:
            yield app
        finally:
            server.should_exit = True
            thread.join()


def link_of(app: Any, folder: Path) -> str:
    """The link in the newest letter."""
    # What is left for after the answer is done first.
    while app.state.metrics.running:
        time.sleep(0.001)
    assert app.state.rooms.sender.settle()
    newest = sorted((folder / "letters").glob("*.eml"))[-1]
    text = message_from_bytes(newest.read_bytes(), policy=default).get_body(("plain",)).get_content()
    found = re.search(r"http://\S+", text)
    assert found is not None
    return found[0]


def page_of(browser: Browser, scripts: bool = True, width: int = 1280, **options: Any) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=scripts, **options
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def sign_in(page: Page, address: str, email: str = "an@example.org") -> None:
    page.goto(f"{address}/en/account/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_from_registering_to_the_second_step(browser: Browser, tmp_path: Path) -> None:
    with listening() as (where, address), served(where, address, tmp_path) as app:
        page = page_of(browser)
        page.goto(f"{address}/en/")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("link", name="Make an account").click()
        page.get_by_role("button", name="Send me the letter").click()
        page.wait_for_load_state()
        assert "summary" == page.evaluate("document.activeElement.className")
        page.get_by_label("Your name").fill("An Peeters")
        page.get_by_label("E-mail address").fill("an@example.org")
        page.get_by_role("button", name="Send me the letter").click()
        page.get_by_text("Look in your mailbox").wait_for()
        page.goto(link_of(app, tmp_path))
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The same password once more").fill(PASSWORD)
        page.get_by_role("button", name="Keep this password").click()
        page.get_by_text("Your account is ready").wait_for()
        sign_in(page, address)
        page.locator("header .me summary").click()
        page.get_by_role("navigation", name="Your account").get_by_role(
            "link", name="Your account"
        ).first.click()
        page.get_by_role("link", name="Second step").first.click()
        page.get_by_role("button", name="Begin").click()
        page.locator("svg.qr").wait_for()
        page.get_by_text("No camera?").click()
        secret = page.locator("code.secret").inner_text().replace(" ", "")

        def code() -> str:
            return totp.code_at(base64.b32decode(secret), int(time.time() // totp.STEP))

        page.get_by_label("Type the code").fill(code())
        page.get_by_role("button", name="Switch the second step on").click()
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save as a file").click()
        codes = saved.value.path().read_text().split()
        assert 10 == len(codes)
        page.get_by_role("link", name="I have kept them").click()
        page.locator("header .me summary").click()
        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("You are signed out").wait_for()
        sign_in(page, address)
        page.get_by_label("Code").fill(codes[0])
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("heading", name="Your account").wait_for()
        assert "You have 9 recovery codes left" in (
            page.goto(f"{address}/en/account/second-step") and page.content()
        )
        page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_signing_in_at_another_site(browser: Browser, tmp_path: Path, scripts: bool) -> None:
    with listening() as (where, address), providing(tmp_path, f"{address}/signed-in/op") as issuer:
        (tmp_path / "secret").write_text("hush")
        file = tmp_path / "providers.toml"
        file.write_text(
            f"""[op]
name = "the city"
issuer = "{issuer}"
client_id = "thuishaven"
client_secret_file = "secret"
scopes = ["openid", "profile", "email", "org"]
claims = {{number = "vo_orgcode", organisation = "vo_orgnaam"}}
country = "BEL"
"""
        )
        with served(where, address, tmp_path, providers_file=str(file)):
            page = page_of(browser, scripts)
            page.goto(f"{address}/en/account/keys")
            page.get_by_role("link", name="Sign in with the city").click()
            page.get_by_label("Name").fill("an@0403170701")
            page.get_by_role("button", name="In").click()
            if not scripts:
                page.get_by_role("button", name="Go on").click()
            page.get_by_role("heading", name="API keys").wait_for()
            menu = page.locator("header .me summary")
            assert "An Organisation 0403170701" == menu.inner_text()
            page.goto(f"{address}/en/account/members")
            page.get_by_role("heading", name="Invite somebody").wait_for()
            assert "another site" in (page.goto(f"{address}/en/account/settings") and page.content())
            names = {cookie["name"]: cookie for cookie in page.context.cookies(address)}
            assert "thuishaven-away" not in names
            page.locator("header .me summary").click()
            page.get_by_role("button", name="Sign out").click()
            page.get_by_role("link", name="Sign out there too").wait_for()
            page.goto(f"{address}/en/account/keys")
            page.get_by_role("heading", name="Sign in", exact=True).wait_for()
            page.context.clear_cookies()
            page.goto(f"{address}/en/account/with/op")
            page.get_by_label("Name").fill("nobody")
            page.get_by_role("button", name="In").click()
            page.get_by_text("did not let you in").wait_for()
            page.context.close()


OUTSIDE = ("sign-in", "sign-in?ended=1", "register", "register?done=asked", "reset", "confirm/x", "invite/x")
INSIDE = (
    "account",
    "account/settings",
    "account/second-step",
    "account/sessions",
    "account/keys",
    "account/organisations",
    "account/organisation",
    "account/members",
    "account/erase",
    "admin",
    "admin/people?words=an",
    "admin/audit",
)


@pytest.mark.parametrize(
    ("lang", "width", "scheme", "part"), [("nl", 1280, "dark", 0), ("fr", 320, "light", 1)]
)
def test_axe_finds_nothing(
    browser: Browser, tmp_path: Path, lang: str, width: int, scheme: Any, part: int
) -> None:
    """Half of the pages in each look, so that all are seen in the time of one."""
    with listening() as (where, address), served(where, address, tmp_path) as app:
        rooms = app.state.rooms
        rooms.accounts.confirm(rooms.accounts.register("an@example.org", "An"), PASSWORD)
        token, an = rooms.sessions.sign_in("an@example.org", PASSWORD)
        werf = rooms.organisations.create(an, "Werf", "BEL")
        local = rooms.database.confidential.local("beheer")
        for role in ("operator", "data_protection_officer"):
            rooms.organisations.give(local, an.person, werf.id, role)
        token, an = rooms.sessions.switch(token, werf.id)
        invitation = rooms.organisations.invite(an, werf.id, "ben@example.org", ["adviser"])
        rooms.keys.create(an, "Planning", ["read:dossier"])
        waiting = rooms.accounts.register("cem@example.org", "Cem")
        page = page_of(browser, width=width, color_scheme=scheme)
        found: dict[str, list[str]] = {}

        def look(path: str) -> None:
            for part in page.query_selector_all("details:not([open]) > summary"):
                part.evaluate("part => part.parentElement.open = true")
            wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            found[path] = [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]

        for path in (*OUTSIDE[part::2], f"confirm/{waiting}", f"invite/{invitation}"):
            page.goto(f"{address}/{lang}/account/{path}")
            look(path)
        page.locator("main form button").click()
        page.wait_for_load_state()
        assert "summary" in page.evaluate("document.activeElement.className")
        look("wrong")
        page.context.add_cookies([{"name": "thuishaven-session", "value": token, "url": address}])
        for path in (*INSIDE[part::2], f"admin/people/{an.person}"):
            page.goto(f"{address}/{lang}/{path}")
            look(path)
        rooms.accounts.start_second_step(an)
        page.goto(f"{address}/{lang}/account/second-step")
        look("half on")
        page.goto(f"{address}/{lang}/account/keys")
        page.locator("#f-name").fill("x")
        page.locator("main form button").last.click()
        page.wait_for_load_state()
        look("key")
        page.context.close()
        assert {} == {path: wrong for path, wrong in found.items() if wrong}
