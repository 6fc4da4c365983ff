"""What is sent back: the same bytes for the same question, with a tag that says so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.status import HTTP_200_OK, HTTP_304_NOT_MODIFIED

#: Kept by whoever asked, and asked again each time with the tag; by nobody in between.
OWN = "private, no-cache"
#: The same for everyone.
SHARED = "public, max-age=60"


def written(found: Any) -> bytes:
    """A plain value as JSON, in UTF-8, closed by a new line."""
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def tag(content: bytes) -> str:
    """The entity tag of an answer: it changes when a byte does.

    >>> tag(b"a")
    '"ca978112ca1bbdcafac231b39a23dc4d"'
    """
    return f'"{hashlib.sha256(content).hexdigest()[:32]}"'


def matches(header: str, entity: str) -> bool:
    """Whether a tag is one of those in ``If-None-Match`` or ``If-Match``; weak ones count as strong.

    >>> matches('W/"x", "y"', '"x"'), matches("*", '"x"'), matches("", '"x"')
    (True, True, False)
    """
    tags = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in tags or entity in tags


def answer(
    request: Request,
    content: bytes,
    media_type: str = "application/json",
    cache: str = OWN,
    headers: Mapping[str, str] | None = None,
    entity: str | None = None,
) -> Response:
    """An answer with its tag; only "not modified" to one who holds it already.

    Parameters
    ----------
    request
        The question; a tag in it counts where it only reads.
    content
        The bytes.
    media_type
        What they are.
    cache
        Who may keep them.
    headers
        Headers to add.
    entity
        The tag; of the bytes when absent.
    """
    entity = entity or tag(content)
    told = {"ETag": entity, "Cache-Control": cache, **(headers or {})}
    if request.method == "GET" and matches(request.headers.get("if-none-match", ""), entity):
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=told)
    return Response(content, HTTP_200_OK, told, media_type)
