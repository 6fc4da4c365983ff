"""The bundled tables: complete, licensed, plausible; and what the lint says of broken ones."""

import csv
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest

from thuishaven.facts import (
    MESSAGES,
    Fact,
    benchmarks,
    bundled,
    check,
    convert,
    countries,
    sorted_keys,
)
from thuishaven.facts.check import MESSAGES as CHECK_MESSAGES
from thuishaven.facts.connectors import connectors
from thuishaven.facts.registry import FACT_COLUMNS, TABLES, TableError, fact_tables, read_facts, rows, widths

ON = date(2026, 11, 21)


def errors(facts: list[Fact]) -> list[str]:
    """The codes of the errors that records bring into the bundled set."""
    return [
        problem.code
        for problem in check(bundled().with_facts(facts, "refreshed"))
        if problem.severity == "error"
    ]


def a_fact(**fields: object) -> Fact:
    return replace(
        bundled().fact("inflation_long_run[iso3=NLD]@2015-2024#WDI 2025"), vintage="test", **fields
    )


def test_the_bundled_facts_have_no_errors() -> None:
    assert [problem for problem in check(bundled()) if problem.severity == "error"] == []


def test_age_limits_are_reported_as_notes() -> None:
    stale = [problem for problem in check(bundled(), ON) if problem.code == "stale"]
    assert {"note"} == {problem.severity for problem in stale}
    assert "wgi_rule_of_law[iso3=NLD]@2023#2024 update (series to 2023)" in {
        problem.fact_id for problem in stale
    }


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("unknown_parameter", a_fact(parameter="inflation_next_year")),
        ("wrong_keys", a_fact(keys=sorted_keys({"country": "NLD"}))),
        ("bad_enum", a_fact(status="certain")),
        ("bad_enum", a_fact(method="guessed")),
        ("bad_period", a_fact(period="recently")),
        ("bad_unit", a_fact(unit="EUR/h")),
        ("bad_unit", a_fact(unit="bananas")),
        ("implausible", a_fact(value=2500.0)),
        ("range_order", a_fact(low=4.0, high=1.0)),
        ("no_source", a_fact(source_id="hearsay")),
        ("no_licence", a_fact(licence="")),
        ("unknown_country", a_fact(keys=sorted_keys({"iso3": "EL"}))),
        ("no_value", a_fact(value=None)),
        ("mixed_vintages", replace(bundled().find("wgi_rule_of_law", iso3="NLD")[0], vintage="2025 update")),
        (
            "unknown_code",
            replace(
                bundled().find("duty_rate", cn="871200")[0],
                keys=sorted_keys({"importer": "EU27", "cn": "998877"}),
            ),
        ),
    ],
)
def test_the_lint_names_a_broken_record(code: str, fact: Fact) -> None:
    assert code in errors([fact])


def test_a_record_that_may_not_be_shipped_is_an_error_in_the_bundled_layer() -> None:
    fact = a_fact(ship="no", layer="bundled")
    found = check(bundled().with_facts([fact], "bundled"))
    assert "not_for_shipping" in {problem.code for problem in found}


def test_a_record_that_is_there_twice_is_an_error() -> None:
    one = bundled().fact("inflation_long_run[iso3=NLD]@2015-2024#WDI 2025")
    twice = type(bundled())(
        [one, one], parameters=bundled().parameters, sources=bundled().sources, widths=bundled().widths
    )
    assert [problem.code for problem in check(twice) if problem.severity == "error"] == ["duplicate"]


def test_a_derived_record_that_no_longer_follows_from_its_parents_is_an_error() -> None:
    pay = bundled().find("manufacturing_worker_base_salary_monthly", iso3="VNM")[0]
    found = check(bundled().replace_value(pay.id, 1.1))
    assert [problem.fact_id for problem in found if problem.code == "not_recomputed"] == [
        "labour_cost_hourly_from_pay[iso3=VNM,variant=base]@2023"
    ]


def test_every_problem_has_its_message() -> None:
    codes = {problem.code for problem in check(bundled(), ON)}
    assert codes <= set(CHECK_MESSAGES)
    assert {
        "other_parameter",
        "wider_area",
        "any_key",
        "coarser_code",
        "product_group",
        "plausible_range",
    } == set(MESSAGES)


def test_every_record_has_a_source_with_publisher_and_place() -> None:
    for fact in bundled():
        source = bundled().source(fact.source_id)
        assert source.publisher, fact.id
        assert source.title, fact.id
        assert source.url, fact.id


def test_no_record_is_bundled_that_may_not_be_and_assumptions_say_why() -> None:
    for fact in bundled():
        assert fact.ship in ("yes", "cite-only"), fact.id
        if fact.status == "assumption":
            assert len(fact.note) > 10, fact.id


def test_every_range_lies_inside_the_plausible_one() -> None:
    for fact in bundled():
        parameter = bundled().parameters[fact.parameter]
        if fact.status == "assumption" and parameter.last_resort and fact.low is not None:
            low = convert(fact.low, fact.unit, parameter.unit)
            high = convert(fact.high, fact.unit, parameter.unit)
            assert parameter.plausible_low <= low < high <= parameter.plausible_high, fact.id


