"""The papers of the front office as an adviser meets them: in a browser, wide and on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from browsing import violations
from org_desk import Street, street
from test_papers_office import agreed, project_of

from databases import Clock, place
from thuishaven.databank import Database
from thuishaven.databank.office import COMPARED
from visitors import House

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: What the comparison keeps of a version: figures of no dossier, to see how they are shown.
NOTED = {
    "schema": "thuishaven.compared/1",
    "facts": "-",
    "as_of": "2026-11-21",
    "today": {"mean": 12.4, "p5": 11.1, "p95": 14.9},
    "best": {"mean": 11.2, "p5": 9.4, "p95": 13.4},
    "plan": "home",
    "stays": False,
    "names": {"nl": "eigen fabriek thuis", "en": "own plant at home", "fr": "usine propre au pays"},
    "first_rank_share": 0.7,
    "p_cheaper": 0.8,
    "criteria": {"cost": 0.7, "risk": 0.9, "jobs": 0.6},
    "risk": [0.03, 0.01],
    "jobs": {"mean": 12.0, "p5": 8.0, "p95": 18.0},
    "find_out": [
        {
            "input": "home.labour_hours",
            "names": {"nl": "uren", "en": "hours", "fr": "heures"},
            "worth": 84000.0,
        }
    ],
    "not_counted": [],
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Street, str]]:
    folder = tmp_path_factory.mktemp("walk")
    with (
        place("sqlite", folder) as where,
        Database(where, Clock()) as databank,
        street(House(databank), folder) as found,
    ):
        for name, place_ in (("rik", found.agency), ("sam", found.foundry)):
            found.joins(name, place_, "adviser")
        project = project_of(found)
        agreed(found, project)
        found.house.dossiers.note_outcome(found.actors["rik"], found.dossier, 1, COMPARED, NOTED)
        yield found, project


@pytest.mark.slow
@pytest.mark.parametrize(("width", "lang"), [(1280, "nl"), (390, "fr")])
def test_nothing_hinders_on_any_paper_and_none_is_wider_than_the_screen(
    office: tuple[Street, str], browser: Browser, width: int, lang: str
) -> None:
    found, project = office
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    cookie = {"name": "thuishaven-session", "value": found.tokens["rik"], "url": found.address}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    paths = (f"projects/{project}/handover", f"projects/{project}/visit", "compare", "yearly")
    for path in paths:
        page.goto(f"{found.address}/{lang}/office/{path}")
        assert [] == violations(page), path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    # What a link or a button does.
    page.goto(f"{found.address}/{lang}/office/compare")
    page.get_by_role("checkbox").first.check()
    page.locator("form:has(table) button").click()
    assert f"project={project}" in page.url
    assert 1 == page.locator("table").first.locator("tbody tr").count()
    page.goto(f"{found.address}/{lang}/office/projects/{project}")
    page.locator(f'a[href$="{project}/handover"]').click()
    with page.expect_download() as download:
        page.locator("main form button").click()
    assert download.value.suggested_filename.endswith(".pdf")
    context.close()
