"""Every page is there in three languages, reads as plain Markdown, and links to pages that exist."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import thuishaven.web.knowledge as knowledge
from thuishaven.locale import LANGUAGES, glossary
from thuishaven.web.knowledge import Operator, Page, UnknownPage, groups, page, pages, slugs

TEXTS = Path(knowledge.__file__).parent
ALL = [one for lang in LANGUAGES for one in pages(lang)]
#: What a page may be made of; anything else would have come from HTML in a text.
TAGS = {"a", "dd", "dl", "dt", "em", "h2", "li", "ol", "p", "span", "strong", "sup", "ul"}
TAGS |= {"table", "tbody", "td", "th", "thead", "tr"}
VOID = {"br", "hr"}


class Reader(HTMLParser):
    """Collects tags, ids, links and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if "href" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words += data


def read(one: Page) -> Reader:
    reader = Reader()
    reader.feed(one.html)
    reader.close()
    return reader


def label(one: Page) -> str:
    return f"{one.lang}/{one.slug}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_the_same_pages_and_no_file_lies_beside_them(lang: str) -> None:
    assert sorted(slugs()) == sorted(path.stem for path in (TEXTS / lang).iterdir())
    assert slugs() == tuple(one.slug for one in pages(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_groups_hold_every_page_once_in_reading_order(lang: str) -> None:
    assert slugs() == tuple(slug for group in groups(lang) for slug in group.slugs)
    assert all(group.title for group in groups(lang))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_previous_and_next_lead_through_all_pages(lang: str) -> None:
    way, slug = [], slugs()[0]
    while True:
        one = page(lang, slug)
        way.append(slug)
        assert one.previous == (way[-2] if len(way) > 1 else None)
        if one.next is None:
            break
        slug = one.next
    assert slugs() == tuple(way)


@pytest.mark.parametrize(("lang", "slug"), [("nl", "nowhere"), ("de", "forms"), ("xx", "forms"), ("nl", "")])
def test_an_unknown_page_is_a_key_error(lang: str, slug: str) -> None:
    with pytest.raises(UnknownPage) as raised:
        page(lang, slug)
    assert isinstance(raised.value, KeyError)


@pytest.mark.parametrize("one", ALL, ids=label)
def test_a_page_is_whole_html_of_known_tags(one: Page) -> None:
    reader = read(one)
    assert not reader.open
    assert set() == set(reader.tags) - TAGS
    assert "{{" not in one.html + one.summary + one.title
    assert len(reader.ids) == len(set(reader.ids))


@pytest.mark.parametrize(
    "path", sorted(TEXTS.glob("*/*.md")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_no_html_stands_in_a_text(path: Path) -> None:
    assert not re.findall(r"<[a-zA-Z/!]|&[a-z]+;", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("one", ALL, ids=label)
def test_links_lead_to_pages_and_sources_that_exist(one: Page) -> None:
    for link in read(one).links:
        if link.startswith("#"):
            assert link[1:] in {source.anchor for source in one.sources}
        else:
            assert link in slugs()


@pytest.mark.parametrize("one", ALL, ids=label)
def test_headings_are_in_order_and_have_ids(one: Page) -> None:
    reader = read(one)
    found = [tag for tag in reader.tags if re.fullmatch(r"h\d", tag)]
    assert found == [f"h{level}" for level, _id, _text in one.headings]
    assert {name for _level, name, _text in one.headings} <= set(reader.ids)
    assert found[0] == "h2"


@pytest.mark.parametrize("one", ALL, ids=label)
def test_a_table_has_headed_columns(one: Page) -> None:
    assert one.html.count("<th") - one.html.count("<thead") == one.html.count('<th scope="col"')


@pytest.mark.parametrize("slug", slugs())
def test_the_languages_tell_the_same_things(slug: str) -> None:
    """As many sections, tables and sources in each language; nobody gets a shorter page."""
    shapes = {
        lang: (
            [level for level, _id, _text in page(lang, slug).headings],
            page(lang, slug).html.count("<table>"),
            page(lang, slug).html.count("<li>"),
            sorted(source.id for source in page(lang, slug).sources),
        )
        for lang in LANGUAGES
    }
    assert shapes["nl"] == shapes["en"] == shapes["fr"]
    words = {lang: len(read(page(lang, slug)).words.split()) for lang in LANGUAGES}
    assert max(words.values()) < 1.5 * min(words.values())


def test_the_operator_is_named_and_cannot_bring_html() -> None:
    operator = Operator(name="Streek & Co <b>", contact="help@streek.example", draft_hours=12.5)
    html = page("nl", "privacy", operator).html
    assert "Streek &amp; Co &lt;b&gt;" in html
    assert "help@streek.example" in html
    assert "12,5 uur" in page("nl", "privacy", operator).summary
    assert "de beheerder heeft nog geen adres ingevuld" in page("nl", "privacy").html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_glossary_explains_every_term_in_alphabetical_order(lang: str) -> None:
    html = page(lang, "glossary").html
    assert sorted(glossary()) == sorted(re.findall(r'<dt id="term-([a-z_]+)">', html))
    assert html.count("<dt ") == html.count("<dd>") == html.count('<dd class="languages">')


def test_every_term_has_its_meaning_in_three_languages() -> None:
    with (TEXTS / "definitions.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert list(glossary()) == [row["id"] for row in rows]
    assert not [row["id"] for row in rows for lang in LANGUAGES if not row[lang].endswith(".")]
