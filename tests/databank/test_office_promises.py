"""What a company promised with its decision, beside what it said came of it; on both engines."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from databases import Clock
from thuishaven.access import EVENT, AccessError, Actor, Denied, NotFound, canonical, fingerprint
from thuishaven.databank import Content, run_retention
from thuishaven.databank.office import (
    Begun,
    Consents,
    Decided,
    FollowUps,
    Pair,
    Projects,
    Promise,
    Promises,
    promise_pairs,
)
from thuishaven.databank.office.promises import checked
from thuishaven.databank.office.tables import DECISION
from visitors import House

DECIDED_ON = dt.date(2026, 11, 20)
#: Figures that stand nowhere else.
PROMISE = Promise(17.25, 0.8125, "2027-12")
DECIDED = Decided(DECIDED_ON, "go", "bigger_stock", (), ("SKILLS",), "Stock is enough", PROMISE)
ALWAYS = ("2000", "3000")


class Desk:
    """An agency with an adviser, and projects that wait for the decision."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock
        here = house.organisation("Agency")
        _, self.an = house.member("an", here, "adviser")
        _, self.eve = house.member("eve", house.organisation("Other agency"), "adviser")
        self.projects = Projects(house.store)
        self.follow_ups = FollowUps(self.projects, house.shares)
        self.promises = Promises(self.projects)

    def ready(self) -> str:
        begun = Begun("Pots", "Voorbeeld bv", "BEL", "0417497106")
        project = self.projects.open(self.an, begun, contact_agreed=True)
        self.projects.describe(self.an, project, purpose="Advice")
        self.projects.advance(self.an, project, "accept")
        self.laid_before(project)
        return project

    def laid_before(self, project: str) -> None:
        dossier = self.house.dossiers.create(self.an, "Pots", Content("thuishaven: 1\n"))
        for kind in ("scan", "calculation", "alternative"):
            self.projects.attach(self.an, project, dossier, 1, kind, {})
        self.projects.advance(self.an, project, "submit_for_decision")

    def producing(self, decided: Decided = DECIDED) -> str:
        project = self.ready()
        self.projects.decide(self.an, project, decided)
        self.projects.advance(self.an, project, "first_output", {"first_output": DECIDED_ON})
        return project

    def later(self, **time: float) -> None:
        self.clock.pass_(**time)
        self.an: Actor = replace(self.an, at=self.clock())

    def asked(self, project: str, month: int, **answers: Any) -> None:
        self.follow_ups.ask(self.an, project, month)
        if answers:
            found = next(one for one in self.follow_ups.of(self.an, project) if one.month == month)
            self.follow_ups.answer(self.an, found.id, answers)

    def pairs(self, *projects: str, span: tuple[str, str] = ALWAYS) -> tuple[Pair, ...]:
        with self.house.store.read(self.an) as connection:
            return promise_pairs(connection, {one: f"group of {one}" for one in projects}, *span)


@pytest.fixture
def desk(house: House, clock: Clock) -> Desk:
    return Desk(house, clock)


def refused(decided: Decided, desk: Desk, project: str) -> tuple[str, Any]:
    with pytest.raises(AccessError) as found:
        desk.projects.decide(desk.an, project, decided)
    return found.value.code, found.value.params.get("field")


def test_a_promise_is_kept_with_the_decision(desk: Desk) -> None:
    project = desk.producing()
    assert (DECIDED,) == desk.projects.decisions(desk.an, project)
    (held,) = desk.promises.of(desk.an, project)
    assert (DECIDED, PROMISE, True) == (held.decided, held.promise, held.last)
    assert ["not_yet"] * 3 == [held.state(month) for month in (12, 36, 60)]


@pytest.mark.parametrize("promise", [None, Promise(None, None, "")])
def test_who_promises_nothing_is_held_to_nothing(desk: Desk, promise: Promise | None) -> None:
    project = desk.producing(replace(DECIDED, promise=promise))
    desk.asked(project, 12, jobs_fte=3, jobs_as_of="2026-11-21", volume_share=0.5)
    assert None is desk.projects.decisions(desk.an, project)[0].promise
    assert () == desk.promises.of(desk.an, project)
    assert () == desk.pairs(project)


