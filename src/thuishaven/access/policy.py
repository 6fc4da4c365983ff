"""The rules of the house about passwords, sessions and terms, from ``policy.csv``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from functools import cache

from thuishaven.packaged import read_table


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and terms; terms in seconds. ``policy.csv`` says what each rests on."""

    password_min: int
    password_max: int
    hash_memory: int
    hash_time: int
    hash_lanes: int
    hashes_at_once: int
    hash_wait: int
    session_idle: int
    session_life: int
    session_touch: int
    lock_after: int
    lock_first: int
    lock_longest: int
    confirm_life: int
    reset_life: int
    step_life: int
    invite_life: int
    share_life: int
    share_longest: int
    key_life: int
    key_longest: int
    repeat_life: int
    totp_drift: int
    recovery_codes: int
    feed_pause: int
    quota_dossiers: int
    quota_bytes: int
    retention_dossier: int

    def term(self, name: str) -> dt.timedelta:
        """One of the terms as a length of time."""
        return dt.timedelta(seconds=getattr(self, name))


@cache
def policy() -> Policy:
    """The policy in force.

    >>> policy().hash_memory == 19 * 1024
    True
    """
    rows = {row["name"]: int(row["value"]) for row in read_table("thuishaven.access", "policy.csv")}
    return Policy(**{item.name: rows[item.name] for item in fields(Policy)})
