"""The public pages of cases over HTTP: what is found, what a case shows, what stays out of sight."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from org_desk import Browser, Street, street

from casework import AN, COMPANY, ED, PRESS, REGISTER, pots, published
from databases import Clock, place
from thuishaven.databank import Database
from thuishaven.databank.cases import Cases, Signals, Source, Statement, years
from thuishaven.databank.cases.tables import SIGNAL
from visitors import House

#: Stands in cases that nobody may see, and in the names of who works on them.
HIDDEN = "Zwijgbv"


def rich() -> list[Statement]:
    """A case of which much is said, not all of it the same."""
    jobs = {"unit": "fte", "scope": "direct"}
    return [
        *pots(PRESS, organisation__name="Kruik & Zonen", move__product="kruiken", case__title="Kruiken <b>"),
        Statement("organisation.kbo", "0417497106", REGISTER),
        Statement("move.from_country", "VNM", PRESS, move=2),
        Statement("move.to_country", "NLD", PRESS, move=2),
        Statement("move.nace", "C32", PRESS, move=2),
        Statement("move.form_from", "own", PRESS, move=2),
        Statement("move.form_to", "own", PRESS, move=2),
        Statement("status", "reversed", PRESS, as_of="2016", valid_from="2015-03", locator="p. 3"),
        Statement("status", "reversed", COMPANY, as_of="2016", valid_from="2014"),
        Statement("jobs.announced", "275", PRESS, as_of="2012", qualifiers=jobs, locator="alinea 2"),
        Statement("jobs.announced", "300", COMPANY, as_of="2012", qualifiers=jobs),
        Statement("jobs.announced", "1440", PRESS, as_of="2012", qualifiers={"scope": "indirect"}),
        Statement("jobs.realised", "35-40", PRESS, as_of="2014-06", qualifiers=jobs),
        Statement("money.capex", "1250000", PRESS, as_of="2012", qualifiers={"currency": "EUR"}),
        Statement("money.saving", "1000", PRESS, as_of="2012"),
        Statement(
            "support", "subsidie", REGISTER, as_of="2012", qualifiers={"amount": "50000", "currency": "EUR"}
        ),
        Statement("motive", "QUALITY", PRESS, qualifiers={"stage": "ex_ante"}),
        Statement("motive", "LEADTIME", PRESS, qualifiers={"stage": "ex_post"}),
        Statement("stage", "decision", PRESS, valid_from="2011-12"),
        Statement("distress", "surseance", REGISTER, as_of="2016"),
        Statement("case.remark", "Welke fabriek is niet duidelijk.", PRESS),
    ]


@contextmanager
def filled(engine: str, folder: Path) -> Iterator[Street]:
    """A server with three published cases, one withdrawn, one taken up again, one that nobody may see."""
    with (
        place(engine, folder) as where,
        Database(where, Clock()) as databank,
        street(House(databank), folder) as found,
    ):
        store, hidden = databank.public, Source("company", HIDDEN, url="https://hidden.example/1")
        cases = Cases(store)
        found.joins("ed", found.agency, "editor")
        found.rich = published(store, rich())  # type: ignore[attr-defined]
        for name, country in (("Vaas nv", "CHN"), ("=Schaal bv", "VNM")):
            published(store, pots(organisation__name=name, move__from_country=country))
        gone = published(store, pots(organisation__name="Weg bv"))
        cases.withdraw(ED, gone, "Het bedrijf bestaat niet")
        found.gone = gone  # type: ignore[attr-defined]
        found.secret = cases.propose(AN, pots(hidden, organisation__name=HIDDEN))  # type: ignore[attr-defined]
        cases.revise(ED, found.rich, pots(hidden, organisation__name=HIDDEN), "Nieuw bewijs")  # type: ignore[attr-defined]
        yield found


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    with filled("sqlite", tmp_path_factory.mktemp("cases")) as found:
        yield found


@pytest.fixture
def reader(shelf: Street) -> Browser:
    return shelf.browser()


def names(page: str) -> list[str]:
    return re.findall(r'<span translate="no">([^<]+)</span></a> <span class="label-of', page)


def flat(page: str) -> str:
    """The words of a page, without what is between angle brackets."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_cases_are_found_by_words_and_values_with_exact_counts(reader: Browser) -> None:
    everything = reader.page("/nl/cases")
    assert {"Kruik &amp; Zonen", "Vaas nv", "=Schaal bv"} == set(names(everything))
    assert "3 praktijkgevallen" in everything
    some = reader.page("/nl/cases?q=kruik*&from=CHN&from=VNM&to=NLD")
    assert ["Kruik &amp; Zonen"] == names(some)
    # Its own choice is left out of the count of a facet: every case that has the word is in both.
    assert 'China <span class="count">1</span>' in some
    assert 'value="CHN" id="c-from-CHN" checked' in some
    assert "Vietnam" in flat(some)
    assert ["Kruik &amp; Zonen", "=Schaal bv", "Vaas nv"] == names(reader.page("/fr/cases?sort=name"))


