"""The style sheet, the script and the icon: each under a name that holds its digest, kept for good."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from http import HTTPStatus
from importlib import resources

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.exceptions import HTTPException

#: A year, the longest that is honoured.
FOREVER = "public, max-age=31536000, immutable"
KINDS = {
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "woff": "font/woff",
}
#: The letters that the pictures were laid out with, and their weights.
LETTERS = {"letters.woff": "OpenSans-Regular.woff", "letters-bold.woff": "OpenSans-SemiBold.woff"}
WEIGHTS = {"letters.woff": "400", "letters-bold.woff": "600 700"}
_NAME = re.compile(r"([a-z][a-z0-9-]*)\.([0-9a-f]{16})\.([a-z]+)")

router = APIRouter(include_in_schema=False)


@cache
def content(name: str) -> bytes:
    """The bytes of a file of ours.

    Raises
    ------
    FileNotFoundError
        When there is none of that name.
    """
    if name == "charts.css":
        return _of_charts().encode()
    if name in LETTERS:
        return resources.files("thuishaven.report").joinpath("fonts", LETTERS[name]).read_bytes()
    return resources.files("thuishaven.web").joinpath("static", name).read_bytes()


def _of_charts() -> str:
    """The sheet of the pictures: their letters, and their ink on a dark page."""
    from thuishaven.report.charts import FONT, dark_sheet

    faces = [
        f'@font-face{{font-family:"{FONT}";font-weight:{weight};font-display:swap;'
        f'src:url("{address(name)}") format("woff")}}'
        for name, weight in WEIGHTS.items()
    ]
    return "\n".join([*faces, "@media (prefers-color-scheme: dark) {", dark_sheet(), "}", ""])


@cache
def address(name: str) -> str:
    """Where a file is served: its name changes when its content does.

    >>> address("thuishaven.css")[:19]
    '/static/thuishaven.'
    """
    stem, _, end = name.rpartition(".")
    return f"/static/{stem}.{hashlib.sha256(content(name)).hexdigest()[:16]}.{end}"


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Serve a file of ours under its present name; an older name is gone."""
    match = _NAME.fullmatch(name)
    if match is None or match[3] not in KINDS:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    plain = f"{match[1]}.{match[3]}"
    try:
        known = address(plain)
    except FileNotFoundError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    if known != f"/static/{name}":
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return Response(content(plain), media_type=KINDS[match[3]], headers={"Cache-Control": FOREVER})
