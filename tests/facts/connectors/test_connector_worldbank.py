"""The World Bank: answers in two elements and in pages, errors inside a 200."""

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from thuishaven.facts.connectors import ConnectorError, fetch, worldbank

# The literal texts of the method note.
NOTE = """
[{"page":1,"pages":1,"lastupdated":"2026-07-01"},
 [{"indicator":{"id":"PV.EST"},"country":{"id":"NL"},"countryiso3code":"NLD","date":"2023","value":0.66}]]
"""
ERROR = (
    '[{"message":[{"id":"120","key":"Invalid value","value":"The provided parameter value is not valid"}]}]'
)
PATH = "/country/all/indicator/PV.EST"


def row(iso3, value, date="2023", indicator="PV.EST", country=None):
    place = {"id": country or iso3[:2], "value": iso3}
    return {
        "indicator": {"id": indicator},
        "country": place,
        "countryiso3code": "" if country else iso3,
        "date": date,
        "value": value,
    }


def page(rows, number=1, pages=1, **head):
    return [{"page": number, "pages": pages, "lastupdated": "2026-07-01", **head}, rows]


@pytest.fixture
def stability(publisher, named):
    return replace(named("worldbank_political_stability"), base=publisher.url)


def refused(connector, fetcher):
    with pytest.raises(ConnectorError) as caught:
        fetch(connector, fetcher)
    return caught.value


def test_the_example_of_the_note(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(NOTE))
    (fact,) = fetch(stability, fetcher).facts
    assert fact.id == "wgi_political_stability[iso3=NLD]@2023#2026-07-01 release"
    assert (fact.value, fact.locator) == (0.66, "PV.EST: country=NLD, indicator=PV.EST")
    assert parse_qs(urlsplit(publisher.asked[0]).query) == {
        "format": ["json"],
        "per_page": ["400"],
        "mrnev": ["1"],
    }


def test_an_error_inside_a_200_is_an_error(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(ERROR))
    error = refused(stability, fetcher)
    assert (error.code, len(publisher.asked)) == ("publisher_error", 1)
    assert error.params["message"].startswith("120 Invalid value")


def by_page(json_reply, pages):
    def answer(path):
        number = int(parse_qs(urlsplit(path).query).get("page", ["1"])[0])
        return json_reply(pages[number - 1])

    return answer


def test_all_pages_are_walked(publisher, fetcher, json_reply, stability):
    pages = [page([row("NLD", 0.66)], 1, 3), page([row("BEL", 0.5)], "2", "3"), page([row("POL", 0.4)], 3, 3)]
    publisher.on(PATH, by_page(json_reply, pages))
    batch = fetch(stability, fetcher)
    assert {fact.keys[0][1]: fact.value for fact in batch.facts} == {"NLD": 0.66, "BEL": 0.5, "POL": 0.4}
    assert 3 == len({fact.sha256 for fact in batch.facts}) == len(batch.raws)


def test_a_line_that_breaks_on_page_2_is_taken_up_again(
    publisher, fetcher, json_reply, reply, stability, waits
):
    second = json.dumps(page([row("BEL", 0.5)], 2, 2)).encode()
    publisher.on(
        PATH,
        json_reply(page([row("NLD", 0.66)], 1, 2)),
        reply(second[:60], headers={"Content-Type": "application/json"}, trouble="drop"),
        reply(second[:60], headers={"Content-Type": "application/json"}),
        reply(second, headers={"Content-Type": "application/json"}),
    )
    assert {"NLD", "BEL"} == {fact.keys[0][1] for fact in fetch(stability, fetcher).facts}
    assert len(waits) == 2


def test_a_page_2_that_never_comes_whole_leaves_nothing(publisher, fetcher, json_reply, reply, stability):
    broken = reply(b'[{"page":2,', headers={"Content-Type": "application/json"}, trouble="drop")
    publisher.on(PATH, json_reply(page([row("NLD", 0.66)], 1, 2)), broken)
    error = refused(stability, fetcher)
    assert (
        error.code,
        error.params["reason"],
        len(publisher.asked),
    ) == ("connection", "RemoteProtocolError", 6)


