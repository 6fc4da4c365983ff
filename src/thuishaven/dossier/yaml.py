"""YAML in and out: with line numbers for messages, comments kept, and the traps of the format caught."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from thuishaven.dossier.problems import DossierError, Problem
from thuishaven.dossier.translate import AMBIGUOUS, clear

if TYPE_CHECKING:
    from ruamel.yaml import YAML

#: Characters of a number that may have more digits than ruamel keeps.
_LONG = 17
_ZERO = re.compile(r"[+-]?0\d")
_MAX_BYTES = 2_000_000
_MAX_DEPTH = 40
_MAX_NODES = 200_000
_BOM = "\ufeff"
_EXAMPLE = "company: {country: BEL}"
#: Characters that turn the direction of a text, and so show another text than is read.
HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069]")
_HUGE = re.compile(r"[+-]?(0[xob])?[0-9A-Fa-f_]{310,}")
#: The first list of a block style: how deep its key stands and how deep its dash.
_LIST = re.compile(
    r"^( *)(?:- )?[^\s#'\"{\[][^\n#]*:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*( *)- ", re.M
)
_NESTED = re.compile(r"^[\w\"']+:[ \t]*(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)*( +)[\w\"']", re.M)


@cache
def _representer() -> type[Any]:
    from ruamel.yaml.representer import RoundTripRepresenter
    from ruamel.yaml.scalarfloat import ScalarFloat

    class Representer(RoundTripRepresenter):
        """Writes 1.125 as 1.1250, which no one takes for a thousand, and a range on one line."""

        def plain_float(self, value: float) -> Any:
            node = self.represent_float(value)
            node.value = clear(node.value)
            return node

        def kept_float(self, value: Any) -> Any:
            node = self.represent_scalar_float(value)
            # ruamel changes the last digit of some long numbers, and 1_000.5 into 01000.5.
            kept = len(node.value) < _LONG and not _ZERO.match(node.value)
            return node if kept else self.plain_float(float(value))

        def plain_mapping(self, value: dict[Any, Any]) -> Any:
            node = self.represent_dict(value)
            node.flow_style = bool(value) and not any(
                isinstance(part, dict | list) for part in value.values()
            )
            return node

        def plain_text(self, value: str) -> Any:
            # ruamel writes {a: ?b} but does not read it.
            style = '"' if value.startswith("?") else None
            return self.represent_scalar("tag:yaml.org,2002:str", value, style=style)

        def no_value(self, value: None) -> Any:
            return self.represent_scalar("tag:yaml.org,2002:null", "null")

    Representer.add_representer(ScalarFloat, Representer.kept_float)
    Representer.add_representer(float, Representer.plain_float)
    Representer.add_representer(str, Representer.plain_text)
    Representer.add_representer(dict, Representer.plain_mapping)
    Representer.add_representer(type(None), Representer.no_value)
    return Representer


def _reader() -> YAML:
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.Representer = _representer()
    return yaml


def read_text(path: Path, limit: int = _MAX_BYTES) -> str:
    """The text of a file, to the letter.

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
    raw = path.read_bytes()
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        binary = b"\0" in raw
        line = None if binary else raw.count(b"\n", 0, error.start) + 1
        raise DossierError([Problem("not_text", line=line)], str(path)) from None


def parse(text: str, *, machine: bool = False) -> Any:
    """The tree of a YAML text, with positions and comments (ruamel.yaml's round-trip types).

    Parameters
    ----------
    text
        YAML, or JSON.
    machine
        Written by a program (JSON): numbers such as 1.450 mean what they say.

    Raises
    ------
    DossierError
        If it is not YAML, nested too deeply, refers to itself too often, or has an ambiguous number such as
        1.450.
    """
    text = text.removeprefix(_BOM)
    problems = list(_check_tokens(text, machine))
    if problems:
        raise DossierError(problems)
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return _reader().load(text)
    except MarkedYAMLError as error:
        raise DossierError([_unreadable(error)]) from None
    except (YAMLError, ValueError, ArithmeticError, RuntimeError, TypeError, AttributeError) as error:
        raise DossierError([Problem("not_yaml", "", _what(error))]) from None


def _what(error: Exception) -> dict[str, str]:
    lines = str(error).splitlines() or [type(error).__name__]
    return {"value": lines[0][:120], "example": _EXAMPLE}


