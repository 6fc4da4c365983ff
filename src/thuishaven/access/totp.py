"""One-time codes of an authenticator app: HOTP (RFC 4226) over time steps (RFC 6238)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from urllib.parse import quote

#: Seconds of a time step, the default of RFC 6238.
STEP = 30
_SECRET_BYTES = 20


def new_secret() -> str:
    """A new shared secret: 160 bits in base 32, as RFC 4226 recommends."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def code_at(secret: bytes, counter: int, digits: int = 6, digest: str = "sha1") -> str:
    """The code for one counter: ``Truncate(HMAC(secret, counter)) mod 10^digits`` (RFC 4226 section 5.3).

    The first value of RFC 4226 appendix D, and 59 seconds in RFC 6238 appendix B:

    >>> code_at(b"12345678901234567890", 0), code_at(b"12345678901234567890", 59 // STEP, digits=8)
    ('755224', '94287082')
    """
    mac = hmac.new(secret, counter.to_bytes(8, "big"), getattr(hashlib, digest)).digest()
    offset = mac[-1] & 0xF
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, seconds: float, after: int = 0, drift: int = 1) -> int | None:
    """The time step whose code this is.

    Parameters
    ----------
    secret
        In base 32.
    code
        As typed; spaces don't count.
    seconds
        Seconds since 1970.
    after
        The last step that was used: a code works once.
    drift
        Steps before and after now that are tried, for clocks that differ.

    Returns
    -------
    int | None
        The step, or ``None`` when the code is wrong or was used.
    """
    typed = "".join(code.split())
    try:
        key = base64.b32decode(secret)
    except binascii.Error:
        return None
    now = int(seconds // STEP)
    for step in range(now - drift, now + drift + 1):
        same = hmac.compare_digest(code_at(key, step).encode(), typed.encode("utf-8", "replace"))
        if same and step > after:
            return step
    return None


def address(secret: str, account: str, issuer: str = "Thuishaven") -> str:
    """The ``otpauth://`` address that an app reads from a QR code.

    >>> address("ABC", "an@example.org")
    'otpauth://totp/Thuishaven:an%40example.org?secret=ABC&issuer=Thuishaven'
    """
    label = f"{quote(issuer)}:{quote(account)}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"
