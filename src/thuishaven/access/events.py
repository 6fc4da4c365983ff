"""The event log: one line for each change, each holding the hash of the one before it.

``hash = SHA-256(prev_hash || canonical JSON of the event)``. A changed, missing or added event breaks the
chain where it stands, and :func:`audit` names the place. What was written is kept as a hash only: the log
holds references, no secrets and no personal data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: What the first event follows.
GENESIS = "0" * 64
#: The fields that the hash covers, with the name of the chain.
FIELDS = (
    *("seq", "at", "actor", "role", "organisation", "kind", "object"),
    *("action", "reason", "details", "payload_hash"),
)


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit of one chain found.

    Parameters
    ----------
    chain
        ``public`` or ``confidential``.
    events
        How many events were read.
    head
        Hash of the last one; keep it elsewhere to see later whether the end was cut off.
    problem
        Empty when the chain holds; else ``changed`` (the event was altered), ``missing`` (events before it
        are gone), ``relinked`` (it follows another event than it says), ``cut`` (the end is gone),
        ``unguarded`` (a trigger that refuses changes is gone) or ``content`` (what the event wrote was
        altered since).
    seq
        The event where the problem shows.
    """

    chain: str
    events: int
    head: str
    problem: str = ""
    seq: int = 0

    @property
    def sound(self) -> bool:
        """Whether the chain holds."""
        return not self.problem


def canonical(data: Any) -> bytes:
    """JSON in one form: keys sorted, no spaces, UTF-8.

    >>> canonical({"b": 1, "a": "é"}).decode()
    '{"a":"é","b":1}'
    """
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def fingerprint(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def event_hash(chain: str, previous: str, event: Mapping[str, Any]) -> str:
    """The hash of an event that follows the one with hash ``previous``."""
    body = canonical({"chain": chain, **{name: event[name] for name in FIELDS}})
    return fingerprint(bytes.fromhex(previous) + body)


def audit_rows(
    chain: str, rows: Iterable[Mapping[str, Any]], expected: tuple[int, str] | None = None
) -> Audit:
    """Follow a chain from its first event to its last and stop at the first broken link.

    Parameters
    ----------
    chain
        Its name.
    rows
        The events by number.
    expected
        Number and hash of an event that was the last one at some earlier time.
    """
    previous, count, met = GENESIS, 0, expected is None
    for row in rows:
        seq = row["seq"]
        if seq != count + 1:
            return Audit(chain, count, previous, "missing", seq)
        if row["prev_hash"] != previous:
            return Audit(chain, count, previous, "relinked", seq)
        if row["hash"] != event_hash(chain, previous, row):
            return Audit(chain, count, previous, "changed", seq)
        count, previous = seq, row["hash"]
        if expected is not None and seq == expected[0]:
            if previous != expected[1]:
                return Audit(chain, count, previous, "relinked", seq)
            met = True
    return Audit(chain, count, previous) if met else Audit(chain, count, previous, "cut", count + 1)
