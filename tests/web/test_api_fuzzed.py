"""Whatever a program sends, in any form that the description allows or forbids: never our fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from calling import EXAMPLES, Caller, calling, example
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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
from thuishaven.web.api.described import document

#: How many questions of each kind to each address: each parameter and form is wrong a few times.
QUESTIONS = 8
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def described() -> dict[str, Any]:
    app = create_app(ServerSettings(database_url="sqlite://"))
    app.state.store.close()
    mounted = next(route for route in app.routes if isinstance(route, Mount) and route.path == "/api/v1")
    return document(mounted.app, "/api/v1")


DOCUMENT = described()
ADDRESSES = [
    (path, method, mode)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    for mode in GenerationMode
    # What takes nothing can't be asked wrongly.
    if mode is GenerationMode.POSITIVE
    or "requestBody" in operation
    or any(given["in"] == "query" for given in operation.get("parameters", ()))
]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    with calling(tmp_path_factory.mktemp("fuzzed"), most_draws=64, most_plans=3) as client:
        yield client


@pytest.fixture(scope="module")
def schema(api: Caller) -> Any:
    address = f"{str(api.base_url).rstrip('/')}/api/v1"
    found = schemathesis.openapi.from_dict(DOCUMENT)
    found.config.update(base_url=address)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "method", "mode"),
    ADDRESSES,
    ids=[f"{method} {path} {mode.value}" for path, method, mode in ADDRESSES],
)
def test_no_question_makes_the_server_fail(
    api: Caller, schema: Any, path: str, method: str, mode: GenerationMode
) -> None:
    """Questions that fit the description, and questions that don't."""
    text = (EXAMPLES / "plantenpot.yaml").read_text()

    @settings(
        max_examples=QUESTIONS,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=schema[path][method.upper()].as_strategy(generation_mode=mode), good=st.booleans())
    def asked(case: Any, good: bool) -> None:
        headers = {}
        if good and case.media_type == "application/json":
            # A dossier that is worked out, under whatever parameters.
            case.body = example()
        if path.startswith("/draft") and "Authorization" not in (case.headers or {}):
            token = api.post("/api/v1/draft", json={"text": text}).json()["token"]
            headers = {"Authorization": f"Bearer {token}", "If-Match": "*"}
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    asked()
