"""Whether two names may be of the same company."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

#: Forms of companies, which say nothing about which company it is.
_FORMS = re.compile(
    r"\b(b\.?\s?v\.?|n\.?\s?v\.?|bvba|bv|nv|srl|sprl|s\.?a\.?|sa|sas|gmbh|ag|ltd|inc|plc|llc|spa|cvba|vof|holding)\b\.?"
)
_LEAST = 80.0


def name_key(name: str) -> str:
    """A name without accents, capitals, signs and the form of the company, to compare by.

    >>> name_key("Márklin & Söhne N.V.")
    'marklin sohne'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    kept = re.sub(r"[^\w\s]", " ", _FORMS.sub(" ", plain))
    return " ".join(kept.split()) or " ".join(plain.split())


def alike_among(one: str, others: Mapping[str, str]) -> dict[str, float]:
    """Which keys of names may be of the same company as one: how alike, from 80 to 100, by their ids.

    >>> alike_among("capi europe", {"a": "capi", "b": "nedschroef", "c": ""})
    {'a': 100.0}
    """
    from rapidfuzz import fuzz, process

    named = {which: name for which, name in others.items() if name}
    found: dict[str, float] = {}
    for scorer in (fuzz.token_set_ratio, fuzz.WRatio) if one else ():
        hits = process.extract(one, named, scorer=scorer, score_cutoff=_LEAST, limit=None)
        for _name, score, which in hits:
            found[which] = max(float(score), found.get(which, 0.0))
    return found
