"""The pages of the coding desk, empty and filled: axe finds nothing, nothing runs off a narrow screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browsing import violations
from desk_people import Reader, chosen, id_in, source, staffed
from org_desk import Street

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
LIST = (
    "case_ref,company,home_country,case_type,from_country,to_country,source,source_url,published_on\n"
    "B1,Voorbeeld,NLD,reshoring,CHN,NLD,Link Magazine,https://press.example/1,2021-09-14\n"
    "B2,Fout,XX,reshoring,CHN,NLD,Link,https://press.example/3,2021\n"
)
PAPERS = (
    "kind,title,year,doi,language\n"
    "article,Terug naar huis,2024,10.1234/huis,nl\n"
    "artikel,Zonder soort,2024,10.1234/fout,nl\n"
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with staffed("sqlite", tmp_path_factory.mktemp("axe")) as found:
        yield found


def filled(desk: Street) -> list[tuple[str, str]]:
    """Who opens which page, when there is something on each of them."""
    eva, anna, bram = (desk.browser(name) for name in ("eva", "anna", "bram"))
    eva.post("/nl/desk/imports", files={"x": ("", b"")}, data={"seeds": "yes"})
    seed = id_in(eva.page("/nl/desk/cases"), "cases")
    case = id_in(eva.give("/nl/desk/cases/new", company="Pots bv", home="NLD", **source()), "cases")
    eva.give(f"/nl/desk/cases/{case}/step/triage_accept", reason="Ja")
    for coder, kind in ((anna, "reshoring"), (bram, "nearshoring")):
        task = id_in(coder.give(f"/nl/desk/cases/{case}/step/take"), "tasks")
        coder.give(f"/nl/desk/tasks/{task}", **chosen(c__0__case__case_type=kind), **source())
    mine = id_in(anna.give(f"/nl/desk/cases/{seed}/step/take"), "tasks")
    sent = str(eva.post("/nl/desk/imports", files={"list": ("lijst.csv", LIST.encode())}).url)
    pairs = re.search(r"/nl/(desk/duplicates/company/[^\"]+)", eva.page("/nl/desk/duplicates"))
    assert pairs
    signal = id_in(eva.give("/nl/desk/signals/new", text="Een hint"), "signals")
    editor = ["", "/cases", f"/cases/{seed}", f"/cases/{seed}/claim?field=jobs.realised"]
    editor += [f"/cases/{seed}/observe", f"/cases/{case}/differences", "/reliability", "/duplicates"]
    editor += ["/imports", f"/imports/{id_in(eva.page('/nl/desk/imports'), 'imports')}", "/signals"]
    editor += [f"/signals/{signal}", "/signals/new", "/cases/new", "/literature"]
    pages = [("eva", f"desk{path}") for path in editor]
    papers = str(eva.post("/nl/desk/literature", files={"list": ("lijst.csv", PAPERS.encode())}).url)
    pages += [("eva", pairs[1]), *(("eva", one[one.index("desk/") :]) for one in (sent, papers))]
    return [*pages, ("anna", f"desk/tasks/{mine}"), ("anna", f"desk/tasks/{task}"), ("anna", "desk")]


def judged(desk: Street, browser: Browser, pages: list[tuple[str, str]], lang: str, width: int) -> Any:
    """What is wrong with pages, by who reads them and where."""
    found = {}
    for name in dict.fromkeys(who for who, _path in pages):
        reader = Reader(desk, browser, name, lang, viewport={"width": width, "height": 900})
        reader.sign_in()
        for path in (path for who, path in pages if who == name):
            answer = reader.page.goto(f"{desk.address}/{lang}/{path}")
            assert answer is not None
            assert 200 == answer.status, path
            reader.page.evaluate(
                "document.querySelectorAll('main details').forEach(part => part.open = true)"
            )
            wide = reader.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
            wrong = [*violations(reader.page), *([f"{wide} px too wide"] if wide > 0 else [])]
            if wrong:
                found[name, path] = wrong
        reader.context.close()
    return found


def test_pages_of_the_desk(desk: Street, browser: Browser) -> None:
    empty = [("eva", "desk"), ("eva", "desk/duplicates"), ("anna", "desk")]
    assert {} == judged(desk, browser, empty, "nl", 1280)
    assert {} == judged(desk, browser, filled(desk), "fr", 320)


def test_a_form_says_what_is_wrong_where_it_is(desk: Street, browser: Browser) -> None:
    reader = Reader(desk, browser, "eva", "nl", viewport={"width": 390, "height": 900})
    reader.sign_in()
    reader.open("desk/cases/new")
    reader.press("Bewaar het geval")
    assert "summary" in (reader.page.evaluate("document.activeElement.className") or "")
    assert {} == {kind: told for kind, told in reader.seen.items() if told}
    assert [] == violations(reader.page)
    reader.context.close()
