"""Indicators: the worked examples, and that no value is shown where it would mislead."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from thuishaven.databank.indicators import (
    CAVEATS,
    REASONS,
    Dated,
    Figure,
    JobsCase,
    SupportCase,
    chapman,
    lists_overlap,
    mcnemar,
    mean,
    months_between,
    motives_before_and_after,
    realisation_rate,
    reversal_rate,
    slippage,
    slippage_summary,
    support_per_job_year,
    typical,
    wilson,
)

UNTIMED = settings(deadline=None)

DAY = dt.date(2026, 11, 22)


def sound(figure: Figure) -> None:
    """What holds for every figure."""
    assert figure.reason in ("", *REASONS)
    assert set(figure.caveats) <= set(CAVEATS)
    assert (figure.value is None) == bool(figure.reason)
    assert 0 <= figure.n <= figure.of
    assert {"name", "value", "n", "of", "coverage", "as_of", "caveats"} <= set(figure.to_dict())


def test_the_realisation_rate_of_the_three_seed_cases_with_both_numbers() -> None:
    cases = [
        JobsCase("a", 30, ((12, 30),)),
        JobsCase("b", 50, ((11, 60),)),
        JobsCase("c", 40, ((14, 38),)),
        JobsCase("only announced", 275),
        JobsCase("too late", 10, ((60, 1),)),
    ]
    total, median = realisation_rate(cases, 12, DAY, least=3)
    assert (128, 120, 3, 5) == (total.numerator, total.denominator, total.n, total.of)
    assert total.value == pytest.approx(1.0667, abs=5e-5)
    assert median.value == pytest.approx(1.0)
    for figure in (total, median):
        sound(figure)


def test_three_cases_are_too_few_for_a_rate_and_the_counts_stay() -> None:
    cases = [JobsCase(str(i), 40, ((12, 41),)) for i in range(3)] + [JobsCase("d", 300)] * 4
    for figure in realisation_rate(cases, 12, DAY):
        assert (None, "too_few_cases", 3, ("low_coverage",)) == (
            figure.value,
            figure.reason,
            figure.n,
            figure.caveats,
        )
        sound(figure)


def test_of_two_counts_as_near_the_later_one_counts() -> None:
    assert 7 == JobsCase("a", 10, ((8, 5), (16, 7))).at(12, 6)
    assert JobsCase("a", 10, ((8, 5), (16, 7))).at(12, 3) is None


def test_no_cases_no_value() -> None:
    figures = [
        *realisation_rate([], 12, DAY),
        typical([], "jobs", "jobs", DAY),
        mean([None], "jobs", "jobs", DAY),
        slippage_summary([], DAY),
        support_per_job_year([], DAY),
        reversal_rate(0, 0, [], DAY),
        chapman(0, 0, 0, DAY),
    ]
    for figure in figures:
        assert "no_cases" == figure.reason
        sound(figure)


def test_a_mean_that_one_case_makes_is_refused_and_the_median_stays() -> None:
    jobs = [1287, *[45] * 12]
    figure = mean(jobs, "jobs", "jobs", DAY)
    assert (None, "one_case_dominates") == (figure.value, figure.reason)
    assert 45 == typical(jobs, "jobs", "jobs", DAY).value
    even = mean([40, 45, 50, 55, 60], "jobs", "jobs", DAY)
    assert 50 == even.value
    for each in (figure, even):
        sound(each)


def test_six_of_fifty_hand_picked_cases_is_not_a_rate() -> None:
    figure = reversal_rate(6, 50, [60.0] * 50, DAY, sample="hand_picked")
    assert (None, "hand_picked", 6, 50) == (figure.value, figure.reason, figure.numerator, figure.denominator)
    rate = reversal_rate(6, 50, [30.0, 90.0], DAY)
    assert (0.12, 60.0, 2) == (rate.value, rate.params["mean_age_months"], rate.params["ages_known"])
    for each in (figure, rate):
        sound(each)


@UNTIMED
@given(st.integers(0, 60), st.integers(1, 60))
def test_wilson_equals_an_independent_one(count: int, n: int) -> None:
    count = min(count, n)
    expected = binomtest(count, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(count, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_slippage_knows_how_precise_its_dates_are() -> None:
    seqens = slippage("Seqens", Dated.read("2023"), Dated.read("2026"))
    assert seqens is not None
    assert (36.0, 12.0) == (seqens.months, seqens.margin)
    by_day = slippage("b", Dated.read("2023-01-15"), Dated.read("2023-02-15"))
    assert by_day is not None
    assert 0.0 == by_day.margin
    assert by_day.months == pytest.approx(1.0, abs=0.05)
    assert slippage("c", Dated.read("2013", "article"), Dated.read("2014")) is None


def test_delays_together_say_which_are_sure() -> None:
    years = [
        ("2020", "2021"),
        ("2020", "2020"),
        ("2019", "2022"),
        ("2021-03-01", "2021-01-01"),
        ("2020", "2022"),
    ]
    delays = [slippage(str(i), Dated.read(a), Dated.read(b)) for i, (a, b) in enumerate(years)]
    figure = slippage_summary([*delays, None], DAY)
    assert (12.0, 5, 6, ("year_precision",)) == (figure.value, figure.n, figure.of, figure.caveats)
    # A delay of exactly what the dates leave open is not sure.
    assert (2, 1) == (figure.params["surely_later"], figure.params["surely_earlier"])
    sound(figure)


@UNTIMED
@given(st.dates(), st.dates())
def test_months_run_both_ways(a: dt.date, b: dt.date) -> None:
    assert months_between(a, b) == -months_between(b, a)
    assert abs(months_between(a, b) - (b - a).days / 30.436875) < 0.12


def test_motives_hoped_for_and_reached() -> None:
    cases = [
        *[({"COST"}, {"COST"})] * 4,
        *[({"COST", "LEAD"}, {"LEAD"})] * 3,
        *[(set(), {"LEAD"})] * 2,
        ({"COST"}, None),
        (None, {"LEAD"}),
    ]
    cost, lead = motives_before_and_after(cases, DAY)
    assert ("COST", 4, 3, 0, 2, 9, 11) == (
        cost.code,
        cost.both,
        cost.only_before,
        cost.only_after,
        cost.neither,
        cost.n,
        cost.of,
    )
    assert cost.reached == pytest.approx(4 / 7)
    assert 0.25 == cost.p_value
    assert (None, "too_few_cases", 0.5) == (lead.reached, lead.reason, lead.p_value)
    assert "2026-11-22" == lead.to_dict()["as_of"]


@UNTIMED
@given(st.integers(0, 40), st.integers(0, 40))
def test_mcnemar_is_the_binomial_test(b: int, c: int) -> None:
    found = mcnemar(b, c)
    if b + c == 0:
        assert found is None
    else:
        assert found == pytest.approx(binomtest(b, b + c, 0.5).pvalue)


def test_support_counts_the_moves_that_were_taken_back() -> None:
    good = [SupportCase(str(i), 100_000.0, "EUR", 50.0) for i in range(4)]
    figure = support_per_job_year([*good, SupportCase("reversed", 400_000.0, "EUR", 0.0)], DAY)
    assert (4000.0, "EUR_per_job_year", 5) == (figure.value, figure.unit, figure.n)
    sound(figure)


def test_support_in_two_currencies_is_not_added_up() -> None:
    cases = [SupportCase(str(i), 1000.0, "EUR" if i else "GBP", 5.0) for i in range(6)]
    figure = support_per_job_year(cases, DAY)
    assert (None, "mixed_currencies", None) == (figure.value, figure.reason, figure.numerator)
    nothing = support_per_job_year([SupportCase(str(i), 1000.0, "EUR", 0.0) for i in range(6)], DAY)
    assert "nothing_realised" == nothing.reason
    for each in (figure, nothing):
        sound(each)


def test_the_published_capture_and_recapture() -> None:
    figure = chapman(30, 20, 8, DAY)
    assert figure.value is not None
    assert figure.se is not None
    assert (71.3, 14.6, 42, 0.59) == (
        round(figure.value, 1),
        round(figure.se, 1),
        figure.params["seen"],
        round(figure.params["seen_share"], 2),
    )
    assert ("lists_correlate",) == figure.caveats
    sound(figure)


def test_lists_that_share_nothing_say_nothing_and_equal_lists_all() -> None:
    assert "no_overlap" == chapman(30, 20, 0, DAY).reason
    same = lists_overlap(["a", "b", "c"], ["c", "b", "a"], DAY)
    assert (3.0, 0.0, 1.0) == (same.value, same.se, same.params["seen_share"])
    with pytest.raises(ValueError, match="both"):
        chapman(5, 3, 4, DAY)


@UNTIMED
@given(st.integers(0, 200), st.integers(0, 200), st.data())
def test_there_are_never_fewer_cases_than_were_seen(first: int, second: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(first, second)))
    figure = chapman(first, second, both, DAY)
    sound(figure)
    if figure.value is not None:
        assert figure.value >= figure.n - 1e-9
        assert figure.low is not None
        assert figure.low >= figure.n
        assert math.isfinite(figure.se or 0.0)
