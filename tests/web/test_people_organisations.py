"""Organisations and the installation over the pages: who comes in, who manages, who sees nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from peopled import Someone, Town, peopled, sign_in

from databases import Clock
from thuishaven.access import NoSender
from thuishaven.databank import Database
from visitors import PASSWORD

WERF = {"name": "Werf", "country": "BEL", "number": "0403.170.701"}


@pytest.fixture
def town(databank: Database, clock: Clock, tmp_path: Path) -> Iterator[Town]:
    with peopled(databank, clock, tmp_path) as found:
        yield found


def founder(town: Town, name: str = "An", organisation: str = "Werf") -> Someone:
    someone = town.person(name)
    someone.does("/en/account/organisations", **{**WERF, "name": organisation})
    return someone


def actor(town: Town, someone: Someone) -> tuple[str, str]:
    """The person and the organisation acted for."""
    found = town.rooms.sessions.actor(someone.cookies["__Host-thuishaven-session"])
    return found.person, found.organisation


def test_who_makes_an_organisation_acts_for_it(town: Town) -> None:
    an = town.person("An")
    assert "no organisation yet" in an.see("/en/account")
    before = an.cookies["__Host-thuishaven-session"]
    assert an.refused("/en/account/organisations", **{**WERF, "country": "XXX"})
    assert an.refused("/en/account/organisations", **{**WERF, "name": ""})
    assert an.refused("/en/account/organisations", **{**WERF, "number": "9" * 33})
    an.does("/en/account/organisations", **WERF)
    assert before != an.cookies["__Host-thuishaven-session"]
    assert "Werf" in an.see("/nl/")
    an.does("/en/account/organisation", name="De Werf", country="NLD", number="")
    assert "De Werf" in an.see("/en/account/organisation")
    assert an.refused("/en/account/organisation", name="", country="NLD", number="")


def test_an_invitation_brings_in_a_new_person_and_one_who_is_here(town: Town) -> None:
    an = founder(town)
    assert an.refused("/en/account/members/invite", email="x", role=["adviser"])
    assert an.refused("/en/account/members/invite", email="ben@example.org", role=[])
    an.does("/en/account/members/invite", email="ben@example.org", role=["adviser"], language="fr")
    letter = town.post.last("invite")
    assert ("ben@example.org", "fr") == (letter.to, letter.language)
    assert "ben@example.org" in an.see("/en/account/members")
    path = f"/en/account/invite/{letter.token}"
    ben = town.visitor()
    assert "Werf" in ben.see(path)
    assert ben.refused(path, name="Ben", password="kort", again="kort")
    assert ben.refused(path, name="", password=PASSWORD, again=PASSWORD)
    ben.does(path, name="Ben", password=PASSWORD, again=PASSWORD)
    assert "Ben</span>" in ben.see("/en/account/members")
    assert "was taken back" in ben.see(path)
    an.does("/en/account/members/invite", email="cem@example.org", role=["company_user", "administrator"])
    cem, path = town.registered("Cem"), f"/en/account/invite/{town.post.last('invite').token}"
    assert f"next={path}" in cem.see(path)
    assert "account with this address already" in cem.refused(
        path, name="Cem", password=PASSWORD, again=PASSWORD
    )
    assert "Sign out first" in ben.see(path)
    assert "another address" in ben.refused(path)
    sign_in(cem, "Cem")
    cem.does(path)
    assert "Invite somebody" in cem.see("/en/account/members")


def test_an_invitation_that_was_taken_back_opens_nothing(town: Town) -> None:
    an = founder(town)
    an.does("/en/account/members/invite", email="ben@example.org", role=["adviser"])
    path = f"/en/account/invite/{town.post.last('invite').token}"
    invitation = re.search(r'name="invitation" value="([0-9a-f]+)"', an.see("/en/account/members"))
    assert invitation is not None
    mallory = founder(town, "Mallory", "Elders")
    fields = {"invitation": invitation[1]}
    assert 404 == mallory.fill("/en/account/members/withdraw", **fields).status_code
    assert "Werf" in town.visitor().see(path)
    an.does("/en/account/members/withdraw", **fields)
    assert "was taken back" in town.visitor().see(path)


def test_without_letters_the_link_is_shown_to_who_invites(town: Town) -> None:
    an = founder(town)
    object.__setattr__(town.rooms, "sender", NoSender())
    shown = an.fill("/en/account/members/invite", email="ben@example.org", role=["adviser"]).text
    link = re.search(r">https://reshore.example(/en/account/invite/[^<]+)</code>", shown)
    assert link is not None
    assert "Werf" in town.visitor().see(link[1])
    assert link[1] not in an.see("/en/account/members")


def test_a_role_that_is_taken_counts_at_once_and_the_last_administrator_stays(town: Town) -> None:
    an = founder(town)
    an.does("/en/account/members/invite", email="ben@example.org", role=["company_user"])
    ben = town.visitor()
    path = f"/en/account/invite/{town.post.last('invite').token}"
    ben.does(path, name="Ben", password=PASSWORD, again=PASSWORD)
    person, organisation = actor(town, ben)
    fields = {"person": person, "role": "administrator"}
    assert 403 == ben.fill("/en/account/members/give", **fields).status_code
    mine = {"person": actor(town, an)[0], "role": "administrator"}
    assert "last administrator" in an.refused("/en/account/members/take", **mine)
    assert "last administrator" in an.refused("/en/account/organisations/leave", organisation=organisation)
    an.does("/en/account/members/give", **fields)
    an.does("/en/account/members/take", **mine)
    assert 403 == an.fill("/en/account/members/give", **mine).status_code
    ben.does("/en/account/members/take", person=actor(town, an)[0], role="company_user")
    assert "" == actor(town, an)[1]
    an.see("/en/account/members", 303)
    ben.does("/en/account/organisations/leave", organisation=organisation)
    assert "" == actor(town, ben)[1]


@pytest.mark.parametrize("role", ["operator", "editor", "data_protection_officer"])
def test_an_administrator_gives_no_role_that_reaches_further(town: Town, role: str) -> None:
    an = founder(town)
    fields = {"person": actor(town, an)[0], "role": role}
    assert 403 == an.fill("/en/account/members/give", **fields).status_code
    answer = an.fill("/en/account/members/invite", email="ben@example.org", role=[role])
    assert 403 == answer.status_code


def test_one_organisation_is_not_seen_from_another(town: Town) -> None:
    an, mallory = founder(town), founder(town, "Mallory", "Elders")
    _person, werf = actor(town, an)
    assert "Werf" not in mallory.see("/en/account/members") + mallory.see("/en/account/organisations")
    for path in ("switch", "leave"):
        answer = mallory.fill(f"/en/account/organisations/{path}", organisation=werf)
        assert 404 == answer.status_code
    fields = {"person": actor(town, an)[0], "role": "company_user"}
    assert 404 == mallory.fill("/en/account/members/take", **fields).status_code


def test_the_installation_is_there_for_who_runs_it_only(town: Town) -> None:
    an = founder(town)
    for path in ("", "/people", "/audit", "/people/x"):
        assert 404 == an.get(f"/en/admin{path}").status_code
        assert 303 == town.visitor().get(f"/en/admin{path}", follow_redirects=False).status_code
    person, organisation = actor(town, an)
    town.rooms.organisations.give(town.local(), person, organisation, "operator")
    page = an.see("/en/admin")
    assert "rate_per_minute" in page
    assert "hush" not in page
    assert "nothing was tampered with" in an.see("/en/admin/audit")
    assert 200 == an.fill("/en/admin/retention").status_code


def test_who_runs_the_installation_gives_an_organisation_room(town: Town) -> None:
    an, ben = founder(town), founder(town, "Ben", "Elders")
    town.rooms.organisations.give(town.local(), *actor(town, an), "operator")
    _person, elsewhere = actor(town, ben)
    fields = {"organisation": elsewhere, "dossiers": "1,450", "gibibytes": ""}
    for wrong in ({"dossiers": "many"}, {"gibibytes": "0"}, {"dossiers": "2.5"}, {"gibibytes": "9" * 12}):
        assert "whole number" in an.refused("/en/admin/room", **{**fields, **wrong})
    assert "chosen for it" not in an.see("/en/admin")
    assert "/en/admin?done=room#organisations" == an.does("/en/admin/room", **fields)
    page = an.see("/en/admin?done=room")
    assert ("has this room from now on" in page, 1) == (True, page.count("chosen for it"))
    assert 1 == page.count(">1,450<")
    an.does("/en/admin/room", organisation=elsewhere, dossiers="", gibibytes="")
    assert "chosen for it" not in an.see("/en/admin")
    assert 404 == an.fill("/en/admin/room", organisation="nobody", dossiers="5").status_code


def test_who_runs_the_installation_gives_wide_roles_and_locks_people_out(town: Town) -> None:
    an, ben = founder(town), founder(town, "Ben", "Elders")
    town.rooms.organisations.give(town.local(), *actor(town, an), "operator")
    person, organisation = actor(town, ben)
    assert person in an.see("/en/admin/people?words=ben")
    path = f"/en/admin/people/{person}"
    assert "Elders" in an.see(path)
    fields = {"organisation": organisation, "role": "editor"}
    an.does(f"{path}/roles", **fields, how="give")
    assert "editor" in town.rooms.sessions.actor(ben.cookies["__Host-thuishaven-session"]).roles
    an.does(f"{path}/roles", **fields, how="take")
    assert 404 == an.fill(f"{path}/roles", organisation=organisation, role="adviser", how="give").status_code
    assert 404 == an.fill(f"{path}/erase", reason="x").status_code
    assert 404 == an.get(f"{path}/data.json").status_code
    an.does(f"{path}/state", state="disabled")
    ben.see("/en/account", 303)
    an.does(f"{path}/state", state="active")
    sign_in(ben, "Ben")


def test_the_data_protection_officer_hands_over_and_erases(town: Town) -> None:
    an, ben = founder(town), town.person("Ben")
    town.rooms.organisations.give(town.local(), *actor(town, an), "data_protection_officer")
    path = f"/en/admin/people/{actor(town, ben)[0]}"
    assert "rate_per_minute" not in an.see("/en/admin")
    assert "ben@example.org" == json.loads(an.see(f"{path}/data.json"))["person"]["email"]
    assert an.refused(f"{path}/erase", reason="")
    an.does(f"{path}/erase", reason="asked by letter")
    ben.see("/en/account", 303)
    assert 404 == an.get(path).status_code


def test_an_organisation_is_made_for_its_first_administrator(town: Town) -> None:
    an = founder(town)
    town.rooms.organisations.give(town.local(), *actor(town, an), "operator")
    fields = {"name": "Stad", "country": "BEL", "email": "cem@example.org"}
    assert an.refused("/en/admin/organisations", **{**fields, "email": "x"})
    assert "Stad" not in an.see("/en/admin")
    an.does("/en/admin/organisations", **fields)
    assert "Stad" in an.see("/en/admin")
    cem = town.visitor()
    path = f"/en/account/invite/{town.post.last('invite').token}"
    cem.does(path, name="Cem", password=PASSWORD, again=PASSWORD)
    assert "Invite somebody" in cem.see("/en/account/members")
    assert "Stad" not in an.see("/en/account/organisations")
