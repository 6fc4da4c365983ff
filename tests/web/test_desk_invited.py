"""Asking a coder of another organisation: a letter, and nothing that they may not read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_people import chosen, id_in, source, staffed
from org_desk import Street

from databases import usual
from thuishaven.access import AccessError, Denied
from thuishaven.databank.cases import Desk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with staffed(usual(), tmp_path_factory.mktemp("desk")) as found:
        elsewhere = found.house.organisations.create(found.house.store.local("beheer"), "Hogeschool")
        found.joins("hilde", elsewhere, "coder")
        found.joins("guus", elsewhere, "company_user")
        yield found


def candidate(desk: Street, name: str) -> str:
    eva = desk.browser("eva")
    case = id_in(eva.give("/nl/desk/cases/new", company=name, home="NLD", **source(title=name)), "cases")
    eva.give(f"/nl/desk/cases/{case}/step/triage_accept", reason="Het is er een")
    return case


def test_a_coder_elsewhere_is_asked_by_letter_and_codes_blindly(desk: Street) -> None:
    eva, anna, hilde = (desk.browser(name) for name in ("eva", "anna", "hilde"))
    case = candidate(desk, "Ver weg")
    first = id_in(anna.give(f"/nl/desk/cases/{case}/step/take"), "tasks")
    anna.give(
        f"/nl/desk/tasks/{first}", **chosen(c__1__move__from_country="VNM"), **source(publisher="Geheimblad")
    )
    told = eva.give(f"/nl/desk/cases/{case}/step/invite", email="hilde@example.org")
    assert "Er is een brief onderweg" in told
    letter = desk.house.post.last("code")
    assert ("hilde@example.org", "nl", case) == (letter.to, letter.language, letter.token)
    # Neither the company nor its name is in it.
    assert "Ver weg" not in f"{letter.subject}{letter.text}{letter.name}"
    page = hilde.page(f"/nl/desk/cases/{case}")
    assert re.search("Geheimblad|Vietnam<", page) is None
    second = id_in(hilde.give(f"/nl/desk/cases/{case}/step/take"), "tasks")
    assert 403 == hilde.get(f"/nl/desk/tasks/{first}").status_code
    assert "iemand van een andere organisatie" in eva.page(f"/nl/desk/cases/{case}")
    hilde.give(f"/nl/desk/tasks/{second}", **chosen(), **source())
    assert "Vietnam" in hilde.page(f"/nl/desk/cases/{case}/differences")
    # Who works where stays there.
    assert "Anna" not in hilde.page(f"/nl/desk/cases/{case}")


def test_who_is_no_coder_sees_nothing_of_the_case(desk: Street) -> None:
    case = candidate(desk, "Niet voor Guus")
    eva, guus = desk.browser("eva"), desk.browser("guus")
    known = eva.give(f"/nl/desk/cases/{case}/step/invite", email="guus@example.org")
    unknown = eva.give(f"/nl/desk/cases/{case}/step/invite", email="niemand@example.org")
    # The answer does not tell whether an address is known.
    assert known == unknown
    assert 403 == guus.get(f"/nl/desk/cases/{case}").status_code
    assert 403 == guus.post(f"/nl/desk/cases/{case}/step/take").status_code


def test_only_an_editor_invites_and_only_while_a_round_is_free(desk: Street) -> None:
    case = candidate(desk, "Vol")
    eva, anna, bram = (desk.browser(name) for name in ("eva", "anna", "bram"))
    path = f"/nl/desk/cases/{case}/step/invite"
    assert 403 == anna.post(path, data={"email": "hilde@example.org"}).status_code
    wrong = eva.give(path, 422, email="geen adres")
    assert 'href="#f-email"' in wrong
    assert 'value="geen adres"' in wrong
    store = desk.house.databank.public
    with pytest.raises(Denied):
        Desk(store).invite(desk.actors["anna"], case)
    before = len(store.events())
    for coder in (anna, bram):
        coder.give(f"/nl/desk/cases/{case}/step/take")
    assert "Twee anderen" in eva.give(path, 422, email="hilde@example.org")
    assert before + 2 == len(store.events())


def test_letters_about_one_case_come_to_an_end(desk: Street) -> None:
    case, store = candidate(desk, "Vaak"), desk.house.databank.public
    eva, room = desk.actors["eva"], Desk(store)
    for _time in range(16):
        room.invite(eva, case)
    assert [("invite", "{}")] * 16 == [(one["action"], one["details"]) for one in store.events()][-16:]
    with pytest.raises(AccessError, match="invited_often"):
        room.invite(eva, case)
