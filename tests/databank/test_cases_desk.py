"""What the desk in a browser asks of the databank: who codes, judgements taken back, imports found again."""

from __future__ import annotations

import pytest

from casework import AN, BO, CAS, COMPANY, ED, PRESS, pots
from thuishaven.access import AccessError, Denied, NotFound
from thuishaven.databank import Database
from thuishaven.databank.cases import Cases, Desk, Imports, Matches

LIST = "case_ref,company,home_country,source\nM1,Emmers sa,BEL,Press\n"


def candidate(databank: Database, name: str = "Pots bv") -> str:
    cases = Cases(databank.public)
    case = cases.propose(AN, pots(organisation__name=name))
    cases.step(ED, case, "triage_accept", "looks like one")
    return case


def test_an_editor_asks_two_coders_and_nobody_twice(databank: Database) -> None:
    desk, case = Desk(databank.public), candidate(databank)
    with pytest.raises(Denied):
        desk.ask(AN, case, "bo")
    first = desk.ask(ED, case, "an")
    assert ("1", "person:an") == (first.round, first.coder)
    with pytest.raises(Denied, match="own_codes"):
        desk.ask(ED, case, "an")
    with pytest.raises(Denied, match="own_codes"):
        desk.take(AN, case)
    assert "2" == desk.ask(ED, case, "bo").round
    with pytest.raises(AccessError, match="round_taken"):
        desk.take(CAS, case)
    assert [("1", "person:an"), ("2", "person:bo")] == [(one.round, one.coder) for one in desk.of(ED, case)]
    desk.give_back(AN, first.id)
    assert first.id == desk.take(CAS, case).id


def test_the_sources_of_the_other_coder_stay_hidden_too(databank: Database) -> None:
    desk, case = Desk(databank.public), candidate(databank)
    task = desk.take(AN, case)
    desk.code(AN, task.id, pots(COMPANY))
    for reader, known in ((AN, {PRESS.publisher, COMPANY.publisher}), (BO, {PRESS.publisher})):
        assert known == {one.publisher for one in desk.sources(reader, case).values()}
    assert {PRESS.publisher} == {one.publisher for one in desk.sources(ED, case).values()}


def test_a_judgement_that_is_taken_back_lets_the_pair_wait_again(databank: Database) -> None:
    cases, matches = Cases(databank.public), Matches(databank.public)
    one, other = (cases.propose(AN, pots(organisation__name=name)) for name in ("Märklin GmbH", "Marklin"))
    pair = [cases.get(AN, case).organisation for case in (one, other)]
    assert [(one,), (other,)] == [matches.cases(AN, place) for place in pair]
    (match,) = matches.waiting(AN)
    with pytest.raises(NotFound):
        matches.take_back(AN, "company", *pair, "never judged")
    matches.judge(AN, "company", *pair, "same", "one factory")
    assert () == matches.waiting(AN)
    with pytest.raises(AccessError, match="reason_needed"):
        matches.take_back(BO, "company", *pair, " ")
    matches.take_back(BO, "company", *reversed(pair), "two after all")
    assert (match,) == matches.waiting(AN)
    assert () == matches.judgements(AN)
    with pytest.raises(AccessError, match="wrong_value"):
        matches.judge(AN, "company", *pair, "taken_back", "by hand")


def test_an_import_is_known_by_its_list_and_its_text(databank: Database) -> None:
    imports = Imports(databank.public)
    assert imports.of(ED, "mine", LIST) is None
    batch = imports.run(ED, LIST, "mine")
    found = imports.of(ED, "mine", LIST)
    assert found is not None
    assert batch.id == found.id
    assert imports.of(ED, "mine", LIST + "M2,Vazen nv,BEL,Press\n") is None
    imports.undo(ED, batch.id, "the wrong list")
    again = imports.of(ED, "mine", LIST)
    assert again is not None
    assert "undone" == again.state
