"""How often one address may ask: a bucket of tokens that fills up again at a steady rate."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable


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
