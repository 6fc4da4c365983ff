"""What a knowledge page is made of."""

from __future__ import annotations

import datetime
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A publication that a page rests on.

    ``anchor`` is the id to give its entry in the list of sources: the marks in the text link to it.
    """

    id: str
    anchor: str
    title: str
    publisher: str
    url: str
    year: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs this installation, as its settings say; empty parts are said to be missing.

    Parameters
    ----------
    name
        The organisation, as it wants to be called.
    contact
        Where readers can write or call: an address, a mailbox or a telephone number.
    supervisor
        Where a complaint can go when the answer does not satisfy.
    draft_hours
        Hours that a draft lives after its last change.
    """

    name: str = ""
    contact: str = ""
    supervisor: str = ""
    draft_hours: float = 24


#: Nobody has said yet who runs this installation.
NOBODY = Operator()


@dataclass(frozen=True, slots=True)
class Group:
    """Pages that belong together, in reading order."""

    id: str
    title: str
    slugs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page in one language.

    ``html`` is the body without the title, the summary and the list of sources; its headings start at level
    2 and have ids. ``headings`` are (level, id, text). ``previous`` and ``next`` are slugs, or None at the
    ends. Links to other pages are relative (``forms``): serve the pages beside each other, without a slash
    at the end.
    """

    slug: str
    lang: str
    title: str
    summary: str
    html: str
    headings: tuple[tuple[int, str, str], ...]
    sources: tuple[Source, ...]
    updated: datetime.date
    group: str
    order: int
    previous: str | None
    next: str | None
