"""The guards of the coding desk over HTTP, on both engines: who sees what, and what is refused in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_people import chosen, id_in, source, staffed
from org_desk import Browser, Street

from thuishaven.databank.cases import Imports

HEAD = "case_ref,company,home_country,case_type,from_country,to_country,source,source_url,published_on\n"
ROW = "{key},{name},NLD,reshoring,CHN,NLD,Link Magazine,https://press.example/{key},2021-09-14\n"


@pytest.fixture(scope="module")
def desk(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with staffed(engine, tmp_path_factory.mktemp("desk")) as found:
        yield found


def candidate(desk: Street, name: str) -> str:
    """A new case that two coders can begin with."""
    eva = desk.browser("eva")
    made = eva.give(
        "/nl/desk/cases/new", company=name, home="NLD", **source(url=f"https://press.example/{name}")
    )
    case = id_in(made, "cases")
    eva.give(f"/nl/desk/cases/{case}/step/triage_accept", reason="Het is er een")
    return case


def taken(coder: Browser, case: str) -> str:
    """The task of a coder who begins with a case."""
    return id_in(coder.give(f"/nl/desk/cases/{case}/step/take"), "tasks")


def test_a_coder_never_receives_the_codes_of_the_other(desk: Street) -> None:
    anna, bram, eva = (desk.browser(name) for name in ("anna", "bram", "eva"))
    case = candidate(desk, "Blind")
    first, second = taken(anna, case), taken(bram, case)
    secret = {"c.0.organisation.unit": "Geheimwoord", "c.1.move.from_country": "VNM"}
    anna.give(f"/nl/desk/tasks/{first}", **{**chosen(), **source(publisher="Geheimblad"), **secret})
    pages = ("", "/claim", "/claim?field=organisation.unit", "/observe", "/differences")
    for reader in (bram, eva):
        shown = [reader.page(f"/nl/desk/cases/{case}{page}") for page in pages]
        shown += [reader.page(f"/nl/desk{page}") for page in ("", "/cases?state=all", "/reliability")]
        assert [] == [page[:80] for page in shown if re.search("Geheim|Vietnam<", page)]
        assert 403 == reader.get(f"/nl/desk/tasks/{first}").status_code
    assert "Geheim" not in bram.page(f"/nl/desk/tasks/{second}")
    assert 403 == bram.post(f"/nl/desk/tasks/{first}", data={"go": "keep"}).status_code
    assert "Geheimwoord" in anna.page(f"/nl/desk/tasks/{first}")
    frozen = anna.post(f"/nl/desk/tasks/{first}", data={**chosen(), **source(), "go": "keep"})
    assert 422 == frozen.status_code
    bram.give(f"/nl/desk/tasks/{second}", **chosen(), **source())
    both = bram.page(f"/nl/desk/cases/{case}/differences")
    assert "Vietnam" in both
    assert "China" in both


def test_the_state_says_which_step_is_possible_and_the_page_says_why_not(desk: Street) -> None:
    eva, anna = desk.browser("eva"), desk.browser("anna")
    bare = eva.give("/nl/desk/cases/new", company="Bare", **source(url=""))
    case = id_in(bare, "cases")
    step = f"/nl/desk/cases/{case}/step"
    assert "adres en een datum" in eva.give(f"{step}/triage_accept", 422, reason="Ja")
    assert "Geef een reden" in eva.give(f"{step}/triage_accept", 422, reason=" ")
    assert 403 == anna.post(f"{step}/triage_accept", data={"reason": "Ja"}).status_code
    refused = eva.give(f"{step}/publish", 422, reason="Nu")
    assert "Dit kan nu niet. Wel mogelijk: Aanvaarden als kandidaat, Afwijzen." in refused
    assert "triage_accept" not in re.sub("<[^>]*>", "", refused)
    rejected = eva.give(f"{step}/triage_reject", code="unverifiable", reason="Geen bron te vinden")
    assert "Geen bron te vinden" in rejected


def test_nobody_settles_or_approves_what_they_coded(desk: Street) -> None:
    anna, bram = desk.browser("anna"), desk.browser("bram")
    case = candidate(desk, "Eigen")
    for coder, kind in ((anna, "reshoring"), (bram, "nearshoring")):
        coder.give(f"/nl/desk/tasks/{taken(coder, case)}", **chosen(c__0__case__case_type=kind), **source())
    page = bram.page(f"/nl/desk/cases/{case}/differences")
    assert "<form" not in page.partition("<main")[2]
    eva = desk.browser("eva")
    difference = re.search(
        rf"/desk/cases/{case}/differences/([0-9a-f]+)", eva.page(f"/nl/desk/cases/{case}/differences")
    )
    assert difference
    path = f"/nl/desk/cases/{case}/differences/{difference[1]}"
    assert 403 == bram.post(path, data={"choice": "first", "reason": "Ik vind"}).status_code
    assert "Geef een reden" in eva.give(path, 422, choice="first")
    assert "niet beslecht" in eva.give(f"/nl/desk/cases/{case}/step/approve", 422, reason="Goed")
    eva.give(path, choice="first", reason="Het artikel zegt terugkeer")
    assert "goedgekeurd" in eva.give(f"/nl/desk/cases/{case}/step/approve", reason="Goed")


def test_who_is_no_coder_or_editor_sees_no_desk(desk: Street) -> None:
    case = candidate(desk, "Dicht")
    rik, visitor = desk.browser("rik"), desk.browser()
    paths = ["", "/cases", f"/cases/{case}", f"/cases/{case}/differences", "/signals", "/duplicates"]
    for path in [*paths, "/reliability", "/imports", "/cases/new", "/signals/new"]:
        assert 403 == rik.get(f"/nl/desk{path}").status_code, path
        assert "/nl/account/sign-in" == visitor.get(f"/nl/desk{path}").url.path, path
    assert 403 == rik.post(f"/nl/desk/cases/{case}/step/take").status_code
    assert 403 == desk.browser("anna").get("/nl/desk/imports").status_code
    assert 404 == desk.browser("eva").get("/nl/desk/cases/ffffffffffffffffffffffff").status_code


def test_what_a_number_means_is_asked_not_guessed(desk: Street) -> None:
    anna = desk.browser("anna")
    case = candidate(desk, "Getal")
    task = taken(anna, case)
    fields = {"c.0.jobs.announced.0": "1.450", "c.0.jobs.announced.0.as_of": "9/2021", "go": "keep"}
    told = anna.give(f"/nl/desk/tasks/{task}", 422, **source(), **fields)
    assert "1.450" in told
    kept = anna.give(f"/nl/desk/tasks/{task}", **source(), **{**fields, "c.0.jobs.announced.0": "275"})
    assert 'value="2021-09"' in kept
    anna.give(f"/nl/desk/tasks/{task}", **source(), **{**fields, "c.0.jobs.announced.0": "280"})
    again = anna.page(f"/nl/desk/tasks/{task}")
    assert 'value="280"' in again
    assert 'value="275"' not in again
    anna.give(f"/nl/desk/tasks/{task}", **source(), go="keep")
    assert 'value="280"' not in anna.page(f"/nl/desk/tasks/{task}")


def sent(eva: Browser, content: bytes, name: str = "list.csv", status: int = 200) -> str:
    answer = eva.post("/nl/desk/imports", files={"list": (name, content)})
    assert status == answer.status_code, answer.status_code
    return answer.text


HOSTILE = {
    "nothing": b"",
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00",
    "zip": b"PK\x03\x04\x14\x00",
    "latin": HEAD.encode() + "S1,Müller,DEU,,,,x,,\n".encode("latin-1"),
    "nul": HEAD.encode() + b"S1,Po\x00ts,NLD,,,,x,,\n",
    "endless": HEAD.encode() + b'S1,"' + b"x" * 200_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_list_that_cannot_be_read_is_told(desk: Street, name: str) -> None:
    told = sent(desk.browser("eva"), HOSTILE[name], status=422)
    assert 'href="#f-list"' in told


def test_a_list_is_looked_at_taken_in_and_undone(desk: Street) -> None:
    eva = desk.browser("eva")
    assert "de kop van deze lijst" in sent(eva, b"a,b\n1,2\n", status=422).lower()
    wrong = "B3,Naamloos,XX,reshoring,CHN,NLD,Link,https://press.example/3,2021\nB1,Twee keer,NLD,,,,x,,\n"
    rows = "".join(ROW.format(key=f"B{n}", name=f"Bedrijf {n}") for n in (1, 2)) + wrong
    # As a spreadsheet program of here saves it.
    semicolons = (HEAD + rows).replace(",", ";")
    page = sent(eva, b"\xef\xbb\xbf" + semicolons.encode(), "..\\..\\<b>lijst.csv")
    assert "&lt;b&gt;lijst.csv" in page
    assert "XX" in page
    path = re.search(r'action="(/nl/desk/imports/list/[^"]+)"', page)
    assert path
    assert 404 == desk.browser("olga").get(path[1]).status_code
    answer = eva.post(path[1])
    while 'http-equiv="refresh"' in answer.text:
        answer = eva.get(path[1])
    assert 200 == answer.status_code
    batch = id_in(answer.text, "imports")
    assert "2" in eva.page(f"/nl/desk/imports/{batch}")
    assert "Geef een reden" in eva.give(f"/nl/desk/imports/{batch}/undo", 422, reason="")
    assert "2 gevallen" in eva.give(f"/nl/desk/imports/{batch}/undo", reason="De verkeerde lijst")
    assert 422 == eva.post("/nl/desk/imports/list/l.nothing").status_code


class Cut(Exception):
    """The import is cut off."""


def test_an_import_that_was_cut_off_goes_on_with_a_button(desk: Street) -> None:
    eva = desk.browser("eva")
    rows = HEAD + "".join(ROW.format(key=f"C{n}", name=f"Afgebroken {n}") for n in range(3))

    def cut(_done: int, _of: int) -> None:
        raise Cut

    with pytest.raises(Cut):
        Imports(desk.house.databank.public, 1).run(desk.actors["eva"], rows, "cut.csv", progress=cut)
    assert "1 onderbroken" in eva.page("/nl/desk")
    page = sent(eva, rows.encode(), "cut.csv")
    assert "1 van 3 rijen" in page
    assert "Ga ermee verder" in page
    path = re.search(r'action="(/nl/desk/imports/list/[^"]+)"', page)
    assert path
    answer = eva.post(path[1])
    while 'http-equiv="refresh"' in answer.text:
        answer = eva.get(path[1])
    assert "3 gevallen zijn opgenomen" in answer.text
    assert "geen enkele is onafgewerkt" in eva.page("/nl/desk")


def test_a_pair_is_judged_and_the_judgement_taken_back(desk: Street) -> None:
    eva = desk.browser("eva")
    for name, url in (("Märklin GmbH", "https://one.example"), ("Marklin", "https://two.example")):
        eva.give("/nl/desk/cases/new", company=name, home="DEU", **source(url=url))
    found = re.search(
        r'href="(/nl/desk/duplicates/company/[^"]+)" translate="no">M', eva.page("/nl/desk/duplicates")
    )
    assert found
    assert 'href="#f-verdict"' in eva.give(found[1], 422, verdict="", reason="Dezelfde")
    eva.give(found[1], verdict="same", reason="Dezelfde fabriek in Göppingen")
    assert "Göppingen" in eva.page("/nl/desk/duplicates")
    eva.give(found[1], take_back="yes", reason="Toch twijfel")
    assert found[1] in eva.page("/nl/desk/duplicates")


def test_a_signal_becomes_a_case_or_is_settled_with_a_reason(desk: Street) -> None:
    eva, anna = desk.browser("eva"), desk.browser("anna")
    told = anna.give(
        "/fr/desk/signals/new", text="Potterie Dubois revient de Tunisie", url="https://fr.example/1"
    )
    signal = id_in(told, "signals")
    made = eva.give(
        "/nl/desk/cases/new", signal=signal, company="Poterie Dubois", **source(url="https://fr.example/1")
    )
    assert "Poterie Dubois" in made
    assert "Poterie" in eva.page(f"/nl/desk/signals/{signal}")
    second = id_in(anna.give("/fr/desk/signals/new", text="Rien"), "signals")
    assert 'href="#f-reason"' in eva.give(f"/nl/desk/signals/{second}", 422, reason="")
    assert "Geen verhuizing" in eva.give(f"/nl/desk/signals/{second}", reason="Geen verhuizing")
    assert 422 == eva.post(f"/nl/desk/signals/{second}", data={"reason": "Nog eens"}).status_code
