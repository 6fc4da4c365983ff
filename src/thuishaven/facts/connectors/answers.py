"""What every reader of a format returns: observations with their codes, and the edition they came in.

The readers share what is said here about numbers, periods and types of content.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuishaven.facts.connectors.errors import ConnectorError, TryAgain, quoted
from thuishaven.facts.periods import bounds

_JSON_TYPES = ("json", "text/plain", "octet-stream")
_COMPACT = re.compile(r"^(\d{4})-?([QSHM])(\d{1,2})$")
_ANNUAL = re.compile(r"^(\d{4})-?A1?$")
_ISO_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:[T ]|$)")
_CODE = re.compile(r"^[A-Za-z0-9_.:@$*+/()-]{1,80}$")


@dataclass(frozen=True, slots=True)
class Observation:
    """One cell: the code of each dimension, the period, the value (None: missing) and the flags."""

    codes: Mapping[str, str]
    period: str
    value: float | None
    flags: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The observations of one answer.

    ``updated`` is the day of the edition (ISO 8601) when the publisher tells it, else empty. ``cube`` lists
    every code of every dimension when the format tells which cells exist at all, so that the cells without
    a value can be counted as missing; else it is empty.
    """

    observations: tuple[Observation, ...]
    updated: str = ""
    cube: Mapping[str, tuple[str, ...]] | None = None


def read_json(body: bytes, content_type: str, *, dataset: str, url: str) -> Any:
    """The JSON of an answer.

    Raises ConnectorError ``wrong_type`` for a page or another kind of file, TryAgain ``json_broken`` for
    JSON that is cut short or holds what JSON cannot (a dropped connection gives just that).
    """
    expect_type(body, content_type, _JSON_TYPES, "JSON", url)
    try:
        return json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise TryAgain("json_broken", dataset=dataset, reason=quoted(error, 80)) from error


def expect_type(body: bytes, content_type: str, wanted: tuple[str, ...], expected: str, url: str) -> None:
    """Refuse an answer of another type: by its header, and by a first character that opens a page.

    Raises ConnectorError ``wrong_type``.
    """
    kind = content_type.partition(";")[0].strip().lower()
    page = body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    if page or (kind and not any(part in kind for part in wanted)):
        got = quoted(kind) if kind and not any(part in kind for part in wanted) else "HTML/XML"
        raise ConnectorError("wrong_type", url=url, expected=expected, got=got)


def number(value: object, *, dataset: str, key: str, period: str) -> float | None:
    """A cell as a finite number; None, an empty text, ``NaN``, ``N/A`` and ``:`` are missing, never 0.

    Raises ConnectorError ``not_a_number`` for anything else.

    >>> number("45.2", dataset="d", key="k", period="p"), number(":", dataset="d", key="k", period="p")
    (45.2, None)
    """
    if value is None or (isinstance(value, str) and value.strip() in ("", ":", "NaN", "N/A", "NA", "..")):
        return None
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            found = float(value)
        except (ValueError, OverflowError):
            found = math.nan
        if math.isfinite(found) and not (isinstance(value, str) and "_" in value):
            return found
    raise ConnectorError("not_a_number", dataset=dataset, value=quoted(value, 40), key=key, period=period)


def period_of(text: object, *, dataset: str) -> str:
    """A publisher's period in the spelling of the store.

    Raises ConnectorError ``period_unknown``.

    >>> period_of("2024S1", dataset="d"), period_of("2024M05", dataset="d"), period_of("2023", dataset="d")
    ('2024-S1', '2024-05', '2023')
    """
    found = str(text).strip()
    if compact := _COMPACT.match(found):
        year, kind, part = compact[1], compact[2].replace("H", "S"), int(compact[3])
        found = f"{year}-{part:02d}" if kind == "M" else f"{year}-{kind}{part}"
    elif annual := _ANNUAL.match(found):
        found = annual[1]
    try:
        if bounds(found) is not None:
            return found
    except ValueError:
        pass
    raise ConnectorError("period_unknown", dataset=dataset, period=quoted(text, 40))


def code_of(text: object, *, dataset: str) -> str:
    """A code as text. Raises ConnectorError ``shape_unknown`` for what no code list holds."""
    if isinstance(text, str) and _CODE.match(text):
        return text
    raise ConnectorError("shape_unknown", dataset=dataset, reason=f"code {quoted(repr(text), 60)}")


def day_of(text: object) -> str:
    """The day in a publisher's time stamp, or an empty text when there is none.

    >>> day_of("2026-03-31T11:00:00+0200")
    '2026-03-31'
    """
    found = _ISO_DAY.match(text) if isinstance(text, str) else None
    if not found:
        return ""
    try:
        bounds(found[1])
    except ValueError:
        return ""
    return found[1]


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
