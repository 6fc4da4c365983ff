"""A company's way through the front office, on both engines."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from databases import Clock
from thuishaven.access import AccessError, Actor, Denied, NotFound
from thuishaven.databank import Content
from thuishaven.databank.office import (
    Begun,
    Consents,
    Decided,
    FollowUps,
    Papers,
    Projects,
    Signals,
    Tasks,
    Told,
    months,
    transitions,
)
from visitors import House

REPORTED = Told("desk", "Voorbeeld bv", "Wants to make its pots nearer", country="BEL", number="0417497106")
DECIDED = Decided(
    dt.date(2026, 11, 20),
    "no_go",
    "bigger_stock",
    ("home_own", "bigger_stock"),
    ("COST_LABOUR",),
    "Stock is enough",
)


class Office:
    """Two agencies, an adviser of each, a colleague, and somebody without a role."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock
        self.here, self.there = house.organisation("Agency"), house.organisation("Other agency")
        _, self.an = house.member("an", self.here, "adviser")
        _, self.ben = house.member("ben", self.here, "adviser")
        _, self.eve = house.member("eve", self.there, "adviser")
        _, self.kim = house.member("kim", self.here, "company_user")
        self.signals, self.projects = Signals(house.store), Projects(house.store)
        self.tasks, self.papers = Tasks(house.store), Papers(self.projects)
        self.consents = Consents(self.projects)
        self.follow_ups = FollowUps(self.projects, house.shares)

    def at(self, actor: Actor) -> Actor:
        return replace(actor, at=self.clock())

    def opened(self) -> str:
        signal = self.signals.receive(self.an, REPORTED)
        begun = Begun("Pots nearer", "Voorbeeld bv", "BEL", "0417497106")
        return self.projects.open(self.an, begun, signal=signal, contact_agreed=True)

    def accepted(self) -> str:
        project = self.opened()
        self.projects.describe(self.an, project, purpose="Advice on where to make pots")
        self.projects.advance(self.an, project, "accept")
        return project

    def ready(self) -> str:
        project = self.accepted()
        dossier = self.house.dossiers.create(self.an, "Pots", Content("thuishaven: 1\n"))
        for kind in ("scan", "calculation", "alternative"):
            self.projects.attach(self.an, project, dossier, 1, kind, {"recommended": "bigger_stock"})
        self.projects.advance(self.an, project, "submit_for_decision")
        return project

    def running(self) -> str:
        project = self.ready()
        self.projects.decide(self.an, project, replace(DECIDED, outcome="go", family="home_own"))
        return project

    def producing(self) -> str:
        project = self.running()
        self.projects.advance(self.an, project, "first_output", {"first_output": dt.date(2026, 11, 1)})
        return project

    def state(self, project: str) -> str:
        return self.projects.get(self.an, project).state

    def open_rules(self, subject: str) -> dict[str, dt.date]:
        return {task.rule: task.due for task in self.tasks.of(self.an, subject) if task.state == "open"}


@pytest.fixture
def office(house: House, clock: Clock) -> Office:
    return Office(house, clock)


def refused(act: Any, *given: Any, **named: Any) -> AccessError:
    with pytest.raises(AccessError) as found:
        act(*given, **named)
    return found.value


def test_a_signal_brings_a_task_of_five_working_days(office: Office) -> None:
    signal = office.signals.receive(office.an, REPORTED)
    # 22 November 2026 is a Sunday.
    assert {"triage": dt.date(2026, 11, 27)} == office.open_rules(signal)


def test_the_same_signal_is_kept_once(office: Office) -> None:
    first = office.signals.receive(office.an, REPORTED)
    assert first == office.signals.receive(office.ben, replace(REPORTED, company="VOORBEELD B.V."))
    assert 1 == len(office.signals.list(office.an))


def test_a_visitors_signal_is_seen_by_every_front_office_until_one_takes_it(office: Office) -> None:
    signal = office.signals.receive(office.house.store.visitor(), replace(REPORTED, channel="self_service"))
    assert [signal] == [one.id for one in office.signals.list(office.an)]
    assert [signal] == [one.id for one in office.signals.list(office.eve)]
    office.signals.take(office.an, signal)
    assert () == office.signals.list(office.eve)
    assert isinstance(refused(office.signals.get, office.eve, signal), NotFound)


