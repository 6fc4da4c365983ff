"""SDMX: the same observations out of CSV, JSON 1.0 and JSON 2.0, whichever the publisher sends."""

import json
from dataclasses import replace

import pytest

from thuishaven.facts.connectors import ConnectorError, fetch, sdmx

# The literal text of the method note.
NOTE = """
{"data":{"structures":[{"dimensions":{"observation":[{"id":"REF_AREA","values":[{"id":"NLD"},{"id":"BEL"}]},
 {"id":"TIME_PERIOD","values":[{"id":"2023"},{"id":"2024"}]}]}}],
 "dataSets":[{"observations":{"0:1":[25.8],"1:0":[25.0]}}]}}
"""
SET = {"dataset": "d", "url": "u", "cells": 1000}
PATH = "/data/OECD.CTP.TPS,DSD_TAX_CIT@DF_CIT,/all"
COLUMNS = "DATAFLOW REF_AREA FREQ MEASURE TARGETING UNIT_MEASURE SECTOR TIME_PERIOD"
HEADER = COLUMNS.replace(" ", ",") + ",OBS_VALUE,OBS_STATUS,UNIT_MULT\n"


def line(area="NLD", time="2024", value="25.8", measure="CIT_C", sector="S13", status="A", power="0"):
    flow = '"OECD.CTP.TPS:DSD_TAX_CIT@DF_CIT(1.0)"'
    return f"{flow},{area},A,{measure},ST,PT_INC_TAX,{sector},{time},{value},{status},{power}\n"


def read(text, kind=""):
    body = text if isinstance(text, bytes) else text.encode()
    return sdmx.read(body, kind, **SET)


def cells(table):
    return {(one.codes["REF_AREA"], one.period): one.value for one in table.observations}


EXPECTED = {("NLD", "2024"): 25.8, ("BEL", "2023"): 25.0}


def test_the_example_of_the_note():
    assert cells(read(NOTE, "application/vnd.sdmx.data+json; charset=utf-8; version=2.0")) == EXPECTED


def flat(**structure):
    """The example as version 1.0 has it: ``structure``, with or without ``data`` around it."""
    message = json.loads(NOTE)["data"]
    return {"structure": message["structures"][0] | structure, "dataSets": message["dataSets"]}


@pytest.mark.parametrize("message", [flat(), {"data": flat()}, {"meta": {}, "data": flat(), "errors": []}])
def test_version_1_has_structure(message):
    assert cells(read(json.dumps(message))) == EXPECTED


def test_the_order_of_the_dimensions_is_read_from_the_structure():
    message = flat()
    message["structure"]["dimensions"]["observation"].reverse()
    message["dataSets"] = [{"observations": {"1:0": [25.8], "0:1": [25.0]}}]
    assert cells(read(json.dumps(message))) == EXPECTED


def test_observations_grouped_by_series():
    """As the European Central Bank sends them, and the OECD when dimensionAtObservation is left out."""
    areas, times = flat()["structure"]["dimensions"]["observation"]
    freq = {"id": "FREQ", "values": [{"id": "A"}]}
    message = {
        "structure": {"dimensions": {"dataSet": [], "series": [freq, areas], "observation": [times]}},
        "dataSets": [
            {
                "series": {
                    "0:0": {"attributes": [0], "observations": {"1": [25.8, 0]}},
                    "0:1": {"attributes": [None], "observations": {"0": [25.0, None]}},
                }
            }
        ],
    }
    assert cells(read(json.dumps(message))) == EXPECTED


def test_version_2_may_name_times_by_value_and_structures_by_place():
    message = json.loads(NOTE)
    wanted = message["data"]["structures"][0]
    wanted["dimensions"]["observation"][1]["values"] = [{"value": "2023"}, {"value": "2024"}]
    message["data"]["structures"] = [{"dimensions": {"observation": []}}, wanted]
    message["data"]["dataSets"][0]["structure"] = 1
    assert cells(read(json.dumps(message))) == EXPECTED


def test_dimensions_of_the_whole_set_are_added():
    message = flat()
    message["structure"]["dimensions"]["dataSet"] = [{"id": "MEASURE", "values": [{"id": "CIT_C"}]}]
    assert {"CIT_C"} == {one.codes["MEASURE"] for one in read(json.dumps(message)).observations}


