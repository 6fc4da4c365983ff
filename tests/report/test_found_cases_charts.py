"""The pictures of cases that were found: the figures of their tables, every count in a class, clean SVG."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thuishaven.locale import use
from thuishaven.report import charts
from thuishaven.report.blocks import Chart, Number
from thuishaven.report.charts.found_cases import classes
from thuishaven.report.charts.style import SCALE

SVG = "{http://www.w3.org/2000/svg}"
COMING = {"CHN": 27, "VNM": 3, "MLT": 1}
GOING = {"NLD": 12, "FRA": 12, "DEU": 2}
YEARS = {"announced": {"2012": 3, "2014": 5}, "implemented": {"2013": 2}, "reversed": {"2019": 1}}


@pytest.fixture(scope="module")
def drawn() -> dict[str, Chart]:
    line = charts.timeline(YEARS, "Source.", "A note.", lang="nl")
    assert line is not None
    return {chart.id: chart for chart in (*charts.places(COMING, GOING, "Source.", lang="nl"), line)}


@pytest.mark.parametrize("counts", [{"CHN": 2, "VNM": 2}, {"NLD": 1}, {"CHN": 27, "VNM": 3}])
def test_every_map_can_be_read_whatever_stands_on_it(counts: dict[str, int]) -> None:
    for chart in charts.places(counts, counts, "Source.", lang="fr"):
        for drawing in (chart.wide, chart.slim):
            assert f"{SVG}svg" == ET.fromstring(drawing.svg).tag


def cells(chart: Chart) -> list[list[str]]:
    return [[one.text if isinstance(one, Number) else str(one) for one in row] for row in chart.table.rows]


def test_the_tables_hold_the_counts_the_largest_first(drawn: dict[str, Chart]) -> None:
    assert [["Frankrijk", "12"], ["Nederland", "12"], ["Duitsland", "2"]] == cells(drawn["to"])
    assert [["China", "27"], ["Vietnam", "3"], ["Malta", "1"]] == cells(drawn["from"])
    expected = [
        ["2019", "0", "0", "1"],
        ["2014", "5", "0", "0"],
        ["2013", "0", "2", "0"],
        ["2012", "3", "0", "0"],
    ]
    assert expected == cells(drawn["years"])


def test_the_title_says_what_comes_first_unless_two_are_even(drawn: dict[str, Chart]) -> None:
    assert "De meeste gevallen komen uit China: 27." == drawn["from"].title
    assert "Frankrijk" not in drawn["to"].title
    assert "China 27, Vietnam 3 en Malta 1." == drawn["from"].alt
    assert "Aangekondigd: 8, het meest in 2014 (5)" in drawn["years"].alt


def test_the_pictures_are_clean_and_named(drawn: dict[str, Chart]) -> None:
    import altair as alt
    from jsonschema import Draft7Validator

    judge = Draft7Validator(alt.load_schema())
    for chart in drawn.values():
        for picture in (chart.wide, chart.slim):
            spec = {key: value for key, value in picture.spec.items() if key != "datasets"}
            assert [] == list(judge.iter_errors(spec))
        root = ET.fromstring(chart.svg)
        assert chart.title == (root.find(f"{SVG}title") or root[0]).text
        assert all(
            name.startswith(f"{chart.id}-") for name in (part.get("id", "") for part in root.iter()) if name
        )


def test_without_countries_or_years_there_is_nothing_to_draw() -> None:
    assert () == charts.places({}, {}, "")
    assert charts.timeline({"announced": {}}, "", "") is None


@given(most=st.integers(1, 10**6), count=st.integers(1, 10**6))
@settings(max_examples=60)
def test_every_count_has_one_class_and_every_class_its_colour(most: int, count: int) -> None:
    with use("en"):
        labels, colours = classes(most)
    assert len(labels) == len(set(labels)) == len(colours) == len(set(colours))
    assert set(colours) <= set(SCALE)
    # Many cases are dark: the scale runs from dark to light.
    places = [SCALE.index(colour) for colour in colours]
    assert all(one > other for one, other in itertools.pairwise(places))
    ends = [int(label.replace(",", "").split(" \u2013 ")[-1]) for label in labels]
    assert most == ends[-1]
    assert sum(count > end for end in ends) < len(ends) or count > most
