"""Eurostat: JSON-stat 2.0 as documented, and its refusals in disguise."""

import itertools
import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.facts.connectors import ConnectorError, eurostat, fetch

# The literal text of the method note.
NOTE = """
{"class":"dataset","id":["freq","geo","time"],"size":[1,2,3],"updated":"2026-03-31T11:00:00+0200",
 "dimension":{"freq":{"category":{"index":{"A":0}}},"geo":{"category":{"index":{"NL":0,"BE":1}}},
 "time":{"category":{"index":{"2022":0,"2023":1,"2024":2}}}},
 "value":{"0":40.1,"2":45.2,"4":47.0},"status":{"4":"p"}}
"""
PATH = "/data/lc_lci_lev"
SET = {"dataset": "d", "url": "u", "cells": 1000}


def changed(**parts):
    message = json.loads(NOTE) | parts
    return json.dumps({name: part for name, part in message.items() if part is not ...})


def read(message):
    text = message if isinstance(message, str) else json.dumps(message)
    return eurostat.read(text.encode(), "application/json", **SET)


def cells(table):
    return {(one.codes["geo"], one.period): (one.value, one.flags) for one in table.observations}


EXPECTED = {("NL", "2022"): (40.1, ""), ("NL", "2024"): (45.2, ""), ("BE", "2023"): (47.0, "p")}


def test_the_example_of_the_note():
    table = read(NOTE)
    assert (cells(table), table.updated) == (EXPECTED, "2026-03-31")


@pytest.mark.parametrize(
    "other",
    [
        {"value": [40.1, None, 45.2, None, 47.0, None]},
        {"value": [40.1, None, 45.2, None, 47.0, None], "status": ["", None, "", None, "p", None]},
        {"value": {"0": 40.1, "1": None, "2": 45.2, "3": None, "4": 47.0, "5": None}},
    ],
)
def test_values_may_be_a_list_with_nulls(other):
    present = {place: cell for place, cell in cells(read(changed(**other))).items() if cell[0] is not None}
    assert present == EXPECTED


@pytest.mark.parametrize(
    "freq", [{"index": ["A"]}, {"label": {"A": "Annual"}}, {"index": {"A": 0}, "label": {"A": "Annual"}}]
)
def test_index_may_be_a_list_or_absent(freq):
    message = json.loads(NOTE)
    message["dimension"]["freq"]["category"] = freq
    message["dimension"]["geo"]["category"] = {"index": ["NL", "BE"]}
    assert cells(read(message)) == EXPECTED


def test_the_order_of_the_index_counts_not_of_the_text():
    message = json.loads(NOTE)
    message["dimension"]["geo"]["category"]["index"] = {"BE": 1, "NL": 0}
    assert cells(read(message)) == EXPECTED


def test_one_status_for_all():
    assert {"p"} == {flags for _, flags in cells(read(changed(status="p"))).values()}


