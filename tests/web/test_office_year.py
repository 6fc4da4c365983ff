"""A year in the front office: a feed item becomes a signal, a project, a decision, a follow-up, a case."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browsing import Site, violations
from org_desk import Browser, Street, street

from casework import ED, PRESS, pots, published
from databases import Clock, place, usual
from thuishaven.databank import Database
from thuishaven.databank.cases import Statement
from thuishaven.databank.office import Feeds, networks
from thuishaven.databank.releases import Releases, releases_folder
from visitors import House

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Voorbeeld Plastics NV haalt productie terug</title>
<description>De maker wil dichterbij.</description><link>https://news.example/1</link>
<pubDate>Fri, 20 Nov 2026 08:00:00 +0100</pubDate></item>
</channel></rss>"""


@pytest.fixture
def office(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, clock = tmp_path_factory.mktemp("office"), Clock()
    with (
        place(engine, folder) as where,
        Database(where, clock) as databank,
        street(House(databank), folder) as found,
    ):
        for name, place_ in (("rik", found.agency), ("sam", found.foundry)):
            found.joins(name, place_, "adviser")
        found.clock = clock  # type: ignore[attr-defined]
        yield found


def later(office: Street, **time: float) -> None:
    """The clock moves on, and both advisers sign in again."""
    office.clock.pass_(**time)  # type: ignore[attr-defined]
    for name, place_ in (("rik", office.agency), ("sam", office.foundry)):
        token, _actor = office.house.sessions.sign_in(f"{name}@example.org", "paars fietspad onder de brug")
        office.tokens[name], office.actors[name] = office.house.sessions.switch(token, place_.id)


def id_in(page: str, kind: str) -> str:
    """The first project or signal that a page leads to."""
    found = re.search(rf"/office/{kind}s/([0-9a-f]{{24}})", page)
    assert found, kind
    return found[1]


def project_of(rik: Browser) -> str:
    page = rik.post("/nl/office/signals/new", data={"language": "nl"}, files={"feed": ("f.xml", FEED)}).text
    assert "haalt productie terug" in page
    signal = id_in(page, "signal")
    shown = rik.page(f"/nl/office/signals/{signal}")
    assert "haalt productie terug" in shown
    begin = rik.page(f"/nl/office/projects/new?signal={signal}")
    path = "/nl/office/projects/new"
    refused = rik.give_from(begin, path, 422, title="Potten", company="Voorbeeld Plastics NV", country="BEL")
    assert "instemde met contact" in refused
    made = rik.give_from(
        begin,
        path,
        title="Potten",
        company="Voorbeeld Plastics NV",
        country="BEL",
        number="0417.497.106",
        agreed="yes",
    )
    return id_in(made, "project") if "/office/projects/" in made else ""


def beside_realised(page: str) -> str:
    """The part of the page of a project with what was promised."""
    return page.split('id="promised"')[1].split("</table>")[0]


def cells_of(part: str) -> list[str]:
    return re.findall(r"<td[^>]*>([^<]*)</td>", part)


#: What may not be promised, and what is said of it.
WRONG = (
    ("promised_jobs", "veel", "Bijvoorbeeld 12,5"),
    ("promised_jobs", "12 %", "Bijvoorbeeld 12,5"),
    ("promised_jobs", "1.450", "1450"),
    ("promised_volume", "101", "van 0 tot 100 procent"),
    ("promised_by", "", "zonder dag"),
    ("promised_by", "ooit", "Bijvoorbeeld 06/2028 of 30/06/2028"),
    ("promised_by", "10/2026", "voor de beslissing"),
)


def test_a_year_with_a_company_that_stays(office: Street) -> None:
    rik = office.browser("rik")
    project = project_of(rik)
    base = f"/nl/office/projects/{project}"
    assert "Intake" in rik.page(base)
    rik.give(
        f"{base}/describe", title="Potten", number="0417497106", purpose="Advies op vraag van het bedrijf"
    )
    assert "Dossier in opbouw" in rik.give(f"{base}/step", event="accept")
    for what in ("scan", "calculation", "alternative"):
        dossier = office.house.dossiers.list(office.actors["rik"])[0].id
        rik.give(f"{base}/attach", dossier=dossier, what=what)
    assert "Wacht op de beslissing" in rik.give(f"{base}/step", event="submit_for_decision")
    wrong = rik.give(
        f"{base}/decide", 422, outcome="no_go", decided_on="2026-11-20", family="bigger_stock", words="Genoeg"
    )
    assert "wat in de weg stond" in wrong
    ended = rik.give(
        f"{base}/decide",
        outcome="no_go",
        decided_on="20/11/2026",
        family="bigger_stock",
        words="Meer voorraad is genoeg",
        codes="SKILLS",
        considered="own_home",
        promised_jobs="0",
        promised_by="11/2027",
    )
    assert "Meer voorraad is genoeg" in ended
    assert "Beloofd tegen november 2027: 0 banen in voltijdse equivalenten." in ended
    # Who carries nothing out is not asked later.
    assert 3 == beside_realised(ended).count("niet gevraagd")
    assert "Afgesloten" in ended


def test_a_company_that_moves_is_asked_a_year_later(office: Street) -> None:
    rik, sam = office.browser("rik"), office.browser("sam")
    project = project_of(rik)
    base = f"/nl/office/projects/{project}"
    rik.give(f"{base}/describe", title="Potten", number="0417497106", purpose="Advies")
    rik.give(f"{base}/step", event="accept")
    dossier = office.house.dossiers.list(office.actors["rik"])[0].id
    for what in ("scan", "calculation", "alternative"):
        rik.give(f"{base}/attach", dossier=dossier, what=what)
    rik.give(f"{base}/step", event="submit_for_decision")
    decision = {
        "outcome": "go",
        "decided_on": "2026-11-20",
        "family": "own_home",
        "words": "Korter bij de klant",
        "promised_jobs": "14,25",
        "promised_volume": "80",
        "promised_by": "31/12/2027",
    }
    for field, typed, said in WRONG:
        refused = rik.give(f"{base}/decide", 422, **{**decision, field: typed})
        assert said in refused
        assert f'href="#f-{"promised_jobs" if "of allebei" in said else field}"' in refused
    rik.give(f"{base}/decide", **decision)
    assert 404 == sam.get(base).status_code
    rik.give(
        f"{base}/consent",
        purpose="second_agency",
        receiver=office.foundry.id,
        given_by="De directeur",
        given_on="2026-11-20",
        days="60",
    )
    assert '(<span translate="no">Foundry</span>). Ingestemd door: ' in rik.page(base)
    seen = sam.page(base)
    assert "Voorbeeld Plastics NV" in seen
    assert "Korter bij de klant" not in seen
    assert "14,25" not in seen
    later(office, days=30)
    rik = office.browser("rik")
    assert "Opvolging" in rik.give(f"{base}/step", event="first_output", first_output="2026-12-01")
    assert "ontbreekt" in rik.give(f"{base}/correct_first_output", 422, corrected="2030-01-01")
    moved = rik.give(f"{base}/correct_first_output", corrected="10/12/2026")
    assert "De dag van de eerste productie werd verbeterd" in moved
    assert "10 december 2027" in moved
    case = published(office.house.databank.public)
    for typed, said in ((f"/nl/cases/{case}", "toestemming van het bedrijf"), ("12", "geen gepubliceerd")):
        assert said in rik.give(f"{base}/link_case", 422, case=typed, basis="consent")
    address = f"https://reshore.example/fr/cases/{case}"
    noted = rik.give(f"{base}/link_case", case=address, basis="public_sources")
    assert f"/nl/cases/{case}" in noted
    later(office, days=365)
    rik, sam = office.browser("rik"), office.browser("sam")
    assert 404 == sam.get(base).status_code
    assert "dag te laat" in rik.page("/nl/office") or "dagen te laat" in rik.page("/nl/office")
    asked = rik.give(f"{base}/ask", month="12")
    link = re.search(r'value="(http[^"]*/follow-up/[^"]+)"', asked)
    assert link
    company = office.browser()
    path = "/" + link[1].split("/", 3)[3]
    assert "Wat is ervan geworden?" in company.page(path)
    unsaid = company.give(path, 422, jobs_fte="12,5")
    assert "12,5" in unsaid
    thanks = company.give(
        path,
        jobs_fte="12,5",
        jobs_as_of="2027-12-01",
        volume_share="80",
        motives_reached="LEADTIME",
        distress="no",
    )
    assert "Bedankt" in thanks
    # Less than was promised: both stand there, and nothing else is made of it.
    later_on = ["nog niet gevraagd"] * 2
    assert [
        *("14,25", "12,5", *later_on),
        *("80%", "80%", *later_on),
        *("31 december 2027", "1 december 2027", "-", "-"),
    ] == cells_of(beside_realised(rik.page(base)))
    accepted = rik.give(f"{base}/step", event="follow_up_12")
    assert "12,5 banen in voltijdse equivalenten (beloofd: 14,25)" in accepted
    late = company.give(path, 422, jobs_fte="99", jobs_as_of="2027-12-01")
    assert "aanvaard" in late
    calendar = rik.get("/nl/office/calendar.ics")
    assert "BEGIN:VEVENT" in calendar.text
    assert "Voorbeeld" not in calendar.text


def test_a_company_reports_itself_and_one_office_takes_it(office: Street) -> None:
    visitor, rik, sam = office.browser(), office.browser("rik"), office.browser("sam")
    # Only where an adviser would read it does the front door lead there.
    assert 'href="/nl/signal"' in visitor.page("/nl/")
    assert "Bedankt" in visitor.give(
        "/nl/signal", company="Jansen nv", title="Leveringen te laat", country="BEL"
    )
    missing = visitor.give("/nl/signal", 422, company="", title="Iets")
    assert 'href="#f-company"' in missing
    signal = id_in(sam.page("/nl/office/signals"), "signal")
    rik.give(f"/nl/office/signals/{signal}/take")
    assert 404 == sam.get(f"/nl/office/signals/{signal}").status_code
    offered = rik.give(
        f"/nl/office/signals/{signal}/offer", organisation=office.foundry.id, reason="Hun provincie"
    )
    assert "Aangeboden" in offered
    assert "Jansen nv" in sam.page(f"/nl/office/signals/{signal}")
    closed = rik.give(f"/nl/office/signals/{signal}/close", reason="unreachable")
    assert "niet bereikbaar" in closed.lower() or "niet bereikt" in closed.lower()


def test_who_is_no_adviser_sees_no_front_office(office: Street) -> None:
    an = office.browser("an")
    for path in ("/nl/office", "/nl/office/signals", "/nl/office/projects"):
        assert 403 == an.get(path).status_code
    assert "/nl/account/sign-in" == office.browser().get("/nl/office").url.path


# ---- the whole year in a browser


@pytest.fixture
def press() -> Iterator[str]:
    """A newspaper on this machine, with the feed of above."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(FEED)

        def log_message(self, *_args: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/nieuws.xml"
        server.shutdown()
        thread.join()


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Street]:
    clock = Clock()
    with (
        place(usual(), tmp_path) as where,
        Database(where, clock) as databank,
        street(House(databank), tmp_path, feed_networks=("127.0.0.0/8",)) as found,
    ):
        found.joins("rik", found.agency, "adviser")
        found.joins("boss", found.agency, "administrator")
        found.joins("sam", found.foundry, "adviser")
        found.clock = clock  # type: ignore[attr-defined]
        yield found


@pytest.fixture
def site(town: Street) -> Site:
    return Site(town.address, town.app)


class Reader:
    """Somebody at a screen: reads pages, judges them, and fills in forms as a person does."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address

    def sees(self, path: str, *words: str) -> None:
        """A page with these words, in which axe finds nothing, and which fits the screen."""
        answer = self.page.goto(self.address + path)
        assert 200 == answer.status, path
        self.reads(*words)

    def reads(self, *words: str) -> None:
        """The page as it stands, everything opened."""
        self.opens()
        wide = self.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert ([], 0) == (violations(self.page), max(wide, 0)), self.page.url
        text = self.page.locator("main").inner_text()
        for word in words:
            assert word in text, (self.page.url, word)

    def opens(self) -> None:
        self.page.evaluate("document.querySelectorAll('main details').forEach(part => part.open = true)")

    def sends(self, action: str, **fields: Any) -> str:
        """Fill in the form that goes there and send it; nothing must be wrong. Gives the page's text."""
        self.opens()
        form = self.page.locator(f'form[action$="{action}"]')
        for name, value in fields.items():
            part = form.locator(f'[name="{name}"]')
            kind = part.first.evaluate("part => part.type")
            if kind in ("radio", "checkbox"):
                form.locator(f'[name="{name}"][value="{value}"]').check()
            elif kind == "select-one":
                part.select_option(value)
            elif kind == "hidden":
                form = form.filter(has=self.page.locator(f'[name="{name}"][value="{value}"]'))
            else:
                part.fill(value)
        form.locator("button").first.click()
        assert not self.page.locator("#problems").count(), self.page.locator("main").inner_text()
        return str(self.page.locator("main").inner_text())


def _sits_down(visit: Any, town: Street, name: str = "", **options: Any) -> Reader:
    page = visit(**options).page
    if name:
        cookie = {"name": "thuishaven-session", "value": town.tokens[name], "url": town.address}
        page.context.add_cookies([cookie])
    return Reader(page, town.address)


@pytest.mark.slow
def test_a_year_from_a_newspaper_to_a_public_case(visit: Any, town: Street, press: str) -> None:
    store, public = town.house.store, town.house.databank.public
    # A feed is watched, and an item of it becomes a signal.
    boss = _sits_down(visit, town, "boss", width=390)
    boss.sees("/nl/office/feeds", "Laat een feed volgen")
    assert "Nog niet opgehaald" in boss.sends("/office/feeds", address=press, name="De krant")
    (visited,) = Feeds(store, networks(["127.0.0.0/8"])).fetch_all(store.local("timer"))
    assert ("fetched", 1) == (visited.outcome, visited.signals)
    rik = _sits_down(visit, town, "rik")
    rik.sees("/nl/office/signals", "Voorbeeld Plastics NV haalt productie terug", "Gezien in de pers")
    rik.page.get_by_role("link", name="haalt productie terug").click()
    rik.reads("haalt productie terug", "Gevonden woorden")
    rik.page.get_by_role("link", name="Project beginnen").click()
    rik.sends("/office/projects/new", title="Potten", number="0417.497.106", country="BEL", agreed="yes")
    base = "/" + rik.page.url.split("?")[0].split("/", 3)[3]
    # A visit, prepared and written down.
    rik.sends("/task", task_words="Bedrijfsbezoek", due="2026-12-01")
    rik.sends("/describe", purpose="Advies op vraag van het bedrijf", nace="22.26", region="BE21")
    rik.sees(f"{base}/visit", "Voorbeeld Plastics NV")
    rik.page.goto(town.address + base)
    rik.sends("/contact", name="P. Voorbeeld", email="p@example.org")
    rik.sends("/step", event="accept")
    # The dossier of the company, with its scan and its advice, kept as a version.
    rik.page.goto(f"{town.address}/nl/dossiers/{town.dossier}")
    rik.sends("/open")
    rik.page.goto(f"{town.address}/nl/scan/start")
    rik.page.locator('main input[type="radio"]').first.check()
    rik.page.locator('button[value="stop"]').click()
    rik.page.goto(f"{town.address}/nl/results")
    assert "thuis" in rik.page.locator("main").inner_text().lower()
    rik.page.goto(f"{town.address}/nl/dossier/demand")
    rik.page.locator('[name="demand.growth~value"]').fill("0,03")
    rik.page.get_by_role("button", name="Bewaar en ga verder").click()
    rik.page.goto(f"{town.address}/nl/dossiers/{town.dossier}")
    rik.sends("/keep", why="Na het bezoek")
    for what in ("scan", "calculation", "alternative"):
        rik.page.goto(town.address + base)
        rik.sends("/attach", dossier=town.dossier, what=what)
    rik.sends("/step", event="submit_for_decision")
    # A second agency sees it, with the consent of the company and no longer.
    sam = _sits_down(visit, town, "sam", width=390)
    french = base.replace("/nl/", "/fr/")
    assert 404 == sam.page.goto(town.address + french).status
    rik.sends(
        "/consent",
        purpose="second_agency",
        receiver=town.foundry.id,
        given_by="De zaakvoerder",
        given_on="2026-11-20",
        days="60",
    )
    sam.sees(french, "Voorbeeld Plastics NV", "Étape")
    # It decides for more stock instead of moving.
    rik.page.goto(town.address + base)
    rik.sends(
        "/decide",
        outcome="go",
        decided_on="2026-11-20",
        family="bigger_stock",
        words="Drie weken voorraad is genoeg",
        considered="own_home",
        promised_jobs="13",
        promised_volume="80",
        promised_by="12/2027",
    )
    rik.reads("Beloofd tegen december 2027: 13 banen", "nog niet gevraagd")
    rik.reads("Grotere voorraad", "Het bedrijf besliste een plan uit te voeren")
    later(town, days=30)
    rik = _sits_down(visit, town, "rik", width=390)
    rik.page.goto(town.address + base)
    rik.sends("/step", event="first_output", first_output="2026-12-10")
    # A year later the company is asked, and answers without an account.
    later(town, days=365)
    rik = _sits_down(visit, town, "rik", width=390)
    sam = _sits_down(visit, town, "sam", width=390)
    assert 404 == sam.page.goto(town.address + french).status
    rik.sees("/nl/office", "te laat")
    rik.page.goto(town.address + base)
    rik.sends("/ask", month="12")
    link = rik.page.locator("#f-link").input_value()
    company = _sits_down(visit, town, width=390)
    company.sees(link.removeprefix(town.address).replace("/nl/", "/en/"), "What became of it?")
    thanks = company.sends(
        link.rpartition("/")[2],
        jobs_fte="12.5",
        jobs_as_of="2027-12-01",
        volume_share="80",
        motives_reached="LEADTIME",
        distress="no",
    )
    assert "Thank you" in thanks
    rik.sees(base, "Beloofd op 20 november 2026", "Niemand telde het na")
    row = rik.page.locator("#promised ~ .scroll tbody tr").first.inner_text()
    assert ["Banen, in voltijdse equivalenten", "13", "12,5"] == row.split("\t")[:3]
    rik.sends("/step", event="follow_up_12")
    # With the consent of the company it becomes a public case, which stands in a release.
    rik.sends("/consent", purpose="public_case", given_by="De zaakvoerder", given_on="2027-12-01", days="60")
    said = pots(PRESS, organisation__name="Voorbeeld Plastics NV")
    case = published(public, [*said, Statement("jobs.realised", "12.5", PRESS, as_of="2013-06")])
    folder = releases_folder(town.app.state.settings.databank_place)
    Releases(public, folder).make(ED, "ready", formats=())
    rik.page.goto(town.address + base)
    rik.sends("/link_case", case=f"/nl/cases/{case}", basis="consent")
    rik.reads("Het publieke praktijkgeval dat ervan kwam", "Een publiek praktijkgeval werd genoteerd")
    everybody = _sits_down(visit, town, width=390)
    everybody.sees(f"/en/cases/{case}", "Voorbeeld Plastics NV")
    everybody.sees("/en/cases/releases", ".1")
