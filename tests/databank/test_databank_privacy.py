"""What people may ask of who keeps their data."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa

from thuishaven.access import CONFIDENTIAL, AccessError, Denied, NotFound, Object
from thuishaven.databank import Content, erase_dossier, erase_person, person_record, run_retention
from visitors import House


def test_a_person_gets_all_that_is_kept_and_no_key_to_it(house: House) -> None:
    place = house.organisation("Werf")
    token, an = house.member("an", place, "adviser")
    dossier = house.dossiers.create(an, "Pots", Content("a: 1"))
    house.comments.add(an, dossier, "dossier.a", "Mine")
    key, _ = house.keys.create(an, "script", {"read:dossier"})
    record = person_record(house.databank, an, an.person)
    assert ("an", "an@example.org") == (record["person"]["name"], record["person"]["email"])
    assert {"adviser"} == {row["role"] for row in record["memberships"]}
    assert [dossier] == [row["dossier"] for row in record["versions"]]
    assert ["Mine"] == [row["text"] for row in record["comments"]]
    assert {"create", "comment", "sign_in", "confirm"} < {row["action"] for row in record["events"]}
    told = json.dumps(record)
    assert not [word for word in (token, key, "argon2", "token_hash", "password") if word in told]


def test_what_somebody_did_for_another_organisation_is_theirs_too(house: House) -> None:
    token, an = house.member("an", house.organisation("Werf"), "adviser")
    elsewhere = house.organisation("Other")
    _, eve = house.member("eve", elsewhere, "company_user")
    dossier = house.dossiers.create(eve, "Bikes", Content("bom: []"))
    thing = Object("dossier", dossier, elsewhere.id, confidentiality=3)
    house.shares.share(eve, thing, "comment", reason="x", person=an.person)
    house.shares.share(eve, thing, "read", reason="x", address="An@Example.org")
    helper = house.sessions.actor(token)
    house.comments.add(helper, dossier, "dossier.bom", "Mine")
    house.comments.add(eve, dossier, "dossier.bom", "Eve's")
    record = person_record(house.databank, helper, an.person)
    assert ["Mine"] == [row["text"] for row in record["comments"]]
    assert [dossier, dossier] == [row["object"] for row in record["shares"]]
    assert [] == record["versions"]
    erase_person(house.databank, helper, an.person, "asked to")
    listed = house.shares.of_object(eve, thing)
    assert {""} == {one.address for one in listed}
    assert [an.person, an.person] == [one.person for one in listed if one.revoked]


def test_only_the_person_and_the_officer_get_it(house: House) -> None:
    place = house.organisation("Werf")
    _, an = house.member("an", place, "adviser")
    _, chief = house.member("chief", place, "administrator", "operator")
    _, officer = house.member("officer", house.organisation("Agency"), "data_protection_officer")
    for attempt in (person_record, lambda *given: erase_person(*given, "asked")):
        with pytest.raises((Denied, NotFound)):
            attempt(house.databank, chief, an.person)
    assert "an" == person_record(house.databank, officer, an.person)["person"]["name"]


def test_who_is_forgotten_leaves_work_but_no_name(house: House) -> None:
    place = house.organisation("Werf")
    token, an = house.member("an", place, "adviser")
    _, ben = house.member("ben", place, "adviser", "administrator")
    dossier = house.dossiers.create(an, "Pots", Content("a: 1"))
    key, _ = house.keys.create(an, "an's script", {"read:dossier"})
    house.accounts.ask_reset("an@example.org")
    house.organisations.invite(ben, place.id, "an@example.org", ["adviser"])
    erase_person(house.databank, an, an.person, "asked to")
    for gone, door in ((token, house.sessions.actor), (key, house.keys.actor)):
        with pytest.raises(AccessError, match="gone"):
            door(gone)
    with house.databank.as_owner() as owner:
        with owner.confidential.read() as connection:
            kept = [
                str(value)
                for table in CONFIDENTIAL.sorted_tables
                for row in connection.execute(sa.select(table))
                for value in row
            ]
        assert not [value for value in kept if "an@" in value or value == "an" or "an's" in value]
        assert ["", ""] == [audit.problem for audit in owner.audit()]
    (version,) = house.dossiers.versions(ben, dossier)
    assert an.name == version.author
    house.accounts.register("an@example.org", "An again")
    assert "confirm" == house.post.letters[-1].code


def test_nobody_leaves_colleagues_without_an_administrator(house: House) -> None:
    place = house.organisation("Werf")
    _, chief = house.member("chief", place, "administrator")
    house.member("an", place, "adviser")
    with pytest.raises(AccessError, match="last_administrator"):
        erase_person(house.databank, chief, chief.person, "asked to")


def test_what_was_kept_long_enough_goes_and_the_chain_stays(house: House) -> None:
    place = house.organisation("Werf")
    _, an = house.member("an", place, "adviser")
    soon = house.dossiers.create(an, "Secret pots", Content("a: 1"), retain=dt.timedelta(days=30), key="k")
    later = house.dossiers.create(an, "Bikes", Content("a: 1"))
    thing = Object("dossier", soon, place.id, confidentiality=3)
    token, _ = house.shares.share(an, thing, "read", reason="x", life=dt.timedelta(days=90))
    house.comments.add(an, soon, "dossier.a", "Secret")
    house.databank.clock.pass_(days=30)
    local = house.store.local("beheer")
    counts = run_retention(house.databank, local)
    assert (1, 1) == (counts["dossiers"], counts["repeats"])
    assert counts["sessions"] >= 1
    with pytest.raises(NotFound):
        house.dossiers.get(an, soon)
    assert [later] == [line.id for line in house.dossiers.list(an)]
    with pytest.raises(AccessError, match="link_gone"):
        house.shares.actor(token)
    with house.databank.as_owner() as owner:
        assert ["", ""] == [audit.problem for audit in owner.audit()]
    assert 0 == run_retention(house.databank, local)["dossiers"]
    with pytest.raises(Denied):
        run_retention(house.databank, an)


def test_a_company_erases_its_own_dossier(house: House) -> None:
    place = house.organisation("Werf")
    _, an = house.member("an", place, "company_user")
    _, eve = house.member("eve", house.organisation("Other"), "company_user")
    dossier = house.dossiers.create(an, "Pots", Content("a: 1"))
    with pytest.raises(NotFound):
        erase_dossier(house.databank, eve, dossier, "mine")
    erase_dossier(house.databank, an, dossier, "no longer ours")
    with pytest.raises(NotFound):
        house.dossiers.versions(an, dossier)
    with house.databank.as_owner() as owner:
        assert [True, True] == [audit.sound for audit in owner.audit()]
