"""Every page of the front office, empty, with errors and filled: axe finds nothing, all fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import Site, violations
from office_desk import Filled, fill
from org_desk import Street, street

from databases import Clock, place, usual
from thuishaven.databank import Database
from visitors import House

Visit = Any
EMPTY = ("office", "office?shelf=mine", "office/signals", "office/projects", "office/feeds", "office/own")
FORMS = ("office/signals/new", "office/projects/new", "signal")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, clock = tmp_path_factory.mktemp("office"), Clock()
    with (
        place(usual(), folder) as where,
        Database(where, clock) as databank,
        street(House(databank), folder) as found,
    ):
        found.joins("rik", found.agency, "adviser")
        found.joins("boss", found.agency, "administrator")
        found.joins("sam", found.foundry, "adviser")
        found.joins("new", found.house.organisation("New office"), "adviser")
        found.filled = fill(found)  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def site(town: Street) -> Site:
    return Site(town.address, town.app)


def comes(visit: Visit, town: Street, name: str, **options: Any) -> Any:
    """Somebody with a browser, signed in."""
    page = visit(**options).page
    cookie = {"name": "thuishaven-session", "value": town.tokens[name], "url": town.address}
    page.context.add_cookies([cookie])
    return page


def judged(page: Any) -> list[str]:
    """What is wrong with a page as it stands, everything opened."""
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]


def collected(page: Any, site: Site, paths: tuple[str, ...], lang: str) -> dict[str, list[str]]:
    found = {}
    for path in paths:
        answer = page.goto(f"{site.address}/{lang}/{path}")
        assert (200, f"{site.address}/{lang}/{path}") == (answer.status, page.url)
        found[path] = judged(page)
    return {path: wrong for path, wrong in found.items() if wrong}


@pytest.mark.slow
@pytest.mark.parametrize(("width", "lang"), [(320, "fr"), (1280, "nl")])
def test_an_office_that_begins(visit: Visit, town: Street, site: Site, width: int, lang: str) -> None:
    page = comes(visit, town, "new", width=width)
    assert {} == collected(page, site, EMPTY + (FORMS if width == 320 else ()), lang)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "lang", "scheme"), [(1280, "fr", "light"), (320, "nl", "dark")])
def test_an_office_at_work(
    visit: Visit, town: Street, site: Site, width: int, lang: str, scheme: str
) -> None:
    filled: Filled = town.filled  # type: ignore[attr-defined]
    page = comes(visit, town, "rik", width=width, color_scheme=scheme)
    of_projects = ("intake", "decision_pending", "closed") if width == 320 else ("follow_up",)
    paths = (
        *("office", "office/signals", "office/projects", "office/feeds", "office/own"),
        *(f"office/signals/{one}" for one in filled.signals[1:]),
        *(f"office/projects/{filled.projects[stage]}" for stage in of_projects),
        f"office/projects/{filled.shared}",
        *(f"office/feeds/{one}" for one in filled.feeds[:2]),
        f"office/letter/{filled.letter}",
        f"follow-up/{filled.question}",
    )
    assert {} == collected(page, site, paths, lang)


@pytest.mark.slow
def test_pages_of_the_office_that_say_what_is_wrong(visit: Visit, town: Street, site: Site) -> None:
    filled: Filled = town.filled  # type: ignore[attr-defined]
    rik, boss = (comes(visit, town, name, width=390) for name in ("rik", "boss"))
    found: dict[str, list[str]] = {}

    def sent(page: Any, path: str, button: str, **typed: str) -> None:
        page.goto(f"{site.address}/en/{path}")
        # The menu in the head stays closed: it lies over what is pressed.
        page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")
        form = page.locator("form").filter(has=page.get_by_role("button", name=button, exact=True))
        form = form.filter(has=page.locator(f'[name="{next(iter(typed))}"]'))
        for name, value in typed.items():
            form.locator(f'[name="{name}"]').fill(value)
        form.get_by_role("button", name=button, exact=True).click()
        page.wait_for_load_state()
        assert "summary" in (page.evaluate("document.activeElement.className") or ""), path
        found[f"{path} {button}"] = judged(page)

    base = f"office/projects/{filled.projects['decision_pending']}"
    sent(boss, "office/feeds", "Watch it", address="http://10.0.0.1/")
    sent(boss, f"office/feeds/{filled.feeds[0]}", "Keep", address="nowhere")
    sent(rik, "office/signals/new", "Keep the signal", company="")
    sent(rik, "office/projects/new", "Begin", title="Pots", company="Pots NV")
    sent(rik, base, "Record the decision", decided_on="")
    sent(rik, base, "Note it", case="/en/cases/999999")
    sent(rik, base, "Record it", given_by="")
    sent(rik, base, "Add", task_words="Call", due="")
    sent(rik, f"office/projects/{filled.projects['follow_up']}", "Correct it", corrected="")
    sent(rik, f"follow-up/{filled.question}", "Send the answers", jobs_fte="many")
    assert {} == {path: wrong for path, wrong in found.items() if wrong}
