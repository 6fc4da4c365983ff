"""The one cookie: it holds the reference token of a visitor's draft, and nothing about the visitor.

Over TLS it is ``__Host-draft``: bound to this host, never sent in the clear. A browser refuses that prefix on
plain http, so there (this machine, or a trial without a certificate) it has another name; one never stands in
for the other.
"""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.responses import Response

SECURE_NAME = "__Host-draft"
PLAIN_NAME = "thuishaven-draft"


def name(request: HTTPConnection) -> str:
    """The name of the cookie for a request, over TLS or not."""
    return SECURE_NAME if request.url.scheme == "https" else PLAIN_NAME


def token(request: HTTPConnection) -> str:
    """The reference token that a request brings; empty when it brings none."""
    return request.cookies.get(name(request), "")


def give(request: HTTPConnection, response: Response, value: str, hours: float = 24) -> None:
    """Let the browser keep a reference token, out of reach of scripts and other sites.

    Parameters
    ----------
    request, response
        What was asked over, and what takes the cookie along.
    value
        The token.
    hours
        For how long; as long as the draft lives after its last change.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(
        name(request),
        value,
        max_age=round(hours * 60 * 60),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_back(request: HTTPConnection, response: Response) -> None:
    """Let the browser forget the reference token."""
    secure = request.url.scheme == "https"
    response.delete_cookie(name(request), path="/", secure=secure, httponly=True, samesite="lax")
