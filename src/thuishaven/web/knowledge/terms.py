"""The list of terms: the glossary of the package, each term explained in a sentence."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from html import escape

from thuishaven.locale import LANGUAGES, Term, glossary
from thuishaven.packaged import read_table

LETTERS = str.maketrans({"œ": "oe", "æ": "ae"})


@lru_cache(maxsize=1)
def definitions() -> dict[str, dict[str, str]]:
    """What each concept of the glossary means, by language, in the order of ``definitions.csv``."""
    rows = read_table("thuishaven.web.knowledge", "definitions.csv")
    return {row["id"]: {lang: row[lang] for lang in LANGUAGES} for row in rows}


def glossary_html(lang: str) -> str:
    """The terms of a language in alphabetical order, as a definition list with the other two languages."""
    words = sorted(glossary().values(), key=lambda one: _place(getattr(one, lang)))
    return "<dl>\n" + "\n".join(_entry(one, lang) for one in words) + "\n</dl>\n"


def _entry(one: Term, lang: str) -> str:
    meaning = definitions().get(one.id, {}).get(lang, "")
    others = ", ".join(
        f'{other}: <span lang="{other}">{escape(getattr(one, other))}</span>'
        for other in LANGUAGES
        if other != lang
    )
    said = f"<dd>{escape(meaning)}</dd>\n" if meaning else ""
    word = escape(getattr(one, lang))
    return f'<dt id="term-{one.id}"><strong>{word}</strong></dt>\n{said}<dd class="languages">{others}</dd>'


def _place(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.lower().translate(LETTERS))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
