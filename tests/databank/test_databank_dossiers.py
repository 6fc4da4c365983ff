"""Dossiers of an organisation: private, shared in parts, versioned, and never overwritten unseen."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from thuishaven.access import AccessError, Actor, Denied, NotFound, Object, Organisation
from thuishaven.databank import Content, Database, SaveConflict, settled
from thuishaven.databank.office import Begun, Papers, Projects
from thuishaven.databank.quota import give_room, room_of, rooms, stored_by
from visitors import QUICK, House

TEXT = """\
thuishaven: 1
demand: {units_per_year: 1000, growth: 0.02}   # from the order book
bom:
  - {id: shell, parent: null, quantity: 1, material: polypropylene, price: 1.45}
plans:
  - id: today
    sources: [{id: s, maker: supplier, country: CHN, share: 1, unit_price: 7.9}]  # Ningbo Pots
"""


class Agency:
    """Two advisers of one agency, one dossier, and a stranger from another."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.place: Organisation = house.organisation("Agency")
        _, self.an = house.member("an", self.place, "adviser")
        _, self.ben = house.member("ben", self.place, "adviser")
        _, self.eve = house.member("eve", house.organisation("Other"), "adviser", "administrator")
        self.id = house.dossiers.create(self.an, "Pots", Content(TEXT))

    def save(self, actor: Actor, version: int, *changes: tuple[str, str], key: str = "") -> int:
        text = self.house.dossiers.get(actor, self.id, version).content.text
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        return self.house.dossiers.save(actor, self.id, version, Content(text), key=key)

    def text(self, actor: Actor) -> str:
        return self.house.dossiers.get(actor, self.id).content.text

    def link(self, scope: str, part: str = "", highest_class: int = 4) -> Actor:
        thing = Object("dossier", self.id, self.place.id, confidentiality=3)
        token, _ = self.house.shares.share(
            self.an, thing, scope, reason="agreed", part=part, highest_class=highest_class
        )
        return self.house.shares.actor(token)


@pytest.fixture
def agency(house: House) -> Agency:
    return Agency(house)


def test_a_dossier_is_seen_by_its_organisation_only(agency: Agency) -> None:
    dossiers = agency.house.dossiers
    assert TEXT == agency.text(agency.ben)
    assert [agency.id] == [line.id for line in dossiers.list(agency.ben)]
    assert () == dossiers.list(agency.eve)
    tries = [
        lambda: dossiers.get(agency.eve, agency.id),
        lambda: dossiers.save(agency.eve, agency.id, 1, Content("")),
        lambda: dossiers.restore(agency.eve, agency.id, 1),
        lambda: dossiers.versions(agency.eve, agency.id),
        lambda: dossiers.label(agency.eve, agency.id, "mine"),
        lambda: dossiers.archive(agency.eve, agency.id),
        lambda: dossiers.rename(agency.eve, agency.id, "Mine"),
        lambda: dossiers.transfer(agency.eve, agency.id, agency.eve.organisation, "mine"),
        lambda: dossiers.note_outcome(agency.eve, agency.id, 1, "advice", {}),
        lambda: agency.house.comments.add(agency.eve, agency.id, "dossier", "hello"),
        lambda: agency.house.comments.list(agency.eve, agency.id),
    ]
    for attempt in tries:
        with pytest.raises(NotFound):
            attempt()


def test_who_runs_the_organisation_without_being_its_adviser_sees_no_dossier(agency: Agency) -> None:
    _, chief = agency.house.member("chief", agency.place, "administrator")
    with pytest.raises(NotFound):
        agency.text(chief)
    with pytest.raises(Denied):
        agency.house.dossiers.list(chief)


def test_every_save_is_a_version_that_says_who_and_what(agency: Agency) -> None:
    assert 2 == agency.save(agency.ben, 1, ("1000", "2000"))
    assert 2 == agency.save(agency.ben, 2)
    versions = agency.house.dossiers.versions(agency.an, agency.id)
    expected = [(2, agency.ben.name, 0), (1, agency.an.name, 0)]
    assert expected == [(one.version, one.author, one.restores) for one in versions]
    (change,) = agency.house.dossiers.compare(agency.an, agency.id, 1, 2)
    assert ("dossier.demand.units_per_year", 1000, 2000) == (change.place, change.old, change.new)
    assert 3 == agency.house.dossiers.restore(agency.an, agency.id, 1)
    assert TEXT == agency.text(agency.an)
    assert 1 == agency.house.dossiers.versions(agency.an, agency.id)[0].restores


