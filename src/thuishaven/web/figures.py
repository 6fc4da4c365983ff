"""Figures as people type them into a form and as a form shows them: numbers, ranges, units."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from thuishaven.dossier import Problem, numeral
from thuishaven.dossier.translate import AMBIGUOUS
from thuishaven.locale import _, language
from thuishaven.locale.writing import SEPARATORS

#: Digits of a whole number from which groups of three are set apart, by a space that no one reads as a sign.
LONG = 10_000
SPACE = "\u00a0"
#: Numbers beyond these are written with a power of ten.
SMALLEST, LARGEST = 1e-9, 1e16
_UNIT = re.compile(r"([-+]?\d[\d.,\s\u00a0\u202f']*(?:[eE][-+]?\d+)?)\s*([A-Za-zÀ-ÿ%€$£].*)?", re.DOTALL)
_BETWEEN = re.compile(r"\s+[-–]\s+|\s*[–;]\s*|(?<=\d)-(?=\d)")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
#: What one, two or three numbers are.
ENDS = {1: ("value",), 2: ("low", "high"), 3: ("low", "mode", "high")}


def written(value: Any, scale: float = 1) -> str:
    """A number as it may be typed in the language in use; any other text as it is.

    Parameters
    ----------
    value
        As a dossier holds it.
    scale
        What it is multiplied by: 100 where a share is shown in per cent.

    >>> from thuishaven.locale import use
    >>> with use("nl"):
    ...     written(7.9), written(100000), written(0.065, 100), written(1.125), written("1.450")
    ('7,9', '100\\xa0000', '6,5', '1,1250', '1.450')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    if value and not SMALLEST < abs(value * scale) < LARGEST:
        return repr(float(value * scale))
    # Decimal, so that 0.065 times 100 is 6.5 and not 6.500000000000001.
    text = format((Decimal(repr(float(value))) * int(scale)).normalize(), "f")
    if AMBIGUOUS.fullmatch(text):
        text += "0"
    whole, point, rest = text.partition(".")
    if abs(float(text)) >= LONG:
        whole = f"{int(whole):,}".replace(",", SPACE)
    return whole + (SEPARATORS[language()][1] + rest if point else "")


def typed(text: str, scale: float = 1) -> tuple[Any, str]:
    """What was typed, as a dossier holds it: the number and its unit; the text itself when it is no number.

    Parameters
    ----------
    text
        As it was typed: ``7,90``, ``7.9 USD``, ``12 %``.
    scale
        What the number is divided by: 100 where a share is typed in per cent.

    Returns
    -------
    tuple
        The number or the text, and the unit that stood behind it.

    >>> typed("7,90 USD"), typed("6,5", 100), typed("1.450 USD"), typed("12 %", 100), typed("veel")
    ((7.9, 'USD'), (0.065, ''), ('1.450', 'USD'), (0.12, ''), ('veel', ''))
    """
    plain = text.strip()
    for sign, code in _SIGNS.items():
        if plain.startswith(sign):
            plain = f"{plain.removeprefix(sign)} {code}"
    match = _UNIT.fullmatch(plain)
    if match is None:
        return plain, ""
    value = numeral(match[1].strip())
    unit = (match[2] or "").strip()
    unit = _SIGNS.get(unit, unit)
    if isinstance(value, Problem):
        # What is asked is the number; its unit is clear.
        asked = value.code == "ambiguous_number"
        return (match[1].strip(), "" if unit == "%" else unit) if asked else (plain, "")
    if unit == "%":
        return _divided(value, 100), ""
    return (_divided(value, scale) if scale != 1 else value), unit


def _divided(value: float, by: float) -> float:
    return float(Decimal(repr(value)) / int(by))


def question(text: str) -> str:
    """Which of two numbers is meant by a text that may be either; empty where it is not so."""
    match = _UNIT.fullmatch(text.strip())
    value = numeral(match[1].strip() if match else text)
    if not isinstance(value, Problem) or value.code != "ambiguous_number":
        return ""
    params = {name: written(float(value.params[name])) for name in ("whole", "decimal")}
    return replace(value, params={**value.params, **params}).message()


def problem_of(text: str) -> str:
    """What to ask about a text that is no number, or can mean two; empty where there is nothing to ask."""
    if asked := question(text):
        return asked
    match = _UNIT.fullmatch(text.strip())
    if isinstance(numeral(match[1].strip() if match else text), Problem):
        return _(
            "Expected is a number above zero, or a range from low to high such as {low} - {high}.",
            low=written(80000),
            high=written(130000),
        )
    return ""


def parts_of(text: str) -> list[str]:
    """The numbers of a range that was typed in one field: ``80 000 - 130 000``.

    >>> parts_of("80 000 - 130 000"), parts_of("7-8-9"), parts_of("-3"), parts_of("12 USD")
    (['80 000', '130 000'], ['7', '8', '9'], ['-3'], ['12 USD'])
    """
    return [part for part in _BETWEEN.split(text.strip()) if part]


def numbers_of(form: Mapping[str, Any], field: str) -> tuple[Any, str, str]:
    """A number or a range from one field of a form: the value, its unit, and what is wrong with it."""
    text = str(form.get(field, "")).strip()
    if not text:
        return None, "", ""
    found, unit = [], ""
    for part in parts_of(text):
        problem = problem_of(part)
        value, of = typed(part)
        if problem:
            return None, "", problem
        found.append(value)
        unit = of or unit
    if len(found) > len(ENDS) or found != sorted(set(found)) or found[0] <= 0:
        return None, "", problem_of("x")
    value = found[0] if len(found) == 1 else dict(zip(ENDS[len(found)], found, strict=True))
    return value, unit, ""


def shown(about: Mapping[str, Any], field: str) -> str:
    """What was told in such a field, as it may be typed again."""
    value = about.get(field)
    parts = value.values() if isinstance(value, Mapping) else [] if value is None else [value]
    text = " - ".join(written(part) for part in parts)
    currency = about.get("currency", "") if field == "unit_price" and text else ""
    return f"{text} {currency}".strip() if currency not in ("", "EUR") else text


def countries_offered() -> list[tuple[str, str]]:
    """Every country by code, with its name in the language in use, in the order of the names."""
    from thuishaven.facts import countries

    found = [(code, _(country.name_en)) for code, country in countries().items()]
    return sorted(found, key=lambda pair: unaccented(pair[1]))


def unaccented(text: str) -> str:
    """A text to put others in order with: é stands with e.

    >>> sorted(["zinc", "écart", "eau"], key=unaccented)
    ['eau', 'écart', 'zinc']
    """
    import unicodedata

    flat = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in flat if not unicodedata.combining(letter))
