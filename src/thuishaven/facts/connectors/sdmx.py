"""SDMX data messages: SDMX-CSV, and SDMX-JSON 1.0 and 2.0 (OECD, European Central Bank, ILO).

In SDMX-JSON the values are keyed by positions in lists of codes; which list stands where is read from the
structure in the message, never assumed. Source of the forms: the SDMX technical working group's data
message specifications.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from thuishaven.facts.connectors.answers import (
    Observation,
    Table,
    code_of,
    expect_type,
    number,
    period_of,
    read_json,
)
from thuishaven.facts.connectors.errors import ConnectorError, quoted

ACCEPT = "application/vnd.sdmx.data+csv, application/vnd.sdmx.data+json;q=0.8, text/csv;q=0.7"
_CSV_TYPES = ("csv", "text/plain", "octet-stream")
_NORMAL = ("", "A")
_ABSENT = ("M", "O", "L")
_NOT_DIMENSIONS = frozenset(
    {"DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "LAST_UPDATE"}
    | {"OBS_VALUE", "OBS_STATUS", "UNIT_MULT", "TIME_PERIOD"}
)


def read(body: bytes, content_type: str, *, dataset: str, url: str, cells: int) -> Table:
    """The observations of an SDMX answer, CSV or JSON as the publisher chose to send.

    Parameters: ``body`` and ``content_type`` as received; ``dataset`` and ``url`` for messages; ``cells``
    how many observations are read at most. Values are multiplied by ten to the power ``UNIT_MULT`` when
    the publisher gives one. Status A is normal; M, O and L mean that there is no value.
    Raises TryAgain or ConnectorError.
    """
    if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        message = read_json(body, content_type, dataset=dataset, url=url)
        found = _from_json(message, dataset)
    else:
        expect_type(body, content_type, _CSV_TYPES, "SDMX-CSV", url)
        found = _from_csv(body, dataset)
    observations: list[Observation] = []
    for observation in found:
        observations.append(observation)
        if len(observations) > cells:
            raise ConnectorError("too_many_cells", dataset=dataset, cells=len(observations), limit=cells)
    if not any(observation.value is not None for observation in observations):
        raise ConnectorError("empty_answer", dataset=dataset, url=url)
    return Table(tuple(observations))


def _from_csv(body: bytes, dataset: str) -> Iterator[Observation]:
    try:
        text = body.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(text, newline=""), strict=True, restkey="*", restval=None)
        columns = [name.partition(":")[0].strip() for name in rows.fieldnames or ()]
        rows.fieldnames = columns
        for needed in ("TIME_PERIOD", "OBS_VALUE"):
            if needed not in columns:
                raise ConnectorError("column_missing", dataset=dataset, column=needed)
        names = [name for name in columns if name not in _NOT_DIMENSIONS and name.replace("_", "").isalnum()]
        for line, row in enumerate(rows, start=2):
            if "*" in row or None in row.values():
                raise _shape(dataset, f"line {line} has another number of columns than the header")
            codes = {name: row[name].partition(":")[0].strip()[:80] for name in names}
            yield _observation(
                codes,
                row["TIME_PERIOD"],
                row["OBS_VALUE"],
                row.get("OBS_STATUS"),
                row.get("UNIT_MULT"),
                dataset,
            )
    except (UnicodeDecodeError, csv.Error) as error:
        raise _shape(dataset, quoted(error, 80)) from error


def _from_json(message: object, dataset: str) -> Iterator[Observation]:
    """Walks the data sets; 1.0 has ``structure``, 2.0 ``structures``, both may stand below ``data``."""
    top = message if isinstance(message, dict) else {}
    if isinstance(top.get("errors"), list) and top["errors"] and "dataSets" not in top.get("data", top):
        raise ConnectorError("publisher_error", dataset=dataset, message=quoted(top["errors"][0]))
    data = top["data"] if isinstance(top.get("data"), dict) else top
    structures = data.get("structures", [data["structure"]] if "structure" in data else None)
    sets = data.get("dataSets")
    if not isinstance(structures, list) or not structures or not isinstance(sets, list):
        raise _shape(dataset, "no structure or no data sets")
    for one in sets:
        if not isinstance(one, dict):
            raise _shape(dataset, "a data set that is no object")
        place = one.get("structure", 0)
        if not isinstance(place, int) or not 0 <= place < len(structures):
            raise _shape(dataset, "a data set without structure")
        yield from _of_set(one, _Structure(structures[place], dataset), dataset)


class _Structure:
    """The lists of codes of one structure, in the order of the keys."""

    def __init__(self, given: object, dataset: str) -> None:
        structure = given if isinstance(given, dict) else {}
        dimensions = structure.get("dimensions")
        if not isinstance(dimensions, dict):
            raise _shape(dataset, "a structure without dimensions")
        self.dataset = dataset
        self.fixed = self._lists(dimensions.get("dataSet"))
        self.series = self._lists(dimensions.get("series"))
        self.observation = self._lists(dimensions.get("observation"))
        attributes = structure.get("attributes")
        attributes = attributes if isinstance(attributes, dict) else {}
        self.attributes = {
            level: self._lists(attributes.get(level)) for level in ("dataSet", "series", "observation")
        }

    def codes(self, level: str, key: str) -> dict[str, str]:
        """The codes behind a key such as ``0:1``."""
        lists = self.series if level == "series" else self.observation
        parts = key.split(":") if key else []
        if len(parts) != len(lists):
            raise _shape(self.dataset, f"key {quoted(key, 40)} does not fit the dimensions")
        return {name: self._pick(values, part) for (name, values), part in zip(lists, parts, strict=True)}

    def fixed_codes(self) -> dict[str, str]:
        """The codes of dimensions that have one value for the whole data set."""
        return {name: values[0] for name, values in self.fixed if len(values) == 1}

    def attribute_values(self, level: str, given: object) -> dict[str, str]:
        """Attributes of a data set, a series or an observation: positions in lists, null for none."""
        if not isinstance(given, list):
            return {}
        found = {}
        for (name, values), place in zip(self.attributes[level], given, strict=False):
            if isinstance(place, int) and 0 <= place < len(values):
                found[name] = values[place]
            elif isinstance(place, str):
                found[name] = place
        return found

    def _pick(self, values: Sequence[str], part: str) -> str:
        if part.isdigit() and len(part) < 10 and int(part) < len(values):
            return values[int(part)]
        raise _shape(self.dataset, f"position {quoted(part, 20)} is outside its list of codes")

    def _lists(self, given: object) -> list[tuple[str, list[str]]]:
        lists = []
        for one in given if isinstance(given, list) else []:
            values = one.get("values", []) if isinstance(one, dict) else None
            if not isinstance(values, list):
                raise _shape(self.dataset, "a dimension without codes")
            lists.append((code_of(one.get("id"), dataset=self.dataset), [_code(value) for value in values]))
        return lists


def _of_set(one: Mapping[str, Any], structure: _Structure, dataset: str) -> Iterator[Observation]:
    fixed = structure.fixed_codes()
    common = structure.attribute_values("dataSet", one.get("attributes"))
    groups = one.get("series") or {"": {"observations": one.get("observations")}}
    if not isinstance(groups, dict):
        raise _shape(dataset, "series that are no object")
    for series_key, series in groups.items():
        observations = series.get("observations") if isinstance(series, dict) else None
        if not isinstance(observations, dict):
            raise _shape(dataset, "a series without observations")
        above = fixed | structure.codes("series", series_key)
        shared = common | structure.attribute_values("series", series.get("attributes"))
        for key, content in observations.items():
            codes = above | structure.codes("observation", key)
            if "TIME_PERIOD" not in codes:
                raise ConnectorError("column_missing", dataset=dataset, column="TIME_PERIOD")
            if not isinstance(content, list) or not content:
                raise _shape(dataset, "an observation that is no list")
            more = shared | structure.attribute_values("observation", content[1:])
            period = codes.pop("TIME_PERIOD")
            yield _observation(
                codes, period, content[0], more.get("OBS_STATUS"), more.get("UNIT_MULT"), dataset
            )


def _observation(
    codes: dict[str, str], time: str, value: object, status: str | None, power: str | None, dataset: str
) -> Observation:
    period = period_of(time, dataset=dataset)
    key = ",".join(f"{name}={code}" for name, code in codes.items())
    found = number(value, dataset=dataset, key=quoted(key, 80), period=period)
    flag = (status or "").partition(":")[0].strip()
    if found is None or flag in _ABSENT:
        return Observation(codes, period, None, quoted(flag, 10))
    exponent = number(power, dataset=dataset, key="UNIT_MULT", period=period) or 0.0
    if exponent != int(exponent) or abs(exponent) > 15:
        raise ConnectorError("not_a_number", dataset=dataset, value=exponent, key="UNIT_MULT", period=period)
    scaled = found * 10.0**exponent if exponent else found
    return Observation(codes, period, scaled, "" if flag in _NORMAL else quoted(flag, 10))


def _code(value: object) -> str:
    """The code of a list entry: ``id``, or ``value`` as SDMX-JSON 2.0 writes free ones."""
    if isinstance(value, dict):
        value = value.get("id", value.get("value"))
    return quoted(value, 80)


def _shape(dataset: str, reason: str) -> ConnectorError:
    return ConnectorError("shape_unknown", dataset=dataset, reason=reason)
