"""The list of publications: taken in once, put right, searched, and handed out with a release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from casework import AN, ED, published
from thuishaven.access import EVENT, AccessError, Denied, NotFound
from thuishaven.databank import Database
from thuishaven.databank.literature import KINDS, Literature, own_list, read
from thuishaven.databank.releases import Releases

HEAD = "kind,title,authors,year,doi,url,abstract,keywords,language\n"
ONE = 'article,"Terug naar huis","Dé Jong",2019,https://doi.org/10.1234/ABC.5,,,"kosten;levertijd",nl\n'


def test_a_list_taken_in_twice_changes_nothing(databank: Database) -> None:
    room, visitor = Literature(databank.public), databank.public.visitor()
    assert (1, 0, 0) == _counts(room, HEAD + ONE, preview=True)
    assert 0 == room.search(visitor)[1]
    assert (1, 0, 0) == _counts(room, HEAD + ONE)
    assert (0, 0, 1) == _counts(room, HEAD + ONE)
    assert (0, 1, 0) == _counts(room, HEAD + ONE.replace("2019", "2020"))
    ((found,), total) = room.search(visitor, "de JONG levertijd")
    assert (1, "2020", "https://doi.org/10.1234/abc.5") == (total, found.year, found.address)
    assert found == room.get(visitor, found.id)
    assert [] == [*room.search(visitor, "jong onzin")[0], *room.search(visitor, kind="thesis")[0]]
    assert {"article": 1} == room.kinds(visitor)
    # A preview, and a second time, leave no event behind.
    with databank.public.read(ED) as connection:
        mine = EVENT["public"].c.kind == "reference"
        logged = connection.execute(sa.select(EVENT["public"].c.action).where(mine)).scalars().all()
    assert ["import", "import"] == logged


def _counts(room: Literature, text: str, preview: bool = False) -> tuple[int, int, int]:
    done = room.take_in(ED, text, "a list", preview=preview)
    assert () == done.wrong
    return done.new, done.changed, done.known


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("article,,,2019,10.1/x,https://a.example,,,nl", "title", "cell_needed"),
        ("poem,T,,2019,,https://a.example,,,nl", "kind", "wrong_value"),
        ("article,T,,2019,11.5/x,,,,nl", "doi", "wrong_value"),
        ("article,T,,2019,,ftp://a.example,,,nl", "url", "wrong_value"),
        ("article,T,,'19,,https://a.example,,,nl", "year", "wrong_value"),
        ("article,T,,2019,,https://a.example,,,nederlands", "language", "wrong_value"),
        ("article,T,,2019,,,,,nl", "doi", "cell_needed"),
        (f"article,{'T' * 600},,2019,,https://a.example,,,nl", "title", "too_long"),
    ],
)
def test_a_wrong_row_is_told_and_left_out(row: str, column: str, code: str) -> None:
    found, wrong = read(HEAD + ONE + row + "\n")
    assert 1 == len(found)
    assert (3, code) in {(one.line, one.code) for one in wrong}
    assert column in {one.column for one in wrong}


def test_one_publication_twice_in_a_list_is_told() -> None:
    found, wrong = read(HEAD + ONE + ONE)
    assert (1, [("doi", "key_twice")]) == (len(found), [(one.column, one.code) for one in wrong])


@pytest.mark.parametrize(("text", "code"), [("name,place\na,b\n", "columns_needed"), (HEAD, "no_rows")])
def test_what_is_no_list_is_refused(text: str, code: str) -> None:
    with pytest.raises(AccessError) as caught:
        read(text)
    assert code == caught.value.code


def test_only_an_editor_changes_the_list_and_everybody_reads_it(databank: Database) -> None:
    room = Literature(databank.public)
    for actor in (AN, databank.public.visitor()):
        with pytest.raises(Denied):
            room.take_in(actor, HEAD + ONE, "no")
    with pytest.raises(NotFound):
        room.get(databank.public.visitor(), "0" * 24)


def test_the_own_list_names_each_publication_once_with_an_address() -> None:
    found, wrong = read(own_list())
    assert ((), True) == (wrong, len(found) > 10)
    assert {one.kind for one in found} <= set(KINDS)
    assert all(one.address for one in found)


def test_a_release_holds_the_literature_of_its_day(databank: Database, tmp_path: Path) -> None:
    room = Literature(databank.public)
    room.take_in(ED, HEAD + ONE, "a list")
    published(databank.public)
    releases = Releases(databank.public, tmp_path)
    releases.make(ED, "ready", formats=())
    room.take_in(ED, own_list(), "more")
    text = releases.file(ED, "2026.1", "jsonl/literature.jsonl").read_text("utf-8")
    assert ["Terug naar huis"] == [json.loads(line)["title"] for line in text.splitlines()]
