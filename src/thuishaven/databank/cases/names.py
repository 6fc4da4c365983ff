"""Names of companies, made comparable: one key without marks, legal form and capitals."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

#: Letters that people write in two ways: with two letters, or simply without the mark.
_TWO_WAYS = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss"}
_PLAIN = {"ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
_KEPT = 2**16


def folded(text: str) -> str:
    """Small letters without marks.

    >>> folded("Märklin"), folded("SØREN"), folded("Győr")
    ('marklin', 'soren', 'gyor')
    """
    if text.isascii():
        return text.lower()
    plain = "".join(_PLAIN.get(letter, letter) for letter in text.casefold())
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter)
    )


def spelled_out(text: str) -> str:
    """Small letters, with the marks spelled out as in German and the Nordic languages.

    >>> spelled_out("Märklin"), spelled_out("SØREN")
    ('maerklin', 'soeren')
    """
    return folded("".join(_TWO_WAYS.get(letter, letter) for letter in text.casefold()))


@lru_cache(maxsize=_KEPT)
def spellings(name: str) -> tuple[str, ...]:
    """The ways in which a company's name may be met, without its legal form.

    >>> spellings("Märklin GmbH"), spellings("Jaga NV")
    (('marklin', 'maerklin'), ('jaga',))
    """
    bare = _bare(name).strip() or name.strip()
    found = tuple(_words(fold(bare)) for fold in (folded, spelled_out))
    return tuple(dict.fromkeys(found))


def _bare(name: str) -> str:
    """A name without its legal form; cleanco tries all of them, so it is asked where there may be one."""
    from cleanco import basename  # type: ignore[import-untyped]

    last = _words(folded(name.replace(".", "").replace("-", ""))).rpartition(" ")[2]
    return str(basename(name)) if last in _legal_ends() else name


@cache
def _legal_ends() -> frozenset[str]:
    """The last words of all legal forms."""
    from cleanco import prepare_default_terms

    return frozenset(_words(folded(term[-1])) for _, term in prepare_default_terms())


def name_key(name: str) -> str:
    """The first spelling: what an index looks up."""
    return spellings(name)[0]


def _words(text: str) -> str:
    """Letters and digits only, one space between words."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text).split())
