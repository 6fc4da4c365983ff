"""JSON Schema and the list of fields say what the model says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from dossiers import COMPLETE, LEAST, dossiers
from hypothesis import HealthCheck, given, settings

from thuishaven.dossier import Dossier, build, families, yaml
from thuishaven.dossier.schema import fields, json_schema
from thuishaven.dossier.structure import member_at, section_at, walk
from thuishaven.locale import LANGUAGES

SCHEMA = json_schema()
POT = COMPLETE.read_text("utf-8")


def fits(value: Any, schema: Any) -> bool:
    """Whether a value fits the part of JSON Schema that we use."""
    if schema is True or schema == {}:
        return True
    if "$ref" in schema and not fits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]):
        return False
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "number": (int, float),
        "null": type(None),
        "boolean": bool,
    }
    kind = schema.get("type")
    if kind and (
        not isinstance(value, kinds[kind]) or (isinstance(value, bool) and kind in {"integer", "number"})
    ):
        return False
    tests = {
        "const": lambda wanted: value == wanted,
        "enum": lambda wanted: value in wanted,
        "pattern": lambda wanted: re.search(wanted, value) is not None,
        "minLength": lambda wanted: len(value) >= wanted,
        "maxLength": lambda wanted: len(value) <= wanted,
        "minimum": lambda wanted: value >= wanted,
        "maximum": lambda wanted: value <= wanted,
        "exclusiveMinimum": lambda wanted: value > wanted,
        "minItems": lambda wanted: len(value) >= wanted,
        "minProperties": lambda wanted: len(value) >= wanted,
        "anyOf": lambda wanted: any(fits(value, part) for part in wanted),
        "required": lambda wanted: all(name in value for name in wanted),
        "items": lambda wanted: all(fits(item, wanted) for item in value),
        "propertyNames": lambda wanted: all(fits(name, wanted) for name in value),
        "properties": lambda wanted: all(
            fits(value[name], part) for name, part in wanted.items() if name in value
        ),
    }
    if not all(test(schema[word]) for word, test in tests.items() if word in schema):
        return False
    more = schema.get("additionalProperties", True)
    if isinstance(value, dict) and more is not True:
        others = [item for name, item in value.items() if name not in schema.get("properties", {})]
        return not others if more is False else all(fits(item, more) for item in others)
    return True


def as_json(text: str) -> Any:
    """A YAML text as JSON holds it."""
    return json.loads(json.dumps(yaml.plain(yaml.parse(text)), default=str))


def test_it_is_json_schema_of_2020() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["required"] == ["thuishaven", "as_of", "company", "product", "demand", "plans"]
    assert SCHEMA == json.loads(json.dumps(SCHEMA))


@pytest.mark.parametrize("text", [POT, LEAST, *(families.new(name, "fr") for name in families.names())])
def test_dossiers_fit_the_schema(text: str) -> None:
    assert fits(as_json(text), SCHEMA)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossiers())
def test_any_valid_dossier_fits_the_schema(tree: dict[str, Any]) -> None:
    build(tree)
    assert fits(json.loads(json.dumps(tree, default=str)), SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("country: NLD", "country: NL"),
        ('cn: "39269097"', 'cn: "3926909"'),
        ('cn: "39269097"', "cn: 39269097"),
        ("tax_rate: 0.258", "tax_rate: 25.8"),
        ("labour_hours: 0.11", "labor_hours: 0.11"),
        ("{low: 60, mode: 75, high: 110}", "{low: 60, mode: 75}"),
        ("incoterm: FOB", "incoterm: FBO"),
        ("from: 2029", "from: 29"),
        ("thuishaven: 1", "thuishaven: 2"),
    ],
)
def test_what_is_wrong_does_not_fit_the_schema(old: str, new: str) -> None:
    assert not fits(as_json(POT.replace(old, new)), SCHEMA)


def test_every_field_has_a_description_and_quantities_their_unit() -> None:
    for section in (SCHEMA, *SCHEMA["$defs"].values()):
        for name, field in section.get("properties", {}).items() if section.get("title") != "Range" else ():
            assert field.get("description"), name
    text = json.dumps(SCHEMA["$defs"]["Process"]["properties"]["labour_hours"])
    assert '"unit": "h"' in text


def test_every_example_is_accepted_by_its_own_field() -> None:
    for name, section in {"Dossier": SCHEMA, **SCHEMA["$defs"]}.items():
        for field, schema in section.get("properties", {}).items():
            for example in schema.get("examples", ()):
                assert fits(example, schema), f"{name}.{field}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_of_fields_is_complete_in_every_language(lang: str) -> None:
    rows = fields(lang)
    assert [] == [row.path for row in rows if not row.help or not row.kind]
    paths = {row.path for row in rows}
    every = {".".join(str(step) for step in path) for path, _member in walk(Dossier)}
    once = (".process.", "plans.bom.", "plans.labour.")
    assert {path for path in every - paths if not any(part in path for part in once)} == set()


def test_a_row_says_unit_bounds_and_example() -> None:
    row = next(row for row in fields("en") if row.path == "process.oee")
    assert (row.unit, row.bounds, row.example, row.required) == ("fraction", "0 to 1", "0.6", False)
    row = next(row for row in fields("en") if row.path == "product.cn")
    assert (row.kind, row.example, row.required) == ("code, between quotes", '"39269097"', True)


def test_the_model_answers_what_stands_at_a_path() -> None:
    path = ("plans", 0, "sources", 1, "terms", "payments", 0, "share")
    found = member_at(Dossier, path)
    assert found is not None
    assert (found.name, found.kind, found.lower, found.upper) == ("share", "number", 0.0, 1.0)
    assert section_at(Dossier, path[:4]) is not None
    assert member_at(Dossier, ("plans", 0, "nothing")) is None
