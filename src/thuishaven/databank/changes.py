"""What differs between two trees, and what two people's changes give together: pure functions.

A tree is plain JSON. Places in it are paths such as ``plans.home.sources.tilburg.share``: items of a list
that carry an ``id`` are known by it and keep their own history; a list without is one value, and so is a
quantity with a range, because half of one range and half of another is nobody's opinion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thuishaven.access import canonical


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"

    def __bool__(self) -> bool:
        return False


#: What stands where nothing stands.
ABSENT: Any = _Absent()
Whole = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two trees differ; ``ABSENT`` where one of them has nothing.

    ``place`` is its path. For a list whose items only stand in another order it holds both orders.
    """

    place: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that two people changed, each in their own way."""

    place: str
    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What two people's changes give together; at each clash ``tree`` has theirs."""

    tree: Any
    clashes: tuple[Clash, ...]


def _never(_value: Any) -> bool:
    return False


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: ``True`` is not 1, and the order of keys does not count."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return canonical(one) == canonical(other)


def key_in_path(key: str) -> str:
    """A key as it stands in a path; points and spaces in it are escaped.

    So no key can pass for a deeper place, nor for a second one: spaces stand between places.

    >>> key_in_path("a.b")
    'a\\\\.b'
    """
    return key.replace("\\", "\\\\").replace(".", "\\.").replace(" ", "\\ ")


def _below(place: str, key: str) -> str:
    return f"{place}.{key_in_path(key)}" if place else key_in_path(key)


def _named(value: Any) -> bool:
    """Whether it is a list whose items each have an id of their own, as in an empty one they do."""
    if not isinstance(value, list):
        return False
    ids = [item.get("id") for item in value if isinstance(item, Mapping)]
    return len(ids) == len(value) and all(isinstance(name, str) for name in ids) and len(set(ids)) == len(ids)


def _children(value: Any, whole: Whole) -> dict[str, Any] | None:
    """The parts of a value by name; ``None`` for one that is taken as a whole."""
    if isinstance(value, Mapping):
        return None if whole(value) else {str(key): part for key, part in value.items()}
    return {item["id"]: item for item in value} if _named(value) else None


def _kind(*values: Any) -> type | None:
    """Mapping or list when all values that are there are that."""
    kinds = {list if isinstance(value, list) else dict for value in values if value is not ABSENT}
    return kinds.pop() if len(kinds) == 1 else None


def differences(old: Any, new: Any, whole: Whole = _never) -> tuple[Difference, ...]:
    """Where two trees differ, in the order of the new one.

    Parameters
    ----------
    old, new
        Trees.
    whole
        Says of a mapping that it is one value.

    >>> [(found.place, found.old, found.new) for found in differences({"a": 1, "b": [1]}, {"b": [2], "c": 3})]
    [('b', [1], [2]), ('c', ABSENT, 3), ('a', 1, ABSENT)]
    """
    return tuple(_differences(old, new, "", whole))


def _differences(old: Any, new: Any, place: str, whole: Whole) -> Iterator[Difference]:
    if same(old, new):
        return
    before, after = _children(old, whole), _children(new, whole)
    if before is None or after is None or _kind(old, new) is None:
        yield Difference(place, old, new)
        return
    for name in [*after, *(name for name in before if name not in after)]:
        yield from _differences(before.get(name, ABSENT), after.get(name, ABSENT), _below(place, name), whole)
    if isinstance(new, list):
        kept = [name for name in before if name in after], [name for name in after if name in before]
        if kept[0] != kept[1]:
            yield Difference(place, kept[0], kept[1])


def merge(base: Any, mine: Any, theirs: Any, whole: Whole = _never) -> Merged:
    """Bring two people's changes of one tree together, place by place.

    Parameters
    ----------
    base
        What both started from.
    mine, theirs
        What each made of it.
    whole
        Says of a mapping that it is one value.

    Returns
    -------
    Merged
        The tree, and the places that both changed differently.

    >>> merge({"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "b": 3})
    Merged(tree={'a': 2, 'b': 3}, clashes=())
    >>> merge({"a": 1}, {"a": 2}, {"a": 3}).clashes
    (Clash(place='a', base=1, mine=2, theirs=3),)
    """
    clashes: list[Clash] = []
    tree = _merge(base, mine, theirs, "", whole, clashes)
    return Merged(tree, tuple(clashes))


def _merge(base: Any, mine: Any, theirs: Any, place: str, whole: Whole, clashes: list[Clash]) -> Any:
    if same(mine, theirs) or same(base, theirs):
        return mine
    if same(base, mine):
        return theirs
    parts = [_children(value, whole) for value in (base, mine, theirs)]
    kind = _kind(mine, theirs) if base is ABSENT else _kind(base, mine, theirs)
    if parts[1] is None or parts[2] is None or kind is None or (base is not ABSENT and parts[0] is None):
        clashes.append(Clash(place, base, mine, theirs))
        return theirs
    before, left, right = parts[0] or {}, parts[1], parts[2]
    found = {}
    for name in _order(list(before), list(left), list(right)):
        one, two, three = (part.get(name, ABSENT) for part in (before, left, right))
        value = _merge(one, two, three, _below(place, name), whole, clashes)
        if value is not ABSENT:
            found[name] = value
    return list(found.values()) if kind is list else found


def _order(base: list[str], mine: list[str], theirs: list[str]) -> list[str]:
    """All names: in their order, unless only I changed it; what one side added follows its neighbour."""
    moved = [name for name in theirs if name in base] != [name for name in base if name in theirs]
    lead, rest = (theirs, mine) if moved else (mine, theirs)
    found = list(lead)
    for index, name in enumerate(rest):
        if name not in found:
            before = rest[index - 1] if index else None
            found.insert(found.index(before) + 1 if before is not None else 0, name)
    return found


def settled(merged: Merged, choices: Mapping[str, str]) -> Any:
    """The merged tree with each clash decided.

    Parameters
    ----------
    merged
        From :func:`merge`.
    choices
        ``mine`` or ``theirs`` for the path of each clash; theirs where nothing is chosen.
    """
    tree = merged.tree
    for clash in merged.clashes:
        if choices.get(clash.place) == "mine":
            tree = put(tree, clash.place, clash.mine)
    return tree


def put(tree: Any, place: str, value: Any) -> Any:
    """A copy of a tree with another value at a path; ``ABSENT`` takes it away.

    >>> put({"a": {"b": 1}}, "a.b", 2), put({"a": {"b": 1}}, "a.b", ABSENT)
    ({'a': {'b': 2}}, {'a': {}})
    """
    return _put(tree, keys_of(place), value)


def _put(tree: Any, steps: list[str], value: Any) -> Any:
    if not steps:
        return value
    parts = dict(_children(tree, _never) or {})
    new = _put(parts.get(steps[0], ABSENT), steps[1:], value)
    if new is ABSENT:
        parts.pop(steps[0], None)
    else:
        parts[steps[0]] = new
    return list(parts.values()) if isinstance(tree, list) else parts


def keys_of(place: str) -> list[str]:
    """The keys of a path.

    >>> keys_of("plans.home\\\\.1.share")
    ['plans', 'home.1', 'share']
    """
    steps, word, escaped = [], "", False
    for sign in place:
        if escaped or sign not in "\\.":
            word, escaped = word + sign, False
        elif sign == "\\":
            escaped = True
        else:
            steps.append(word)
            word = ""
    return [*steps, word] if place else []
