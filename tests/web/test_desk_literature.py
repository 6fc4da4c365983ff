"""Lists of publications in the browser: looked at, taken in, refused; as the command does it."""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterator

import pytest
from desk_people import staffed
from org_desk import Street

from databases import usual
from thuishaven.databank.literature import Literature, own_list, read

HEAD = "kind,title,year,doi,language\n"
ROW = "article,Terug naar huis {n},2024,10.1234/huis.{n},nl\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with staffed(usual(), tmp_path_factory.mktemp("desk")) as found:
        yield found


def sent(desk: Street, content: bytes, status: int = 200, who: str = "eva") -> str:
    answer = desk.browser(who).post("/nl/desk/literature", files={"list": ("lijst.csv", content)})
    assert status == answer.status_code, answer.status_code
    return answer.text


def test_a_list_is_looked_at_first_and_taken_in_once(desk: Street) -> None:
    eva, room = desk.browser("eva"), Literature(desk.house.databank.public)
    visitor = room.store.visitor()
    before = room.search(visitor)[1]
    wrong = "artikel,Zonder soort,2024,10.1234/fout,nl\narticle,Zonder adres,2024,,nl\n"
    # As a spreadsheet program of here saves it.
    told = (HEAD + ROW.format(n=1) + ROW.format(n=2) + wrong).replace(",", ";")
    page = sent(desk, b"\xef\xbb\xbf" + told.encode())
    assert before == room.search(visitor)[1]
    # Where, what was expected, an example.
    assert '<th scope="row">4</th><td translate="no">kind</td>' in page
    assert "article, report, bulletin" in page
    assert '<th scope="row">5</th><td translate="no">doi</td>' in page
    path = re.search(r'action="(/nl/desk/literature/p[^"]+)"', page)
    assert path
    assert 404 == desk.browser("olga").get(path[1]).status_code
    answer = eva.post(path[1])
    assert "Nieuw: 2. Veranderd: 0." in answer.text
    assert 2 == room.search(visitor, "terug naar huis")[1]
    assert 'action="/nl/desk/literature/p' not in eva.page(path[1])
    events = [one for one in room.store.events() if (one["kind"], one["action"]) == ("reference", "import")]
    assert [{"new": 2, "changed": 0}] == [json.loads(one["details"]) for one in events][-1:]


def test_the_list_of_the_program_goes_in_with_a_button(desk: Street) -> None:
    eva = desk.browser("eva")
    answer = eva.post("/nl/desk/literature", files={"x": ("", b"")}, data={"own": "yes"})
    assert 200 == answer.status_code
    assert f"Nieuw: {len(read(own_list())[0])}. Veranderd: 0." in answer.text
    again = eva.post("/nl/desk/literature", files={"x": ("", b"")}, data={"own": "yes"})
    assert "Nieuw: 0. Veranderd: 0." in again.text


HOSTILE = {
    "nothing": b"",
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "latin": HEAD.encode() + "article,Müller,2024,10.1/x,de\n".encode("latin-1"),
    "nul": HEAD.encode() + b"article,Po\x00ts,2024,10.1234/x,nl\n",
    "endless": HEAD.encode() + b'article,"' + b"x" * 200_000,
    "another heading": b"a,b\n1,2\n",
    "no rows": HEAD.encode(),
}


@pytest.mark.parametrize("widest", [csv.field_size_limit(), sys.maxsize], ids=["usual", "wide"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_list_that_cannot_be_read_is_told(desk: Street, name: str, widest: int) -> None:
    before = csv.field_size_limit(widest)
    try:
        page = sent(desk, HOSTILE[name], 422)
    finally:
        csv.field_size_limit(before)
    assert 'id="problems"' in page


def test_what_a_list_says_is_never_markup_nor_a_script(desk: Street) -> None:
    bad = 'article,"<img src=x onerror=alert(1)>",10.1234/img,\nreport,Script,,javascript:alert(1)\n'
    page = sent(desk, b"kind,title,doi,url\n" + bad.encode())
    path = re.search(r'action="(/nl/desk/literature/p[^"]+)"', page)
    assert path
    desk.browser("eva").post(path[1])
    shown = desk.browser("eva").page("/nl/cases/literature?q=img")
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in shown
    assert "javascript:" not in desk.browser("eva").page("/nl/cases/literature")


def test_only_who_may_take_publications_in_finds_the_way(desk: Street) -> None:
    assert "/nl/desk/literature" in desk.browser("eva").page("/nl/cases/literature")
    for who, status in (("anna", 403), ("rik", 403)):
        browser = desk.browser(who)
        assert status == browser.get("/nl/desk/literature").status_code
        assert "/desk/literature" not in browser.page("/nl/cases/literature")
    assert 422 == desk.browser("eva").get("/nl/desk/literature/p.nothing").status_code
    assert 422 == desk.browser("eva").post("/nl/desk/literature/p.nothing").status_code
    assert 404 == desk.browser("eva").get("/nl/desk/literature/nothing").status_code
