"""Working copies of dossiers: whose they are, and that they open nothing by themselves."""

from __future__ import annotations

import datetime as dt

import pytest

from thuishaven.access import AccessError, Actor, Denied, NotFound, Object
from thuishaven.databank import Content, WorkingCopies, erase_dossier, person_record
from visitors import House

TEXT = "thuishaven: 1\ndemand: {units_per_year: 1000}\nbom:\n  - {id: shell, price: 1.45}\n"
DRAFT, OTHER = "d" * 64, "e" * 64


class Desk:
    """An adviser with a dossier, a colleague, and a stranger."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.place = house.organisation("Agency")
        _, self.an = house.member("an", self.place, "company_user")
        _, self.ben = house.member("ben", self.place, "adviser")
        _, self.eve = house.member("eve", house.organisation("Other"), "adviser")
        self.id = house.dossiers.create(self.an, "Pots", Content(TEXT))
        self.copies = WorkingCopies(house.store)

    def opens(self, actor: Actor, draft: str = DRAFT) -> None:
        found = self.house.dossiers.get(actor, self.id)
        self.copies.open(actor, self.id, found.version, found.content.digest(), draft)

    def link(self, scope: str, part: str = "", highest_class: int = 4) -> tuple[Actor, str]:
        thing = Object("dossier", self.id, self.place.id, confidentiality=3)
        token, share = self.house.shares.share(
            self.an, thing, scope, reason="agreed", part=part, highest_class=highest_class
        )
        return self.house.shares.actor(token), share.grant.id


@pytest.fixture
def desk(house: House) -> Desk:
    return Desk(house)


def test_a_copy_says_where_it_stands_to_its_person_only(desk: Desk) -> None:
    desk.opens(desk.an)
    found = desk.copies.standing(desk.an, DRAFT)
    assert ("Pots", "Agency", 1, ()) == (found.title, found.organisation_name, found.newest, found.parts)
    assert ({"update", "comment", "list", "share", "export"}, True) == (set(found.may), found.keeps)
    with pytest.raises(Denied):
        desk.copies.standing(desk.ben, DRAFT)
    with pytest.raises(NotFound):
        desk.copies.standing(desk.an, OTHER)
    assert [[DRAFT], []] == [[copy.draft for copy in desk.copies.mine(who)] for who in (desk.an, desk.ben)]
    with pytest.raises(NotFound):
        desk.opens(desk.eve)


def test_a_share_that_ended_closes_the_copy_and_leaves_it_known(desk: Desk) -> None:
    holder, share = desk.link("fill", "dossier.demand")
    desk.opens(holder)
    found = desk.copies.standing(holder, DRAFT)
    assert (("dossier.demand",), {"comment", "fill"}) == (found.parts, set(found.may))
    with pytest.raises(NotFound):
        desk.copies.standing(desk.house.store.visitor(), DRAFT)
    desk.house.shares.revoke(desk.an, share)
    later = desk.house.store.visitor()
    with pytest.raises(NotFound):
        desk.copies.standing(later, DRAFT)
    # A draft that belongs to a dossier is never taken for one that belongs to nobody.
    copy = desk.copies.get(DRAFT)
    assert copy is not None
    assert (desk.id, share) == (copy.dossier, copy.share)
    desk.copies.close(later, DRAFT)
    assert desk.copies.get(DRAFT) is None
    assert ["open", "revoke", "close"] == [
        event["action"] for event in desk.house.store.events(object=desk.id)[2:]
    ]


def test_keeping_a_copy_lets_it_start_from_the_new_version(desk: Desk) -> None:
    desk.opens(desk.an)
    new = Content(TEXT.replace("1000", "2000"))
    desk.house.dossiers.save(desk.an, desk.id, 1, new, why=" new  orders ", draft=DRAFT)
    copy = desk.copies.standing(desk.an, DRAFT).copy
    assert (2, new.digest()) == (copy.version, copy.digest)
    assert ["new orders", ""] == [one.why for one in desk.house.dossiers.versions(desk.an, desk.id)]
    assert {} == dict(desk.house.dossiers.versions(desk.an, desk.id)[0].outcomes)
    found = desk.house.dossiers.conflict(desk.ben, desk.id, 1, Content(TEXT.replace("1000", "3000")))
    assert found is not None
    assert ["dossier.demand.units_per_year"] == [clash.place for clash in found.merged.clashes]
    assert desk.house.dossiers.conflict(desk.ben, desk.id, 2, new) is None


def test_erasing_forgets_copies_and_reasons(desk: Desk) -> None:
    desk.opens(desk.an)
    assert [DRAFT] == [copy.draft for copy in desk.copies.of(desk.ben, desk.id)]
    record = person_record(desk.house.databank, desk.an, desk.an.person)
    assert [desk.id] == [row["dossier"] for row in record["working_copies"]]
    erase_dossier(desk.house.databank, desk.an, desk.id, "wish of the company")
    assert desk.copies.get(DRAFT) is None
    with pytest.raises(NotFound):
        desk.copies.standing(desk.an, DRAFT)


def test_who_fills_in_a_part_and_reads_the_rest_sees_no_more_than_reading_gives(desk: Desk) -> None:
    reader, _ = desk.link("read", highest_class=3)
    filler, _ = desk.link("fill", "dossier.demand dossier.bom")
    texts = [desk.house.dossiers.get(who, desk.id).content.text for who in (reader, filler)]
    assert [False, True] == ["1.45" in text for text in texts]
    both = reader.holding(*filler.grants)
    assert "1.45" not in desk.house.dossiers.get(both, desk.id).content.text
    desk.house.comments.add(desk.an, desk.id, "dossier.product.price", "Net?")
    assert () == desk.house.comments.list(filler, desk.id)
    with pytest.raises(NotFound):
        desk.house.comments.add(filler, desk.id, "dossier.product.price", "Mine?")


def test_dossiers_are_found_by_words_and_labels(desk: Desk) -> None:
    dossiers = desk.house.dossiers
    other = dossiers.create(desk.an, "Élan, pièce moulée", Content(TEXT))
    dossiers.label(desk.an, other, "métal", "x")
    dossiers.label(desk.an, desk.id, "x")
    assert [other] == [line.id for line in dossiers.list(desk.an, title="MOULEE elan")]
    assert () == dossiers.list(desk.an, title="elan pots")
    assert {"métal": 1, "x": 2} == dossiers.labels(desk.an)
    desk.house.comments.add(desk.ben, desk.id, "dossier", "Hm")
    assert {desk.an.name: "an", desk.ben.name: "ben"} == dossiers.authors(desk.an, desk.id)


def test_a_share_goes_to_an_address_and_a_key_makes_it_once(desk: Desk) -> None:
    thing = Object("dossier", desk.id, desk.place.id, confidentiality=3)

    def share(address: str, key: str = "") -> tuple[str, str]:
        token, found = desk.house.shares.share(
            desk.an, thing, "read", reason="x", address=address, key=key, life=dt.timedelta(days=1)
        )
        return found.person, token

    assert (desk.eve.person, "") == share(" EVE@example.org")
    person, token = share("nobody@example.org", "k")
    assert ("", True) == (person, bool(token))
    with pytest.raises(AccessError, match="repeated"):
        share("nobody@example.org", "k")
    with pytest.raises(AccessError, match="email_form"):
        share("nobody")
    assert {"EVE@example.org", "nobody@example.org"} == {
        one.address for one in desk.house.shares.of_object(desk.an, thing)
    }
    one = desk.house.comments.add(desk.an, desk.id, "dossier", "Once", key="k")
    assert one == desk.house.comments.add(desk.an, desk.id, "dossier", "Once", key="k")
