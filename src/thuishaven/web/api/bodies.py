"""What is sent: a dossier or answers as JSON, YAML or XLSX, read within limits, told by its first bytes."""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.requests import Request

from thuishaven.dossier import Document, DossierError, Problem, build, open_document, yaml
from thuishaven.web.api.problems import Refused
from thuishaven.web.guards_files import JSON, XLSX, YAML, kind_of, on_disk

#: Media types that are read, and the kind that the bytes must then be; ``None`` goes by the bytes.
MEDIA_TYPES: dict[str, str | None] = {
    "application/json": JSON,
    "application/yaml": YAML,
    "application/x-yaml": YAML,
    "text/yaml": YAML,
    "text/plain": YAML,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": XLSX,
    "application/octet-stream": None,
    "": None,
}
EXPECTED = "application/json, application/yaml, XLSX"


@dataclass(frozen=True, slots=True)
class Sent:
    """A body: its bytes, what they are, and a fingerprint that stands for them."""

    content: bytes
    kind: str

    @property
    def digest(self) -> str:
        """Fingerprint of the kind and the bytes."""
        return hashlib.sha256(self.kind.encode() + b" " + self.content).hexdigest()


async def sent(request: Request) -> Sent:
    """The body of a request.

    Raises
    ------
    Refused
        When it is empty, of a kind that is not read, or other than its media type says.
    """
    declared = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if declared not in MEDIA_TYPES:
        raise Refused("unknown_kind", expected=EXPECTED)
    content = await request.body()
    if not content.strip():
        raise Refused("no_body")
    kind, wanted = kind_of(content), MEDIA_TYPES[declared]
    # A text under a text's name is what its name says: JSON may be sent as YAML, which it is, too.
    if wanted is not None and wanted != kind and XLSX in (wanted, kind):
        raise Refused("unknown_kind", expected=EXPECTED)
    return Sent(content, wanted or kind)


def document(body: Sent, changes: Iterable[str] = (), depth: int = 32) -> Document:
    """The dossier in a body.

    Parameters
    ----------
    body
        What was sent.
    changes
        Fields to set first, as ``path=value``.
    depth
        Deepest nesting of JSON that is read.

    Raises
    ------
    DossierError
        With every problem found.
    """
    if body.kind == JSON:
        tree = json_tree(body.content, depth)
        found = Document(build(tree), tree)
    else:
        with on_disk(body.content, body.kind) as path:
            found = _named(open_document, path)
    wishes = list(changes)
    return changed(found, wishes) if wishes else found


def changed(found: Document, changes: Iterable[str]) -> Document:
    """A dossier with some fields set, each ``path=value``; raises as :func:`document`."""
    from thuishaven.dossier import apply_settings

    tree = apply_settings(found.tree, changes)
    return Document(build(tree), tree, None, found.text)


def _named(read: Any, path: Any) -> Any:
    """Read a file of ours; its name is nobody's business."""
    try:
        return read(path)
    except DossierError as error:
        raise DossierError(error.problems) from None


def tree_of(body: Sent, depth: int = 32) -> Any:
    """The names and values in a body that is no spreadsheet; raises as :func:`document`."""
    if body.kind == XLSX:
        raise Refused("unknown_kind", expected="application/json, application/yaml")
    if body.kind == JSON:
        return json_tree(body.content, depth)
    with on_disk(body.content, YAML) as path:
        return _named(lambda file: yaml.plain(yaml.parse(yaml.read_text(file))), path)


def json_tree(content: bytes, depth: int) -> Any:
    """JSON as plain values, with what could do harm refused before anything is made of it.

    Parameters
    ----------
    content
        UTF-8.
    depth
        Deepest nesting that is read.

    Raises
    ------
    DossierError
        For what is no JSON, a name that stands twice, NaN and Infinity, endless numbers, invisible
        characters, nesting that is too deep.

    Examples
    --------
    >>> json_tree(b'{"a": [1, 2.5]}', 8)
    {'a': [1, 2.5]}
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DossierError([Problem("not_text", line=line)]) from None
    try:
        tree = json.loads(
            text, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite, parse_int=_whole
        )
    except json.JSONDecodeError as error:
        raise DossierError([Problem("not_json", "", {"value": error.msg}, error.lineno)]) from None
    except RecursionError:
        raise DossierError([Problem("too_deep")]) from None
    _check(tree, depth)
    return tree


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = Counter(name for name, _value in pairs).most_common(1)[0][0]
        raise DossierError([Problem("duplicate_key", "", {"value": twice[:40]})])
    return found


def _no_number(word: str) -> NoReturn:
    raise DossierError([Problem("not_finite", "", {"value": word, "expected": "12.5", "example": "12.5"})])


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _no_number(digits[:40])
    return value


def _whole(digits: str) -> int:
    if len(digits) > sys.float_info.max_10_exp:
        raise DossierError([Problem("number_too_large", "", {"example": "12.5"})])
    return int(digits)


def _check(tree: Any, depth: int) -> None:
    """Refuse nesting that is too deep and text that shows otherwise than it reads."""
    level = [tree]
    for _step in range(depth + 1):
        below: list[Any] = []
        for node in level:
            if isinstance(node, Mapping):
                for name in node:
                    _visible(name)
                below += node.values()
            elif isinstance(node, list):
                below += node
            elif isinstance(node, str):
                _visible(node)
        if not below:
            return
        level = below
    raise DossierError([Problem("too_deep")])


def _visible(text: str) -> None:
    if text.isascii():
        return
    found = yaml.HIDDEN.search(text)
    odd = found[0] if found else next((c for c in text if "\ud800" <= c <= "\udfff"), None)
    if odd is not None:
        raise DossierError([Problem("hidden_character", "", {"value": f"U+{ord(odd):04X}"})])
