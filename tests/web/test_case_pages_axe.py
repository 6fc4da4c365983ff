"""The public pages of cases as people read them: axe finds nothing, nothing runs off a narrow screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import violations
from org_desk import street
from test_case_pages import filled

from databases import Clock, place
from thuishaven.databank import Database
from visitors import House

SCREENS = [("nl", 1280, "light"), ("fr", 320, "dark"), ("en", 390, "light")]


def wrong(page: Any, address: str) -> list[str]:
    """What is wrong with a page that is read, everything on it unfolded."""
    if address:
        page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]


@pytest.mark.slow
def test_every_state_in_every_language(browser: Any, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    with filled("sqlite", tmp_path) as shelf:
        base, rich = shelf.address.rstrip("/"), shelf.rich  # type: ignore[attr-defined]
        paths = ["", "?q=kruik*&from=CHN&to=NLD", "?q=nergens", "/map", f"/{rich}", f"/{rich}/error"]
        for lang, width, scheme in SCREENS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            for path in (*paths, f"/{shelf.gone}"):  # type: ignore[attr-defined]
                found[f"{lang} {path}"] = wrong(page, f"{base}/{lang}/cases{path}")
            page.goto(f"{base}/{lang}/cases/{rich}/error")
            page.locator("main form button").click()
            page.wait_for_selector("#problems")
            assert "summary" in page.evaluate("document.activeElement.className")
            found[f"{lang} error"] = wrong(page, "")
            page.locator("#f-text").fill("20")
            page.locator("main form button").click()
            page.wait_for_url("**/error?sent=1")
            found[f"{lang} thanks"] = wrong(page, "")
            context.close()
    assert {} == {state: many for state, many in found.items() if many}


@pytest.mark.slow
def test_an_empty_databank(browser: Any, tmp_path: Path) -> None:
    found: dict[str, list[str]] = {}
    with (
        place("sqlite", tmp_path) as where,
        Database(where, Clock()) as databank,
        street(House(databank), tmp_path) as shelf,
    ):
        for lang, width, scheme in SCREENS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            for path in ("", "/map"):
                address = f"{shelf.address.rstrip('/')}/{lang}/cases{path}"
                found[f"{lang} {path}"] = wrong(page, address)
            context.close()
    assert {} == {state: many for state, many in found.items() if many}


@pytest.mark.slow
def test_cases_are_found_with_the_keyboard_and_without_a_script(browser: Any, tmp_path: Path) -> None:
    with filled("sqlite", tmp_path) as shelf:
        base = shelf.address.rstrip("/")
        for width in (1280, 390):
            context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
            page = context.new_page()
            page.goto(f"{base}/nl/cases")
            if width < 960:
                page.locator(".filters > summary").focus()
                page.keyboard.press("Enter")
            page.get_by_label("Teruggedraaid").focus()
            page.keyboard.press("Space")
            page.locator("#q").focus()
            page.keyboard.type("kruiken")
            page.keyboard.press("Enter")
            page.wait_for_url(f"{base}/nl/cases?q=kruiken&sort=newest&state=reversed")
            assert "1 praktijkgeval" == page.locator("#found").inner_text()
            # A choice that was made is seen where it was made, and taken back with one key.
            page.locator(".labels a").last.focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"{base}/nl/cases?q=kruiken")
            context.close()
