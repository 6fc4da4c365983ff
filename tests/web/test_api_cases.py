"""Cases over HTTP: found, read with their claims, pinned to a release, and never more than is published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from calling import Caller, calling

from casework import AN, ED, PRESS, pots, published
from databases import Clock
from statistics_told import filled
from thuishaven.access import Store
from thuishaven.databank.cases import Cases, Statement, fields
from thuishaven.databank.literature import Literature, own_list
from thuishaven.databank.releases import Releases, releases_folder
from thuishaven.web.api.cases import StatisticsAsked

V1 = "/api/v1"


@pytest.fixture(scope="module")
def api(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """Six cases in a release; then one is withdrawn, one has a second version, and one is not published."""
    with calling(tmp_path_factory.mktemp("api-cases"), engine) as client:
        store: Store = client.app.state.rooms.database.public
        store.clock = Clock()
        made = filled(store)
        releases = Releases(store, releases_folder(client.app.state.settings.databank_place))
        releases.make(ED, "ready", formats=())
        cases = Cases(store)
        cases.withdraw(ED, made[5], "asked for by the company")
        cases.propose(AN, pots(organisation__name="Zwijgbv"))
        Literature(store).take_in(ED, own_list(), "the own list")
        client.made = made  # type: ignore[attr-defined]
        yield client


def got(api: Caller, path: str, status: int = 200) -> Any:
    answer = api.get(V1 + path)
    assert status == answer.status_code, answer.text[:300]
    return answer.json()


def test_cases_are_found_with_exact_counts(api: Caller) -> None:
    found = got(api, "/cases?sector=22&from=POL&size=1")
    assert (2, 1, None) == (found["total"], len(found["cases"]), found["release"])
    assert {"value": "CHN", "cases": 2} in found["facets"]["from"]
    assert 5 == got(api, "/cases")["total"]
    assert 0 == got(api, "/cases?text=zwijgbv")["total"]


def test_a_question_is_pinned_to_a_release(api: Caller) -> None:
    pinned = got(api, "/cases?release=latest")
    assert (6, "2026.1") == (pinned["total"], pinned["release"])
    assert (6, 5) == tuple(got(api, f"/cases/statistics{query}")["n"] for query in ("?release=2026.1", ""))
    gone = api.made[5]  # type: ignore[attr-defined]
    assert "withdrawn" == got(api, f"/cases/{gone}")["publication"]
    assert 404 == api.get(f"{V1}/cases?release=2031.1").status_code
    problem = got(api, "/cases/statistics?release=2031.1", 404)
    assert "no_such" == problem["code"]


def test_a_case_is_read_by_id_or_number_with_claims_and_sources(api: Caller) -> None:
    first = api.made[0]  # type: ignore[attr-defined]
    case = got(api, f"/cases/{first}")
    number = case["number"]
    assert case == got(api, f"/cases/{number}")
    assert ["announced", "implemented", "reversed"] == [line["state"] for line in case["status"]]
    known = {claim["id"] for claim in case["claims"]}
    sources = {source["id"] for source in case["sources"]}
    for value in (*case["values"], *case["lists"]):
        assert value["claim"] in known
        assert value["source"] in sources
    assert not {"note", "coder", "cycle"} & set(case["claims"][0])
    assert "announced" == got(api, f"/cases/{first}?about=2012")["status"][-1]["state"]
    got(api, f"/cases/{first}?known_on=2020-01-01", 404)
    got(api, f"/cases/{first}?version=7", 404)
    got(api, "/cases/999999", 404)


def test_what_is_not_published_is_not_there(api: Caller) -> None:
    store = api.app.state.rooms.database.public
    hidden, _total = Cases(store).work(ED, "signal")
    got(api, f"/cases/{hidden[0].id}", 404)
    got(api, f"/cases/{hidden[0].number}", 404)
    assert "Zwijgbv" not in "".join(api.get(f"{V1}{path}").text for path in ("/cases", "/cases/statistics"))


def test_the_same_question_has_the_same_tag(api: Caller) -> None:
    for path in ("/cases?text=pots", "/cases/statistics", "/releases", "/releases/2026.1", "/literature"):
        answer = api.get(V1 + path)
        again = api.get(V1 + path, headers={"If-None-Match": answer.headers["etag"]})
        assert (304, "public, max-age=60") == (again.status_code, answer.headers["cache-control"])


def test_files_of_a_release_are_what_their_hash_says(api: Caller) -> None:
    (line,) = got(api, "/releases")["releases"]
    found = got(api, f"/releases/{line['version']}")
    assert (6, line["hash"]) == (found["cases"], found["hash"])
    for path, digest in found["manifest"].items():
        answer = api.get(f"{V1}/releases/latest/file", params={"path": path})
        assert digest == hashlib.sha256(answer.content).hexdigest(), path
    assert set(found["manifest"]) <= {one["path"] for one in found["files"]}
    for path in ("../public.sqlite3", "/etc/passwd", "onzin", ""):
        got(api, f"/releases/2026.1/file?path={path}", 404)


def test_publications_are_found(api: Caller) -> None:
    assert 18 == got(api, "/literature")["total"]
    (one,) = got(api, "/literature?text=krippendorff&kind=method")["literature"]
    assert "https://repository.upenn.edu/asc_papers/43" == one["url"]


def test_what_is_asked_wrongly_is_told(api: Caller) -> None:
    for path in ("/cases?colour=red", "/cases?page=0", "/cases?sort=beauty", "/cases/statistics?kind=poem"):
        assert "wrong_request" == got(api, path, 422)["code"]
    assert "cannot" == got(api, "/cases?page=9000&size=100", 422)["code"]


def test_the_kinds_that_can_be_asked_for_are_those_of_the_codebook() -> None:
    kind = StatisticsAsked.model_fields["kind"].annotation
    assert set(fields()["case.case_type"].codes) == set(get_args(kind))


def test_a_new_version_is_shown_now_and_the_old_one_in_its_release(api: Caller) -> None:
    store = api.app.state.rooms.database.public
    first = api.made[1]  # type: ignore[attr-defined]
    before = got(api, f"/cases/{first}?release=2026.1")
    cases = Cases(store)
    news = Statement("distress", "wound up", PRESS, as_of="2020")
    cases.revise(ED, first, [news, *pots(PRESS, organisation__name="Bromfiets nv")], "new evidence")
    # Taken up again: what was published stays until the next version.
    assert (before["version"], 1) == (got(api, f"/cases/{first}")["version"], before["version"])
    assert published(store, pots(organisation__name="Houtzagerij Oost"))
    assert before == got(api, f"/cases/{first}?release=2026.1")
