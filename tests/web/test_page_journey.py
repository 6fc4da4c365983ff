"""From the home page to a report: in Dutch and French, wide and narrow, without JavaScript, by keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browsing import Visitor

Visit = Any

WORDS = {
    "nl": {
        "start": "Begin de scan",
        "next": re.compile("Bewaar en ga verder|Bekijk het resultaat|Bewaar en bekijk de resultaten"),
        "make": "Maak er een dossier van",
        "dossier": "Maak het dossier",
        "ambiguous": "1.450 kan twee dingen betekenen",
        "twice": "5,4 USD",
        "work out": "Reken het uit",
        "page": "Pagina (HTML), om op een scherm te lezen",
        "changed": "Met deze getallen",
        "undo": "Maak de laatste wijziging ongedaan",
    },
    "fr": {
        "start": "Commencer le scan",
        "next": re.compile("Enregistrer et continuer|Voir le résultat|Enregistrer et voir les résultats"),
        "make": "En faire un dossier",
        "dossier": "Créer le dossier",
        "ambiguous": "1.450 peut",
        "twice": "5,4 USD",
        "work out": "Calculer",
        "page": "Page (HTML), à lire à l'écran",
        "changed": "Avec ces nombres",
        "undo": "Annuler la dernière modification",
    },
}


class Mouse:
    """Goes by clicking."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, part: Any) -> None:
        part.click()

    def check(self, part: Any) -> None:
        part.check()

    def write(self, part: Any, text: str) -> None:
        part.fill(text)

    def choose(self, part: Any, value: str) -> None:
        part.select_option(value)


#: How many parts that take the focus surely lie between where it is and a part further on: links and buttons.
BETWEEN = """part => [...document.querySelectorAll('a[href], button:enabled')].filter(one =>
  one.checkVisibility() && one.tabIndex >= 0
  && document.activeElement.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING
  && one.compareDocumentPosition(part) & Node.DOCUMENT_POSITION_FOLLOWING).length"""


class Keyboard:
    """Goes by keys alone: everything must be reached with Tab and worked with Enter, Space and arrows."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def reach(self, part: Any) -> None:
        # As many parts as lie before it are passed without looking; then each is looked at.
        for _step in range(part.evaluate(BETWEEN)):
            self.page.keyboard.press("Tab")
        for _step in range(400):
            if part.evaluate("part => part === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"not reached with Tab: {part}")

    def press(self, part: Any) -> None:
        self.reach(part)
        self.page.keyboard.press("Enter")

    def check(self, part: Any) -> None:
        # Tab reaches a group of radio buttons at its first; the arrows go on from there.
        name = part.get_attribute("name")
        self.reach(self.page.locator(f'input[name="{name}"]').first)
        self.page.keyboard.press("Space")
        while not part.is_checked():
            self.page.keyboard.press("ArrowDown")

    def write(self, part: Any, text: str) -> None:
        self.reach(part)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, part: Any, value: str) -> None:
        self.reach(part)
        name = part.locator(f'option[value="{value}"]').text_content()
        self.page.keyboard.type(name[:12])
        assert value == part.input_value()


def scanned(hand: Any, words: dict[str, Any]) -> None:
    """Answer the scan from the home page to its result."""
    page = hand.page
    hand.press(page.get_by_role("button", name=words["start"]))
    page.wait_for_url("**/scan/possible")
    while not page.url.endswith("/result"):
        here = page.url
        for place, group in enumerate(page.locator("fieldset").all()):
            options = group.locator("input[type=radio]")
            hand.check(options.nth(0 if here.endswith("possible") else place % 3 + 1))
        hand.press(page.get_by_role("button", name=words["next"]))
        page.wait_for_url(lambda url, here=here: url != here)


def made(hand: Any, words: dict[str, Any]) -> None:
    """Make a dossier of the scan, with a number that can mean two things on the way."""
    page = hand.page
    hand.press(page.get_by_role("link", name=words["make"]))
    page.wait_for_url("**/scan/product")
    hand.write(page.locator("#f-name"), "Plantenpot")
    hand.choose(page.locator("#f-home"), "BEL")
    hand.choose(page.locator("#f-source_country"), "CHN")
    hand.write(page.locator("#f-units_per_year"), "1.450")
    hand.write(page.locator("#f-unit_price"), "5,4 USD")
    hand.write(page.locator("#f-cn"), "39269097")
    hand.press(page.get_by_role("button", name=words["dossier"]))
    page.wait_for_selector("#problems")
    assert words["ambiguous"] in page.locator("#problems").inner_text()
    assert ["1.450", "5,4 USD"] == [
        page.locator(field).input_value() for field in ("#f-units_per_year", "#f-unit_price")
    ]
    hand.write(page.locator("#f-units_per_year"), "80000 - 100000 - 130000")
    hand.press(page.get_by_role("button", name=words["dossier"]))
    page.wait_for_url("**/dossier")


def told(hand: Any, words: dict[str, Any]) -> None:
    """Go through the steps of the dossier: a number, a range, a figure left empty."""
    page = hand.page
    page.goto(f"{page.url}/product")
    hand.write(page.locator("#f-product-mass_kg"), "1,9")
    hand.write(page.locator("#f-product-price"), "24")
    hand.press(page.get_by_role("button", name=words["next"]))
    page.wait_for_url("**/dossier/demand")
    assert ["100\u00a0000", "80\u00a0000", "130\u00a0000"] == [
        page.locator(f"#f-demand-units_per_year{end}").input_value() for end in ("", "-low", "-high")
    ]
    hand.press(page.get_by_role("button", name=words["next"]))
    page.wait_for_url("**/dossier/today")
    hand.press(page.get_by_role("button", name=words["next"]))
    page.wait_for_url("**/dossier/plans")


def taken_along(visitor: Visitor, hand: Any, words: dict[str, Any], lang: str, scripts: bool) -> str:
    """Read the results, move a number, and take the report along; returns the report."""
    page = visitor.page
    page.goto(f"{visitor.site.address}/{lang}/results")
    page.locator("#plans").wait_for()
    field = page.locator("#f-s0")
    now = field.input_value()
    if scripts:
        slider = page.locator("input[type=range]").first
        if isinstance(hand, Keyboard):
            hand.reach(slider)
        else:
            slider.focus()
        page.keyboard.press("PageUp")
        page.wait_for_function(
            "words => document.querySelector('#moved').innerText.includes(words)", arg=words["changed"]
        )
        assert now != field.input_value()
    else:
        hand.write(field, "1")
        hand.press(page.get_by_role("button", name=words["work out"]))
        page.wait_for_url(re.compile("s0="))
        assert words["changed"] in page.locator("#moved").inner_text()
    with page.expect_download() as waiting:
        hand.press(page.get_by_role("link", name=words["page"]))
    return Path(waiting.value.path()).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["nl", "fr"])
def test_from_the_home_page_to_a_report(visit: Visit, lang: str, width: int, scripts: bool) -> None:
    visitor = visit(width=width, scripts=scripts)
    page, words = visitor.open(f"/{lang}/"), WORDS[lang]
    hand = Mouse(page)
    scanned(hand, words)
    made(hand, words)
    told(hand, words)
    report = taken_along(visitor, hand, words, lang, scripts)
    assert f'<html lang="{lang}">' in report
    assert "Plantenpot" in report


@pytest.mark.slow
def test_from_the_home_page_to_a_report_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit()
    page, words = visitor.open("/nl/"), WORDS["nl"]
    hand = Keyboard(page)
    scanned(hand, words)
    made(hand, words)
    told(hand, words)
    assert "Plantenpot" in taken_along(visitor, hand, words, "nl", scripts=True)
