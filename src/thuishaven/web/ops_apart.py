"""Calculations in processes of their own, so that no page and no slider waits for one.

Python works out one thing at a time in a process; a calculation in a thread takes turns with every answer.
``thuishaven serve`` starts these processes; elsewhere (tests, an application of one's own) there are none and
everything is worked out where it is asked for, with the same answers.

Who asks waits in a thread. A process that is lost (out of memory, killed) is replaced and asked once more; a
second time the visitor is told.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from functools import partial
from http import HTTPStatus
from multiprocessing import get_context, parent_process
from typing import Any, Protocol, TypeVar

from thuishaven.web.guards import Refusal
from thuishaven.web.ops_work import LATER, Memory

T = TypeVar("T")
log = logging.getLogger("thuishaven.web")
#: Seconds between two looks of a process at whether its server is still there.
LOOK = 60
#: Questions of which is remembered which process answered them.
REMEMBERED = 1024
#: How far pictures stand back for the rest, as ``nice`` counts.
POLITE = 10


class Begins(Protocol):
    """Begins a task in one process; what it returns waits for the answer."""

    def __call__(self, task: Callable[..., T], /, *given: Any) -> Callable[[], T]:
        """Begin it."""


class Turn:
    """One's own process for a while, and perhaps another beside it.

    Parameters
    ----------
    own
        Begins a task in one's own process.
    other
        Begins one in another process, where that has nothing to do.
    """

    def __init__(self, own: Begins, other: Begins | None = None) -> None:
        self._own, self._other = own, other

    def calculate(self, task: Callable[..., T], *given: Any) -> T:
        """Do a part; raises what :meth:`Processes.calculate` raises."""
        return self._own(task, *given)()

    def meanwhile(self, task: Callable[..., T], *given: Any) -> Callable[[], T] | None:
        """Begin another part in the other process.

        Returns
        -------
        Callable or None
            Waits for the answer and gives it, and raises what :meth:`calculate` raises; ``None`` when there
            is no other process, and nothing was begun.
        """
        return self._other(task, *given) if self._other is not None else None


class Processes:
    """Some processes for calculations, one for what takes a moment (a moved slider), and one for pictures.

    A question has one process, or two when a second one has nothing to do, until it is answered; who comes
    later waits for a free one. So nobody's second half waits behind another's whole.

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
        self._calculators = calculators
        # Behind the calculators: one for what takes a moment, and one for pictures.
        self._all = [self._started(place) for place in range(calculators + 2)]
        self._turns = threading.Condition()
        self._free = set(range(calculators))
        self._waiting: deque[object] = deque()
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
        with self.turn(key) as turn:
            return turn.calculate(task, *given)

    @contextmanager
    def turn(self, key: Hashable, most: int = 1) -> Iterator[Turn]:
        """Have a process to oneself, and up to ``most`` when others have nothing to do, for a while.

        Parameters
        ----------
        key
            What it is about: the process that was asked about the same before is taken when it is free.
        most
            How many processes can be used.
        """
        places = self._taken(key, most)
        try:
            yield Turn(*(partial(self._begin, place) for place in places))
        finally:
            with self._turns:
                self._free.update(places)
                self._turns.notify_all()

    def _taken(self, key: Hashable, most: int) -> list[int]:
        """Places of one's own; who came first gets them first."""
        ticket = object()
        with self._turns:
            self._waiting.append(ticket)
            self._turns.wait_for(lambda: self._waiting[0] is ticket and bool(self._free))
            self._waiting.popleft()
            before = self._answered.pop(key, None)
            places = sorted(self._free, key=lambda place: (place != before, place))[:most]
            self._free.difference_update(places)
            self._answered[key] = places[0]
            while len(self._answered) > REMEMBERED:
                self._answered.popitem(last=False)
            self._turns.notify_all()
        return places

    def ahead(self, task: Callable[..., object], *given: Any) -> None:
        """Begin what will be asked of :meth:`swift` in a moment; nobody waits for it."""
        with suppress(RuntimeError):
            self._all[self._calculators].submit(task, *given)

    def swift(self, task: Callable[..., T], *given: Any) -> T:
        """As :meth:`calculate`, for what takes a moment and waits for no calculation."""
        return self._begin(self._calculators, task, *given)()

    def draw(self, task: Callable[..., T], *given: Any) -> T:
        """As :meth:`swift`, for a picture of a page that stands there already: it lets the rest go first."""
        return self._begin(self._calculators + 1, task, *given)()

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
                return asked, begun
        return asked, None

    def _replace(self, place: int, lost: ProcessPoolExecutor) -> None:
        with self._lock:
            if self._closed or self._all[place] is not lost:
                return
            self._all[place] = self._started(place)
        log.error("process lost", extra={"place": place})
        lost.shutdown(wait=False)

    def _started(self, place: int) -> ProcessPoolExecutor:
        patience = POLITE if place > self._calculators else 0
        started = ProcessPoolExecutor(1, get_context("spawn"), _begin, (self._prepare, patience))
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


@contextmanager
def turn(key: Hashable, most: int = 1) -> Iterator[Turn]:
    """:meth:`Processes.turn` where there are processes; else everything is worked out here, by oneself."""
    if _serving:
        with _serving[0].turn(key, most) as taken:
            yield taken
    else:
        yield Turn(lambda task, *given: lambda: task(*given))


def calculate(key: Hashable, task: Callable[..., T], *given: Any) -> T:
    """:meth:`Processes.calculate` where there are processes; else the same, here."""
    return _serving[0].calculate(key, task, *given) if _serving else task(*given)


def ahead(task: Callable[..., object], *given: Any) -> None:
    """:meth:`Processes.ahead` where there are processes; else nothing is begun."""
    if _serving:
        _serving[0].ahead(task, *given)


def swift(task: Callable[..., T], *given: Any) -> T:
    """:meth:`Processes.swift` where there are processes; else the same, here."""
    return _serving[0].swift(task, *given) if _serving else task(*given)


def draw(task: Callable[..., T], *given: Any) -> T:
    """:meth:`Processes.draw` where there are processes; else the same, here."""
    return _serving[0].draw(task, *given) if _serving else task(*given)


def _begin(prepare: Callable[[], object] | None, patience: int) -> None:
    """In a new process: only the server ends it, and it ends with the server."""
    for name in ("SIGINT", "SIGTERM"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    if patience and hasattr(os, "nice"):
        os.nice(patience)
    threading.Thread(target=_watch, daemon=True).start()
    if prepare is not None:
        prepare()
    stays()


def stays() -> None:
    """What was read so far is there until the end: nobody looks through it for what can go.

    Python otherwise does so every few assessments, a tenth of a second each time for the facts alone.
    """
    gc.collect()
    gc.freeze()


def _watch() -> None:
    server = parent_process()
    while server is not None:
        server.join(LOOK)
        if not server.is_alive():
            os._exit(1)
        Memory.forget()
