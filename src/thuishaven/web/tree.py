"""Places in a dossier as a draft keeps it: what stands there, how it is put there and taken away."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from thuishaven.dossier.structure import Path


def put(tree: Any, path: Path, value: Any) -> None:
    """Set the value at a path, or take it away; sections that then hold nothing go too."""
    if value is None:
        _take(tree, path)
        return
    node = tree
    for place, step in enumerate(path[:-1]):
        inner = _below(node, step)
        if not isinstance(inner, Mapping | list):
            inner = [] if isinstance(path[place + 1], int) else {}
            _set(node, step, inner)
            inner = _below(node, step)
        node = inner
    _set(node, path[-1], value)


def _set(node: Any, step: str | int, value: Any) -> None:
    if isinstance(node, list) and isinstance(step, int) and step >= len(node):
        node.append(value)
    else:
        node[step] = value


def _take(tree: Any, path: Path) -> None:
    nodes = [tree]
    for step in path[:-1]:
        inner = _below(nodes[-1], step)
        if inner is None:
            return
        nodes.append(inner)
    for node, step in zip(reversed(nodes), reversed(path), strict=True):
        if not isinstance(node, MutableMapping) or step not in node:
            return
        del node[step]
        if node:
            return


def _below(node: Any, step: str | int) -> Any:
    try:
        return node[step]
    except (KeyError, IndexError, TypeError):
        return None


def at(tree: Any, path: Path) -> Any:
    """What the dossier holds at a path; ``None`` for nothing."""
    node = tree
    for step in path:
        node = _below(node, step)
    return node


def without_empty(tree: Any, path: Path) -> None:
    """Take the items out of a list that hold nothing any more; the list too, when none is left."""
    items = at(tree, path)
    if not isinstance(items, list):
        return
    for place in range(len(items) - 1, -1, -1):
        if not items[place]:
            del items[place]
    if not items:
        _take(tree, path)
