"""Pages of accounts, organisations, sharing and the installation: empty, filled and with what is wrong.

axe finds nothing on any of them, and nothing runs off a narrow screen, in the three languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import violations
from canaries import plant
from town import Town, filled, town

#: Pages by who reads them: of somebody who just came, and of people with work.
EMPTY = {
    "public": (
        "account/sign-in",
        "account/reset",
        "account/code",
        "shared/nothing",
        "account/invite/nothing",
    ),
    "person": (
        *("account", "account/settings", "account/second-step", "account/sessions", "account/keys"),
        *("account/organisations", "account/erase", "dossiers", "dossiers/nothing"),
    ),
}
FILLED = {
    "public": (
        "account/invite/{invite}",
        "account/confirm/{confirm}",
        "shared/{token}",
        "follow-up/{follow_up}",
    ),
    "administrator": ("account/organisation", "account/organisations", "account/members"),
    "company_user": (
        *("dossiers", "dossiers/new", "dossiers/{dossier}", "dossiers/{dossier}/versions"),
        *("dossiers/{dossier}/compare?old=1&new=2", "dossiers/{dossier}/comments"),
        *("dossiers/{dossier}/shares", "dossiers/{dossier}/manage", "account/keys", "account/sessions"),
    ),
    "link_read": ("dossiers/{dossier}",),
    "operator": ("admin", "admin/people", "admin/people/{person}", "account/members"),
    "data_protection_officer": ("admin",),
}
#: Forms that are sent as they stand, with what is not right in them.
WRONG = {
    "public": (("account/sign-in", "sign-in", {"email": "nobody@example.org", "password": "wrong"}),),
    "administrator": (
        ("account/organisation", "account/organisation", {"name": ""}),
        ("account/members", "members/invite", {"email": "no address"}),
    ),
    "company_user": (
        ("account/settings", "account/settings", {"name": ""}),
        ("account/keys", "account/keys", {"name": ""}),
        ("account/organisations", "account/organisations", {"name": ""}),
        ("dossiers/{dossier}/comments", "/comments", {}),
        ("dossiers/{dossier}/shares", "/shares", {}),
        ("dossiers/{dossier}/manage", "/manage", {"title": ""}),
    ),
    "operator": (("admin", "admin/organisations", {"name": ""}),),
}
#: Everything that is folded away is looked at too.
OPEN = "document.querySelectorAll('details').forEach(part => part.open = true)"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with town(tmp_path_factory.mktemp("looked-at")) as found:
        plant(found)
        yield found


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of a browser that one after another has before them."""
    found = browser.new_page(reduced_motion="reduce")
    yield found
    found.close()


def reading(page: Any, here: Town, role: str, width: int) -> None:
    """From now on somebody else reads the page."""
    page.set_viewport_size({"width": width, "height": 900})
    page.context.clear_cookies()
    name, _, value = here.tokens[role].get("Cookie", "").partition("=")
    if name:
        page.context.add_cookies([{"name": name, "value": value, "url": str(here.client.base_url)}])


def wrong(page: Any) -> list[str]:
    """What is wrong with a page that lies open."""
    page.evaluate(OPEN)
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("pages", "lang", "width"),
    [(EMPTY, "fr", 390), (FILLED, "nl", 390), (FILLED, "en", 1280)],
    ids=["empty", "phone", "desk"],
)
def test_every_page_can_be_read_by_everybody(
    here: Town, page: Any, pages: dict[str, tuple[str, ...]], lang: str, width: int
) -> None:
    found = {}
    for role, paths in pages.items():
        reading(page, here, role, width)
        for path in paths:
            page.goto(f"{here.client.base_url}/{lang}/{filled(path, here.sides['own'].things)}")
            found[role, path] = wrong(page)
    assert {} == {place: what for place, what in found.items() if what}


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "width"), [("nl", 390), ("en", 390), ("fr", 1280)])
def test_what_is_wrong_in_a_form_can_be_read_by_everybody(
    here: Town, page: Any, lang: str, width: int
) -> None:
    found = {}
    for role, forms in WRONG.items():
        # Each language sees a share of the forms, and each form one of the languages.
        mine = forms if role != "company_user" else forms[("nl", "en", "fr").index(lang) :: 3]
        reading(page, here, role, width)
        for path, action, fields in mine:
            page.goto(f"{here.client.base_url}/{lang}/{filled(path, here.sides['own'].things)}")
            # The menu in the head stays closed: it lies over what is pressed.
            page.evaluate(OPEN.replace("details", "main details"))
            form = page.locator(f"form[method=post][action$='{action}']:has(button)").first
            for name, text in fields.items():
                form.locator(f"[name='{name}']").fill(text)
            form.locator("button:not([name])").last.click()
            page.wait_for_selector("#problems")
            assert "problems" == page.evaluate("document.activeElement.id"), path
            found[role, path] = wrong(page)
    assert {} == {place: what for place, what in found.items() if what}
