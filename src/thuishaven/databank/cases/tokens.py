"""Words of a text as the search knows them: without marks, capitals and the commonest endings.

One simple rule serves Dutch, English and French, so that both database engines find the same cases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from thuishaven.databank.cases.names import folded
from thuishaven.databank.cases.vocabulary import motives, own_table

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 2**5
_KEPT = 2**16
_SHORTEST_LABEL, _SHORTEST_NAME = 4, 3
_CONSONANTS = frozenset("bdfgklmnprstz")


@lru_cache(maxsize=_KEPT)
def stem(word: str) -> str:
    """A folded word without its plural.

    >>> [stem(word) for word in ("masks", "potten", "pot", "schoenen", "jouets", "glass")]
    ['mask', 'pot', 'pot', 'schoen', 'jouet', 'glass']
    """
    if len(word) > len("bus") and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    if len(word) > len("boten") and word.endswith("en"):
        short = word[:-2]
        return short[:-1] if short[-1] == short[-2] and short[-1] in _CONSONANTS else short
    return word


def words(text: str) -> list[str]:
    """The words of a text, each once, in the order of the text.

    >>> words("Plastic plant pots, plastic vases")
    ['plastic', 'plant', 'pot', 'vase']
    """
    found = (stem(word)[:_LONGEST] for word in _WORD.findall(folded(text)))
    return list(dict.fromkeys(word for word in found if len(word) > 1))


def asked(text: str) -> list[tuple[str, bool]]:
    """The words of a question, and whether each is only a beginning (``plast*``).

    >>> asked("Masks plast*")
    [('mask', False), ('plast', True)]
    """
    found: dict[tuple[str, bool], None] = {}
    for match in re.finditer(r"([^\W_]+)(\*?)", folded(text)):
        word, star = match.groups()
        if len(word) > 1:
            found[(word[:_LONGEST], True) if star else (stem(word)[:_LONGEST], False)] = None
    return list(found)


@cache
def labels(name: str) -> Mapping[str, Mapping[str, str]]:
    """Names by language of the codes in a list of ``codes.csv``: ``case_type``, ``status``, ``form``..."""
    return {
        row["code"]: {language: row[f"label_{language}"] for language in ("en", "nl", "fr")}
        for row in own_table("codes")
        if row["list"] == name
    }


@cache
def meanings() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """The values of facets that a word names in Dutch, English or French."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for facet, code, text in _named():
        for word in words(text):
            # Short words of a sentence, such as "the", name nothing; those of a country do.
            if len(word) >= (_SHORTEST_NAME if facet in {"from", "to"} else _SHORTEST_LABEL):
                found.setdefault(word, {})[facet, code] = None
    return {word: tuple(values) for word, values in found.items()}


def _named() -> Iterator[tuple[str, str, str]]:
    from babel import Locale

    from thuishaven.facts import countries

    for facet, name in (("state", "status"), ("case_type", "case_type"), ("sector", "sector")):
        for code, texts in labels(name).items():
            yield from ((facet, code, text) for text in texts.values())
    for code, motive in motives().items():
        yield from (("motive", code, text) for text in motive.labels.values())
    for iso3, one in countries().items():
        for language in ("en", "nl", "fr"):
            text = Locale(language).territories.get(one.iso2, one.name_en)
            yield from ((facet, iso3, text) for facet in ("from", "to"))
