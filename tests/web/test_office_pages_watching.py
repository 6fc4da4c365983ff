"""Watched feeds, a calendar by subscription and the daily letter, as people and programs meet them."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from org_desk import Street, street

from databases import Clock, place, usual
from thuishaven.access import FolderSender, Letter, Post
from thuishaven.access.letters import words as letter_words
from thuishaven.databank import Database
from thuishaven.databank.office import Digests, Feeds, Signals, Tasks, Told
from thuishaven.web.office_letters import digest_letter
from visitors import House

SITE = "https://reshore.example"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Street]:
    clock = Clock()
    with (
        place(usual(), tmp_path) as where,
        Database(where, clock) as databank,
        street(House(databank), tmp_path) as found,
    ):
        found.joins("rik", found.agency, "adviser")
        found.joins("boss", found.agency, "administrator")
        found.clock = clock  # type: ignore[attr-defined]
        yield found


@contextmanager
def answering_with(body: bytes) -> Iterator[str]:
    """A newspaper on this machine: where its feed is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/feed.xml"
        server.shutdown()
        thread.join()


def test_who_chooses_feeds_adds_changes_and_stops_one(office: Street) -> None:
    boss, rik = office.browser("boss"), office.browser("rik")
    path = "/nl/office/feeds"
    assert "Laat een feed volgen" in boss.page(path)
    for address, said in (
        ("http://nieuws.example/rss", "https"),
        ("https://192.168.1.1/rss", "openbare internet"),
        ("nieuws", "Verwacht wordt"),
    ):
        refused = boss.give(path, 422, address=address, name="Krant")
        assert said in refused
        assert f'value="{address}"' in refused
        assert 'href="#f-address"' in refused
    made = boss.give(path, address="https://nieuws.example/rss", name="De krant", language="nl")
    assert "Nog niet opgehaald" in made
    feed = re.search(r"/office/feeds/([0-9a-f]{24})", made)
    assert feed
    kept = boss.give(f"{path}/{feed[1]}", address="https://nieuws.example/atom", name="De krant")
    assert "nieuws.example/atom" in kept
    boss.give(path, address="https://nieuws.example/rss")
    assert "al gevolgd" in boss.give(f"{path}/{feed[1]}", 422, address="https://nieuws.example/rss")
    seen = rik.page(f"{path}/{feed[1]}")
    assert "De krant" in seen
    # An adviser has it fetched, and chooses nothing.
    assert [f'action="{path}/{feed[1]}/fetch"'] == re.findall(r'action="[^"]+"', seen.split("<main")[1])
    assert 403 == rik.post(path, data={"address": "https://nieuws.example/3"}).status_code
    assert "niet meer gevolgd" in boss.give(f"{path}/{feed[1]}/watch", watched="no").lower()
    assert "opnieuw volgen" in boss.page(f"{path}/{feed[1]}").lower()


def test_what_went_wrong_with_a_feed_stands_on_its_page(office: Street) -> None:
    from thuishaven.databank.office import Answer, FetchError

    boss, rik = office.browser("boss"), office.browser("rik")
    made = boss.give("/nl/office/feeds", address="https://nieuws.example/rss", name="De krant")
    feed = re.search(r"/office/feeds/([0-9a-f]{24})", made)
    assert feed
    store = office.house.store
    entry = b"<rss><channel><item><title>Voorbeeld NV haalt productie terug</title></item></channel></rss>"
    answers: list[Answer | FetchError] = [Answer(entry), FetchError("status", "404")]

    def fetch(*_args: object, **_more: object) -> Answer:
        found = answers.pop(0)
        if isinstance(found, FetchError):
            raise found
        return found

    for _ in (1, 2):
        Feeds(store).fetch_all(store.local("watcher"), fetch)
    shown = rik.page(f"/nl/office/feeds/{feed[1]}")
    assert "weigert" in shown
    assert "404" in shown
    assert "Voorbeeld NV haalt productie terug" in shown
    assert "haalt productie terug<" in shown
    assert "weigert" in rik.page("/nl/office/feeds")


def test_a_feed_is_fetched_when_somebody_asks(tmp_path: Path) -> None:
    entry = b"<rss><channel><item><title>Voorbeeld NV haalt productie terug</title></item></channel></rss>"
    clock = Clock()
    with (
        answering_with(entry) as address,
        place(usual(), tmp_path) as where,
        Database(where, clock) as databank,
        street(House(databank), tmp_path, feed_networks=("127.0.0.0/8",)) as found,
    ):
        found.joins("rik", found.agency, "adviser")
        found.joins("boss", found.agency, "administrator")
        rik, boss = found.browser("rik"), found.browser("boss")
        path = re.search(
            r"/nl/office/feeds/[0-9a-f]{24}", boss.give("/nl/office/feeds", address=address, name="De krant")
        )
        assert path
        assert "Haal hem nu op" in rik.page(path[0])
        fetched = rik.give_from(rik.page(path[0]), f"{path[0]}/fetch")
        assert "Voorbeeld NV haalt productie terug" in fetched
        assert "De feed is opgehaald" in fetched
        again = boss.give(f"{path[0]}/fetch", 422)
        assert "opnieuw laten ophalen vanaf 22 november 2026 om 10:05" in again
        clock.pass_(minutes=5)
        assert "niets nieuws" in boss.give(f"{path[0]}/fetch")


