"""Propose, look, accept, use: nothing changes before, and afterwards the refreshed value stands above."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from thuishaven.facts import Fact, FactSet, bundled
from thuishaven.facts.check import check
from thuishaven.facts.connectors import (
    ConnectorError,
    Proposal,
    accept,
    connectors,
    data_folder,
    load_refreshed,
    propose,
    with_refreshed,
)

LEVEL = "/data/lc_lci_lev"
STABILITY = "/country/all/indicator/PV.EST"
TODAY = date(2026, 11, 21)
LABOUR = "labour_cost_hourly_manufacturing"


def fact(
    parameter, value, period, vintage="2024-03 release", unit="EUR/hour", key="iso3", place="NLD", **more
):
    return Fact(
        **{
            "parameter": parameter,
            "keys": ((key, place),),
            "value": value,
            "low": None,
            "high": None,
            "text": "",
            "unit": unit,
            "period": period,
            "vintage": vintage,
            "source_id": "eurostat-lc-lci-lev",
            "locator": "",
            "method": "measured",
            "licence": "l",
            "ship": "yes",
            "confidence": "C",
            "status": "published",
            "note": "",
            **more,
        }
    )


@pytest.fixture(scope="module")
def nothing_known():
    store = bundled()
    return FactSet((), parameters=store.parameters, sources=store.sources, widths=store.widths)


@pytest.fixture
def known(nothing_known):
    def having(*facts):
        return nothing_known.with_facts(facts, layer="bundled")

    return having


def cube(values, updated="2026-03-31T11:00:00+0200", periods=("2022", "2023", "2024")):
    """A JSON-stat answer with the values of each place."""
    places = list(values)
    return {
        "class": "dataset",
        "id": ["geo", "time"],
        "size": [len(places), len(periods)],
        "updated": updated,
        "dimension": {
            "geo": {"category": {"index": places}},
            "time": {"category": {"index": list(periods)}},
        },
        "value": [value for place in places for value in values[place]],
    }


@pytest.fixture
def ask(publisher, fetcher):
    """Propose out of the publisher on 127.0.0.1."""

    def refresh(factset, *sources, **more):
        bases = dict.fromkeys(("eurostat", "worldbank", "oecd", "ecb"), publisher.url)
        return propose(factset, sources or None, fetcher=fetcher, bases=bases, **more)

    return refresh


@pytest.fixture
def level(publisher, json_reply):
    def serve(values, **more):
        publisher.on(LEVEL, json_reply(cube(values, **more)))

    return serve


MANUFACTURING = "eurostat_labour_cost_manufacturing"


def kinds(proposal):
    return {(change.fact.keys[0][1], change.fact.period): change.kind for change in proposal.changes}


def test_the_round_trip_ends_with_the_refreshed_value_on_top(level, ask, tmp_path):
    before = bundled()
    level({"NL": [43.0, 45.9, 47.1]})
    old = before.get(LABOUR, on=TODAY, iso3="NLD")
    proposal = ask(before, MANUFACTURING)
    assert old == before.get(LABOUR, on=TODAY, iso3="NLD")
    assert load_refreshed(tmp_path / "store") == []

    proposal.save(tmp_path / "proposal.json")
    accepted = accept(Proposal.load(tmp_path / "proposal.json"), tmp_path / "store")
    refreshed = load_refreshed(tmp_path / "store")
    assert (accepted.added, len(refreshed), accepted.left) == (3, 3, ())

    after = with_refreshed(bundled(), tmp_path / "store")
    answer = after.get(LABOUR, on=TODAY, iso3="NLD")
    assert (answer.value, answer.fact.period, answer.fact.layer) == (47.1, "2024", "refreshed")
    assert f"{LABOUR}[iso3=NLD]@2024#2026-03-31 release" == answer.fact.id
    assert answer.fallbacks == ()
    assert answer.value != old.value
    assert after.source(answer.fact.source_id).publisher == "Eurostat"
    assert before.digest != after.digest
    assert answer.value == bundled().with_facts(refreshed, layer="refreshed").get(LABOUR, iso3="NLD").value


def test_a_users_own_record_still_wins(level, ask, tmp_path):
    level({"NL": [43.0, 45.9, 47.1]})
    accept(ask(bundled(), MANUFACTURING), tmp_path)
    mine = fact(LABOUR, 50.0, "2023", vintage="", source_id="me")
    answer = with_refreshed(bundled(), tmp_path).with_facts([mine]).get(LABOUR, on=TODAY, iso3="NLD")
    assert (answer.value, answer.fact.layer) == (50.0, "user")
    assert f"{LABOUR}[iso3=NLD]@2024#2026-03-31 release" == answer.newer_official


def test_a_hindcast_does_not_see_the_later_release(level, ask, tmp_path, known):
    level({"NL": [None, None, 47.1]})
    store = known(fact(LABOUR, 45.0, "2024", vintage="2025-03 release"))
    accept(ask(store, MANUFACTURING), tmp_path)
    after = with_refreshed(store, tmp_path)
    values = [after.get(LABOUR, TODAY, day, iso3="NLD").value for day in (date(2025, 12, 1), TODAY)]
    assert values == [45.0, 47.1]


def test_kinds_of_change(level, ask, known):
    store = known(
        fact(LABOUR, 40.0, "2022"),
        fact(LABOUR, 44.0, "2023", place="BEL"),
        fact(LABOUR, 30.0, "2024", place="FRA"),
        fact(LABOUR, 20.0, "2024", place="POL", status="unverified"),
        fact(LABOUR, 25.0, "2024", place="ITA", vintage="2026-09 release"),
    )
    level(
        {
            "NL": [40.0, 41.0, 42.0],  # 2022 as it was, two newer years
            "BE": [43.0, 44.5, 46.0],  # a year before ours, a revision, a newer year
            "FR": [None, None, 30.0 * (1 + 1e-12)],  # the same
            "PL": [None, None, 20.0],  # what was unverified proves right
            "IT": [None, None, 26.0],  # an earlier edition than ours
            "ES": [None, None, 24.0],  # nothing was known
        }
    )
    proposal = ask(store, MANUFACTURING, places=["NLD", "BEL", "FRA", "POL", "ITA", "ESP"])
    assert kinds(proposal) == {
        ("NLD", "2023"): "newer",
        ("NLD", "2024"): "newer",
        ("BEL", "2023"): "revised",
        ("BEL", "2024"): "newer",
        ("POL", "2024"): "confirmed",
        ("ESP", "2024"): "new",
    }
    (asked,) = proposal.asked
    assert (asked.proposed, asked.unchanged, asked.older, len(asked.missing)) == (6, 2, 2, 8)


def test_a_change_tells_old_new_percent_source_and_vintage(level, ask, known):
    level({"NL": [None, None, 42.0]})
    (change,) = ask(known(fact(LABOUR, 40.0, "2023")), MANUFACTURING).changes
    assert (
        change.old_value,
        change.new_value,
        change.unit,
        change.change_kind,
    ) == (40.0, 42.0, "EUR/h", "percent")
    assert change.change == pytest.approx(5.0, rel=1e-12)
    assert (f"{LABOUR}[iso3=NLD]@2023#2024-03 release", "eurostat-lc-lci-lev") == (
        change.old_id,
        change.old_source,
    )
    assert (change.fact.vintage, change.flags) == ("2026-03-31 release", ())


def test_values_are_compared_in_the_canonical_unit(publisher, json_reply, ask, known):
    old = fact("electricity_price_non_household", 20.0, "2024-S1", unit="EUR cents/kWh")
    publisher.on("/data/nrg_pc_205", json_reply(cube({"NL": [0.2, 0.21]}, periods=("2024-S1", "2024-S2"))))
    (change,) = ask(known(old), "eurostat_electricity").changes
    assert (round(change.old_value, 12), change.new_value) == (0.2, 0.21)


@pytest.mark.parametrize(
    ("old", "new", "period", "flags"),
    [
        (40.0, 47.9, "2024", ()),
        (40.0, 48.1, "2024", ("jump",)),
        (40.0, 31.9, "2024", ("jump",)),
        (30.0, 47.9, "2020", ()),  # five years of at most 20 percent
        (40.0, 500.0, "2024", ("jump", "outside_plausible_range")),
        (40.0, -3.0, "2024", ("jump", "outside_plausible_range", "outside_hard_bounds")),
    ],
)
def test_a_jump_is_for_a_person(level, ask, known, tmp_path, old, new, period, flags):
    before = str(int(period) - 1) if period == "2024" else "2019"
    level({"NL": [None, None, new]})
    store = known(fact(LABOUR, old, before))
    proposal = ask(store, MANUFACTURING)
    (change,) = proposal.changes
    assert flags == change.flags
    assert bool(flags) == change.needs_a_person == bool(proposal.for_a_person)
    accepted = accept(proposal, tmp_path)
    assert ((0, (change,)) if flags else (1, ())) == (accepted.added, accepted.left)
    approved = accept(proposal, tmp_path, approved=[change.id])
    assert (0 if "outside_hard_bounds" in flags else 1) == approved.added


def test_a_period_that_has_not_begun_is_for_a_person(level, ask, known):
    level({"NL": [None, 41.0, 42.0]}, periods=("2025", "2026", "2027"))
    flags = {
        change.fact.period: change.flags
        for change in ask(known(fact(LABOUR, 40.0, "2024")), MANUFACTURING).changes
    }
    assert flags == {"2026": (), "2027": ("future_period", "overruled")}


def test_a_record_that_would_not_be_the_answer_is_said_so(level, ask, known):
    """An assumption that holds from 2025 answers before a statistic over 2024."""
    level({"NL": [None, None, 42.0]})
    store = known(fact(LABOUR, 38.0, "2025", status="assumption", method="assumption"))
    (change,) = ask(store, MANUFACTURING).changes
    assert (change.flags, change.needs_a_person) == (("overruled",), False)


def stability(values, updated="2026-09-30"):
    rows = [
        {
            "indicator": {"id": "PV.EST"},
            "country": {"id": iso3[:2]},
            "countryiso3code": iso3,
            "date": "2023",
            "value": value,
        }
        for iso3, value in values.items()
    ]
    return [{"page": 1, "pages": 1, "lastupdated": updated}, rows]


def governance(place, value):
    more = {"unit": "WGI estimate (about -2.5 to 2.5)", "place": place}
    return fact("wgi_political_stability", value, "2023", "2024 update (series to 2023)", **more)


def test_editions_are_never_blended(publisher, json_reply, ask, known, tmp_path):
    """The 2025 edition recalculated the past: France 0.35 or -0.02, Ukraine -1.43 or -0.55."""
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.70, "UKR": -0.55})))
    store = known(governance("NLD", 0.66), governance("UKR", -1.43))
    proposal = ask(store, "worldbank_political_stability")
    assert {one.fact.keys[0][1]: one.flags for one in proposal.changes} == {"NLD": (), "UKR": ("jump",)}
    accepted = accept(proposal, tmp_path)
    assert (accepted.added, len(accepted.left), load_refreshed(tmp_path)) == (0, 2, [])
    accepted = accept(proposal, tmp_path, approved=[one.id for one in proposal.for_a_person])
    assert (accepted.added, accepted.left) == (2, ())
    after = with_refreshed(store, tmp_path)
    assert [after.get("wgi_political_stability", iso3=one).value for one in ("NLD", "UKR")] == [0.70, -0.55]


def test_the_unchanged_records_of_a_new_edition_come_along(publisher, json_reply, ask, known, tmp_path):
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.66, "UKR": -1.40})))
    store = known(governance("NLD", 0.66), governance("UKR", -1.43), governance("TWN", 0.9))
    proposal = ask(store, "worldbank_political_stability")
    found = {one.fact.keys[0][1]: (one.kind, one.together) for one in proposal.changes}
    assert found == {"NLD": ("unchanged", ""), "UKR": ("revised", "")}
    accept(proposal, tmp_path)
    after = with_refreshed(store, tmp_path)
    assert {"2026-09-30 release"} == {one.vintage for one in after.find("wgi_political_stability")}
    assert "TWN" not in {one.keys[0][1] for one in after.find("wgi_political_stability")}


def test_an_edition_without_changes_is_not_proposed(publisher, json_reply, ask, known):
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.66})))
    proposal = ask(known(governance("NLD", 0.66)), "worldbank_political_stability")
    assert (proposal.changes, proposal.asked[0].unchanged) == ((), 1)


def test_asking_for_one_country_brings_its_whole_edition(publisher, json_reply, ask, known):
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.67, "UKR": -1.42, "FRA": 0.3})))
    store = known(governance("NLD", 0.66), governance("UKR", -1.43))
    proposal = ask(store, "worldbank_political_stability", places=["NLD"])
    assert {"NLD", "UKR"} == {one.fact.keys[0][1] for one in proposal.changes}


def inflation(values):
    rows = [
        {
            "indicator": {"id": "FP.CPI.TOTL.ZG"},
            "country": {"id": iso3[:2]},
            "countryiso3code": iso3,
            "date": year,
            "value": value,
        }
        for (iso3, year), value in values.items()
    ]
    return [{"page": 1, "pages": 1, "lastupdated": "2026-07-01"}, rows]


def test_within_a_period_too_editions_are_not_blended(publisher, json_reply, ask, known, tmp_path):
    def old(place, value, year):
        return fact("inflation_cpi", value, year, "WDI 2025", "percent/yr", place=place)

    store = known(old("NLD", 3.3, "2024"), old("BEL", 3.1, "2024"), old("BEL", 4.1, "2023"))
    answer = inflation(
        {("NLD", "2024"): 3.4, ("BEL", "2024"): 3.1, ("NLD", "2025"): 3.0, ("BEL", "2025"): 29.0}
    )
    publisher.on("/country/all/indicator/FP.CPI.TOTL.ZG", json_reply(answer))
    everything = [replace(one, periods=2) for one in connectors() if one.name == "worldbank_inflation"]
    proposal = ask(store, table=everything)
    found = {(one.fact.keys[0][1], one.fact.period): (one.kind, one.together) for one in proposal.changes}
    assert found == {
        ("BEL", "2024"): ("unchanged", "2024"),
        ("NLD", "2024"): ("revised", "2024"),
        ("BEL", "2025"): ("newer", "2025"),
        ("NLD", "2025"): ("newer", "2025"),
    }
    accepted = accept(proposal, tmp_path)
    assert {"2025"} == {one.fact.period for one in accepted.left}
    after = with_refreshed(store, tmp_path)
    assert [(one.period, one.vintage) for one in after.find("inflation_cpi", iso3="BEL")] == [
        ("2023", "WDI 2025"),
        ("2024", "2026-07-01 release"),
    ]


def test_a_newer_package_replaces_what_was_accepted_from_an_older_edition(
    publisher, json_reply, ask, known, tmp_path
):
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.7})))
    accept(ask(known(governance("NLD", 0.66)), "worldbank_political_stability"), tmp_path)
    later = known(replace(governance("NLD", 0.6), vintage="2027 update"))
    assert with_refreshed(later, tmp_path).get("wgi_political_stability", iso3="NLD").value == 0.6


def test_an_edition_older_than_ours_is_said_to_be_overruled(publisher, json_reply, ask, known):
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.7, "UKR": -1.2}, updated="2023-01-01")))
    store = known(governance("NLD", 0.66))
    proposal = ask(store, "worldbank_political_stability", places=["NLD", "UKR"])
    assert {one.fact.keys[0][1]: (one.kind, one.flags) for one in proposal.changes} == {
        "NLD": ("older", ("overruled",)),
        "UKR": ("new", ("overruled",)),
    }


def test_the_refreshed_set_passes_the_lint_of_the_store(publisher, json_reply, ask, level, tmp_path):
    """Governance and labour cost of every country we know, refreshed over the bundled tables."""
    before = bundled()
    old = {one.keys[0][1]: one.value for one in before.find("wgi_political_stability") if one.vintage}
    countries = {place: round(value + 0.01, 4) for place, value in old.items() if len(place) == 3}
    publisher.on(STABILITY, json_reply(stability(countries)))
    level({"NL": [43.0, 45.9, 47.1]})
    proposal = ask(before, MANUFACTURING, "worldbank_political_stability")
    assert proposal.failures == ()
    accepted = accept(proposal, tmp_path, approved=[one.id for one in proposal.changes])
    assert accepted.added == len(countries) + 3
    problems = {(problem.code, problem.fact_id) for problem in check(before) if problem.severity == "error"}
    after = check(with_refreshed(before, tmp_path))
    assert {(problem.code, problem.fact_id) for problem in after if problem.severity == "error"} <= problems


def test_differences_are_used_where_a_percentage_says_nothing(publisher, json_reply, ask, known):
    publisher.on(STABILITY, json_reply(stability({"NLD": 0.1})))
    (change,) = ask(known(governance("NLD", -0.1)), "worldbank_political_stability").changes
    assert (change.change_kind, change.change) == ("difference", 0.2)


def test_one_publisher_that_fails_leaves_the_others_alone(publisher, json_reply, reply, ask, known, level):
    level({"NL": [None, None, 42.0]})
    publisher.on(STABILITY, json_reply([{"message": [{"id": "120", "value": "no"}]}]))
    publisher.on("/eurofxref-hist.zip", reply(b"<html>", headers={"Content-Type": "text/html"}))
    said = []
    names = (MANUFACTURING, "worldbank_political_stability", "ecb_rate")
    proposal = ask(known(fact(LABOUR, 40.0, "2023")), *names, progress=said.append)
    assert [asked.connector for asked in proposal.asked] == [MANUFACTURING]
    assert [(failure.connector, failure.code) for failure in proposal.failures] == [
        ("worldbank_political_stability", "publisher_error"),
        ("ecb_rate", "wrong_type"),
    ]
    assert "120 no" in str(proposal.failures[0])
    assert list(names) == said


def test_every_connector_fails_gently_when_nobody_answers(publisher, ask):
    proposal = ask(bundled())
    assert {connector.name for connector in connectors()} == {
        failure.connector for failure in proposal.failures
    }
    assert {"not_found"} == {failure.code for failure in proposal.failures}


def test_a_parameter_that_is_not_registered_is_not_asked(publisher, ask, named):
    stranger = replace(named(MANUFACTURING), parameter="labour_cost_on_mars")
    (failure,) = ask(bundled(), table=[stranger]).failures
    assert (failure.code, publisher.asked) == ("parameter_unknown", [])


def test_a_unit_that_does_not_fit_is_refused(level, ask, known, named):
    level({"NL": [None, None, 42.0]})
    wrong = replace(named(MANUFACTURING), unit="km")
    (failure,) = ask(known(fact(LABOUR, 40.0, "2023")), table=[wrong]).failures
    assert (failure.code, failure.params["unit"]) == ("unit_unknown", "km")


def test_only_places_we_know_are_taken_unless_asked_otherwise(level, ask, known):
    level({"NL": [None, None, 42.0], "AL": [None, None, 4.0]})
    store = known(fact(LABOUR, 40.0, "2023"))
    assert {("NLD", "2024")} == set(kinds(ask(store, MANUFACTURING)))
    assert {("ALB", "2024")} == set(kinds(ask(store, MANUFACTURING, places=["ALB"])))


def test_a_saved_proposal_is_the_same_proposal(publisher, json_reply, level, ask, known, tmp_path):
    level({"NL": [None, 41.0, 90.0]})
    publisher.on(STABILITY, json_reply([{"message": "no"}]))
    proposal = ask(known(fact(LABOUR, 40.0, "2022")), MANUFACTURING, "worldbank_political_stability")
    path = tmp_path / "proposal.json"
    proposal.save(path)
    assert proposal == Proposal.load(path)
    plain = json.loads(path.read_text(encoding="utf-8"))
    assert plain["schema"] == "thuishaven.facts.proposal/1"
    assert [change.id for change in proposal.changes] == [change["id"] for change in plain["changes"]]
    assert plain["changes"][0]["fact"]["keys"] == {"iso3": "NLD"}


def test_a_proposal_can_be_looked_at_as_a_table(level, ask, known, tmp_path):
    level({"NL": [None, None, 90.0]})
    ask(known(fact(LABOUR, 40.0, "2023")), MANUFACTURING).save(tmp_path / "proposal.csv")
    header, row = (tmp_path / "proposal.csv").read_text(encoding="utf-8").splitlines()
    found = dict(zip(header.split(","), row.split(","), strict=False))
    assert tuple(
        found[name]
        for name in ("kind", "old_value", "new_value", "change", "change_kind", "flags", "vintage")
    ) == ("newer", "40.0", "90.0", "125.0", "percent", "jump", "2026-03-31 release")


def spoil(plain, *path, to):
    target = plain
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = to


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("schema",), "other/1"),
        (("changes",), None),
        (("changes", 0, "fact", "value"), "47"),
        (("changes", 0, "fact", "value"), float("inf")),
        (("changes", 0, "fact", "value"), 10**400),
        (("changes", 0, "fact", "value"), True),
        (("changes", 0, "fact", "layer"), "user"),
        (("changes", 0, "fact", "status"), "true"),
        (("changes", 0, "fact", "period"), "whenever"),
        (("changes", 0, "fact", "keys"), [["iso3", "NLD"]]),
        (("changes", 0, "fact", "keys"), {"iso3": 1}),
        (("changes", 0, "fact", "extra"), "x"),
        (("changes", 0, "fact", "note"), None),
        (("changes", 0, "id"), "another"),
        (("asked", 0, "raws"), [{}]),
        (("failures",), [{"connector": "x"}]),
    ],
)
def test_a_spoilt_proposal_is_not_read(level, ask, known, tmp_path, path, to):
    level({"NL": [None, None, 42.0]})
    plain = ask(known(fact(LABOUR, 40.0, "2023")), MANUFACTURING).to_dict()
    spoil(plain, *path, to=to)
    file = tmp_path / "proposal.json"
    file.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(ConnectorError) as caught:
        Proposal.load(file)
    assert caught.value.code == "proposal_unreadable"


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "\x00", "[" * 100_000])
def test_what_is_no_proposal_is_not_read(tmp_path, text):
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConnectorError) as caught:
        Proposal.load(tmp_path / "p.json")
    assert caught.value.code == "proposal_unreadable"


def test_accepting_twice_keeps_what_was_there(level, ask, known, tmp_path):
    store = known(fact(LABOUR, 40.0, "2022"))
    level({"NL": [None, 41.0, None]})
    accept(ask(store, MANUFACTURING), tmp_path)
    level({"NL": [None, 41.5, 42.0]}, updated="2026-06-30T11:00:00+0200")
    second = ask(with_refreshed(store, tmp_path), MANUFACTURING)
    assert kinds(second) == {("NLD", "2023"): "revised", ("NLD", "2024"): "newer"}
    accept(second, tmp_path)
    accept(second, tmp_path)
    ids = [one.id for one in load_refreshed(tmp_path)]
    prefix = f"{LABOUR}[iso3=NLD]@"
    assert [
        prefix + "2023#2026-03-31 release",
        prefix + "2023#2026-06-30 release",
        prefix + "2024#2026-06-30 release",
    ] == ids
    again = ask(with_refreshed(store, tmp_path), MANUFACTURING)
    assert (again.changes, again.asked[0].unchanged) == ((), 2)


def test_the_accepted_proposal_is_kept_beside_the_layer(level, ask, known, tmp_path):
    level({"NL": [None, None, 42.0]})
    proposal = ask(known(fact(LABOUR, 40.0, "2023")), MANUFACTURING)
    accept(proposal, tmp_path)
    assert proposal == Proposal.load(tmp_path / "accepted" / "20261121T120000Z.json")


def test_the_raw_answer_can_be_found_from_the_record(level, ask, fetcher, tmp_path):
    level({"NL": [43.0, 45.9, 47.1]})
    accept(ask(bundled(), MANUFACTURING), tmp_path / "store")
    (latest,) = [one for one in load_refreshed(tmp_path / "store") if one.period == "2024"]
    assert cube({"NL": [43.0, 45.9, 47.1]}) == json.loads(fetcher.cache.read(latest.sha256))
    assert latest.retrieved_at == "2026-11-21T12:00:00Z"


def test_a_layer_is_read_back_to_the_last_digit(level, ask, known, tmp_path):
    value = 40.1 + 1 / 3
    level({"NL": [None, None, value]})
    proposal = ask(known(fact(LABOUR, 40.0, "2023")), MANUFACTURING)
    accept(proposal, tmp_path)
    assert [change.fact for change in proposal.changes] == load_refreshed(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("parameter,keys", "name,keys", "1"),
        (",42.0,", ",many,", "2"),
        (",42.0,", ",nan,", "2"),
        (",refreshed,", ",user,", "2"),
        (",2024,", ",then,", "2"),
        (",published,", ",sure,", "2"),
    ],
)
def test_a_spoilt_layer_is_named_by_line(level, ask, known, tmp_path, old, new, line):
    level({"NL": [None, None, 42.0]})
    path = accept(ask(known(fact(LABOUR, 40.0, "2023")), MANUFACTURING), tmp_path).path
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConnectorError) as caught:
        load_refreshed(tmp_path)
    assert ("store_unreadable", line) == (caught.value.code, caught.value.params["line"])


def test_nothing_accepted_leaves_the_facts_as_they_are(tmp_path):
    assert with_refreshed(bundled(), tmp_path) is bundled()
    assert list(tmp_path.iterdir()) == []


def test_where_the_data_lives(monkeypatch, tmp_path):
    assert Path("elsewhere") == data_folder({"THUISHAVEN_DATA": "elsewhere"})
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tmp_path / ".local" / "share" / "thuishaven" == data_folder({})
    monkeypatch.setenv("THUISHAVEN_DATA", str(tmp_path / "there"))
    assert tmp_path / "there" == data_folder()


def test_a_cache_or_a_fetcher_is_needed():
    with pytest.raises(ValueError, match="cache_dir or fetcher"):
        propose(bundled())


def test_with_its_own_fetcher_an_hour_old_answer_is_used_again(
    publisher, client, reply, known, tmp_path, zipped
):
    """Two connectors read the same file of the European Central Bank: it is asked for once."""
    rates = "Date,USD,\n2026-10-30,1.1,\n2025-12-31,1.2,\n2025-01-02,1.0,\n"
    publisher.on("/eurofxref-hist.zip", reply(zipped(rates)))
    store = known(fact("fx_rate", 0.9, "2025-01-02", "", "EUR/unit", "currency", "USD"))
    proposal = propose(store, ["ecb"], tmp_path, client=client, bases={"ecb": publisher.url})
    assert {change.fact.parameter: change.fact.value for change in proposal.changes} == {
        "fx_rate": 1 / 1.1,
        "fx_rate_avg": 1.1,
    }
    assert len(publisher.asked) == 1