def test_two_people_who_save_at_once_lose_nothing(agency: Agency) -> None:
    agency.save(agency.an, 1, ("1000", "2000"))
    with pytest.raises(SaveConflict) as caught:
        agency.save(agency.ben, 1, ("growth: 0.02", "growth: 0.05"))
    conflict = caught.value
    assert (2, ()) == (conflict.dossier.version, conflict.merged.clashes)
    solved = conflict.solved(conflict.merged.tree)
    expected = TEXT.replace("1000", "2000").replace("growth: 0.02", "growth: 0.05")
    assert expected == solved.text
    assert 3 == agency.house.dossiers.save(agency.ben, agency.id, 2, solved)


def test_two_people_who_change_one_field_are_shown_both(agency: Agency) -> None:
    agency.save(agency.an, 1, ("1000", "2000"))
    with pytest.raises(SaveConflict) as caught:
        agency.save(agency.ben, 1, ("1000", "3000"))
    merged = caught.value.merged
    (clash,) = merged.clashes
    assert ("dossier.demand.units_per_year", 1000, 3000, 2000) == (
        clash.place,
        clash.base,
        clash.mine,
        clash.theirs,
    )
    tree = settled(merged, {clash.place: "mine"})
    assert TEXT.replace("1000", "3000") == caught.value.solved(tree).text
    assert 2 == agency.house.dossiers.get(agency.an, agency.id).version


def test_the_same_write_again_does_nothing_more(agency: Agency) -> None:
    dossiers = agency.house.dossiers
    one = dossiers.create(agency.an, "Bikes", Content(TEXT), key="k1")
    assert one == dossiers.create(agency.an, "Bikes", Content(TEXT), key="k1")
    assert 2 == agency.save(agency.an, 1, ("1000", "2000"), key="k2")
    assert 2 == agency.save(agency.an, 1, ("1000", "2000"), key="k2")
    with pytest.raises(AccessError, match="key_reused"):
        agency.save(agency.an, 1, ("1000", "3000"), key="k2")
    assert 2 == len(dossiers.list(agency.an))
    assert 2 == len(dossiers.versions(agency.an, agency.id))
    assert one != dossiers.create(agency.ben, "Bikes", Content(TEXT), key="k1")
    agency.house.databank.clock.pass_(days=2)
    assert one != dossiers.create(agency.an, "Bikes", Content(TEXT), key="k1")


@pytest.mark.parametrize(
    ("scope", "expected"), [("read", (False, False)), ("comment", (True, False)), ("fill", (True, True))]
)
def test_a_link_lets_its_holder_do_what_it_says(
    agency: Agency, scope: str, expected: tuple[bool, bool]
) -> None:
    holder = agency.link(scope, "dossier.demand" if scope == "fill" else "")

    def may(attempt: object) -> bool:
        try:
            attempt()  # type: ignore[operator]
        except (Denied, NotFound):
            return False
        return True

    part = "demand: {units_per_year: 1000, growth: 0.02}\n"
    assert (part if scope == "fill" else TEXT) == agency.text(holder)
    commented = may(lambda: agency.house.comments.add(holder, agency.id, "dossier.demand", "Sure?"))
    assert expected == (commented, may(lambda: agency.save(holder, 1, ("1000", "2000"))))


def test_who_fills_a_part_fills_no_other(agency: Agency) -> None:
    holder = agency.link("fill", "dossier.demand")
    with pytest.raises((Denied, NotFound)):
        agency.save(holder, 1, ("1000", "2000"), ("demand:", "process: {labour_hours: 1}\ndemand:"))
    assert 2 == agency.save(holder, 1, ("1000", "2000"))
    event = agency.house.store.events(kind="dossier", action="save")[-1]
    assert (holder.name, "link_fill") == (event["actor"], event["role"])


