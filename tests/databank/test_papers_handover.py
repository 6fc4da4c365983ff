"""What another authority is handed: what the consent covers, and nothing else; on both engines."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from databases import Clock
from thuishaven.access import EVENT, AccessError, Actor, Denied, NotFound
from thuishaven.databank import Content
from thuishaven.databank.office import (
    Begun,
    Consents,
    Decided,
    Handovers,
    Papers,
    Projects,
    Promise,
    Tasks,
    handover_fields,
)
from visitors import House

DOSSIER = """\
thuishaven: 1
product: {name: Plantenpot, cn: "39269097", price: 24}
demand: {units_per_year: 123457}
"""
#: A word that is in one field only, with the class of that field.
MARKS = {
    "Voorbeeld bv": 2,
    "0417497106": 2,
    "Potten dichterbij": 2,
    "De directeur": 3,
    "Advies over potten": 3,
    "Plantenpot": 3,
    "39269097": 3,
    "123457": 3,
    "Voorraad volstaat": 3,
    "bigger_stock": 3,
    "17.625": 3,
    "2028-06": 3,
    "Bel de bank": 3,
    "Mia Contact": 3,
    "verslag-3.pdf": 3,
    "verslag-2.pdf": 2,
    "verslag-4.pdf": 4,
    "12.4375": 4,
}


class Desk:
    """A project with a word in every field, and an agency that may see it."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock
        here, there = house.organisation("Agency"), house.organisation("Second agency")
        self.there = there.id
        _, self.an = house.member("an", here, "adviser")
        _, self.eve = house.member("eve", there, "adviser")
        _, self.kim = house.member("kim", here, "company_user")
        self.projects = Projects(house.store)
        self.consents = Consents(self.projects)
        self.handovers = Handovers(self.projects, house.dossiers)
        begun = Begun("Potten dichterbij", "Voorbeeld bv", "BEL", "0417497106", "22.29", "2.0", "BE21")
        self.project = self.projects.open(self.an, begun, contact_agreed=True)
        self.projects.describe(self.an, self.project, purpose="Advies over potten")
        self.projects.advance(self.an, self.project, "accept")
        dossier = house.dossiers.create(self.an, "Pots", Content(DOSSIER))
        said = {"advice": {"recommended": "stock", "names": {"nl": "voorraad"}, "unit_cost": 12.4375}}
        for kind in ("scan", "calculation", "alternative"):
            self.projects.attach(self.an, self.project, dossier, 1, kind, said)
        papers = Papers(self.projects)
        papers.add_contact(self.an, self.project, "Mia Contact", "mia@example.org", "", "")
        for level in (2, 3, 4):
            papers.add_document(self.an, self.project, f"verslag-{level}.pdf", b"%PDF-1.7", level)
        self.projects.advance(self.an, self.project, "submit_for_decision")
        decided = Decided(
            dt.date(2026, 11, 20),
            "go",
            "bigger_stock",
            ("home_own",),
            ("LEADTIME",),
            "Voorraad volstaat",
            Promise(17.625, 0.5, "2028-06"),
        )
        self.projects.decide(self.an, self.project, decided)
        Tasks(house.store).add(self.an, self.project, "Bel de bank", dt.date(2026, 12, 1))

    def agreed(self, highest_class: int, **given: Any) -> str:
        return self.consents.give(
            self.an,
            self.project,
            given.pop("purpose", "second_agency"),
            given_by="De directeur",
            given_on=dt.date(2026, 11, 1),
            receiver=given.pop("receiver", self.there),
            highest_class=highest_class,
            **given,
        )

    def made(self, consent: str, actor: Actor | None = None) -> Any:
        return self.handovers.make(actor or self.an, self.project, consent, kind="pdf", language="nl")

    def events(self) -> list[Any]:
        table = EVENT["confidential"]
        with self.house.store.read(self.house.store.local("beheer")) as connection:
            rows = connection.execute(sa.select(table).where(table.c.action == "handover")).all()
        return list(rows)


@pytest.fixture
def desk(house: House, clock: Clock) -> Desk:
    return Desk(house, clock)


@pytest.mark.parametrize("highest", [0, 1, 2, 3, 4])
def test_no_field_beyond_the_consent_is_handed_over(desk: Desk, highest: int) -> None:
    made = desk.made(desk.agreed(highest))
    text = json.dumps(dict(made.told), ensure_ascii=False)
    assert {word: level <= highest for word, level in MARKS.items()} == {word: word in text for word in MARKS}
    classes = {name: handover_fields()[name].confidentiality for name in made.told}
    assert all(level <= highest for level in classes.values())
    assert all(handover_fields()[name].confidentiality > highest for name in made.withheld)


def test_every_field_has_a_class(desk: Desk) -> None:
    made = desk.made(desk.agreed(4))
    assert set(handover_fields()) - {"first_output"} == set(made.told)
    assert () == made.withheld


def test_every_making_is_an_event_without_words(desk: Desk) -> None:
    consent = desk.agreed(3)
    first, second = desk.made(consent), desk.made(consent)
    events = desk.events()
    assert 2 == len(events)
    assert [first.digest, second.digest] == [json.loads(one.details)["digest"] for one in events]
    told = [one.details for one in events]
    told += [json.dumps(dict(step.details)) for step in desk.projects.time_line(desk.an, desk.project)]
    assert not [word for word in MARKS if any(word in line for line in told) and "_" not in word]
    assert 2 == [step.kind for step in desk.projects.time_line(desk.an, desk.project)].count("handover")


def test_without_consent_nothing_is_made(desk: Desk) -> None:
    consent = desk.agreed(3, life=dt.timedelta(days=2))
    ended = desk.agreed(3)
    desk.consents.revoke(desk.an, ended)
    public = desk.agreed(3, purpose="public_case", receiver="")
    for wrong in ("", "0" * 24, ended, public):
        with pytest.raises(AccessError, match="handover_consent"):
            desk.made(wrong)
    desk.clock.pass_(days=3)
    with pytest.raises(AccessError, match="handover_consent"):
        desk.made(consent, replace(desk.an, at=desk.clock()))
    assert [] == desk.events()


def test_only_who_guides_the_project_hands_it_over(desk: Desk) -> None:
    consent = desk.agreed(4)
    with pytest.raises(Denied):
        desk.made(consent, desk.eve)
    for stranger in (desk.kim, desk.house.store.visitor()):
        with pytest.raises((Denied, NotFound)):
            desk.made(consent, stranger)
    assert [] == desk.events()


def test_the_receiver_is_named_and_what_it_does_not_see_too(desk: Desk) -> None:
    made = desk.made(desk.agreed(2))
    assert ("Second agency", "Agency") == (made.receiver, made.sender)
    assert {"decisions", "tasks", "product", "unit_cost"} <= set(made.withheld)
