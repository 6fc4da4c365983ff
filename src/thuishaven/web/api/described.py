"""The interface described: the OpenAPI 3.1 document, and the schemas that it and ``/schemas`` share."""

from __future__ import annotations

import json
import re
from functools import cache
from http import HTTPStatus
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from thuishaven.web.api.answers import SHARED, answer, written
from thuishaven.web.api.results import MODELS

ABOUT = """The rooms of Thuishaven for programs. A dossier is the body, as JSON, YAML or XLSX; everything else
stands in the address. The same question gets the same bytes, with an ETag.

An answer holds codes and figures. What is wrong comes as application/problem+json in the language of
Accept-Language (nl, en, fr), with the field, what was expected and an example."""
TAGS = [
    {"name": "scan", "description": "Which strategies look promising?"},
    {"name": "dossier", "description": "What does the company tell?"},
    {"name": "cost", "description": "What does each plan really cost?"},
    {"name": "alternatives", "description": "What else could be done?"},
    {"name": "advice", "description": "So what should we do, and what should we find out first?"},
    {"name": "region", "description": "What does it do for work here?"},
    {"name": "report", "description": "How do we tell it?"},
    {"name": "facts", "description": "What is known about the world, from whom, from when?"},
    {"name": "draft", "description": "Work that is kept for a day, for whoever holds the token."},
    {"name": "cases", "description": "What did others do, and what became of it?"},
    {"name": "dossiers", "description": "Dossiers of an organisation, for who may see them."},
    {"name": "description", "description": "What is here, and what can go wrong?"},
]
DOSSIER, ANSWERS, CONTENT = "dossier-1", "answers-1", "draft-content-1"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROBLEM = "application/problem+json"
_NAME = re.compile(r"[^A-Za-z0-9]+")


