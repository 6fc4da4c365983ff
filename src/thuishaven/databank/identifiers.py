"""Is this number of a company well written, and which code of a region or a sector is meant in which edition?

A number that passes its check may still belong to nobody: only its register can tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from thuishaven.packaged import read_table

#: What each kind of number looks like, an example that is right in form.
KINDS = {
    "kbo": "0417.497.106",
    "kbo_establishment": "2.000.000.339",
    "kvk": "12345678",
    "kvk_establishment": "000012345678",
    "rsin": "004495445",
    "vat_be": "BE0417497106",
    "vat_nl": "NL004495445B01",
    "vat": "ATU13585627",
    "lei": "213800KUD8LAJWSQ9D15",
}
#: Why a number is refused.
REASONS = ("unknown_kind", "empty", "wrong_form", "wrong_length", "wrong_start", "wrong_check")
_NACE = re.compile(r"(?:[A-Z])?(\d{2})(?:\.?(\d)(\d)?)?")
_NACE_REVISIONS = ("1.1", "2", "2.1")
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
_NUTS_VERSIONS = ("2003", "2006", "2010", "2013", "2016", "2021", "2024")


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number, read.

    Parameters
    ----------
    kind
        A key of :data:`KINDS`.
    given
        As it was typed.
    number
        The one way to store it; empty when it is refused.
    shown
        As people write it; empty when it is refused.
    sound
        ``True`` when its check digits are right, ``False`` when it is refused, ``None`` when its form is
        right and there are no check digits.
    reason
        One of :data:`REASONS`, or empty.
    """

    kind: str
    given: str
    number: str
    shown: str
    sound: bool | None
    reason: str = ""


def identifier(kind: str, text: str) -> Identifier:
    """Read a number.

    Parameters
    ----------
    kind
        ``kbo``, ``kbo_establishment``, ``kvk``, ``kvk_establishment``, ``rsin``, ``vat_be``, ``vat_nl``,
        ``vat`` (any country of the EU, with its prefix) or ``lei``.
    text
        As typed: blanks, dots and dashes don't matter; an old KBO number of 9 digits gets its 0.

    Examples
    --------
    >>> identifier("kbo", "417.497.106").shown, identifier("kbo", "0403019262").reason
    ('0417.497.106', 'wrong_check')
    >>> identifier("kvk", "1234 5678").sound is None
    True
    """
    read = _READERS.get(kind)
    if read is None:
        return Identifier(kind, text, "", "", False, "unknown_kind")
    cleaned = re.sub(r"[\s.\-/]", "", text).upper()
    if not cleaned:
        return Identifier(kind, text, "", "", False, "empty")
    if not re.fullmatch(r"[0-9A-Z()+*]+", cleaned):
        return Identifier(kind, text, "", "", False, "wrong_form")
    number, sound, reason = read(cleaned)
    return Identifier(kind, text, number, _shown(kind, number), sound, reason)


def same(one: Identifier, other: Identifier) -> bool:
    """Whether two numbers name the same legal entity, a KBO number and its VAT number included."""
    a, b = _entity(one), _entity(other)
    return bool(a) and a == b


def _entity(given: Identifier) -> str:
    if given.sound is False:
        return ""
    match given.kind:
        case "kbo" | "vat_be":
            return "BE" + given.number.removeprefix("BE")
        case "rsin":
            return "NL" + given.number
        case "vat_nl":
            return given.number[:11]
        case "vat":
            # The suffix after B counts the VAT units of one Dutch entity.
            return given.number[:11] if given.number.startswith("NL") else given.number
        case _:
            return f"{given.kind}:{given.number}"


_Read = tuple[str, bool | None, str]


def _checked(module: str, prefix: str = "") -> Callable[[str], _Read]:
    """A reader that leaves the check to python-stdnum."""

    def read(cleaned: str) -> _Read:
        from importlib import import_module

        from stdnum.exceptions import (
            InvalidChecksum,
            InvalidComponent,
            InvalidLength,
            ValidationError,
        )

        try:
            return prefix + import_module(module).validate(cleaned), True, ""
        except InvalidChecksum:
            return "", False, "wrong_check"
        except InvalidLength:
            return "", False, "wrong_length"
        except InvalidComponent:
            return "", False, "wrong_start"
        except ValidationError:
            return "", False, "wrong_form"

    return read


def _digits(length: int, first: str = "0123456789") -> Callable[[str], _Read]:
    """A reader of a number without check digits."""

    def read(cleaned: str) -> _Read:
        if not re.fullmatch(r"[0-9]+", cleaned):
            return "", False, "wrong_form"
        if len(cleaned) != length:
            return "", False, "wrong_length"
        if cleaned[0] not in first:
            return "", False, "wrong_start"
        return cleaned, None, ""

    return read


