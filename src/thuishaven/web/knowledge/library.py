"""Reads the pages of the package: once per language and operator."""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path

from thuishaven.locale import LANGUAGES, use
from thuishaven.packaged import read_table
from thuishaven.web.knowledge.markup import Writing, typeset
from thuishaven.web.knowledge.model import NOBODY, Group, Operator, Page
from thuishaven.web.knowledge.terms import glossary_html

HERE = Path(__file__).parent


class UnknownPage(KeyError):
    """There is no page with this name, or not in this language."""


@lru_cache(maxsize=1)
def _shelves() -> tuple[dict[str, str], ...]:
    return tuple(read_table("thuishaven.web.knowledge", "pages.csv"))


def slugs() -> tuple[str, ...]:
    """The names of all pages, in reading order; they are the same in every language."""
    return tuple(row["slug"] for row in _shelves())


def groups(lang: str) -> tuple[Group, ...]:
    """The groups of pages with their titles in a language. Raises UnknownPage for another language."""
    _known(lang)
    return tuple(
        Group(row["id"], row[lang], tuple(page["slug"] for page in _shelves() if page["group"] == row["id"]))
        for row in read_table("thuishaven.web.knowledge", "groups.csv")
    )


@lru_cache(maxsize=16)
def pages(lang: str, operator: Operator = NOBODY) -> tuple[Page, ...]:
    """All pages of a language in reading order.

    Parameters
    ----------
    lang
        ``nl``, ``en`` or ``fr``.
    operator
        Who runs this installation, for the two statements.

    Raises
    ------
    UnknownPage
        For another language.
    """
    _known(lang)
    with use(lang):
        return tuple(_read(lang, place, operator) for place in range(len(_shelves())))


def page(lang: str, slug: str, operator: Operator = NOBODY) -> Page:
    """One page by its name. Raises UnknownPage when there is none; otherwise as :func:`pages`."""
    for found in pages(lang, operator):
        if found.slug == slug:
            return found
    raise UnknownPage(slug)


def _known(lang: str) -> None:
    if lang not in LANGUAGES:
        raise UnknownPage(lang)


def _read(lang: str, place: int, operator: Operator) -> Page:
    names = slugs()
    row = _shelves()[place]
    head, _blank, body = (HERE / lang / f"{row['slug']}.md").read_text(encoding="utf-8").partition("\n\n")
    said = dict(line.split(": ", 1) for line in head.splitlines())
    writing = Writing(names, operator)
    html = writing.html(body)
    if row["slug"] == "glossary":
        html += glossary_html(lang)
    return Page(
        slug=row["slug"],
        lang=lang,
        title=typeset(said["title"]),
        summary=typeset(writing.summary(said["summary"])),
        html=html,
        headings=tuple(writing.headings),
        sources=writing.sources(row["sources"].split()),
        updated=datetime.date.fromisoformat(row["updated"]),
        group=row["group"],
        order=place + 1,
        previous=names[place - 1] if place else None,
        next=names[place + 1] if place + 1 < len(names) else None,
    )
