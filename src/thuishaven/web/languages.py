"""Which language a reader is served in, and the address of the same page in another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import Request

from thuishaven.locale import LANGUAGES

_PART = re.compile(r"^\s*([A-Za-z-]+|\*)\s*(?:;\s*q\s*=\s*([\d.]+))?\s*$")
#: What each language calls itself.
NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français", "xx": "⟦xx⟧"}


def wished(header: str, offered: Sequence[str] = LANGUAGES) -> str:
    """The language a browser asks for among those offered; Dutch when it asks for none of them.

    >>> wished("fr-BE,fr;q=0.9,en;q=0.8"), wished("de"), wished("en;q=0.2, nl-BE;q=0.7")
    ('fr', 'nl', 'nl')
    """
    best, found = 0.0, offered[0]
    for part in header.split(","):
        match = _PART.match(part)
        if match is None:
            continue
        short = match[1].split("-")[0].lower()
        try:
            weight = float(match[2] or 1)
        except ValueError:
            continue
        if short in offered and weight > best:
            best, found = weight, short
    return found


def in_language(request: Request, language: str) -> str:
    """The address of the page that is read now in another language."""
    path, query = request.url.path, request.url.query
    _before, _slash, rest = path.lstrip("/").partition("/")
    return f"/{language}/{rest}" + (f"?{query}" if query and request.method == "GET" else "")
