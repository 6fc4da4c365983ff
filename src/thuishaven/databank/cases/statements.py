"""Whether a statement can be kept: a known field, a value of its kind, a date where one is needed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from thuishaven.access import AccessError
from thuishaven.databank.cases.days import checked_day, last_day
from thuishaven.databank.cases.model import Source, Statement
from thuishaven.databank.cases.vocabulary import CONFIDENCES, SOURCE_KINDS, UNKNOWN, Field, fields
from thuishaven.databank.identifiers import KINDS, identifier

_COUNTRY = re.compile(r"[A-Z]{3}")
_RANGE = re.compile(r"(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?")
_LONGEST = 2**13
_KEPT = 2**10
_LONGEST_DIGEST = 2**6
_LONGEST_URL = 2**11
#: Qualifiers that a statement may have.
QUALIFIERS = (
    *("currency", "unit", "scope", "stage", "precision", "nth", "role", "direction", "reason_code"),
    *("instrument", "authority", "legal_basis", "amount", "kind", "side", "lang"),
)
#: Fields whose value is words of a language; ``lang`` names it where it is known. Names and places have none.
WORDED = frozenset(
    (
        *("case.title", "case.summary", "case.remark", "move.product", "move.from_text"),
        *("jobs.note", "support", "distress"),
    )
)
#: What they must look like where it is not a short text.
_SHORT = re.compile(r".{0,32}")
_QUALIFIERS = {
    "currency": re.compile(r"[A-Z]{3}"),
    "amount": _RANGE,
    "stage": re.compile(r"ex_ante|ex_post"),
    "precision": re.compile(r"article"),
    "lang": re.compile(r"[a-z]{2}"),
    **{name: re.compile(r".{0,1024}", re.DOTALL) for name in ("instrument", "authority", "legal_basis")},
}
_QUALIFIED = {
    "currency": "EUR",
    "amount": "275",
    "stage": "ex_ante, ex_post",
    "precision": "article",
    "lang": "nl",
}
#: Codes of classifications: only their form is looked at.
_FORMS = {
    "nace": re.compile(r"[A-U]?\d{2}(\.\d{1,2})?"),
    "nuts": re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}"),
    "year": re.compile(r"\d{4}"),
    "cn": re.compile(r"\d{2,10}"),
    "prodcom": re.compile(r"[\d.]{2,16}"),
}
#: What a value of each kind looks like.
_EXAMPLES = {
    "text": "...",
    "country": "NLD",
    "number": "275, 35-40",
    "share": "0.7",
    "day": "2018-06",
    "nace": "C22, 22.29",
    "nuts": "NL41",
    "year": "2021",
    "cn": "39269097",
    "prodcom": "22.29.23.20",
}
#: Fields whose number means nothing without a date.
_NEED_DATE = ("status", "jobs.realised", "move.share_realised")


def number(text: str) -> tuple[float, float]:
    """Lowest and highest number that is meant.

    >>> number("275"), number("35-40")
    ((275.0, 275.0), (35.0, 40.0))
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    low, high = found.groups()
    return float(low), float(high or low)


def checked(statement: Statement) -> Statement:
    """The statement, when it can be kept; without blanks around its value, with a move where it needs one.

    Raises
    ------
    AccessError
        ``unknown_field``, ``wrong_value`` (with what was expected), ``no_day``, ``date_needed``,
        ``unknown_qualifier``, ``source_needed``, ``too_long``.
    """
    name = statement.field
    value = _value(name, statement.value)
    if len(statement.note) > _LONGEST or len(statement.locator) > _LONGEST:
        raise AccessError("too_long", field=name, most=_LONGEST)
    if not value and not statement.supersedes:
        raise AccessError("wrong_value", field=name, value=value, expected=_expected(fields()[name]))
    for day, text in (
        ("as_of", statement.as_of),
        ("valid_from", statement.valid_from),
        ("valid_to", statement.valid_to),
    ):
        if text:
            checked_day(text, day)
    if name in _NEED_DATE and value not in {"", UNKNOWN} and not statement.as_of:
        raise AccessError("date_needed", field=name)
    for key, text in statement.qualifiers.items():
        if key not in QUALIFIERS:
            raise AccessError("unknown_qualifier", field=name, value=key)
        if not _QUALIFIERS.get(key, _SHORT).fullmatch(text):
            raise AccessError("wrong_value", field=name, value=text, expected=_QUALIFIED.get(key, key))
    if statement.confidence not in CONFIDENCES:
        raise AccessError(
            "wrong_value", field=name, value=statement.confidence, expected=" ".join(CONFIDENCES)
        )
    checked_source(statement.source)
    move = max(statement.move, 1) if fields()[name].of_move else 0
    if (value, move) == (statement.value, statement.move):
        return statement
    return replace(statement, value=value, move=move)


