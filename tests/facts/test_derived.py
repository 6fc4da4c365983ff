"""The derived records, worked out again from their sources and from the checks of the method note."""

import csv
from datetime import date
from pathlib import Path

import pytest

from programs import program
from thuishaven.facts import bundled, countries, hourly_cost, modelled_labour_cost, yearly_hours
from thuishaven.facts.recipes import carried, recipe_rows, worked_out
from thuishaven.facts.registry import TABLES

TOOLS = Path(__file__).resolve().parents[2] / "tools"
ON = date(2026, 11, 21)


FX, PLACES, LABOUR = (
    program("tools/build_facts_fx.py"),
    program("tools/build_facts_places.py"),
    program("tools/build_facts_labour.py"),
)


def test_labour_cost_from_chinese_manufacturing_pay() -> None:
    cost = hourly_cost(103932, 0.2634, 0, 1944)
    assert round(cost, 1) == 67.5
    stored = bundled().get("labour_cost_hourly_from_pay", on=ON, iso3="CHN", variant="measured")
    assert round(stored.value, 2) == 8.82


def test_labour_cost_from_chinese_base_pay() -> None:
    hours = yearly_hours(48, 5, bundled().get("public_holidays_on_weekdays", on=ON, iso3="CHN").value)
    assert hours == 2312
    assert round(hourly_cost(12 * 576, 0.2634, 1, hours), 2) == 4.03
    assert (
        round(bundled().get("labour_cost_hourly_from_pay", on=ON, iso3="CHN", variant="base").value, 2)
        == 3.72
    )


def test_labour_cost_from_vietnamese_base_pay() -> None:
    assert round(hourly_cost(12 * 273, 0.215, 1, 2304), 2) == 1.85
    assert round(bundled().get("labour_cost_hourly_manufacturing", on=ON, iso3="VNM").value, 2) == 1.71


def test_two_statistics_of_one_country_are_its_range() -> None:
    china = bundled().get("labour_cost_hourly_manufacturing", on=ON, iso3="CHN")
    assert (round(china.low, 2), round(china.high, 2)) == (3.72, 8.82)
    assert china.value == pytest.approx((china.low * china.high) ** 0.5, rel=1e-3)


@pytest.mark.parametrize(
    ("iso3", "expected"),
    [
        ("CHN", (8.32, 6.43, 10.78)),
        ("VNM", (2.71, 1.97, 3.73)),
        ("IND", (1.48, 1.03, 2.13)),
        ("TUR", (10.09, None, None)),
    ],
)
def test_the_model_by_gdp_per_head(iso3: str, expected: tuple[float, float | None, float | None]) -> None:
    worked = modelled_labour_cost(bundled().get("gdp_per_capita", on=ON, iso3=iso3).value)
    stored = bundled().get("labour_cost_hourly_total_economy_modelled", on=ON, iso3=iso3)
    for number, wanted in zip(worked, expected, strict=True):
        if wanted is not None:
            assert wanted == round(number, 2)
    assert worked == pytest.approx((stored.value, stored.low, stored.high), abs=0.006)


def test_every_modelled_record_follows_from_gdp_per_head() -> None:
    for fact in bundled():
        if fact.parameter == "labour_cost_hourly_total_economy_modelled":
            gdp = bundled().get("gdp_per_capita", on=ON, iso3=dict(fact.keys)["iso3"]).value
            assert modelled_labour_cost(gdp)[0] == pytest.approx(fact.value, abs=0.0051, rel=3e-4), fact.id


def test_a_level_is_carried_forward_with_an_index() -> None:
    assert carried(40.0, 100.0, 110.0) == 44.0
    american = bundled().get("labour_cost_hourly_manufacturing", on=ON, iso3="USA").fact
    assert american.value == pytest.approx(39.86 * 45.65 / 35.96, abs=0.001)
    assert american.note.count("@") == 3


@pytest.mark.parametrize(("iso3", "percent"), [("NLD", 4.85), ("POL", 9.30)])
def test_growth_is_half_latest_half_compound(iso3: str, percent: float) -> None:
    assert percent == round(100 * bundled().get("labour_cost_growth", on=ON, iso3=iso3).value, 2)


def test_growth_without_an_index_is_inflation_and_a_range() -> None:
    growth = bundled().get("labour_cost_growth", on=ON, iso3="VNM")
    inflation = bundled().get("inflation_long_run", on=ON, iso3="VNM").value
    assert (inflation, inflation + 0.015, inflation + 0.05) == pytest.approx(
        (growth.low, growth.value, growth.high)
    )
    assert growth.fact.status == "assumption"