def test_a_company_that_stays_may_promise_no_jobs(desk: Desk) -> None:
    none = Promise(0, None, "2026-11-20")
    project = desk.producing(replace(DECIDED, promise=none))
    assert none == desk.promises.of(desk.an, project)[0].promise
    desk.asked(project, 12, jobs_fte=0, jobs_as_of="2026-11-20")
    assert [True] == [one.kept for one in desk.pairs(project)]
    stays = desk.ready()
    desk.projects.decide(desk.an, stays, replace(DECIDED, outcome="no_go", promise=none))
    (held,) = desk.promises.of(desk.an, stays)
    # Who carries nothing out is not asked later.
    assert "never" == held.state(12)


@pytest.mark.parametrize(
    ("promise", "code", "field"),
    [
        (Promise(-1, None, "2028"), "promise_form", "promised_jobs"),
        (Promise(float("nan"), None, "2028-01"), "promise_form", "promised_jobs"),
        (Promise(float("inf"), None, "2028-01"), "promise_form", "promised_jobs"),
        (Promise(True, None, "2028-01"), "promise_form", "promised_jobs"),
        (Promise(None, 1.01, "2028-01"), "promise_form", "promised_volume"),
        (Promise(1, None, "2028"), "promise_form", "promised_by"),
        (Promise(1, None, "2028-13"), "promise_form", "promised_by"),
        (Promise(1, None, "soon"), "promise_form", "promised_by"),
        (Promise(1, 0.5, ""), "promise_when", "promised_by"),
        (Promise(None, None, "2028-01"), "promise_what", "promised_jobs"),
        (Promise(1, None, "2026-11-19"), "promise_past", "promised_by"),
        (Promise(1, None, "2026-10"), "promise_past", "promised_by"),
    ],
)
def test_a_promise_of_another_form_is_refused_by_field(promise: Promise, code: str, field: str) -> None:
    with pytest.raises(AccessError) as found:
        checked(promise, DECIDED_ON)
    assert (code, {"field": field}) == (found.value.code, found.value.params)


def test_a_refused_promise_leaves_the_project_where_it_was(desk: Desk) -> None:
    project = desk.ready()
    wrong = replace(DECIDED, promise=replace(PROMISE, by=""))
    assert ("promise_when", "promised_by") == refused(wrong, desk, project)
    assert "decision_pending" == desk.projects.get(desk.an, project).state
    assert () == desk.projects.decisions(desk.an, project)
    desk.projects.decide(desk.an, project, DECIDED)


@given(
    st.floats(0, 1e9),
    st.floats(0, 1),
    st.dates(DECIDED_ON, dt.date(2099, 12, 31)),
    st.sampled_from((7, 10)),
)
def test_every_promise_from_the_decision_on_is_taken(
    jobs: float, share: float, day: dt.date, exact: int
) -> None:
    promise = Promise(jobs, share, day.isoformat()[:exact])
    assert promise == checked(promise, DECIDED_ON)


def test_neither_the_time_line_nor_the_log_tells_a_figure(desk: Desk) -> None:
    project = desk.producing()
    step = next(one for one in desk.projects.time_line(desk.an, project) if one.kind == "decide_go")
    assert ["jobs_fte", "volume_share"] == step.details["promised"]
    table = EVENT["confidential"]
    with desk.house.store.read(desk.house.store.local("beheer")) as connection:
        (event,) = connection.execute(sa.select(table).where(table.c.action == "decide_go")).all()
    told = json.dumps(dict(step.details)) + event.details
    assert not [figure for figure in ("17.25", "0.8125", "2027-12") if figure in told]
    # Its fingerprint is that of the whole decision: whoever changes the promise later is found out.
    figures = {"promised_by": "2027-12", "promised_jobs": 17.25, "promised_volume": 0.8125}
    assert fingerprint(canonical({**step.details, **figures})) == event.payload_hash


def test_promised_stands_beside_realised(desk: Desk) -> None:
    project = desk.producing()
    desk.later(days=365)
    desk.asked(project, 12, jobs_fte=12.5, jobs_as_of="2027-11-19")
    desk.asked(project, 36)
    (held,) = desk.promises.of(desk.an, project)
    assert ["answered", "waiting", "not_yet"] == [held.state(month) for month in (12, 36, 60)]
    assert (12.5, "2027-11-19", None) == tuple(
        held.said(12, what) for what in ("jobs_fte", "jobs_as_of", "volume_share")
    )
    assert None is held.said(60, "jobs_fte")
    desk.follow_ups.no_answer(desk.an, project, 36, "no_answer")
    assert "no_answer" == desk.promises.of(desk.an, project)[0].state(36)


