"""Secrets that must be readable again: kept encrypted, with a key that is not in the database."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from thuishaven.access.model import AccessError

#: How a sealed secret begins; the number is that of the way it is sealed.
MARK = "sealed1:"
_KEY_BYTES, _NONCE_BYTES = 32, 12


class Vault:
    """Seals and opens secrets: AES-256-GCM, bound to what the secret is about.

    Parameters
    ----------
    key
        32 random bytes.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise AccessError("key_file_form")
        self._key = key

    @classmethod
    def at(cls, path: Path) -> Vault:
        """The vault whose key stands in a file; a new one, that only its owner may read, when there is none.

        Raises
        ------
        AccessError
            ``key_file_form`` for a file that holds no key, ``key_file_closed`` for one that cannot be read.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                text = path.read_bytes()
            else:
                text = base64.b64encode(secrets.token_bytes(_KEY_BYTES))
                with os.fdopen(made, "wb") as file:
                    file.write(text + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
            return cls(base64.b64decode(text.strip(), validate=True))
        except OSError as error:
            raise AccessError("key_file_closed", path=str(path), reason=str(error.strerror)) from None
        except (binascii.Error, AccessError):
            raise AccessError("key_file_form", path=str(path)) from None

    def seal(self, secret: str, about: str) -> str:
        """A secret as it may be stored; it opens only for the same ``about``.

        >>> vault = Vault(bytes(32))
        >>> vault.open(vault.seal("ABC", "an"), "an")
        'ABC'
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE_BYTES)
        found = AESGCM(self._key).encrypt(nonce, secret.encode(), about.encode())
        return MARK + base64.urlsafe_b64encode(nonce + found).decode()

    def open(self, sealed: str, about: str) -> str:
        """What was sealed.

        Raises
        ------
        AccessError
            ``sealed_otherwise``: with another key, about something else, or altered since.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK).encode())
            plain = AESGCM(self._key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode())
        except (InvalidTag, ValueError):
            raise AccessError("sealed_otherwise") from None
        return plain.decode()
