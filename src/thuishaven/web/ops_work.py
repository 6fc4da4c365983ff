"""Calculations beside the answering of requests: a few at a time, a few more waiting, the rest told so."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar
from weakref import WeakSet

import anyio
import anyio.to_thread

from thuishaven.web.guards import Refusal

if TYPE_CHECKING:
    from thuishaven.facts import FactSet

P = ParamSpec("P")
T = TypeVar("T")
#: Seconds after which a visitor who was sent away may try again.
LATER = 4
#: Threads for quick work; most of them wait for a process that works it out.
QUICK = 16
#: Seconds that an answer is kept after it was last asked for.
KEPT = 600


class Work:
    """Runs calculations in threads, and quick work in threads of its own, which waits for no calculation.

    Parameters
    ----------
    at_once
        How many calculations run at the same time.
    waiting
        How many may wait for their turn.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_once = at_once
        self._most = at_once + waiting
        self._limiter: anyio.CapacityLimiter | None = None
        self._quick: anyio.CapacityLimiter | None = None
        self.inside = 0

    async def run(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a calculation in a thread, in the language of the one who asks; raises what it raises.

        Raises
        ------
        Refusal
            503 with ``Retry-After``, when too many wait already.
        """
        if self.inside >= self._most:
            headers = {"Retry-After": str(LATER)}
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "too_busy", headers, seconds=LATER)
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._at_once)
        self.inside += 1
        try:
            return await anyio.to_thread.run_sync(partial(task, *args, **kwargs), limiter=self._limiter)
        finally:
            self.inside -= 1

    async def quick(self, task: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """As :meth:`run`, for what takes a tenth of a second: reading a draft, a moved slider, a page."""
        if self._quick is None:
            self._quick = anyio.CapacityLimiter(QUICK)
        return await anyio.to_thread.run_sync(partial(task, *args, **kwargs), limiter=self._quick)


class Memory:
    """Keeps what was worked out last, so that the same question is not worked out twice.

    Only for what follows wholly from its key: a digest of the question, the facts and the version.

    Parameters
    ----------
    most
        How many answers are kept; the one that was asked for longest ago goes first.
    most_bytes
        How many bytes the answers that are bytes may have together.
    """

    _all: ClassVar[WeakSet[Memory]] = WeakSet()

    def __init__(self, most: int = 64, most_bytes: int = 2**25) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._bytes = 0
        Memory._all.add(self)
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._asked: dict[Hashable, float] = {}
        self._making: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The answer to a question; made once, also when several ask for it at the same time.

        Parameters
        ----------
        key
            The question.
        make
            Works it out. What it raises is raised and not kept.
        """
        with self._lock:
            if key in self._kept:
                found: T = self._again(key)
                return found
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                if key in self._kept:
                    kept: T = self._kept[key]
                    return kept
            try:
                made = make()
                with self._lock:
                    self._kept[key] = made
                    self._asked[key] = time.monotonic()
                    self._bytes += _size(made)
                    while len(self._kept) > self._most or self._bytes > self._most_bytes:
                        self._let_go(next(iter(self._kept)))
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def take(self, key: Hashable) -> Any:
        """The answer to a question when it is kept, and no longer kept after that; else ``None``."""
        with self._lock:
            found = self._kept.get(key)
            if key in self._kept:
                self._let_go(key)
            return found

    def held(self, key: Hashable) -> Any:
        """The answer to a question when it is kept; ``None`` when it has to be made."""
        with self._lock:
            return self._again(key) if key in self._kept else None

    def _again(self, key: Hashable) -> Any:
        """What is kept, which is asked for now."""
        self._kept.move_to_end(key)
        self._asked[key] = time.monotonic()
        return self._kept[key]

    def _let_go(self, key: Hashable) -> None:
        self._bytes -= _size(self._kept.pop(key))
        del self._asked[key]

    @classmethod
    def forget(cls, seconds: float = KEPT) -> None:
        """Forget everywhere what nobody asked for that long: what a visitor sent stays in memory for minutes
        after the last look at it, not for days.
        """
        since = time.monotonic() - seconds
        for memory in list(cls._all):
            with memory._lock:
                for key in [key for key, asked in memory._asked.items() if asked <= since]:
                    memory._let_go(key)


def _size(found: Any) -> int:
    return len(found) if isinstance(found, bytes) else 0


@cache
def known_facts() -> FactSet:
    """The facts this server calculates with, read once: the package's, and the refreshed ones above them."""
    from thuishaven.facts import bundled
    from thuishaven.facts.connectors import data_folder, with_refreshed

    return with_refreshed(bundled(), data_folder())
