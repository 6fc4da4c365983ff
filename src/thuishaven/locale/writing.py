"""Numbers, amounts, dates and chances as a reader of the current language writes them.

Written by hand rather than with Babel: three languages need three separators and the catalogue, and a table
of figures is written before Babel would have been imported (``docs/decisions/translations.md``).
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Sequence

from thuishaven.locale.speech import N_, _, language, ngettext, pgettext

#: Thousands and decimal separators. French: a narrow no-break space, so that no number breaks over two lines.
SEPARATORS = {"nl": (".", ","), "fr": ("\u202f", ","), "en": (",", "."), "xx": (",", ".")}
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
MINUS = "-"


def number(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """Write a number: 1.234,56 in Dutch, 1 234,56 in French, 1,234.56 in English.

    Parameters
    ----------
    value
        The number; ``None`` and NaN are unknown, and said so.
    decimals
        Digits after the decimal sign; negative rounds to tens, hundreds, and so on.
    sign
        Write a plus before a positive number, as in a column of differences.

    >>> from thuishaven.locale import use
    >>> with use("nl"):
    ...     number(1234.56, 2), number(84321, -3), number(-0.001, 2), number(0.5, 1, sign=True)
    ('1.234,56', '84.000', '0,00', '+0,5')
    """
    if value is None or math.isnan(value):
        return _("unknown")
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    rounded = round(float(value), decimals)
    thousands, decimal = SEPARATORS[language()]
    digits = f"{abs(rounded):,.{max(decimals, 0)}f}"
    written = digits.replace(",", "\0").replace(".", decimal).replace("\0", thousands)
    if rounded < 0:
        return MINUS + written
    return f"+{written}" if sign and rounded > 0 else written


def decimals_for(low: float, high: float, digits: int = 2) -> int:
    """How many decimals an interval supports: its width keeps ``digits`` significant digits.

    Parameters
    ----------
    low, high
        The ends of the interval, in any one unit.
    digits
        Significant digits of the width that are worth showing.

    Returns
    -------
    int
        For :func:`number`; negative where tens or hundreds are the last digits that mean something. An
        interval without width, or without ends, supports 2.

    >>> decimals_for(11.1, 14.9), decimals_for(9800, 15300)
    (1, -2)
    """
    width = abs(high - low)
    if not width or not math.isfinite(width):
        return 2
    return digits - 1 - math.floor(math.log10(width))


def percent(fraction: float | None, decimals: int = 0) -> str:
    """Write a fraction as a percentage: 0.08 is 8%, and 8 % in French."""
    if fraction is None or math.isnan(fraction):
        return _("unknown")
    return in_percent(number(fraction * 100, decimals))


def in_percent(text: str) -> str:
    """A number that was written already, with the sign of per cent behind it."""
    space = "\u202f" if language() == "fr" else ""
    return f"{text}{space}%"


def price(amount: float | None, currency: str = "EUR", decimals: int = 2) -> str:
    """Write a small amount in full: 1,10 euro.

    Parameters
    ----------
    amount
        In ``currency``; ``None`` and NaN are unknown.
    currency
        ISO 4217. The euro gets its word, another currency its code.
    decimals
        As for :func:`number`.
    """
    written = number(amount, decimals)
    if amount is None or math.isnan(amount):
        return written
    if currency == "EUR":
        return ngettext("{n} euro", "{n} euros", round(amount, decimals), n=written)
    return f"{written} {currency}"


def money(amount: float | None, currency: str = "EUR", digits: int = 2) -> str:
    """Write an amount with a word for thousands, millions or billions: 84 duizend euro, 1,2 miljoen euro.

    Parameters
    ----------
    amount
        In ``currency``; ``None`` and NaN are unknown.
    currency
        ISO 4217. The euro gets its word, another currency its code.
    digits
        Significant digits that are kept. Amounts below 10 thousand are written in full, those below 100 with
        cents and all their digits.

    >>> from thuishaven.locale import use
    >>> with use("nl"):
    ...     money(84321), money(1_234_567), money(8432), money(1.1), money(-2.35e9, "USD")
    ('84 duizend euro', '1,2 miljoen euro', '8.400 euro', '1,10 euro', '-2,4 miljard USD')
    """
    if amount is None or not math.isfinite(amount) or abs(amount) < 100:
        return price(amount, currency)
    keep = digits - 1 - math.floor(math.log10(abs(amount)))
    rounded = round(amount, keep)
    if abs(rounded) < 10_000:
        return price(rounded, currency, decimals=0)
    size = min(math.floor(math.log10(abs(rounded))) // 3, 3)
    scaled = rounded / 1000**size
    text = number(scaled, max(0, min(keep + 3 * size, digits - 1)) if scaled % 1 else 0)
    if currency == "EUR":
        if size == 1:
            return _("{number} thousand euros", number=text)
        if size == 2:
            return ngettext("{n} million euros", "{n} million euros", scaled, n=text)
        return ngettext("{n} billion euros", "{n} billion euros", scaled, n=text)
    if size == 1:
        return _("{number} thousand {currency}", number=text, currency=currency)
    if size == 2:
        return ngettext("{n} million {currency}", "{n} million {currency}", scaled, n=text, currency=currency)
    return ngettext("{n} billion {currency}", "{n} billion {currency}", scaled, n=text, currency=currency)


def between(low: str, high: str, likely: str | None = None) -> str:
    """Say a range in a sentence, of written numbers: "tussen 9,80 en 15,30, waarschijnlijk rond 12,10"."""
    if likely is None:
        return _("between {low} and {high}", low=low, high=high)
    return _("between {low} and {high}, probably around {likely}", low=low, high=high, likely=likely)


def out_of_ten(chance: float | None, *, short: bool = False) -> str:
    """Say a chance as a natural frequency: "8 van de 10"; short, for a table: "8 van 10".

    Parameters
    ----------
    chance
        Between 0 and 1; ``None`` and NaN are unknown. A chance that is neither 0 nor 1 is never rounded to
        certain: "minder dan 1 van de 10", "meer dan 9 van de 10".
    """
    if chance is None or math.isnan(chance):
        return _("unknown")
    tenths = round(chance * 10)
    if tenths == 0 and chance > 0:
        return _("< {n} in 10", n=1) if short else _("fewer than {n} out of 10", n=1)
    if tenths == 10 and chance < 1:
        return _("> {n} in 10", n=9) if short else _("more than {n} out of 10", n=9)
    return _("{n} in 10", n=tenths) if short else _("{n} out of 10", n=tenths)


def years(n: float, decimals: int = 0) -> str:
    """Write a number of years: "1 jaar", "2,5 jaar"."""
    rounded = round(n, decimals)
    return ngettext("{n} year", "{n} years", rounded, n=number(rounded, decimals))


def months(n: float, decimals: int = 0) -> str:
    """Write a number of months: "1 maand", "3 maanden"."""
    rounded = round(n, decimals)
    return ngettext("{n} month", "{n} months", rounded, n=number(rounded, decimals))


def date(day: datetime.date) -> str:
    """Write a date in full: 21 november 2026; the first of a month in French: 1er mars 2026."""
    if language() == "fr" and day.day == 1:
        return _("1st of {month} {year}", month=_(MONTHS[day.month - 1]), year=day.year)
    return _("{day} {month} {year}", day=day.day, month=_(MONTHS[day.month - 1]), year=day.year)


def listing(items: Sequence[str]) -> str:
    """Join items as in a sentence: "a, b en c"."""
    if len(items) < 2:
        return "".join(items)
    return _("{items} and {last}", items=", ".join(items[:-1]), last=items[-1])


def parted(items: Iterable[str]) -> str:
    """Join items that hold commas themselves: "a, b; c", with the space that French has before the mark."""
    return ("\u202f; " if language() == "fr" else "; ").join(items)


def labelled(label: str, text: str) -> str:
    """What something is called, and what is said of it: with the space that French has before a colon.

    >>> from thuishaven.locale import use
    >>> with use("fr"):
    ...     labelled("Prix", "trop bas")
    'Prix\\xa0: trop bas'
    """
    return _("{label}: {text}", label=label, text=text)


def unit(name: str) -> str:
    """Write a unit as the field does: ``EUR/unit`` is EUR/stuk, ``EUR/h`` is EUR/u, in Dutch.

    Parameters
    ----------
    name
        The unit as facts and dossier write it. Parts that are symbols (kg, EUR, kWh) stay as they are.
    """
    match name:
        case "yr" | "year" | "years":
            return pgettext("unit of measure", "years")
        case "unit" | "units" | "count":
            return pgettext("unit of measure", "units")
    return re.sub(r"[A-Za-z]+", lambda match: _unit_word(match[0]), name)


def _unit_word(word: str) -> str:
    match word:
        case "unit" | "units" | "count":
            return pgettext("unit of measure", "unit")
        case "h":
            return pgettext("unit of measure", "h")
        case "yr" | "year" | "years":
            return pgettext("unit of measure", "yr")
        case "day" | "days":
            return pgettext("unit of measure", "days")
        case "week" | "weeks":
            return pgettext("unit of measure", "weeks")
        case "month" | "months":
            return pgettext("unit of measure", "months")
        case "order" | "orders":
            return pgettext("unit of measure", "order")
        case "trip" | "trips":
            return pgettext("unit of measure", "trip")
        case "fraction":
            return pgettext("unit of measure", "fraction")
        case "FTE":
            return pgettext("unit of measure", "FTE")
        case "hire":
            return pgettext("unit of measure", "hire")
        case "manday":
            return pgettext("unit of measure", "day of work")
        case "container":
            return pgettext("unit of measure", "container")
        case "FEU":
            return pgettext("unit of measure", "40-foot container")
        case "document":
            return pgettext("unit of measure", "document")
        case "quarter":
            return pgettext("unit of measure", "quarter")
        case "score":
            return pgettext("unit of measure", "points")
        case "tCO" | "kgCO":
            return f"{word[:-2]} CO"
        case _:
            return word
