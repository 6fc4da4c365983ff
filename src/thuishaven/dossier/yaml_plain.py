"""The plain tree of a YAML text, in a thirtieth of the time that the tree with comments and places takes.

A text is split into words by the C library libyaml, through PyYAML, where both are there; what a word means
(``on`` is a word, ``1.5`` a number) is asked of ruamel.yaml. Anything out of the ordinary, right or wrong, is
left to :func:`thuishaven.dossier.yaml.parse`, whose answer is the same or an error with its line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import Any

#: Signs that a text has to do without: all but letters and usual signs, and marks between documents.
_RARE = re.compile(r"[^\n\x20-\x7e\xa0-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff]|^(?:---|\.\.\.)", re.M)
#: How a text over several lines begins that both read alike.
_BLOCK = re.compile(r"[|>][-+]?\n +[^\s#]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Words that are kept with what they mean.
_WORDS = 8192


class Rare(Exception):
    """The text holds something that is not read this way."""


def plain_tree(text: str, ordinary: Callable[[str], bool], deepest: int, nodes: int) -> Any:
    """The tree of a text as dictionaries, lists, numbers and words.

    Parameters
    ----------
    text
        YAML, or JSON.
    ordinary
        Whether a word without quotes may stand as it is: not an ambiguous number.
    deepest, nodes
        How deep it may be nested, and how many values it may hold.

    Raises
    ------
    Rare
        When it has to be read with care: it holds a rare sign or a mistake, or PyYAML is not there.
    """
    if _RARE.search(text):
        raise Rare
    try:
        return _Tree(text, ordinary, deepest, nodes).document()
    except (ValueError, ArithmeticError, RecursionError, TypeError, StopIteration) as error:
        raise Rare from error


@cache
def _library() -> Any:
    """PyYAML, when it was built with libyaml."""
    try:
        found = import_module("yaml")
    except ImportError:
        return None
    return found if hasattr(found, "CSafeLoader") else None


def _events(text: str) -> Iterator[Any]:
    library = _library()
    if library is None:
        raise Rare
    try:
        yield from library.parse(text, Loader=library.CSafeLoader)
    except library.YAMLError as error:
        raise Rare from error


class _Tree:
    """A tree as it is put together from the words and signs of a text."""

    def __init__(self, text: str, ordinary: Callable[[str], bool], deepest: int, nodes: int) -> None:
        self._text, self._events = text, _events(text)
        self._ordinary, self._deepest, self._left = ordinary, deepest, nodes

    def document(self) -> Any:
        """The one document of the text; ``None`` when it is empty."""
        next(self._events)
        start = next(self._events)
        if _kind(start) != "DocumentStartEvent":
            return None
        found = self._value(next(self._events), 0)
        next(self._events)
        if _kind(next(self._events)) != "StreamEndEvent":
            raise Rare
        return found

    def _value(self, event: Any, depth: int) -> Any:
        self._left -= 1
        if depth >= self._deepest or self._left < 0 or getattr(event, "anchor", None) or event.tag:
            raise Rare
        match _kind(event):
            case "ScalarEvent":
                return self._scalar(event)
            case "SequenceStartEvent":
                return list(self._items(depth))
            case "MappingStartEvent":
                return self._mapping(depth)
        raise Rare

    def _scalar(self, event: Any) -> Any:
        if event.style in ("|", ">") and not _BLOCK.match(self._text, event.start_mark.index):
            raise Rare
        if event.style:
            return event.value
        if not self._ordinary(event.value):
            raise Rare
        return meant(event.value)

    def _items(self, depth: int) -> Iterator[Any]:
        for event in self._events:
            if _kind(event) == "SequenceEndEvent":
                return
            yield self._value(event, depth + 1)

    def _mapping(self, depth: int) -> dict[str, Any]:
        found: dict[Any, Any] = {}
        for event in self._events:
            kind = _kind(event)
            if kind == "MappingEndEvent":
                break
            if kind != "ScalarEvent":
                raise Rare
            key, value = self._value(event, depth + 1), next(self._events)
            # ruamel.yaml cannot place some comments between a name and a word on the next line.
            apart = _kind(value) == "ScalarEvent" and value.start_mark.line != event.end_mark.line
            if key in found or apart:
                raise Rare
            found[key] = self._value(value, depth + 1)
        return {str(key): value for key, value in found.items()}


def _kind(event: Any) -> str:
    return type(event).__name__


@lru_cache(_WORDS)
def meant(word: str) -> Any:
    """What a word without quotes means in YAML 1.2: nothing, a truth, a number, a day, or itself.

    >>> meant("1.50"), meant("0x1f"), meant("no"), meant("true"), meant(""), meant("2026-11-21")
    (1.5, 31, 'no', True, None, datetime.date(2026, 11, 21))
    """
    from ruamel.yaml.nodes import ScalarNode

    resolver, constructor = _ruamel()
    tag = str(resolver.resolve(ScalarNode, word, (True, False)))
    if (kind := tag.rpartition(":")[2]) == "str":
        return word
    if kind == "timestamp" and _DAY.fullmatch(word):
        return dt.date.fromisoformat(word)
    if kind not in ("null", "bool", "int", "float"):
        raise Rare
    return getattr(constructor, f"construct_yaml_{kind}")(ScalarNode(tag, word))


@cache
def _ruamel() -> tuple[Any, Any]:
    from ruamel.yaml import YAML

    reader = YAML(typ="safe", pure=True)
    return reader.resolver, reader.constructor