def test_a_calendar_program_reads_until_the_address_is_taken_back(office: Street) -> None:
    rik, program = office.browser("rik"), office.browser()
    Signals(office.house.store).receive(office.actors["rik"], Told("desk", "Geheim NV", "Geheim NV sluit"))
    assert "Maak een adres" in rik.page("/nl/office/own")
    made = rik.give("/nl/office/own/calendar")
    link = re.search(r'value="http[^"]*?(/nl/office/calendar/[^"]+\.ics)"', made)
    assert link
    assert link[1] not in rik.page("/nl/office/own")
    read = program.get(link[1])
    assert (200, "text/calendar; charset=utf-8") == (read.status_code, read.headers["content-type"])
    assert "BEGIN:VCALENDAR" in read.text
    assert "Geheim" not in read.text
    shown = rik.page("/nl/office/own")
    again = rik.give_from(shown, "/nl/office/own/calendar")
    assert 404 == program.get(link[1]).status_code
    newer = re.search(r'value="http[^"]*?(/nl/office/calendar/[^"]+\.ics)"', again)
    assert newer
    assert 200 == program.get(newer[1]).status_code
    rik.give_from(rik.page("/nl/office/own"), "/nl/office/own/calendar/end")
    assert 404 == program.get(newer[1]).status_code


def test_an_own_task_is_not_named_where_others_may_read_along(office: Street) -> None:
    rik, program = office.browser("rik"), office.browser()
    store, actor = office.house.store, office.actors["rik"]
    from thuishaven.databank.office import Begun, Projects

    project = Projects(store).open(actor, Begun("Geheim NV", "Geheim NV", "BEL"), contact_agreed=True)
    Tasks(store).add(actor, project, "Bel Geheim NV", store.clock().date(), actor.person)
    made = rik.give("/nl/office/own/calendar")
    link = re.search(r'value="http[^"]*?(/nl/office/calendar/[^"]+\.ics)"', made)
    assert link
    read = program.get(link[1]).text.replace("\r\n ", "")
    assert "Geheim" not in read
    assert f"/nl/office/projects/{project}" in read
    assert "Geheim" not in rik.get("/nl/office/calendar.ics").text


@pytest.mark.parametrize("language", ["nl", "en", "fr"])
def test_the_letter_names_no_company_and_ends_with_one_click(
    office: Street, language: str, tmp_path: Path
) -> None:
    from thuishaven.databank.office import Begun, Projects

    rik, reader = office.browser("rik"), office.browser()
    store, actor = office.house.store, office.actors["rik"]
    project = Projects(store).open(actor, Begun("Geheim NV", "Geheim NV", "BEL"), contact_agreed=True)
    Tasks(store).add(actor, project, "Bel Geheim NV", store.clock().date(), actor.person)
    Signals(store).receive(actor, Told("desk", "Geheim NV", "Geheim NV sluit"))
    rik.give(f"/{language}/office/own/letter", wanted="yes")
    office.clock.pass_(days=2)  # type: ignore[attr-defined]
    sent: list[Letter] = []

    def deliver(found: object) -> None:
        import dataclasses

        letter = dataclasses.replace(found, language=language)  # type: ignore[type-var]
        sent.append(digest_letter(letter, store.clock().date(), SITE))  # type: ignore[arg-type]

    assert 1 == Digests(store).send_all(store.local("timer"), deliver).sent
    (letter,) = sent
    folder = FolderSender(tmp_path / "letters", Post(base_url=SITE))
    folder.send(letter)
    (file,) = (tmp_path / "letters").iterdir()
    raw = file.read_bytes().decode()
    assert "Geheim" not in raw
    subject, text = letter_words(letter, "https://x.example/off")
    late = {"nl": "1 taak is te laat", "en": "1 task is late", "fr": "1 tâche est en retard"}
    heads = {"nl": "Frontoffice: 1 te doen", "en": "Front office: 1 to do"}
    assert late[language] in text
    assert f"{SITE}/{language}/office/projects/{project}" in text
    assert heads.get(language, "Guichet\u00a0: 1 à faire") == subject
    off = f"/{language}/office/letter/{letter.token}"
    assert f"\r\nList-Unsubscribe: <{SITE}{off}>\r\n" in raw
    assert "<form" in reader.page(off).split("<main")[1]
    assert Digests(store).since(actor)
    gone = reader.post(off, data={"List-Unsubscribe": "One-Click"})
    assert 200 == gone.status_code
    assert None is Digests(store).since(actor)
    assert "<form" not in reader.page(off).split("<main")[1]
    assert 404 == reader.get(f"/{language}/office/letter/x").status_code
