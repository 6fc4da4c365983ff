"""What pydantic and the quantity complain about, in our own codes: what, where, what was expected, an
example.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier.problems import SAME
from thuishaven.dossier.structure import Member, Path, member_at, members, section_at

_EXPECTED = {
    "int": "12",
    "float": "12.5",
    "bool": "true / false",
    "dict": "key: value",
    "tuple": "- …",
    "model": "key: value",
    "list": "- …",
}
#: Three digits after a point, as in 1.450: one and a half, or one thousand four hundred and fifty.
AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")


def translated(item: Mapping[str, Any], model: type[BaseModel]) -> tuple[str, dict[str, Any]]:
    """Code and parameters of our message for one error of pydantic.

    Parameters
    ----------
    item
        One of ``ValidationError.errors()``.
    model
        The model that was validated.
    """
    kind, context, location = str(item["type"]), dict(item.get("ctx") or {}), item["loc"]
    member = member_at(model, location)
    example = shown(member.example) if member is not None and member.example is not None else ""
    value = short(item.get("input"))
    written = f'"{example}"' if example and member is not None and member.kind == "code" else example
    if "input" in item and item["input"] is None:
        # The name of the field stands there, with nothing behind it.
        return "missing", {"example": f"{location[-1]}: {written}" if example else _example(member)}
    if "code" in context:
        return _own(context, value, example)
    if kind in {"missing", "string_too_short"} or (
        kind == "too_short" and member and member.kind == "translated"
    ):
        return "missing", {"example": f"{location[-1]}: {written}" if example else _example(member)}
    if kind == "extra_forbidden":
        return "unknown_field", _close(str(location[-1]), section_at(model, location[:-1]))
    if kind in {"literal_error", "enum"} and member is not None:
        if str(item.get("input")) in member.choices and member.kind == "choice":
            return "unquoted_code", {"value": str(item["input"]), "example": f'"{item["input"]}"'}
        choices = member.choices or tuple(re.findall(r"'([^']*)'", str(context.get("expected", ""))))
        params = {
            "value": value,
            "expected": ", ".join(choices),
            "example": choices[-1] if choices else example,
        }
        return "unknown_choice", params
    if kind in {"greater_than", "greater_than_equal"}:
        return "too_low", {
            "value": value,
            "lower": shown(context.get("gt", context.get("ge"))),
            "example": example,
        }
    if kind in {"less_than", "less_than_equal"}:
        return "too_high", {
            "value": value,
            "upper": shown(context.get("lt", context.get("le"))),
            "example": example,
        }
    if kind == "finite_number":
        return "not_finite", {"value": value, "expected": "12.5", "example": example or "12.5"}
    if kind == "string_type" and isinstance(item.get("input"), int | float | dt.date):
        return "unquoted_code", {"value": value, "example": f'"{value}"'}
    if kind == "string_too_long":
        return "too_long", {"expected": context.get("max_length"), "example": example or "…"}
    expected = next((text for start, text in _EXPECTED.items() if kind.startswith(start)), "…")
    if kind == "too_short":
        expected = _example(member)
    return "wrong_type", {"value": value, "expected": expected, "example": example or _example(member)}


def _own(context: dict[str, Any], value: str, example: str) -> tuple[str, dict[str, Any]]:
    """An error that already has a code: from a code, a unit or a quantity."""
    code = str(context.pop("code"))
    given = {key: shown(part) for key, part in context.items() if part not in ("", None)}
    given["value"] = given.get("value", given.pop("given", value)).strip("'\"")
    if code in {
        "missing",
        "not_a_number",
        "negative",
        "below_limit",
        "above_limit",
        "not_finite",
        "too_large",
    }:
        given["example"] = example or given.get("example", "")
    if "limit" in given:
        given["lower"] = given["upper"] = given["limit"]
    if code == "ambiguous_number":
        given |= {"whole": given.pop("reading_b"), "decimal": clear(given.pop("reading_a"))}
    if code == "bad_events":
        given.setdefault("trials", "")
    given.setdefault("example", example)
    return SAME.get(code, code), given


def clear(number: str) -> str:
    """A decimal number written so that no one takes its point for a thousands sign: 1.1250 for 1.125."""
    return f"{number}0" if AMBIGUOUS.fullmatch(number) else number


def _close(name: str, section: type[BaseModel] | None) -> dict[str, Any]:
    names = list(members(section)) if section is not None else []
    close = get_close_matches(name.casefold(), names, n=1, cutoff=0.5)
    return {"value": name[:40], "example": close[0] if close else ", ".join(names[:6])}


def _example(member: Member | None) -> str:
    """How the required part of a section is written."""
    if member is None or member.section is None:
        return "…"
    inner = members(member.section).values()
    shown_first = [m for m in inner if m.required and m.example is not None]
    shown_first = shown_first or [m for m in inner if m.example is not None][:1]
    parts = ", ".join(f"{m.name}: {shown(m.example)}" for m in shown_first)
    return f"{member.name}: [{{{parts}}}]" if member.kind == "list" else f"{member.name}: {{{parts}}}"


def shown(value: Any) -> str:
    """A value as a person writes it in YAML.

    >>> shown({"value": 7.9, "unit": "USD"}), shown(True), shown(1.0)
    ('{value: 7.9, unit: USD}', 'true', '1')
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(part) for part in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, float):
        return f"{value:.12g}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def short(value: Any) -> str:
    """What was given, cut to the length of a message."""
    if isinstance(value, dict | list | tuple):
        return "…"
    text = shown(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


def where(location: Path, tree: Any) -> str:
    """Path of a field as a person reads it: ``plans[home].sources[tilburg].share``."""
    path, node = "", tree
    for step in location:
        if step == "[key]":
            # How pydantic marks a wrong key of a mapping.
            break
        try:
            node = node[step]
        except (KeyError, TypeError, IndexError):
            node = None
        if isinstance(step, int):
            name = node.get("id") if isinstance(node, Mapping) else None
            path += f"[{name if isinstance(name, str) else step + 1}]"
        else:
            path += f".{step}" if path else str(step)
    return path
