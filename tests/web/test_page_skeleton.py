"""What every page has: a language, a way past the menu, a place in three languages, no other host."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT

from chromium import judged, quicker, violations

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


#: What is wrong in many ways: no words, pale words, colors upon each other, small targets, loose ends.
WRONG = """
const part = document.createElement('section');
part.innerHTML = `<img><p data-css="color: #eee">pale</p><h5></h5><button></button><input><select></select>
<p data-css="color: oklch(0.8 0.1 200 / 60%); background: color-mix(in srgb, white, #ccc)">mixed</p>
<p data-css="color: rgb(0 0 0 / 30%); opacity: 0.7">through</p>
<p data-css="text-shadow: 0 0 2px #fff">shadow</p>
<p data-css="background: linear-gradient(#000, #fff); color: #777">over
<b data-css="mix-blend-mode: multiply">two</b></p>
<div data-css="position: relative; height: 2em"><p data-css="position: absolute">one</p>
<p data-css="position: absolute; left: 4px; background: #999; color: #aaa">other</p></div>
<a href="#nowhere" data-css="font-size: 5px">a</a><a href="#nowhere" data-css="font-size: 5px">b</a>
<label for="twice">one</label><label for="twice">two</label><input id="twice"><p lang="nothing">x</p>
<ul><p>no item</p></ul><dl><li>item</li></dl><table><tr><th></th></tr></table><div role="tab">tab</div>
<span aria-hidden="true"><a href="#">c</a></span><div aria-unknown="1" tabindex="3">focus</div>
<main>second</main><iframe></iframe><marquee>by</marquee>`;
part.querySelectorAll('[data-css]').forEach(one => one.style.cssText = one.dataset.css);
document.querySelector('h1').after(part);
"""


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    """The negative control of every other check by axe; made quicker, it says what it says by itself."""
    page = visit().open("/nl/")
    page.evaluate(WRONG)
    assert {"image-alt", "color-contrast"} <= {found.split(":")[0] for found in violations(page)}
    told = [judged(page, script) for script in (quicker(), AXE_SCRIPT)]
    assert len(told[0]["violations"]) > 10
    assert told[0]["incomplete"]
    for kind in ("violations", "incomplete", "passes", "inapplicable"):
        assert told[1][kind] == told[0][kind]


def test_the_front_door_sends_nobody_to_an_adviser_who_is_not_there(client: httpx.Client) -> None:
    assert "/nl/signal" not in client.get("/nl/").text