@lru_cache(maxsize=_KEPT)
def _value(name: str, text: str) -> str:
    """The value of a field as it is kept."""
    field, value = fields().get(name), text.strip()
    if field is None:
        raise AccessError("unknown_field", field=name)
    if len(value) > _LONGEST:
        raise AccessError("too_long", field=name, most=_LONGEST)
    if value in {"", UNKNOWN}:
        return value
    if field.kind in KINDS:
        value = identifier(field.kind, value).number or value
    if not _KINDS[field.kind](value, field.codes):
        raise AccessError("wrong_value", field=name, value=value, expected=_expected(field))
    return value


def _expected(field: Field) -> str:
    return " ".join(field.codes) or (KINDS | _EXAMPLES)[field.kind]


@lru_cache(maxsize=_KEPT)
def checked_source(source: Source) -> Source:
    """The source, when it names a publication.

    Raises
    ------
    AccessError
        ``source_needed``, ``wrong_value``, ``no_day``.
    """
    if not source.publisher.strip():
        raise AccessError("source_needed")
    if source.kind not in SOURCE_KINDS:
        raise AccessError(
            "wrong_value", field="source.kind", value=source.kind, expected=" ".join(SOURCE_KINDS)
        )
    if source.url and (not source.url.startswith(("http://", "https://")) or len(source.url) > _LONGEST_URL):
        raise AccessError("wrong_value", field="source.url", value=source.url, expected="https://")
    if len(source.language) > len("nl") or len(source.sha256) > _LONGEST_DIGEST:
        raise AccessError("wrong_value", field="source.language", value=source.language, expected="nl")
    checked_day(source.published_on, "published_on")
    checked_day(source.accessed_on, "accessed_on")
    return source


def _is_number(value: str, _codes: tuple[str, ...]) -> bool:
    try:
        low, high = number(value)
    except ValueError:
        return False
    return low <= high


def _is_share(value: str, codes: tuple[str, ...]) -> bool:
    return _is_number(value, codes) and number(value)[1] <= 1


def _is_day(value: str, _codes: tuple[str, ...]) -> bool:
    try:
        last_day(value)
    except ValueError:
        return False
    return True


def _has_form(form: re.Pattern[str]) -> Callable[[str, tuple[str, ...]], bool]:
    return lambda value, _codes: form.fullmatch(value) is not None


def _is_registered(kind: str) -> Callable[[str, tuple[str, ...]], bool]:
    """Whether a number is well written; only its register can tell whose it is."""
    return lambda value, _codes: identifier(kind, value).sound is not False


_KINDS: dict[str, Callable[[str, tuple[str, ...]], bool]] = {
    "text": lambda _value, _codes: True,
    "code": lambda value, codes: value in codes,
    "status": lambda value, codes: value in codes,
    "country": lambda value, _codes: _COUNTRY.fullmatch(value) is not None,
    "number": _is_number,
    "share": _is_share,
    "day": _is_day,
    **{kind: _has_form(form) for kind, form in _FORMS.items()},
    **{kind: _is_registered(kind) for kind in ("kbo", "kvk", "lei", "vat")},
}
