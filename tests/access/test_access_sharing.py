"""Organisations, invitations, keys and shares: what is given, and that it stops when it is taken back."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from thuishaven.access import AccessError, Denied, NotFound, Object, allowed
from visitors import PASSWORD, House

DAY = dt.timedelta(days=1)


def test_who_starts_an_organisation_runs_it(house: House) -> None:
    token, actor = house.person("an")
    place = house.organisations.create(actor, "Werf", "BEL", "0417497106")
    _, actor = house.sessions.switch(token, place.id)
    assert {"administrator", "company_user"} < actor.roles
    assert ((place, frozenset({"administrator", "company_user"})),) == house.organisations.mine(actor)
    house.organisations.rename(actor, place.id, "Scheepswerf")
    assert "Scheepswerf" == house.organisations.get(actor, place.id).name


def test_nobody_acts_for_an_organisation_of_others(house: House) -> None:
    place = house.organisation("Werf")
    token, actor = house.person("an")
    with pytest.raises(NotFound):
        house.sessions.switch(token, place.id)
    with pytest.raises(NotFound):
        house.organisations.get(actor, place.id)
    with pytest.raises(Denied):
        house.organisations.members(actor, place.id)


def test_an_invitation_brings_somebody_in_with_its_roles(house: House) -> None:
    place = house.organisation("Werf")
    _, chief = house.member("an", place, "administrator")
    house.organisations.invite(chief, place.id, "Ben@example.org", ["adviser"])
    person = house.organisations.accept(house.post.last("invite").token, None, "Ben", PASSWORD)
    _, ben = house.sessions.sign_in("ben@example.org", PASSWORD)
    assert (person, place.id) == (ben.person, ben.organisation)
    assert "adviser" in ben.roles
    assert ["an", "Ben"] == sorted(
        (found.name for found in house.organisations.members(ben, place.id)), key=str.casefold
    )


def test_an_invitation_is_for_one_address_and_one_time(house: House) -> None:
    place = house.organisation("Werf")
    _, chief = house.member("an", place, "administrator")
    _, ben = house.person("ben")
    _, eve = house.person("eve")
    token = house.organisations.invite(chief, place.id, "ben@example.org", ["adviser"])
    with pytest.raises(AccessError, match="invited_other"):
        house.organisations.accept(token, eve)
    with pytest.raises(AccessError, match="account_exists"):
        house.organisations.accept(token, None, "Ben", PASSWORD)
    house.organisations.accept(token, ben)
    with pytest.raises(AccessError, match="ticket_gone"):
        house.organisations.accept(token, ben)


@pytest.mark.parametrize("role", ["operator", "data_protection_officer", "researcher"])
def test_an_administrator_gives_no_role_that_reaches_beyond(house: House, role: str) -> None:
    place = house.organisation("Werf")
    _, chief = house.member("an", place, "administrator")
    with pytest.raises(Denied):
        house.organisations.give(chief, chief.person, place.id, role)
    with pytest.raises(Denied):
        house.organisations.invite(chief, place.id, "ben@example.org", [role])


def test_a_role_that_is_taken_stops_at_once(house: House) -> None:
    place = house.organisation("Werf")
    _, chief = house.member("an", place, "administrator")
    token, ben = house.member("ben", place, "adviser")
    key, _ = house.keys.create(ben, "script", {"list:dossier"})
    house.organisations.take(chief, ben.person, place.id, "adviser")
    assert {"public", "person"} == house.sessions.actor(token).roles
    with pytest.raises(AccessError, match="key_gone"):
        house.keys.actor(key)
    with pytest.raises(AccessError, match="last_administrator"):
        house.organisations.take(chief, chief.person, place.id, "administrator")
    with pytest.raises(NotFound):
        house.organisations.give(chief, ben.person, place.id, "adviser")


def test_a_key_does_what_its_scopes_say_until_it_ends(house: House) -> None:
    place = house.organisation("Werf")
    _, an = house.member("an", place, "adviser")
    token, key = house.keys.create(an, "script", {"read:dossier"}, DAY)
    actor = house.keys.actor(token)
    thing = Object("dossier", "d", place.id, confidentiality=3)
    assert [True, False] == [allowed(actor, action, thing) for action in ("read", "update")]
    with pytest.raises(AccessError):
        house.keys.create(actor, "more", {"read:dossier"})
    house.databank.clock.pass_(days=1)
    with pytest.raises(AccessError, match="key_gone"):
        house.keys.actor(token)
    token, key = house.keys.create(an, "script", {"read:dossier"}, DAY)
    _, eve = house.person("eve")
    with pytest.raises(NotFound):
        house.keys.revoke(eve, key.id)
    house.keys.revoke(an, key.id)
    with pytest.raises(AccessError, match="key_gone"):
        house.keys.actor(token)
    assert 2 == len(house.keys.list(an))


@pytest.mark.parametrize(
    ("scopes", "life", "code"),
    [
        ((), DAY, "scope_unknown"),
        (("fly:dossier",), DAY, "scope_unknown"),
        (("read:dossier",), 366 * DAY, "life_long"),
        (("read:dossier",), 0 * DAY, "life_long"),
    ],
)
def test_a_key_has_known_scopes_and_an_end(
    house: House, scopes: tuple[str, ...], life: dt.timedelta, code: str
) -> None:
    _, an = house.member("an", house.organisation("Werf"), "adviser")
    with pytest.raises(AccessError, match=code):
        house.keys.create(an, "script", scopes, life)


def shared(house: House, **more: object) -> tuple[str, str, Object]:
    place = house.organisation("Werf")
    _, an = house.member("an", place, "adviser")
    thing = Object("dossier", "d", place.id, confidentiality=3)
    token, share = house.shares.share(an, thing, "read", reason="agreed by mail", **more)
    return token, share.grant.id, thing


def test_a_link_opens_one_thing_until_it_ends(house: House) -> None:
    token, _, thing = shared(house, life=DAY)
    holder = house.shares.actor(token)
    assert [True, False] == [allowed(holder, action, thing) for action in ("read", "update")]
    house.databank.clock.pass_(days=1)
    assert allowed(holder, "read", thing)  # as of the moment of asking
    with pytest.raises(AccessError, match="link_gone"):
        house.shares.actor(token)


def test_a_revoked_link_stops_at_once(house: House) -> None:
    token, share, thing = shared(house)
    _, eve = house.person("eve")
    with pytest.raises(NotFound):
        house.shares.revoke(eve, share)
    an = house.sessions.sign_in("an@example.org", PASSWORD)[1]
    house.shares.revoke(an, share)
    with pytest.raises(AccessError, match="link_gone"):
        house.shares.actor(token)
    assert [True] == [found.revoked is not None for found in house.shares.of_object(an, thing)]


def test_a_share_with_a_person_comes_with_their_session(house: House) -> None:
    token, eve = house.person("eve")
    _, share, thing = shared(house, person=eve.person)
    eve = house.sessions.actor(token)
    assert allowed(eve, "read", thing)
    house.shares.revoke(eve, share)
    assert not allowed(house.sessions.actor(token), "read", thing)


def test_only_who_may_share_shares_and_says_why(house: House) -> None:
    place = house.organisation("Werf")
    _, chief = house.member("an", place, "administrator")
    _, ben = house.member("ben", place, "company_user")
    thing = Object("dossier", "d", place.id, confidentiality=3)
    with pytest.raises(NotFound):
        house.shares.share(chief, thing, "read", reason="x")
    wrong = [
        ({"scope": "own", "reason": "x"}, "scope_unknown"),
        ({"scope": "fill", "reason": "x"}, "part_needed"),
        ({"scope": "read", "reason": " "}, "reason_needed"),
        ({"scope": "read", "reason": "x", "life": 366 * DAY}, "life_long"),
    ]
    for given, code in wrong:
        with pytest.raises(AccessError, match=code):
            house.shares.share(ben, thing, **given)


def test_row_security_hides_the_shares_of_others(house: House) -> None:
    """The second wall, on PostgreSQL: also for a query that forgets to ask whose rows it wants."""
    token, _, _ = shared(house)
    _, eve = house.person("eve")
    every = sa.text("SELECT count(*) FROM share")
    with house.store.read(eve) as connection:
        seen = connection.execute(every).scalar_one()
    with house.store.engine.connect() as connection:
        bare = connection.execute(every).scalar_one()
    expected = 0 if house.store.dialect == "postgresql" else 1
    assert (expected, expected) == (seen, bare)
    assert house.shares.actor(token).grants
