"""Paths in a dossier as text: ``plans[1].sources[2].share``, counted from 1 as people do."""

from __future__ import annotations

import json
import re

from thuishaven.dossier.structure import Path

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_STEP = re.compile(r'\.?(?:([^\s.\[\]"]+)|("(?:[^"\\]|\\.)*"))|\[(\d{1,4})\]')


def path_text(path: Path) -> str:
    """A path as text; a name with a point or a space in it stands between quotes.

    >>> path_text(("terms", "payments", 0, "share")), path_text(("scan", "a.b"))
    ('terms.payments[1].share', 'scan."a.b"')
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step + 1}]"
        else:
            name = step if _PLAIN.fullmatch(step) else json.dumps(step)
            text += f".{name}" if text else name
    return text


def path_of(text: str) -> Path | None:
    """The path that a text means, ``None`` where it means none.

    >>> path_of('terms.payments[1].share'), path_of('scan."a.b"'), path_of("a..b")
    (('terms', 'payments', 0, 'share'), ('scan', 'a.b'), None)
    """
    steps: list[str | int] = []
    position = 0
    text = text.strip()
    while position < len(text):
        found = _STEP.match(text, position)
        if found is None or found.end() == position:
            return None
        name, quoted, index = found.groups()
        starts = text[position] == "."
        if index is None and starts == (position == 0):
            return None
        if index is not None and (int(index) == 0 or not steps):
            return None
        try:
            steps.append(int(index) - 1 if index else str(json.loads(quoted)) if quoted else name)
        except ValueError:
            return None
        position = found.end()
    return tuple(steps) or None
