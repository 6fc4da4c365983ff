"""Two people, two browsers, one dossier: shared, edited by both, merged, compared, taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Site, Visitor, violations
from org_desk import Street, street

from databases import place, usual
from thuishaven.databank import Database
from visitors import House

Visit = Any
WORDS = {
    "nl": {
        "title": "Twee mensen wijzigden dit dossier",
        "keep": "Bewaar als versie",
        "open": "Werk eraan",
        "part": "Vul uw deel in",
        "enter": "Open het dossier",
        "save": "Bewaar en stop",
        "share": "Deel het",
        "kept": "Bewaard als versie {n}.",
        "bring": "Haal deze versie terug",
        "restored": "Versie 4 is gemaakt",
        "revoke": "Trek het nu in",
        "closed": "Dit dossier is voor u gesloten",
        "differ": "velden verschillen",
        "both": "Bewaar beide als versie 3",
    },
    "fr": {
        "title": "Deux personnes ont modifié ce dossier",
        "keep": "Garder comme version",
        "open": "Y travailler",
        "part": "Remplir votre partie",
        "enter": "Ouvrir le dossier",
        "save": "Enregistrer et arrêter",
        "share": "Le partager",
        "kept": "Gardé comme version {n}.",
        "bring": "Ramener cette version",
        "restored": "La version 4 est créée",
        "revoke": "Le retirer maintenant",
        "closed": "Ce dossier vous est fermé",
        "differ": "champs diffèrent",
        "both": "Garder les deux comme version 3",
    },
}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("journey")
    with (
        place(usual(), folder) as where,
        Database(where) as databank,
        street(House(databank), folder) as found,
    ):
        yield found


@pytest.fixture
def site(town: Street) -> Site:
    return Site(town.address, town.fresh().app)


def comes(visit: Visit, town: Street, name: str = "", **options: Any) -> Visitor:
    """Somebody with a browser, signed in."""
    visitor: Visitor = visit(**options)
    if name:
        cookie = {"name": "thuishaven-session", "value": town.tokens[name], "url": town.address}
        visitor.page.context.add_cookies([cookie])
    return visitor


def changes(page: Any, words: dict[str, str], **fields: str) -> None:
    """Change fields of the demand and save them."""
    for name, value in fields.items():
        page.locator(f'[name="demand.{name}~value"]').fill(value)
    page.get_by_role("button", name=words["save"]).click()


def keeps(page: Any, words: dict[str, str], address: str) -> None:
    page.goto(address)
    page.locator(".keep").get_by_role("button", name=words["keep"]).click()


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "width"), [("nl", 1280), ("fr", 390)])
def test_two_people_make_one_dossier(visit: Visit, town: Street, site: Site, lang: str, width: int) -> None:
    words = WORDS[lang]
    home = f"/{lang}/dossiers/{town.dossier}"
    an, ben = comes(visit, town, "an", width=width), comes(visit, town, width=width)
    one, other = an.open(f"{home}/shares"), ben.page
    wrong: dict[str, list[str]] = {"shares": violations(one)}
    one.locator("#s-fill").check()
    one.locator("#f-step").select_option("demand")
    one.locator("#h-link").check()
    one.locator("#f-reason").fill("afgesproken")
    one.get_by_role("button", name=words["share"], exact=True).click()
    other.goto(one.locator("#f-link").input_value())
    wrong["entry"] = violations(other)
    other.get_by_role("button", name=words["enter"]).click()
    wrong["guest"] = violations(other)
    other.get_by_role("button", name=words["part"]).click()
    changes(other, words, growth="4", variation="55")
    an.open(home).get_by_role("button", name=words["open"]).click()
    an.open(f"/{lang}/dossier/demand")
    wrong["form"] = violations(one)
    changes(one, words, growth="3")
    keeps(other, words, town.address + home)
    other.get_by_text(words["kept"].format(n=2)).wait_for()
    keeps(one, words, town.address + home)
    assert words["title"] == one.locator("h1").inner_text()
    wrong["merge"] = violations(one)
    # By keyboard: to the choice, take mine, and on to the button.
    mine = one.locator('input[name="c-0"][value="mine"]')
    mine.focus()
    one.keyboard.press("Space")
    assert mine.is_checked()
    one.get_by_role("button", name=words["both"]).focus()
    one.keyboard.press("Enter")
    one.get_by_text(words["kept"].format(n=3)).wait_for()
    an.open(f"{home}/compare?old=1&new=3")
    one.get_by_text(words["differ"]).wait_for()
    wrong["compare"] = violations(one)
    an.open(f"{home}/versions")
    wrong["versions"] = violations(one)
    one.locator("#v1").get_by_role("button", name=words["bring"]).click()
    one.get_by_text(words["restored"]).wait_for()
    assert town.text(1) == town.text()
    an.open(f"{home}/shares").get_by_role("button", name=words["revoke"]).click()
    other.goto(f"{town.address}/{lang}/dossier/demand")
    assert words["closed"] == other.locator("h1").inner_text()
    wrong["closed"] = violations(other)
    wide = other.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    assert (0, {}) == (max(wide, 0), {name: found for name, found in wrong.items() if found})


@pytest.mark.slow
def test_merging_needs_no_mouse_and_no_script(visit: Visit, town: Street, site: Site) -> None:
    home = f"/nl/dossiers/{town.dossier}"
    ben = town.browser("ben")
    ben.work_on(town.dossier)
    ben.edit("demand", growth="4")
    an = comes(visit, town, "an", scripts=False, width=390)
    page = an.open(home)
    page.get_by_role("button", name=WORDS["nl"]["open"]).click()
    an.open("/nl/dossier/demand")
    changes(page, WORDS["nl"], growth="3")
    ben.keep(town.dossier)
    keeps(page, WORDS["nl"], town.address + home)
    page.get_by_role("button", name=WORDS["nl"]["both"]).focus()
    page.keyboard.press("Enter")
    page.locator(".summary").wait_for()
    page.locator(".summary a").focus()
    page.keyboard.press("Enter")
    page.locator('input[name="c-0"][value="theirs"]').focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name=WORDS["nl"]["both"]).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Er is niets gewijzigd").wait_for()
    assert "0.04" in town.text()


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("fr", 320), ("nl", 320)])
def test_the_pages_of_dossiers_break_no_rule(
    visit: Visit, town: Street, site: Site, lang: str, width: int, tmp_path: Path
) -> None:
    here = f"dossiers/{town.dossier}"
    town.house.comments.add(town.actors["ben"], town.dossier, "dossier.demand.growth", "Sure?")
    town.link("read")
    visitor = comes(visit, town, "an", width=width)
    page = visitor.page
    found: dict[str, list[str]] = {}
    pages = [here, *(f"{here}/{name}" for name in ("versions", "comments", "shares", "manage"))]
    pages += ["dossiers", "dossiers?shelf=shared", "dossiers?shelf=archived", "dossiers?q=zz", "dossiers/new"]
    pages += ["dossiers/none", "shared/none"]
    # All of them in each width, half of them in each of the other two languages.
    half = len(pages) // 2
    for path in {"en": pages, "fr": pages[:half], "nl": pages[half:]}[lang]:
        page.goto(f"{town.address}/{lang}/{path}")
        for part in page.query_selector_all("main details:not([open]) > summary"):
            part.evaluate("part => part.parentElement.open = true")
        wide = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        found[path] = [*violations(page), *([f"{wide} px too wide"] if wide > 0 else [])]
    for path in {"en": (f"{here}/shares",), "fr": ("dossiers/new",), "nl": (f"{here}/comments",)}[lang]:
        page.goto(f"{town.address}/{lang}/{path}")
        page.locator("main form").last.locator("button").last.click()
        page.wait_for_load_state()
        assert "summary" in (page.evaluate("document.activeElement.className") or "")
        found[f"{path}, wrong"] = violations(page)
    assert {} == {path: wrong for path, wrong in found.items() if wrong}
