"""From the tree of a dossier to rows of cells and back, without a spreadsheet in sight.

A long sheet has a field per row (:class:`Line`), a table a thing per row (a mapping from column to cell).
Cells hold numbers,
text, truth values and dates; a quantity is spread over the columns value, low, mode, high, sd, range, unit,
source and note.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier.fields import Spec
from thuishaven.dossier.model import Source
from thuishaven.dossier.structure import Member, Path, is_quantity, member_at
from thuishaven.dossier.translate import clear
from thuishaven.dossier.xlsx_sheets import BY_KEY, FREE, LANGUAGES, columns_of, fields_of

NUMBERS = ("value", "low", "mode", "high", "sd")
REMARKS = ("unit", "source", "note")
_WORD = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ0-9 /.%·_-]*")
_NOT_TEXT = re.compile(r"(?i:null|true|false|yes|no|on|off|y|n|~)")
#: Texts that mean something else than themselves in a free cell.
_LITERALS: dict[str, Any] = {"null": None, "{}": {}, "[]": [], '""': ""}


@dataclass(slots=True)
class Line:
    """One row of a long sheet: to what it belongs, its field, and what is filled in."""

    keys: tuple[str, ...]
    path: Path
    member: Member | None
    cells: dict[str, Any] = field(default_factory=dict)


Row = dict[str, Any]


# ---- one value


def spread(raw: Any, spec: Spec) -> Row:
    """The cells of a quantity."""
    cells: Row = {"unit": spec.unit_text} if spec.unit_text else {}
    if not isinstance(raw, Mapping):
        return cells | {"value": raw}
    cells |= {name: raw[name] for name in REMARKS if raw.get(name)}
    numbers = {name: value for name, value in raw.items() if name not in (*REMARKS, "shape")}
    form = frozenset(numbers)
    if form == {"mean", "sd"}:
        return cells | {"value": numbers["mean"], "sd": numbers["sd"]}
    if form == {"value"} or form == {"low", "high"} or form == {"low", "mode", "high"}:
        return cells | numbers
    if form in ({"min", "max"}, {"min", "mode", "max"}):
        names = {"min": "low", "max": "high", "mode": "mode"}
        kind = "triangular" if raw.get("shape") == "triangular" else "bounds"
        return cells | {names[name]: value for name, value in numbers.items()} | {"range": kind}
    return cells | {"value": flow(numbers)}


def gather(cells: Mapping[str, Any], spec: Spec | None) -> Any:
    """A quantity from its cells, ``None`` where no number is given. The unit of the field itself is left
    out.
    """
    numbers = {name: cells[name] for name in NUMBERS if cells.get(name) is not None}
    if not numbers:
        return None
    kind = cells.get("range")
    if "sd" in numbers and "value" in numbers:
        numbers["mean"] = numbers.pop("value")
    if kind in {"bounds", "triangular"}:
        names = {"low": "min", "high": "max"}
        numbers = {names.get(name, name): value for name, value in numbers.items()}
        if kind == "triangular":
            numbers["shape"] = "triangular"
    if isinstance(numbers.get("value"), Mapping):
        numbers = dict(numbers["value"])
    remarks = {name: str(cells[name]) for name in REMARKS if cells.get(name) is not None}
    if spec is not None and remarks.get("unit") == spec.unit_text:
        del remarks["unit"]
    return numbers["value"] if list(numbers) == ["value"] and not remarks else numbers | remarks


def flow(value: Any) -> str:
    """A value as one line of YAML, for the rare forms that have no columns."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(str(key))}: {flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    if isinstance(value, float):
        return clear(repr(value))
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    text = str(value)
    if _WORD.fullmatch(text) and not _NOT_TEXT.fullmatch(text) and text == text.strip():
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02X}" if code < 256 else f"\\u{code:04X}" if code < 65536 else f"\\U{code:08X}"


def literal(value: Any) -> Any:
    """A free value as a cell: what is not a number, a truth value or plain text is written out."""
    if value is None:
        return "null"
    if isinstance(value, Mapping | list) and not value:
        return "{}" if isinstance(value, Mapping) else "[]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, str) and (value in _LITERALS or value == "" or value.startswith('"')):
        return json.dumps(value)
    return value


def of_literal(cell: Any) -> Any:
    """The free value that a cell of :func:`literal` holds."""
    if not isinstance(cell, str):
        return cell
    if cell in _LITERALS:
        kept = _LITERALS[cell]
        return type(kept)() if isinstance(kept, dict | list) else kept
    if cell.startswith('"'):
        try:
            return str(json.loads(cell))
        except ValueError:
            return cell
    return cell


# ---- a whole tree