def test_an_offered_signal_stays_until_it_is_taken(office: Office) -> None:
    signal = office.signals.receive(office.an, REPORTED)
    office.signals.offer(office.an, signal, office.there.id, "It is in their province")
    assert [signal] == [one.id for one in office.signals.list(office.an)]
    assert [signal] == [one.id for one in office.signals.list(office.eve)]
    office.signals.take(office.eve, signal)
    assert () == office.signals.list(office.an)
    assert office.there.id == office.signals.get(office.eve, signal).organisation
    assert ["triage"] == [task.rule for task in office.tasks.work_list(office.eve)]
    assert () == office.tasks.work_list(office.an)


def test_a_signal_that_is_nobodys_is_taken_before_it_is_closed(office: Office) -> None:
    signal = office.signals.receive(office.house.store.visitor(), REPORTED)
    assert "take_first" == refused(office.signals.close, office.an, signal, "not_reshoring").code


def test_signals_of_one_company_are_proposed_as_the_same(office: Office) -> None:
    first = office.signals.receive(office.an, REPORTED)
    alike = replace(REPORTED, company="Voorbeeld Plastics BV", title="Seen in the paper", number="")
    other = office.signals.receive(office.an, alike)
    office.signals.receive(office.an, replace(REPORTED, company="Nedschroef", number="", title="Bolts"))
    assert [first] == [one.id for one in office.signals.alike(office.an, other)]
    office.signals.close(office.an, other, "duplicate", first)
    assert first == office.signals.get(office.an, other).duplicate_of
    assert {} == office.open_rules(other)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (replace(REPORTED, company=" "), "company"),
        (replace(REPORTED, title="x" * 300), "title"),
        (replace(REPORTED, url="javascript:alert(1)"), "url"),
        (replace(REPORTED, channel="gossip"), "channel"),
    ],
)
def test_a_signal_of_another_form_is_refused_by_field(office: Office, told: Told, field: str) -> None:
    assert {"field": field} == refused(office.signals.receive, office.an, told).params


def test_who_has_no_such_role_sees_nothing(office: Office) -> None:
    project = office.opened()
    for act in (office.signals.list, office.projects.list, office.tasks.work_list):
        assert isinstance(refused(act, office.kim), Denied)
    assert isinstance(refused(office.projects.get, office.kim, project), NotFound)
    assert isinstance(refused(office.projects.get, office.eve, project), NotFound)
    assert isinstance(refused(office.projects.get, office.eve, "0" * 32), NotFound)


def test_a_project_begins_with_agreement_only(office: Office) -> None:
    begun = Begun("Pots nearer", "Voorbeeld bv")
    assert "consent_needed" == refused(office.projects.open, office.an, begun).code


def test_a_signal_leads_to_one_project(office: Office) -> None:
    project = office.opened()
    signal = office.signals.list(office.an, state="accepted")[0]
    assert project == signal.project
    again = refused(
        office.projects.open, office.ben, Begun("Again", "V"), signal=signal.id, contact_agreed=True
    )
    assert "project_opened" == again.code
    assert 1 == len(office.projects.list(office.an))


def test_each_step_says_what_is_missing(office: Office) -> None:
    project = office.opened()
    assert ["purpose"] == refused(office.projects.advance, office.an, project, "accept").params["missing"]
    office.projects.describe(office.an, project, purpose="Advice", number="0403019262")
    assert ["number_valid"] == refused(office.projects.advance, office.an, project, "accept").params[
        "missing"
    ]
    office.projects.describe(office.an, project, number="0417.497.106")
    assert "dossier" == office.projects.advance(office.an, project, "accept")
    steps = {step.event: missing for step, missing in office.projects.steps_open(office.an, project)}
    assert ("scan", "calculation", "alternative") == steps["submit_for_decision"]


