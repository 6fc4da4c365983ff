"""How do we say it: Dutch first, English and French; numbers and dates as each language writes them.

Messages are written in English in the code (``_("...")``) and translated by ``nl.po`` and ``fr.po`` beside
this file; ``make messages`` collects them. The language is a context variable: two readers in one process
don't disturb each other.

>>> from thuishaven.locale import _, use
>>> with use("nl"):
...     _("between {low} and {high}", low="9,80", high="15,30")
'tussen 9,80 en 15,30'
"""

from thuishaven.locale.glossary import Term, glossary, term
from thuishaven.locale.speech import (
    LANGUAGES,
    N_,
    PSEUDO,
    _,
    country,
    language,
    ngettext,
    pgettext,
    preferred,
    speak,
    use,
)
from thuishaven.locale.writing import (
    between,
    date,
    decimals_for,
    in_percent,
    labelled,
    listing,
    money,
    months,
    number,
    out_of_ten,
    parted,
    percent,
    price,
    unit,
    years,
)

__all__ = [
    "LANGUAGES",
    "N_",
    "PSEUDO",
    "Term",
    "_",
    "between",
    "country",
    "date",
    "decimals_for",
    "glossary",
    "in_percent",
    "labelled",
    "language",
    "listing",
    "money",
    "months",
    "ngettext",
    "number",
    "out_of_ten",
    "parted",
    "percent",
    "pgettext",
    "preferred",
    "price",
    "speak",
    "term",
    "unit",
    "use",
    "years",
]
