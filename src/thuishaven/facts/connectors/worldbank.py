"""The World Bank's indicators API, version 2: two-element answers in pages, errors inside a 200.

Source of the form: the World Bank's help desk, articles on the indicators API and its error codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thuishaven.facts.connectors.answers import Observation, code_of, day_of, number, period_of, read_json
from thuishaven.facts.connectors.errors import ConnectorError, quoted

ACCEPT = "application/json"


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number, how many there are, how many rows in all (None: not told), its edition."""

    page: int
    pages: int
    total: int | None
    updated: str
    observations: tuple[Observation, ...]


def read_page(body: bytes, content_type: str, *, dataset: str, url: str) -> Page:
    """One page of an answer. An error is a list of one element, so the length is looked at first.

    The code of the country is its ISO3 code; where that is empty (as for some sources) its ``id``.
    Raises TryAgain or ConnectorError (``publisher_error``, ``shape_unknown``, ``empty_answer`` for a first
    page without rows).
    """
    message = read_json(body, content_type, dataset=dataset, url=url)
    if isinstance(message, list) and len(message) == 1:
        raise ConnectorError("publisher_error", dataset=dataset, message=quoted(_message(message[0])))
    if not isinstance(message, list) or len(message) != 2 or not isinstance(message[0], dict):
        raise _shape(dataset, "not a list of two")
    head, rows = message
    page, pages = _count(head, "page", dataset), _count(head, "pages", dataset)
    if rows is None or rows == []:
        raise ConnectorError("empty_answer", dataset=dataset, url=url)
    if not isinstance(rows, list):
        raise _shape(dataset, "rows are no list")
    total = _count(head, "total", dataset) if "total" in head else None
    updated = day_of(head.get("lastupdated"))
    return Page(page, pages, total, updated, tuple(_row(row, dataset) for row in rows))


def _row(row: object, dataset: str) -> Observation:
    country = row.get("country") if isinstance(row, dict) else None
    indicator = row.get("indicator") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(country, dict) or not isinstance(indicator, dict):
        raise _shape(dataset, "a row without country or indicator")
    place = code_of(row.get("countryiso3code") or country.get("id") or "_", dataset=dataset)
    series = code_of(indicator.get("id"), dataset=dataset)
    period = period_of(row.get("date"), dataset=dataset)
    value = number(row.get("value"), dataset=dataset, key=place, period=period)
    return Observation({"country": place, "indicator": series}, period, value, quoted(_status(row), 10))


def _status(row: Mapping[str, Any]) -> str:
    status = row.get("obs_status")
    return status if isinstance(status, str) else ""


def _message(element: object) -> str:
    """The words of an error element: ``{"message": [{"id": "120", "key": ..., "value": ...}]}``."""
    found = element.get("message") if isinstance(element, dict) else None
    if isinstance(found, list) and found and isinstance(found[0], dict):
        return " ".join(str(found[0][part]) for part in ("id", "key", "value") if part in found[0])
    return str(element)


def _count(head: Mapping[str, Any], name: str, dataset: str) -> int:
    """A count in the head of a page; the API writes some as text."""
    given = head.get(name)
    if isinstance(given, int) and not isinstance(given, bool):
        return given
    if isinstance(given, str) and given.isdigit() and len(given) < 10:
        return int(given)
    raise _shape(dataset, f"no {name} in the head")


def _shape(dataset: str, reason: str) -> ConnectorError:
    return ConnectorError("shape_unknown", dataset=dataset, reason=reason)
