"""Calculations beside the answering of requests: a few at a time, a few more waiting, the rest told so."""

from __future__ import annotations

import threading
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
#: Threads for quick work.
QUICK = 8


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
                self._kept.move_to_end(key)
                found: T = self._kept[key]
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
                    self._bytes += _size(made)
                    while len(self._kept) > self._most or self._bytes > self._most_bytes:
                        self._bytes -= _size(self._kept.popitem(last=False)[1])
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return made

    def held(self, key: Hashable) -> Any:
        """The answer to a question when it is kept; ``None`` when it has to be made."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    @classmethod
    def clear(cls) -> None:
        """Forget everything, everywhere: what a visitor sent stays in memory for minutes, not for days."""
        for memory in list(cls._all):
            with memory._lock:
                memory._kept.clear()
                memory._bytes = 0


def _size(found: Any) -> int:
    return len(found) if isinstance(found, bytes) else 0


@cache
def known_facts() -> FactSet:
    """The facts this server calculates with, read once: the package's, and the refreshed ones above them."""
    from thuishaven.facts import bundled
    from thuishaven.facts.connectors import data_folder, with_refreshed

    return with_refreshed(bundled(), data_folder())
