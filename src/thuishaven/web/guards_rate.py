"""How often one address, one session or one key may ask: a bucket that fills up again at a steady rate."""

from __future__ import annotations

import hashlib
import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection
from starlette.types import Scope

from thuishaven.web import guards_cookies as cookies
from thuishaven.web.guards_client import household

if TYPE_CHECKING:
    from thuishaven.web.ops_settings import ServerSettings


#: Where a password, a code or the token of a letter is tried, and where anybody leaves a message.
_DOORS = re.compile(
    r"/[a-z]{2}/(?:account/(?:sign-in|code|register|reset|confirm|invite|email)(?:/.*)?"
    r"|cases/(?:tell|[^/]+/error))"
)


class Buckets:
    """A token bucket per visitor.

    Parameters
    ----------
    per_minute
        Tokens that come back in a minute.
    burst
        Tokens that a full bucket holds.
    most
        Buckets that are kept; the one that was used longest ago is let go first.
    clock
        Says how late it is, in seconds.
    """

    def __init__(
        self, per_minute: float, burst: int, most: int = 2**16, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._most = most
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, visitor: str) -> int:
        """Take a token; says after how many whole seconds there will be one, 0 when there was one now."""
        now = self._clock()
        tokens, at = self._buckets.pop(visitor, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - at) * self._rate)
        enough = tokens >= 1
        self._buckets[visitor] = (tokens - 1 if enough else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return 0 if enough else max(1, math.ceil((1 - tokens) / self._rate))


class Limits:
    """Everything that is counted about a request.

    Parameters
    ----------
    settings
        How much of each.
    """

    def __init__(self, settings: ServerSettings) -> None:
        self._addresses = Buckets(settings.rate_per_minute, settings.rate_burst)
        self._tokens = Buckets(settings.token_per_minute, settings.token_burst)
        self._doors = Buckets(settings.sign_in_per_minute, settings.sign_in_burst)

    def wait(self, scope: Scope) -> int:
        """Count a request; says after how many whole seconds it may be made, 0 when that is now.

        Beside the address, what a session or key is used for is counted, from wherever it comes, and what an
        address tries at the doors: a password, a code, the token of a letter.
        """
        address = household(scope["client"][0])
        waits = [self._addresses.wait(address)]
        if scope["method"] == "POST" and _DOORS.fullmatch(scope["path"]):
            waits.append(self._doors.wait(address))
        waits += [self._tokens.wait(token) for token in _tokens(HTTPConnection(scope))]
        return max(waits)


def _tokens(connection: HTTPConnection) -> list[str]:
    """Fingerprints of the session and of the bearer token that a request brings."""
    kind, _, bearer = connection.headers.get("authorization", "").partition(" ")
    brought = [
        cookies.token(connection, cookies.SESSION),
        bearer.strip() if kind.lower() == "bearer" else "",
    ]
    return [hashlib.sha256(token.encode()).hexdigest() for token in brought if token]
