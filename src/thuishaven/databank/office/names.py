"""Whether two names may be of the same company."""

from __future__ import annotations

import re
import unicodedata

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


def alike(one: str, other: str) -> float:
    """How alike two keys of names are, from 0 to 100; 0 when they are not alike enough to say so.

    >>> alike("capi europe", "capi"), alike("capi europe", "nedschroef")
    (100.0, 0.0)
    """
    from rapidfuzz import fuzz

    if not one or not other:
        return 0.0
    score = max(fuzz.token_set_ratio(one, other), fuzz.WRatio(one, other))
    return float(score) if score >= _LEAST else 0.0
