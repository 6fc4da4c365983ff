"""One term per concept: the glossary in three languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from thuishaven.locale import speech
from thuishaven.locale.catalogue import COUNTRY, for_country
from thuishaven.packaged import read_table


@dataclass(frozen=True, slots=True)
class Term:
    """A concept and what it is called; the Dutch may offer a Belgian and a Dutch word."""

    id: str
    nl: str
    en: str
    fr: str
    note: str


@lru_cache(maxsize=1)
def glossary() -> dict[str, Term]:
    """All terms by id, in the order of ``glossary.csv``."""
    return {row["id"]: Term(**row) for row in read_table("thuishaven.locale", "glossary.csv")}


def term(concept: str) -> str:
    """What a concept is called in the current language and country.

    Parameters
    ----------
    concept
        The id of a row of the glossary, as ``"fte"``.

    Raises
    ------
    KeyError
        For a concept the glossary does not have.

    >>> from thuishaven.locale import use
    >>> with use("nl", country="NLD"):
    ...     term("fte")
    'fte'
    """
    row, language = glossary()[concept], speech.language()
    if language == speech.PSEUDO:
        return f"⟦{row.en}⟧"
    words = {"nl": row.nl, "en": row.en, "fr": row.fr}[language]
    return for_country(words, COUNTRY.get(speech.country(), ""))
