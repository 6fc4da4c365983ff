"""Numbers as people type them: read when they can mean one thing only, questioned when they can mean two."""

from __future__ import annotations

import re

from thuishaven.dossier.problems import Problem
from thuishaven.dossier.translate import clear

_SPACES = re.compile("[\\s\u00a0\u202f']")
_WHOLE = re.compile(r"[+-]?\d{1,300}")
_ONE = re.compile(r"([+-]?\d{1,300})([.,])(\d{1,300})")
_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3}){2,}|[+-]?\d{1,3}(?:,\d{3}){2,}")
_BOTH = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d{1,3}(?:,\d{3})+\.\d+")
_POWER = re.compile(r"[+-]?\d{1,17}(?:\.\d{1,17})?[eE][+-]?\d{1,3}")


def numeral(text: str) -> int | float | Problem:
    """The number a text stands for, or what to ask.

    A comma and a point are both a decimal sign where nothing else is possible. One of them with three digits
    behind it
    may as well mark thousands: that is asked, never guessed.

    >>> numeral("1,45"), numeral("1.234,5"), numeral("-3"), numeral("0,125")
    (1.45, 1234.5, -3, 0.125)
    >>> numeral("1.450").code, numeral("a lot").code
    ('ambiguous_number', 'not_a_number')
    """
    plain = _SPACES.sub("", text)
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _GROUPS.fullmatch(plain):
        return int(re.sub("[.,]", "", plain))
    if _BOTH.fullmatch(plain):
        head, tail = re.split(r"[.,](?=\d+$)", plain)
        return float(f"{re.sub('[.,]', '', head)}.{tail}")
    if one := _ONE.fullmatch(plain):
        head, _sign, tail = one.groups()
        if len(tail) == 3 and 1 <= len(head.lstrip("+-")) <= 3 and head.lstrip("+-0"):
            params = {"value": text, "whole": head + tail, "decimal": clear(f"{head}.{tail}")}
            return Problem("ambiguous_number", params=params)
        return float(f"{head}.{tail}")
    if _POWER.fullmatch(plain):
        return float(plain)
    return Problem("not_a_number", params={"value": text[:40], "expected": "12.5", "example": "12.5"})
