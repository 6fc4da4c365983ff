"""Statistics of cases as blocks: a figure with what it rests on, or the reason why there is none."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Sequence
from typing import Any

import pytest

from statistics_told import NOW, told
from thuishaven.databank.indicators import Dated
from thuishaven.databank.reliability import NO_VARIATION, NOTHING_TO_COMPARE
from thuishaven.databank.statistics import OUTCOMES, Statistics, Told, worked_out
from thuishaven.locale import use
from thuishaven.report.blocks import (
    KINDS,
    Block,
    Callout,
    Document,
    Facts,
    Figure,
    Heading,
    Listing,
    Table,
    Text,
)
from thuishaven.report.case_statistics import SUBJECTS, at_a_glance, blocks
from thuishaven.report.charts import cases
from thuishaven.report.charts.style import DARK, luminance
from thuishaven.report.html import html

ALPHA: dict[str, Any] = {"field": "case.case_type", "code": "-", "alpha": 0.8123, "low": 0.7, "high": 0.9}
ALPHA |= {"agreement": 0.9, "jaccard": None, "units": 30, "reason": ""}


def many() -> list[Told]:
    """Twenty cases: some stand, some were taken back or cancelled, some tell much of themselves."""
    found = []
    for n in range(20):
        values: dict[str, Any] = {"jobs_realised": ((dt.date(2016, 1, 1), 50.0 + n),), "register": n % 2 == 0}
        values |= {"promised": Dated(dt.date(2012, 6, 1)), "latest": Dated(dt.date(2013, 1, 1))}
        values |= {"before": frozenset({"LEADTIME"}), "after": frozenset({"LEADTIME", "QUALITY"})}
        if n < 4:
            ended = dt.date(2014 + n, 1, 1)
            values |= {"state": "reversed", "ended": "reversed", "ended_on": ended, "last_evidence": ended}
        if n in {4, 5}:
            values |= {"state": "cancelled", "done": False, "first_output": None, "ended": "cancelled"}
            values |= {"ended_on": dt.date(2013, n, 1), "jobs_realised": (), "latest": None}
        found.append(told(n, **values))
    return found


@pytest.fixture(scope="module")
def full() -> Statistics:
    return worked_out(many(), NOW, reliability=[ALPHA, ALPHA | {"alpha": None, "reason": "no_variation"}])


def texts(found: Sequence[Block]) -> list[str]:
    """Everything that the blocks say, but for their charts and tables."""
    said: list[str] = []
    for block in found:
        match block:
            case Heading() | Text():
                said.append(block.text)
            case Listing():
                said += block.items
            case Facts():
                said += itertools.chain(*block.items)
            case Callout():
                said += [block.title, block.text]
            case Figure():
                said.append(block.chart.title)
    return said


@pytest.mark.parametrize("lang", ["nl", "en", "fr"])
def test_every_subject_is_told_in_every_language(full: Statistics, lang: str) -> None:
    with use(lang):
        everything = [*at_a_glance(full), *itertools.chain(*(blocks(full, name) for name in SUBJECTS))]
    assert all(isinstance(block, KINDS) for block in everything)
    page = html(Document(lang, "T", "S", tuple(everything), "F", dt.date(2026, 11, 22)))
    assert "None" not in page
    assert "{" not in " ".join(texts(everything))


def test_the_figures_stand_with_what_they_rest_on(full: Statistics) -> None:
    with use("en"):
        said = texts([*blocks(full, "jobs"), *blocks(full, "lasting"), *blocks(full, "coverage")])
    # 18 of 20 cases have both counts, 50 to 69 jobs of 100 announced.
    assert "Of each 100 jobs announced, 60 were there." in said
    assert {"1,081", "1,800", "18 of 20 cases (90%)"} <= set(said)
    assert "4 of 18 moves that once ran were reversed. On average they are 53 months old." in said
    assert any("no sample" in text for text in said)
    assert any(text.endswith("surveys say") for text in said)


def test_too_few_cases_give_words_and_no_figure() -> None:
    few = worked_out([told(n, jobs_realised=((dt.date(2016, 1, 1), 60.0),)) for n in range(3)], NOW)
    with use("en"):
        for name in ("jobs", "lasting"):
            found = blocks(few, name)
            said = texts(found)
            assert not any(isinstance(block, Figure) for block in found)
            assert not [text for text in said if re.search(r"\d%(?! of)", text) and "cases" not in text]
            assert any("too few" in text for text in said)


@pytest.mark.parametrize("subject", ["", *SUBJECTS])
def test_without_cases_a_page_teaches(subject: str) -> None:
    none = worked_out([], NOW)
    with use("nl"):
        found = blocks(none, subject) if subject else at_a_glance(none)
    assert any(isinstance(block, Callout | Text | Heading) for block in found)
    assert not any(isinstance(block, Figure) for block in found)


def test_charts_are_clean_named_and_readable_in_grey(full: Statistics) -> None:
    with use("en"):
        found = [*at_a_glance(full), *blocks(full, "sector"), *blocks(full, "year"), *blocks(full, "lasting")]
    charts = [block.chart for block in found if isinstance(block, Figure)]
    assert ["outcomes", "sector", "year", "started", "standing"] == [chart.id for chart in charts]
    for chart in charts:
        assert chart.title
        assert chart.source
        assert chart.table.rows
        assert 20 < len(chart.alt) < 2000
        for svg in (chart.svg, chart.narrow):
            assert svg.startswith("<svg")
            assert not re.search(r"<script|style=|href=", svg)
            colours = set(re.findall(r'(?:fill|stroke)="(#[0-9a-f]{6})"', svg))
            assert colours <= set(DARK), colours - set(DARK)
    colours = [cases._COLOURS[code] for code in (*OUTCOMES, "unknown")]
    pairs = itertools.combinations([round(luminance(colour), 2) for colour in colours], 2)
    assert all(abs(a - b) > 0.08 for a, b in pairs)


def test_the_curve_falls_as_in_its_table(full: Statistics) -> None:
    with use("en"):
        chart = next(
            b.chart for b in blocks(full, "lasting") if isinstance(b, Figure) and b.chart.id == "standing"
        )
    shares = [row[1].value for row in chart.table.rows]  # type: ignore[union-attr]
    assert shares == sorted(shares, reverse=True)
    step = full.standing.at(36)
    assert step is not None
    assert step.survival in shares
    assert "85%" in chart.alt or "78%" in chart.alt


def test_tables_hold_numbers_that_a_spreadsheet_can_use(full: Statistics) -> None:
    with use("fr"):
        table = next(block for block in blocks(full, "lasting") if isinstance(block, Table))
    assert (4, 18) == tuple(cell.value for cell in table.rows[0][1:3])  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("code", "expected"), [(NO_VARIATION, "no variation"), (NOTHING_TO_COMPARE, "too few")]
)
def test_agreement_that_cannot_be_measured_says_why(code: str, expected: str) -> None:
    found = worked_out([], NOW, reliability=[ALPHA | {"alpha": None, "reason": code}])
    with use("en"):
        table = next(block for block in blocks(found, "reliability") if isinstance(block, Table))
    assert expected == table.rows[0][1]