def test_status_and_power_of_ten_count():
    attributes = [
        {"id": "OBS_STATUS", "values": [{"id": "A"}, {"id": "P"}, {"id": "M"}]},
        {"id": "UNIT_MULT", "values": [{"id": "0"}, {"id": "3"}]},
    ]
    message = flat(attributes={"observation": attributes})
    message["dataSets"] = [{"observations": {"0:0": [1.5, 1, 1], "0:1": [7.0, 2, 0], "1:0": [2.0, 0, 0]}}]
    found = {
        (one.codes["REF_AREA"], one.period): (one.value, one.flags)
        for one in read(json.dumps(message)).observations
    }
    assert found == {
        ("NLD", "2023"): (1500.0, "P"),
        ("NLD", "2024"): (None, "M"),
        ("BEL", "2023"): (2.0, ""),
    }


def test_null_stays_missing():
    message = flat()
    message["dataSets"] = [{"observations": {"0:1": [None], "1:0": [25.0]}}]
    assert cells(read(json.dumps(message))) == {("NLD", "2024"): None, ("BEL", "2023"): 25.0}


def test_csv():
    table = read(
        HEADER + line() + line("BEL", "2023", "25.0", status="P") + line("FRA", value="", status="M")
    )
    assert cells(table) == {**EXPECTED, ("FRA", "2024"): None}
    assert [one.flags for one in table.observations] == ["", "P", "M"]
    assert {"NLD", "A", "CIT_C", "ST", "PT_INC_TAX", "S13"} == set(table.observations[0].codes.values())


def test_csv_with_labels_and_a_mark_at_the_start():
    header = "\ufeffREF_AREA: Reference area,Reference area,TIME_PERIOD,OBS_VALUE\n"
    text = header + "NLD: Netherlands,Netherlands,2024,25.8\n"
    assert cells(read(text, "text/csv")) == {("NLD", "2024"): 25.8}


def test_csv_values_in_thousands():
    assert cells(read(HEADER + line(power="3"))) == {("NLD", "2024"): 25800.0}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "column_missing"),
        ("REF_AREA,OBS_VALUE\nNLD,1\n", "column_missing"),
        (HEADER, "empty_answer"),
        (HEADER + line(value=""), "empty_answer"),
        (HEADER + line(value="NaN"), "empty_answer"),
        (HEADER + line(value="high"), "not_a_number"),
        (HEADER + line(power="half"), "not_a_number"),
        (HEADER + line(power="300"), "not_a_number"),
        (HEADER + line(time="20x4"), "period_unknown"),
        (HEADER + line()[:-3], "shape_unknown"),
        (HEADER + line().replace("\n", ",9\n"), "shape_unknown"),
        (HEADER + '"open', "shape_unknown"),
        (HEADER.encode() + b"\xff\xfe", "shape_unknown"),
        (HEADER + line() * 1001, "too_many_cells"),
        ("<html>Too many downloads</html>", "wrong_type"),
        ("{}", "shape_unknown"),
        ('{"data":{}}', "shape_unknown"),
        ('{"errors":[{"code":500,"title":"down"}]}', "publisher_error"),
        ('{"structure":{},"dataSets":[{}]}', "shape_unknown"),
        ('{"structure":{"dimensions":{}},"dataSets":[7]}', "shape_unknown"),
        ('{"structure":{"dimensions":{}},"dataSets":[{"series":[1]}]}', "shape_unknown"),
        ('{"structure":{"dimensions":{}},"dataSets":[{"series":{"0":5}}]}', "shape_unknown"),
        ('{"structure":{"dimensions":{}},"dataSets":[{"structure":3}]}', "shape_unknown"),
        (json.dumps(flat() | {"dataSets": []}), "empty_answer"),
        (json.dumps(flat() | {"dataSets": [{"observations": {}}]}), "empty_answer"),
        (json.dumps(flat() | {"dataSets": [{"observations": {"0": [1]}}]}), "shape_unknown"),
        (json.dumps(flat() | {"dataSets": [{"observations": {"0:9": [1]}}]}), "shape_unknown"),
        (json.dumps(flat() | {"dataSets": [{"observations": {"0:-1": [1]}}]}), "shape_unknown"),
        (json.dumps(flat() | {"dataSets": [{"observations": {"0:1": []}}]}), "shape_unknown"),
        (json.dumps(flat() | {"dataSets": [{"observations": {"0:1": 5}}]}), "shape_unknown"),
        (json.dumps(flat() | {"dataSets": [{"observations": {"0:1": ["a"]}}]}), "not_a_number"),
        (json.dumps(flat()).replace("TIME_PERIOD", "WHEN"), "column_missing"),
        (NOTE[:200], "json_broken"),
    ],
)
def test_what_is_no_message_is_refused(text, code):
    with pytest.raises(ConnectorError) as caught:
        read(text)
    assert caught.value.code == code


