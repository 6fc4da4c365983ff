"""Dossiers of an organisation over HTTP, by an API key and by a link, on both engines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from calling import EXAMPLES, Caller, calling

from thuishaven.access import Actor
from thuishaven.web.people import Rooms
from visitors import PASSWORD

TEXT = (EXAMPLES / "plantenpot.yaml").read_text(encoding="utf-8")
ALL = ("read", "list", "create", "update", "comment", "label", "archive", "share")


@dataclass
class Agency:
    """A server with an agency, its adviser An with a key, and Eve of another agency with a key of hers."""

    http: Caller
    an: Actor
    keys: dict[str, str]
    ids: dict[str, str]

    @property
    def rooms(self) -> Rooms:
        found: Rooms = self.http.app.state.rooms
        return found

    def ask(self, method: str, path: str, who: str = "an", **more: Any) -> httpx.Response:
        headers = {
            **({"Authorization": f"Bearer {self.keys[who]}"} if who else {}),
            **more.pop("headers", {}),
        }
        return self.http.request(method, f"/api/v1{path}", headers=headers, **more)

    def kept(self, title: str = "Pots") -> str:
        made = self.ask(
            "POST",
            f"/dossiers?title={title}",
            content=TEXT.encode(),
            headers={"Content-Type": "application/yaml"},
        )
        assert 201 == made.status_code, made.text
        return str(made.json()["id"])


@pytest.fixture(scope="module")
def agency(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agency]:
    with calling(tmp_path_factory.mktemp("owned"), engine) as http:
        rooms: Rooms = http.app.state.rooms
        store = rooms.database.confidential
        local = store.local("beheer")
        found: dict[str, Any] = {}
        keys, ids = {}, {}
        for name in ("an", "eve"):
            place = rooms.organisations.create(local, f"Agency of {name}")
            token, person = _person(rooms, name)
            rooms.organisations.give(local, person, place.id, "adviser")
            _, actor = rooms.sessions.switch(token, place.id)
            scopes = [f"{action}:dossier" for action in ALL] + ["list:grant", "delete:grant"]
            keys[name], made = rooms.keys.create(actor, name, scopes, life=dt.timedelta(days=1))
            ids[name] = made.id
            found[name] = actor
        keys["reader"], made = rooms.keys.create(found["an"], "reader", ["read:dossier", "list:dossier"])
        ids["reader"] = made.id
        yield Agency(http, found["an"], keys, ids)


def _person(rooms: Rooms, name: str) -> tuple[str, str]:
    from sqlalchemy import select

    from thuishaven.access.tables import PERSON

    letters: list[Any] = []
    sender = rooms.accounts.sender
    rooms.accounts.sender = type("Kept", (), {"send": staticmethod(letters.append)})()
    rooms.accounts.register(f"{name}@example.org", name)
    rooms.accounts.sender = sender
    rooms.accounts.confirm(letters[0].token, PASSWORD)
    token, _actor = rooms.sessions.sign_in(f"{name}@example.org", PASSWORD)
    with rooms.database.confidential.engine.connect() as connection:
        row = connection.execute(select(PERSON.c.id).where(PERSON.c.email_key == f"{name}@example.org"))
        return token, str(row.scalar_one())


def test_a_dossier_is_kept_read_changed_and_brought_back(agency: Agency) -> None:
    dossier = agency.kept()
    read = agency.ask("GET", f"/dossiers/{dossier}")
    assert (TEXT, "Pots", 1, True, '"1"') == (
        read.json()["text"],
        read.json()["title"],
        read.json()["version"],
        read.json()["complete"],
        read.headers["etag"],
    )
    assert 304 == agency.ask("GET", f"/dossiers/{dossier}", headers={"If-None-Match": '"1"'}).status_code
    text = TEXT.replace("headcount: 140", "headcount: 150")
    assert text != TEXT
    saved = agency.ask("PUT", f"/dossiers/{dossier}", json={"text": text}, headers={"If-Match": '"1"'})
    assert (2, '"2"') == (saved.json()["version"], saved.headers["etag"])
    changes = agency.ask("GET", f"/dossiers/{dossier}/differences?old=1&new=2").json()["differences"]
    assert [{"place": "dossier.company.headcount", "old": 140, "new": 150}] == changes
    assert 3 == agency.ask("POST", f"/dossiers/{dossier}/restore?version=1").json()["version"]
    versions = agency.ask("GET", f"/dossiers/{dossier}/versions").json()["versions"]
    assert [(3, 1), (2, 0), (1, 0)] == [(line["version"], line["restores"]) for line in versions]
    assert text == agency.ask("GET", f"/dossiers/{dossier}/versions/2").json()["text"]
    file = agency.ask("GET", f"/dossiers/{dossier}/file")
    assert (TEXT, "application/yaml") == (file.text, file.headers["content-type"].split(";")[0])


def test_who_saves_over_another_is_told_where(agency: Agency) -> None:
    dossier = agency.kept()
    for number, status in ((150, 200), (160, 412)):
        body = {"text": TEXT.replace("headcount: 140", f"headcount: {number}")}
        answer = agency.ask("PUT", f"/dossiers/{dossier}", json=body, headers={"If-Match": '"1"'})
        assert status == answer.status_code
    told = answer.json()
    assert ("dossier_conflict", '"2"') == (told["code"], answer.headers["etag"])
    assert "dossier.company.headcount" in told["detail"]


def test_a_write_with_a_key_is_done_once(agency: Agency) -> None:
    once = {"Idempotency-Key": "a1", "Content-Type": "application/yaml"}
    made = [
        agency.ask("POST", "/dossiers?title=Once", content=TEXT.encode(), headers=once).json()["id"]
        for _ in range(2)
    ]
    assert made[0] == made[1]
    other = agency.ask("POST", "/dossiers?title=Other", content=TEXT.encode(), headers=once)
    assert (422, "key_reused") == (other.status_code, other.json()["code"])


def test_another_organisation_finds_nothing(agency: Agency) -> None:
    dossier = agency.kept()
    for method, path, more in (
        ("GET", "", {}),
        ("GET", "/versions", {}),
        ("GET", "/cost", {}),
        ("GET", "/shares", {}),
        ("PUT", "", {"json": {"text": ""}, "headers": {"If-Match": '"1"'}}),
        ("PUT", "/title", {"json": {"title": "Ours"}}),
        ("POST", "/archive", {}),
    ):
        answer = agency.ask(method, f"/dossiers/{dossier}{path}", "eve", **dict(more))
        never = agency.ask(method, f"/dossiers/{'0' * len(dossier)}{path}", "eve", **dict(more))
        assert (404, "no_such") == (answer.status_code, answer.json()["code"]), path
        assert never.json() == answer.json()
    assert [] == agency.ask("GET", "/dossiers", "eve").json()["dossiers"]


def test_without_a_key_a_program_is_asked_for_one(agency: Agency) -> None:
    for path in ("/dossiers", f"/dossiers/{agency.kept()}"):
        answer = agency.ask("GET", path, "")
        assert (401, "key_needed", "Bearer") == (
            answer.status_code,
            answer.json()["code"],
            answer.headers["www-authenticate"],
        )


def test_a_key_does_what_its_scopes_say(agency: Agency) -> None:
    dossier = agency.kept()
    assert 200 == agency.ask("GET", f"/dossiers/{dossier}", "reader").status_code
    refused = agency.ask(
        "PUT", f"/dossiers/{dossier}", "reader", json={"text": "a: 1"}, headers={"If-Match": '"1"'}
    )
    assert (403, "not_yours") == (refused.status_code, refused.json()["code"])
    me = agency.ask("GET", "/me", "reader").json()
    assert ("key", ["list:dossier", "read:dossier"]) == (me["kind"], me["scopes"])


def test_names_labels_comments_and_the_archive(agency: Agency) -> None:
    dossier = agency.kept()
    place = f"/dossiers/{dossier}"
    assert 204 == agency.ask("PUT", f"{place}/title", json={"title": "Renamed"}).status_code
    assert 204 == agency.ask("PUT", f"{place}/labels", json={"labels": ["pots", "2026"]}).status_code
    listed = agency.ask("GET", "/dossiers?label=pots").json()["dossiers"]
    assert [("Renamed", ["2026", "pots"])] == [(line["title"], line["labels"]) for line in listed]
    said = agency.ask("POST", f"{place}/comments", json={"place": "dossier.demand", "text": "Sure?"})
    assert 201 == said.status_code
    comment = said.json()["id"]
    assert 204 == agency.ask("POST", f"{place}/comments/{comment}/resolve").status_code
    assert agency.ask("GET", f"{place}/comments").json()["comments"][0]["resolved"]
    assert 204 == agency.ask("POST", f"{place}/archive").status_code
    late = agency.ask("PUT", place, json={"text": "a: 1"}, headers={"If-Match": '"1"'})
    assert (409, "archived") == (late.status_code, late.json()["code"])
    assert 204 == agency.ask("POST", f"{place}/unarchive").status_code


def test_a_share_gives_a_part_and_ends_at_once(agency: Agency) -> None:
    place = f"/dossiers/{agency.kept()}"
    wrong = agency.ask("POST", f"{place}/shares", json={"scope": "fill", "reason": "agreed"})
    assert (422, "cannot") == (wrong.status_code, wrong.json()["code"])
    made = agency.ask("POST", f"{place}/shares", json={"scope": "read", "reason": "agreed", "days": 2}).json()
    actor = agency.rooms.shares.actor(made["token"])
    assert actor.grants[0].object in place
    assert [made["id"]] == [line["id"] for line in agency.ask("GET", f"{place}/shares").json()["shares"]]
    assert 204 == agency.ask("DELETE", f"{place}/shares/{made['id']}").status_code
    from thuishaven.access import AccessError

    with pytest.raises(AccessError):
        agency.rooms.shares.actor(made["token"])


def test_a_kept_dossier_is_calculated_as_one_that_is_sent(agency: Agency) -> None:
    dossier = agency.kept()
    asked = "?draws=64&sensitivity=false"
    kept = agency.ask("GET", f"/dossiers/{dossier}/cost{asked}").json()
    sent = agency.http.post(
        f"/api/v1/cost{asked}", content=TEXT.encode(), headers={"Content-Type": "application/yaml"}
    ).json()
    assert sent == kept


def test_a_revoked_key_opens_nothing_any_more(agency: Agency) -> None:
    agency.rooms.keys.revoke(agency.an, agency.ids["reader"])
    answer = agency.ask("GET", "/dossiers", "reader")
    assert (401, "Bearer") == (answer.status_code, answer.headers["www-authenticate"])


def test_a_spreadsheet_is_kept_as_the_text_it_came_from(agency: Agency, tmp_path: Path) -> None:
    from thuishaven.dossier import open_document, save

    path = tmp_path / "pots.xlsx"
    save(open_document(EXAMPLES / "plantenpot.yaml"), path, "nl")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    made = agency.ask(
        "POST", "/dossiers?title=Sheet", content=path.read_bytes(), headers={"Content-Type": kind}
    )
    assert 201 == made.status_code, made.text
    assert TEXT == agency.ask("GET", f"/dossiers/{made.json()['id']}").json()["text"]