@pytest.mark.parametrize(
    ("second", "code", "what"),
    [
        (page([row("BEL", 0.5)], 2, 2, lastupdated="2026-09-30"), "pages_disagree", "lastupdated"),
        (page([row("BEL", 0.5)], 1, 2), "pages_disagree", "page"),
        (page([row("BEL", 0.5)], 2, 3), "pages_disagree", "pages"),
        (page([row("BEL", 0.5)], 2, 2, total=7), "pages_disagree", "total"),
        (page([], 2, 2), "empty_answer", None),
        (page(None, 2, 2), "empty_answer", None),
        (json.loads(ERROR), "publisher_error", None),
    ],
)
def test_pages_that_disagree_leave_nothing(publisher, fetcher, json_reply, stability, second, code, what):
    publisher.on(PATH, by_page(json_reply, [page([row("NLD", 0.66)], 1, 2), second]))
    error = refused(stability, fetcher)
    assert (code, what) == (error.code, error.params.get("what"))


def test_rows_that_went_missing_are_noticed(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", 0.66)], total=2)))
    assert (refused(stability, fetcher).code, "total") == ("pages_disagree", "total")


def test_a_million_pages_are_not_walked(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", 0.66)], 1, 1_000_000)))
    assert (refused(stability, fetcher).code, len(publisher.asked)) == ("shape_unknown", 1)


def test_null_stays_missing(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", 0.66), row("BEL", None)])))
    batch = fetch(stability, fetcher)
    assert ([fact.keys[0][1] for fact in batch.facts], batch.missing) == (["NLD"], (("BEL", "2023"),))


def test_nothing_but_nulls_is_an_empty_answer(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", None)])))
    assert refused(stability, fetcher).code == "empty_answer"


def test_regions_are_left_out_and_aggregates_kept(publisher, fetcher, json_reply, stability):
    rows = [row("WLD", 1.0), row("EUU", 2.0), row("ARB", 3.0), row("NLD", 4.0), row("", 5.0, country="1A")]
    publisher.on(PATH, json_reply(page(rows)))
    batch = fetch(stability, fetcher)
    assert {fact.keys[0][1]: fact.value for fact in batch.facts} == {"WLD": 1.0, "EU27": 2.0, "NLD": 4.0}
    assert batch.skipped == ("1A", "ARB")


def test_a_row_that_has_its_iso3_code_elsewhere(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("", 0.5, country="BEL")])))
    assert [fact.keys[0][1] for fact in fetch(stability, fetcher).facts] == ["BEL"]


def test_another_indicator_than_asked_is_left_out(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", 9.0, indicator="RL.EST")])))
    assert refused(stability, fetcher).code == "empty_answer"


def test_two_values_for_one_cell_are_refused(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", 0.5), row("NLD", 0.6)])))
    assert refused(stability, fetcher).code == "ambiguous"


def test_a_forecast_is_said_to_be_one(publisher, fetcher, json_reply, stability):
    publisher.on(PATH, json_reply(page([row("NLD", 0.5) | {"obs_status": "F"}])))
    assert fetch(stability, fetcher).facts[0].note.endswith("flag F (forecast)")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "shape_unknown"),
        ("[]", "shape_unknown"),
        ("[1,2,3]", "shape_unknown"),
        ("[{},{}]", "shape_unknown"),
        ('[{"page":1},[]]', "shape_unknown"),
        ('[{"page":"one","pages":1},[]]', "shape_unknown"),
        ('[{"page":true,"pages":1},[]]', "shape_unknown"),
        ('[{"page":1,"pages":1},{"a":1}]', "shape_unknown"),
        ('[{"page":1,"pages":1},[1]]', "shape_unknown"),
        ('[{"page":1,"pages":1},[{"country":{"id":"NL"}}]]', "shape_unknown"),
        ('[{"message":"stop"}]', "publisher_error"),
        (NOTE.replace("0.66", '"high"'), "not_a_number"),
        (NOTE.replace("2023", "20x3"), "period_unknown"),
        (NOTE.replace('"NLD"', '["NLD"]'), "shape_unknown"),
        (NOTE[:100], "json_broken"),
        ("<html></html>", "wrong_type"),
    ],
)
def test_what_is_no_page_is_refused(text, code):
    with pytest.raises(ConnectorError) as caught:
        worldbank.read_page(text.encode(), "application/json", dataset="d", url="u")
    assert caught.value.code == code


def test_all_six_governance_indicators_are_asked_for(named):
    names = ["political_stability", "government_effectiveness", "regulatory_quality", "rule_of_law"]
    names += ["control_of_corruption", "voice_accountability"]
    found = [named(f"worldbank_{name}") for name in names]
    datasets = ["PV.EST", "GE.EST", "RQ.EST", "RL.EST", "CC.EST", "VA.EST"]
    assert datasets == [connector.dataset for connector in found]
