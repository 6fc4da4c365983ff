"""What a reader asks of the cases: words, chosen values, order and page, as they stand in an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from thuishaven.databank.cases import FACETS, SORTS

#: A question has a few words, a facet a few dozen values; what goes beyond is left out.
_LONGEST, _MOST, _LONGEST_VALUE = 128, 64, 32
_LAST_PAGE = 10**3


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to the cases.

    Parameters
    ----------
    text
        Words that must all be there.
    facets
        Chosen values by facet.
    sort
        One of ``SORTS``.
    page
        From 1.
    """

    text: str
    facets: Mapping[str, tuple[str, ...]]
    sort: str = SORTS[0]
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked at all."""
        return bool(self.text or self.facets)

    @property
    def query(self) -> str:
        """The question as it stands in an address, without the page: the same for the same question.

        >>> Asked("pot & pan", {"to": ("NLD", "BEL")}).query
        'q=pot+%26+pan&to=NLD&to=BEL'
        """
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.facets.get(name, ())]
        if self.sort != SORTS[0]:
            pairs.append(("sort", self.sort))
        return urlencode(pairs)

    def on_page(self, page: int) -> str:
        """The question for another page, behind a question mark; empty for the first page of everything."""
        parts = [part for part in (self.query, f"page={page}" if page > 1 else "") if part]
        return f"?{'&'.join(parts)}" if parts else ""

    def without(self, name: str, value: str) -> str:
        """The same question without one chosen value, behind a question mark."""
        left = tuple(one for one in self.facets.get(name, ()) if one != value)
        facets = {**self.facets, name: left} if left else {k: v for k, v in self.facets.items() if k != name}
        return replace(self, facets=facets, page=1).on_page(1)

    def wordless(self) -> str:
        """The same question without its words."""
        return replace(self, text="", page=1).on_page(1)


def asked(params: QueryParams) -> Asked:
    """What an address asks; what cannot be meant is left out, never an error.

    >>> asked(QueryParams("q=+pot+&to=NLD&to=NLD&sort=odd&page=-3&x=1"))
    Asked(text='pot', facets={'to': ('NLD',)}, sort='newest', page=1)
    """
    facets = {}
    for name in FACETS:
        values = [value for value in params.getlist(name) if 0 < len(value) <= _LONGEST_VALUE]
        values = [value for value in values if value.isprintable()]
        if values:
            facets[name] = tuple(dict.fromkeys(values))[:_MOST]
    sort = params.get("sort", "")
    return Asked(_plain(params.get("q", "")), facets, sort if sort in SORTS else SORTS[0], _page(params))


def _plain(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_LONGEST]


def _page(params: QueryParams) -> int:
    text = params.get("page", "")
    whole = text.isascii() and text.isdecimal() and len(text) <= len(str(_LAST_PAGE))
    return max(1, int(text)) if whole else 1


def ordered(name: str, values: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    """Values of a facet in the order of the page: the most frequent first, years from new to old.

    What is unknown comes last.

    >>> ordered("year", [("2012", 5), ("unknown", 9), ("2020", 1)])
    [('2020', 1), ('2012', 5), ('unknown', 9)]
    """
    found = sorted(values, key=lambda one: one[0], reverse=True) if name == "year" else list(values)
    return sorted(found, key=lambda one: one[0] == "unknown")
