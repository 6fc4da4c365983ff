"""What people type about a company, as it is kept: trimmed, on one line, within its length."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from thuishaven.access import SECRET, AccessError, moment
from thuishaven.databank.office.tables import CODE, PROJECT

_LONGEST_NAME, _LONGEST_TEXT = 2**8, 2**12
#: Codes and numbers have the length of their column.
_CODES = ("country", "number", "nace", "nace_revision", "region")


def described(values: Mapping[str, str | int | dt.date]) -> dict[str, Any]:
    """Changes of a project as they are kept.

    Raises
    ------
    AccessError
        ``project_form`` with the ``field`` that is unknown, too long or of another form.
    """
    found: dict[str, Any] = {}
    for name, value in values.items():
        if name in {"title", "company"}:
            found[name] = line(str(value), name)
        elif name in _CODES:
            found[name] = fitted(str(value), name)
        elif name == "purpose":
            found[name] = bounded(" ".join(str(value).split()), name, _LONGEST_TEXT)
        elif name == "confidentiality" and isinstance(value, int) and 0 <= value <= SECRET:
            found[name] = value
        elif name == "retain_until" and isinstance(value, dt.date):
            found[name] = moment(dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC))
        else:
            raise AccessError("project_form", field=name)
    return found


def fitted(text: str, field: str) -> str:
    """A code that fits in its column."""
    return bounded(text.strip(), field, PROJECT.c[field].type.length)  # type: ignore[attr-defined]


def line(text: str, field: str) -> str:
    """A name on one line. Raises AccessError ``project_form`` for none, or one that is too long."""
    found = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if not found:
        raise AccessError("project_form", field=field)
    return bounded(found, field, _LONGEST_NAME)


def bounded(text: str, field: str, most: int) -> str:
    """A text that is not too long. Raises AccessError ``project_form`` for one that is."""
    if len(text) > most:
        raise AccessError("project_form", field=field)
    return text


def code(text: Any) -> str:
    """A code as it is kept: cut to the length of its column."""
    return str(text)[: CODE.length]


def plain(value: Any) -> Any:
    """Evidence as JSON holds it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple | set) else value
