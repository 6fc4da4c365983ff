"""The format of a dossier told to programs (JSON Schema) and to people (a list of fields), from the one
definition.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier.codes import incoterms
from thuishaven.dossier.model import Dossier
from thuishaven.dossier.structure import Member, members
from thuishaven.dossier.translate import shown
from thuishaven.locale import N_, _, use

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTIFIER = "urn:thuishaven:dossier:1"
_KINDS = {
    "quantity": N_("number or range"),
    "number": N_("number"),
    "whole": N_("whole number"),
    "text": N_("text"),
    "code": N_("code, between quotes"),
    "choice": N_("choice"),
    "flag": N_("true or false"),
    "date": N_("date"),
    "translated": N_("text, or a text per language"),
    "section": N_("section"),
    "list": N_("list"),
    "texts": N_("list of texts"),
    "shares": N_("share by country"),
    "keys": N_("text by name"),
    "changes": N_("fields of a source, by its name"),
    "free": N_("free"),
}
_BETWEEN = N_("{low} to {high}")
_AT_LEAST = N_("{low} or more")
_AT_MOST = N_("{high} or less")
#: Sections that come back in several places and are listed once.
_ONCE = {
    ("plans", "bom"): "bom",
    ("plans", "sources", "process"): "process",
    ("plans", "process"): "process",
    ("plans", "labour"): "labour",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field as the documentation shows it; empty texts where there is nothing to say."""

    path: str
    kind: str
    unit: str
    bounds: str
    required: bool
    example: str
    help: str
    depth: int


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a dossier, with a description, unit and example for each field.

    Units stand under the keyword ``unit``; money may name another currency than EUR.
    """
    from thuishaven.facts import countries

    codes = {"countries": list(countries()), "incoterms": list(incoterms())}
    ranges: list[Any] = []
    found = {
        "$schema": DIALECT,
        "$id": IDENTIFIER,
        **_tidy(Dossier.model_json_schema(by_alias=True), codes, ranges),
    }
    found["title"] = "Thuishaven dossier"
    found["$defs"] = {**found["$defs"], "Range": {"title": "Range", "anyOf": ranges}}
    return found


def _tidy(node: Any, codes: dict[str, list[str]], ranges: list[Any]) -> Any:
    """Code lists written out, the forms of a range once, and text accepted where each language may have its
    own.
    """
    if isinstance(node, list):
        return [_tidy(item, codes, ranges) for item in node]
    if not isinstance(node, dict):
        return node
    if "unit" in node and "anyOf" in node:
        number, *forms = node["anyOf"]
        ranges[:] = forms
        return {**node, "anyOf": [number, {"$ref": "#/$defs/Range"}]}
    found = {key: _tidy(value, codes, ranges) for key, value in node.items() if key != "code_list"}
    if isinstance(node.get("code_list"), str):
        found.pop("pattern", None)
        found["enum"] = codes[node["code_list"]]
    if isinstance(found.get("pattern"), str):
        found["pattern"] = f"^{found['pattern'].strip('^$')}$"
    if found.get("propertyNames", {}).get("enum") == ["nl", "en", "fr"]:
        outer = {key: found.pop(key) for key in ("title", "description", "examples") if key in found}
        return {**outer, "anyOf": [{"type": "string", "maxLength": 2000}, found]}
    return found


def fields(lang: str = "en") -> list[FieldRow]:
    """Every field of a dossier in the order of the format, with its help in a language.

    Parameters
    ----------
    lang
        ``nl``, ``en`` or ``fr``.
    """
    with use(lang):
        return [_row(path, member) for path, member in _walk(())]


def _walk(
    path: tuple[str, ...], section: type[BaseModel] = Dossier
) -> Iterator[tuple[tuple[str, ...], Member]]:
    for name, member in members(section).items():
        here = (*path, name)
        yield here, member
        if member.section is not None and here not in _ONCE:
            yield from _walk(here, member.section)


def _row(path: tuple[str, ...], member: Member) -> FieldRow:
    kind = _(_KINDS[member.kind])
    if len(member.choices) > 1:
        kind = ", ".join(member.choices)
    text = _(member.help)
    if path in _ONCE:
        text = _("{help}: the fields of {section}", help=text, section=_ONCE[path])
    example = "" if member.example is None else shown(member.example)
    quoted = member.kind == "code" and member.example is not None and str(member.example)[:1].isdigit()
    return FieldRow(
        path=".".join(path),
        kind=kind,
        unit=member.unit,
        bounds=_bounds(member),
        required=member.required,
        example=f'"{example}"' if quoted else example,
        help=text,
        depth=len(path) - 1,
    )


def _bounds(member: Member) -> str:
    low = "" if member.lower is None else shown(float(member.lower))
    high = "" if member.upper is None else shown(float(member.upper))
    if low and high:
        return _(_BETWEEN, low=low, high=high)
    if low:
        return _(_AT_LEAST, low=low)
    return _(_AT_MOST, high=high) if high else ""