def names() -> list[str]:
    """The names of all schemas, of what is sent first."""
    return [DOSSIER, ANSWERS, CONTENT, *MODELS]


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema by name: JSON Schema 2020-12.

    Raises
    ------
    KeyError
        When there is none of that name.
    """
    if name == DOSSIER:
        from thuishaven.dossier import json_schema

        return json_schema()
    if name == ANSWERS:
        return _answers()
    if name == CONTENT:
        from thuishaven.web.api.drafting import DraftContent

        found = DraftContent.model_json_schema()
    else:
        found = MODELS[name].model_json_schema(by_alias=True, mode="serialization")
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, "$id": f"urn:thuishaven:{name.replace('-', ':')}", **found}


def _answers() -> dict[str, Any]:
    """The schema of the answers to the scan, from its own tables."""
    from thuishaven.scan import UNKNOWN, criteria, gates, questions

    codes = {name: asked.codes for name, asked in gates().items()}
    codes |= {name: asked.codes for name, asked in questions().items()}
    choices = {name: {"enum": [*words, UNKNOWN, *range(1, len(words) + 1)]} for name, words in codes.items()}
    rank = {"type": "array", "items": {"enum": list(criteria())}}
    weights = {name: {"type": "number", "minimum": 0} for name in criteria()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:thuishaven:answers:1",
        "title": "Answers to the scan",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "answers": {"type": "object", "additionalProperties": False, "properties": choices},
            "order": {**rank, "description": "Criteria, the most important first."},
            "weights": {
                "type": "object",
                "additionalProperties": False,
                "required": list(weights),
                "properties": weights,
            },
            "about": {"type": "object", "description": "What is told about the product."},
        },
    }


def component(name: str) -> str:
    """The name of a schema in the OpenAPI document.

    >>> component("cost-1"), component("draft-content-1")
    ('Cost1', 'DraftContent1')
    """
    return "".join(part.capitalize() for part in _NAME.split(name))


def ref(name: str) -> dict[str, str]:
    """A pointer to a schema in the OpenAPI document."""
    return {"$ref": f"#/components/schemas/{component(name)}"}


def takes(name: str) -> dict[str, Any]:
    """The body of a request: JSON or YAML of a schema, a dossier also as a spreadsheet."""
    example = _example(name)
    content: dict[str, Any] = {
        "application/json": {"schema": ref(name)},
        "application/yaml": {"schema": ref(name)},
    }
    if example is not None:
        content["application/json"]["example"] = example
        content["application/yaml"]["example"] = example
    if name == DOSSIER:
        content[_XLSX] = {"schema": {"type": "string", "format": "binary"}}
    return {"requestBody": {"required": name != CONTENT, "content": content}}


def gives(name: str, status: HTTPStatus | int = HTTPStatus.OK) -> dict[int | str, dict[str, Any]]:
    """The answers of a route: JSON of a schema, "not modified", or a problem."""
    return {
        int(status): {
            "description": str((MODELS[name].__doc__ or "").strip()),
            "headers": {"ETag": {"description": "Fingerprint of the answer.", "schema": {"type": "string"}}},
            "content": {"application/json": {"schema": ref(name)}},
        },
        **_otherwise(),
    }


def gives_files(*kinds: str, schema: str | None = DOSSIER) -> dict[int | str, dict[str, Any]]:
    """The answers of a route that gives a file; ``schema`` is that of the file in JSON."""
    from thuishaven.web.guards_files import KINDS

    binary = {"type": "string", "format": "binary"}
    as_json = {"type": "object"} if schema is None else ref(schema)
    shapes = {"json": as_json, "yaml": {"type": "object"}}
    content = {KINDS[kind]: {"schema": shapes.get(kind, binary)} for kind in kinds}
    return {int(HTTPStatus.OK): {"description": "The file.", "content": content}, **_otherwise()}


def gives_schema() -> dict[int | str, dict[str, Any]]:
    """The answers of the route that gives a schema."""
    content = {"application/schema+json": {"schema": {"type": "object"}}}
    return {int(HTTPStatus.OK): {"description": "A JSON Schema.", "content": content}, **_otherwise()}


def gives_nothing() -> dict[int | str, dict[str, Any]]:
    """The answers of a route that has nothing to say when it is done."""
    return {int(HTTPStatus.NO_CONTENT): {"description": "Done."}, **_otherwise()}


def _otherwise() -> dict[int | str, dict[str, Any]]:
    problem = {"content": {_PROBLEM: {"schema": ref("problem-1")}}}
    return {
        int(HTTPStatus.NOT_MODIFIED): {"description": "What you hold is still so (If-None-Match)."},
        int(HTTPStatus.UNPROCESSABLE_ENTITY): {
            "description": "Something in the question is wrong.",
            **problem,
        },
        "default": {"description": "A problem; its code says which.", **problem},
    }


def _example(name: str) -> Any:
    from thuishaven.dossier import yaml

    file = {DOSSIER: "dossier.yaml", ANSWERS: "answers.yaml"}.get(name)
    if file is None:
        return None
    text = resources.files("thuishaven.web.api").joinpath("examples", file).read_text(encoding="utf-8")
    return yaml.plain(yaml.parse(text))


def document(api: FastAPI, place: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document.

    Parameters
    ----------
    api
        The interface.
    place
        Where it is mounted.
    """
    found = get_openapi(
        title=api.title,
        version=api.version,
        openapi_version="3.1.0",
        summary=api.summary,
        description=api.description,
        license_info=api.license_info,
        tags=api.openapi_tags,
        routes=api.routes,
        servers=[{"url": place}],
    )
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for name in names():
        schemas |= _hoisted(name)
    return found


def _hoisted(name: str) -> dict[str, Any]:
    """A schema and those inside it as components, each under a name of its own."""
    whole = json.loads(json.dumps(schema(name), default=str))
    inner = whole.pop("$defs", {})
    for word in ("$schema", "$id"):
        whole.pop(word, None)
    prefix = "Dossier" if name == DOSSIER else ""

    def moved(node: Any) -> Any:
        if isinstance(node, list):
            return [moved(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {
            key: f"#/components/schemas/{prefix}{value.rpartition('/')[2]}" if key == "$ref" else moved(value)
            for key, value in node.items()
        }

    return {component(name): moved(whole), **{f"{prefix}{key}": moved(node) for key, node in inner.items()}}


def install(api: FastAPI, place: str) -> None:
    """Serve the document; it is written when it is first asked for."""

    @cache
    def content() -> bytes:
        return written(document(api, place))

    @api.get("/openapi.json", include_in_schema=False)
    def openapi(request: Request) -> Response:
        return answer(request, content(), cache=SHARED)
