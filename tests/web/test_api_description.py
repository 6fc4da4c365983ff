"""The description is true: every address stands in it and in the docs, every pointer leads somewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from calling import EXAMPLES, ROOT, Caller, calling
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from programs import program
from thuishaven.web.api.problems import KINDS

FIGURES = {
    "/cost/figure": "home.P03",
    "/advice/figure": "weight.cost",
    "/region/figure": "home.fte_net",
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("description")) as client:
        yield client


@pytest.fixture(scope="module")
def document(api: Caller) -> dict[str, Any]:
    found: dict[str, Any] = api.get("/api/v1/openapi.json").json()
    return found


def nodes(tree: Any) -> Iterator[Any]:
    yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from nodes(inner)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def queries(operation: dict[str, Any]) -> list[str]:
    return [given["name"] for given in operation.get("parameters", ()) if given["in"] == "query"]


def test_every_route_of_the_interface_stands_in_it(api: Caller, document: dict[str, Any]) -> None:
    mounted = next(route for route in api.app.routes if isinstance(route, Mount) and route.path == "/api/v1")
    served = {
        (method, route.path)
        for route in iter_route_contexts(mounted.app.routes)
        for method in route.methods or ()
        if route.path != "/openapi.json"
    }
    assert served == {(method, path) for method, path, _ in operations(document)}
    assert ("3.1.0", [{"url": "/api/v1"}]) == (document["openapi"], document["servers"])


def test_every_pointer_leads_somewhere(document: dict[str, Any]) -> None:
    known = document["components"]["schemas"]
    wanted = {
        node["$ref"]
        for node in nodes(document)
        if isinstance(node, dict) and isinstance(node.get("$ref"), str)
    }
    assert {f"#/components/schemas/{name}" for name in known} >= wanted
    for name, schema in known.items():
        assert name
        jsonschema.Draft202012Validator.check_schema(schema)


def test_every_operation_is_told_and_says_what_can_go_wrong(document: dict[str, Any]) -> None:
    tags = {tag["name"] for tag in document["tags"]}
    identities = [operation["operationId"] for _m, _p, operation in operations(document)]
    assert len(identities) == len(set(identities))
    for _method, _path, operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags
        assert "application/problem+json" in operation["responses"]["default"]["content"]


def test_what_is_sent_takes_no_unknown_names(document: dict[str, Any]) -> None:
    for name in ("Dossier1", "Answers1", "DraftContent1"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False


def test_the_examples_are_good(api: Caller, document: dict[str, Any]) -> None:
    checked = 0
    for method, path, operation in operations(document):
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            if "example" not in content or media != "application/json":
                continue
            schema = {**content["schema"], "components": document["components"]}
            jsonschema.validate(content["example"], schema, cls=jsonschema.Draft202012Validator)
            query = "?draws=64" if "draws" in queries(operation) else "?"
            query += f"&figure={FIGURES[path]}" if path in FIGURES else ""
            # The report takes seconds; a dossier is kept for who has a key.
            if path not in {"/report", "/dossiers"}:
                answer = api.request(method, f"/api/v1{path}{query}", json=content["example"])
                assert 200 == answer.status_code, (path, answer.text[:300])
            checked += 1
    assert checked >= 10


def test_every_address_and_parameter_stands_in_the_documentation(document: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "api.md").read_text()
    rows = re.findall(r"^\| `([A-Z]+) (/\S*)` \| ([^|]*) \| ([^|]*) \|", text, re.M)
    expected = {
        (method, path, operation["summary"], ", ".join(f"`{name}`" for name in queries(operation)))
        for method, path, operation in operations(document)
    }
    assert expected == {tuple(part.strip() for part in row) for row in rows}


def test_the_problem_in_the_documentation_is_the_one_that_is_sent(api: Caller) -> None:
    from calling import example

    wrong = example()
    wrong["plans"][0]["sources"][0]["country"] = "XXX"
    told = api.post("/api/v1/check", json=wrong, headers={"Accept-Language": "en"}).json()["problems"]
    text = (ROOT / "docs" / "api.md").read_text()
    shown = json.loads(re.findall(r"```json\n(.*?)```", text, re.S)[0])
    assert shown == api.post("/api/v1/cost", json=wrong, headers={"Accept-Language": "en"}).json()
    assert shown["errors"] == told


def test_every_kind_of_problem_leads_to_its_description(api: Caller) -> None:
    for lang in ("nl", "en", "fr"):
        listed = api.get("/api/v1/problems", headers={"Accept-Language": lang}).json()["problems"]
        assert set(KINDS) == {row["code"] for row in listed}
    for code in KINDS:
        assert [code] == [row["code"] for row in api.get(f"/api/v1/problems/{code}").json()["problems"]]


def test_the_example_of_a_client_runs(
    api: Caller, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    client = program("examples/client.py")
    address = str(api.base_url).rstrip("/")
    client.main(str(EXAMPLES / "plantenpot.yaml"), address)
    told = capsys.readouterr().out
    assert "home_own" in told
    assert "If today's price were 12" in told
    with client.Thuishaven(address) as server:
        found = server.look_up("inflation_cpi", iso3="NLD")
    assert found["answer"]["unit"] == "fraction/yr"
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("thuishaven: 1\nas_of: yesterday\n")
    with pytest.raises(client.Problem, match="line 2 as_of: yesterday is not a date"):
        client.main(str(wrong), address)