def test_each_answer_belongs_to_the_decision_that_held_when_it_was_asked(desk: Desk) -> None:
    project = desk.producing()
    desk.later(days=365)
    desk.asked(project, 12, volume_share=0.5)
    desk.asked(project, 60, volume_share=0.9)
    desk.projects.advance(desk.an, project, "follow_up_60")
    desk.projects.advance(desk.an, project, "close", {"reason": "done"})
    desk.projects.advance(desk.an, project, "reopen", {"reason": "new_question"})
    desk.later(days=1)
    desk.projects.advance(desk.an, project, "accept")
    desk.laid_before(project)
    again = replace(
        DECIDED, decided_on=dt.date(2027, 11, 20), family="home_own", promise=Promise(None, 1, "2028-06")
    )
    desk.projects.decide(desk.an, project, again)
    desk.projects.advance(desk.an, project, "first_output", {"first_output": dt.date(2027, 11, 21)})
    desk.asked(project, 36, volume_share=0.25)
    now, before = desk.promises.of(desk.an, project)
    assert (again, True, [36]) == (now.decided, now.last, sorted(now.answers))
    assert (DECIDED, False, [12, 60]) == (before.decided, before.last, sorted(before.answers))
    assert ("never", "not_yet") == (before.state(36), now.state(60))
    assert [(12, 0.8125, 0.5), (36, 1.0, 0.25), (60, 0.8125, 0.9)] == [
        (one.month, one.promised, one.realised) for one in desk.pairs(project)
    ]


def test_statistics_get_a_pair_for_each_figure_that_was_answered(desk: Desk) -> None:
    first, second = desk.producing(), desk.producing(replace(DECIDED, promise=Promise(4, None, "2027-06-01")))
    desk.later(days=365)
    # Less than promised, counted before the month had passed: neither kept nor broken.
    desk.asked(first, 12, jobs_fte=12, jobs_as_of="2027-11-01", volume_share=0.9)
    desk.asked(second, 12, jobs_fte=3.9, jobs_as_of="2027-06-01", volume_share=0.1)
    desk.asked(first, 36)
    desk.follow_ups.no_answer(desk.an, first, 36, "refused")
    told = {
        (one.project, one.what): (one.group, one.promised, one.realised, one.kept)
        for one in desk.pairs(first, second)
    }
    assert {
        (first, "jobs_fte"): (f"group of {first}", 17.25, 12.0, None),
        (first, "volume_share"): (f"group of {first}", 0.8125, 0.9, True),
        (second, "jobs_fte"): (f"group of {second}", 4.0, 3.9, False),
    } == told
    # Only what was asked and answered in the time that is told of.
    assert () == desk.pairs(first, second, span=("2026", "2027"))
    assert 3 == len(desk.pairs(first, second, span=("2027", "2028")))
    assert () == desk.pairs(span=("2027", "2028"))


def test_only_who_guides_the_project_sees_what_was_promised(desk: Desk) -> None:
    project = desk.producing()
    with pytest.raises(NotFound):
        desk.promises.of(desk.eve, project)
    Consents(desk.projects).give(
        desk.an,
        project,
        "second_agency",
        given_by="The director",
        given_on=DECIDED_ON,
        receiver=desk.eve.organisation,
        highest_class=3,
    )
    with pytest.raises(Denied):
        desk.promises.of(desk.eve, project)


def test_an_erased_project_promises_nothing(desk: Desk) -> None:
    project = desk.producing()
    desk.clock.pass_(days=365 * 8)
    run_retention(desk.house.databank, desk.house.store.local("beheer"))
    with desk.house.databank.as_owner() as owner, owner.confidential.engine.connect() as connection:
        row = connection.execute(sa.select(DECISION).where(DECISION.c.project == project)).one()
    assert ("-", None, None, None) == (row.reason, row.promised_jobs, row.promised_volume, row.promised_by)
