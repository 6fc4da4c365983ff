"""From claims to the record: who wins, what is a conflict, what a series; the machines, for all inputs."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thuishaven.databank.cases import Claim, Record, Source, fields, flaws, fold, in_order, reachable
from thuishaven.databank.cases.days import first_day, last_day
from thuishaven.databank.cases.model import read_record
from thuishaven.databank.cases.vocabulary import SOURCE_KINDS, transitions

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
SOURCES = {kind: Source(kind, kind, published_on="2020", id=kind) for kind in SOURCE_KINDS}
SOURCES["old"] = Source("quality_press", "old", published_on="2010", id="old")
STATES = fields()["status"].codes


def claim(number: int, field: str, value: str, source: str = "quality_press", **more: object) -> Claim:
    plain = {
        "case": "c",
        "cycle": 1,
        "move": 1 if field.startswith("move.") else 0,
        "qualifiers": {},
        "as_of": "",
        "valid_from": "",
        "valid_to": "",
        "locator": "",
        "coder": "person:an",
        "round": "intake",
        "confidence": "C",
        "note": "",
        "recorded_at": START + dt.timedelta(days=number),
        "supersedes": 0,
    }
    return Claim(id=number, field=field, value=value, source=source, **(plain | more))  # type: ignore[arg-type]


def folded(*claims: Claim, about: int | None = None) -> Record:
    return fold("c", claims, SOURCES, about)


def test_the_more_trusted_kind_of_source_is_shown() -> None:
    for strong, weak in itertools.pairwise(
        ("authority", "company", "academic", "quality_press", "aggregator")
    ):
        record = folded(
            claim(1, "case.case_type", "reshoring", strong), claim(2, "case.case_type", "unclear", weak)
        )
        assert "reshoring" == record.text("case.case_type")
    # A register counts as much as an authority: the newer claim is shown.
    both = (claim(1, "move.form_to", "own", "authority"), claim(2, "move.form_to", "supplier", "register"))
    assert "supplier" == folded(*both).text("move.form_to")


def test_the_newer_publication_of_equals_is_shown_whenever_it_was_written_down() -> None:
    record = folded(claim(1, "move.form_to", "own"), claim(2, "move.form_to", "supplier", "old"))
    assert "own" == record.text("move.form_to")


def test_what_was_settled_beats_what_was_coded() -> None:
    record = folded(
        claim(1, "move.form_to", "own", "authority", round="1"),
        claim(2, "move.form_to", "supplier", "aggregator", round="final"),
    )
    assert "supplier" == record.text("move.form_to")
    later = folded(
        claim(1, "move.form_to", "own", round="final"),
        claim(2, "move.form_to", "supplier", round="final", cycle=2),
    )
    assert "supplier" == later.text("move.form_to")


def test_van_merksteijn_has_one_number_of_jobs_and_three_sources_that_differ() -> None:
    record = folded(
        claim(1, "jobs.announced", "275", "aggregator", as_of="2017"),
        claim(2, "jobs.announced", "280", as_of="2017"),
        claim(3, "jobs.announced", "300", "old", as_of="2017"),
        claim(4, "jobs.announced", "440", "aggregator", as_of="2017"),
    )
    shown = record.get("jobs.announced")
    assert shown is not None
    assert ("280", ["300", "440", "275"]) == (shown.value, [one.value for one in shown.differ])
    direct = claim(5, "jobs.announced", "275", as_of="2017", qualifiers={"scope": "direct"})
    both = claim(6, "jobs.announced", "440", as_of="2017", qualifiers={"scope": "total"})
    apart = folded(direct, both).get("jobs.announced")
    assert apart is not None
    assert ((), 1) == (apart.differ, len(apart.series))


def test_values_of_different_days_are_a_series() -> None:
    """Seqens: a start promised for 2023, then 2024, then 2026."""
    record = folded(
        *(
            claim(n, "planned_start", start, as_of=said)
            for n, (said, start) in enumerate((("2021", "2023"), ("2023", "2024"), ("2025-11", "2026")), 1)
        )
    )
    shown = record.get("planned_start")
    assert shown is not None
    assert ("2026", ["2024", "2023"], ()) == (shown.value, [one.value for one in shown.series], shown.differ)
    then = folded(*record.claims.values(), about=2022).get("planned_start")
    assert then is not None
    assert "2023" == then.value


def test_motives_stand_beside_each_other_and_unknown_gives_way() -> None:
    record = folded(
        claim(1, "motive", "unknown"),
        claim(2, "motive", "FX"),
        claim(3, "motive", "QUALITY", "company"),
        claim(4, "motive", "QUALITY"),
    )
    assert [("FX", 1), ("QUALITY", 2)] == [(one.value, one.agree) for one in record.all("motive")]
    assert ["unknown"] == [one.value for one in folded(claim(1, "motive", "unknown")).all("motive")]


def test_a_claim_that_is_put_right_no_longer_counts_and_stays() -> None:
    wrong = claim(1, "case.case_type", "unclear", "authority")
    right = claim(2, "case.case_type", "reshoring", supersedes=1)
    assert "reshoring" == folded(wrong, right).text("case.case_type")
    back = claim(3, "case.case_type", "", supersedes=2)
    assert "" == folded(wrong, right, back).text("case.case_type")


def test_adidas_opened_in_one_of_two_years() -> None:
    record = folded(
        claim(1, "status", "implemented", as_of="2016", valid_from="2016"),
        claim(2, "status", "implemented", "old", as_of="2017", valid_from="2017"),
        claim(3, "status", "reversed", as_of="2019-11-11", valid_from="2019-11-11"),
    )
    assert [("implemented", "2016", "2017"), ("reversed", "2019-11-11", "2019-11-11")] == [
        (line.state, line.occurred_on, line.as_of) for line in record.status
    ]
    assert ["2017"] == [one.valid_from for one in record.status[0].differ]
    assert "implemented" == folded(*record.claims.values(), about=2018).status[-1].state


# For all inputs

days = st.one_of(
    st.just(""),
    st.integers(2000, 2012).map(str),
    st.builds("{}-{:02}".format, st.integers(2000, 2012), st.integers(1, 12)),
)
observed = st.lists(st.tuples(st.sampled_from(STATES), days), max_size=5)


def possible(order: tuple[tuple[str, str], ...]) -> bool:
    """Whether states can have followed each other in this order, by trying."""
    steps = all(reachable(one, other) for (one, _), (other, _) in itertools.pairwise(order))
    dates = all(
        not (one and other and first_day(one) > last_day(other))
        for (_, one), (_, other) in itertools.combinations(order, 2)
    )
    return steps and dates


@given(observed)
def test_an_order_is_found_exactly_where_there_is_one(states: list[tuple[str, str]]) -> None:
    found = in_order(states)
    there = any(possible(order) for order in itertools.permutations(states))
    assert there == (found is not None)
    if found is not None:
        assert possible(tuple(states[place] for place in found))


claims = st.lists(
    st.tuples(
        st.sampled_from(["case.case_type", "move.form_to", "jobs.announced", "motive", "status"]),
        st.sampled_from(sorted(SOURCES)),
        st.sampled_from(["1", "2", "final", "intake"]),
        st.integers(2000, 2012).map(str),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    max_size=12,
)
VALUES = {
    "case.case_type": ("reshoring", "unclear", "nearshoring", "unknown"),
    "move.form_to": ("own", "supplier", "unknown", "own"),
    "jobs.announced": ("1", "2", "3", "4"),
    "motive": ("FX", "QUALITY", "unknown", "STOCK"),
    "status": ("announced", "implemented", "reversed", "cancelled"),
}


def made(drawn: list[tuple[str, str, str, str, int, int]]) -> list[Claim]:
    return [
        claim(
            number,
            field,
            VALUES[field][value],
            source,
            round=round_,
            as_of=day,
            valid_from=day if field == "status" and value % 2 else "",
            supersedes=number - back if 0 < back < number else 0,
        )
        for number, (field, source, round_, day, value, back) in enumerate(drawn, 1)
    ]


@given(claims)
def test_every_value_rests_on_a_claim_with_a_source(
    drawn: list[tuple[str, str, str, str, int, int]],
) -> None:
    known = made(drawn)
    record = folded(*known)
    shown = [*record.values.values(), *itertools.chain.from_iterable(record.lists.values())]
    for one in itertools.chain(shown, *(one.series for one in shown)):
        resting = record.claims[one.claim]
        assert (resting.value, resting.field, resting.move) == (one.value, one.field, one.move)
        assert one.source in record.sources
        # A conflict is about the same day, and says something else.
        dated = fields()[one.field].dated
        assert all(other.value != one.value for other in one.differ)
        assert not dated or all(other.as_of == one.as_of for other in one.differ)
    for line in record.status:
        assert line.as_of
        assert record.claims[line.claim].value == line.state
    gone = {one.supersedes for one in known}
    assert not gone & set(record.claims)


@given(claims)
def test_the_order_in_which_claims_are_read_changes_nothing(
    drawn: list[tuple[str, str, str, str, int, int]],
) -> None:
    known = made(drawn)
    assert folded(*known).to_dict() == folded(*reversed(known)).to_dict()


@given(claims)
def test_a_record_is_read_back_as_it_was_kept(drawn: list[tuple[str, str, str, str, int, int]]) -> None:
    kept = json.loads(json.dumps(folded(*made(drawn)).to_dict()))
    assert kept == read_record(kept).to_dict()
    # Folding what was kept gives it again: a version stands on its own.
    again = read_record(kept)
    assert kept == fold("c", again.claims.values(), again.sources).to_dict()


@given(claims, st.integers(2000, 2012))
def test_what_is_said_of_a_year_knows_nothing_later(
    drawn: list[tuple[str, str, str, str, int, int]], year: int
) -> None:
    record = folded(*made(drawn), about=year)
    assert all(first_day(one.as_of).year <= year for one in record.claims.values() if one.field != "status")
    assert all(first_day(line.occurred_on or line.as_of).year <= year for line in record.status)


@given(claims)
def test_what_may_be_published_never_breaks_the_rules(
    drawn: list[tuple[str, str, str, str, int, int]],
) -> None:
    record = folded(*made(drawn))
    codes = {flaw.code for flaw in flaws(record)}
    states = [line.state for line in record.status]
    if "reversed" in states and not {"partially", "implemented"} & set(states):
        assert "never_there" in codes
    if not codes & {"status_order"}:
        known = [line for line in record.status if line.occurred_on]
        for one, other in itertools.combinations(known, 2):
            assert first_day(one.occurred_on) <= last_day(other.occurred_on)


def test_every_transition_of_the_tables_is_one_of_the_machine() -> None:
    states = {one.after for one in transitions("publication")} | {"signal"}
    expected = {
        "signal",
        "candidate",
        "coded_once",
        "coded_twice",
        "approved",
        "published",
        "rejected",
        "withdrawn",
    }
    assert expected == states
    assert {one.after for one in transitions("implementation")} - {"any observed state"} <= set(STATES)


@pytest.mark.parametrize("before", STATES)
def test_a_return_is_undone_only_where_something_returned(before: str) -> None:
    assert (before not in {"cancelled", "reversed"}) == (
        reachable(before, "reversed") and before != "reversed"
    )
