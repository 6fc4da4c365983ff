"""Change a dossier from the command line: ``--set home.process.labour_hours=0.08``."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from thuishaven.dossier import yaml
from thuishaven.dossier.merge import unshared
from thuishaven.dossier.model import Dossier, Plan, Source
from thuishaven.dossier.numerals import numeral
from thuishaven.dossier.paths import path_of, path_text
from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.structure import Member, Path, is_quantity, member_at, members

_WITH_UNIT = re.compile(r"([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*((?![eE][-+]?\d)[A-Za-zÀ-ÿ%].*)")
_EXAMPLE = "home.process.labour_hours=0.08"


def apply_settings(tree: Any, settings: Iterable[str]) -> Any:
    """A copy of a dossier's tree with some fields set.

    Parameters
    ----------
    tree
        As read by :func:`~thuishaven.dossier.load.open_document`.
    settings
        Each ``path=value``. A path names plans, sources and parts by their id; what is clear without it may
        be left out: ``plans.today.sources.supplier.unit_price``, ``today.supplier.unit_price`` and, with
        one source, ``today.unit_price`` are the same. A source that a plan takes over from today is changed
        in that plan alone. The value is written as in YAML, or with its unit: ``9.2 USD``. Without a unit
        the field keeps the one it had.

    Raises
    ------
    DossierError
        For a path that does not exist, with one that comes close, or a value that is not readable.
    """
    if not isinstance(tree, Mapping):
        raise DossierError([Problem("not_a_dossier", params={"example": "thuishaven: 1"})])
    tree = copy.deepcopy(tree)
    problems: list[Problem] = []
    for setting in settings:
        text, equals, value = setting.partition("=")
        text = text.strip()
        steps = path_of(text) if equals else None
        if steps is None:
            problems.append(Problem("setting_form", params={"value": setting[:60], "example": _EXAMPLE}))
            continue
        path = find(tree, steps)
        if path is None:
            params = {"value": text[:60], "example": _close(tree, text)}
            problems.append(Problem("unknown_path", params=params))
            continue
        try:
            _assign(tree, path, _value(tree, path, value))
        except DossierError as error:
            problems += [Problem(problem.code, text, problem.params) for problem in error.problems]
    if problems:
        raise DossierError(problems)
    return tree


def find(tree: Any, steps: Path) -> Path | None:
    """Where a path as people write it leads to in a tree; ``None`` where it leads nowhere."""
    if steps[0] not in members(Dossier) and _index(_below(tree, "plans"), steps[0]) is not None:
        steps = ("plans", *steps)
    return _in_section(tree, Dossier, (), steps, tree)


def _in_section(tree: Any, section: type[BaseModel], path: Path, steps: Path, node: Any) -> Path | None:
    if not steps:
        return path
    step, rest = steps[0], steps[1:]
    fields = members(section)
    if not isinstance(step, str):
        return None
    if step in fields:
        inner = _below(node, step)
        if section is Plan and step == "sources" and not inner and rest:
            return _source(tree, path, rest, node)
        return _in_member(tree, fields[step], (*path, step), rest, inner)
    if section is Plan and (found := _source(tree, path, steps, node)):
        return found
    return _unsaid(tree, section, path, steps, node)


def _source(tree: Any, path: Path, steps: Path, plan: Any) -> Path | None:
    """A source of a plan, or of today as this plan changes it."""
    sources = _below(plan, "sources")
    index = _index(sources, steps[0])
    if index is not None and isinstance(sources, list):
        return _in_section(tree, Source, (*path, "sources", index), steps[1:], sources[index])
    name = steps[0]
    today = _below(_below(_below(tree, "plans"), 0), "sources")
    if sources or not isinstance(name, str) or _index(today, name) is None or len(steps) == 1:
        return None
    changes = _below(_below(plan, "changes"), name)
    return _in_section(tree, Source, (*path, "changes", name), steps[1:], changes)


def _unsaid(tree: Any, section: type[BaseModel], path: Path, steps: Path, node: Any) -> Path | None:
    """A field whose section was left out, where only one section can be meant."""
    step = steps[0]
    holders = [
        member
        for member in members(section).values()
        if member.kind == "section" and member.section is not None and step in members(member.section)
    ]
    if len(holders) == 1:
        return _in_section(tree, section, path, (holders[0].name, *steps), node)
    sources = _below(node, "sources") if section is Plan else None
    if not holders and isinstance(sources, list) and len(sources) == 1:
        return _in_section(tree, Source, (*path, "sources", 0), steps, sources[0])
    return None


def _in_member(tree: Any, member: Member, path: Path, steps: Path, node: Any) -> Path | None:
    if not steps:
        return path
    if member.kind == "section" and member.section is not None:
        return _in_section(tree, member.section, path, steps, node or {})
    if member.kind == "list" and member.section is not None:
        index = _index(node, steps[0])
        if index is None:
            return None
        return _in_section(tree, member.section, (*path, index), steps[1:], node[index])
    if member.kind == "changes":
        return _in_section(tree, Source, (*path, steps[0]), steps[1:], _below(node, steps[0]))
    if member.kind == "quantity":
        fits = len(steps) == 1 and is_quantity(node) and isinstance(steps[0], str)
        return (*path, *steps) if fits else None
    if member.kind in {"shares", "keys", "translated"}:
        return (*path, *steps) if len(steps) == 1 and isinstance(steps[0], str) else None
    return (*path, *steps) if member.kind == "free" and all(isinstance(step, str) for step in steps) else None


def _index(items: Any, step: str | int) -> int | None:
    """Place in a list of the item with this name, or with this number."""
    if not isinstance(items, list):
        return None
    if isinstance(step, int):
        return step if step < len(items) else None
    names = [item.get("id", item.get("parameter")) if isinstance(item, Mapping) else None for item in items]
    return names.index(step) if step in names else None


def _value(tree: Any, path: Path, text: str) -> Any:
    """A value as it was typed, for the field at a path."""
    member = member_at(Dossier, tuple("sources" if step == "changes" else step for step in _named(path)))
    spec = member.spec if member is not None and member.name == path[-1] else None
    if spec is not None and (found := _WITH_UNIT.fullmatch(text.strip())):
        number = numeral(found[1])
        if isinstance(number, Problem):
            raise DossierError([number])
        return {"value": number, "unit": "percent" if found[2] == "%" else found[2].strip()}
    value = yaml.plain(yaml.parse(text)) if text.strip() else None
    old = _at(tree, path)
    if spec is not None and isinstance(old, Mapping) and old.get("unit"):
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"value": value, "unit": str(old["unit"])}
        if isinstance(value, dict) and "unit" not in value:
            return {**value, "unit": str(old["unit"])}
    return value


def _named(path: Path) -> Path:
    """The path without the name of the source in ``changes``, which is no field."""
    steps = list(path)
    if "changes" in steps[:3]:
        del steps[steps.index("changes") + 1]
    return tuple(steps)


def _below(node: Any, step: str | int) -> Any:
    try:
        return node[step]
    except (KeyError, IndexError, TypeError):
        return None


def _at(tree: Any, path: Path) -> Any:
    node = tree
    for step in path:
        node = _below(node, step)
    return node


def _assign(tree: Any, path: Path, value: Any) -> None:
    node: Any = tree
    for step in path[:-1]:
        inner = _below(node, step)
        own = {} if inner is None or not isinstance(inner, Mapping | list) else unshared(inner)
        if own is not inner:
            node[step] = own
        node = own
    if value is None and isinstance(path[-1], str):
        node.pop(path[-1], None)
    else:
        node[path[-1]] = value


def _close(tree: Any, text: str) -> str:
    """A path that exists and looks like what was typed."""
    known = [path_text(path) for path in _short(tree)]
    found = get_close_matches(text, known, n=1, cutoff=0.3)
    return f"{found[0]}=…" if found else _EXAMPLE


def _short(tree: Any) -> Iterable[Path]:
    """The paths of the fields as they are usually written."""
    for name, member in members(Dossier).items():
        if member.kind == "section" and member.section is not None:
            yield from ((name, inner) for inner in members(member.section))
    plans = _below(tree, "plans")
    for plan in plans if isinstance(plans, list) else ():
        if not isinstance(_below(plan, "id"), str):
            continue
        for name, member in members(Plan).items():
            if member.kind == "section" and member.section is not None:
                yield from ((plan["id"], name, inner) for inner in members(member.section))
        sources = _below(plan, "sources") or _below(plans[0], "sources")
        for source in sources if isinstance(sources, list) else ():
            if not isinstance(_below(source, "id"), str):
                continue
            for name, member in members(Source).items():
                yield (plan["id"], source["id"], name)
                if member.section is not None and member.kind == "section":
                    yield from ((plan["id"], source["id"], name, inner) for inner in members(member.section))