def test_every_parameter_of_the_registry_has_records_and_words() -> None:
    named = {fact.parameter for fact in bundled()}
    refreshed_only = {connector.parameter for connector in connectors()}
    assert set(bundled().parameters) - named <= refreshed_only
    for parameter in bundled().parameters.values():
        assert parameter.label_en, parameter.name
        assert parameter.plausible_low < parameter.plausible_high


def test_every_country_answers_for_every_country_parameter() -> None:
    for name, parameter in bundled().parameters.items():
        if parameter.keys == ("iso3",) and parameter.last_resort:
            for iso3 in countries():
                answer = bundled().get(name, on=ON, iso3=iso3)
                assert answer.value is not None
                if answer.fact.keys != (("iso3", iso3),) or answer.fact.parameter != name:
                    assert answer.fallbacks, (name, iso3)


def test_65_countries_with_known_regions_and_currencies() -> None:
    known = countries()
    assert len(known) == 65
    assert sum(country.eu for country in known.values()) == 27
    assert {"road", "sea"} == {country.mode_default for country in known.values()}
    for country in known.values():
        assert country.trade_currency in (country.currency, "USD")
        assert (country.port == "") == (country.lon is None)
        assert country.road or country.port


@pytest.mark.parametrize(
    ("name", "keys", "expected"),
    [
        # Two values of each imported series, as a second place quotes them.
        ("labour_cost_hourly_total_economy", {"iso3": "NLD"}, 45.2),
        ("labour_cost_hourly_total_economy", {"iso3": "POL"}, 17.3),
        ("labour_cost_hourly_manufacturing", {"iso3": "DEU"}, 48.3),
        ("labour_cost_hourly_manufacturing", {"iso3": "FRA"}, 44.9),
        ("labour_cost_growth_yoy", {"iso3": "BGR"}, 0.134),
        ("labour_cost_growth_yoy", {"iso3": "BEL"}, 0.033),
        ("gdp_per_capita", {"iso3": "CHN"}, 13303),
        ("electricity_price_non_household", {"iso3": "EU27"}, 0.1902),
        ("electricity_price_non_household", {"iso3": "IRL"}, 0.256),
        ("emission_factor", {"mode": "sea"}, 0.01977),
        ("emission_factor", {"mode": "air"}, 0.66646),
        ("full_time_hours", {"iso3": "DEU"}, 1574),
        ("full_time_hours", {"iso3": "POL"}, 1848),
        ("vat_rate", {"iso3": "NLD"}, 0.21),
        ("vat_rate", {"iso3": "DEU"}, 0.19),
        ("corporate_income_tax_statutory", {"iso3": "NLD"}, 0.258),
        ("corporate_income_tax_statutory", {"iso3": "BEL"}, 0.25),
        ("cbam_share_of_emissions_charged", {"year": "2026"}, 0.025),
        ("cbam_share_of_emissions_charged", {"year": "2034"}, 1.0),
        ("anti_dumping_rate", {"importer": "EU27", "cn": "871200", "origin": "CHN"}, 0.485),
    ],
)
def test_two_points_of_each_series(name: str, keys: dict[str, str], expected: float) -> None:
    assert expected == pytest.approx(bundled().lookup(name, keys, ON).value)


def test_the_first_release_of_a_price_differs_from_the_revised_one() -> None:
    found = bundled().find("electricity_price_non_household", iso3="EU27")
    both = {fact.vintage: fact.value for fact in found if fact.period == "2024-S2"}
    assert both == {"2025 first release": 0.1899, "2025 revised release": 0.1941}


def test_governance_scores_are_of_the_edition_before_the_method_changed() -> None:
    answers = [bundled().get("wgi_political_stability", on=ON, iso3=iso3) for iso3 in ("UKR", "FRA", "CHN")]
    assert all(answer.fact.vintage.startswith("2024 update") for answer in answers)
    assert pytest.approx([answer.value for answer in answers], abs=0.006) == [-1.43, 0.35, -0.52]


def test_widths_are_assumptions_and_at_least_one() -> None:
    assert {"assumption"} == {row["status"] for _, row in rows(TABLES / "widths.csv")}
    assert all(value >= 1 for value in widths().values())


def test_benchmarks_comment_and_name_their_source() -> None:
    assert {"size_check", "upper_bound"} == {one.kind for one in benchmarks()}
    assert {one.source_id for one in benchmarks()} <= set(bundled().sources)
    assert all(one.ship != "no" and one.status != "unverified" for one in benchmarks())
    assert all(one.factor_id == "P07" for one in benchmarks("P07"))


def test_a_broken_table_names_file_and_line(tmp_path: object) -> None:
    path = fact_tables()[0].__class__(str(tmp_path)) / "mine.csv"
    line = ["inflation_long_run", "iso3=NLD", "three", *[""] * (len(FACT_COLUMNS) - 3)]
    with path.open("w", newline="") as handle:
        csv.writer(handle).writerows([FACT_COLUMNS, line])
    with pytest.raises(TableError, match=r"mine\.csv, line 2: .*three"):
        list(read_facts(path))
    path.write_text("parameter,value\n")
    with pytest.raises(TableError, match="line 1: the columns should be"):
        list(read_facts(path))


def test_reading_the_facts_imports_nothing_heavy() -> None:
    code = (
        "import sys; from thuishaven.facts import bundled; len(bundled());"
        "print(sorted({'pint', 'pandas', 'numpy', 'scipy', 'zipfile'} & set(sys.modules) - {'zipfile'}))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