def test_the_table_of_labour_is_what_the_recipes_give() -> None:
    plain = bundled()
    for fact in plain:
        if fact.parameter == "labour_cost_hourly_from_pay":
            keys = dict(fact.keys)
            [recipe] = [
                row
                for row in recipe_rows("labour_recipes.csv")
                if (row["iso3"], row["variant"]) == (keys["iso3"], keys["variant"])
            ]
            assert worked_out(recipe, plain).cost == pytest.approx(fact.value, rel=1e-4), fact.id


def test_the_table_of_exchange_rates_is_what_the_file_gives() -> None:
    made = {fact.id: fact for fact in FX.facts(bundled())}
    stored = [fact for fact in bundled() if fact.id in made]
    assert len(made) == len(stored)
    for fact in stored:
        assert made[fact.id].value == pytest.approx(fact.value, rel=1e-9), fact.id
        if fact.low is not None:
            assert made[fact.id].low == pytest.approx(fact.low, rel=1e-9), fact.id


def test_the_table_of_mean_rates_is_what_the_file_gives() -> None:
    made = list(FX.means(bundled()))
    with (TABLES / "mean_rates.csv").open(encoding="utf-8", newline="") as handle:
        stored = [(row["currency"], row["period"], float(row["euro"])) for row in csv.DictReader(handle)]
    assert [row[:2] for row in made] == [row[:2] for row in stored]
    assert [row[2] for row in made] == pytest.approx([row[2] for row in stored], rel=1e-9)


def test_the_yearly_means_are_those_published_here_before() -> None:
    means = {fact.period: fact.value for fact in bundled().find("fx_rate_avg", currency="USD")}
    assert pytest.approx((means["2023"], means["2024"]), abs=5e-4) == (1.0813, 1.0824)


def test_high_inflation_lowers_the_expected_exchange_rate() -> None:
    assert bundled().get("fx_drift", on=ON, currency="TRY").high < 0
    assert bundled().get("fx_drift", on=ON, currency="CNY").value == 0.0


@pytest.mark.parametrize(
    ("iso3", "open_km", "closed_km"),
    [
        ("CHN", 19531, 25680),
        ("IND", 11782, 20057),
        ("TUR", 5837, 5837),
        ("USA", 6102, 6102),
        ("ZAF", 12992, 12992),
    ],
)
def test_sea_distances(iso3: str, open_km: int, closed_km: int) -> None:
    known = countries()
    assert open_km == round(PLACES.sea_km(known[iso3], known["NLD"], without_canals=False))
    assert closed_km == round(PLACES.sea_km(known[iso3], known["NLD"], without_canals=True))
    keys = {"origin": iso3, "destination": "NLD"}
    assert open_km == bundled().lookup("sea_distance", keys, ON).value
    assert closed_km == bundled().lookup("sea_distance_cape", keys, ON).value


def test_road_distances_are_the_great_circle_with_a_detour() -> None:
    assert pytest.approx(PLACES.great_circle_km(0, 0, 1, 0), abs=0.01) == 111.19
    stored = {fact.id: fact.value for fact in bundled() if fact.parameter == "road_distance"}
    origin, destination = countries()["POL"], countries()["NLD"]
    air = PLACES.great_circle_km(origin.city_lon, origin.city_lat, destination.city_lon, destination.city_lat)
    assert round(air * 1.27) == stored["road_distance[destination=NLD,origin=POL]@undated"]


@pytest.mark.parametrize(("iso3", "days"), [("NLD", 253), ("BEL", 252), ("CHN", 243)])
def test_working_days(iso3: str, days: int) -> None:
    iso2 = countries()[iso3].iso2
    assert days == PLACES.weekdays(2025) - PLACES.weekday_holidays(iso2, 2025)
    assert days == bundled().get("working_days_calendar", on=ON, iso3=iso3).value


def test_days_under_way_agree_with_the_measured_lane() -> None:
    """The formula, applied to Shanghai-Rotterdam, stays within the published door-to-door range."""
    made = {
        dict(fact.keys)["origin"]: fact
        for fact in PLACES.transit(bundled().without("transit_days[mode=sea,origin=CHN]@2025"))
        if dict(fact.keys)["mode"] == "sea"
    }
    assert 35 <= made["CHN"].value <= 49 + 14
    for fact in made.values():
        assert fact.low < fact.value < fact.high
