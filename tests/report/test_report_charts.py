"""The pictures: clean, named, readable without colour, and with the figures of the result."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from thuishaven import cost
from thuishaven.locale import use
from thuishaven.report import Material, charts
from thuishaven.report.blocks import Chart, Document, Figure, Number
from thuishaven.report.charts import style
from thuishaven.report.charts.style import (
    ACCENT,
    BASE,
    CHEAPER,
    DARK,
    DEARER,
    GROUND,
    INK,
    OTHER,
    QUIET,
    SCALE,
    STACK,
    luminance,
)

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(dutch: Document) -> dict[str, Chart]:
    return {block.chart.id: block.chart for block in dutch.blocks if isinstance(block, Figure)}


KINDS = (
    "waterfall",
    "stacked",
    "uncertainty",
    "tornado",
    "information",
    "break-even",
    "cash",
    "frontier",
    "map",
)


def test_the_report_holds_every_kind_of_chart(drawn: dict[str, Chart]) -> None:
    kinds = (*KINDS, "profile")
    assert not [kind for kind in kinds if not any(name.startswith(kind) for name in drawn)]


def test_a_chart_has_title_words_source_and_table(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        assert all([chart.title, chart.unit, chart.alt, chart.source, chart.table.rows])
        assert chart.title.endswith(".")
        assert len(chart.alt) > 40


def test_pictures_hold_no_style_no_script_and_only_ids_of_their_own(drawn: dict[str, Chart]) -> None:
    seen: set[str] = set()
    for chart in drawn.values():
        for svg, name in ((chart.svg, chart.id), (chart.narrow, f"{chart.id}-narrow")):
            tree = ET.fromstring(svg)
            tags = {node.tag for node in tree.iter()}
            attributes = {key for node in tree.iter() for key in node.attrib}
            assert not tags & {f"{SVG}script", f"{SVG}style", f"{SVG}foreignObject", f"{SVG}image"}
            assert "style" not in attributes
            assert not [key for key in attributes if key.startswith("on") or key.endswith("href")]
            ids = [node.attrib["id"] for node in tree.iter() if "id" in node.attrib]
            assert all(each.startswith(name) for each in ids)
            assert not seen & set(ids)
            seen |= set(ids)
            assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= set(ids)
            assert "img" == tree.attrib["role"]
            assert tree.attrib["aria-labelledby"].split() == [f"{name}-title", f"{name}-desc"]
            assert [chart.title, chart.alt] == [tree[0].text, tree[1].text]


def test_pictures_fit_their_widths(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        wide, narrow = (float(ET.fromstring(svg).attrib["width"]) for svg in (chart.svg, chart.narrow))
        assert wide <= style.WIDE + 10
        assert narrow <= style.NARROW + 20


def test_letters_are_of_the_bundled_family(drawn: dict[str, Chart]) -> None:
    families = {
        family for chart in drawn.values() for family in re.findall(r'font-family="([^"]+)"', chart.svg)
    }
    assert {style.FONT} == families


def test_altair_accepts_every_specification(drawn: dict[str, Chart]) -> None:
    """By its schema: to make its objects of every part judges the same, and takes seven times as long."""
    import altair as alt
    from jsonschema import Draft7Validator

    judge = Draft7Validator(alt.load_schema())
    for chart in drawn.values():
        for picture in (chart.wide, chart.slim):
            spec = {key: value for key, value in picture.spec.items() if key != "datasets"}
            assert [] == list(judge.iter_errors(spec))


def ratio(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


#: What cones that are missing see, on linear light (Viénot, Brettel and Mollon 1999).
PROTAN = ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0))
DEUTAN = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def seen_without(colour: str, cone: tuple[tuple[float, ...], ...]) -> list[float]:
    parts = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
    return [max(sum(a * b for a, b in zip(row, parts, strict=True)), 0) ** (1 / 2.2) for row in cone]


def in_the_dark(colour: str) -> str:
    return DARK.get(colour, colour)


def by_day(colour: str) -> str:
    return colour


@pytest.mark.parametrize("seen", [by_day, in_the_dark])
@pytest.mark.parametrize(
    "neighbours",
    [STACK, SCALE, (DEARER, CHEAPER), (ACCENT, CHEAPER), (BASE, OTHER, ACCENT)],
    ids=["stack", "map", "dearer and cheaper", "tornado", "plans"],
)
def test_neighbours_differ_in_grey_and_for_every_eye(
    neighbours: tuple[str, ...], seen: Callable[[str], str]
) -> None:
    for one, other in itertools.pairwise(map(seen, neighbours)):
        assert ratio(one, other) > 1.35
        for cone in (PROTAN, DEUTAN):
            apart = [
                abs(a - b) for a, b in zip(seen_without(one, cone), seen_without(other, cone), strict=True)
            ]
            assert max(apart) > 0.09


@pytest.mark.parametrize("colour", [ACCENT, BASE, OTHER, DEARER, CHEAPER])
def test_marks_stand_out_from_the_page(colour: str) -> None:
    assert ratio(colour, GROUND) >= 3
    assert ratio(DARK[colour], DARK[GROUND]) >= 3


@pytest.mark.parametrize("colour", STACK)
def test_the_parts_of_a_stack_stand_out_from_a_dark_page(colour: str) -> None:
    assert ratio(DARK[colour], DARK[GROUND]) >= 3


@pytest.mark.parametrize("colour", [INK, QUIET, ACCENT, OTHER])
def test_letters_can_be_read_by_day_and_in_the_dark(colour: str) -> None:
    assert ratio(colour, GROUND) >= 4.5
    assert ratio(DARK[colour], DARK[GROUND]) >= 4.5


def test_every_colour_of_a_picture_has_a_form_for_a_dark_page(drawn: dict[str, Chart]) -> None:
    staying = {*SCALE, style.ON_LIGHT, style.ON_DARK, "none"}
    for chart in drawn.values():
        for svg in (chart.svg, chart.narrow):
            used = set(re.findall(r'\s(?:fill|stroke)="([^"]+)"', svg))
            assert {colour for colour in used - staying if not colour.startswith("url(")} <= set(DARK)


def test_a_number_below_zero_has_a_true_minus(drawn: dict[str, Chart]) -> None:
    waterfall = next(chart for name, chart in drawn.items() if name.startswith("waterfall"))
    shown = re.findall(r">([^<>]+)</text>", waterfall.svg)
    assert [text for text in shown if text.startswith("\u2212")]
    assert not [text for text in [*shown, waterfall.title] if re.search(r"(?<!\w)-\d", text)]


@pytest.mark.parametrize("colour", [*SCALE, *STACK])
def test_letters_on_a_field_can_be_read(colour: str) -> None:
    assert ratio(colour, style.ink_on(colour)) >= 4.5


def value(cell: object) -> float:
    assert isinstance(cell, Number)
    assert cell.value is not None
    return cell.value


def test_the_waterfall_ends_where_the_plan_does(material: Material, drawn: dict[str, Chart]) -> None:
    plans = {plan["id"]: plan for plan in material.result["plans"]}
    for plan in material.told:
        sums = drawn[f"waterfall-{plan}"].table.sums()
        expected = [plans["today"]["unit_tco"]["mean"], plans[plan]["unit_tco"]["mean"]]
        expected.append(plans[plan]["delta_unit_tco"]["mean"])
        assert expected == pytest.approx([value(cell) for cell in sums[1:]], rel=1e-9)


def test_the_stack_adds_up_to_each_plan(material: Material, drawn: dict[str, Chart]) -> None:
    expected = [plan["unit_tco"]["mean"] for plan in material.result["plans"]]
    assert expected == pytest.approx([value(cell) for cell in drawn["stacked"].table.sums()[1:]], rel=1e-9)


def test_the_uncertainty_is_that_of_the_result(material: Material, drawn: dict[str, Chart]) -> None:
    about = material.about
    expected = {about.plans[plan["id"]]: plan["unit_tco"] for plan in material.result["plans"]}
    with use("nl", "NLD"):
        rows = {row[0]: row for row in drawn["uncertainty"].table.rows}
    assert len(expected) == len(rows)
    for row in rows.values():
        spread = next(s for s in expected.values() if s["mean"] == value(row[1]))
        assert (spread["p5"], spread["p95"]) == (row[2].low.value, row[2].high.value)


def test_the_cash_adds_up(material: Material, drawn: dict[str, Chart]) -> None:
    plans = {plan["id"]: plan for plan in material.result["plans"]}
    for plan in material.told:
        table = drawn[f"cash-{plan}"].table
        expected = sum(y["cash_after_tax"] for y in plans[plan]["years"])
        expected -= sum(y["cash_after_tax"] for y in plans["today"]["years"])
        expected /= 1000  # the table tells thousands
        assert expected == pytest.approx(value(table.rows[-1][4]))
        assert expected == pytest.approx(value(table.sums()[3]))


def test_the_tornado_is_that_of_the_draws(material: Material, drawn: dict[str, Chart]) -> None:
    plan = material.told[0]
    found = cost.swings(material.cost, plan)
    rows = drawn[f"tornado-{plan}"].table.rows
    assert [(s.at_low, s.at_high) for s in found] == [(value(row[3]), value(row[4])) for row in rows]


def test_the_map_shows_the_cheapest_plan_of_each_country(material: Material, drawn: dict[str, Chart]) -> None:
    assert material.explored is not None
    best: dict[str, float] = {}
    for option in material.explored["options"]:
        if option["family"] not in ("stay", "today", "bigger_stock"):
            best.setdefault(option["country"], option["unit_tco"]["mean"])
    assert sorted(best.values()) == [value(row[2]) for row in drawn["map"].table.rows]
    assert "map-hatch" in drawn["map"].svg


def test_the_map_draws_what_the_union_recognises() -> None:
    shapes = charts.world.outlines()["objects"]["countries"]["geometries"]
    codes = [shape["id"] for shape in shapes]
    assert len(codes) == len(set(codes))
    assert {"UKR", "CYP", "CHN", "NLD"} <= set(codes)
    assert not {"N. Cyprus", "ATA"} & set(codes)


def test_numbers_in_a_picture_are_written_as_the_language_writes_them(material: Material) -> None:
    plan = material.told[-1]
    svg = charts.yearly_cash(material.result, plan, material.about, lang="nl").svg
    assert re.search(r">[−-]\d\.\d{3}<", svg) or re.search(r">[−-]\d{1,3}<", svg)
    chart = charts.uncertainty(material.result, material.about, lang="nl")
    assert re.findall(r">(\d+,\d)<", chart.svg)
    assert not re.findall(r">(\d+\.\d)<", chart.svg)


def test_a_chart_speaks_no_english_of_its_own(material: Material) -> None:
    """In the pseudo-language every text of ours stands between brackets."""
    from pseudo import outside

    with use("xx"):
        about = material.anew().about
        result, cases = material.result, cost.courses(material.cost)
        found = [
            charts.waterfall(result, "home_own", about),
            charts.stacked(result, about),
            charts.uncertainty(result, about),
            charts.tornado(material.cost, "home_own", about),
            charts.value_of_information(result, about),
            charts.yearly_cash(result, "home_own", about),
            charts.frontier(material.explored),
            charts.world_map(material.explored, "CHN", "NLD"),
            charts.profile(material.advice, about),
            *(charts.break_even(material.cost, course, about) for course in cases),
        ]
        own = sorted({*about.plans.values()}, key=len, reverse=True)
        for chart in found:
            if chart is None:
                continue
            texts = [node.text or "" for node in ET.fromstring(chart.svg).iter(f"{SVG}text")]
            for text in [chart.title, chart.source, chart.unit, chart.table.title, *texts]:
                kept = outside(text)
                for name in own:
                    kept = kept.replace(name, "")
                words = [w for w in re.findall(r"[^\W\d_]{2,}", kept) if not (w.isupper() or w == "kWh")]
                assert not words, (chart.id, text)
