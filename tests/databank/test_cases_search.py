"""The search on both engines: what it finds and counts is what a plain look at all cases finds."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from casework import ED, PRESS, pots, published
from thuishaven.access import AccessError, Store
from thuishaven.databank import Database
from thuishaven.databank.cases import FACETS, SORTS, Cases, Statement, columns, search
from thuishaven.databank.cases.columns import bitmap, count, packed, places, unpacked
from thuishaven.databank.cases.search import Found, keep, tidy
from thuishaven.databank.cases.tables import CASE, LISTING, ORGANISATION, POSTING, SEARCH, SEGMENT
from thuishaven.databank.cases.tokens import asked, meanings, words
from thuishaven.databank.cases.writing import insert_many

NOW = "2026-11-22T09:00:00.000000Z"
VALUES = {
    "state": ["announced", "implemented", "reversed"],
    "case_type": ["reshoring", "nearshoring"],
    "sector": ["22", "32"],
    "from": ["CHN", "VNM", "unknown"],
    "to": ["NLD", "BEL"],
    "region": ["NL41", "unknown"],
    "form": ["own_to_own", "unknown"],
    "motive": ["FX", "QUALITY", "STOCK"],
    "year": ["2012", "2013", "unknown"],
    "support": ["yes", "unknown"],
}
TEXTS = ["pots", "plastic", "toys", "skis", "trains"]


class Shelf:
    """Cases that are published, and the same cases in a plain list."""

    def __init__(self, store: Store) -> None:
        self.store, self.chance = store, random.Random(7)
        self.lines: dict[int, dict[str, Any]] = {}
        self.seq = 0
        with store.bookkeep() as connection:
            owner = {"id": "o", "name": "O", "name_key": "o", "created": NOW}
            connection.execute(sa.insert(ORGANISATION).values(owner))

    def put(self, count_: int, shown: bool = True, among: int = 0) -> None:
        """New cases, or other versions of old ones with a number up to ``among``."""
        with self.store.bookkeep() as connection:
            for _ in range(count_):
                self.seq += 1
                number = self.chance.randint(1, among) if among else len(self.lines) + 1
                line = self.made(number, shown)
                if number not in self.lines:
                    insert_many(connection, CASE, [case(number)])
                    connection.execute(sa.insert(LISTING).values(line))
                else:
                    mine = LISTING.c.number == number
                    connection.execute(sa.update(LISTING).where(mine).values(line))
                self.lines[number] = line

    def made(self, number: int, shown: bool) -> dict[str, Any]:
        some = {name: self.chance.sample(many, 2 if name == "motive" else 1) for name, many in VALUES.items()}
        day = self.chance.choice(["", "2012", "2013-04-05"])
        jobs = {"announced": {"value": str(self.chance.randint(1, 99))}} if self.chance.random() > 0.3 else {}
        card = {"name": f"Firm {self.chance.choice('abcdef')}", "as_of": day, "announced": day, "jobs": jobs}
        text = " ".join(self.chance.sample(TEXTS, 2))
        plain = {"number": number, "case": f"c{number}", "shown": shown, "version": 1, "seq": self.seq}
        return {**plain, "facets": json.dumps(some), "words": text, "card": json.dumps(card)}

    def plainly(self, text: str, facets: dict[str, list[str]], but: str = "") -> list[dict[str, Any]]:
        return [
            line
            for line in self.lines.values()
            if line["shown"]
            and all(has(line, word) for word in text.split())
            and all(
                set(many) & set(json.loads(line["facets"])[name])
                for name, many in facets.items()
                if name != but
            )
        ]

    def check(self, found: Found, text: str, facets: dict[str, list[str]], sort: str) -> None:
        expected = self.plainly(text, facets)
        assert len(expected) == found.total
        for facet in found.facets:
            among = self.plainly(text, facets, facet.name)
            counted = Counter(value for line in among for value in json.loads(line["facets"])[facet.name])
            counted.update(dict.fromkeys(facets.get(facet.name, ()), 0))
            assert counted == dict(facet.values), facet.name
        ordered = sorted(
            expected, key=lambda line: (columns.keys(json.loads(line["card"]))[sort], line["number"])
        )
        start = (found.page - 1) * found.size
        assert [line["number"] for line in ordered][start : start + found.size] == [
            hit.number for hit in found.hits
        ]

    def ask(self, times: int) -> None:
        """Ask what comes to mind, and compare."""
        cases, visitor = Cases(self.store), self.store.visitor()
        for _ in range(times):
            names = self.chance.sample(FACETS, self.chance.randint(0, 3))
            facets = {name: self.chance.sample(VALUES[name], self.chance.randint(1, 2)) for name in names}
            text = " ".join(
                self.chance.sample([*TEXTS, "china", "kwaliteit", "nothing"], self.chance.randint(0, 2))
            )
            sort, page = self.chance.choice(SORTS), self.chance.randint(1, 3)
            self.check(cases.search(visitor, text, facets, sort=sort, page=page, size=7), text, facets, sort)


def has(line: dict[str, Any], word: str) -> bool:
    if words(word)[0] in words(line["words"]):
        return True
    values = json.loads(line["facets"])
    return any(value in values[name] for name, value in meanings().get(words(word)[0], ()))


def case(number: int) -> dict[str, Any]:
    plain = {"id": f"c{number}", "number": number, "organisation": "o", "label": "O", "state": "published"}
    moments = dict.fromkeys(("state_since", "created", "changed"), NOW)
    return {**plain, "cycle": 1, "version": 1, "batch": "", "author": "a", "reason": "", **moments}


def test_what_is_found_and_counted_is_what_a_plain_look_finds(databank: Database) -> None:
    shelf = Shelf(databank.public)
    shelf.ask(3)
    shelf.put(60)
    shelf.ask(15)
    # Later versions, withdrawals and new cases are seen at once.
    shelf.put(20, among=60)
    shelf.put(10, shown=False, among=60)
    shelf.put(10)
    shelf.ask(15)
    # The picture that is kept says the same, also to who opens the databank anew and after further changes.
    assert len([line for line in shelf.lines.values() if line["shown"]]) == keep(databank.public)
    shelf.ask(10)
    with Database(databank.where) as again:
        shelf.store = again.public
        shelf.ask(10)
        shelf.put(9, among=70)
        shelf.put(3, shown=False, among=70)
        shelf.ask(10)
        shelf.store = databank.public
        shelf.ask(10)
        keep(again.public)
        shelf.ask(10)
    with databank.public.read() as connection:
        segments = [
            connection.execute(sa.select(sa.func.count(table.c.segment.distinct()))).scalar_one()
            for table in (SEGMENT, POSTING, SEARCH)
        ]
    assert [1, 1, 1] == segments


def test_more_changes_than_there_is_room_for(databank: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (columns, search):
        monkeypatch.setattr(module, "SPARE", 8)
    shelf = Shelf(databank.public)
    shelf.put(20)
    keep(databank.public)
    shelf.ask(5)
    for _ in range(4):
        shelf.put(3, among=25)
        shelf.ask(5)


def test_rare_values_among_many_cases_are_counted_by_their_places(
    databank: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FEW_WORDS", 0)
    monkeypatch.setattr(columns, "RARE", 2)
    shelf = Shelf(databank.public)
    shelf.put(150)
    shelf.ask(8)
    keep(databank.public)
    shelf.put(10, among=150)
    shelf.put(5)
    shelf.ask(8)


def test_the_picture_is_made_anew_by_who_publishes_when_much_has_changed(
    databank: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_FEW", 4)
    shelf = Shelf(databank.public)
    for expected in (0, 1, 1, 1):
        shelf.put(4 if not expected else 1)
        tidy(databank.public)
        with databank.public.read() as connection:
            found = connection.execute(sa.select(SEARCH.c.segment)).scalar_one_or_none()
        assert expected == (found or 0)
        shelf.ask(3)


def test_many_ask_while_one_publishes(databank: Database) -> None:
    shelf = Shelf(databank.public)
    shelf.put(30)
    cases, visitor, wrong = Cases(databank.public), databank.public.visitor(), []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            found = cases.search(visitor, "", {"to": ["NLD", "BEL"]}, size=100)
            states = dict(next(facet for facet in found.facets if facet.name == "state").values)
            if not found.total == len(found.hits) == sum(states.values()):
                wrong.append((found.total, len(found.hits), states))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(12):
            shelf.put(2, shown=turn % 3 > 0, among=40)
            if turn == 6:
                keep(databank.public)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert [] == wrong
    shelf.ask(3)


def test_a_published_case_is_found_by_its_words_and_their_names(databank: Database) -> None:
    store = databank.public
    more = [
        Statement("move.product", "plastic plantenpotten", PRESS, 1),
        Statement("motive", "LEADTIME", PRESS),
        Statement("jobs.announced", "35-40", PRESS, as_of="2012"),
    ]
    published(store, [*pots(), *more])
    cases, visitor = Cases(store), store.visitor()
    for text in (
        "pots",
        "Pot",
        "plantenpot",
        "plant*",
        "PLASTIC plantenpotten",
        "China",
        "chine",
        "levertijd",
        "pays-bas",
    ):
        assert 1 == cases.search(visitor, text).total, text
    for text in ("plant", "germany", "pots skis"):
        assert 0 == cases.search(visitor, text).total, text
    (hit,) = cases.search(visitor).hits
    assert ("Pots bv", "implemented", "2013-06", "2012", "35-40") == (
        hit.card["name"],
        hit.card["state"],
        hit.card["as_of"],
        hit.card["announced"],
        hit.card["jobs"]["announced"]["value"],
    )
    assert (["22"], ["supplier_to_own"], ["2012"], ["unknown"]) == tuple(
        hit.facets[name] for name in ("sector", "form", "year", "region")
    )


def test_what_is_not_published_is_not_found(databank: Database) -> None:
    cases = Cases(databank.public)
    case_ = cases.propose(ED, pots())
    cases.step(ED, case_, "triage_accept", "looks like one")
    for actor in (ED, databank.public.visitor()):
        found = cases.search(actor, "pots")
        assert (0, ()) == (found.total, found.hits)
        assert all(not facet.values for facet in found.facets)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"facets": {"colour": ["green"]}}, "unknown_facet"),
        ({"sort": "colour"}, "unknown_sort"),
        ({"page": 0}, "page_beyond"),
        ({"size": 101}, "page_beyond"),
        ({"page": 501}, "page_beyond"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    databank: Database, options: dict[str, Any], code: str
) -> None:
    with pytest.raises(AccessError, match=code):
        Cases(databank.public).search(databank.public.visitor(), "", **options)


@given(st.lists(st.integers(0, 10**6), unique=True))
def test_places_are_packed_and_unpacked(some: list[int]) -> None:
    import numpy as np

    docs = np.array(sorted(some), np.uint32)
    assert sorted(some) == unpacked(packed(docs)).tolist()
    bits = bitmap(docs, columns.room(10**6 + 1))
    assert (sorted(some), len(some)) == (places(bits).tolist(), count(bits))


@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert all(word for word, _ in asked(text))
    assert set(words(text)) >= {word for word, beginning in asked(text) if not beginning}


def test_similar_cases_share_most_first(databank: Database) -> None:
    store = databank.public
    published(store)
    cases, visitor = Cases(store), store.visitor()
    for like in (
        {"sector": "22.29", "origin": "CHN", "form": "supplier_to_own"},
        {"sector": "22", "origin": "VNM"},
    ):
        assert ["Pots bv"] == [hit.card["name"] for hit in cases.similar(visitor, **like)], like
    assert () == cases.similar(visitor, sector="10", origin="CHN")
    assert () == cases.similar(visitor)
