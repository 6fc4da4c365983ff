"""Which countries are known well enough for explore, and what the documentation says of it."""

from datetime import date

from programs import program
from thuishaven.facts import bundled, countries, explore_coverage, explore_requirements

ON = date(2026, 11, 21)


PAGE = program("tools/build_facts_page.py")


def test_every_country_qualifies_or_says_what_it_lacks() -> None:
    qualifies, lacking = explore_coverage(bundled(), ON)
    assert sorted(countries()) == sorted([*qualifies, *lacking])
    assert all(lacking.values())
    assert {"NLD", "BEL", "CHN", "POL", "VNM", "TUR"} <= set(qualifies)


def test_a_country_without_a_labour_figure_of_its_own_is_left_out() -> None:
    store = bundled()
    for fact in list(store):
        if fact.parameter.startswith("labour_cost_hourly") and dict(fact.keys).get("iso3") == "VNM":
            store = store.without(fact.id)
    qualifies, lacking = explore_coverage(store, ON)
    assert "VNM" not in qualifies
    assert lacking["VNM"] == ["labour_cost_hourly_manufacturing"]


def test_a_world_default_is_not_enough_for_inflation_but_is_for_a_price_of_power() -> None:
    store = bundled().without("inflation_long_run[iso3=TUN]@2015-2024#WDI 2025")
    assert {"inflation_long_run"} <= set(explore_coverage(store, ON)[1]["TUN"])
    assert "TUN" in explore_coverage(bundled(), ON)[0]
    assert bundled().get("electricity_price_non_household", on=ON, iso3="TUN").fallbacks


def test_a_country_that_no_way_leads_to_is_left_out() -> None:
    store = bundled()
    for fact in list(store):
        if fact.parameter in ("sea_distance", "road_distance") and dict(fact.keys)["origin"] == "VNM":
            store = store.without(fact.id)
    assert "sea_distance or road_distance" in explore_coverage(store, ON)[1]["VNM"]


def test_the_minimum_set_holds_labour_prices_and_a_way() -> None:
    strict = [one.parameters for one in explore_requirements() if one.strict]
    assert strict == [
        ("labour_cost_hourly_manufacturing",),
        ("inflation_long_run",),
        ("sea_distance", "road_distance"),
    ]
    assert {name for one in explore_requirements() for name in one.parameters} <= set(bundled().parameters)


def test_before_the_figures_were_published_nobody_qualifies() -> None:
    assert explore_coverage(bundled(), date(2001, 1, 1))[0] == []


def test_the_written_parts_of_the_page_are_what_the_tables_say() -> None:
    """Where this fails: run `make data` and commit docs/facts.md."""
    page = PAGE.PAGE.read_text(encoding="utf-8")
    assert PAGE.written(page) == page


def test_the_page_says_who_qualifies_and_whose_labour_cost_is_modelled() -> None:
    qualifies, _ = explore_coverage(bundled(), ON)
    text = PAGE.left_out()
    assert f"{len(qualifies)} of {len(countries())} countries qualify" in text
    assert "Labour cost is only modelled" in text
    assert "T\u00fcrkiye" in text


def test_the_page_shows_every_step_of_the_chain_and_every_width() -> None:
    text = PAGE.PAGE.read_text(encoding="utf-8")
    for step in ("also:", "group:", "region:", "world:", "any:", "prefix:", "product:", "plausible"):
        assert f"`{step}" in text, step
    for reason in bundled().widths:
        assert f"`{reason}`" in text, reason
