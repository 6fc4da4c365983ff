"""Whatever a program sends, in any form that the description allows or forbids: never our fault.

``make fuzz`` asks many more questions of the same kinds.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from calling import Caller, calling, example
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.routing import Mount

from thuishaven.web import ServerSettings, create_app
from thuishaven.web.api.described import DOSSIER, component, document

#: How many questions of each kind to each address: each parameter and form is wrong a few times.
QUESTIONS = int(os.environ.get("THUISHAVEN_FUZZ", "8"))
#: Of those that are worked out, which take longest: they need not be many to go through each parameter.
ANSWERED = max(3, QUESTIONS // 4)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: Where any dossier is sent; the others read theirs with the same words, and making one up takes longest.
#: (That any dossier survives each form is tried in the room of dossiers.)
READERS = ("/check",)
#: Parameters as somebody would fill them in who wants an answer.
SENSIBLE: dict[str, dict[str, Any]] = {
    "draws": {"enum": [64]},
    "horizon_years": {"type": "integer", "minimum": 1, "maximum": 20},
    "discount_rate": {"type": "number", "minimum": 0, "maximum": 0.2},
    "as_of": {"enum": ["2024-01-01", "2026-11-21", "2027-12-31"]},
    "set": {"type": "array", "items": {"enum": ["demand.units_per_year=50000"]}, "maxItems": 1},
    "move": {"type": "array", "items": {"enum": ["today.unit_price=8.2"]}, "maxItems": 1},
    "scenario": {"enum": ["freight_crisis"]},
    "figure": {"enum": ["home.P03"]},
}
#: Figures of other rooms.
FIGURES = {"/advice/figure": "worth.home", "/region/figure": "home.fte_net"}


def described() -> dict[str, Any]:
    app = create_app(ServerSettings(database_url="sqlite://"))
    app.state.store.close()
    mounted = next(route for route in app.routes if isinstance(route, Mount) and route.path == "/api/v1")
    return document(mounted.app, "/api/v1")


def with_one_dossier(document: dict[str, Any]) -> dict[str, Any]:
    """The description as if there were one dossier: a good one is sent, or what is none."""
    found = copy.deepcopy(document)
    found["components"]["schemas"][component(DOSSIER)] = {"type": "object", "enum": [example()]}
    return found


def with_sense(document: dict[str, Any]) -> dict[str, Any]:
    """The description for somebody who wants an answer."""
    found = with_one_dossier(document)
    for path, methods in found["paths"].items():
        for operation in methods.values():
            # The token is given with the question.
            operation.pop("security", None)
            content = operation.get("requestBody", {}).get("content", {})
            content.pop("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", None)
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = SENSIBLE.get(parameter["name"], parameter["schema"])
                # Without it more draws are asked for than this server makes.
                parameter["required"] |= parameter["name"] == "draws"
                if parameter["name"] == "figure" and path in FIGURES:
                    parameter["schema"] = {"enum": [FIGURES[path]]}
    return found


DOCUMENT = described()
OPERATIONS = [
    (path, method, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
ADDRESSES = [
    (path, method, mode)
    for path, method, operation in OPERATIONS
    for mode in GenerationMode
    # What takes nothing can't be asked wrongly.
    if mode is GenerationMode.POSITIVE
    or "requestBody" in operation
    or any(given["in"] == "query" for given in operation.get("parameters", ()))
]
#: What works something out of a dossier; one of an organisation, which needs a key, by what a draft takes.
ROOMS = [
    (path, method)
    for path, method, operation in OPERATIONS
    if {"draws", "as_of"} <= {given["name"] for given in operation.get("parameters", ())}
    and not path.startswith("/dossiers")
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("fuzzed"), most_draws=64, most_plans=3) as client:
        yield client


def loaded(api: Caller, document: dict[str, Any]) -> Any:
    found = schemathesis.openapi.from_dict(document)
    found.config.update(base_url=f"{str(api.base_url).rstrip('/')}/api/v1")
    return found


@pytest.fixture(scope="module")
def schema(api: Caller) -> Any:
    return loaded(api, DOCUMENT)


@pytest.fixture(scope="module")
def light(api: Caller) -> Any:
    return loaded(api, with_one_dossier(DOCUMENT))


@pytest.fixture(scope="module")
def sense(api: Caller) -> Any:
    return loaded(api, with_sense(DOCUMENT))


def ask(api: Caller, strategy: Any, path: str, questions: int) -> list[str]:
    """Ask questions of one kind; each answer is as described. Returns what was refused."""
    text = json.dumps(example())
    refused = []

    @settings(
        max_examples=questions,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def asked(case: Any) -> None:
        headers = {}
        if path.startswith("/draft") and "Authorization" not in (case.headers or {}):
            token = api.post("/api/v1/draft", json={"text": text}).json()["token"]
            headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        # Nothing is timed here: a report on a busy machine takes as long as it takes.
        answer = case.call(headers=headers, timeout=120)
        if answer.status_code != 200:
            refused.append(answer.text)
        case.validate_response(answer, checks=CHECKS)

    asked()
    return refused


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "method", "mode"),
    ADDRESSES,
    ids=[f"{method} {path} {mode.value}" for path, method, mode in ADDRESSES],
)
def test_no_question_makes_the_server_fail(
    api: Caller, schema: Any, light: Any, path: str, method: str, mode: GenerationMode
) -> None:
    """Questions that fit the description, and questions that don't."""
    known = schema if path in READERS else light
    ask(api, known[path][method.upper()].as_strategy(generation_mode=mode), path, QUESTIONS)


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), ROOMS, ids=[f"{method} {path}" for path, method in ROOMS])
def test_who_wants_an_answer_gets_one(api: Caller, sense: Any, path: str, method: str) -> None:
    """Whatever the combination of good parameters, with an answer as described."""
    strategy = sense[path][method.upper()].as_strategy(generation_mode=GenerationMode.POSITIVE)
    # A draft is worked out by the same room as a body; a report takes as long as all the others together.
    questions = 1 if path.startswith("/draft") else ANSWERED // 3 if path == "/report" else ANSWERED
    assert [] == ask(api, strategy, path, questions)