def unfold(tree: Mapping[str, Any]) -> dict[str, list[Any]]:
    """The rows of every sheet: lines for the long ones, mappings for the tables. Long sheets offer empty
    lines too.
    """
    sheets: dict[str, list[Any]] = {key: [] for key in BY_KEY}
    sheets["dossier"] = lines_of("dossier", (), tree)
    markets = (tree.get("demand") or {}).get("markets") or {}
    sheets["markets"] = [{"country": country, "share": share} for country, share in markets.items()]
    sheets["bom"] = [_table_row("bom", part) for part in tree.get("bom") or ()]
    sheets["facts"] = [_table_row("facts", fact) for fact in tree.get("facts") or ()]
    for name in FREE:
        for path, value in _leaves(tree.get(name) or {}, (name,)):
            sheets["more"].append(Line((), path, None, {"value": literal(value)}))
    for plan in tree.get("plans") or ():
        name = plan["id"]
        sheets["plans"].append(_table_row("plans", plan))
        for source in plan.get("sources") or ():
            sheets["sources"] += lines_of("sources", (name, source["id"]), source)
        for place, change in (plan.get("changes") or {}).items():
            sheets["changes"] += _changes((name, place), change) if change else []
        sheets["plan"] += lines_of("plan", (name,), plan)
        if plan.get("bom") == []:
            sheets["plan"].append(
                Line((name,), ("bom",), member_at(BY_KEY["plan"].section, ("bom",)), {"value": "[]"})
            )
        sheets["one_off"] += lines_of("one_off", (name,), plan.get("one_off") or {})
        for key in ("bom", "flows"):
            sheets[key] += [_table_row(key, item) | {"plan": name} for item in plan.get(key) or ()]
    return sheets


def lines_of(key: str, keys: tuple[str, ...], tree: Mapping[str, Any]) -> list[Line]:
    """Every field that the sheet offers, with what the tree fills in, and every further item of its lists."""
    lines = []
    seen = set()
    offered = fields_of(key)
    for path, member in [*offered, *_further(tree, offered)]:
        if path not in seen:
            seen.add(path)
            lines.append(Line(keys, path, member, cells_of(_at(tree, path, member), member)))
    order = {path: number for number, (path, _member) in enumerate(offered)}
    return sorted(lines, key=lambda line: _rank(line.path, order))


def _rank(path: Path, order: Mapping[Path, int]) -> tuple[int, Path]:
    """Further items of a list stand behind those that are offered."""
    if path in order:
        return order[path], ()
    lists = [number for number, step in enumerate(path) if isinstance(step, int)]
    start = path[: lists[0]] if lists else path
    behind = max(
        (number for known, number in order.items() if known[: len(start)] == start), default=len(order)
    )
    return behind, tuple(f"{step:06d}" if isinstance(step, int) else "" for step in path)


def _further(tree: Any, offered: tuple[tuple[Path, Member], ...]) -> Iterator[tuple[Path, Member]]:
    """The same fields for the items of a list beyond those that are offered."""
    for path, member in offered:
        where = next((number for number, step in enumerate(path) if step == 0), None)
        if where is not None:
            items = _at(tree, path[:where], None)
            count = len(items) if isinstance(items, list | tuple) else 0
            yield from (((*path[:where], index, *path[where + 1 :]), member) for index in range(count))


def _at(tree: Any, path: Path, member: Member | None) -> Any:
    node = tree
    for step in path:
        if member is not None and member.kind == "translated" and isinstance(node, str) and step in LANGUAGES:
            return node
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return None
    return node


def cells_of(raw: Any, member: Member) -> Row:
    """The cells of one field of a long sheet."""
    if member.spec is not None:
        return spread(raw, member.spec) if raw is not None else {"unit": member.unit} if member.unit else {}
    if raw is None:
        return {}
    return {"value": flow(raw) if member.kind == "keys" or isinstance(raw, Mapping) else raw}


def _changes(keys: tuple[str, ...], change: Mapping[str, Any]) -> list[Line]:
    lines = []
    for path, value in _leaves(change, (), Source):
        member = member_at(Source, path)
        cells = cells_of(value, member) if member is not None and value not in (None, [], {}) else {}
        lines.append(Line(keys, path, member, cells or {"value": literal(value)}))
    return lines


def _leaves(node: Any, path: Path, model: type[BaseModel] | None = None) -> Iterator[tuple[Path, Any]]:
    """What stands at the ends of a free tree; below a model a quantity is one end."""
    whole = model is not None and is_quantity(node)
    if isinstance(node, Mapping) and node and not whole:
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)), model)
    elif isinstance(node, list | tuple) and node:
        for index, value in enumerate(node):
            yield from _leaves(value, (*path, index), model)
    elif len(path) > 1 or model is not None:
        yield path, node


def _table_row(key: str, item: Mapping[str, Any]) -> Row:
    row: Row = {}
    for column in columns_of(key):
        if column.member is None or column.unit:
            continue
        raw = _at(item, column.path, column.member)
        if raw is None:
            continue
        spec = column.member.spec
        if spec is None:
            row[column.key] = flow(raw) if column.member.kind == "keys" else raw
        elif spec.money and (not isinstance(raw, Mapping) or raw.keys() <= {"value", "unit"}):
            cells = spread(raw, spec)
            row[column.key], row[f"{column.key}.unit"] = cells.get("value"), cells.get("unit")
        else:
            row[column.key] = flow(raw) if isinstance(raw, Mapping) else raw
    return row
