"""The page: one file that asks nothing of anyone, sound, and readable at every width."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from report_hostile import HOSTILE

from chromium import launched, violations
from thuishaven.report.blocks import Callout, Column, Document, Facts, Heading, Listing, Number, Table, Text
from thuishaven.report.html import html

VOID = {"meta", "link", "br", "hr", "img", "input", "col"}


class Sound(HTMLParser):
    """Reads a page and notes what is not sound."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: Counter[str] = Counter()
        self.tags: Counter[str] = Counter()
        self.addresses: list[tuple[str, str, str]] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        if len({name for name, _value in attrs}) < len(attrs):
            self.wrong.append(f"attribute twice on {tag}")
        for name, value in attrs:
            if name == "id":
                self.ids[value or ""] += 1
            if (
                name in ("src", "href", "xlink:href", "action", "srcset", "poster", "data", "style")
                or name[:2] == "on"
            ):
                self.addresses.append((tag, name, value or ""))
            if name == "href" and (value or "").startswith("#"):
                self.targets.append((value or "")[1:])
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes nothing")


def read(page: str) -> Sound:
    sound = Sound()
    sound.feed(page)
    sound.close()
    return sound


@pytest.fixture(scope="module")
def page(dutch: Document) -> str:
    return html(dutch)


def test_the_page_is_sound(page: str) -> None:
    sound = read(page)
    assert not sound.wrong
    assert not sound.open
    assert not [name for name, times in sound.ids.items() if times > 1]
    assert not set(sound.targets) - set(sound.ids)
    assert 1 == sound.tags["h1"] == sound.tags["main"] == page.count("<title>")


def test_the_page_asks_nothing_of_any_host(page: str) -> None:
    sound = read(page)
    assert not sound.tags["script"] + sound.tags["link"] + sound.tags["iframe"] + sound.tags["img"]
    assert {("a", "href")} == {(tag, name) for tag, name, _value in sound.addresses}
    assert set(re.findall(r"url\(([^)]{0,12})", page.split("</style>")[0])) == {"data:font/wo"}
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_the_page_says_its_language_and_what_it_is(page: str, dutch: Document) -> None:
    assert page.startswith('<!doctype html>\n<html lang="nl">')
    assert f"<title>{dutch.title} {dutch.subtitle}</title>" in page
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page


def test_each_picture_stands_wide_and_narrow_with_its_table(page: str) -> None:
    figures = page.count("<figure ")
    assert (
        figures == page.count('class="roomy"') == page.count('class="tight"') == page.count("<details>") > 10
    )


def test_numbers_are_written_as_the_language_writes_them(page: str) -> None:
    assert "4.096" in page or "1.024" in page
    assert "12.345,67" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_dossier_becomes_markup(text: str, dutch: Document) -> None:
    table = Table("t", text, (Column(text), Column(text, text)), ((text, Number(1.0, text)),), text)
    blocks = (
        Heading(1, text, "a"),
        Text(text),
        Listing((text,)),
        table,
        Facts(((text, text),)),
        Callout("note", text, text),
    )
    page = html(Document("nl", text, text, blocks, text, dutch.day))
    sound = read(page)
    assert not sound.wrong
    assert not sound.open
    assert not sound.tags["script"] + sound.tags["svg"]
    assert not [name for _tag, name, _value in sound.addresses if name != "href"]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "light"), (1280, "dark")])
def test_a_browser_finds_nothing_wrong(page: str, tmp_path: Path, width: int, scheme: str) -> None:
    """axe-core finds no violation, nothing runs off a narrow screen, and nothing was asked of the network."""
    from playwright.sync_api import sync_playwright

    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    asked: list[str] = []
    with sync_playwright() as play:
        browser = launched(play)
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto((tmp_path / "report.html").as_uri())
        wide = tab.evaluate("document.documentElement.scrollWidth")
        fonts = tab.evaluate(
            "document.fonts.ready.then(f => [...f].filter(x => x.status == 'loaded').length)"
        )
        wrong = violations(tab)
        browser.close()
    assert [] == wrong
    assert wide <= width
    assert 2 == fonts
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]