def test_reversed_cases_stand_among_the_others(reader: Browser) -> None:
    page = reader.page("/en/cases")
    assert "Reversed" in page
    assert ["Kruik &amp; Zonen"] == names(reader.page("/en/cases?state=reversed"))


def test_a_choice_can_be_taken_back_one_by_one(reader: Browser) -> None:
    page = reader.page("/en/cases?q=pots&from=CHN&sector=22")
    links = [unquote_plus(link) for link in re.findall(r'class="label-of" href="([^"]+)"', page)]
    assert [
        "/en/cases?sector=22&amp;from=CHN",
        "/en/cases?q=pots&amp;from=CHN",
        "/en/cases?q=pots&amp;sector=22",
    ] == links


def test_nothing_found_says_what_to_do(reader: Browser) -> None:
    page = reader.page("/nl/cases?q=onvindbaar")
    assert "0 praktijkgevallen" in page
    assert "Laat iets weg" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=%00%27%3B+drop+table+cases--&to=%3Cscript%3E&page=99999999999&sort=1%3D1",
        "q=" + "a*+" * 400,
        "q=%ED%A0%80%F0%9F%92%A9&from=" + "X" * 5000,
        "page=-1&page=2&to=&to=%0d%0aX-A:b",
        "&".join(f"motive=M{number}" for number in range(900)),
        "page=%D9%A1&q=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E",
    ],
)
@pytest.mark.parametrize("path", ["/nl/cases", "/nl/cases/map", "/nl/cases/found.csv"])
def test_hostile_questions_are_answered_plainly(reader: Browser, path: str, query: str) -> None:
    answer = reader.get(f"{path}?{query}")
    assert 200 == answer.status_code
    assert "<script>" not in answer.text
    assert "<img src=x" not in answer.text
    assert "X-A" not in answer.headers


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    text=st.text(max_size=40), facet=st.sampled_from(["to", "year", "nothing"]), value=st.text(max_size=40)
)
def test_any_text_is_a_question(reader: Browser, text: str, facet: str, value: str) -> None:
    params = {"q": text.encode("utf-8", "replace"), facet: value.encode("utf-8", "replace")}
    assert 200 == reader.get("/en/cases", params=params).status_code


def test_what_was_found_is_saved_with_the_question_the_version_and_the_day(reader: Browser) -> None:
    answer = reader.get("/nl/cases/found.csv?to=NLD&sort=name")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert ["Kruik & Zonen", "'=Schaal bv", "Vaas nv"] == [row["name"] for row in rows]
    assert {"2026-11-22"} == {row["taken_on"] for row in rows}
    assert all(row["query"].endswith("/nl/cases?to=NLD&sort=name") for row in rows)
    rich_row = rows[0]
    assert "1" == rich_row["version"]
    assert "CHN;VNM" == rich_row["from"]
    assert ("300", "1") == (rich_row["jobs_announced"], rich_row["jobs_announced_sources_differ"])
    assert "35-40" == rich_row["jobs_realised"]
    assert 200 == reader.get(rich_row["address"]).status_code


def test_a_case_shows_its_states_sources_and_conflicts(shelf: Street, reader: Browser) -> None:
    page = reader.page(f"/nl/cases/{shelf.rich}")  # type: ignore[attr-defined]
    words = flat(page)
    assert "Kruiken &lt;b&gt;" in page
    assert "Teruggedraaid, stand van 2016." in words
    assert "2014 : teruggedraaid" in words
    assert "1 andere bron zegt: maart 2015" in words
    assert "1 andere bron zegt: 275 (voltijdse equivalenten, direct)" in words
    assert "1.440 indirect" in words
    assert "35 \u2013 40" in words
    assert "1,25 miljoen euro" in words
    assert "1.000 (munt onbekend)" in words
    assert "alinea 2" in words
    assert "vooraf" in words
    assert "achteraf" in words
    assert "Verhuizing 2" in words
    assert "december 2011" in words
    assert "surseance" in words
    assert "Welke fabriek is niet duidelijk." in words
    assert f'href="{PRESS.url}"' in page
    assert "/nl/cases/" in words.partition("Gelezen op 22 november 2026")[0]
    assert {"Vaas nv", "=Schaal bv"} == set(names(page.partition('id="alike"')[2]))
    # Every mark of a source leads to a source that stands on the page.
    marks = set(re.findall(r'href="#(source-\d+)"', page))
    assert marks
    assert marks <= set(re.findall(r'id="(source-\d+)"', page))