@settings(deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    periods=st.integers(1, 4),
    data=st.data(),
)
def test_reading_gives_back_what_was_written(sizes, periods, data):
    names = [f"d{place}" for place in range(len(sizes))]
    codes = {
        name: [f"{name}_{code}" for code in range(size)] for name, size in zip(names, sizes, strict=True)
    }
    codes["time"] = [str(2020 + place) for place in range(periods)]
    order = data.draw(st.permutations(list(codes)))
    number = st.none() | st.floats(allow_nan=False, allow_infinity=False)
    places = list(itertools.product(*(codes[name] for name in order)))
    values = data.draw(st.lists(number, min_size=len(places), max_size=len(places)))
    if all(value is None for value in values):
        values[-1] = 1.0
    as_list = data.draw(st.booleans())
    sparse = {str(place): value for place, value in enumerate(values) if value is not None}
    table = read(
        {
            "class": "dataset",
            "id": order,
            "size": [len(codes[name]) for name in order],
            "dimension": {name: {"category": {"index": codes[name]}} for name in order},
            "value": values if as_list else sparse,
        }
    )
    found = {
        tuple(one.period if name == "time" else one.codes[name] for name in order): one.value
        for one in table.observations
        if one.value is not None
    }
    assert found == {place: value for place, value in zip(places, values, strict=True) if value is not None}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (changed(value={}, status=...), "empty_answer"),
        (changed(value=[], status=...), "empty_answer"),
        (changed(value=[None] * 6, status=...), "empty_answer"),
        (changed(value=...), "shape_unknown"),
        (changed(value=None), "shape_unknown"),
        (changed(value={"6": 1.0}), "shape_unknown"),
        (changed(value={"-1": 1.0}), "shape_unknown"),
        (changed(value={"a": 1.0}), "shape_unknown"),
        (changed(value={"0": "many"}), "not_a_number"),
        (changed(value={"0": True}), "not_a_number"),
        (changed(value={"0": {"x": 1}}), "not_a_number"),
        (changed(value={"0": 10**400}), "not_a_number"),
        (changed(size=[1, 2]), "shape_unknown"),
        (changed(size=[1, 2, 4]), "shape_unknown"),
        (changed(size=[1, 2, 2]), "shape_unknown"),
        (changed(size=[1, 2, -3]), "shape_unknown"),
        (changed(size=[1, 2, "3"]), "shape_unknown"),
        (changed(size=[1, 2, 30000]), "too_many_cells"),
        (changed(dimension={}), "shape_unknown"),
        (changed(id=["freq", "geo", "when"]), "shape_unknown"),
        ('{"class":"collection"}', "shape_unknown"),
        ("[]", "shape_unknown"),
        ("null", "shape_unknown"),
        ('{"error":{"label":"bad"}}', "publisher_error"),
        ('{"error":[{"status":400,"label":"INVALID_QUERY_DIMENSION"}]}', "publisher_error"),
        ('{"warning":{"status":404,"label":"x"}}', "publisher_error"),
        ('{"warning":{"status":413}}', "still_preparing"),
        ('{"error":[{"label":"ASYNCHRONOUS_RESPONSE. Try later"}]}', "still_preparing"),
        ('{"error":[{"label":"EXTRACTION_TOO_BIG: ..."}]}', "extraction_too_big"),
        ("{" * 100_000, "json_broken"),
        (NOTE[:-40], "json_broken"),
        (changed().replace("40.1", "NaN"), "json_broken"),
        (changed().replace("40.1", "1e999"), "not_a_number"),
        (changed().replace("2022", "year-two"), "period_unknown"),
        (changed().replace("NL", "N\\u0000L"), "shape_unknown"),
        ("<!DOCTYPE html><html><body>Maintenance</body></html>", "wrong_type"),
        ("", "json_broken"),
    ],
)
def test_what_is_no_table_is_refused(message, code):
    with pytest.raises(ConnectorError) as caught:
        read(message)
    assert caught.value.code == code


def test_a_page_that_calls_itself_html_is_refused_whatever_it_holds():
    with pytest.raises(ConnectorError) as caught:
        eurostat.read(NOTE.encode(), "text/html; charset=utf-8", **SET)
    assert (caught.value.code, caught.value.params["got"]) == ("wrong_type", "text/html")


def test_a_dataset_without_time_is_refused():
    message = json.loads(NOTE)
    message["id"][2] = "when"
    message["dimension"]["when"] = message["dimension"].pop("time")
    with pytest.raises(ConnectorError) as caught:
        read(message)
    assert (caught.value.code, caught.value.params["column"]) == ("column_missing", "time")


# --- the whole way, over HTTP ---------------------------------------------------------------------


@pytest.fixture
def level(publisher, named):
    return replace(named("eurostat_labour_cost_manufacturing"), base=publisher.url)


def test_facts_of_the_example(publisher, fetcher, json_reply, level):
    publisher.on(PATH, json_reply(NOTE))
    batch = fetch(level, fetcher)
    assert {(fact.keys[0][1], fact.period): fact.value for fact in batch.facts} == {
        ("BEL", "2023"): 47.0,
        ("NLD", "2024"): 45.2,
        ("NLD", "2022"): 40.1,
    }
    assert batch.missing == (("BEL", "2022"), ("BEL", "2024"), ("NLD", "2023"))
    belgium = batch.facts[0]
    raw = batch.raws[0]
    assert belgium.id == "labour_cost_hourly_manufacturing[iso3=BEL]@2023#2026-03-31 release"
    assert (
        belgium.unit,
        belgium.method,
        belgium.status,
        belgium.layer,
        belgium.confidence,
        belgium.ship,
    ) == ("EUR/hour", "measured", "published", "refreshed", "A", "yes")
    assert belgium.note.endswith("; flag p (provisional)")
    assert belgium.locator == "lc_lci_lev: freq=A, geo=BE"
    assert (raw.sha256, "2026-11-21T12:00:00Z") == (belgium.sha256, belgium.retrieved_at)
    assert parse_qs(urlsplit(publisher.asked[0]).query)["nace_r2"] == ["C"]