def test_a_decision_against_moving_closes_with_its_reason(office: Office) -> None:
    project = office.ready()
    wrong = refused(office.projects.decide, office.an, project, replace(DECIDED, codes=()))
    assert ["codes"] == wrong.params["missing"]
    office.projects.decide(office.an, project, DECIDED)
    found = office.projects.get(office.an, project)
    assert ("closed", "bigger_stock") == (found.state, found.outcome)
    assert (DECIDED,) == tuple(
        replace(one, considered=DECIDED.considered) for one in office.projects.decisions(office.an, project)
    )
    assert {} == office.open_rules(project)


def test_no_step_leads_where_the_table_does_not(office: Office) -> None:
    project = office.accepted()
    events = {row.event for row in transitions()}
    possible = {row.event for row in transitions() if row.from_state == "dossier"}
    for event in sorted(events - possible):
        assert "step_wrong" == refused(office.projects.advance, office.an, project, event).code
    assert "dossier" == office.state(project)


def test_follow_up_is_asked_at_12_36_and_60_months(office: Office) -> None:
    project = office.producing()
    due = {"follow_up_12": dt.date(2027, 11, 1), "follow_up_36": dt.date(2029, 11, 1)}
    assert due | {"follow_up_60": dt.date(2031, 11, 1)} == office.open_rules(project)
    assert (12, 36, 60) == months()


def test_moving_month_zero_moves_the_open_tasks_only(office: Office) -> None:
    project = office.producing()
    done = office.tasks.of(office.an, project)[-1]
    assert "done" == done.state
    first = next(task for task in office.tasks.of(office.an, project) if task.rule == "follow_up_12")
    office.tasks.done(office.an, first.id)
    office.projects.correct_first_output(office.an, project, dt.date(2026, 10, 1))
    rules = office.open_rules(project)
    assert dt.date(2029, 10, 1) == rules["follow_up_36"]
    moved = {task.due for task in office.tasks.of(office.an, project) if task.id == first.id}
    assert {dt.date(2027, 11, 1)} == moved


def test_a_company_answers_by_a_link_and_the_adviser_accepts(office: Office) -> None:
    project = office.producing()
    missing = refused(office.projects.advance, office.an, project, "follow_up_12").params["missing"]
    assert ["answer"] == missing
    token = office.follow_ups.ask(office.an, project, 12)
    visitor = office.house.shares.actor(token)
    asked = visitor.grants[0].object
    answers = {
        "jobs_fte": 12.5,
        "jobs_as_of": "2027-10-31",
        "volume_share": 0.8,
        "motives_reached": ["LEADTIME"],
    }
    office.follow_ups.answer(visitor, asked, answers)
    assert answers == dict(office.follow_ups.of(office.an, project)[0].answers)
    assert isinstance(refused(office.projects.get, visitor, project), NotFound)
    office.projects.advance(office.an, project, "follow_up_12")
    assert "follow_up_12" not in office.open_rules(project)
    assert "accepted" == refused(office.follow_ups.answer, visitor, asked, answers).code


def test_a_second_asking_ends_the_first_link(office: Office) -> None:
    project = office.producing()
    first = office.follow_ups.ask(office.an, project, 12)
    office.follow_ups.ask(office.an, project, 12)
    assert "link_gone" == refused(office.house.shares.actor, first).code


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"jobs_fte": 10}, "jobs_as_of"),
        ({"jobs_fte": float("nan"), "jobs_as_of": "2027-01-01"}, "jobs_fte"),
        ({"volume_share": 80}, "volume_share"),
        ({"motives_reached": ["GUESS"]}, "motives_reached"),
        ({"salary": 1}, "salary"),
    ],
)
def test_an_answer_of_another_form_is_refused_by_field(
    office: Office, answers: dict[str, Any], field: str
) -> None:
    project = office.producing()
    visitor = office.house.shares.actor(office.follow_ups.ask(office.an, project, 12))
    asked = visitor.grants[0].object
    assert {"field": field} == refused(office.follow_ups.answer, visitor, asked, answers).params


def test_a_project_ends_after_the_last_answer_or_a_reversal(office: Office) -> None:
    project = office.producing()
    wrong = refused(office.projects.advance, office.an, project, "close", {"reason": "done"})
    assert ["last_answer"] == wrong.params["missing"]
    office.follow_ups.ask(office.an, project, 60)
    office.follow_ups.no_answer(office.an, project, 60, "no_answer")
    office.projects.advance(office.an, project, "follow_up_60")
    office.projects.advance(office.an, project, "close", {"reason": "done"})
    assert "closed" == office.state(project)