# --- the whole way, over HTTP ---------------------------------------------------------------------


@pytest.fixture
def tax(publisher, named):
    return replace(named("oecd_corporate_tax"), base=publisher.url)


@pytest.fixture
def serve(publisher, reply):
    def on(text, kind="application/vnd.sdmx.data+csv; charset=utf-8", **headers):
        body = text if isinstance(text, bytes) else text.encode()
        publisher.on(PATH, reply(body, headers={"Content-Type": kind, **headers}))

    return on


def test_corporate_tax_of_all_the_rates(serve, publisher, fetcher, tax):
    other = line(measure="CIT", sector="S1311", value="19") + line(
        measure="CIT_SCG", sector="S13M", value="6"
    )
    rows = line(time="2023", value="25.7") + line() + other + line("BEL") + line("WXOECD", value="20")
    serve(HEADER + rows)
    batch = fetch(tax, fetcher)
    assert {fact.keys[0][1]: (fact.period, fact.value) for fact in batch.facts} == {
        "NLD": ("2024", 25.8),
        "BEL": ("2024", 25.8),
    }
    assert (batch.facts[0].unit, batch.skipped) == ("percent", ("WXOECD",))
    assert batch.facts[0].id == "corporate_income_tax_statutory[iso3=BEL]@2024#2026-11-21 release"
    assert "csv" in publisher.headers[0]["Accept"]


def test_the_same_out_of_json(serve, fetcher, tax):
    codes = {
        "MEASURE": ["CIT", "CIT_C"],
        "TARGETING": ["ST"],
        "SECTOR": ["S13", "S1311"],
        "REF_AREA": ["NLD"],
    }
    series = [{"id": name, "values": [{"id": code} for code in values]} for name, values in codes.items()]
    time = {"id": "TIME_PERIOD", "values": [{"id": "2024"}]}
    message = {
        "data": {
            "structure": {"dimensions": {"series": series, "observation": [time]}},
            "dataSets": [
                {
                    "series": {
                        "0:0:1:0": {"observations": {"0": [19.0]}},
                        "1:0:0:0": {"observations": {"0": [25.8]}},
                    }
                }
            ],
        }
    }
    serve(json.dumps(message), kind="application/vnd.sdmx.data+json; charset=utf-8; version=1.0")
    (fact,) = fetch(tax, fetcher).facts
    assert (fact.value, fact.keys[0][1]) == (25.8, "NLD")


def test_rates_that_no_column_tells_apart_are_refused(serve, fetcher, tax):
    serve(
        HEADER.replace("UNIT_MEASURE", "TAX_BASE") + line() + line(value="19").replace("PT_INC_TAX", "OTHER")
    )
    with pytest.raises(ConnectorError) as caught:
        fetch(tax, fetcher)
    assert (caught.value.code, caught.value.params["dimension"]) == ("ambiguous", "TAX_BASE")
    assert "PT_INC_TAX, OTHER" in str(caught.value)


def test_a_column_that_is_gone_is_said_so(serve, fetcher, tax):
    serve(HEADER.replace("SECTOR", "INSTITUTION") + line())
    with pytest.raises(ConnectorError) as caught:
        fetch(tax, fetcher)
    assert (caught.value.code, caught.value.params["column"]) == ("column_missing", "SECTOR")


def test_sixty_downloads_an_hour(publisher, reply, fetcher, tax, waits):
    publisher.on(
        PATH,
        reply(status=429, headers={"Retry-After": "60"}),
        reply((HEADER + line()).encode(), headers={"Content-Type": "text/csv"}),
    )
    assert len(fetch(tax, fetcher).facts) == 1
    assert waits == [60.0]
