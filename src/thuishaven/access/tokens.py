"""Reference tokens: 192 random bits that are given once and kept only as a hash."""

from __future__ import annotations

import hashlib
import secrets

#: Bytes of a token: 192 bits, well over the 128 that cannot be guessed.
TOKEN_BYTES = 24
_ID_BYTES = 12


def new_token(prefix: str = "") -> str:
    """A new token; the prefix says what it is, so that one left lying about is recognised."""
    return prefix + secrets.token_urlsafe(TOKEN_BYTES)


def hashed(token: str) -> str:
    """What is kept of a token. No salt is needed: 192 random bits cannot be looked up in a table.

    >>> len(hashed(new_token()))
    64
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_id() -> str:
    """A new name for something; no secret, but not to be counted through either."""
    return secrets.token_hex(_ID_BYTES)