@pytest.mark.slow
def test_both_engines_say_the_same(shelf: Street, tmp_path: Path) -> None:
    """Other ids and another port, the same pages."""
    paths = ("", "?q=kruik*&from=CHN", "/map?state=reversed", "/{rich}", "/{gone}")
    seen = []
    with filled("postgresql", tmp_path) as other:
        for one in (shelf, other):
            ids = {"rich": one.rich, "gone": one.gone}  # type: ignore[attr-defined]
            reader = one.browser()
            texts = [reader.get(f"/fr/cases{path.format(**ids)}").text for path in paths]
            assert "Merci" in reader.give(f"/fr/cases/{ids['rich']}/error", text="Faux")
            for odd in ("%00", "a%00b", "%F0%9F%92%A9", "x" * 5000, "9" * 400, "-1", "%2e%2e%2fetc"):
                assert 404 == reader.get(f"/fr/cases/{odd}").status_code, odd
                assert 404 == reader.post(f"/fr/cases/{odd}/error", data={"text": "x"}).status_code, odd
            assert "Merci" in reader.give("/fr/cases/tell", text="Pots\x00\u202ebv", url="")
            plain = [re.sub(r"[0-9a-f]{24}|sha256 \w+", "", text) for text in texts]
            seen.append([text.replace(one.address.rstrip("/"), "") for text in plain])
    for one, same in zip(*seen, strict=True):
        assert one.splitlines() == same.splitlines()


def test_what_is_not_published_is_nowhere(shelf: Street, reader: Browser) -> None:
    """Neither a case that waits, nor new claims of one that was taken up again, nor who works on them."""
    rich_id, secret, gone = shelf.rich, shelf.secret, shelf.gone  # type: ignore[attr-defined]
    paths = [
        *("/nl/cases", f"/nl/cases?q={HIDDEN}", "/nl/cases?from=CHN&size=100", "/nl/cases/found.csv"),
        *("/nl/cases/map", "/nl/cases/picture/years.svg", f"/nl/cases/{rich_id}", f"/nl/cases/{gone}"),
        *(f"/nl/cases/{rich_id}/error", f"/nl/cases/{rich_id}?version=1"),
    ]
    for path in paths:
        text = reader.get(path).text.replace(f"q={HIDDEN}", "").replace(f"“{HIDDEN}”", "")
        text = text.replace(f'value="{HIDDEN}"', "")
        for word in (HIDDEN, secret, "Nieuw bewijs", "person:", "looks like one", "hidden.example"):
            assert word not in text, (path, word)
    for path in (f"/nl/cases/{secret}", f"/nl/cases/{secret}/error", "/nl/cases/nowhere", "/nl/cases/5"):
        assert 404 == reader.get(path).status_code, path
    refused = reader.post(f"/nl/cases/{secret}/error", data={"text": "Fout"})
    assert 404 == refused.status_code
    # The page that says so is the same for what is hidden and for what is not there.
    pages = [reader.get(f"/nl/cases/{name}").text.replace(name, "") for name in (secret, "f" * len(secret))]
    assert pages[0] == pages[1]


def test_an_editor_reads_the_same_page_as_everybody(shelf: Street, reader: Browser) -> None:
    path = f"/nl/cases/{shelf.rich}"  # type: ignore[attr-defined]
    editor = shelf.browser("ed")
    seen = editor.get(path)
    assert "no-store" == seen.headers["cache-control"]
    assert "etag" not in seen.headers
    assert HIDDEN not in seen.text
    assert "/nl/desk" in editor.page("/nl/cases")
    assert "/nl/desk" not in reader.page("/nl/cases")


def test_a_short_number_leads_to_the_address_that_stays(shelf: Street, reader: Browser) -> None:
    answer = reader.get("/nl/cases/1", follow_redirects=False)
    assert (308, f"/nl/cases/{shelf.rich}") == (  # type: ignore[attr-defined]
        answer.status_code,
        answer.headers["location"],
    )


@pytest.mark.parametrize("version", ["2", "0", "-1", "x", "9" * 30, "%00"])
def test_a_version_that_is_not_there_is_not_shown(shelf: Street, reader: Browser, version: str) -> None:
    path = f"/nl/cases/{shelf.rich}?version={version}"  # type: ignore[attr-defined]
    assert 404 == reader.get(path).status_code


def test_a_withdrawn_case_leaves_a_tombstone(shelf: Street, reader: Browser) -> None:
    for query in ("", "?version=1"):
        answer = reader.get(f"/nl/cases/{shelf.gone}{query}")  # type: ignore[attr-defined]
        assert 410 == answer.status_code
        assert "Het bedrijf bestaat niet" in answer.text
        assert "Versie 1" in answer.text
        assert "Weg bv" not in answer.text


