"""Facts inside a text, by their title; and the publication where a fact was found.

The note of a record names other records by their id, parameters by their name and countries by their code, so
that a program can follow them. A reader sees what they are called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from thuishaven.locale import N_, _

if TYPE_CHECKING:
    from thuishaven.facts import Fact, FactSet

#: A record or a parameter in a note, and the three letters of a country.
_NAMED = re.compile(r"(?P<name>\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+)(?P<keys>\[[^\]\s]*\])?(?P<period>@[\w/:-]+)?")
_COUNTRY = re.compile(r"\b[A-Z]{3}\b")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
#: How the period of a record without one is written.
UNDATED = "undated"
#: Sources of our own, where the reasoning stands beside them.
OURS = {
    "thuishaven-assumption": N_("our own assumption"),
    "thuishaven-derived": N_("worked out from published figures"),
    "thuishaven-plausible-range": N_("the range that is thought possible at all"),
}


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure was published.

    Parameters
    ----------
    title
        Of the publication.
    publisher
        Who published it; empty where the title says it already.
    year
        Of the edition; empty where it is not known.
    url
        Where it was read; empty for what is our own.
    """

    title: str
    publisher: str = ""
    year: str = ""
    url: str = ""

    @property
    def beside(self) -> str:
        """Publisher and year, as they stand behind the title."""
        return ", ".join(part for part in (self.publisher, self.year) if part)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A record or a parameter that a text names: what stands there, and the record where there is one."""

    start: int
    end: int
    parameter: str
    keys: tuple[tuple[str, str], ...]
    period: str
    id: str


@lru_cache(maxsize=1024)
def _ids(parameter: str) -> tuple[str, ...]:
    """The records of a parameter, the longest name first: one name may be the beginning of another."""
    from thuishaven.facts import bundled

    return tuple(sorted((fact.id for fact in bundled().find(parameter)), key=len, reverse=True))


def _mentions(text: str) -> Iterator[_Mention]:
    from thuishaven.facts import bundled

    known = bundled().parameters
    for match in _NAMED.finditer(text):
        if match["name"] not in known:
            continue
        inside = (match["keys"] or "")[1:-1]
        pairs = (pair.partition("=") for pair in inside.split(",") if pair)
        keys = tuple((key, value) for key, _sign, value in pairs)
        identity, end = "", match.end()
        if match["period"]:
            # What stands behind the period is the edition, which may hold spaces.
            named = (one for one in _ids(match["name"]) if text.startswith(one, match.start()))
            identity = next(named, "")
            end = max(end, match.start() + len(identity))
        period = (match["period"] or "")[1:]
        yield _Mention(match.start(), end, match["name"], keys, "" if period == UNDATED else period, identity)


def readable(text: str) -> str:
    """A text in which records and parameters stand by their title and countries by their name.

    Parameters
    ----------
    text
        As a note has it, in any language.

    >>> from thuishaven.locale import use
    >>> with use("en"):
    ...     readable("mean of DEU and road_detour_factor@2026; 270 THC")
    'mean of Germany and “Road kilometres per kilometre as the crow flies (2026)”; 270 THC'
    """
    done, place = [], 0
    for one in _mentions(text):
        if one.start < place:
            continue
        done += [_with_countries(text[place : one.start]), _title(one)]
        place = one.end
    return "".join([*done, _with_countries(text[place:])])


def _title(one: _Mention) -> str:
    from thuishaven.report.words import key_value, parameter_label

    about = [key_value(key, value) for key, value in one.keys if value]
    detail = ", ".join([*about, *([one.period] if one.period else [])])
    label = parameter_label(one.parameter)
    return _("“{name}”", name=f"{label} ({detail})" if detail else label)


def _with_countries(text: str) -> str:
    from thuishaven.facts import countries
    from thuishaven.report.words import country_name

    known = countries()
    return _COUNTRY.sub(lambda match: country_name(match[0]) if match[0] in known else match[0], text)


def parents(note: str) -> tuple[str, ...]:
    """The ids of the records that a note names, each once, in their order."""
    return tuple(dict.fromkeys(one.id for one in _mentions(note) if one.id))


def source_called(identity: str, facts: FactSet) -> str:
    """What a source is called, in a line: its title, or whose it is where it is our own."""
    if identity in OURS:
        return _(OURS[identity])
    source = facts.sources.get(identity)
    return identity if source is None else source.title


def citation(fact: Fact, facts: FactSet) -> Citation:
    """Where a record was published: title, publisher, year of the edition and address.

    Parameters
    ----------
    fact
        The record.
    facts
        Where its source is looked up.
    """
    from thuishaven.report.words import SEVERAL, publisher

    if fact.source_id in OURS:
        return Citation(_(OURS[fact.source_id]))
    source = facts.sources.get(fact.source_id)
    if source is None:
        return Citation(fact.source_id)
    title = source.title
    known = source.publisher == SEVERAL or source.publisher.casefold() in title.casefold()
    by = "" if known else publisher(source.publisher)
    year = _YEAR.search(fact.vintage)
    dated = year[0] if year is not None and year[0] not in title else ""
    return Citation(title, by, dated, source.url or source.publisher_url)
