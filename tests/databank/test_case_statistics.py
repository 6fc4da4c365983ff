"""Statistics of cases: worked by hand, on both engines, now and in a release; nothing that misleads."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from casework import ED, pots, published
from statistics_told import DAY, NOW, filled, told
from thuishaven.access import NotFound
from thuishaven.databank import Database, statistics
from thuishaven.databank.cases import Cases, Statement
from thuishaven.databank.indicators import Dated
from thuishaven.databank.releases import Releases
from thuishaven.databank.statistics import COLUMNS, Statistics, Told, as_csv, survey_shares, worked_out


def several(*cases: Told) -> Statistics:
    return worked_out(cases, NOW)


def test_published_cases_are_counted_with_what_became_of_them(databank: Database) -> None:
    store = databank.public
    filled(store)
    visitor = store.visitor()
    found = statistics.statistics(store, visitor)
    assert (6, {"done": 2, "open": 3, "cancelled": 0, "reversed": 1, "unknown": 0}) == (
        found.n,
        found.outcomes,
    )
    sectors = {one.value: (one.cases, one.outcomes["reversed"]) for one in found.counts["sector"]}
    assert {"22": (4, 1), "14": (2, 0)} == sectors
    assert [("CHN", 3), ("POL", 3)] == [(one.value, one.cases) for one in found.counts["origin"]]
    assert (3, 3) == (found.standing.n, found.reversal.n)
    # Promised for June 2012, begun in June 2013; three cases are too few for a figure.
    assert (3, None, "too_few_cases") == (found.delay.n, found.delay.value, found.delay.reason)
    # June 2016 is three years after the first output.
    jobs = next(one for one, _middle in found.realised if one.params["age_months"] == 36)
    assert (3, 8 + 9 + 10, 10 + 11 + 12, None) == (jobs.n, jobs.numerator, jobs.denominator, jobs.value)
    assert (6, 3, 3) == tuple(found.coverage.params[name] for name in ("first", "second", "both"))
    changes = {one.code: (one.only_before, one.only_after, one.n, one.of) for one in found.motives}
    assert {"LEADTIME": (3, 0, 3, 6), "QUALITY": (0, 3, 3, 6)} == changes
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_release_keeps_its_figures_when_more_is_published(databank: Database, tmp_path: Path) -> None:
    store = databank.public
    first = published(store, pots(organisation__name="Aardappel bv"))
    releases = Releases(store, tmp_path)
    assert ("", ()) == (statistics.moment_of(store, ED).latest, statistics.statistics(store, ED).reliability)
    releases.make(ED, "ready", formats=())
    before = statistics.statistics(store, ED, release="2026.1")
    published(store, pots(organisation__name="Bromfiets nv"))
    Cases(store).withdraw(ED, first, "asked for")
    now = statistics.statistics(store, ED)
    assert (1, 1, "2026.1") == (before.n, now.n, now.moment.latest)
    again = statistics.statistics(store, ED, release="latest")
    assert (before.to_dict(), "2026.1") == (again.to_dict(), again.moment.release)
    assert {row["field"] for row in now.reliability} >= {"move.from_country", "case.case_type"}
    with pytest.raises(NotFound):
        statistics.statistics(store, ED, release="2031.7")


def test_kinds_are_never_added_up(databank: Database) -> None:
    store = databank.public
    published(store, pots(organisation__name="Aardappel bv"))
    published(store, pots(organisation__name="Bromfiets nv", case__case_type="nearshoring"))
    assert [1, 1, 0] == [
        statistics.statistics(store, ED, kind).n for kind in ("reshoring", "nearshoring", "retention")
    ]
    assert {"reshoring": 1, "nearshoring": 1} == dict(statistics.statistics(store, ED).kinds)


def test_what_is_not_published_counts_for_nothing(databank: Database) -> None:
    Cases(databank.public).propose(ED, pots())
    assert 0 == statistics.statistics(databank.public, databank.public.visitor()).n


def test_only_jobs_of_the_move_itself_count(databank: Database) -> None:
    said = pots()
    source = said[0].source
    scope = {"scope": "company_total"}
    said.append(Statement("jobs.announced", "450", source, as_of="2012", qualifiers=scope))
    published(databank.public, said)
    (one,) = statistics.gathered(databank.public, ED)
    assert one.jobs_announced is None


def test_enough_cases_give_a_figure_with_numerator_and_denominator() -> None:
    day = dt.date(2016, 1, 1)
    cases = [told(n, jobs_announced=100.0, jobs_realised=((day, 60.0 + 10 * n),)) for n in range(5)]
    found = several(*cases, told(9))
    total, middle = found.realised[1]
    assert (400.0, 500.0, 0.8, 5, 6) == (total.numerator, total.denominator, total.value, total.n, total.of)
    assert 0.8 == middle.value
    assert "pairs_only" in total.caveats
    assert [None, None] == [pair[0].value for pair in (found.realised[0], found.realised[2])]


def test_a_rate_of_hand_picked_cases_is_none() -> None:
    back = {"state": "reversed", "ended": "reversed", "ended_on": dt.date(2016, 1, 1)}
    picked = [told(n, picked=True) for n in range(6)]
    found = several(*picked, told(9, picked=True, **back))
    assert (None, "hand_picked", 7) == (found.reversal.value, found.reversal.reason, found.picked)
    mixed = several(*picked, *(told(20 + n) for n in range(5)), told(30, **back)).reversal
    assert (1 / 6, 6, 12, 6) == (mixed.value, mixed.n, mixed.of, mixed.params["picked"])
    # Five years for those that stand, three for the one that does not.
    assert (5 * 60 + 36) / 6 == mixed.params["mean_age_months"]


def test_a_move_without_a_known_first_day_is_left_out_of_the_curve_and_counted() -> None:
    found = several(*(told(n) for n in range(5)), told(9, first_output=None))
    assert (6, 1, 5) == (found.left["standing"].cases, found.left["standing"].undated, found.standing.n)
    assert 1 == found.left["started"].undated


def test_an_announcement_that_is_cancelled_ends_another_way() -> None:
    gone = {"state": "cancelled", "done": False, "first_output": None, "ended": "cancelled"}
    found = several(*(told(n) for n in range(4)), told(9, ended_on=dt.date(2014, 1, 1), **gone)).started
    step = found.at(24)
    assert step is not None
    assert (("done", "cancelled"), 0.8) == (found.events, round(step.incidence[0], 6))
    assert 0.2 == round(step.incidence[1], 6)


def test_announced_and_done_in_one_year_counts_as_done() -> None:
    same = told(1, first_output=Dated(dt.date(2012, 1, 1), "year"))
    assert (1, 0) == (several(same).started.n, several(same).started.left_out)


def test_hardly_any_overlap_of_two_lists_gives_no_estimate() -> None:
    lists = [told(n, press=n < 30, register=n > 27) for n in range(48)]
    few = several(*lists).coverage
    assert ("too_few_cases", None, None, 2) == (few.reason, few.value, few.low, few.params["both"])
    enough = several(*(told(n, press=n < 30, register=n > 21) for n in range(42))).coverage
    # The worked example of the method: 30 and 20 cases, 8 of them in both.
    assert (71.3, 14.6, 42) == (round(enough.value or 0, 1), round(enough.se or 0, 1), enough.n)


def test_motives_count_only_where_somebody_said_both() -> None:
    both = [
        told(n, before=frozenset({"QUALITY"}), after=frozenset({"QUALITY"} if n else ())) for n in range(5)
    ]
    both[0] = replace(both[0], after=frozenset({"LEADTIME"}))
    found = several(*both, told(9, before=frozenset({"QUALITY"})), told(10))
    by_code = {one.code: one for one in found.motives}
    assert (0.8, 5, 6) == (by_code["QUALITY"].reached, by_code["QUALITY"].n, by_code["QUALITY"].of)


@pytest.mark.parametrize(
    "subject", ["sector", "motive", "jobs", "lasting", "reasons", "coverage", "reliability"]
)
def test_every_subject_can_be_saved_as_a_file(subject: str) -> None:
    row = {"field": "case.case_type", "code": "-", "alpha": None, "low": None, "high": None}
    row |= {"jaccard": None, "units": 3, "reason": "no_variation"}
    motives = {"before": frozenset({"QUALITY"}), "after": frozenset({"LEADTIME"})}
    found = worked_out([told(n, **motives) for n in range(6)], NOW, reliability=[row])
    text = as_csv(found, subject)
    lines = list(csv.DictReader(io.StringIO(text)))
    assert list(COLUMNS) == list(lines[0])
    assert {("reshoring", DAY.isoformat())} == {(line["kind"], line["as_of"]) for line in lines}


def test_surveys_stand_beside_with_their_sources() -> None:
    for one in survey_shares():
        assert 0 < one.value < 100
        assert one.source_url.startswith("http")