def test_commercial_secrets_stay_hidden_and_untouched(agency: Agency) -> None:
    holder = agency.link("fill", "dossier.demand dossier.bom dossier.plans", highest_class=3)
    seen = agency.house.dossiers.get(holder, agency.id)
    assert not seen.complete
    assert not [word for word in ("7.9", "1.45", "Ningbo") if word in seen.content.text]
    assert "units_per_year: 1000" in seen.content.text
    assert 2 == agency.save(holder, 1, ("1000", "2000"))
    assert TEXT.replace("1000", "2000") == agency.text(agency.an)
    with pytest.raises((Denied, NotFound)):
        agency.save(holder, 2, ("country: CHN", "country: CHN\n      unit_price: 1"))
    comments = agency.house.comments
    comments.add(agency.an, agency.id, "dossier.bom.shell.price", "1.45 is the price of 2024")
    assert () == comments.list(holder, agency.id)
    with pytest.raises(Denied):
        agency.house.dossiers.get(holder, agency.id, 1)
    with pytest.raises(Denied):
        agency.house.dossiers.versions(holder, agency.id)


def test_a_holder_who_saves_an_older_copy_sees_no_secret_in_the_conflict(agency: Agency) -> None:
    holder = agency.link("fill", "dossier.demand", highest_class=3)
    seen = agency.house.dossiers.get(holder, agency.id).content
    agency.save(agency.an, 1, ("1000", "2000"))
    with pytest.raises(SaveConflict) as caught:
        agency.house.dossiers.save(holder, agency.id, 1, Content(seen.text.replace("1000", "3000")))
    told = repr((caught.value.dossier, caught.value.base, caught.value.mine, caught.value.merged))
    assert not [word for word in ("7.9", "1.45", "Ningbo") if word in told]


def test_a_part_is_handed_to_a_second_person(agency: Agency) -> None:
    house = agency.house
    thing = Object("dossier", agency.id, agency.place.id, confidentiality=3)
    house.shares.share(
        agency.an,
        thing,
        "fill",
        reason="her price",
        part="dossier.bom",
        person=agency.eve.person,
        highest_class=4,
    )
    eve = house.sessions.sign_in("eve@example.org", "paars fietspad onder de brug")[1]
    assert [agency.id] == [line.id for line in house.dossiers.shared(eve)]
    assert 2 == agency.save(eve, 1, ("1.45", "1.50"))
    assert () == house.dossiers.list(eve)


def test_labels_archive_and_names(agency: Agency) -> None:
    dossiers = agency.house.dossiers
    dossiers.label(agency.an, agency.id, "plastic", "urgent")
    dossiers.label(agency.an, agency.id, "urgent", "plastic")
    assert ("plastic", "urgent") == dossiers.get(agency.an, agency.id).labels
    assert [1, 0] == [len(dossiers.list(agency.an, label=word)) for word in ("urgent", "other")]
    dossiers.rename(agency.an, agency.id, "Flower pots")
    dossiers.archive(agency.an, agency.id)
    assert [0, 1] == [len(dossiers.list(agency.an, state=state)) for state in ("active", "archived")]
    with pytest.raises(AccessError, match="archived"):
        agency.save(agency.an, 1, ("1000", "2000"))
    dossiers.unarchive(agency.an, agency.id)
    assert 2 == agency.save(agency.an, 1, ("1000", "2000"))
    assert ["create", "label", "rename", "archive", "unarchive", "save"] == [
        event["action"] for event in agency.house.store.events(object=agency.id)
    ]


