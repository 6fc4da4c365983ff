"""Passwords: Argon2id hashes, how many at a time, and which passwords are too well known."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from thuishaven.access.model import AccessError
from thuishaven.access.policy import Policy


class Passwords:
    """Hashes and checks passwords; so many at a time that a crowd at the door cannot fill the memory.

    Parameters
    ----------
    policy
        Length, cost of a hash, and how many at once.
    """

    def __init__(self, policy: Policy) -> None:
        from argon2 import PasswordHasher

        self._policy = policy
        self._hasher = PasswordHasher(
            time_cost=policy.hash_time, memory_cost=policy.hash_memory, parallelism=policy.hash_lanes
        )
        self._room = threading.BoundedSemaphore(policy.hashes_at_once)
        self._nobody = self._hasher.hash("nobody has this account")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._room.acquire(timeout=self._policy.hash_wait):
            raise AccessError("too_busy")
        try:
            yield
        finally:
            self._room.release()

    def hash(self, password: str) -> str:
        """The hash of a password. Raises AccessError ``too_busy`` when too many wait for theirs."""
        with self._turn():
            return self._hasher.hash(password)

    def matches(self, stored: str | None, password: str) -> bool:
        """Whether it is the password; without a stored one it takes as long, and the answer is no."""
        from argon2.exceptions import InvalidHashError, VerificationError

        if len(password) > self._policy.password_max:
            password = ""
        with self._turn():
            try:
                return self._hasher.verify(stored or self._nobody, password) and stored is not None
            except (VerificationError, InvalidHashError):
                return False

    def outdated(self, stored: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def check(self, password: str, *own: str) -> None:
        """Whether a new password will do.

        Parameters
        ----------
        password
            The new one.
        own
            Words that are easily guessed for this person: name, address.

        Raises
        ------
        AccessError
            ``password_short`` or ``password_long`` with the bound, ``password_common`` or ``password_own``.
        """
        if len(password) < self._policy.password_min:
            raise AccessError("password_short", least=self._policy.password_min)
        if len(password) > self._policy.password_max:
            raise AccessError("password_long", most=self._policy.password_max)
        plain = password.casefold()
        if plain in common_passwords() or len(set(plain)) <= 2 or _repeats(plain):
            raise AccessError("password_common")
        words = {"thuishaven", *(part for word in own for part in _parts(word))}
        left = plain
        for word in sorted(words, key=len, reverse=True):
            left = left.replace(word, "")
        if len(left) < self._policy.password_min // 2:
            raise AccessError("password_own")


def _parts(word: str) -> Iterator[str]:
    plain = word.casefold()
    for part in (plain, *plain.replace("@", " ").replace(".", " ").split()):
        if len(part) > 2:
            yield part


def _repeats(plain: str) -> bool:
    """Whether it is a common password, or a short piece, over and over."""
    found = (plain + plain).find(plain, 1)
    return found < len(plain) and (found < 4 or plain[:found] in common_passwords())


@cache
def common_passwords() -> frozenset[str]:
    """The passwords that people choose most: the 30,000 of the zxcvbn project (MIT licence).

    >>> "password" in common_passwords()
    True
    """
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

    return frozenset(FREQUENCY_LISTS["passwords"])