_READERS: dict[str, Callable[[str], _Read]] = {
    "kbo": _checked("stdnum.be.vat"),
    # Whether the last digits of an establishment check the others is not published.
    "kbo_establishment": _digits(10, "2345678"),
    "kvk": _digits(8),
    "kvk_establishment": _digits(12),
    # The number of a legal entity passes the same eleven-test as that of a person.
    "rsin": _checked("stdnum.nl.bsn"),
    "vat_be": _checked("stdnum.be.vat", "BE"),
    "vat_nl": _checked("stdnum.nl.btw", "NL"),
    "vat": _checked("stdnum.eu.vat"),
    "lei": _checked("stdnum.lei"),
}


def _shown(kind: str, number: str) -> str:
    if not number:
        return ""
    match kind:
        case "kbo":
            return f"{number[:4]}.{number[4:7]}.{number[7:]}"
        case "kbo_establishment":
            return f"{number[0]}.{number[1:4]}.{number[4:7]}.{number[7:]}"
        case "vat_be":
            return f"BE {number[2:6]}.{number[6:9]}.{number[9:]}"
        case _:
            return number


@dataclass(frozen=True, slots=True)
class Sector:
    """A NACE code with its revision; ``original`` and ``original_revision`` are what was recorded.

    ``candidates`` holds every code of the new revision that it may be; one that is split has several, one
    that is gone none. ``status``: ``same_revision``, ``kept`` (the same code), ``renumbered``, ``split``,
    ``gone`` or ``unknown`` (our table does not have it: keep the original).
    """

    original: str
    original_revision: str
    revision: str
    candidates: tuple[str, ...]
    status: str


def nace(code: str) -> str:
    """A NACE code in its usual form: ``22``, ``22.2``, ``22.29``; a letter of a section before it goes.

    >>> nace("C2229"), nace("22.2"), nace("C32")
    ('22.29', '22.2', '32')

    Raises
    ------
    ValueError
        When it is no NACE code.
    """
    found = _NACE.fullmatch(code.strip().upper())
    if found is None:
        raise ValueError(f"{code!r} is no NACE code; write 22, 22.2 or 22.29")
    division, group, last = found.groups()
    return division + (f".{group}{last or ''}" if group else "")


def nace_in(code: str, revision: str, wanted: str) -> Sector:
    """A NACE code in another revision, as far as our table of changes knows; the original stays beside it.

    The table has every class of manufacturing (section C) from revision 2 to 2.1, after the correspondence
    table of Eurostat. A code that is split says only what it may be: which one, the activity itself tells.

    Raises
    ------
    ValueError
        When the code or a revision is unknown.

    >>> nace_in("22.29", "2", "2.1").candidates, nace_in("62.01", "2", "2.1").status
    (('15.20', '22.25', '22.26'), 'gone')
    """
    for given in (revision, wanted):
        if given not in _NACE_REVISIONS:
            raise ValueError(f"{given!r} is no revision of NACE; expected {', '.join(_NACE_REVISIONS)}")
    original = nace(code)
    if revision == wanted:
        return Sector(original, revision, wanted, (original,), "same_revision")
    row = _nace_changes().get((original, revision, wanted))
    if row is None:
        return Sector(original, revision, wanted, (), "unknown")
    codes = tuple(row["new_codes"].split())
    if len(codes) > 1:
        return Sector(original, revision, wanted, codes, "split")
    status = "gone" if not codes else "kept" if codes == (original,) else "renumbered"
    return Sector(original, revision, wanted, codes, status)


@cache
def _nace_changes() -> dict[tuple[str, str, str], dict[str, str]]:
    rows = read_table("thuishaven.databank", "nace_changes.csv")
    return {(row["code"], row["revision"], row["new_revision"]): row for row in rows}


@dataclass(frozen=True, slots=True)
class Region:
    """A NUTS code with the version of the classification; ``level`` 0 is a country."""

    code: str
    version: str
    level: int

    def up(self, level: int) -> Region:
        """The region of a coarser level that it lies in.

        >>> nuts("NL411", "2021").up(1).code
        'NL4'
        """
        if not 0 <= level <= self.level:
            raise ValueError(f"{self.code} has no level {level}")
        return Region(self.code[: 2 + level], self.version, level)


def nuts(code: str, version: str) -> Region:
    """A NUTS code in a version of the classification; the same code may mean another area in the next.

    The codes of the United Kingdom end with version 2016.

    Raises
    ------
    ValueError
        When the code has not the form of one, or the version is unknown.
    """
    cleaned = code.strip().upper()
    if version not in _NUTS_VERSIONS:
        raise ValueError(f"{version!r} is no version of NUTS; expected one of {', '.join(_NUTS_VERSIONS)}")
    if not _NUTS.fullmatch(cleaned):
        raise ValueError(f"{code!r} is no NUTS code; write NL, NL4, NL41 or NL411")
    return Region(cleaned, version, len(cleaned) - 2)
