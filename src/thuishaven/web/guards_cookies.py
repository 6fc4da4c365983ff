"""The cookies: each holds a reference token, and nothing about the visitor.

Over TLS their names begin with ``__Host-``: bound to this host, never sent in the clear. A browser refuses
that prefix on plain http, so there (this machine, or a trial without a certificate) they have other
names; one never stands in for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

SECURE_NAME = "__Host-draft"
PLAIN_NAME = "thuishaven-draft"


@dataclass(frozen=True, slots=True)
class Kind:
    """A cookie: its name over TLS and without, and from which other sites a link may bring it along."""

    secure: str
    plain: str
    samesite: Literal["lax", "strict"] = "lax"


#: A visitor's draft.
DRAFT = Kind(SECURE_NAME, PLAIN_NAME)
#: A signed-in person. A link in a letter brings it along, a form of another site does not.
SESSION = Kind("__Host-thuishaven-session", "thuishaven-session")
#: The shares that a visitor opened by their links, with dots between them.
SHARES = Kind("__Host-thuishaven-shares", "thuishaven-shares")
#: Someone whose password was right, and who is asked for a code.
STEP = Kind("__Host-thuishaven-step", "thuishaven-step")
#: Someone who was sent to another site to sign in there, and comes back from it.
AWAY = Kind("__Host-thuishaven-away", "thuishaven-away")


def name(request: HTTPConnection, kind: Kind = DRAFT) -> str:
    """The name of a cookie for a request, over TLS or not."""
    return kind.secure if request.url.scheme == "https" else kind.plain


def token(request: HTTPConnection, kind: Kind = DRAFT) -> str:
    """The reference token that a request brings; empty when it brings none."""
    return request.cookies.get(name(request, kind), "")


def give(
    request: HTTPConnection,
    response: Response,
    value: str,
    hours: float | None = 24,
    kind: Kind = DRAFT,
) -> None:
    """Let the browser keep a reference token, out of reach of scripts and other sites.

    Parameters
    ----------
    request, response
        What was asked over, and what takes the cookie along.
    value
        The token.
    hours
        For how long; as long as the draft lives after its last change. ``None``: until the browser is closed.
    kind
        Which cookie.
    """
    secure = request.url.scheme == "https"
    response.set_cookie(
        name(request, kind),
        value,
        max_age=None if hours is None else round(hours * 60 * 60),
        path="/",
        secure=secure,
        httponly=True,
        samesite=kind.samesite,
    )


def take_back(request: HTTPConnection, response: Response, kind: Kind = DRAFT) -> None:
    """Let the browser forget the reference token."""
    secure = request.url.scheme == "https"
    response.delete_cookie(
        name(request, kind), path="/", secure=secure, httponly=True, samesite=kind.samesite
    )
