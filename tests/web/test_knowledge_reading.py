"""The texts can be read: short sentences, the reader addressed, the words of the glossary."""

from __future__ import annotations

import re
from html import unescape

import pytest

from thuishaven.locale import LANGUAGES
from thuishaven.web.knowledge import Page, pages

LONGEST_AVERAGE = {"nl": 13, "en": 17, "fr": 17}
LONGEST = {"nl": 32, "en": 40, "fr": 42}
#: Words of a page of running text: enough to say something, little enough to read at once.
WORDS = (150, 800)


def label(one: Page) -> str:
    return f"{one.lang}/{one.slug}"


def prose(one: Page) -> list[str]:
    """The sentences of paragraphs and list items; tables and terms are no sentences."""
    html = re.sub(
        r"<sup>.*?</sup>|<table>.*?</table>|<dl>.*?</dl>|<h\d.*?</h\d>", " ", one.html, flags=re.DOTALL
    )
    blocks = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", html, flags=re.DOTALL)
    text = [unescape(re.sub(r"<[^>]+>", "", block)) for block in blocks]
    return [
        part
        for block in text
        for part in re.split(r"(?<=[.!?])[\s\u202f]+(?=[A-ZÀ-ÝŒ'«])", block)
        if part.strip()
    ]


ALL = [one for lang in LANGUAGES for one in pages(lang)]


@pytest.mark.parametrize("one", ALL, ids=label)
def test_sentences_are_short(one: Page) -> None:
    lengths = [len(sentence.split()) for sentence in prose(one)]
    assert sum(lengths) / len(lengths) <= LONGEST_AVERAGE[one.lang]
    assert not [sentence for sentence in prose(one) if len(sentence.split()) > LONGEST[one.lang]]


@pytest.mark.parametrize("one", [one for one in ALL if one.slug != "glossary"], ids=label)
def test_a_page_can_be_read_at_once(one: Page) -> None:
    words = len(re.sub(r"<[^>]+>", " ", one.html).split())
    assert WORDS[0] <= words <= WORDS[1]
    assert len(one.summary.split()) <= 40


@pytest.mark.parametrize("one", [one for one in ALL if one.lang == "nl"], ids=label)
def test_dutch_says_u_and_addresses_both_countries(one: Page) -> None:
    words = set(re.findall(r"[a-z]+", re.sub(r"<[^>]+>", " ", one.html).lower()))
    assert not words & {"je", "jij", "jouw", "jullie"}
    for belgian, dutch in [("kmo", "mkb"), ("vlaio", "rvo"), ("knelpuntberoepen", "krapteberoepen")]:
        # An example of a scheme names its own desk; a page that sends the reader somewhere names both.
        assert (belgian in words) == (dutch in words)
