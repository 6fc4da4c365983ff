"""Eurostat's statistics API: JSON-stat 2.0, and the refusals that come in disguise.

Source of the format: json-stat.org, version 2.0; of the refusals: Eurostat's API user guide.
"""

import json
from collections.abc import Mapping
from itertools import zip_longest
from math import prod
from typing import Any

from thuishaven.facts.connectors.answers import (
    Observation,
    Table,
    code_of,
    day_of,
    number,
    period_of,
    read_json,
)
from thuishaven.facts.connectors.errors import ConnectorError, TooBig, TryAgain, quoted

ACCEPT = "application/json"


def read(body: bytes, content_type: str, *, dataset: str, url: str, cells: int) -> Table:
    """The table in an answer of the statistics API.

    Parameters: ``body`` and ``content_type`` as received; ``dataset`` and ``url`` for messages; ``cells``
    how many cells the cube may claim. ``value`` may be an object or a list, ``index`` an object, a list or
    absent (one category), ``status`` an object, a list or one text; cells are in row-major order.
    Raises TryAgain, TooBig or ConnectorError (``empty_answer`` when no cell has a value).
    """
    disguised = refusal(200, body, dataset=dataset)
    if disguised is not None:
        raise disguised
    message = read_json(body, content_type, dataset=dataset, url=url)
    if not isinstance(message, dict):
        raise _shape(dataset, "not an object")
    if "error" in message or ("warning" in message and "value" not in message):
        raise _announced(message, dataset)
    return _table(message, dataset=dataset, url=url, cells=cells)


def refusal(status: int, body: bytes, *, dataset: str) -> ConnectorError | None:
    """What Eurostat means by a refusal, whether it comes as HTTP 413 or inside a 200; None: nothing of ours.

    An extraction that is being prepared (``ASYNCHRONOUS_RESPONSE``) is asked again at the same address;
    one that is too big (``EXTRACTION_TOO_BIG``) must be split.
    """
    start = body[:4096]
    if b"EXTRACTION_TOO_BIG" in start:
        return TooBig("extraction_too_big", dataset=dataset)
    if b"ASYNCHRONOUS_RESPONSE" in start:
        return TryAgain("still_preparing", dataset=dataset)
    if status == 200:
        return None
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if status == 404 or status == 429 or status >= 500 or not isinstance(message, dict):
        return None
    return _announced(message, dataset)


def _announced(message: Mapping[str, Any], dataset: str) -> ConnectorError:
    """The error or warning object of an answer: ``{"warning": {"status": 413}}``, ``{"error": [{...}]}``."""
    announced = message.get("error", message.get("warning"))
    if isinstance(announced, list) and announced:
        announced = announced[0]
    if isinstance(announced, dict):
        if announced.get("status") in (413, "413"):
            return TryAgain("still_preparing", dataset=dataset)
        announced = announced.get("label", announced)
    return ConnectorError("publisher_error", dataset=dataset, message=quoted(announced))


def _table(message: Mapping[str, Any], *, dataset: str, url: str, cells: int) -> Table:
    names, size, dimensions = message.get("id"), message.get("size"), message.get("dimension")
    well = isinstance(names, list) and isinstance(size, list) and isinstance(dimensions, dict)
    if message.get("class", "dataset") != "dataset" or not well or "value" not in message:
        raise _shape(dataset, "no JSON-stat dataset")
    assert isinstance(names, list)
    assert isinstance(size, list)
    assert isinstance(dimensions, dict)
    if len(names) != len(size) or not all(isinstance(n, int) and n >= 0 for n in size):
        raise _shape(dataset, "id and size disagree")
    claimed = prod(size)
    if claimed > cells:
        raise ConnectorError("too_many_cells", dataset=dataset, cells=claimed, limit=cells)
    values = _by_position(message["value"], claimed, dataset)
    if all(value is None for value in values.values()):
        raise ConnectorError("empty_answer", dataset=dataset, url=url)
    status = message.get("status")
    same = status if isinstance(status, str) else ""
    flags = {} if same or not status else _by_position(status, claimed, dataset)
    codes = {
        code_of(name, dataset=dataset): _codes(dimensions.get(name), count, dataset)
        for name, count in zip(names, size, strict=True)
    }
    if "time" not in codes:
        raise ConnectorError("column_missing", dataset=dataset, column="time")
    observations = []
    for position in sorted(values.keys() | flags.keys()):
        here = _at(position, codes)
        period = period_of(here.pop("time"), dataset=dataset)
        key = ",".join(f"{name}={code}" for name, code in here.items())
        value = number(values.get(position), dataset=dataset, key=key, period=period)
        observations.append(Observation(here, period, value, quoted(flags.get(position) or same, 10)))
    cube = dict(codes)
    cube["time"] = tuple(period_of(code, dataset=dataset) for code in codes["time"])
    return Table(tuple(observations), day_of(message.get("updated")), cube)


def _by_position(given: object, claimed: int, dataset: str) -> dict[int, Any]:
    """An object or a list of cells as position -> content. Positions outside the cube are refused."""
    if isinstance(given, list):
        pairs: dict[int, Any] = dict(enumerate(given))
    elif isinstance(given, dict):
        try:
            pairs = {int(place): content for place, content in given.items()}
        except ValueError:
            raise _shape(dataset, "a cell without position") from None
    else:
        raise _shape(dataset, "value or status is no list of cells")
    if any(not 0 <= place < claimed for place in pairs):
        raise _shape(dataset, "a cell outside the cube")
    return pairs


def _codes(dimension: object, count: int, dataset: str) -> tuple[str, ...]:
    """The codes of one dimension in order; ``index`` as object, as list, or absent for one category."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise _shape(dataset, "a dimension without categories")
    index = category.get("index")
    if index is None:
        label = category.get("label")
        index = list(label) if isinstance(label, dict) and len(label) == 1 else None
    if isinstance(index, dict):
        try:
            ordered = sorted(index.items(), key=lambda pair: pair[1])
        except TypeError:
            raise _shape(dataset, "positions that are no numbers") from None
        if any(place != got for got, (_, place) in zip_longest(range(count), ordered, fillvalue=("", -1))):
            raise _shape(dataset, "positions with gaps")
        index = [code for code, _ in ordered]
    if not isinstance(index, list) or len(index) != count or len(set(map(str, index))) != count:
        raise _shape(dataset, "categories and size disagree")
    return tuple(code_of(code, dataset=dataset) for code in index)


def _at(position: int, codes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The codes of a cell: the last dimension runs fastest."""
    found: dict[str, str] = {}
    for name in reversed(list(codes)):
        position, place = divmod(position, len(codes[name]))
        found[name] = codes[name][place]
    return dict(reversed(found.items()))


def _shape(dataset: str, reason: str) -> ConnectorError:
    return ConnectorError("shape_unknown", dataset=dataset, reason=reason)
