"""Calculations in processes of their own, so that no page and no slider waits for one.

Python works out one thing at a time in a process; a calculation in a thread takes turns with every answer.
``thuishaven serve`` starts these processes; elsewhere (tests, an application of one's own) there are none and
everything is worked out where it is asked for, with the same answers.

Who asks waits in a thread. A process that is lost (out of memory, killed) is replaced and asked once more; a
second time the visitor is told.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from http import HTTPStatus
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from thuishaven.web.guards import Refusal
from thuishaven.web.ops_work import LATER, Memory

T = TypeVar("T")
log = logging.getLogger("thuishaven.web")
#: Seconds between two looks of a process at whether its server is still there.
LOOK = 60
#: Questions of which is remembered which process answered them.
REMEMBERED = 1024


class Processes:
    """Some processes for calculations, and one for what takes a moment: a moved slider, a picture.

    Parameters
    ----------
    calculators
        How many calculations run at the same time, each in a process of its own.
    prepare
        What each process does first, so that the first visitor does not wait for it.
    """

    def __init__(self, calculators: int, prepare: Callable[[], object] | None = None) -> None:
        self._prepare = prepare
        self._lock = threading.Lock()
        self._closed = False
        # The last one is for what takes a moment.
        self._all = [self._started() for _ in range(calculators + 1)]
        self._busy = [0] * (calculators + 1)
        self._answered: OrderedDict[Hashable, int] = OrderedDict()

    def calculate(self, key: Hashable, task: Callable[..., T], *given: Any) -> T:
        """Do a calculation; the process that was asked about the same before may have kept what it needs.

        Parameters
        ----------
        key
            What it is about.
        task, given
            A function of a module, and what it is given: both go to another process.

        Raises
        ------
        Refusal
            503 with ``Retry-After``, when the process was lost twice; else what the task raises.
        """
        with self._lock:
            place = self._place_of(key)
        return self._begin(place, task, *given)()

    def meanwhile(self, key: Hashable, task: Callable[..., T], *given: Any) -> Callable[[], T] | None:
        """Begin a part of a calculation in a process that has nothing to do.

        Parameters as for :meth:`calculate`; another process than the one for ``key``.

        Returns
        -------
        Callable or None
            Waits for the answer and gives it, and raises what :meth:`calculate` raises; ``None`` when every
            process is busy, and nothing was begun.
        """
        with self._lock:
            own = self._place_of(key)
            idle = [n for n in range(len(self._all) - 1) if n != own and not self._busy[n]]
        return self._begin(idle[0], task, *given) if idle else None

    def ahead(self, task: Callable[..., object], *given: Any) -> None:
        """Begin what will be asked of :meth:`swift` in a moment; nobody waits for it."""
        with suppress(RuntimeError):
            self._all[-1].submit(task, *given)

    def swift(self, task: Callable[..., T], *given: Any) -> T:
        """As :meth:`calculate`, for what takes a moment and waits for no calculation."""
        return self._begin(len(self._all) - 1, task, *given)()

    def _place_of(self, key: Hashable) -> int:
        """The process that was asked about the same before, else the one with least to do."""
        place = self._answered.pop(key, None)
        if place is None:
            place = min(range(len(self._all) - 1), key=lambda number: self._busy[number])
        self._answered[key] = place
        while len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return place

    def _begin(self, place: int, task: Callable[..., T], *given: Any) -> Callable[[], T]:
        asked, begun = self._submitted(place, task, *given)

        def answer() -> T:
            nonlocal asked, begun
            for again in (True, False):
                try:
                    if begun is None:
                        break
                    return begun.result()
                except (BrokenProcessPool, CancelledError):
                    self._replace(place, asked)
                    if again:
                        asked, begun = self._submitted(place, task, *given)
            headers = {"Retry-After": str(LATER)}
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "work_lost", headers, seconds=LATER)

        return answer

    def _submitted(
        self, place: int, task: Callable[..., T], *given: Any
    ) -> tuple[ProcessPoolExecutor, Future[T] | None]:
        """A process, and what it was asked; nothing when the server is stopping or the process was lost."""
        for _attempt in range(2):
            with self._lock:
                asked = self._all[place]
            try:
                begun = asked.submit(task, *given)
            except BrokenProcessPool:
                self._replace(place, asked)
            except RuntimeError:
                break
            else:
                with self._lock:
                    self._busy[place] += 1
                begun.add_done_callback(lambda _begun: self._done(place))
                return asked, begun
        return asked, None

    def _done(self, place: int) -> None:
        with self._lock:
            self._busy[place] -= 1

    def _replace(self, place: int, lost: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._closed or self._all[place] is not lost:
                return
            self._all[place] = self._started()
        log.error("process lost", extra={"place": place})
        lost.shutdown(wait=False)

    def _started(self) -> ProcessPoolExecutor:
        started = ProcessPoolExecutor(1, get_context("spawn"), _begin, (self._prepare,))
        # It starts now and not with the first question.
        started.submit(os.getpid)
        return started

    def close(self) -> None:
        """End all processes: what runs is finished, what waits is not begun."""
        with self._lock:
            self._closed = True
        for one in self._all:
            one.shutdown(wait=False, cancel_futures=True)


#: Those of this server; empty where everything is worked out here.
_serving: list[Processes] = []


def start(calculators: int, prepare: Callable[[], object] | None = None) -> None:
    """Have processes for calculations from now on; parameters as for :class:`Processes`."""
    _serving.append(Processes(calculators, prepare))


def close() -> None:
    """End them; from now on everything is worked out here."""
    while _serving:
        _serving.pop().close()


def calculate(key: Hashable, task: Callable[..., T], *given: Any) -> T:
    """:meth:`Processes.calculate` where there are processes; else the same, here."""
    return _serving[0].calculate(key, task, *given) if _serving else task(*given)


def meanwhile(key: Hashable, task: Callable[..., T], *given: Any) -> Callable[[], T] | None:
    """:meth:`Processes.meanwhile` where there are processes; else nothing is begun."""
    return _serving[0].meanwhile(key, task, *given) if _serving else None


def ahead(task: Callable[..., object], *given: Any) -> None:
    """:meth:`Processes.ahead` where there are processes; else nothing is begun."""
    if _serving:
        _serving[0].ahead(task, *given)


def swift(task: Callable[..., T], *given: Any) -> T:
    """:meth:`Processes.swift` where there are processes; else the same, here."""
    return _serving[0].swift(task, *given) if _serving else task(*given)


def _begin(prepare: Callable[[], object] | None) -> None:
    """In a new process: only the server ends it, and it ends with the server."""
    for name in ("SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_watch, daemon=True).start()
    if prepare is not None:
        prepare()


def _watch() -> None:
    server = parent_process()
    while server is not None:
        server.join(LOOK)
        if not server.is_alive():
            os._exit(1)
        Memory.forget()
