"""Statistics, releases and literature as people read them: axe finds nothing, nothing runs off the screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import violations
from org_desk import street

from casework import ED
from databases import Clock, place
from statistics_told import filled
from thuishaven.databank import Database
from thuishaven.databank.literature import Literature, own_list
from thuishaven.databank.releases import Releases, releases_folder
from thuishaven.report.case_statistics import SUBJECTS
from visitors import House

SCREENS = [("nl", 1280, "light"), ("fr", 390, "dark"), ("en", 320, "light")]


@pytest.mark.slow
def test_every_page_in_every_language_wide_and_on_a_phone(browser: Any, tmp_path: Path) -> None:
    wrong: dict[str, list[str]] = {}
    with (
        place("sqlite", tmp_path) as where,
        Database(where, Clock()) as databank,
        street(House(databank), tmp_path) as shelf,
    ):
        filled(databank.public)
        folder = releases_folder(shelf.app.state.settings.databank_place)
        Releases(databank.public, folder).make(ED, "ready", formats=())
        Literature(databank.public).take_in(ED, own_list(), "the own list")
        # Pages of one form are read once in each language.
        paths = [
            "statistics",
            *(f"statistics/{name}" for name in ("sector", "lasting", "coverage", "reliability")),
        ]
        paths += ["releases", "releases/2026.1", "literature", "statistics?kind=retention"]
        assert {"sector", "lasting", "coverage", "reliability"} <= set(SUBJECTS)
        for lang, width, scheme in SCREENS:
            context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
            page = context.new_page()
            for path in paths:
                page.goto(f"{shelf.address.rstrip('/')}/{lang}/cases/{path}")
                page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
                too_wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
                found = [*violations(page), *([f"{too_wide} px too wide"] if too_wide > 0 else [])]
                wrong |= {f"{lang} {path}": found} if found else {}
            context.close()
    assert {} == wrong
