"""Papers of the front office on the pages: handing over, comparing, a visit, the year; on both engines."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator

import openpyxl
import pandas as pd
import pypdf
import pytest
from org_desk import Street, street

from casework import published
from databases import Clock, place
from thuishaven.databank import Database
from thuishaven.databank.office import (
    Begun,
    Consents,
    Decided,
    FollowUps,
    Papers,
    Projects,
    Promise,
    Tasks,
)
from visitors import House


@pytest.fixture
def office(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder, clock = tmp_path_factory.mktemp("papers"), Clock()
    with (
        place(engine, folder) as where,
        Database(where, clock) as databank,
        street(House(databank), folder) as found,
    ):
        for name, place_ in (("rik", found.agency), ("sam", found.foundry)):
            found.joins(name, place_, "adviser")
        found.clock = clock  # type: ignore[attr-defined]
        yield found


def project_of(office: Street, title: str = "Potten", company: str = "Voorbeeld Plastics NV") -> str:
    """A project that waits for nothing more: a decision, a task, a person and a dossier beside it."""
    rik, store = office.actors["rik"], office.house.store
    projects = Projects(store)
    begun = Begun(title, company, "BEL", "0417497106", "22.29", "2.0", "BE21")
    project = projects.open(rik, begun, contact_agreed=True)
    projects.describe(rik, project, purpose="Advies op vraag")
    projects.advance(rik, project, "accept")
    for kind in ("scan", "calculation", "alternative"):
        projects.attach(rik, project, office.dossier, 1, kind, {})
    projects.advance(rik, project, "submit_for_decision")
    # Who holds more stock may promise too: no jobs, and all that is made stays where it is made.
    decided = Decided(
        dt.date(2026, 11, 20),
        "go",
        "bigger_stock",
        ("own_home",),
        (),
        "Voorraad volstaat nu",
        Promise(0, 0.985, "2028-06"),
    )
    projects.decide(rik, project, decided)
    Papers(projects).add_contact(rik, project, "Mia Contact", "mia@example.org", "", "")
    Tasks(store).add(rik, project, "Bel de bank", dt.date(2026, 12, 1))
    return project


def agreed(office: Street, project: str, highest: int = 3) -> str:
    consents = Consents(Projects(office.house.store))
    given = dt.date(2026, 11, 20)
    return consents.give(
        office.actors["rik"],
        project,
        "second_agency",
        given_by="De directeur",
        given_on=given,
        receiver=office.foundry.id,
        highest_class=highest,
    )


def read_back(content: bytes) -> tuple[pypdf.PdfReader, str]:
    """A PDF that is tagged and has its language, and its words."""
    found = pypdf.PdfReader(io.BytesIO(content))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"]
    assert "/StructTreeRoot" in root
    return found, " ".join("\n".join(page.extract_text() for page in found.pages).split())


@pytest.mark.slow
def test_a_project_is_handed_over_with_consent_only(office: Street) -> None:
    rik, sam = office.browser("rik"), office.browser("sam")
    project = project_of(office)
    path = f"/nl/office/projects/{project}/handover"
    assert "Geen enkele instantie" in rik.page(path)
    refused = rik.give(path, 422, consent="0" * 24, kind="pdf")
    assert "stemde daar niet mee in" in refused
    consent = agreed(office, project)
    shown = rik.page(path)
    assert "Foundry" in shown
    for lang, words in (("nl", "De beslissing"), ("fr", "La décision"), ("en", "The decision")):
        answer = rik.post(path, data={"consent": consent, "kind": "pdf", "language": lang})
        assert "application/pdf" == answer.headers["content-type"]
        pdf, text = read_back(answer.content)
        assert lang == pdf.trailer["/Root"]["/Lang"]
        for word in (words, "Voorbeeld Plastics NV", "Voorraad volstaat nu", "Bel de bank", "Mia Contact"):
            assert word in text
        share = {"nl": "98,5%", "fr": "98,5 %", "en": "98.5%"}[lang]
        assert share in text.replace("\u202f", " ")
    page = rik.post(path, data={"consent": consent, "kind": "html"})
    assert page.headers["content-disposition"].startswith("attachment")
    assert "Voorraad volstaat nu" in page.text
    assert 4 == rik.page(path).count("vingerafdruk")
    assert 403 == sam.get(path).status_code
    assert 403 == sam.post(path, data={"consent": consent}).status_code
    Consents(Projects(office.house.store)).revoke(office.actors["rik"], consent)
    assert "stemde daar niet mee in" in rik.give(path, 422, consent=consent, kind="pdf")


def test_a_narrow_consent_gives_a_narrow_paper(office: Street) -> None:
    rik = office.browser("rik")
    project = project_of(office)
    consent = agreed(office, project, highest=2)
    path = f"/nl/office/projects/{project}/handover"
    page = rik.post(path, data={"consent": consent, "kind": "html"}).text
    _pdf, text = read_back(rik.post(path, data={"consent": consent, "kind": "pdf"}).content)
    for told in (page, text):
        assert "Voorbeeld Plastics NV" in told
        for word in ("Voorraad volstaat", "Bel de bank", "Mia Contact", "De directeur", "Advies op vraag"):
            assert word not in told


@pytest.mark.slow
def test_draws_are_for_who_may_see_commercial_secrets(office: Street) -> None:
    rik = office.browser("rik")
    path = f"/nl/dossiers/{office.dossier}/versions/1/draws.parquet"
    assert 'draws.parquet"' in rik.page(f"/nl/dossiers/{office.dossier}/versions")
    for highest in (3, 4):
        token, _share = office.link("read", highest_class=highest)
        visitor = office.browser()
        visitor.cookies.set("thuishaven-shares", token)
        # A share shows; it does not let take along.
        assert 403 == visitor.get(path).status_code
        assert 403 == visitor.get(f"/api/v1/dossiers/{office.dossier}/draws").status_code
    assert 404 == office.browser("sam").get(path).status_code
    page = rik.get(path)
    assert "application/vnd.apache.parquet" == page.headers["content-type"]
    api = rik.get(f"/api/v1/dossiers/{office.dossier}/draws")
    assert 200 == api.status_code
    one, other = (pd.read_parquet(io.BytesIO(answer.content)) for answer in (page, api))
    assert one.equals(other)
    rik.work_on(office.dossier)
    opened = rik.get("/nl/results/draws.parquet")
    assert one.equals(pd.read_parquet(io.BytesIO(opened.content)))
    assert 4096 == len(one)
    assert {"draw", "unit_tco.today", "unit_tco.home"} <= set(one.columns)


@pytest.mark.slow
def test_projects_stand_side_by_side_from_kept_results(office: Street) -> None:
    rik, sam = office.browser("rik"), office.browser("sam")
    first = project_of(office)
    bare = Projects(office.house.store).open(
        office.actors["rik"], Begun("=HYPERLINK(1)", "@Jansen nv", "BEL"), contact_agreed=True
    )
    shown = rik.page("/nl/office/compare")
    assert "Nog niet doorgerekend" in shown
    assert "Bij dit project ligt geen dossier" in shown
    with_figures = rik.give_from(shown, "/nl/office/compare", work=first)
    assert "Nog niet doorgerekend" not in with_figures
    assert "Het aangeraden plan op elk criterium" in with_figures
    # It is kept with the version: nothing is worked out by looking.
    noted = office.house.dossiers.versions(office.actors["rik"], office.dossier)[0].outcomes
    assert {"advice", "compare"} <= set(noted)
    only = rik.page(f"/nl/office/compare?project={first}&sort=company")
    assert "Jansen" not in only
    # Another organisation sees none of it, also not with the ids in hand.
    assert "Voorbeeld Plastics" not in sam.page(f"/nl/office/compare?project={first}&project={bare}")
    assert "Potten" not in sam.get(f"/nl/office/compare/table.csv?project={first}").text
    table = rik.get("/nl/office/compare/table.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert {"'@Jansen nv", "Voorbeeld Plastics NV"} == {row[0] for row in rows[1:]}
    assert "'=HYPERLINK(1)" in {row[1] for row in rows[1:]}
    book = openpyxl.load_workbook(io.BytesIO(rik.get("/nl/office/compare/table.xlsx").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert "=HYPERLINK(1)" in {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_figures_of_a_project_shared_by_consent_stay_hidden(office: Street) -> None:
    sam = office.browser("sam")
    project = project_of(office)
    agreed(office, project, highest=2)
    rik = office.browser("rik")
    rik.give_from(rik.page("/nl/office/compare"), "/nl/office/compare", work=project)
    seen = sam.page("/nl/office/compare")
    assert "Voorbeeld Plastics NV" in seen
    assert "u mag het niet zien" in seen
    assert "draws" not in seen
    assert "EUR" not in sam.get("/nl/office/compare/table.csv").text.splitlines()[1]


def companies(office: Street, count: int, nace: str, begin: int = 0) -> None:
    projects = Projects(office.house.store)
    for n in range(begin, begin + count):
        begun = Begun(f"Project {n}", f"Firma {n} van {nace}", "BEL", "", nace, "2.1", "BE21")
        projects.open(office.actors["rik"], begun, contact_agreed=True)


@pytest.mark.slow
@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_the_year_tells_no_company_on_page_paper_or_table(office: Street) -> None:
    rik = office.browser("rik")
    path = "/nl/office/yearly"
    assert "geen project en geen signaal" in rik.page(path)
    companies(office, 12, "22.29")
    companies(office, 11, "25.61", 12)
    # One company alone in its sector.
    companies(office, 1, "30.92", 23)
    page = rik.page(path)
    assert "niet voorbij" in page
    files = {kind: rik.post(path, data={"year": "2026", "kind": kind}) for kind in ("pdf", "html", "csv")}
    _pdf, paper = read_back(files["pdf"].content)
    told = (page, paper, files["html"].text, files["csv"].content.decode("utf-8-sig"))
    for text in told:
        assert "24" in text
        assert "Firma" not in text
        assert not [word for word in ("30.92", "Project 3") if word in text]
        # Neither the rules nor what stands behind a hidden number.
        assert not [word for word in ("85 %", "drempel van 5", "threshold", "p_percent") if word in text]
    rows = {tuple(row[:2]): row[2] for row in csv.reader(io.StringIO(told[-1]))}
    sectors = {
        name: value for (table, name), value in rows.items() if table == "Projecten begonnen, per sector"
    }
    assert "1" not in sectors.values()
    assert "" not in [rows[key] for key in rows if key[1] == "Alles samen"]
    for lang, title in (("fr", "Accompagnement en 2026"), ("en", "Guidance in 2026")):
        made = rik.post(path, data={"year": "2026", "kind": "pdf", "language": lang})
        found, text = read_back(made.content)
        assert lang == found.trailer["/Root"]["/Lang"]
        assert title in text
    assert 422 == rik.post(path, data={"year": "2027", "kind": "pdf"}).status_code
    assert 403 == office.browser("an").get(path).status_code
    # The other organisation has a year of its own.
    assert "geen project en geen signaal" in office.browser("sam").page(path)


@pytest.mark.slow
def test_two_exports_that_are_one_company_apart_differ_in_nothing(office: Street) -> None:
    """Who saves what may be told before and after a company came, and subtracts, learns nothing of it."""
    rik, path = office.browser("rik"), "/en/office/yearly"
    companies(office, 9, "22.29")
    companies(office, 8, "25.61", 20)
    asked = {"year": "2026", "kind": "csv", "language": "en"}
    before = rik.post(path, data={**asked, "edition": "new"}).content
    first = rik.page(path)
    assert "Edition 1" in first
    for coming in range(1, 5):
        companies(office, 1, "22.29", 40 + coming)
        assert before == rik.post(path, data=asked).content
        refused = rik.post(path, data={**asked, "edition": "new"})
        assert 422 == refused.status_code
        assert "A new edition would tell nothing" in refused.text
        now = rik.page(path)
        assert "Make a new edition" not in now
        assert numbers(first) == numbers(now)
    companies(office, 1, "22.29", 60)
    assert "Make a new edition" in rik.page(path)
    after = rik.post(path, data={**asked, "edition": "new"}).content
    rows = [dict(told(content)) for content in (before, after)]
    sector = ("Projects begun, by sector", "22")
    assert ["9", "14"] == [row[sector] for row in rows]
    # The first is still there as it was.
    assert before == rik.post(path, data={**asked, "edition": "1"}).content
    assert numbers(first) == numbers(rik.page(f"{path}?edition=1"))
    assert 404 == office.browser("sam").get(f"{path}?edition=1").status_code


def told(content: bytes) -> list[tuple[tuple[str, str], str]]:
    return [((a, b), n) for a, b, n in csv.reader(io.StringIO(content.decode("utf-8-sig")))]


def numbers(page: str) -> list[str]:
    """The numbers in the tables of a page."""
    return re.findall(r"<td[^>]*>([\d., ]+)</td>", page)


@pytest.mark.slow
@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_a_visit_fits_on_one_page(office: Street) -> None:
    rik = office.browser("rik")
    project = project_of(office, "Een project met een lange naam " * 6, "Een bedrijf met een lange naam " * 6)
    rik.give_from(rik.page("/nl/office/compare"), "/nl/office/compare", work=project)
    for n in range(5):
        words = f"{n} Bel over de vergunning en over al het andere dat nog besproken moest worden " * 4
        Tasks(office.house.store).add(office.actors["rik"], project, words, dt.date(2026, 12, 1))
    base = f"/office/projects/{project}/visit"
    assert "Zoek eerst uit" in rik.page(f"/nl{base}")
    for lang, words in (("nl", "Te vragen"), ("fr", "À demander"), ("en", "To ask")):
        pdf, text = read_back(rik.get(f"/{lang}{base}.pdf").content)
        assert 1 == len(pdf.pages)
        assert words in text
    assert 404 == office.browser("sam").get(f"/nl{base}").status_code
    agreed(office, project)
    assert 403 == office.browser("sam").get(f"/nl{base}").status_code


def test_a_visit_holds_what_was_promised_beside_what_became_of_it(office: Street) -> None:
    rik, project = office.actors["rik"], project_of(office)
    projects = Projects(office.house.store)
    projects.advance(rik, project, "first_output", {"first_output": dt.date(2026, 11, 20)})
    follow_ups = FollowUps(projects, office.house.shares)
    follow_ups.ask(rik, project, 12)
    (asked,) = follow_ups.of(rik, project)
    follow_ups.answer(rik, asked.id, {"jobs_fte": 1.5, "jobs_as_of": "2026-11-20"})
    page = office.browser("rik").page(f"/nl/office/projects/{project}/visit")
    table = page[page.index("Beloofd op 20 november 2026") :]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", table[: table.index("</table>")])
    later = ["nog niet gevraagd"] * 2
    assert ["0", "1,5", *later, "98,5%", "opengelaten", *later] == cells[:8]
    assert ["juni 2028", "20 november 2026", "-", "-"] == cells[8:]


def test_a_visit_without_a_dossier_asks_for_the_first_figures(office: Street) -> None:
    rik = office.browser("rik")
    begun = Begun("Potten", "Jansen nv", "BEL")
    project = Projects(office.house.store).open(office.actors["rik"], begun, contact_agreed=True)
    page = rik.page(f"/nl/office/projects/{project}/visit")
    assert "Bij het project ligt nog geen dossier" in page
    assert "Hoeveel stuks per jaar" in page


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)
def test_a_visit_names_public_cases_that_are_alike(office: Street) -> None:
    case = published(office.house.databank.public)
    rik = office.browser("rik")
    projects = Projects(office.house.store)
    name = rik.page(f"/nl/cases/{case}")
    found = re.search(r"<h1[^>]*>\s*(?:<span[^>]*>)?([^<]+)", name)
    assert found
    begun = Begun("Potten", "Jansen nv", "BEL", "", "22.29", "2.0")
    project = projects.open(office.actors["rik"], begun, contact_agreed=True)
    page = rik.page(f"/nl/office/projects/{project}/visit")
    assert f"/nl/cases/{case}" in page
    assert found[1].strip().split(" (")[0] in page
