"""The life of a case in a real browser: from a hint to a tombstone, in three languages, axe on every page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from desk_people import Reader, later, staffed
from org_desk import Street

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
YEARS = 2 * 365
CODED = {
    "c.0.organisation.name": "Pots bv",
    "c.0.organisation.country": "NLD",
    "c.0.case.case_type": "reshoring",
    "c.1.move.from_country": "CHN",
    "c.1.move.to_country": "NLD",
    "c.1.move.form_from": "supplier",
    "c.1.move.form_to": "own",
    "c.1.move.nace": "C22",
    "c.0.jobs.announced.0": "35-40",
    "c.0.jobs.announced.0.as_of": "2026-11",
    "c.0.status.announced.as_of": "2026-11-20",
    "c.0.status.announced.since": "2026-11-20",
}


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with staffed("sqlite", tmp_path_factory.mktemp("life")) as found:
        yield found


@pytest.fixture
def people(desk: Street, browser: Browser) -> Iterator[dict[str, Reader]]:
    """A reader in English, coders in French and English, an editor in Dutch; one coder has no JavaScript."""
    found = {
        "reader": Reader(desk, browser, "", "en"),
        "anna": Reader(desk, browser, "anna", "fr", viewport={"width": 390, "height": 900}),
        "bram": Reader(desk, browser, "bram", "en"),
        "eva": Reader(desk, browser, "eva", "nl"),
    }
    for one in found.values():
        one.sign_in()
    yield found
    for one in found.values():
        one.context.close()
    wrong = {kind: told for one in found.values() for kind, told in one.seen.items() if told}
    assert {} == wrong


def case_in(page: Page) -> str:
    """The case that the address of a page names."""
    found = re.search(r"/cases/([0-9a-f]{24})", page.url)
    assert found, page.url
    return found[1]


def codes(coder: Reader, hand_in: str, **changes: str) -> str:
    """Fill in the form of a coder and hand it in; gives what the page says then."""
    coder.fill(CODED | {name.replace("__", "."): value for name, value in changes.items()})
    return coder.press(hand_in).inner_text("main")


def test_the_life_of_a_case(desk: Street, people: dict[str, Reader]) -> None:
    reader, anna, bram, eva = (people[name] for name in ("reader", "anna", "bram", "eva"))

    # A visitor tells of a case; an editor makes it a candidate.
    reader.open("cases/tell")
    reader.fill({"text": "Pots bv makes its plant pots in Tilburg again", "url": "https://news.example/pots"})
    assert "Thank you" in reader.press("Send").inner_text("main")
    eva.open("desk")
    eva.press("Signalen", "link")
    eva.press("Pots bv makes its plant pots in Tilburg again", "link")
    eva.press("Maak er een geval van", "link")
    assert "https://news.example/pots" == eva.page.input_value('[name="url"]')
    eva.fill(
        {"company": "Pots bv", "home": "NLD", "publisher": "Link Magazine", "published_on": "20/11/2026"}
    )
    case = case_in(eva.press("Bewaar het geval"))
    eva.fill({"reason": "Een bron met datum"})
    assert "twee codeurs kunnen beginnen" in eva.press("Aanvaarden").inner_text("main")
    eva.page.get_by_label("Vraag een codeur").select_option(label="anna")
    assert "anna" in eva.press("Vraag om te coderen").inner_text("main")

    # Two coders, who differ in one thing and see nothing of each other.
    anna.open("desk")
    anna.press("Pots bv", "link")
    assert "figés" in codes(anna, "Conserver et remettre")
    bram.open("desk")
    bram.press("Code it: Pots bv")
    assert "supplier" not in bram.page.inner_text("main > dl, main > p")
    handed = codes(bram, "Keep and hand in", c__1__move__form_from="own")
    assert "Both coders are done" in handed

    # The editor settles it, approves and publishes; the reader reads it.
    eva.open("desk")
    told = eva.press("Pots bv", "link").inner_text("main")
    assert "leverancier" in told
    assert "eigen fabriek" in told
    eva.page.get_by_label("Leverancier (eerste codeur)").check()
    eva.fill({"reason": "Het artikel noemt de leverancier in Ningbo"})
    assert "Elk verschil is beslecht" in eva.press("Beslecht: Daar gemaakt door").inner_text("main")
    eva.open(f"desk/cases/{case}")
    eva.fill({"reason": "Beide lezen de bron zo"})
    eva.press("Goedkeuren")
    eva.page.locator('form[action$="/publish"] textarea').fill("Klaar")
    assert "Deze versie blijft" in eva.press("Publiceren").inner_text("main")
    eva.open("desk/reliability")
    first = reader.open(f"cases/{case}").inner_text("main")
    assert "Pots bv" in first

    # Two years later a reader reports that it was reversed; the case is taken up again.
    later(desk, days=YEARS)
    for one in people.values():
        one.sign_in()
    reader.open(f"cases/{case}/error")
    reader.fill({"text": "The plant closed in May 2028", "url": "https://news.example/closed"})
    reader.press("Send")
    eva.open("desk/signals")
    eva.press("The plant closed in May 2028", "link")
    eva.press("Neem het geval weer op", "link")
    closed = {"value": "reversed", "as_of": "5/2028", "valid_from": "2028-05", "publisher": "De Standaard"}
    eva.fill(closed | {"published_on": "2028-05-16", "reason": "De fabriek is dicht"})
    eva.press("Neem het geval weer op")
    assert "weer een kandidaat" in eva.page.inner_text("main")
    assert "reversed" not in reader.open(f"cases/{case}").inner_text("main").lower()
    for coder, take, hand_in in (
        (anna, "Le coder: Pots bv", "Conserver et remettre"),
        (bram, "Code it: Pots bv", "Keep and hand in"),
    ):
        coder.open("desk")
        coder.press(take)
        codes(
            coder,
            hand_in,
            c__0__status__implemented__as_of="2027-06",
            c__0__status__implemented__since="2027-06",
            c__0__status__reversed__as_of="2028-05",
            c__0__status__reversed__since="2028-05",
        )
    eva.open(f"desk/cases/{case}")
    eva.fill({"reason": "Zelfde keuzes"})
    eva.press("Goedkeuren")
    eva.page.locator('form[action$="/publish"] textarea').fill("Teruggedraaid in 2028")
    eva.press("Publiceren")
    second = reader.open(f"cases/{case}").inner_text("main").lower()
    assert "reversed" in second
    assert "version 1" in second or "versions" in second
    reader.open(f"cases/{case}?version=1")

    # It is withdrawn: the number, the dates and the reason stay.
    eva.fill({})
    eva.page.locator('form[action$="/withdraw"] textarea').fill(
        "Het bedrijf toonde aan dat het een ander was"
    )
    eva.press("Trek het geval in")
    gone = reader.open(f"cases/{case}", 410).inner_text("main")
    assert "toonde aan dat het een ander was" in gone
    assert "Pots bv" not in gone
    assert "toonde aan" in eva.open(f"desk/cases/{case}").inner_text("main")
