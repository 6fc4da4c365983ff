"""What feeds and pasted notices give, and calendars that other programs read."""

from __future__ import annotations

import datetime as dt

import pytest

from thuishaven.access import AccessError
from thuishaven.databank.office import Task, calendar, items, matches, term, told_by, told_in

RSS = b"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>Business</title>
<item><title>Voorbeeld Plastics NV haalt productie terug uit China</title>
<description>&lt;p&gt;De fabrikant &lt;b&gt;stopt&lt;/b&gt; in Ningbo.&lt;/p&gt;</description>
<link>https://news.example/1</link><pubDate>Fri, 20 Nov 2026 08:00:00 +0100</pubDate></item>
<item><title>Weer een regenachtig weekend</title><link>https://news.example/2</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Presse</title>
<entry><title>Relocalisation : l'usine revient</title><summary>Voorbeeld SA rapatrie la production.</summary>
<link rel="self" href="https://x.example/self"/><link href="https://presse.example/7"/>
<published>2026-11-19T10:00:00Z</published></entry></feed>"""
BOMB = b'<!DOCTYPE a [<!ENTITY b "bbbb">]><rss><channel><item><title>&b;</title></item></channel></rss>'


def test_entries_with_words_of_the_glossary_become_signals() -> None:
    (told,) = told_by(RSS, "nl")
    assert ("media", "Voorbeeld Plastics NV") == (told.channel, told.company)
    assert ("haalt productie terug",) == told.matched
    assert "De fabrikant stopt in Ningbo." == told.text
    assert ("https://news.example/1", dt.date(2026, 11, 20)) == (told.url, told.published_on)


def test_atom_is_read_as_rss_is() -> None:
    (told,) = told_by(ATOM, "fr")
    assert ("https://presse.example/7", dt.date(2026, 11, 19)) == (told.url, told.published_on)
    assert {"relocalis*", "rapatri* la production"} == set(told.matched)


@pytest.mark.parametrize(
    ("text", "language", "about"),
    [
        ("Werk verlagert Produktion nach Polen", "de", {"away"}),
        ("The plant closure follows two years of offshoring", "en", {"closure", "away"}),
        ("Collectief ontslag: sluiting van de fabriek", "nl", {"closure"}),
        ("Rupture d\u2019approvisionnement chez le fournisseur", "fr", {"chain"}),
        ("Reshoring is in het nieuws", "fr", set()),
        ("De reshoringsbalie", "nl", set()),
    ],
)
def test_words_count_in_their_language_and_whole(text: str, language: str, about: set[str]) -> None:
    assert about == {match.about for match in matches(text, language)}


@pytest.mark.parametrize("feed", [BOMB, b"", b"<html></html>", b"\xff\xfe\x00", b"<rss" * 1000, b"{}"])
def test_what_is_no_feed_is_refused(feed: bytes) -> None:
    with pytest.raises(AccessError) as found:
        items(feed)
    assert "feed_form" == found.value.code


def test_a_link_to_a_script_is_no_link() -> None:
    feed = RSS.replace(b"https://news.example/1", b"javascript:alert(1)")
    assert "" == told_by(feed, "nl")[0].url


def test_each_paragraph_of_pasted_notices_is_a_signal() -> None:
    pasted = (
        "Collectief ontslag bij Voorbeeld Metaal NV (0417.497.106)\nHet bedrijf sluit vestiging Genk.\n\n"
        "Onbekende firma stopt\n\n\n"
    )
    first, second = told_in(pasted)
    assert ("Voorbeeld Metaal NV", "0417497106") == (first.company, first.number)
    assert ("collectief ontslag", "sluit vestiging") == first.matched
    assert ("Onbekende firma stopt", ()) == (second.company, second.matched)


def test_a_calendar_holds_whole_days_and_no_company() -> None:
    task = Task("t1", "project", "p1", "follow_up_12", dt.date(2027, 11, 1), "open", "", "", "Voorbeeld bv")
    now = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
    text = calendar([task], now, lambda one: f"Opvolging; {one.rule}, é" + "é" * 60, "Taken", "thuis.example")
    assert "DTSTART;VALUE=DATE:20271101\r\nDTEND;VALUE=DATE:20271102\r\n" in text
    assert "SUMMARY:Opvolging\\; follow_up_12\\, é" in text
    assert "UID:t1@thuis.example" in text
    assert "Voorbeeld" not in text
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    unfolded = text.replace("\r\n ", "")
    assert "é" * 61 in unfolded
    assert ("BEGIN:VCALENDAR", "END:VCALENDAR") == (text.split("\r\n")[0], text.split("\r\n")[-2])


def test_terms_are_those_of_the_table() -> None:
    sunday, monday = dt.date(2026, 11, 22), dt.date(2026, 11, 23)
    assert dt.date(2026, 11, 27) == term("triage").due(sunday)
    assert dt.date(2026, 11, 30) == term("triage").due(monday)
    assert dt.date(2027, 2, 28) == term("check_milestones").due(dt.date(2026, 11, 30))
