"""Every page in its empty, error and filled state: axe finds nothing, nothing runs off a narrow screen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from browsing import Site, violations

Visit = Any
ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = (ROOT / "examples" / "plantenpot.yaml").read_text(encoding="utf-8")
ANSWERS = {"answers": {"G1": "supplier", "G2": "under_25", "C1": "2", "C2": "3"}}

EMPTY = (
    "",
    "scan",
    "dossier",
    "dossier/files",
    "dossier/batch",
    "results",
    "explore",
    "knowledge",
    "nowhere",
)
KNOWLEDGE = ("knowledge/forms", "knowledge/glossary", "knowledge/accessibility", "knowledge/privacy")
SCAN = ("scan", "scan/possible", "scan/c", "scan/importance", "scan/result", "scan/product")
#: All that can be opened is opened on each, so a step that comes with its ranges open stands here once.
DOSSIER = (
    "dossier",
    "dossier/product",
    "dossier/demand",
    "dossier/today",
    "dossier/plans",
    "dossier/plans/home_own",
    "dossier/plans/improve_abroad",
    "dossier/process",
    "dossier/chain?ranges=all",
    "dossier/preferences",
    "dossier/facts",
    "dossier/facts?own=oee",
    "dossier/files",
    "dossier/batch",
)
RESULTS = (
    "results",
    "results/pictures",
    "results/plan/home_own",
    "results/explain/home_own.P03",
    "explore",
    "explore?country=BEL",
)
FILLED = ("", *SCAN, *DOSSIER, *RESULTS)


def look(page: Any, address: str) -> list[str]:
    """What is wrong with a page: rules broken, and what sticks out of the screen."""
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]


def collected(page: Any, site: Site, paths: tuple[str, ...], lang: str) -> dict[str, list[str]]:
    found = {path: look(page, f"{site.address}/{lang}/{path}") for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}


def holding(visit: Visit, site: Site, text: str, answers: Any = None, **options: Any) -> Any:
    """A visitor with a draft."""
    token, _draft = site.app.state.store.create(text, answers)
    visitor = visit(**options)
    visitor.page.context.add_cookies(
        [{"name": "thuishaven-draft", "value": token, "url": site.address, "httpOnly": True}]
    )
    return visitor


@pytest.mark.slow
@pytest.mark.parametrize(("width", "lang"), [(1280, "nl"), (320, "fr")])
def test_pages_without_a_draft(visit: Visit, site: Site, width: int, lang: str) -> None:
    page = visit(width=width).page
    assert {} == collected(page, site, EMPTY + KNOWLEDGE, lang)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "lang", "scheme"), [(1280, "fr", "light"), (320, "nl", "dark")])
@pytest.mark.parametrize("paths", [SCAN, DOSSIER, RESULTS], ids=["scan", "dossier", "results"])
def test_pages_with_a_filled_draft(
    visit: Visit, site: Site, width: int, lang: str, scheme: str, paths: tuple[str, ...]
) -> None:
    page = holding(visit, site, EXAMPLE, ANSWERS, width=width, color_scheme=scheme).page
    assert {} == collected(page, site, paths, lang)


@pytest.mark.slow
def test_pages_that_say_what_is_wrong(visit: Visit, site: Site, tmp_path: Path) -> None:
    page = holding(visit, site, "thuishaven: 1\nas_of: 2026-11-21\n", width=390).page
    found: dict[str, list[str]] = {}
    for step, field in (
        ("product", "product.mass_kg~value"),
        ("today", "plans.0.sources.0.unit_price~value"),
    ):
        page.goto(f"{site.address}/nl/dossier/{step}")
        page.locator(f'[name="{field}"]').fill("1.450")
        page.get_by_role("button", name="Bewaar en ga verder").click()
        page.wait_for_load_state()
        assert "summary" in (page.evaluate("document.activeElement.className") or "")
        found[step] = violations(page)
    page.goto(f"{site.address}/nl/dossier/facts?own=oee")
    page.locator('[name="facts.0.value"]').fill("veel")
    page.get_by_role("button", name="Bewaar", exact=True).click()
    found["facts"] = violations(page)
    page.goto(f"{site.address}/nl/dossier/preferences")
    page.locator('[name="p.cost"]').fill("veel")
    page.get_by_role("button", name="Bewaar en bekijk de resultaten").click()
    page.wait_for_load_state()
    assert "summary" in (page.evaluate("document.activeElement.className") or "")
    found["preferences"] = violations(page)
    page.goto(f"{site.address}/nl/dossier/plans")
    page.get_by_role("button", name="Voeg dit plan toe").click()
    found["plans"] = violations(page)
    broken = tmp_path / "broken.yaml"
    broken.write_text("thuishaven: 1\ncompany: {country: XXX}\n")
    page.goto(f"{site.address}/nl/dossier/files")
    page.get_by_label("Een dossier als").set_input_files(broken)
    page.get_by_role("button", name="Open het").click()
    found["files"] = violations(page)
    page.goto(f"{site.address}/nl/results")
    found["results"] = violations(page)
    assert {} == {name: wrong for name, wrong in found.items() if wrong}


@pytest.mark.parametrize("path", ["", "scan/possible", "dossier/product", "results"])
def test_text_twice_as_large_needs_no_sideways_scrolling(visit: Visit, site: Site, path: str) -> None:
    page = holding(visit, site, EXAMPLE, ANSWERS, width=640).page
    page.goto(f"{site.address}/fr/{path}")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert 0 >= page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    cut = page.evaluate(
        "[...document.querySelectorAll('button, .button, label, h1, h2, p')].filter(part =>"
        " part.offsetParent && part.scrollWidth > part.clientWidth + 1 && !part.closest('.scroll, .vh'))"
        ".map(part => part.textContent.trim()).filter(Boolean)"
    )
    assert [] == cut