def test_consent_opens_a_project_to_one_organisation_until_it_ends(office: Office) -> None:
    project = office.accepted()
    given = {"given_by": "The director", "given_on": dt.date(2026, 11, 20)}
    consent = office.consents.give(
        office.an, project, "second_agency", receiver=office.there.id, highest_class=2, **given
    )
    seen = office.projects.get(office.eve, project)
    assert ("Voorbeeld bv", "dossier", "") == (seen.company, seen.state, seen.purpose)
    assert [project] == [one.id for one in office.projects.shared(office.eve)]
    assert isinstance(refused(office.projects.describe, office.eve, project, title="Ours"), Denied)
    assert isinstance(refused(office.projects.time_line, office.eve, project), Denied)
    office.consents.revoke(office.an, consent)
    assert isinstance(refused(office.projects.get, office.eve, project), NotFound)
    assert () == office.projects.shared(office.eve)


def test_consent_ends_by_itself(office: Office) -> None:
    project = office.accepted()
    given = {"given_by": "The director", "given_on": dt.date(2026, 11, 20)}
    office.consents.give(
        office.an,
        project,
        "second_agency",
        receiver=office.there.id,
        life=dt.timedelta(days=10),
        highest_class=3,
        **given,
    )
    assert "Advice on where to make pots" == office.projects.get(office.at(office.eve), project).purpose
    office.clock.pass_(days=11)
    assert isinstance(refused(office.projects.get, office.at(office.eve), project), NotFound)


def test_a_public_case_needs_consent_or_public_sources(office: Office) -> None:
    project = office.accepted()
    wrong = refused(office.projects.link_case, office.an, project, "case/1", "consent")
    assert ["public_consent"] == wrong.params["missing"]
    given = {"given_by": "The director", "given_on": dt.date(2026, 11, 20)}
    office.consents.give(office.an, project, "public_case", **given)
    office.projects.link_case(office.an, project, "case/1", "consent")
    assert "case/1" == office.projects.get(office.an, project).case_uri
    public = office.house.databank.public.events()
    assert not any(project in str(event) for event in public)


def test_papers_are_as_confidential_as_they_say(office: Office) -> None:
    project = office.accepted()
    paper = office.papers.add_document(office.an, project, "quote.pdf", b"%PDF-1.7 quote", 4)
    plain = office.papers.add_document(office.an, project, "visit.pdf", b"%PDF-1.7 visit", 2)
    given = {"given_by": "The director", "given_on": dt.date(2026, 11, 20)}
    office.consents.give(office.an, project, "second_agency", receiver=office.there.id, **given)
    assert [plain] == [one.id for one in office.papers.documents(office.eve, project)]
    assert isinstance(refused(office.papers.document, office.eve, paper), NotFound)
    assert b"%PDF-1.7 quote" == office.papers.document(office.ben, paper)[1]
    assert "document_kind" == refused(office.papers.add_document, office.an, project, "a", b"MZ").code


def test_a_contact_is_forgotten_and_the_chain_holds(office: Office) -> None:
    project = office.accepted()
    contact = office.papers.add_contact(office.an, project, "Piet Voorbeeld", "piet@example.org")
    assert isinstance(refused(office.papers.contacts, office.eve, project), NotFound)
    office.papers.erase_contact(office.an, contact)
    assert () == office.papers.contacts(office.an, project)
    told = str(office.house.store.events())
    assert "Piet" not in told
    assert "piet@example.org" not in told
    assert [True, True] == [audit.sound for audit in office.house.databank.audit()]


def test_a_late_task_is_everybodys(office: Office) -> None:
    project = office.opened()
    mine = office.tasks.work_list(office.ben, person=office.ben.person)
    assert () == mine
    office.clock.pass_(days=30)
    late = office.tasks.work_list(office.at(office.ben), person=office.ben.person)
    assert [(project, 10, "Pots nearer")] == [
        (task.subject, task.late(office.clock().date()), task.title) for task in late
    ]
    assert (1, 1) == office.tasks.counts(office.at(office.ben))


