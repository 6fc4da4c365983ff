"""Pages of statistics, releases and literature over HTTP: what they show and save, and say of little."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from org_desk import Browser, Street, street

from casework import ED, pots, published
from databases import Clock, place
from statistics_told import filled
from thuishaven.databank import Database
from thuishaven.databank.literature import Literature, own_list
from thuishaven.databank.releases import Releases, releases_folder
from thuishaven.report.case_statistics import SUBJECTS
from visitors import House


@pytest.fixture(scope="module")
def cases(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """A server with six published cases, a release of them, a seventh case, and the literature."""
    folder = tmp_path_factory.mktemp("statistics")
    with (
        place(engine, folder) as where,
        Database(where, Clock()) as databank,
        street(House(databank), folder) as found,
    ):
        filled(databank.public)
        settings = found.app.state.settings
        releases = Releases(databank.public, releases_folder(settings.databank_place))
        releases.make(ED, "For the yearbook", formats=("sqlite",))
        published(databank.public, pots(organisation__name="Gieterij Noord", move__nace="C24"))
        Literature(databank.public).take_in(ED, own_list(), "the own list")
        yield found


@pytest.fixture
def reader(cases: Street) -> Browser:
    return cases.browser()


def test_every_question_has_a_page_in_three_languages(reader: Browser) -> None:
    titles = set()
    for lang in ("nl", "en", "fr"):
        overview = reader.page(f"/{lang}/cases/statistics")
        for name in SUBJECTS:
            assert f'href="/{lang}/cases/statistics/{name}"' in overview
            page = reader.page(f"/{lang}/cases/statistics/{name}")
            titles.add(re.findall(r"<h1>(.*?)</h1>", page)[0])
            assert f"/{lang}/cases/statistics/{name}.csv" in page
    assert 3 * len(SUBJECTS) == len(titles)
    for path in (
        "/nl/cases/statistics/onzin",
        "/nl/cases/statistics?kind=onzin",
        "/nl/cases/statistics?release=1.1",
    ):
        reader.page(path, 404)


def test_a_release_is_pinned_on_every_page_and_file(reader: Browser) -> None:
    assert "Of 7 cases 3 run in part or whole; reversed: 1, cancelled: 0." in reader.page(
        "/en/cases/statistics"
    )
    page = reader.page("/en/cases/statistics/sector?release=2026.1")
    assert "Most often: Rubber and plastics, in 4 of 6 cases" in page
    (picture,) = re.findall(r'<img class="chart" src="([^"]+)"', page)
    assert "release=2026.1" in picture
    svg = reader.get(picture.replace("&amp;", "&"))
    assert (200, "image/svg+xml") == (svg.status_code, svg.headers["content-type"])
    file = reader.get("/en/cases/statistics/sector.csv?release=2026.1")
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert {("22", "4"), ("14", "2")} == {(row["group"], row["value"]) for row in rows}
    assert "thuishaven-sector-reshoring-2026.1.csv" in file.headers["content-disposition"]
    assert 404 == reader.get("/en/cases/statistics/picture/onzin.svg").status_code


def test_too_few_cases_give_words(reader: Browser) -> None:
    page = reader.page("/nl/cases/statistics/jobs")
    assert "3 praktijkgevallen zeggen dit: te weinig voor een cijfer." in page
    lasting = reader.page("/en/cases/statistics/lasting")
    assert "cases can be followed: too few for a line." in lasting
    assert "<picture>" not in lasting
    assert "No published case of this kind yet" in reader.page("/en/cases/statistics?kind=retention")


def test_a_release_is_read_saved_and_cited(reader: Browser) -> None:
    assert "For the yearbook" in reader.page("/en/cases/releases")
    page = reader.page("/en/cases/releases/2026.1")
    manifest = reader.get("/en/cases/releases/2026.1/manifest.txt").text
    (mark,) = re.findall(r"SHA-256 ([0-9a-f]{64})", page)
    assert f"release 2026.1 [data set]. SHA-256 {mark}" in page
    for path in re.findall(r'href="(/en/cases/releases/2026\.1/[^"]+)"', page):
        answer = reader.get(path)
        assert 200 == answer.status_code, path
        again = reader.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert 304 == again.status_code
    assert "csv/cases.csv" in manifest
    for path in ("2031.1", "2026.1/../../public.sqlite3", "2026.1/..%2f..%2fpublic.sqlite3", "2026.1/onzin"):
        assert 404 == reader.get(f"/en/cases/releases/{path}").status_code


def test_literature_is_found_by_words_and_kind(reader: Browser) -> None:
    everything = reader.page("/nl/cases/literature")
    assert "18 publicaties" in everything
    page = reader.page("/nl/cases/literature?q=krippendorff")
    assert "1 publicatie<" in page
    assert "https://repository.upenn.edu/asc_papers/43" in page
    assert "2 publicaties" in reader.page("/nl/cases/literature?kind=statistics")
    assert "Niets heeft al deze woorden" in reader.page("/nl/cases/literature?q=zzz&kind=onzin&page=x")


def test_similar_cases_stand_beside_the_results(cases: Street) -> None:
    reader = cases.browser()
    reader.post("/en/examples/plantenpot")
    page = reader.page("/en/results")
    assert "4 of them share the sector (rubber and plastics)." in page
    assert re.search(r'href="/en/cases\?sector=22&amp;from=CHN[^"]*"', page)
    assert "What is announced is not yet done." in page


def test_a_fresh_server_shows_no_empty_promises(tmp_path: Path) -> None:
    with (
        place("sqlite", tmp_path) as where,
        Database(where, Clock()) as databank,
        street(House(databank), tmp_path) as found,
    ):
        reader = found.browser()
        for name in ("statistics", "releases", "literature", *(f"statistics/{name}" for name in SUBJECTS)):
            assert "<h1>" in reader.page(f"/fr/cases/{name}")
        reader.post("/en/examples/plantenpot")
        assert 'id="similar"' not in reader.page("/en/results")
