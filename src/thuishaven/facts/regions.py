"""The statistical regions of Europe: codes, names and levels, and the region that a name means."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from thuishaven.facts.registry import TABLES, rows

#: What stands before the name of a region without telling it apart.
_KINDS = re.compile(
    r"\b(prov|province|provincie|provincia|provinz|arr|arrondissement|region|regio|gewest|land|county)\b\.?"
)


@dataclass(frozen=True, slots=True)
class Region:
    """One row of ``tables/regions.csv``.

    ``level`` is that of NUTS (1 to 3), ``version`` the last edition that has the code, ``also`` other names,
    as in another language of the country.
    """

    code: str
    level: int
    name: str
    iso3: str
    version: str
    also: tuple[str, ...]


@lru_cache(maxsize=1)
def regions() -> Mapping[str, Region]:
    """The regions by code, in the order of the code."""
    found = {
        row["code"]: Region(
            code=row["code"],
            level=int(row["level"]),
            name=row["name"],
            iso3=row["iso3"],
            version=row["version"],
            also=tuple(name for name in row["also"].split("|") if name),
        )
        for _, row in rows(TABLES / "regions.csv")
    }
    return MappingProxyType(dict(sorted(found.items())))


@lru_cache(maxsize=64)
def regions_of(iso3: str) -> tuple[Region, ...]:
    """The regions of a country that are offered: those of its latest edition at levels 1 and 2."""
    mine = [region for region in regions().values() if region.iso3 == iso3]
    latest = max((region.version for region in mine), default="")
    return tuple(region for region in mine if region.level <= 2 and region.version == latest)


def find_region(text: str, iso3: str) -> Region | None:
    """The region of a country that a text means: its code, or its name in any of the ways it is written.

    Parameters
    ----------
    text
        As it was typed: ``NL41``, ``noord-brabant``, ``Prov. Antwerpen``.
    iso3
        The country.

    Returns
    -------
    Region or None
        Where several have the name, the province rather than the larger or smaller one; None where none has.

    >>> find_region("noord brabant", "NLD").code, find_region("be21", "BEL").name
    ('NL41', 'Prov. Antwerpen')
    """
    code = text.strip().upper()
    known = regions().get(code)
    if known is not None:
        return known if known.iso3 == iso3 else None
    wanted = _folded(text)
    if not wanted:
        return None
    named = [
        region
        for region in regions().values()
        if region.iso3 == iso3 and wanted in {_folded(name) for name in _names(region)}
    ]
    latest = max((region.version for region in named), default="")
    # Of regions of one name the latest edition; among those a province before the land it fills.
    named = [region for region in named if region.version == latest]
    named.sort(key=lambda region: (region.level != 2, region.level))
    return named[0] if named else None


def _names(region: Region) -> tuple[str, ...]:
    return (region.name, *region.name.split("/"), *region.also)


def _folded(text: str) -> str:
    """A name without capitals, accents, signs and what only says what kind of region it is."""
    flat = unicodedata.normalize("NFKD", re.sub(r"\(.*?\)", " ", text).casefold())
    bare = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+", " ", _KINDS.sub(" ", bare)).split())