def test_a_task_that_repeats_comes_back_once(office: Office) -> None:
    project = office.accepted()
    office.clock.pass_(days=20)
    task = next(task for task in office.tasks.of(office.an, project) if task.rule == "review_dossier")
    office.tasks.done(office.at(office.an), task.id)
    office.tasks.done(office.at(office.an), task.id)
    assert {"review_dossier": dt.date(2027, 1, 11)} == office.open_rules(project)


def test_own_tasks_stand_beside_the_others(office: Office) -> None:
    project = office.accepted()
    for words in ("Call about moulds", "Call about moulds"):
        office.tasks.add(office.an, project, words, dt.date(2026, 12, 1))
    assert 3 == len(office.tasks.work_list(office.an))
    assert isinstance(refused(office.tasks.add, office.eve, project, "Mine", dt.date(2026, 12, 1)), NotFound)


def test_a_project_is_handed_to_a_colleague_with_its_tasks(office: Office) -> None:
    project = office.accepted()
    office.projects.reassign(office.an, project, office.ben.person)
    assert [project] == [
        task.subject for task in office.tasks.work_list(office.ben, person=office.ben.person)
    ]
    assert isinstance(refused(office.projects.reassign, office.an, project, office.eve.person), NotFound)


def test_everything_that_happens_is_one_event_and_a_line(office: Office) -> None:
    before = len(office.house.store.events())
    project = office.ready()
    office.projects.decide(office.an, project, DECIDED)
    kinds = [step.kind for step in office.projects.time_line(office.an, project)]
    expected = ["open_intake", "describe", "accept", *["attach"] * 3, "submit_for_decision", "decide_no_go"]
    assert expected == kinds
    # The signal and the dossier that lies beside the project are events too.
    assert len(expected) + 2 == len(office.house.store.events()) - before


def test_lists_go_on_where_they_stopped(office: Office) -> None:
    for number in range(5):
        begun = Begun(f"Project {number}", f"Company {number}")
        office.projects.open(office.an, begun, contact_agreed=True)
        office.clock.pass_(minutes=1)
    first = office.projects.list(office.an, most=3)
    last = first[-1]
    from thuishaven.access import moment

    rest = office.projects.list(office.an, after=(moment(last.changed), last.id))
    titles = [one.title for one in (*first, *rest)]
    assert [f"Project {number}" for number in (4, 3, 2, 1, 0)] == titles
    assert ["Project 3"] == [one.title for one in office.projects.list(office.an, words="company 3")]


def test_a_project_that_was_kept_for_long_enough_is_emptied(office: Office) -> None:
    from thuishaven.databank import run_retention

    project = office.producing()
    office.papers.add_contact(office.an, project, "Piet Voorbeeld", "piet@example.org")
    office.papers.add_document(office.an, project, "visit.pdf", b"%PDF-1.7 visit")
    token = office.follow_ups.ask(office.an, project, 12)
    given = {"given_by": "Piet Voorbeeld", "given_on": dt.date(2026, 11, 20)}
    office.consents.give(office.an, project, "public_case", **given)
    office.clock.pass_(days=365 * 8)
    counts = run_retention(office.house.databank, office.house.store.local("beheer"))
    assert (1, 1) == (counts["projects"], counts["dossiers"])
    assert isinstance(refused(office.projects.get, office.at(office.an), project), NotFound)
    assert "link_gone" == refused(office.house.shares.actor, token).code
    with office.house.databank.as_owner() as owner, owner.confidential.engine.connect() as connection:
        import sqlalchemy as sa

        tables = sa.MetaData()
        tables.reflect(connection)
        kept = [
            str(row)
            for name in (
                "project",
                "project_step",
                "signal",
                "contact",
                "consent",
                "document",
                "task",
                "event",
            )
            for row in connection.execute(sa.select(tables.tables[name]))
        ]
    assert not [row for row in kept if "Voorbeeld" in row or "piet" in row or "visit.pdf" in row]
    assert [True, True] == [audit.sound for audit in office.house.databank.audit()]
