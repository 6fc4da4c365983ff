"""What every page has: a language, a way past the menu, a place in three languages, no other host."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from browsing import violations

Visit = Any


@pytest.mark.parametrize(
    ("asked", "expected"),
    [("fr-BE,fr;q=0.9,nl;q=0.8", "/fr/"), ("en", "/en/"), ("de,pt", "/nl/"), ("", "/nl/"), (";q=;,", "/nl/")],
)
def test_the_entrance_leads_to_the_language_of_the_browser(
    client: httpx.Client, asked: str, expected: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": asked})
    assert (307, expected) == (answer.status_code, answer.headers["location"])


def test_a_language_without_pages_is_not_there(client: httpx.Client) -> None:
    assert 404 == client.get("/de/").status_code


def test_the_switch_of_language_keeps_the_page(visit: Visit) -> None:
    page = visit().open("/nl/?from=here")
    page.get_by_role("link", name="Français").click()
    assert page.url.endswith("/fr/?from=here")
    assert "fr" == page.locator("html").get_attribute("lang")


def test_the_first_tab_leads_past_the_menu(visit: Visit) -> None:
    page = visit().open("/nl/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "content" == page.evaluate("document.activeElement.id")


def test_a_file_of_ours_is_kept_for_good_under_its_digest(client: httpx.Client) -> None:
    body = client.get("/nl/").text
    start = body.index("/static/thuishaven.")
    path = body[start : body.index('"', start)]
    assert "immutable" in client.get(path).headers["cache-control"]
    stale = path.replace(path.split(".")[1], "0" * 16)
    assert [404, 404] == [client.get(gone).status_code for gone in (stale, "/static/..%2fapp.py")]


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    """The negative control of every other check by axe."""
    page = visit().open("/nl/")
    page.evaluate(
        "const pale = document.createElement('p'); pale.textContent = 'pale'; pale.style.color = '#eee';"
        "document.querySelector('h1').append(document.createElement('img'), pale)"
    )
    assert {"image-alt", "color-contrast"} <= {found.split(":")[0] for found in violations(page)}


def test_the_front_door_sends_nobody_to_an_adviser_who_is_not_there(client: httpx.Client) -> None:
    assert "/nl/signal" not in client.get("/nl/").text
