"""Asking a publisher one question: patience when it is busy, suspicion about everything it sends.

Connection errors, 429 and 5xx are tried again (five tries, 2 to 60 seconds apart with jitter, ``Retry-After``
honoured); other refusals fail at once. The size of the body is capped while it is read, packed or unpacked,
and a slow drip of bytes ends at a deadline.
"""

import random
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from thuishaven.facts.connectors.cache import Raw, RawCache
from thuishaven.facts.connectors.errors import ConnectorError, TryAgain, quoted

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
Check = Callable[[bytes, str], T]
Refusal = Callable[[int, bytes], ConnectorError | None]


@dataclass(frozen=True, slots=True)
class Limits:
    """Technical bounds of one question: sizes in bytes, times in seconds."""

    body: int = 64 * 2**20
    unpacked: int = 256 * 2**20
    ratio: float = 200.0
    ratio_from: int = 2**20
    refusal: int = 2**16
    cells: int = 1_000_000
    pages: int = 500
    tries: int = 5
    first_wait: float = 2.0
    longest_wait: float = 60.0
    longest_retry_after: float = 600.0
    connect: float = 10.0
    read: float = 60.0
    deadline: float = 600.0
    redirects: int = 5


class Fetcher:
    """Asks questions over HTTP and keeps the raw answers.

    Parameters: ``cache`` keeps the answers; ``client`` is an httpx.Client (one is made when needed);
    ``max_age`` lets a younger kept answer stand in for a new question; ``sleep``, ``clock``, ``jitter`` (a
    number in [0, 1)) and ``now`` can be replaced, so that nobody needs to wait in a test.
    """

    def __init__(
        self,
        cache: RawCache | Path,
        *,
        client: "httpx.Client | None" = None,
        limits: Limits | None = None,
        max_age: timedelta = timedelta(0),
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.cache = cache if isinstance(cache, RawCache) else RawCache(cache)
        self.limits = limits or Limits()
        self.max_age = max_age
        self.now = now
        self._given = client
        self._client = client
        self._sleep, self._clock, self._jitter = sleep, clock, jitter

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the HTTP client, unless it was given to us."""
        if self._client is not None and self._given is None:
            self._client.close()
            self._client = None

    def get(
        self, url: str, check: Check[T], *, accept: str = "*/*", refusal: Refusal | None = None
    ) -> tuple[T, Raw]:
        """The answer of one address, read by ``check``, with its provenance.

        Parameters: ``check(body, content_type)`` turns the bytes into what the caller wants and raises
        TryAgain, TooBig or ConnectorError; ``refusal(status, body)`` may read a publisher's own refusal.
        Only an answer that passes ``check`` is kept. Raises ConnectorError.
        """
        kept = self.cache.get(url, now=self.now(), max_age=self.max_age)
        if kept is not None:
            body, raw = kept
            try:
                return check(body, raw.content_type), raw
            except ConnectorError:
                pass  # read with other eyes since: ask anew
        trouble = ConnectorError("connection", url=url, tries=self.limits.tries, reason="-")
        for attempt in range(self.limits.tries):
            if attempt:
                self._sleep(self._wait(attempt, trouble))
            try:
                return self._once(url, check, accept, refusal)
            except TryAgain as again:
                trouble = again
        raise ConnectorError(trouble.code, **{k: v for k, v in trouble.params.items() if k != "after"})

    def _once(self, url: str, check: Check[T], accept: str, refusal: Refusal | None) -> tuple[T, Raw]:
        import httpx

        tries = self.limits.tries
        try:
            status, headers, body = self._exchange(url, accept)
        except (httpx.TransportError, httpx.StreamError) as error:
            reason = type(error).__name__
            raise TryAgain("connection", url=url, tries=tries, reason=reason) from error
        except (httpx.InvalidURL, httpx.HTTPError) as error:
            raise ConnectorError("connection", url=url, tries=1, reason=type(error).__name__) from error
        if status != 200:
            known = refusal(status, body) if refusal else None
            raise known or self._refused(url, status, headers, body)
        content_type = headers.get("content-type", "")
        answer = check(body, content_type)
        raw = self.cache.put(
            body,
            url=url,
            at=self.now(),
            content_type=quoted(content_type),
            last_modified=quoted(headers.get("last-modified", "")),
        )
        return answer, raw

    def _exchange(self, url: str, accept: str) -> tuple[int, "httpx.Headers", bytes]:
        import httpx

        if self._client is None:
            self._client = httpx.Client(
                timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
                headers={"User-Agent": "thuishaven (facts refresh)"},
            )
        headers = {"Accept": accept, "Accept-Encoding": "gzip"}
        request = self._client.build_request("GET", url, headers=headers)
        ends = self._clock() + self.limits.deadline
        for _ in range(self.limits.redirects + 1):
            response = self._client.send(request, stream=True, follow_redirects=False)
            try:
                following = response.next_request
                if following is None:
                    return response.status_code, response.headers, self._body(url, response, ends)
            finally:
                response.close()
            if following.url.scheme != request.url.scheme or following.url.scheme not in ("http", "https"):
                raise ConnectorError("redirect_refused", url=url, target=quoted(following.url))
            request = following
        raise ConnectorError("too_many_redirects", url=url, limit=self.limits.redirects)

    def _body(self, url: str, response: "httpx.Response", ends: float) -> bytes:
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip", ""):
            raise ConnectorError("encoding_refused", url=url, encoding=quoted(encoding))
        packed = encoding in ("gzip", "x-gzip")
        good = response.status_code == 200
        whole = bytearray()
        for piece in self._pieces(url, response, packed, good, ends):
            whole += piece
            if not good and len(whole) >= self.limits.refusal:
                return bytes(whole[: self.limits.refusal])
            if len(whole) > self.limits.body:
                raise ConnectorError("body_too_big", url=url, limit=self.limits.body)
        return bytes(whole)

    def _pieces(
        self, url: str, response: "httpx.Response", packed: bool, good: bool, ends: float
    ) -> Iterator[bytes]:
        """The body in pieces, unpacked by ourselves so that no piece can grow without bound."""
        length = response.headers.get("content-length", "")
        if good and length.isdigit() and int(length) > self.limits.body:
            raise ConnectorError("body_too_big", url=url, limit=self.limits.body)
        unpack = zlib.decompressobj(wbits=31)
        step = 2**16
        taken = made = 0
        for chunk in response.iter_raw():
            if self._clock() > ends:
                raise TryAgain("connection", url=url, tries=self.limits.tries, reason="Deadline")
            if not packed:
                yield chunk
                continue
            taken += len(chunk)
            while chunk:
                try:
                    piece = unpack.decompress(chunk, step)
                except zlib.error as error:
                    reason = quoted(error)
                    raise TryAgain("connection", url=url, tries=self.limits.tries, reason=reason) from error
                chunk = unpack.unconsumed_tail
                made += len(piece)
                if made > self.limits.ratio_from and made > self.limits.ratio * taken:
                    raise ConnectorError("compressed_bomb", url=url)
                yield piece
        if packed and taken and not unpack.eof:
            raise TryAgain("connection", url=url, tries=self.limits.tries, reason="gzip cut short")

    def _refused(self, url: str, status: int, headers: "httpx.Headers", body: bytes) -> ConnectorError:
        if status == 429 or 500 <= status <= 599:
            after = self._retry_after(headers.get("retry-after", ""))
            if after is not None and after > self.limits.longest_retry_after:
                return ConnectorError("asked_to_wait", url=url, seconds=round(after))
            more = {} if after is None else {"after": after}
            reason = f"HTTP {status}"
            return TryAgain("connection", url=url, tries=self.limits.tries, reason=reason, **more)
        if status == 404:
            return ConnectorError("not_found", url=url)
        message = quoted(body.decode("utf-8", "replace")) or "-"
        return ConnectorError("refused", url=url, status=status, message=message)

    def _retry_after(self, text: str) -> float | None:
        """Seconds asked for by a ``Retry-After`` header: a number of seconds or a date."""
        if text.strip().isdigit():
            return float(text)
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - self.now()).total_seconds())

    def _wait(self, attempt: int, trouble: ConnectorError) -> float:
        """Seconds before the next try: what was asked, else doubling from 2 to 60 with jitter."""
        if "after" in trouble.params:
            return float(trouble.params["after"])
        lowest, longest = self.limits.first_wait, self.limits.longest_wait
        highest = min(longest, lowest * 2.0**attempt)
        return lowest + self._jitter() * (highest - lowest)
