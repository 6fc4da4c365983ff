"""Feeds that are watched, calendars by subscription and the daily letter, on both engines."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa

from databases import Clock, place
from thuishaven.access import EVENT, AccessError, Denied, NotFound, policy
from thuishaven.databank import Database, erase_person, in_terminal, person_record
from thuishaven.databank.office import (
    Begun,
    Digest,
    Digests,
    Feeds,
    FetchError,
    Projects,
    Signals,
    Subscriptions,
    Tasks,
    Told,
    fetch,
    networks,
)
from thuishaven.databank.office.fetching import Bounds, check_address
from visitors import House

ENTRY = (
    "<item><title>{title}</title><link>https://news.example/{n}</link>"
    "<pubDate>Fri, 20 Nov 2026 08:00:00 +0100</pubDate></item>"
)
TITLES = (
    "Voorbeeld Plastics NV haalt productie terug",
    "The plant closure of Example Ltd",
    "Fermeture de l'usine Exemple SA",
    "Beispiel GmbH verlagert Produktion nach Polen",
    "Weer een regenachtig weekend",
)
OWN = networks(["127.0.0.0/8"])


def rss(*titles: str) -> bytes:
    entries = "".join(ENTRY.format(title=title, n=n) for n, title in enumerate(titles))
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{entries}</channel></rss>'.encode()


@dataclass
class Publisher:
    """A server on this machine that sends what it is told to, and remembers what it was asked."""

    address: str = ""
    status: int = 200
    body: bytes = rss(*TITLES)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    drip: threading.Event | None = None


@contextmanager
def publishing() -> Iterator[Publisher]:
    told = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append({"path": self.path, **dict(self.headers)})
            same = told.headers.get("ETag") and self.headers["If-None-Match"] == told.headers["ETag"]
            self.send_response(304 if same else told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if not same:
                self.wfile.write(told.body)
            if told.drip:
                self.wfile.flush()
                told.drip.wait(8)

        def log_message(self, *_args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.address = f"http://127.0.0.1:{server.server_port}/feed.xml?a=b c".replace(" ", "%20")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield told
        finally:
            if told.drip:
                told.drip.set()
            server.shutdown()
            thread.join()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as told:
        yield told


@pytest.fixture
def house(engine: str, tmp_path: Path) -> Iterator[House]:
    clock = Clock()
    with place(engine, tmp_path) as where, Database(where, clock) as databank:
        found = House(databank)
        found.clock = clock  # type: ignore[attr-defined]
        yield found


# ---- where a fetch may lead


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("http://news.example/feed", "address_http"),
        ("ftp://news.example/feed", "address_form"),
        ("https://an:secret@news.example/feed", "address_form"),
        ("https://news.example/a\nb", "address_form"),
        ("https://[1::/", "address_form"),
        ("https://" + "a" * 2100, "address_form"),
        ("https://localhost/feed", "address_private"),
        ("https://intranet/feed", "address_private"),
        ("https://printer.local/feed", "address_private"),
        ("https://127.0.0.1/feed", "address_private"),
        ("https://10.1.2.3/feed", "address_private"),
        ("https://169.254.169.254/latest", "address_private"),
        ("https://[::1]/feed", "address_private"),
        ("https://[fe80::1]/feed", "address_private"),
        ("https://[fd00::1]/feed", "address_private"),
        ("https://[::ffff:10.0.0.1]/feed", "address_private"),
        ("https://[64:ff9b::a00:1]/feed", "address_private"),
        ("https://[2002:a00:1::]/feed", "address_private"),
        ("https://224.0.0.1/feed", "address_private"),
        ("https://0.0.0.0/feed", "address_private"),
        ("https://8.8.8.8:8080/feed", "address_form"),
    ],
)
def test_addresses_that_lead_inside_are_refused(address: str, code: str) -> None:
    with pytest.raises(FetchError) as found:
        check_address(address)
    assert code == found.value.code


def test_a_name_is_judged_by_every_address_that_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    mixed = [(2, 1, 6, "", ("93.184.216.34", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: mixed)
    with pytest.raises(FetchError) as found:
        fetch("https://rebound.example/feed")
    assert "address_private" == found.value.code


@pytest.mark.parametrize("address", ["https://0x7f.1/", "https://127.1/", "https://2130706433.example/"])
def test_odd_ways_to_write_this_machine_do_not_help(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [(2, 1, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: here)
    with pytest.raises(FetchError) as found:
        fetch(address)
    assert "address_private" == found.value.code


def test_without_the_operators_word_this_machine_is_out_of_reach(publisher: Publisher) -> None:
    for address in (publisher.address, publisher.address.replace("http:", "https:")):
        with pytest.raises(FetchError) as found:
            fetch(address)
        assert found.value.code in {"address_http", "address_private"}
    assert [] == publisher.asked


def test_a_redirect_is_judged_as_the_first_address_was(publisher: Publisher) -> None:
    publisher.status, publisher.headers = 302, {"Location": "http://10.0.0.1/secret"}
    with pytest.raises(FetchError) as found:
        fetch(publisher.address, own=OWN)
    assert "address_private" == found.value.code
    publisher.headers = {"Location": "file:///etc/passwd"}
    with pytest.raises(FetchError) as found:
        fetch(publisher.address, own=OWN)
    assert "address_form" == found.value.code
    publisher.headers = {"Location": "/feed.xml"}
    with pytest.raises(FetchError) as found:
        fetch(publisher.address, own=OWN)
    assert "redirects" == found.value.code
    assert 2 + Bounds().redirects + 1 == len(publisher.asked)


def test_what_is_large_slow_packed_or_refused_is_said(publisher: Publisher) -> None:
    def code(**bounds: float) -> tuple[str, str]:
        with pytest.raises(FetchError) as found:
            fetch(publisher.address, own=OWN, bounds=Bounds(**bounds))  # type: ignore[arg-type]
        return found.value.code, found.value.detail

    assert ("large", "") == code(largest=100)
    publisher.headers = {"Content-Encoding": "gzip"}
    assert ("encoding", "") == code()
    publisher.headers, publisher.status = {}, 404
    assert ("status", "404") == code()
    publisher.status, publisher.drip = 200, threading.Event()
    assert ("slow", "") == code(seconds=0.2)
    assert ("name", "") == _code_of("https://nowhere.invalid/")


def _code_of(address: str) -> tuple[str, str]:
    with pytest.raises(FetchError) as found:
        fetch(address)
    return found.value.code, found.value.detail


# ---- watched feeds


def test_a_feed_is_fetched_at_once_and_not_again_and_again(house: House, publisher: Publisher) -> None:
    clock = house.clock  # type: ignore[attr-defined]
    agency = house.organisation("Agency")
    boss, rik, ann = (
        house.member(name, agency, role)[1]
        for name, role in (("boss", "administrator"), ("rik", "adviser"), ("ann", "company_user"))
    )
    sam = house.member("sam", house.organisation("Next door"), "adviser", "administrator")[1]
    feeds = Feeds(house.store, OWN)
    feed = feeds.add(boss, publisher.address, "Press")
    assert (True, 4) == ((visit := feeds.fetch_one(rik, feed)).well, visit.signals)
    with pytest.raises(AccessError) as soon:
        feeds.fetch_one(boss, feed)
    assert ("feed_soon", clock() + policy().term("feed_pause")) == (
        soon.value.code,
        soon.value.params["again"],
    )
    for stranger in (sam, ann):
        with pytest.raises((NotFound, Denied)):
            feeds.fetch_one(stranger, feed)
    assert 1 == len(publisher.asked)
    clock.pass_(seconds=policy().feed_pause)
    publisher.status, publisher.headers = 302, {"Location": "http://10.0.0.1/secret"}
    # An administrator without the role of an adviser has it fetched too, and a way inside is refused.
    boss = replace(boss, at=clock())
    assert ("address_private", 0) == ((visit := feeds.fetch_one(boss, feed)).outcome, visit.signals)
    feeds.watch(boss, feed, False)
    with pytest.raises(AccessError, match="feed_idle"):
        feeds.fetch_one(boss, feed)


def test_what_a_watched_feed_brings_comes_once(house: House, publisher: Publisher) -> None:
    clock = house.clock  # type: ignore[attr-defined]
    agency = house.organisation("Agency")
    _token, boss = house.member("boss", agency, "administrator")
    _token, rik = house.member("rik", agency, "adviser")
    _token, sam = house.member("sam", house.organisation("Next door"), "adviser", "administrator")
    feeds, local = Feeds(house.store, OWN), house.store.local("watcher")
    feed = feeds.add(boss, publisher.address, "News")
    assert feed == feeds.add(boss, publisher.address)
    publisher.headers = {"ETag": '"1"', "Last-Modified": "Fri, 20 Nov 2026 08:00:00 GMT"}
    (visit,) = feeds.fetch_all(local)
    assert ("News", "fetched", 4) == (visit.name, visit.outcome, visit.signals)
    inbox = Signals(house.store).list(rik)
    assert {("haalt productie terug",), ("plant closure*",), ("fermeture de l'usine",)} <= {
        one.matched for one in inbox
    }
    assert {"nl", "en", "fr", "de"} == {one.language for one in inbox}
    assert {agency.id} == {one.organisation for one in inbox}
    assert [] == [one for one in Signals(house.store).list(sam) if one.organisation]
    assert 4 == len(feeds.signals(rik, feed)) == feeds.get(rik, feed).signals
    assert () == feeds.signals(boss, feed)
    clock.pass_(hours=1)
    (visit,) = feeds.fetch_all(local)
    assert ("unchanged", 0) == (visit.outcome, visit.signals)
    assert '"1"' == publisher.asked[-1]["If-None-Match"]
    assert "Fri, 20 Nov 2026 08:00:00 GMT" == publisher.asked[-1]["If-Modified-Since"]
    publisher.headers = {"ETag": '"2"'}
    publisher.body = rss(*TITLES, "Reshoring: Ander NV komt terug")
    assert 1 == feeds.fetch_all(local)[0].signals
    publisher.status, publisher.headers = 503, {}
    assert ("status", "503") == (feeds.fetch_all(local)[0].outcome, feeds.get(rik, feed).detail)
    found = feeds.get(rik, feed)
    assert found.failed
    assert found.succeeded is not None
    publisher.status, publisher.body = 200, b"<!DOCTYPE a [<!ENTITY b 'c'>]><rss/>"
    assert "feed_form" == feeds.fetch_all(local)[0].outcome
    feeds.watch(boss, feed, False)
    assert () == feeds.fetch_all(local)
    assert 5 == len(Signals(house.store).list(rik))


def test_who_may_have_what_watched(house: House) -> None:
    agency, next_door = house.organisation("Agency"), house.organisation("Next door")
    _token, boss = house.member("boss", agency, "administrator")
    _token, rik = house.member("rik", agency, "adviser")
    _token, sam = house.member("sam", next_door, "administrator", "adviser")
    _token, an = house.member("an", agency, "company_user")
    feeds = Feeds(house.store)
    feed = feeds.add(boss, "https://news.example/feed.xml", language="fr")
    assert ("news.example", "fr", True) == (
        feeds.get(rik, feed).name,
        feeds.get(rik, feed).language,
        feeds.get(rik, feed).watched,
    )
    for act in (
        lambda: feeds.add(rik, "https://news.example/2"),
        lambda: feeds.watch(rik, feed, False),
        lambda: feeds.list(an),
        lambda: feeds.fetch_all(rik),
    ):
        with pytest.raises(Denied):
            act()
    for act in (lambda: feeds.get(sam, feed), lambda: feeds.watch(sam, feed, False)):
        with pytest.raises(NotFound):
            act()
    assert () == feeds.list(sam)
    for address, why in (("http://x.example/", "address_http"), ("https://10.0.0.1/", "address_private")):
        with pytest.raises(AccessError) as found:
            feeds.add(boss, address)
        assert (found.value.code, why) == ("feed_address", found.value.params["why"])
    other = feeds.add(boss, "https://news.example/other")
    with pytest.raises(AccessError) as found:
        feeds.describe(boss, other, "https://news.example/feed.xml")
    assert "feed_there" == found.value.code
    feeds.describe(boss, other, "https://news.example/third", "Third", "de")
    assert ["news.example", "Third"] == [one.name for one in feeds.list(rik)]


# ---- calendars by subscription


def test_a_calendar_shows_its_person_what_is_to_be_done_until_it_is_taken_back(house: House) -> None:
    agency = house.organisation("Agency")
    _token, rik = house.member("rik", agency, "adviser")
    _token, ben = house.member("ben", agency, "adviser")
    _token, an = house.member("an", agency, "company_user")
    subscriptions, store = Subscriptions(house.store), house.store
    Projects(store).open(rik, Begun("Pots", "Pots NV", "BEL"), contact_agreed=True)
    token = subscriptions.make(rik)
    assert ["complete_intake"] == [task.rule for task in subscriptions.tasks(token)]
    assert None is subscriptions.of(rik).used  # type: ignore[union-attr]
    house.clock.pass_(days=1)  # type: ignore[attr-defined]
    subscriptions.tasks(token)
    assert store.clock().date() == subscriptions.of(rik).used  # type: ignore[union-attr]
    with pytest.raises(Denied):
        subscriptions.make(an)
    with store.engine.connect() as connection:
        kept = connection.execute(sa.text("select * from calendar_link")).all()
    assert token not in str(kept)
    newer = subscriptions.make(rik)
    for gone in (token, "x", ""):
        with pytest.raises(NotFound):
            subscriptions.tasks(gone)
    link = subscriptions.of(rik)
    assert link
    with pytest.raises(NotFound):
        subscriptions.revoke(ben, link.id)
    assert None is subscriptions.of(ben)
    subscriptions.revoke(rik, link.id)
    with pytest.raises(NotFound):
        subscriptions.tasks(newer)


def test_a_calendar_of_who_left_shows_nothing(house: House) -> None:
    agency = house.organisation("Agency")
    _token, rik = house.member("rik", agency, "adviser", "company_user")
    subscriptions = Subscriptions(house.store)
    token = subscriptions.make(rik)
    assert () == subscriptions.tasks(token)
    _token, boss = house.member("boss", agency, "administrator")
    house.organisations.take(boss, rik.person, agency.id, "adviser")
    with pytest.raises(NotFound):
        subscriptions.tasks(token)


# ---- the daily letter


def test_the_letter_says_what_there_is_to_do_once_a_day(house: House) -> None:
    clock, store = house.clock, house.store  # type: ignore[attr-defined]
    agency = house.organisation("Agency")
    _token, rik = house.member("rik", agency, "adviser")
    _token, ben = house.member("ben", agency, "adviser")
    digests, local = Digests(store), store.local("timer")
    digests.switch_on(rik)
    digests.switch_on(rik)
    letters: list[Digest] = []
    assert (0, 1) == _counts(digests.send_all(local, letters.append))
    project = Projects(store).open(rik, Begun("Pots", "Pots NV", "BEL"), contact_agreed=True)
    today = store.clock().date()
    Tasks(store).add(rik, project, "Bel Pots NV", today, rik.person)
    Signals(store).receive(ben, Told("desk", "Jansen nv", "Te laat"))
    assert (0, 0) == _counts(digests.send_all(local, letters.append))
    clock.pass_(days=1)
    with pytest.raises(Denied):
        digests.send_all(rik, letters.append)
    assert (1, 0) == _counts(digests.send_all(local, letters.append))
    assert (0, 0) == _counts(digests.send_all(local, letters.append))
    (letter,) = letters
    assert ("rik@example.org", 1, 0, 0, 1) == (
        letter.email,
        letter.late_own,
        letter.week_own,
        letter.late_others,
        letter.signals,
    )
    assert [""] == [task.title for task in letter.late]
    clock.pass_(days=18)
    assert (1, 0) == _counts(digests.send_all(local, letters.append))
    assert (1, 1, 1) == (letters[-1].late_own, letters[-1].week_own, letters[-1].late_others)


def _counts(sent: object) -> tuple[int, int]:
    assert 0 == sent.failed  # type: ignore[attr-defined]
    return sent.sent, sent.empty  # type: ignore[attr-defined]


def test_a_letter_that_failed_is_tried_again_and_one_click_ends_it(house: House) -> None:
    store = house.store
    _token, rik = house.member("rik", house.organisation("Agency"), "adviser")
    Signals(store).receive(rik, Told("desk", "Jansen nv", "Te laat"))
    digests, local = Digests(store), store.local("timer")
    digests.switch_on(rik)

    def broken(_letter: Digest) -> None:
        raise OSError

    assert 1 == digests.send_all(local, broken).failed
    letters: list[Digest] = []
    assert 1 == digests.send_all(local, letters.append).sent
    token = letters[0].token
    assert digests.known(token)
    which, _point, signature = token.partition(".")
    for forged in ("x", f"{which}.", f"{which}.{signature[::-1]}", f"{which}.é"):
        with pytest.raises(NotFound):
            digests.switch_off_by(forged)
    assert digests.since(rik)
    digests.switch_off_by(token)
    digests.switch_off_by(token)
    assert not digests.known(token)
    assert None is digests.since(rik)
    digests.switch_on(rik)
    digests.switch_off(rik)
    with store.engine.connect() as connection:
        table = EVENT["confidential"]
        wanted = sa.select(table.c.action, table.c.actor).where(table.c.kind == "subscription")
        logged = connection.execute(wanted.order_by(table.c.seq)).all()
    assert ["create", "revoke", "create", "revoke"] == [event.action for event in logged]
    assert f"link:{which}" == logged[1].actor


def test_who_is_forgotten_leaves_no_calendar_and_no_letter(house: House) -> None:
    _token, rik = house.member("rik", house.organisation("Agency"), "adviser")
    token = Subscriptions(house.store).make(rik)
    Digests(house.store).switch_on(rik)
    kept = person_record(house.databank, rik, rik.person)
    assert (1, 1) == (len(kept["calendars"]), len(kept["digests"]))
    assert not {"token_hash", "secret"} & {
        name for row in kept["calendars"] + kept["digests"] for name in row
    }
    erase_person(house.databank, in_terminal(house.databank), rik.person, "asked")
    with pytest.raises(NotFound):
        Subscriptions(house.store).tasks(token)
    assert 0 == Digests(house.store).send_all(house.store.local("timer"), lambda _letter: None).empty
