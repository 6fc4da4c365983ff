"""A year in the front office: a feed item becomes a signal, a project, a decision, a follow-up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from org_desk import Browser, Street, street

from databases import Clock, place
from thuishaven.databank import Database
from visitors import House

FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><title>Voorbeeld Plastics NV haalt productie terug</title>
<description>De maker wil dichterbij.</description><link>https://news.example/1</link>
<pubDate>Fri, 20 Nov 2026 08:00:00 +0100</pubDate></item>
</channel></rss>"""


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, clock = tmp_path_factory.mktemp("office"), Clock()
    with (
        place(request.param, folder) as where,
        Database(where, clock) as databank,
        street(House(databank), folder) as found,
    ):
        for name, place_ in (("rik", found.agency), ("sam", found.foundry)):
            found.joins(name, place_, "adviser")
        found.clock = clock  # type: ignore[attr-defined]
        yield found


def later(office: Street, **time: float) -> None:
    """The clock moves on, and everybody signs in again."""
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
    )
    assert "Meer voorraad is genoeg" in ended
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
    rik.give(
        f"{base}/decide",
        outcome="go",
        decided_on="2026-11-20",
        family="own_home",
        words="Korter bij de klant",
    )
    assert 404 == sam.get(base).status_code
    rik.give(
        f"{base}/consent",
        purpose="second_agency",
        receiver=office.foundry.id,
        given_by="De directeur",
        given_on="2026-11-20",
        days="60",
    )
    seen = sam.page(base)
    assert "Voorbeeld Plastics NV" in seen
    assert "Korter bij de klant" not in seen
    later(office, days=30)
    rik = office.browser("rik")
    assert "Opvolging" in rik.give(f"{base}/step", event="first_output", first_output="2026-12-10")
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
    told = rik.page(base)
    assert "12,5" in told
    assert "80" in told
    rik.give(f"{base}/step", event="follow_up_12")
    late = company.give(path, 422, jobs_fte="99", jobs_as_of="2027-12-01")
    assert "aanvaard" in late
    calendar = rik.get("/nl/office/calendar.ics")
    assert "BEGIN:VEVENT" in calendar.text
    assert "Voorbeeld" not in calendar.text


def test_a_company_reports_itself_and_one_office_takes_it(office: Street) -> None:
    visitor, rik, sam = office.browser(), office.browser("rik"), office.browser("sam")
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
