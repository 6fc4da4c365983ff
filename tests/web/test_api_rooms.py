"""Every room over HTTP says what it says in Python, whatever form the dossier comes in, in the same bytes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from calling import EXAMPLES, JSON, XLSX, YAML, Caller, calling, example

import thuishaven as th
from thuishaven.dossier import Settings, build, open_document, plain
from thuishaven.dossier.load import save
from thuishaven.web.guards_files import KINDS

SMALL = "draws=64&seed=7"


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("rooms")) as client:
        yield client


@pytest.fixture(scope="module")
def pot() -> bytes:
    return (EXAMPLES / "plantenpot.yaml").read_bytes()


@pytest.fixture(scope="module")
def schemas(api: Caller) -> dict[str, Any]:
    return {
        name: api.get(f"/api/v1/schemas/{name}").json()
        for name in api.get("/api/v1/schemas").json()["schemas"]
    }


def fits(found: Any, schema: dict[str, Any]) -> Any:
    """The answer, once it is seen to be what its schema says, and to hold no name that the schema lacks."""
    jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
    assert not set(found) - set(schema["properties"])
    return found


@pytest.fixture(scope="module")
def small() -> Settings:
    return Settings(draws=64, seed=7)


def test_cost_is_that_of_the_room(api: Caller, pot: bytes, schemas: dict[str, Any], small: Settings) -> None:
    answer = api.post(f"/api/v1/cost?{SMALL}", content=pot, headers=YAML)
    expected = th.cost.assess(th.load(EXAMPLES / "plantenpot.yaml"), settings=small).to_dict()
    assert expected == fits(answer.json(), schemas["cost-1"])


def test_a_what_if_is_that_of_the_terminal(api: Caller, pot: bytes) -> None:
    from thuishaven.dossier.setting import apply_settings

    change = "demand.units_per_year=50000"
    found = api.post(f"/api/v1/cost?{SMALL}&sensitivity=false&set={change}", content=pot, headers=YAML).json()
    tree = apply_settings(open_document(EXAMPLES / "plantenpot.yaml").tree, [change])
    settings = Settings(draws=64, seed=7, sensitivity=False)
    assert th.cost.assess(build(tree), settings=settings).to_dict() == found


def test_every_form_of_a_dossier_gives_the_same_answer(api: Caller, pot: bytes, tmp_path: Path) -> None:
    document = open_document(EXAMPLES / "plantenpot.yaml")
    bodies = [(pot, YAML)]
    for end, kind in (("json", JSON), ("xlsx", XLSX)):
        save(document, tmp_path / f"pot.{end}")
        bodies.append(((tmp_path / f"pot.{end}").read_bytes(), kind))
    found = [
        api.post(f"/api/v1/cost?{SMALL}&sensitivity=false", content=content, headers=kind)
        for content, kind in [*bodies, (pot, {"Content-Type": "application/octet-stream"}), (pot, {})]
    ]
    assert [200] * 5 == [answer.status_code for answer in found]
    assert 1 == len({answer.content for answer in found})


def test_escaped_letters_of_json_are_letters(api: Caller) -> None:
    told = example()
    told["product"]["name"] = "Pot 🌱 ß"
    escaped = json.dumps(told, ensure_ascii=True)
    back = api.post("/api/v1/convert?to=json", content=escaped, headers=JSON)
    assert "Pot 🌱 ß" == back.json()["product"]["name"]


def test_the_same_question_gives_the_same_bytes_and_tag(api: Caller, pot: bytes) -> None:
    first, second = (
        api.post(f"/api/v1/cost?{SMALL}&sensitivity=false", content=pot, headers=YAML) for _ in range(2)
    )
    assert (first.content, first.headers["etag"]) == (second.content, second.headers["etag"])
    other = api.post("/api/v1/cost?draws=64&seed=8&sensitivity=false", content=pot, headers=YAML)
    assert first.headers["etag"] != other.headers["etag"]


def test_a_figure_is_explained(api: Caller, pot: bytes, schemas: dict[str, Any], small: Settings) -> None:
    found = api.post(f"/api/v1/cost/figure?{SMALL}&figure=home_own.P03", content=pot, headers=YAML).json()
    result = th.cost.assess(th.load(EXAMPLES / "plantenpot.yaml"), settings=small)
    assert result.explain("home_own.P03").to_dict() == fits(found, schemas["figure-1"])


def test_a_slider_moves_as_in_the_room(
    api: Caller, pot: bytes, schemas: dict[str, Any], small: Settings
) -> None:
    slider = th.cost.Slider(th.load(EXAMPLES / "plantenpot.yaml"), settings=small)
    listed = api.post(f"/api/v1/cost/inputs?{SMALL}", content=pot, headers=YAML).json()
    assert [handle.id for handle in slider.handles()] == [
        row["id"] for row in fits(listed, schemas["inputs-1"])["inputs"]
    ]
    moves = "move=today.unit_price=8.2&move=demand.growth=0.01"
    found = api.post(f"/api/v1/cost/slider?{SMALL}&{moves}", content=pot, headers=YAML).json()
    then = slider.move({"today.unit_price": 8.2, "demand.growth": 0.01})
    expected = [
        plain({"id": name, **cost.to_dict(), "now": slider.now()[name].to_dict()})
        for name, cost in then.items()
    ]
    assert expected == fits(found, schemas["slider-1"])["plans"]


@pytest.mark.slow
def test_explore_is_that_of_the_room(api: Caller, schemas: dict[str, Any], small: Settings) -> None:
    content = json.dumps(example())
    found = api.post(f"/api/v1/explore?{SMALL}", content=content, headers=JSON).json()
    expected = th.alternatives.explore(build(example()), settings=small).to_dict()
    assert expected == fits(found, schemas["explore-1"])
    best = api.post(f"/api/v1/explore?{SMALL}&top=3", content=content, headers=JSON).json()
    assert expected["options"][:3] == best["options"]


def test_advice_is_that_of_the_room(api: Caller, schemas: dict[str, Any], small: Settings) -> None:
    from thuishaven import advice

    found = api.post(f"/api/v1/advice?{SMALL}&role=region", json=example()).json()
    result = advice.assess(build(example()), settings=small, role="region")
    assert result.to_dict() == fits(found, schemas["advice-1"])
    figure = f"worth.{result.leading}"
    followed = api.post(f"/api/v1/advice/figure?{SMALL}&role=region&figure={figure}", json=example()).json()
    assert plain(result.explain(figure).to_dict()) == followed
    jsonschema.validate(followed, schemas["followed-1"])


def test_the_region_is_that_of_the_room(api: Caller, schemas: dict[str, Any], small: Settings) -> None:
    from thuishaven import region

    found = api.post(f"/api/v1/region?{SMALL}", json=example()).json()
    result = region.assess(build(example()), settings=small)
    assert result.to_dict() == fits(found, schemas["region-1"])
    followed = api.post(f"/api/v1/region/figure?{SMALL}&figure=home.fte_net", json=example()).json()
    assert plain(result.explain("home.fte_net")) == followed
    jsonschema.validate(followed, schemas["followed-1"])
    wrong = api.post(f"/api/v1/region/figure?{SMALL}&figure=home.smiles", json=example()).json()
    assert "unknown_figure" == wrong["code"]


@pytest.mark.parametrize(
    ("kind", "start"),
    [
        pytest.param("html", b"<!doctype html", marks=pytest.mark.slow),
        pytest.param("pdf", b"%PDF-", marks=pytest.mark.slow),
        pytest.param("xlsx", b"PK", marks=pytest.mark.slow),
        ("json", b"{"),
    ],
)
def test_a_report_is_a_file_to_save(api: Caller, kind: str, start: bytes) -> None:
    found = api.post(f"/api/v1/report?{SMALL}&to={kind}&lang=fr", json=example())
    assert start == found.content[: len(start)].lower() or start == found.content[: len(start)]
    name = f"attachment; filename=\"Exemple.{kind}\"; filename*=UTF-8''Exemple.{kind}"
    assert (name, KINDS[kind]) == (found.headers["content-disposition"], found.headers["content-type"])


def test_a_scan_is_that_of_the_room(api: Caller, schemas: dict[str, Any], small: Settings) -> None:
    told = {"answers": {"G1": "supplier", "C1": 4, "Q1": 3}, "order": ["C", "Q", "T"]}
    found = api.post(f"/api/v1/scan?{SMALL}", json=told)
    assert th.scan.assess(told, small).to_dict() == fits(found.json(), schemas["scan-1"])
    text = "answers: {G1: supplier, C1: 4, Q1: 3}\norder: [C, Q, T]\n"
    assert found.content == api.post(f"/api/v1/scan?{SMALL}", content=text, headers=YAML).content
    within = {"thuishaven": 1, "scan": told}
    assert found.content == api.post(f"/api/v1/scan?{SMALL}", json=within).content


def test_a_batch_is_that_of_the_room(api: Caller, schemas: dict[str, Any], small: Settings) -> None:
    folder = EXAMPLES / "batch"
    names = {"dossier": "pattern.yaml", "parts": "parts.csv", "investments": "investments.csv"}
    files = {name: (f"../{file}", (folder / file).read_bytes()) for name, file in names.items()}
    found = api.post(f"/api/v1/batch?{SMALL}", files=files)
    pattern = th.load(folder / "pattern.yaml")
    told = th.dossier.read_batch(folder / "parts.csv", pattern, None, folder / "investments.csv")
    expected = th.alternatives.assess_batch(told, settings=small).to_dict()
    assert expected == fits(found.json(), schemas["batch-1"])


def test_a_good_dossier_is_found_good(api: Caller, pot: bytes, schemas: dict[str, Any]) -> None:
    found = fits(api.post("/api/v1/check", content=pot, headers=YAML).json(), schemas["check-1"])
    plans = [plan.id for plan in th.load(EXAMPLES / "plantenpot.yaml").plans]
    assert {"schema": "thuishaven.check/1", "valid": True, "problems": [], "plans": plans} == found


def test_a_dossier_is_converted_there_and_back(api: Caller, pot: bytes) -> None:
    as_yaml = api.post("/api/v1/convert?to=yaml", content=pot, headers=YAML)
    assert pot == as_yaml.content
    as_xlsx = api.post("/api/v1/convert?to=xlsx&lang=fr", content=pot, headers=YAML)
    assert "filename*=UTF-8''Pot%20de%20fleurs" in as_xlsx.headers["content-disposition"]
    back = api.post("/api/v1/convert?to=yaml", content=as_xlsx.content, headers=XLSX)
    assert pot == back.content


def test_what_is_read_only_is_kept_by_its_tag(api: Caller, schemas: dict[str, Any]) -> None:
    for path, name in (
        ("/", "index-1"),
        ("/schemas", "schemas-1"),
        ("/problems", "problems-1"),
        ("/families", "families-1"),
        ("/facts", "parameters-1"),
        ("/facts/inflation_cpi?key=iso3=NLD", "fact-1"),
        ("/facts/inflation_cpi", "fact-1"),
        ("/sources?words=eurostat", "sources-1"),
    ):
        first = api.get(f"/api/v1{path}")
        fits(first.json(), schemas[name])
        held = {"If-None-Match": f'"other", W/{first.headers["etag"]}'}
        again = api.get(f"/api/v1{path}", headers=held)
        assert (304, b"", first.headers["etag"]) == (again.status_code, again.content, again.headers["etag"])


def test_facts_are_those_of_the_room(api: Caller, schemas: dict[str, Any]) -> None:
    known = th.facts.bundled()
    found = api.get("/api/v1/facts/inflation_cpi?key=iso3=NLD&on=2026-01-01").json()["answer"]
    expected = known.get("inflation_cpi", on=dt.date(2026, 1, 1), iso3="NLD")
    assert (expected.fact.id, expected.value) == (
        found["record"]["id"],
        pytest.approx(found["value"], rel=1e-11),
    )
    record = api.get("/api/v1/facts/record", params={"id": expected.fact.id}).json()
    assert found["record"] == fits(record, schemas["record-1"])
    source = api.get(f"/api/v1/sources/{expected.fact.source_id}").json()["sources"]
    assert [expected.fact.source_id] == [row["source_id"] for row in source]


def test_a_starter_dossier_can_be_assessed_as_it_stands(api: Caller) -> None:
    name = api.get("/api/v1/families").json()["families"][0]
    for kind, media in (("yaml", YAML), ("json", JSON), ("xlsx", XLSX)):
        text = api.get(f"/api/v1/families/{name}?to={kind}&lang=fr")
        found = api.post("/api/v1/check", content=text.content, headers=media).json()
        assert found["valid"], found


def test_options_and_head_say_what_get_would(api: Caller) -> None:
    whole, head = api.get("/api/v1/families"), api.head("/api/v1/families")
    assert (b"", whole.headers["content-length"]) == (head.content, head.headers["content-length"])
    assert whole.headers["etag"] == head.headers["etag"]
    told = api.options("/api/v1/draft")
    assert (204, "GET, HEAD, POST, PUT, DELETE, OPTIONS") == (told.status_code, told.headers["allow"])
    assert 404 == api.options("/api/v1/nowhere").status_code
    assert 405 == api.delete("/api/v1/cost").status_code
