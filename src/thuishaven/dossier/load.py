"""From a file or a mapping to a :class:`Dossier`, or to a list of clear problems."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from thuishaven.dossier import yaml
from thuishaven.dossier.model import Dossier
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.validate import cross_check

FORMATS = (".yaml", ".yml", ".json", ".xlsx")


@dataclass(frozen=True)
class Document:
    """A dossier together with the tree it was read from, so that it can be changed and saved without loss."""

    dossier: Dossier
    tree: Any
    path: Path | None = None


def load(path: str | Path) -> Dossier:
    """Read a dossier from a YAML, JSON or XLSX file.

    Raises
    ------
    DossierError
        With every problem found: line or cell, field, what was expected, an example.
    """
    return open_document(path).dossier


def open_document(path: str | Path) -> Document:
    """Read a dossier and keep the tree it came from (comments, order, quotes)."""
    file = Path(path)
    suffix = file.suffix.lower()
    if file.is_file() and suffix not in FORMATS:
        params = {"expected": ", ".join(FORMATS)}
        raise DossierError([Problem("unknown_format", params=params)], str(file))
    try:
        if suffix == ".xlsx":
            from thuishaven.dossier import xlsx

            tree, cells = xlsx.read(file)
        else:
            tree, cells = yaml.parse(yaml.read_text(file)), {}
        return Document(build(tree, cells), tree, file)
    except DossierError as error:
        raise DossierError(error.problems, str(file)) from error


def build(tree: Any, cells: Mapping[tuple[Any, ...], str] | None = None) -> Dossier:
    """Validate a mapping as a dossier.

    Parameters
    ----------
    tree
        Mapping as read from YAML, JSON or a spreadsheet.
    cells
        Cell of each field, where the mapping came from a spreadsheet.
    """
    if not isinstance(tree, Mapping) or "thuishaven" not in tree:
        raise DossierError([Problem("not_a_dossier", params={"example": "thuishaven: 1"})])
    try:
        dossier = Dossier.model_validate(yaml.plain(tree))
    except ValidationError as error:
        raise DossierError(_problems(error, tree, Dossier, cells or {})) from None
    problems = [
        _placed(problem, location, tree, cells or {}) for location, problem in cross_check(dossier)
    ]
    if problems:
        raise DossierError(problems)
    return dossier


def _problems(
    error: ValidationError, tree: Any, model: type[BaseModel], cells: Mapping[tuple[Any, ...], str]
) -> list[Problem]:
    found = []
    for item in error.errors(include_url=False):
        code, params = _translate(item, model)
        found.append(_placed(Problem(code, params=params), item["loc"], tree, cells))
    return found


def _placed(
    problem: Problem, location: tuple[Any, ...], tree: Any, cells: Mapping[tuple[Any, ...], str]
) -> Problem:
    cell = next((cells[location[:n]] for n in range(len(location), 0, -1) if location[:n] in cells), None)
    line = None if cells else yaml.line_of(tree, location)
    return Problem(problem.code, where(location, tree), problem.params, line, cell)


def where(location: tuple[Any, ...], tree: Any) -> str:
    """Path of a field as a person reads it: ``plans[home].sources[tilburg].share``."""
    path, node = "", tree
    for step in location:
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


def _translate(item: Any, model: type[BaseModel]) -> tuple[str, dict[str, Any]]:
    """Code and parameters of our message for one error of pydantic."""
    kind, context, location = item["type"], dict(item.get("ctx") or {}), item["loc"]
    field = field_at(model, location)
    example = str(field.examples[0]) if field is not None and field.examples else ""
    value = _short(item.get("input"))
    if "code" in context:
        code = str(context.pop("code"))
        return code, {"value": value, "example": example, **{k: v for k, v in context.items() if v != ""}}
    if kind == "missing":
        return "missing", {"example": example}
    if kind == "extra_forbidden":
        parent = model_at(model, location[:-1])
        names = [f.alias or name for name, f in parent.model_fields.items()] if parent else []
        close = get_close_matches(str(location[-1]), names, n=1, cutoff=0.5)
        return "unknown_field", {"value": str(location[-1])[:40], "example": close[0] if close else ", ".join(names[:6])}
    if kind in {"literal_error", "enum"}:
        return "unknown_choice", {"value": value, "expected": str(context.get("expected", "")).replace("'", "")}
    if kind in {"greater_than", "greater_than_equal"}:
        return "too_low", {"value": value, "lower": str(context.get("gt", context.get("ge"))), "example": example}
    if kind in {"less_than", "less_than_equal"}:
        return "too_high", {"value": value, "upper": str(context.get("lt", context.get("le"))), "example": example}
    return "wrong_type", {"value": value, "expected": _expected(kind), "example": example}


def _expected(kind: str) -> str:
    kinds = {"date": "2026-11-21", "int": "12", "float": "12.5", "bool": "true / false", "string": "text", "dict": "key: value"}
    return next((text for start, text in kinds.items() if kind.startswith(start)), kind)


def _short(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return "…"
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}…"


def model_at(model: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel] | None:
    """The section of the dossier at a path; ``None`` where it is not a section."""
    current: type[BaseModel] | None = model
    for step in location:
        if isinstance(step, int) or current is None:
            continue
        info = next((f for n, f in current.model_fields.items() if step in (n, f.alias)), None)
        current = _section_of(info.annotation) if info is not None else None
    return current


def field_at(model: type[BaseModel], location: tuple[Any, ...]) -> Any:
    """The field definition at a path, or ``None``."""
    names = [step for step in location if not isinstance(step, int)]
    for end in range(len(names), 0, -1):
        parent = model_at(model, tuple(names[: end - 1]))
        if parent is not None:
            found = next((f for n, f in parent.model_fields.items() if names[end - 1] in (n, f.alias)), None)
            if found is not None:
                return found
    return None


def _section_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _section_of(argument)
        if found is not None:
            return found
    return None
