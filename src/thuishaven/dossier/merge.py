"""Put changed values back into the tree they came from, so that comments, order and quotes stay.

A spreadsheet holds values, not text: :func:`merge` compares what came back with the original by meaning
(``{value: 12.5}`` is
12.5, a unit that is the field's own may be left out, the 16th digit of a number does not count) and touches
only what differs.
"""

from __future__ import annotations

import copy
import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier.fields import Spec
from thuishaven.dossier.model import Dossier, Source
from thuishaven.dossier.structure import Member, is_quantity, members

_LANGUAGES = ("nl", "en", "fr")
_DIGITS = 1e-14
_FLAGS = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}
_REMARKS = ("unit", "source", "note")


class _Nothing:
    """What an absent field, an empty one and an empty section have in common."""


_NOTHING = _Nothing()


def normal(tree: Any, section: type[BaseModel] = Dossier, *, strict: bool = False) -> Any:
    """What a section means, in one form: equal exactly when two ways of writing it say the same.

    Parameters
    ----------
    tree
        Mapping of the section.
    section
        Its model.
    strict
        An empty value counts: it takes something away (in the changes of a plan).
    """
    if not isinstance(tree, Mapping):
        return tree
    fields = members(section)
    found = {}
    for key, value in tree.items():
        kept = _normal(value, fields.get(str(key)), strict)
        if kept is not _NOTHING:
            found[str(key)] = kept
    return found


def _normal(value: Any, member: Member | None, strict: bool = False) -> Any:
    if value is None:
        return None if strict else _NOTHING
    if value == "" and not strict and (member is None or member.kind != "free"):
        return _NOTHING
    if member is None:
        return _plain(value)
    if member.spec is not None:
        return _quantity(value, member.spec)
    match member.kind:
        case "section" if member.section is not None:
            return normal(value, member.section, strict=strict) or _NOTHING
        case "list" if isinstance(value, list | tuple) and member.section is not None:
            kept = [normal(item, member.section, strict=strict) for item in value]
            return kept if kept or strict or member.info.default is None else _NOTHING
        case "changes" if isinstance(value, Mapping):
            changes = {str(key): normal(part, Source, strict=True) for key, part in value.items()}
            return {key: part for key, part in changes.items() if part} or _NOTHING
        case "translated":
            return (
                dict.fromkeys(_LANGUAGES, str(value)) if isinstance(value, str) else _plain(value) or _NOTHING
            )
        case "flag" if isinstance(value, str):
            return _FLAGS.get(value.casefold(), value)
        case "date":
            return value.isoformat()[:10] if isinstance(value, dt.date) else str(value).strip()[:10]
        case "number" | "whole":
            return _number(value)
        case "text" | "code":
            return str(value)
        case "free":
            return _plain(value) or _NOTHING
    kept = _plain(value)
    return _NOTHING if kept in ({}, []) and not strict else kept


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return value


def alike(one: Any, other: Any) -> bool:
    """Whether two results of :func:`normal` say the same; spreadsheets keep fifteen or sixteen digits of a
    number.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(part, other[key]) for key, part in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_DIGITS)
    return type(one) is type(other) and bool(one == other)


def _quantity(value: Any, spec: Spec) -> Any:
    if not isinstance(value, Mapping):
        return {"value": _number(value)}
    kept = {str(key): part if key in (*_REMARKS, "shape") else _number(part) for key, part in value.items()}
    kept = {
        key: str(part) if key in _REMARKS else part for key, part in kept.items() if part not in (None, "")
    }
    if kept.get("unit") in (spec.unit_text, "EUR" if spec.money else spec.unit_text):
        del kept["unit"]
    if kept.get("shape") == "pert":
        del kept["shape"]
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    return _number(value) if isinstance(value, int | float) else str(value)


def merge(old: Any, new: Any, section: type[BaseModel] | None = Dossier, *, strict: bool = False) -> Any:
    """The tree of ``old`` with the values of ``new``; parts that mean the same stay as they were written.

    Parameters
    ----------
    old
        Tree as read from YAML.
    new
        Plain mapping of the same section.
    section
        Model of both; ``None`` for a free part.
    strict
        As in :func:`normal`.
    """
    fields = members(section) if section is not None else {}
    old = unshared(old)
    for key in [key for key in old if str(key) not in new]:
        if section is None or _normal(old[key], fields.get(str(key)), strict) is not _NOTHING:
            del old[key]
    for key, value in new.items():
        if key not in old:
            old[key] = value
            continue
        member = fields.get(key)
        if section is None:
            before, after = _plain(old[key]), _plain(value)
        else:
            before, after = _normal(old[key], member, strict), _normal(value, member, strict)
        if before is _NOTHING or not alike(before, after):
            old[key] = _merged(old[key], value, member, strict)
    return old


def _merged(old: Any, new: Any, member: Member | None, strict: bool) -> Any:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if member is not None and member.kind == "changes":
            return _merged_changes(unshared(old), new)
        section = member.section if member is not None else None
        if is_quantity(old) or is_quantity(new):
            same = {key for key in old if key not in _REMARKS} == {key for key in new if key not in _REMARKS}
            section = None
            if not same:
                return new
        return merge(old, new, section, strict=strict)
    if isinstance(old, list) and isinstance(new, list) and member is not None and member.kind == "list":
        return _merged_list(unshared(old), new, member, strict)
    if (
        isinstance(old, str)
        and isinstance(new, Mapping)
        and member is not None
        and member.kind == "translated"
    ):
        texts = set(new.values())
        return scalar(old, texts.pop()) if len(texts) == 1 and len(new) == len(_LANGUAGES) else new
    if isinstance(old, Mapping) and is_quantity(old) and isinstance(new, int | float) and "value" in old:
        return new
    return scalar(old, new)


def _merged_changes(old: Any, new: Mapping[str, Any]) -> Any:
    for key in [key for key in old if str(key) not in new]:
        if normal(old[key], Source, strict=True):
            del old[key]
    for key, value in new.items():
        same = isinstance(old.get(key), Mapping)
        old[key] = merge(old[key], value, Source, strict=True) if same else value
    return old


def _merged_list(old: Any, new: list[Any], member: Member, strict: bool) -> Any:
    """Items keep their place; those with a name are recognised by it."""
    named = all(isinstance(item, Mapping) and "id" in item for item in [*old, *new])
    wanted = [item["id"] for item in new] if named else list(range(len(new)))
    have = [item["id"] for item in old] if named else list(range(len(old)))
    for index in range(len(have) - 1, -1, -1):
        if have[index] not in wanted:
            del old[index]
            del have[index]
    if len(set(have)) < len(have) or [name for name in wanted if name in have] != have:
        return new
    for index, (name, item) in enumerate(zip(wanted, new, strict=True)):
        if index < len(have) and have[index] == name:
            section = member.section or Dossier
            before = normal(old[index], section, strict=strict)
            if not alike(before, normal(item, section, strict=strict)):
                old[index] = merge(old[index], item, member.section, strict=strict)
        else:
            old.insert(index, item)
            have.insert(index, name)
    return old


def unshared(node: Any) -> Any:
    """The node itself, or a copy of its own where YAML refers to it more than once (``&name``, ``*name``)."""
    anchor = getattr(node, "anchor", None)
    if anchor is None or not anchor.value:
        return node
    own = copy.deepcopy(node)
    own.anchor.value = None
    return own


def scalar(old: Any, new: Any) -> Any:
    """A new text in the quotes of the old one."""
    quoted = isinstance(old, str) and type(old) is not str and isinstance(new, str) and "\n" not in new
    return type(old)(new) if quoted and type(old).__module__.startswith("ruamel") else new
