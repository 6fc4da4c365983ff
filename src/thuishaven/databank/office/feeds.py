"""Watched feeds and pasted notices: which of them speak of production that comes, goes or stops.

A feed is text that somebody hands over or that the installation's own watcher fetched; nothing here goes out
on the network. XML with a document type is refused, so that no entity can grow or point elsewhere.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from thuishaven.access import AccessError
from thuishaven.databank.office.signals import Told
from thuishaven.packaged import read_table

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TAGS = re.compile(r"<[^>]{0,2000}>")
_MOST_ITEMS, _MOST_BYTES, _LONGEST = 1024, 2**23, 2**13
_BLANK_LINES = re.compile(r"\n\s*\n")
#: A company in a notice: words with capitals that end in a form of company.
_COMPANY = re.compile(
    r"\b((?:[A-ZÀ-Þ][\w&'.-]*\s+){1,6}"
    r"(?:nv|NV|bv|BV|bvba|BVBA|srl|SRL|sa|SA|N\.V\.|B\.V\.|S\.A\.|GmbH|AG|Ltd|plc)\b)"
)
_NUMBER = re.compile(r"\b[01]?\d{3}[. ]?\d{3}[. ]?\d{3}\b")


@dataclass(frozen=True, slots=True)
class Match:
    """Words of the glossary that were found, what they are about (return, away...), and their language."""

    words: str
    about: str
    language: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed, as text."""

    title: str
    text: str
    url: str
    published_on: dt.date | None


@cache
def keywords() -> tuple[tuple[Match, re.Pattern[str]], ...]:
    """The glossary in four languages; ``*`` stands for the rest of a word."""
    found = []
    for row in read_table("thuishaven.databank.office", "keywords.csv"):
        parts = [re.escape(part).replace(r"\*", r"\w*") for part in row["words"].split()]
        pattern = re.compile(r"\b" + r"\s+".join(parts) + r"\b", re.IGNORECASE)
        found.append((Match(row["words"], row["about"], row["language"]), pattern))
    return tuple(found)


def matches(text: str, language: str = "") -> tuple[Match, ...]:
    """The words of the glossary in a text; of one language only when it is named.

    >>> [match.about for match in matches("Fabriek haalt productie terug uit China", "nl")]
    ['return']
    """
    plain = text.replace("\u2019", "'")
    return tuple(
        match
        for match, pattern in keywords()
        if (not language or match.language == language) and pattern.search(plain)
    )


def items(feed: bytes) -> tuple[Item, ...]:
    """The entries of an RSS 2.0 or Atom feed, at most 1,024.

    Raises
    ------
    AccessError
        ``feed_form`` when it is no feed, holds a document type, or is too large.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    if len(feed) > _MOST_BYTES:
        raise AccessError("feed_form", why="large")
    try:
        root = fromstring(feed, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise AccessError("feed_form", why="xml") from None
    if root.tag == f"{_ATOM}feed":
        return tuple(_atom(entry) for entry in root.findall(f"{_ATOM}entry")[:_MOST_ITEMS])
    entries = root.findall("./channel/item")
    if root.tag != "rss":
        raise AccessError("feed_form", why="kind")
    return tuple(_rss(entry) for entry in entries[:_MOST_ITEMS])


def told_by(feed: bytes, language: str = "") -> tuple[Told, ...]:
    """Signals of a feed: the entries in which words of the glossary were found, with those words.

    Parameters
    ----------
    feed
        RSS 2.0 or Atom.
    language
        Of the feed; words of the other languages do not count then.
    """
    found = []
    for item in items(feed):
        hits = matches(f"{item.title}\n{item.text}", language)
        if hits:
            company = _COMPANY.search(f"{item.title} {item.text}")
            found.append(
                Told(
                    channel="media",
                    company=company.group(1) if company else item.title[:128] or "-",
                    title=item.title[:256] or item.url,
                    text=item.text,
                    url=item.url,
                    published_on=item.published_on,
                    language=language or hits[0].language,
                    matched=tuple(dict.fromkeys(hit.words for hit in hits)),
                )
            )
    return tuple(found)


def told_in(notices: str, language: str = "nl") -> tuple[Told, ...]:
    """Signals of restructuring notices that were pasted in, one for each paragraph.

    The company is the first name that ends in a form of company; where none is found it is the first line,
    for a person to correct.
    """
    found = []
    for paragraph in _BLANK_LINES.split(notices.replace("\r\n", "\n")):
        text = paragraph.strip()
        if not text:
            continue
        first = text.splitlines()[0].strip()[:256]
        company, number = _COMPANY.search(text), _NUMBER.search(text)
        found.append(
            Told(
                channel="restructuring",
                company=" ".join((company.group(1) if company else first).split()),
                title=first,
                text=text[:_LONGEST],
                number=re.sub(r"\D", "", number.group(0)) if number else "",
                language=language,
                matched=tuple(dict.fromkeys(hit.words for hit in matches(text))),
            )
        )
    return tuple(found[:_MOST_ITEMS])


def _rss(entry: Any) -> Item:
    written = entry.findtext("pubDate") or entry.findtext(f"{_DC}date") or ""
    return Item(
        title=_words(entry.findtext("title")),
        text=_words(entry.findtext("description")),
        url=_link(entry.findtext("link")),
        published_on=_day(written),
    )


def _atom(entry: Any) -> Item:
    links = [
        link.get("href", "")
        for link in entry.findall(f"{_ATOM}link")
        if link.get("rel", "alternate") == "alternate"
    ]
    written = entry.findtext(f"{_ATOM}published") or entry.findtext(f"{_ATOM}updated") or ""
    text = entry.findtext(f"{_ATOM}summary") or entry.findtext(f"{_ATOM}content")
    return Item(
        title=_words(entry.findtext(f"{_ATOM}title")),
        text=_words(text),
        url=_link(links[0] if links else ""),
        published_on=_day(written),
    )


def _words(text: str | None) -> str:
    import html

    plain = html.unescape(_TAGS.sub(" ", text or ""))
    return " ".join(_TAGS.sub(" ", plain).split())[:_LONGEST]


def _link(text: str | None) -> str:
    found = (text or "").strip()
    return found if found.lower().startswith(("https://", "http://")) else ""


def _day(text: str) -> dt.date | None:
    try:
        return dt.datetime.fromisoformat(text.strip()).date()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except (TypeError, ValueError):
        return None
