"""YAML in and out: with line numbers for messages, comments kept, and the traps of the format caught."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuishaven.dossier.problems import DossierError, Problem

if TYPE_CHECKING:
    from ruamel.yaml import YAML

#: A number that a Dutch or French hand may have meant as thousands: 1.450 but not 0.450 or 1.4500.
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_MAX_BYTES = 2_000_000
_MAX_DEPTH = 40
_MAX_NODES = 200_000


def _reader() -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    return yaml


def read_text(path: Path, limit: int = _MAX_BYTES) -> str:
    """The text of a file.

    Raises
    ------
    DossierError
        If there is no such file, it is larger than ``limit`` bytes, or it is not UTF-8.
    """
    if not path.is_file():
        raise DossierError([Problem("no_file", params={"value": str(path)})], str(path))
    size = path.stat().st_size
    if size > limit:
        params = {"value": f"{size / 1e6:.1f} MB", "expected": f"{limit / 1e6:.0f} MB"}
        raise DossierError([Problem("too_large", params=params)], str(path))
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DossierError([Problem("not_text")], str(path)) from error


def parse(text: str) -> Any:
    """The tree of a YAML text, with positions and comments (ruamel.yaml's round-trip types).

    Raises
    ------
    DossierError
        If it is not YAML, nested too deeply, refers to itself too often, or has an ambiguous number such as 1.450.
    """
    from ruamel.yaml.constructor import DuplicateKeyError
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    problems = list(_check_tokens(text))
    if problems:
        raise DossierError(problems)
    try:
        return _reader().load(text)
    except DuplicateKeyError as error:
        mark = error.problem_mark
        value = str(error.problem).split('"')[1] if '"' in str(error.problem) else ""
        raise DossierError([Problem("duplicate_key", "", {"value": value}, mark.line + 1 if mark else None)]) from None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = str(error.problem or error.context or "")[:120]
        raise DossierError([Problem("not_yaml", "", {"value": what}, mark.line + 1 if mark else None)]) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise DossierError([Problem("not_yaml", "", {"value": str(error).splitlines()[0][:120]})]) from None


def _check_tokens(text: str) -> Iterator[Problem]:
    """Walk the events before any tree is built: depth, aliases and ambiguous numbers."""
    from ruamel.yaml import events
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    depth = nodes = aliases = 0
    try:
        for event in _reader().parse(io.StringIO(text)):
            nodes += 1
            if isinstance(event, events.CollectionStartEvent):
                depth += 1
            elif isinstance(event, events.CollectionEndEvent):
                depth -= 1
            elif isinstance(event, events.AliasEvent):
                aliases += 1
            elif isinstance(event, events.ScalarEvent) and event.style is None and _AMBIGUOUS.fullmatch(event.value):
                params = {
                    "value": event.value,
                    "whole": event.value.replace(".", ""),
                    "decimal": f"{event.value}0",
                }
                yield Problem("ambiguous_number", "", params, event.start_mark.line + 1)
            if depth > _MAX_DEPTH:
                yield Problem("too_deep", line=event.start_mark.line + 1)
                return
            if nodes > _MAX_NODES or aliases > _MAX_DEPTH:
                yield Problem("alias_bomb" if aliases else "too_large", "", {"value": "", "expected": str(_MAX_NODES)})
                return
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = str(error.problem or error.context or "")[:120]
        yield Problem("not_yaml", "", {"value": what}, mark.line + 1 if mark else None)
    except (YAMLError, ValueError, RecursionError) as error:
        yield Problem("not_yaml", "", {"value": str(error).splitlines()[0][:120]})


def line_of(tree: Any, location: tuple[Any, ...]) -> int | None:
    """Line (from 1) of the field at ``location``, or of the nearest parent that has one."""
    line: int | None = None
    node = tree
    for step in location:
        position = getattr(node, "lc", None)
        try:
            line = (position.key(step) if isinstance(step, str) else position.item(step))[0] + 1
        except (AttributeError, KeyError, TypeError, IndexError):
            pass
        try:
            node = node[step]
        except (KeyError, TypeError, IndexError):
            return line
    return line


def plain(node: Any) -> Any:
    """The tree as plain dictionaries, lists, numbers and text, without positions and comments."""
    if isinstance(node, dict):
        return {str(key): plain(value) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [plain(value) for value in node]
    if isinstance(node, bool) or node is None:
        return node
    if isinstance(node, int):
        return int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, str):
        return str(node)
    return node


def dump(tree: Any) -> str:
    """YAML text of a tree; one that came from :func:`parse` keeps its comments, quotes and order."""
    out = io.StringIO()
    writer = _reader()
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.dump(tree, out)
    return out.getvalue()
