"""A case on both engines: signal, two coders, disagreement, publication, new evidence, tombstone."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from casework import AN, BO, CAS, COMPANY, ED, PRESS, coded, person, pots, published
from databases import Clock
from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.databank import Database
from thuishaven.databank.cases import Cases, Desk, Matches, Signals, Source, Statement
from thuishaven.databank.cases.tables import PARTS


def actions(databank: Database) -> list[str]:
    return [event["action"] for event in databank.public.events()]


def test_a_case_from_signal_to_tombstone(databank: Database, clock: Clock) -> None:
    store = databank.public
    cases, desk, visitor, signals = Cases(store), Desk(store), store.visitor(), Signals(store)
    hint = signals.tell(visitor, "Pots bv makes its pots here again", "https://press.example/pots")
    (signal,) = signals.list(AN)
    assert (hint, "open", "case") == (signal.id, signal.state, signal.kind)
    case = cases.propose(AN, pots())
    signals.settle(AN, hint, "proposed", case)
    assert () == signals.list(AN)
    assert "candidate" == cases.step(ED, case, "triage_accept", "a source with an address")

    # Two coders differ on who made it abroad, and one sees a motive that the other does not.
    motive = Statement("motive", "LEADTIME", PRESS)
    coded(store, case, [*pots(), motive], pots(move__form_from="own"))
    assert "coded_twice" == cases.get(AN, case).state
    differ = desk.disagreements(CAS, case)
    assert [("motive", "yes", ""), ("move.form_from", "supplier", "own")] == sorted(
        (one.field, one.first, one.second) for one in differ
    )
    with pytest.raises(AccessError, match="disagreements_left"):
        desk.approve(ED, case, "ready")
    for coder in (AN, BO):
        with pytest.raises(Denied, match="own_codes"):
            desk.resolve(coder, differ[0].id, "yes", "I was right")
    for one in differ:
        desk.resolve(CAS, one.id, "no" if one.field == "motive" else "own", "the source says so")
    desk.approve(ED, case, "settled")
    with pytest.raises(NotFound):
        cases.published(visitor, case)
    assert 1 == cases.publish(ED, case, "first version")

    seen = cases.record(visitor, case)
    assert ("own", "implemented", ()) == (
        seen.text("move.form_from"),
        seen.state.state if seen.state else "",
        seen.all("motive"),
    )
    assert {"1"} | {"2", "final", "intake"} >= {one.round for one in seen.claims.values()}
    assert {""} == {one.coder for one in seen.claims.values()}
    number = cases.get(visitor, case).number
    # Who worked on it, and why an editor did what, is nobody's business.
    line = cases.get(visitor, case)
    assert ("Pots bv", "published", "", "", "") == (
        line.label,
        line.state,
        line.author,
        line.batch,
        line.reason,
    )
    assert [number] == [hit.number for hit in cases.search(visitor, "pots").hits]

    # Two years later it is reversed: the old version stays to be read and cited.
    clock.pass_(days=730)
    later = Source("quality_press", "Link Magazine", url="https://press.example/end", published_on="2028-11")
    gone = Statement("status", "reversed", later, as_of="2028-11", valid_from="2028-11")
    with pytest.raises(AccessError, match="source_not_new"):
        cases.revise(ED, case, pots()[:1], "nothing new")
    cases.revise(ED, case, [gone], "an article")
    assert ["candidate", "published"] == [cases.get(actor, case).state for actor in (AN, visitor)]
    assert "implemented" == cases.record(visitor, case).status[-1].state
    again = [*pots(move__form_from="own"), gone]
    coded(store, case, again, again)
    desk.approve(ED, case, "they agree")
    assert 2 == cases.publish(ED, case, "reversed in 2028")
    assert "reversed" == cases.record(visitor, case).status[-1].state
    first = cases.published(visitor, case, version=1).record
    assert first is not None
    assert "implemented" == first.status[-1].state
    then = cases.record(visitor, case, known_on=clock.start)
    assert seen.to_dict() == then.to_dict()
    assert "implemented" == cases.record(visitor, case, about=2020).status[-1].state
    assert "reversed" == cases.record(visitor, case, about=2028).status[-1].state

    error = signals.tell(visitor, "It was never ours", case=case)
    assert [(error, "error")] == [(one.id, one.kind) for one in signals.list(AN)]
    cases.withdraw(ED, case, "another company's plant")
    left = cases.published(visitor, case)
    assert (None, "another company's plant", 2) == (left.record, left.withdrawn, len(left.editions))
    assert number == left.case.number
    assert 0 == cases.search(visitor, "pots").total
    with pytest.raises(NotFound):
        cases.record(visitor, case)

    # Every change was one event, and none of it is gone.
    expected = ["create", "create", "propose", "settle", "triage_accept"]
    coding = ["take", "take", "code", "code", "code_first", "code_second"]
    expected += [*coding, "resolve", "resolve", "reconcile", "publish", "revise", *coding]
    expected += ["reconcile", "publish", "create", "withdraw"]
    assert expected == actions(databank)
    assert [True, True] == [one.sound for one in databank.audit()]


def test_what_is_published_rests_on_claims_and_is_never_changed(databank: Database) -> None:
    store = databank.public
    case = published(store)
    with store.read() as connection:
        rows = {table.name: connection.execute(sa.select(table)).all() for table in PARTS}
        claims = set(connection.exec_driver_sql("SELECT id FROM claim").scalars())
    assert {"case_profile": 1, "site": 2, "move": 1, "status_event": 2} == {
        name: len(many) for name, many in rows.items() if many
    }
    for many in rows.values():
        assert {(case, 1)} >= {(row.case, row.version) for row in many}
        assert claims >= {row.claim for row in many}
    tables = [*rows, "claim", "source", "case_version"]
    for statement in (
        *(f"DELETE FROM {name}" for name in (*tables, "cases", "organisation", "coding_task", "signal")),
        *(f"UPDATE {name} SET claim = claim" for name in rows),
        "UPDATE claim SET value = 'x'",
        "UPDATE case_version SET digest = ''",
    ):
        if "signal" in statement or not rows.get(statement.split()[1 if "UPDATE" in statement else 2], [1]):
            continue
        with (
            pytest.raises((sa.exc.IntegrityError, sa.exc.DBAPIError)),
            databank.as_owner() as owner,
            owner.public.bookkeep() as connection,
        ):
            connection.exec_driver_sql(statement)


def test_the_record_is_not_published_when_it_contradicts_itself(databank: Database) -> None:
    store = databank.public
    cases = Cases(store)
    wrong = [
        *pots(move__to_country="HUN"),
        Statement("move.share_announced", "0.7", PRESS, 1, as_of="2012"),
        Statement("move.share_announced", "0.7", PRESS, 2, as_of="2012"),
        Statement("move.activity", "production", PRESS, 1),
        Statement("move.activity", "production", PRESS, 2),
        *(Statement(one.field, one.value, PRESS, 2) for one in pots() if one.field.startswith("move.")),
        Statement("status", "decided", PRESS, as_of="2015", valid_from="2015"),
    ]
    case = cases.propose(AN, wrong)
    cases.step(ED, case, "triage_accept", "looks like one")
    coded(store, case, wrong, wrong)
    Desk(store).approve(ED, case, "they agree")
    with pytest.raises(AccessError) as caught:
        cases.publish(ED, case, "ready")
    codes = [flaw.code for flaw in caught.value.params["flaws"]]  # type: ignore[attr-defined]
    assert ["reshoring_elsewhere", "status_order", "shares_above_one"] == codes
    assert "candidate" == cases.step(ED, case, "send_back", "it contradicts itself")
    # The codes that were thrown over count no more.
    right = pots()
    coded(store, case, right, right)
    Desk(store).approve(ED, case, "they agree now")
    with pytest.raises(AccessError, match="flaws"):
        cases.publish(ED, case, "the first proposal still says so")


def test_nobody_does_what_the_role_table_does_not_say(databank: Database) -> None:
    store = databank.public
    cases, desk = Cases(store), Desk(store)
    visitor, company = store.visitor(), person("co", "company_user")
    case = cases.propose(AN, pots())
    for actor in (visitor, company):
        for attempt in (
            lambda actor=actor: cases.propose(actor, pots()),
            lambda actor=actor: cases.claim(actor, case, pots()),
            lambda actor=actor: cases.get(actor, case),
            lambda actor=actor: cases.record(actor, case),
            lambda actor=actor: cases.claims(actor, case),
            lambda actor=actor: cases.work(actor),
            lambda actor=actor: cases.counts(actor),
            lambda actor=actor: Signals(store).list(actor),
            lambda actor=actor: desk.take(actor, case),
            lambda actor=actor: desk.tasks(actor),
            lambda actor=actor: desk.codings(actor, "status"),
            lambda actor=actor: Matches(store).waiting(actor),
        ):
            with pytest.raises((Denied, NotFound)):
                attempt()
    for attempt in (
        lambda: cases.step(AN, case, "triage_accept", "mine"),
        lambda: cases.publish(AN, case, "mine"),
        lambda: cases.withdraw(AN, case, "mine"),
        lambda: desk.approve(AN, case, "mine"),
    ):
        with pytest.raises((Denied, NotFound)):
            attempt()
    assert ["create", "propose"] == actions(databank)


def test_coders_are_blind_to_each_other_until_both_are_done(databank: Database) -> None:
    store = databank.public
    cases, desk = Cases(store), Desk(store)
    case = cases.propose(CAS, pots())
    cases.step(ED, case, "triage_accept", "looks like one")
    first = desk.take(AN, case)
    with pytest.raises(Denied, match="own_codes"):
        desk.take(AN, case)
    second = desk.take(BO, case)
    assert ("1", "2") == (first.round, second.round)
    with pytest.raises(AccessError, match="round_taken"):
        desk.take(CAS, case)
    desk.code(AN, first.id, [*pots(), Statement("motive", "QUALITY", PRESS)])
    with pytest.raises(Denied, match="other_coder"):
        desk.code(BO, first.id, pots())
    assert "coded_once" == desk.finish(AN, first.id)
    for actor in (BO, ED):
        assert {"intake"} == {one.round for one in cases.claims(actor, case)}
        assert () == cases.record(actor, case).all("motive")
        with pytest.raises(Denied, match="other_coder"):
            desk.codes(actor, first.id)
    assert 1 == len(cases.record(AN, case).all("motive"))
    with pytest.raises(AccessError, match="task_done"):
        desk.code(AN, first.id, pots())
    with pytest.raises(AccessError, match="fields_missing"):
        desk.finish(BO, second.id)
    desk.code(BO, second.id, pots())
    desk.finish(BO, second.id)
    assert {"intake", "1", "2"} == {one.round for one in cases.claims(ED, case)}
    (coding,) = desk.codings(ED, "motive")
    assert ("yes", "no", {"value": "QUALITY"}) == (coding.first, coding.second, coding.about)


def test_a_choice_can_be_changed_while_the_round_is_open(databank: Database) -> None:
    store = databank.public
    cases, desk = Cases(store), Desk(store)
    case = cases.propose(CAS, pots())
    cases.step(ED, case, "triage_accept", "looks like one")
    task = desk.take(AN, case).id
    desk.code(AN, task, [Statement("move.form_from", "own", PRESS)])
    desk.code(AN, task, [Statement("move.form_from", "supplier", PRESS)])
    assert ["supplier"] == [one.value for one in desk.codes(AN, task)]
    with pytest.raises(AccessError, match="codes_there"):
        desk.give_back(AN, task)
    other = desk.take(BO, case).id
    desk.give_back(BO, other)
    assert ("2", "person:cas") == (desk.take(CAS, case).round, desk.task(CAS, other).coder)


def test_a_status_has_a_date_and_a_code_is_one_of_the_list(databank: Database) -> None:
    cases = Cases(databank.public)
    for wrong, code in (
        (Statement("status", "implemented", PRESS), "date_needed"),
        (Statement("jobs.realised", "40", PRESS), "date_needed"),
        (Statement("case.case_type", "reshored", PRESS), "wrong_value"),
        (Statement("move.share_realised", "1.5", PRESS, as_of="2020"), "wrong_value"),
        (Statement("jobs.announced", "40-30", PRESS), "wrong_value"),
        (Statement("move.to_country", "NL", PRESS), "wrong_value"),
        (Statement("case.title", "x", PRESS, as_of="14/9/2021"), "no_day"),
        (Statement("case.colour", "green", PRESS), "unknown_field"),
        (Statement("case.title", "x", Source("blog", "Me")), "wrong_value"),
        (Statement("case.title", "x", Source("company", " ")), "source_needed"),
        (Statement("case.title", "x", Source("company", "Me", url="javascript:1")), "wrong_value"),
        (Statement("case.title", "", PRESS), "wrong_value"),
        (Statement("organisation.kbo", "0403019262", PRESS), "wrong_value"),
        (Statement("move.nace", "plastics", PRESS), "wrong_value"),
        (Statement("move.to_nuts", "Noord-Brabant", PRESS), "wrong_value"),
        (Statement("money.capex", "9", PRESS, as_of="2020", qualifiers={"currency": "euro"}), "wrong_value"),
        (Statement("motive", "FX", PRESS, qualifiers={"stage": "later"}), "wrong_value"),
        (Statement("motive", "FX", PRESS, qualifiers={"mood": "good"}), "unknown_qualifier"),
    ):
        with pytest.raises(AccessError, match=code):
            cases.propose(AN, [*pots(), wrong])
    assert ["create"] == actions(databank)


def test_a_likely_duplicate_is_judged_before_triage(databank: Database) -> None:
    store = databank.public
    cases, matches = Cases(store), Matches(store)
    one = cases.propose(AN, pots())
    other = cases.propose(AN, pots(organisation__name="POTS"))
    with pytest.raises(AccessError, match="duplicates_unjudged"):
        cases.step(ED, one, "triage_accept", "looks like one")
    (pair,) = matches.waiting(AN)
    assert ("name", 100.0) == (pair.basis, pair.score)
    matches.judge(AN, "company", pair.one, pair.other, "same", "same address")
    assert () == matches.waiting(AN)
    assert {pair.one: pair.one, pair.other: pair.one} == matches.same(AN)
    cases.step(ED, one, "triage_accept", "looks like one")
    # A judgement can be changed; both are kept, the newest counts.
    matches.judge(BO, "company", pair.other, pair.one, "different", "another town")
    assert {} == matches.same(AN)
    assert ["different"] == [found.verdict for found in matches.judgements(AN)]
    matches.judge(BO, "case", one, other, "different", "another product")
    assert 3 == actions(databank).count("judge")
    with pytest.raises(AccessError, match="reason_code"):
        cases.step(ED, other, "triage_reject", "no idea")
    assert "rejected" == cases.step(ED, other, "triage_reject", "duplicate: of the first")


def test_steps_that_the_machine_does_not_know_are_refused(databank: Database) -> None:
    cases = Cases(databank.public)
    case = cases.propose(AN, pots())
    for attempt in (
        lambda: cases.publish(ED, case, "now"),
        lambda: cases.withdraw(ED, case, "now"),
        lambda: cases.step(ED, case, "reopen", "now"),
        lambda: cases.step(ED, case, "publish", "now"),
        lambda: cases.revise(ED, case, pots(COMPANY), "now"),
    ):
        with pytest.raises(AccessError, match="no_transition"):
            attempt()
    with pytest.raises(AccessError, match="reason_needed"):
        cases.step(ED, case, "triage_accept", " ")
    assert "signal" == cases.get(ED, case).state


def test_evidence_takes_a_move_a_step_further(databank: Database) -> None:
    cases = Cases(databank.public)
    said = [one for one in pots() if one.value != "implemented"]
    case = cases.propose(AN, said)
    evidence = Statement("status", "announced", PRESS, as_of="2013", valid_from="2013")
    assert "in_progress" == cases.observe(AN, case, "start", evidence)
    with pytest.raises(AccessError, match="no_transition"):
        cases.observe(AN, case, "reverse", evidence)
    with pytest.raises(AccessError, match="share_needed"):
        cases.observe(AN, case, "complete", evidence, share=0.9)
    assert "partially" == cases.observe(AN, case, "complete_part", evidence, share=0.6)
    late = Statement("status", "announced", PRESS, as_of="2014", valid_from="2014")
    assert "implemented" == cases.observe(AN, case, "complete", late, share=0.95)
    record = cases.record(AN, case)
    assert ["announced", "in_progress", "partially", "implemented"] == [line.state for line in record.status]
    shown = record.get("move.share_realised", 1)
    assert shown is not None
    assert ("0.95", ["0.6"]) == (shown.value, [one.value for one in shown.series])
    other = cases.propose(AN, [*said, dated_state("in_progress", "2013")])
    with pytest.raises(AccessError, match="reason_needed"):
        cases.observe(AN, other, "suspend", evidence)


def dated_state(state: str, day: str) -> Statement:
    return Statement("status", state, PRESS, as_of=day, valid_from=day)


def test_a_registered_number_is_kept_in_one_form(databank: Database) -> None:
    cases = Cases(databank.public)
    case = cases.propose(AN, [*pots(), Statement("organisation.kbo", "417.497.106", PRESS)])
    assert "0417497106" == cases.record(AN, case).text("organisation.kbo")
    # An equal number is a likely duplicate, whatever the name.
    other = [
        *pots(organisation__name="Something else"),
        Statement("organisation.kbo", "BE 0417.497.106"[3:], PRESS),
    ]
    cases.propose(AN, other)
    (match,) = Matches(databank.public).waiting(AN)
    assert ("number", 100.0) == (match.basis, match.score)
    # Also where the number is found later, with another name.
    third = cases.propose(AN, pots(organisation__name="Nothing alike"))
    cases.claim(AN, third, [Statement("organisation.kbo", "0417497106", PRESS)])
    assert 3 == len(Matches(databank.public).waiting(AN))
    cases.claim(AN, third, [Statement("organisation.name", "Renamed", COMPANY)])
    assert "Renamed" == cases.get(AN, third).label