def test_a_page_that_did_not_change_is_not_sent_again(shelf: Street, reader: Browser) -> None:
    path = f"/nl/cases/{shelf.rich}"  # type: ignore[attr-defined]
    first = reader.get(path)
    tag = first.headers["etag"]
    assert "public, no-cache" == first.headers["cache-control"]
    again = reader.get(path, headers={"If-None-Match": f'"x", W/{tag}'})
    assert (304, b"", tag) == (again.status_code, again.content, again.headers["etag"])
    assert tag != reader.get(path.replace("/nl/", "/fr/")).headers["etag"]


def test_the_map_and_the_years_count_what_was_asked(shelf: Street, reader: Browser) -> None:
    page = flat(reader.page("/nl/cases/map"))
    assert "De meeste gevallen gaan naar Nederland: 3." in page
    # Two countries have as many: none is named as the first.
    assert "Gevallen per land waar ze vandaan komen. Thuishaven" in page
    assert "Land Gaat naar Nederland 3" in page
    assert "Land Komt van China 2 Vietnam 2" in page
    assert "2013 0 3 0" in page
    assert "2014 0 0 1" in page
    narrowed = flat(reader.page("/nl/cases/map?state=reversed"))
    assert "2013 0 1 0" in narrowed
    # A choice holds for its own countries too: two cases come from Vietnam, one of them from China as well.
    assert "Komt van Vietnam 2 China 1 " in flat(reader.page("/nl/cases/map?from=VNM"))
    for name in ("to", "from", "years"):
        picture = reader.get(f"/nl/cases/picture/{name}.svg?from=VNM&narrow=1")
        assert "image/svg+xml" == picture.headers["content-type"].partition(";")[0]
    assert 404 == reader.get("/nl/cases/picture/to.svg?q=onvindbaar").status_code
    store = shelf.house.databank.public
    assert {"announced": {"2012": 3}, "implemented": {"2013": 3}, "reversed": {"2014": 1}} == years(
        store, store.visitor()
    )
    some = years(store, store.visitor(), "", {"from": ["VNM"]})
    assert {"announced": {"2012": 2}, "implemented": {"2013": 2}, "reversed": {"2014": 1}} == some


def told(shelf: Street) -> list[Any]:
    with shelf.house.databank.public.engine.connect() as connection:
        return list(connection.execute(sa.select(SIGNAL.c.kind, SIGNAL.c.case, SIGNAL.c.text, SIGNAL.c.url)))


def test_a_visitor_reports_an_error_and_an_editor_reads_it(shelf: Street, reader: Browser) -> None:
    path = f"/nl/cases/{shelf.rich}/error"  # type: ignore[attr-defined]
    before = len(told(shelf))
    assert 'href="#f-text"' in reader.give(path, 422, text="  ", url="")
    wrong = reader.give(path, 422, text="Het waren er 20", url="javascript:alert(1)")
    assert 'href="#f-url"' in wrong
    assert "Het waren er 20" in wrong
    assert "Bedankt" in reader.give(path, text="Het waren er 20", url="https://pots.example/20")
    assert "Bedankt" in reader.give("/nl/cases/tell", text="Ook Jansen nv")
    found = [tuple(row) for row in told(shelf)][before:]
    expected = [
        ("error", shelf.rich, "Het waren er 20", "https://pots.example/20"),  # type: ignore[attr-defined]
        ("case", "", "Ook Jansen nv", ""),
    ]
    assert sorted(expected) == sorted(found)
    signals = Signals(shelf.house.databank.public).list(ED)
    assert {"Het waren er 20", "Ook Jansen nv"} <= {one.text for one in signals}


def test_a_program_that_fills_in_everything_is_thanked_and_forgotten(shelf: Street, reader: Browser) -> None:
    before = told(shelf)
    assert "Bedankt" in reader.give("/nl/cases/tell", text="Koop nu", website="https://spam.example")
    assert before == told(shelf)


def test_another_site_cannot_send_the_form(shelf: Street, reader: Browser) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert 403 == reader.post("/nl/cases/tell", data={"text": "x"}, headers=headers).status_code


@pytest.mark.parametrize("waits", [False, True])
def test_a_server_without_published_cases_says_what_will_be_there(
    tmp_path_factory: pytest.TempPathFactory, waits: bool
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    with place("sqlite", folder) as where, Database(where, Clock()) as databank:
        if waits:
            Cases(databank.public).propose(AN, pots(organisation__name=HIDDEN))
        with street(House(databank), folder) as found:
            reader = found.browser()
            page = reader.page("/nl/cases")
            assert "nog geen praktijkgevallen" in page
            assert waits == ("1 geval wacht" in page)
            assert waits != ("thuishaven databank import --seeds" in page)
            assert HIDDEN not in page
            assert "valt er niets te tekenen" in reader.page("/nl/cases/map")
            assert "number,case,version" == reader.get("/nl/cases/found.csv").text[:19]
