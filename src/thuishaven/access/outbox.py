"""Letters that leave after the answer was given, in a thread of their own, and again when that fails."""

from __future__ import annotations

import datetime as dt
import heapq
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

from thuishaven.access.letters import Letter, Sender

log = logging.getLogger("thuishaven.access")

#: How often one letter is tried; between two tries the wait grows fourfold, from four seconds to an hour.
TRIES = 8
_FIRST_WAIT, _GROWTH = 4, 4
#: Failures that are remembered for whoever runs the installation.
_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Failure:
    """A letter that could not be sent: when, of which kind, why; never to whom.

    ``final`` says that it will not be tried again.
    """

    at: dt.datetime
    code: str
    reason: str
    final: bool


class Outbox:
    """Takes letters and sends them later; what waits is lost when the process is killed.

    They are not kept in the database on purpose: the links in them open accounts.

    Parameters
    ----------
    sender
        Sends them.
    first_wait
        Seconds before a letter is tried again for the first time.
    """

    def __init__(self, sender: Sender, first_wait: float = _FIRST_WAIT) -> None:
        self.sender = sender
        self.failures: deque[Failure] = deque(maxlen=_REMEMBERED)
        self.sent = 0
        self._first_wait = first_wait
        self._waiting: list[tuple[float, int, int, Letter]] = []
        self._number = 0
        self._busy = False
        self._open = True
        self._turn = threading.Condition()
        self._thread: threading.Thread | None = None

    def send(self, letter: Letter) -> None:
        """Take a letter; returns at once."""
        with self._turn:
            self._put(time.monotonic(), 0, letter)
            if self._thread is None or not self._thread.is_alive():
                self._open = True
                self._thread = threading.Thread(target=self._run, name="letters", daemon=True)
                self._thread.start()
            self._turn.notify_all()

    @property
    def waiting(self) -> int:
        """How many letters have not left yet."""
        with self._turn:
            return len(self._waiting) + self._busy

    def settle(self, seconds: float = 16) -> bool:
        """Wait until every letter has been tried at least once; says whether that is so."""
        with self._turn:
            return self._turn.wait_for(
                lambda: not self._busy and all(tries for _at, _n, tries, _letter in self._waiting), seconds
            )

    def close(self, seconds: float = 4) -> None:
        """Send what waits for its first try, and stop."""
        self.settle(seconds)
        with self._turn:
            self._open = False
            self._turn.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _put(self, at: float, tries: int, letter: Letter) -> None:
        self._number += 1
        heapq.heappush(self._waiting, (at, self._number, tries, letter))

    def _run(self) -> None:
        while True:
            with self._turn:
                while self._open and (not self._waiting or self._waiting[0][0] > time.monotonic()):
                    wait = self._waiting[0][0] - time.monotonic() if self._waiting else None
                    self._turn.wait(wait)
                if not self._open:
                    return
                _at, _number, tries, letter = heapq.heappop(self._waiting)
                self._busy = True
            again = self._try(letter, tries + 1)
            with self._turn:
                self._busy = False
                if again:
                    wait = self._first_wait * _GROWTH ** min(tries, TRIES - 3)
                    self._put(time.monotonic() + wait, tries + 1, letter)
                self._turn.notify_all()

    def _try(self, letter: Letter, tries: int) -> bool:
        """Try a letter; says whether to try it again."""
        try:
            self.sender.send(letter)
        except Exception as error:
            final = tries >= TRIES
            # The text of an error may hold the address; its kind and a server's number do not.
            reason = " ".join(
                str(part) for part in (type(error).__name__, getattr(error, "smtp_code", "")) if part
            )
            self.failures.append(Failure(dt.datetime.now(dt.UTC), letter.code, reason, final))
            log.error("letter not sent", extra={"letter": letter.code, "reason": reason, "tries": tries})
            return not final
        self.sent += 1
        return False