def test_a_long_list_is_read_in_parts(agency: Agency) -> None:
    dossiers = agency.house.dossiers
    expected = [agency.id]
    for number in range(4):
        agency.house.databank.clock.pass_(seconds=number // 2)
        expected.append(dossiers.create(agency.an, f"No {number}", Content("")))
    found: list[str] = []
    while part := dossiers.list(agency.an, most=2, after=found[-1] if found else ""):
        found += [line.id for line in part]
    assert sorted(expected) == sorted(found)


def test_a_dossier_changes_hands_with_all_that_it_was(agency: Agency) -> None:
    house = agency.house
    holder = agency.link("read")
    agency.save(agency.an, 1, ("1000", "2000"))
    house.dossiers.transfer(agency.an, agency.id, agency.eve.organisation, "moved to Ghent")
    assert 2 == len(house.dossiers.versions(agency.eve, agency.id))
    with pytest.raises(NotFound):
        agency.text(agency.an)
    with pytest.raises(NotFound):
        agency.text(holder)


def test_versions_tell_what_they_did_to_the_advice(agency: Agency) -> None:
    dossiers = agency.house.dossiers
    dossiers.note_outcome(agency.an, agency.id, 1, "advice", {"recommended": "today"})
    agency.save(agency.an, 1, ("1000", "2000"))
    dossiers.note_outcome(agency.an, agency.id, 2, "advice", {"recommended": "home"})
    found = [dict(one.outcomes) for one in dossiers.versions(agency.an, agency.id)]
    assert [{"advice": {"recommended": "home"}}, {"advice": {"recommended": "today"}}] == found


def test_comments_stand_with_a_field_until_they_are_settled(agency: Agency) -> None:
    comments = agency.house.comments
    one = comments.add(agency.ben, agency.id, "dossier.demand", " Whose figure is this? ")
    comments.resolve(agency.an, agency.id, one)
    (found,) = comments.list(agency.an, agency.id)
    assert ("Whose figure is this?", agency.ben.name, 1) == (found.text, found.author, found.version)
    assert found.resolved is not None
    holder = agency.link("comment")
    with pytest.raises(Denied):
        comments.resolve(holder, agency.id, comments.add(agency.an, agency.id, "dossier", "Mine"))


def test_who_reads_by_a_link_reads_no_comments(agency: Agency) -> None:
    comments = agency.house.comments
    comments.add(agency.ben, agency.id, "dossier.demand", "Whose figure is this?")
    comments.add(agency.ben, agency.id, "dossier.bom.shell.price", "1.45 is the price of 2024")
    with pytest.raises(Denied):
        comments.list(agency.link("read"), agency.id)
    asked = agency.link("comment", highest_class=3)
    assert ["dossier.demand"] == [one.place for one in comments.list(asked, agency.id)]
    with pytest.raises(NotFound):
        comments.add(asked, agency.id, "dossier.bom.shell.price", "Which price?")
    filling = agency.link("fill", "dossier.bom")
    assert ["dossier.bom.shell.price"] == [one.place for one in comments.list(filling, agency.id)]
    # Who holds both sees no more than the dossier itself shows.
    both = asked.holding(*filling.grants)
    assert ["dossier.demand"] == [one.place for one in comments.list(both, agency.id)]


def test_an_organisation_stores_no_more_than_its_room(agency: Agency) -> None:
    house, most = agency.house, stored_by(agency.house.store, agency.an, agency.place.id)
    assert (1, True) == (most.dossiers, most.bytes > 0)
    house.dossiers.policy = replace(QUICK, quota_dossiers=1)
    with pytest.raises(AccessError, match="quota_dossiers"):
        house.dossiers.create(agency.an, "More", Content(TEXT))
    # Another organisation has room of its own, and versions of a dossier are no dossiers.
    house.dossiers.create(agency.eve, "Hers", Content(TEXT))
    assert 2 == agency.save(agency.an, 1, ("1000", "2000"))
    full = stored_by(house.store, agency.an, agency.place.id)
    house.dossiers.policy = replace(QUICK, quota_bytes=full.bytes)
    for attempt in (
        lambda: house.dossiers.create(agency.an, "More", Content(TEXT)),
        lambda: agency.save(agency.an, 2, ("2000", "3000")),
        lambda: house.dossiers.restore(agency.an, agency.id, 1),
        lambda: agency.save(agency.link("fill", "dossier.demand"), 2, ("2000", "3000")),
    ):
        with pytest.raises(AccessError, match="quota_bytes"):
            attempt()
    assert full == stored_by(house.store, agency.an, agency.place.id)
    house.dossiers.policy = QUICK
    projects = Projects(house.store, replace(QUICK, quota_bytes=full.bytes))
    project = projects.open(agency.an, Begun("Pots", "Pots bv", "NLD", "1"), contact_agreed=True)
    paper = b"%PDF-1.7"
    with pytest.raises(AccessError, match="quota_bytes"):
        Papers(projects).add_document(agency.an, project, "visit.pdf", paper)
    Papers(Projects(house.store)).add_document(agency.an, project, "visit.pdf", paper)
    after = stored_by(house.store, agency.an, agency.place.id)
    assert (full.dossiers, full.bytes + len(paper)) == (after.dossiers, after.bytes)


def test_an_organisation_is_given_other_room_than_the_others(agency: Agency) -> None:
    house, store, local = agency.house, agency.house.store, agency.house.store.local("beheer")
    give_room(store, local, agency.place.id, dossiers=2)
    given = room_of(store, agency.an, QUICK, agency.place.id)
    assert (2, QUICK.quota_bytes, True) == (given.dossiers, given.bytes, given.given)
    house.dossiers.create(agency.an, "Second", Content(TEXT))
    with pytest.raises(AccessError, match="quota_dossiers") as refused:
        house.dossiers.create(agency.an, "Third", Content(TEXT))
    assert 2 == refused.value.params["most"]
    # What is stored stays, and the neighbours keep the room that they have.
    full = stored_by(store, agency.an, agency.place.id)
    give_room(store, local, agency.place.id, size=full.bytes)
    with pytest.raises(AccessError, match="quota_bytes"):
        agency.save(agency.an, 1, ("1000", "2000"))
    house.dossiers.create(agency.eve, "Hers", Content(TEXT))
    assert full == stored_by(store, agency.an, agency.place.id)
    give_room(store, local, agency.place.id)
    assert 2 == agency.save(agency.an, 1, ("1000", "2000"))
    assert {False} == {one.given for one in rooms(store, local, QUICK)}
    assert all(chain.sound for chain in house.databank.audit())


@pytest.mark.parametrize(("field", "value"), [("dossiers", 0), ("size", 2**63), ("dossiers", 2**31)])
def test_room_is_a_number_that_can_be_kept_and_given_by_who_runs_the_server(
    agency: Agency, field: str, value: int
) -> None:
    store = agency.house.store
    with pytest.raises(AccessError, match="room_form"):
        give_room(store, store.local("beheer"), agency.place.id, **{field: value})
    with pytest.raises(NotFound):
        give_room(store, store.local("beheer"), "nobody", **{field: 1})
    with pytest.raises(Denied):
        give_room(store, agency.an, agency.place.id, **{field: 1})
    with pytest.raises(Denied):
        rooms(store, agency.an, QUICK)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE dossier_version SET digest = '' ",
        "UPDATE dossier_content SET content = '\\x00'",
        "DELETE FROM dossier_content",
        "DELETE FROM dossier_version",
    ],
)
def test_a_version_that_was_altered_is_found_and_named(agency: Agency, statement: str) -> None:
    databank: Database = agency.house.databank
    agency.save(agency.an, 1, ("1000", "2000"))
    with databank.as_owner() as owner:
        assert [True, True] == [audit.sound for audit in owner.audit()]
        with owner.confidential.bookkeep() as connection:
            guard = "DROP TRIGGER dossier_version_no_{verb}"
            if databank.dialect == "postgresql":
                guard = "ALTER TABLE dossier_version DISABLE TRIGGER USER"
            for verb in ("update", "delete"):
                connection.exec_driver_sql(guard.format(verb=verb))
            connection.exec_driver_sql(f"{statement} WHERE version = 1")
            guard = "ALTER TABLE dossier_version ENABLE TRIGGER USER"
            if databank.dialect == "sqlite":
                from thuishaven.databank.guards import append_only

                append_only(connection, "dossier_version")
            else:
                connection.exec_driver_sql(guard)
        audit = owner.audit()[1]
    created = agency.house.store.events(action="create", kind="dossier")[0]
    assert ("content", created["seq"]) == (audit.problem, audit.seq)


