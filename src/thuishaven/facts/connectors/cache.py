"""The raw answers as they came, on disk: each under the SHA-256 of its bytes, with who, where and when.

Two folders: ``raw/`` holds the bytes, ``answers/`` one small JSON record for each address asked. Nothing
here is ever executed or unpickled, and bytes whose hash no longer fits are not used.
"""

import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Raw:
    """Provenance of one answer: address, moment (ISO 8601, UTC), hash and size of the bytes, headers."""

    url: str
    retrieved_at: str
    sha256: str
    size: int
    content_type: str
    last_modified: str


class RawCache:
    """Raw answers below ``folder``, which is made at the first write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, body: bytes, *, url: str, at: datetime, content_type: str, last_modified: str) -> Raw:
        """Keep an answer and its provenance; returns the provenance. Both writes are atomic."""
        raw = Raw(
            url=url,
            retrieved_at=at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            sha256=hashlib.sha256(body).hexdigest(),
            size=len(body),
            content_type=content_type,
            last_modified=last_modified,
        )
        write_atomically(self._bytes(raw.sha256), body)
        record = json.dumps(asdict(raw), ensure_ascii=False, indent=1, sort_keys=True)
        write_atomically(self._record(url), record.encode())
        return raw

    def get(self, url: str, *, now: datetime, max_age: timedelta) -> tuple[bytes, Raw] | None:
        """The kept answer of an address when it is younger than ``max_age`` and whole, else None."""
        try:
            raw = Raw(**json.loads(self._record(url).read_bytes()))
            age = now - datetime.fromisoformat(raw.retrieved_at)
            if raw.url != url or not timedelta(0) <= age < max_age:
                return None
            body = self.read(raw.sha256)
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return None if body is None else (body, raw)

    def read(self, sha256: str) -> bytes | None:
        """The bytes with this hash, or None when they are absent or no longer have it."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            return None
        try:
            body = self._bytes(sha256).read_bytes()
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest() == sha256 else None

    def _bytes(self, sha256: str) -> Path:
        return self.folder / "raw" / sha256[:2] / sha256

    def _record(self, url: str) -> Path:
        return self.folder / "answers" / (hashlib.sha256(url.encode()).hexdigest() + ".json")


def write_atomically(path: Path, body: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never half of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
