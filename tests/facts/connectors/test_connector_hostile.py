"""Whatever comes over the line, a reader gives a table or one clear refusal, never another exception."""

import copy
import io
import json
import zipfile
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.facts.connectors import ConnectorError, ecb, eurostat, sdmx, worldbank

EUROSTAT = {
    "class": "dataset",
    "id": ["geo", "time"],
    "size": [2, 2],
    "updated": "2026-03-31T11:00:00+0200",
    "dimension": {
        "geo": {"category": {"index": {"NL": 0, "BE": 1}, "label": {"NL": "x", "BE": "y"}}},
        "time": {"category": {"index": ["2023", "2024"]}},
    },
    "value": {"0": 40.1, "3": 47.0},
    "status": {"3": "p"},
}
WORLDBANK = [
    {"page": 1, "pages": 1, "total": 1, "lastupdated": "2026-07-01"},
    [
        {
            "indicator": {"id": "PV.EST"},
            "country": {"id": "NL"},
            "countryiso3code": "NLD",
            "date": "2023",
            "value": 0.66,
        }
    ],
]
AREA = {"id": "REF_AREA", "values": [{"id": "NLD"}, {"id": "BEL"}]}
TIME = {"id": "TIME_PERIOD", "values": [{"id": "2023"}, {"id": "2024"}]}
SDMX = {
    "data": {
        "structures": [
            {
                "dimensions": {"series": [AREA], "observation": [TIME]},
                "attributes": {"series": [{"id": "UNIT_MULT", "values": [{"id": "0"}]}]},
            }
        ],
        "dataSets": [
            {"structure": 0, "series": {"0": {"attributes": [0], "observations": {"1": [25.8, 0]}}}}
        ],
    }
}
NAMES = {"dataset": "d", "url": "u"}
READERS = {
    "eurostat": (partial(eurostat.read, **NAMES, cells=1000), EUROSTAT),
    "worldbank": (partial(worldbank.read_page, **NAMES), WORLDBANK),
    "sdmx": (partial(sdmx.read, **NAMES, cells=1000), SDMX),
}
read_zip = partial(ecb.read, **NAMES, unpacked=10_000, ratio=200.0, ratio_from=1000)

UNHURRIED = settings(deadline=None)

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["NL", "2024", "0:1", "413", "PV.EST", "time", "geo"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def places(tree, path=()):
    """The path to every node below the root."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from places(inner, (*path, step))


def table_or_refusal(reader, body, kind=""):
    try:
        return reader(body, kind)
    except ConnectorError as error:
        refusal = error
    assert str(refusal)
    return refusal


@pytest.mark.parametrize("name", READERS)
@UNHURRIED
@given(data=st.data())
def test_any_node_may_be_anything(name, data):
    reader, whole = READERS[name]
    tree = copy.deepcopy(whole)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(list(places(tree)) or [()]))
        if not path:
            break
        node = tree
        for step in path[:-1]:
            node = node[step]
        if isinstance(node, dict) and data.draw(st.booleans()):
            del node[path[-1]]
        else:
            node[path[-1]] = data.draw(anything)
    table_or_refusal(reader, json.dumps(tree).encode())


@pytest.mark.parametrize("name", READERS)
@UNHURRIED
@given(tree=anything)
def test_any_json(name, tree):
    assert isinstance(table_or_refusal(READERS[name][0], json.dumps(tree).encode()), ConnectorError)


@pytest.mark.parametrize("name", READERS)
@UNHURRIED
@given(body=st.binary(max_size=300), kind=st.sampled_from(["", "application/json", "text/csv", "text/html"]))
def test_any_bytes(name, body, kind):
    assert isinstance(table_or_refusal(READERS[name][0], body, kind), ConnectorError)


@pytest.mark.parametrize("name", READERS)
@UNHURRIED
@given(data=st.data())
def test_any_beginning_of_an_answer(name, data):
    reader, whole = READERS[name]
    body = json.dumps(whole).encode()
    end = data.draw(st.integers(0, len(body) - 1))
    assert isinstance(table_or_refusal(reader, body[:end]), ConnectorError)
    assert not isinstance(table_or_refusal(reader, body), ConnectorError)


cell = st.sampled_from(["NLD", "2024", "1.5", "", "A", "0", "x", '"', ",", "1e9"]) | st.text(max_size=4)


@UNHURRIED
@given(rows=st.lists(st.lists(cell, max_size=5), max_size=5))
def test_any_csv(rows):
    text = "REF_AREA,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT\n" + "\n".join(",".join(row) for row in rows)
    table_or_refusal(READERS["sdmx"][0], text.encode("utf-8", "surrogatepass"))


def zipped(text):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("eurofxref-hist.csv"), text, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


RATES = zipped("Date,USD,JPY,\n2026-10-30,1.1172,175.68,\n2026-10-29,1.1,N/A,\n")


@UNHURRIED
@given(place=st.integers(0, len(RATES) - 1), bits=st.integers(1, 255), end=st.integers(0, 40))
def test_a_zip_with_any_byte_changed(place, bits, end):
    body = bytearray(RATES)
    body[place] ^= bits
    table_or_refusal(read_zip, bytes(body[: len(body) - end]))


@UNHURRIED
@given(rows=st.lists(st.lists(cell, max_size=5), max_size=5))
def test_any_rates(rows):
    table_or_refusal(read_zip, zipped("Date,USD,JPY,\n" + "\n".join(",".join(row) for row in rows)))
