"""Drafts over HTTP: a token, a version for every change, results that are read and never stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from calling import EXAMPLES, Caller, calling, example


@pytest.fixture(scope="module")
def api(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("drafts"), engine) as client:
        yield client


def started(api: Caller, **content: Any) -> tuple[dict[str, str], dict[str, Any]]:
    answer = api.post("/api/v1/draft", json=content) if content else api.post("/api/v1/draft")
    assert (201, "/api/v1/draft") == (answer.status_code, answer.headers["location"])
    token = answer.json()["token"]
    return {"Authorization": f"Bearer {token}"}, answer.json()


def test_a_draft_is_started_read_changed_and_deleted(api: Caller) -> None:
    mine, first = started(api)
    assert ("", {}, 1) == (first["text"], first["answers"], first["version"])
    changed = api.put("/api/v1/draft", json={"text": "a: 1"}, headers={**mine, "If-Match": '"1"'})
    assert ("a: 1", 2, '"2"') == (changed.json()["text"], changed.json()["version"], changed.headers["etag"])
    read = api.get("/api/v1/draft", headers=mine)
    assert changed.json() == read.json()
    assert "token" not in read.json()
    held = api.get("/api/v1/draft", headers={**mine, "If-None-Match": '"2"'})
    assert (304, b"") == (held.status_code, held.content)
    assert 204 == api.delete("/api/v1/draft", headers=mine).status_code
    assert "no_draft" == api.get("/api/v1/draft", headers=mine).json()["code"]


def test_a_change_names_the_version_it_started_from(api: Caller) -> None:
    mine, _ = started(api, text="a: 1")
    without = api.put("/api/v1/draft", json={"text": "a: 2"}, headers=mine)
    assert (428, "version_missing") == (without.status_code, without.json()["code"])
    assert (
        200
        == api.put("/api/v1/draft", json={"text": "a: 2"}, headers={**mine, "If-Match": '"1"'}).status_code
    )
    late = api.put("/api/v1/draft", json={"text": "a: 3"}, headers={**mine, "If-Match": '"1"'})
    assert (412, "draft_conflict", '"2"') == (late.status_code, late.json()["code"], late.headers["etag"])
    for odd in ("2²", "x", '"99999999999999999999"'):
        answer = api.put("/api/v1/draft", json={"text": "x"}, headers={**mine, "If-Match": odd.encode()})
        assert 412 == answer.status_code
    whatever = api.put("/api/v1/draft", json={"text": "a: 3"}, headers={**mine, "If-Match": "*"})
    assert "a: 3" == whatever.json()["text"]


def test_steps_are_undone_and_done_again(api: Caller) -> None:
    mine, _ = started(api, text="a: 1", answers={"answers": {"C1": 2}})
    api.put("/api/v1/draft", json={"text": "a: 2"}, headers={**mine, "If-Match": "*"})
    back = api.post("/api/v1/draft/undo", headers={**mine, "If-Match": '"2"'}).json()
    assert ("a: 1", 0, 1, {"answers": {"C1": 2}}) == (
        back["text"],
        back["undoable"],
        back["redoable"],
        back["answers"],
    )
    assert "a: 2" == api.post("/api/v1/draft/redo", headers={**mine, "If-Match": '"3"'}).json()["text"]
    assert 428 == api.post("/api/v1/draft/undo", headers=mine).status_code


def test_only_the_token_opens_a_draft(api: Caller) -> None:
    mine, _ = started(api, text="secret")
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer"}):
        answer = api.get("/api/v1/draft", headers=headers)
        assert (401, "no_token", "Bearer") == (
            answer.status_code,
            answer.json()["code"],
            answer.headers["www-authenticate"],
        )
    for token in ("x", mine["Authorization"].removeprefix("Bearer ") + "x"):
        for method, path in (("GET", ""), ("GET", "/cost"), ("DELETE", ""), ("POST", "/undo"), ("PUT", "")):
            headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
            body = {"json": {"text": "x"}} if method == "PUT" else {}
            answer = api.request(method, f"/api/v1/draft{path}", headers=headers, **body)
            assert 404 == answer.status_code
            assert "secret" not in answer.text
    assert "secret" == api.get("/api/v1/draft", headers=mine).json()["text"]


def test_a_cookie_of_the_pages_is_no_token(api: Caller) -> None:
    mine, _ = started(api)
    token = mine["Authorization"].removeprefix("Bearer ")
    answer = api.get("/api/v1/draft", headers={"Cookie": f"thuishaven-draft={token}; __Host-draft={token}"})
    assert 401 == answer.status_code


def test_results_of_a_draft_are_those_of_its_dossier(api: Caller) -> None:
    text = (EXAMPLES / "plantenpot.yaml").read_text()
    mine, _ = started(api, text=text, answers={"answers": {"G1": "supplier", "C1": 4}})
    query = "draws=64&sensitivity=false"
    read = api.get(f"/api/v1/draft/cost?{query}", headers=mine)
    sent = api.post(f"/api/v1/cost?{query}", content=text, headers={"Content-Type": "application/yaml"})
    assert sent.content == read.content
    held = {**mine, "If-None-Match": read.headers["etag"]}
    assert 304 == api.get(f"/api/v1/draft/cost?{query}", headers=held).status_code
    fewer = {"text": text.replace("mode: 100000", "mode: 90000")}
    api.put("/api/v1/draft", json=fewer, headers={**mine, "If-Match": "*"})
    changed = api.get(f"/api/v1/draft/cost?{query}", headers=held)
    assert (200, False) == (changed.status_code, changed.content == read.content)
    found = api.get("/api/v1/draft/scan?draws=64", headers=mine).json()
    assert {"G1": "supplier"}.items() <= found["answers"]["answers"].items()
    explored = api.get("/api/v1/draft/explore?draws=64&top=2", headers=mine).json()
    assert 2 == len(explored["options"])


def test_what_a_draft_lacks_is_said(api: Caller) -> None:
    mine, _ = started(api)
    assert (409, "empty_draft") == (
        (answer := api.get("/api/v1/draft/cost", headers=mine)).status_code,
        answer.json()["code"],
    )
    api.put("/api/v1/draft", json={"text": "thuishaven: 1\n"}, headers={**mine, "If-Match": "*"})
    answer = api.get("/api/v1/draft/cost", headers=mine)
    assert (422, "wrong_dossier") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b'{"text": 3}', "text"),
        (b'{"answers": [1]}', "answers"),
        (b'{"text": "", "colour": "red"}', "colour"),
        (b"[1]", None),
        (b"{", None),
    ],
)
def test_a_wrong_body_is_named(api: Caller, content: bytes, field: str | None) -> None:
    answer = api.post("/api/v1/draft", content=content, headers={"Content-Type": "application/json"})
    told = answer.json()
    assert (422, field) == (answer.status_code, told["errors"][0]["field"])
    assert told["errors"][0]["message"]


def test_a_date_in_the_answers_is_kept_as_text(api: Caller) -> None:
    body = b"answers: {about: {name: x}, order: [C], since: 2026-01-01}\n"
    answer = api.post("/api/v1/draft", content=body, headers={"Content-Type": "application/yaml"})
    assert "2026-01-01" == answer.json()["answers"]["since"]


def test_there_is_an_end_to_the_room_for_drafts(tmp_path: Any) -> None:
    with calling(tmp_path, most_drafts=1) as api:
        assert 201 == api.post("/api/v1/draft", json={"text": str(example()["thuishaven"])}).status_code
        full = api.post("/api/v1/draft")
        assert (503, "store_full") == (full.status_code, full.json()["code"])
        assert int(full.headers["retry-after"]) > 0