def test_greece_the_united_kingdom_and_the_union_have_their_own_codes(publisher, fetcher, json_reply, level):
    message = json.loads(NOTE)
    message["size"] = [1, 4, 1]
    message["dimension"]["geo"]["category"]["index"] = ["EL", "UK", "EU27_2020", "EU28"]
    message["dimension"]["time"]["category"]["index"] = ["2024"]
    publisher.on(PATH, json_reply(message | {"value": [1, 2, 3, 4], "status": {}}))
    batch = fetch(level, fetcher)
    assert {fact.keys[0][1]: fact.value for fact in batch.facts} == {"GRC": 1, "GBR": 2, "EU27": 3}
    assert batch.skipped == ("EU28",)


def test_only_the_places_wanted(publisher, fetcher, json_reply, level):
    publisher.on(PATH, json_reply(NOTE))
    batch = fetch(level, fetcher, places=["NLD"])
    assert {"NLD"} == {fact.keys[0][1] for fact in batch.facts}
    assert batch.missing == (("NLD", "2023"),)


def test_only_the_latest_periods(publisher, fetcher, json_reply, level):
    publisher.on(PATH, json_reply(NOTE))
    batch = fetch(replace(level, periods=1), fetcher)
    assert [fact.period for fact in batch.facts] == ["2023", "2024"]


def test_an_answer_in_preparation_is_asked_again_at_the_same_address(
    publisher, fetcher, json_reply, reply, level, waits
):
    asynchronous = reply(
        b'{"error":[{"label":"ASYNCHRONOUS_RESPONSE. Your request is being processed"}]}', 413
    )
    publisher.on(PATH, asynchronous, json_reply('{"warning":{"status":413}}'), json_reply(NOTE))
    assert len(fetch(level, fetcher).facts) == 3
    assert (len(set(publisher.asked)), len(publisher.asked), len(waits)) == (1, 3, 2)


def test_an_answer_that_stays_in_preparation_is_said_so(publisher, fetcher, json_reply, level):
    publisher.on(PATH, json_reply('{"warning":{"status":413}}'))
    with pytest.raises(ConnectorError) as caught:
        fetch(level, fetcher)
    assert (caught.value.code, len(publisher.asked)) == ("still_preparing", 5)


def test_a_refusal_says_what_the_publisher_says(publisher, fetcher, reply, level):
    body = b'{"error":[{"status":400,"id":150,"label":"INVALID_QUERY_DIMENSION nace"}]}'
    publisher.on(PATH, reply(body, 400))
    with pytest.raises(ConnectorError) as caught:
        fetch(level, fetcher)
    assert (caught.value.code, len(publisher.asked)) == ("publisher_error", 1)
    assert "INVALID_QUERY_DIMENSION nace" in str(caught.value)


def cube(places, updated="2026-03-31T11:00:00+0200"):
    return {
        "class": "dataset",
        "id": ["geo", "time"],
        "size": [len(places), 1],
        "updated": updated,
        "dimension": {
            "geo": {"category": {"index": list(places)}},
            "time": {"category": {"index": ["2024"]}},
        },
        "value": {
            str(n): float(len(place) + n) for n, place in enumerate(places) if place in ("NL", "BE", "EL")
        },
    }


def splitting(json_reply, reply, most, updated=lambda places: "2026-03-31T11:00:00+0200"):
    def answer(path):
        places = parse_qs(urlsplit(path).query).get("geo", [])
        if not 0 < len(places) <= most:
            return reply(b"<faultstring>EXTRACTION_TOO_BIG: estimated 7644780 rows</faultstring>", 413)
        return json_reply(cube(places, updated(places)))

    return answer


def test_a_question_that_is_too_big_is_split_by_place(publisher, fetcher, json_reply, reply, level):
    publisher.on(PATH, splitting(json_reply, reply, 3))
    batch = fetch(level, fetcher)
    assert [fact.keys[0][1] for fact in batch.facts] == ["BEL", "GRC", "NLD"]
    asked = [parse_qs(urlsplit(path).query).get("geo", []) for path in publisher.asked]
    in_the_end = [place for places in asked if len(places) <= 3 for place in places]
    assert len(in_the_end) == len(set(in_the_end))
    assert {"NL", "EL", "UK", "EU27_2020", "EA20"} <= set(in_the_end)


def test_splitting_asks_only_for_the_places_wanted(publisher, fetcher, json_reply, reply, level):
    publisher.on(PATH, splitting(json_reply, reply, 1))
    batch = fetch(level, fetcher, places=["NLD", "BEL", "FRA"])
    assert [fact.keys[0][1] for fact in batch.facts] == ["BEL", "NLD"]
    assert {"NL", "BE", "FR"} == {
        place for path in publisher.asked for place in parse_qs(urlsplit(path).query).get("geo", [])
    }