def test_row_security_hides_dossiers_from_a_query_that_forgets_to_ask(agency: Agency) -> None:
    """On PostgreSQL; what is not set matches nothing."""
    agency.house.comments.add(agency.an, agency.id, "dossier", "Hm")
    agency.house.dossiers.label(agency.an, agency.id, "x")
    tables = ("dossier", "dossier_version", "dossier_content", "dossier_label", "dossier_comment")
    store = agency.house.store

    def seen(actor: Actor) -> list[int]:
        with store.read(actor) as connection:
            return [
                connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
                for name in tables
            ]

    walled = store.dialect == "postgresql"
    assert [1] * 5 == seen(agency.an) == seen(agency.link("read"))
    assert [0 if walled else 1] * 5 == seen(agency.eve) == seen(store.visitor())


def test_row_security_lets_nobody_write_into_another_organisation(agency: Agency) -> None:
    store = agency.house.store
    if store.dialect != "postgresql":
        assert "sqlite" == store.dialect  # one wall: the room decides alone
        return
    steal = sa.text("UPDATE dossier SET organisation = :to WHERE id = :id")
    with store.change(agency.eve) as change:
        values = {"to": agency.eve.organisation, "id": agency.id}
        assert 0 == change.run(steal, values).rowcount
        change.leave()
    with pytest.raises(sa.exc.DBAPIError), store.change(agency.an) as change:
        change.run(steal, {"to": agency.eve.organisation, "id": agency.id})