def _unreadable(error: Any) -> Problem:
    """Our problem for an error of the YAML reader, with its line."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else None
    what = str(error.problem or error.context or "")
    if type(error).__name__ == "DuplicateKeyError":
        key = what.split('"')[1] if what.count('"') > 1 else ""
        return Problem("duplicate_key", "", {"value": key[:40]}, line)
    if "'\\t'" in what:
        return Problem("tab", "", {"example": "  name: …"}, line)
    return Problem("not_yaml", "", {"value": what[:120], "example": _EXAMPLE}, line)


def _check_tokens(text: str, machine: bool) -> Iterator[Problem]:
    """Walk the events before any tree is built: hidden characters, depth, aliases, ambiguous and endless
    numbers.
    """
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    if found := HIDDEN.search(text):
        params = {"value": f"U+{ord(found[0]):04X}"}
        yield Problem("hidden_character", "", params, text.count("\n", 0, found.start()) + 1)
        return
    try:
        yield from _check_events(text, machine)
    except MarkedYAMLError as error:
        yield _unreadable(error)
    except ReaderError as error:
        character = (
            error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "?")
        )
        line = text.count("\n", 0, error.position) + 1
        yield Problem("hidden_character", "", {"value": f"U+{character:04X}"}, line)
    except (YAMLError, ValueError, RuntimeError) as error:
        yield Problem("not_yaml", "", _what(error))


def _check_events(text: str, machine: bool) -> Iterator[Problem]:
    from ruamel.yaml import events

    sizes: dict[str, int] = {}
    open_: list[tuple[str | None, int]] = []
    nodes = 0
    for event in _reader().parse(io.StringIO(text)):
        if isinstance(event, events.AliasEvent):
            if event.anchor not in sizes:
                yield Problem("alias_bomb", line=event.start_mark.line + 1)
                return
            nodes += sizes[event.anchor]
        elif isinstance(event, events.CollectionStartEvent):
            nodes += 1
            open_.append((event.anchor, nodes))
        elif isinstance(event, events.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor:
                sizes[anchor] = nodes - before + 1
        elif isinstance(event, events.ScalarEvent):
            nodes += 1
            if event.anchor:
                sizes[event.anchor] = 1
            if event.style is None and (problem := _number(event.value, machine)):
                yield Problem(problem.code, "", problem.params, event.start_mark.line + 1)
        if len(open_) > _MAX_DEPTH:
            yield Problem("too_deep", line=event.start_mark.line + 1)
            return
        if nodes > _MAX_NODES:
            params = {"value": f"> {_MAX_NODES}", "expected": str(_MAX_NODES)}
            yield Problem("alias_bomb" if sizes else "too_large", "", params)
            return


def _number(value: str, machine: bool) -> Problem | None:
    if _HUGE.fullmatch(value):
        return Problem("number_too_large", params={"example": "12.5"})
    if machine or not AMBIGUOUS.fullmatch(value):
        return None
    return Problem(
        "ambiguous_number",
        params={"value": value, "whole": value.replace(".", ""), "decimal": clear(value)},
    )


def content(text: str, *, machine: bool = False) -> Any:
    """What a YAML text says, as :func:`plain` gives it of :func:`parse`, in a part of the time.

    For who needs no comments and no line numbers. Parameters and errors as for :func:`parse`.
    """
    from thuishaven.dossier.yaml_plain import Rare, plain_tree

    text = text.removeprefix(_BOM)
    try:
        return plain_tree(text, lambda word: _number(word, machine) is None, _MAX_DEPTH, _MAX_NODES)
    except Rare:
        return plain(parse(text, machine=machine))


def line_of(tree: Any, location: tuple[Any, ...]) -> int | None:
    """Line (from 1) of the field at ``location``, or of the nearest parent that has one."""
    line: int | None = None
    node = tree
    for step in location:
        position: Any = getattr(node, "lc", None)
        with suppress(AttributeError, KeyError, TypeError, IndexError):
            line = (position.key(step) if isinstance(step, str) else position.item(step))[0] + 1
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
        # ruamel keeps a truth value with an anchor as a kind of whole number.
        return bool(node) if type(node).__name__ == "ScalarBoolean" else int(node)
    if isinstance(node, float):
        return float(node)
    if isinstance(node, str):
        return str(node)
    return node


def dump(tree: Any, like: str = "") -> str:
    """YAML text of a tree; one that came from :func:`parse` keeps its comments, quotes and order.

    Parameters
    ----------
    tree
        What to write.
    like
        A text whose indentation is kept.
    """
    from ruamel.yaml.comments import CommentedMap

    out = io.StringIO()
    writer = _reader()
    mapping, offset = 2, 2
    if found := _LIST.search(like):
        offset = max(len(found[2]) - len(found[1]), 0)
    if found := _NESTED.search(like):
        mapping = len(found[1])
    writer.indent(mapping=mapping, sequence=offset + 2, offset=offset)
    writer.dump(CommentedMap(tree) if type(tree) is dict else tree, out)
    return out.getvalue()


def text_of(tree: Any, text: str) -> str:
    """The text to save for a tree that was read from ``text``: to the letter the same when nothing in it
    changed.
    """
    if text:
        try:
            if content(text) == plain(tree):
                return text
        except DossierError:
            return dump(tree)
    return dump(tree, text)