def test_a_question_too_big_for_one_place_fails(publisher, fetcher, json_reply, reply, level):
    publisher.on(PATH, splitting(json_reply, reply, 0))
    with pytest.raises(ConnectorError) as caught:
        fetch(level, fetcher, places=["NLD", "BEL"])
    assert caught.value.code == "extraction_too_big"


def test_parts_of_two_editions_are_not_mixed(publisher, fetcher, json_reply, reply, level):
    def edition(places):
        return "2026-03-31T11:00:00+0200" if "NL" in places else "2026-04-30T11:00:00+0200"

    publisher.on(PATH, splitting(json_reply, reply, 1, edition))
    with pytest.raises(ConnectorError) as caught:
        fetch(level, fetcher, places=["NLD", "BEL"])
    assert (caught.value.code, caught.value.params["what"]) == ("pages_disagree", "updated")


def test_parts_without_any_value_are_an_empty_answer(publisher, fetcher, json_reply, reply, level):
    publisher.on(PATH, splitting(json_reply, reply, 1))
    with pytest.raises(ConnectorError) as caught:
        fetch(level, fetcher, places=["FRA", "ITA"])
    assert caught.value.code == "empty_answer"


def wider(name, codes):
    message = json.loads(NOTE)
    message["id"].insert(0, name)
    message["size"].insert(0, len(codes))
    message["dimension"][name] = {"category": {"index": codes}}
    message["value"] = [float(place) for place in range(6 * len(codes))]
    return message | {"status": {}}


def test_two_series_in_one_answer_are_refused(publisher, fetcher, json_reply, level):
    publisher.on(PATH, json_reply(wider("nace_r2", ["B-E", "C"])))
    with pytest.raises(ConnectorError) as caught:
        fetch(level, fetcher)
    assert (caught.value.code, caught.value.params["dimension"]) == ("ambiguous", "nace_r2")


@pytest.fixture
def index(publisher, named):
    """The index itself: of the base years that are published, the last."""
    growth = named("eurostat_labour_cost_growth")
    chosen = (("unit", "I[0-9][0-9]"),)
    return replace(growth, base=publisher.url, select=chosen, query="nace_r2=C", unit="index")


def test_a_selected_dimension_keeps_its_latest_edition(publisher, fetcher, json_reply, index):
    publisher.on("/data/lc_lci_r2_q", json_reply(wider("unit", ["I16", "I20", "PCH_SM"])))
    batch = fetch(index, fetcher)
    assert {fact.keys[0][1]: fact.value for fact in batch.facts} == {"NLD": 8.0, "BEL": 11.0}
    assert all("unit=I20" in fact.locator for fact in batch.facts)


def test_a_selection_that_fits_nothing_is_an_empty_answer(publisher, fetcher, json_reply, index):
    publisher.on("/data/lc_lci_r2_q", json_reply(wider("unit", ["PCH_SM", "PCH_PRE"])))
    with pytest.raises(ConnectorError) as caught:
        fetch(index, fetcher)
    assert caught.value.code == "empty_answer"


@pytest.mark.parametrize(
    ("periods", "latest"),
    [
        (["2024-Q4", "2025-Q1", "2024-Q2"], "2025-Q1"),
        (["2024-04", "2024-10", "2024-02"], "2024-10"),
        (["2024-S1", "2023-S2", "2024-S2"], "2024-S2"),
        (["2024M09", "2024M10", "2024M08"], "2024-10"),
    ],
)
def test_the_latest_period_is_the_one_that_ends_last(publisher, fetcher, json_reply, level, periods, latest):
    message = json.loads(NOTE)
    message["dimension"]["time"]["category"]["index"] = periods
    message["value"] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    publisher.on(PATH, json_reply(message | {"status": {}}))
    batch = fetch(replace(level, periods=1), fetcher)
    assert {latest} == {fact.period for fact in batch.facts}


def test_halves_and_quarters_are_read(publisher, fetcher, json_reply, named):
    message = json.loads(NOTE)
    message["dimension"]["time"]["category"]["index"] = {"2024-S1": 0, "2024-S2": 1, "2025S1": 2}
    publisher.on("/data/nrg_pc_205", json_reply(message))
    power = replace(named("eurostat_electricity"), base=publisher.url)
    assert {"2024-S1", "2024-S2", "2025-S1"} == {fact.period for fact in fetch(power, fetcher).facts}
