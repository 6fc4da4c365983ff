"""Fetching a public page on somebody's word, without being led into a network that is not public.

The name of a server is looked up once; every address that it has must be on the public internet, and the
connection goes to one of those very addresses, so that a name cannot lead elsewhere a moment later. Each
redirect is judged anew. What an operator lists as networks of their own may be fetched from too, over http as
well. No proxy of the environment is used: it would look the name up again.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, quote, urljoin, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Networks that stand for IPv4 addresses: whoever reaches them may reach a private one behind it.
_STAND_INS = tuple(
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")
_LONGEST_MARK, _LONGEST_ADDRESS = 2**8, 2**11
_PIECE = 2**16
_MOVED = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
_PLAIN = frozenset({"", "identity"})


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a fetch goes: seconds for all of it, bytes of the answer, redirects followed."""

    seconds: float = 16.0
    largest: int = 2**22
    redirects: int = 4


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent.

    Parameters
    ----------
    body
        The page; ``None`` when nothing changed since the last time.
    etag, modified
        What to show next time, so that nothing is sent when nothing changed.
    """

    body: bytes | None
    etag: str = ""
    modified: str = ""


class FetchError(Exception):
    """A page could not be fetched.

    ``code`` says why: ``address_form``, ``address_http``, ``address_private``, ``name``, ``connection``,
    ``certificate``, ``slow``, ``large``, ``status`` (``detail`` holds it), ``redirects`` or ``encoding``.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


def networks(listed: Iterable[str]) -> tuple[Network, ...]:
    """Networks as settings write them."""
    return tuple(ipaddress.ip_network(one) for one in listed)


def check_address(address: str, own: Iterable[Network] = ()) -> SplitResult:
    """Judge an address by its looks, before anything is looked up.

    Parameters
    ----------
    address
        As typed.
    own
        Networks that may be fetched from though they are not public.

    Raises
    ------
    FetchError
        ``address_form``, ``address_http`` (https is needed outside one's own networks) or
        ``address_private``.

    >>> check_address("https://news.example/feed.xml").hostname
    'news.example'
    >>> check_address("https://127.0.0.1/")
    Traceback (most recent call last):
    ...
    thuishaven.databank.office.fetching.FetchError: address_private
    """
    inside = tuple(own)
    if len(address) > _LONGEST_ADDRESS or any(not sign.isprintable() or sign.isspace() for sign in address):
        raise FetchError("address_form")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise FetchError("address_form") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        raise FetchError("address_form")
    if not inside and parts.scheme != "https":
        raise FetchError("address_http")
    try:
        literal = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if not inside and (host == _LOCAL_NAMES[0] or host.endswith(_LOCAL_NAMES[1:]) or "." not in host):
            raise FetchError("address_private") from None
    else:
        _judge(literal, parts.scheme, port, inside)
    return parts


def fetch(
    address: str,
    etag: str = "",
    modified: str = "",
    *,
    own: Iterable[Network] = (),
    bounds: Bounds | None = None,
) -> Answer:
    """Fetch a page.

    Parameters
    ----------
    address
        Where.
    etag, modified
        What the server gave along the last time.
    own
        Networks that may be fetched from though they are not public, over http too.
    bounds
        How far it goes.

    Raises
    ------
    FetchError
        With a code that says why.
    """
    limits = bounds or Bounds()
    inside = tuple(own)
    deadline = time.monotonic() + limits.seconds
    asked = {"User-Agent": "Thuishaven (watched feeds)", "Accept-Encoding": "identity"}
    asked["Accept"] = "application/rss+xml, application/atom+xml, application/xml, text/xml, */*"
    if etag:
        asked["If-None-Match"] = etag
    if modified:
        asked["If-Modified-Since"] = modified
    for _ in range(limits.redirects + 1):
        parts = check_address(address, inside)
        found = _exchange(parts, asked, inside, deadline, limits.largest)
        if isinstance(found, Answer):
            return found
        address = urljoin(address, found)
    raise FetchError("redirects")


def _exchange(
    parts: SplitResult, asked: dict[str, str], inside: tuple[Network, ...], deadline: float, largest: int
) -> Answer | str:
    """One question: its answer, or where it leads on."""
    host = parts.hostname or ""
    port = parts.port or (http.client.HTTPS_PORT if parts.scheme == "https" else http.client.HTTP_PORT)
    reached = _looked_up(host, port, parts.scheme, inside)
    connection = _Pinned(host, port, reached, _left(deadline), parts.scheme == "https")
    watchdog = threading.Timer(_left(deadline), connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
            f"?{quote(parts.query, safe='/?%:@!$&()*+,;=~')}" if parts.query else ""
        )
        connection.request("GET", path, headers=asked)
        with connection.getresponse() as response:
            return _read(response, deadline, largest)
    except ssl.SSLCertVerificationError:
        raise FetchError("certificate") from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = time.monotonic() >= deadline or isinstance(error, TimeoutError)
        raise FetchError("slow" if late else "connection") from None
    finally:
        watchdog.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, deadline: float, largest: int) -> Answer | str:
    if response.status == HTTPStatus.NOT_MODIFIED:
        return Answer(None)
    if response.status in _MOVED and response.getheader("Location"):
        return str(response.getheader("Location"))
    if response.status != HTTPStatus.OK:
        raise FetchError("status", str(response.status))
    if response.getheader("Content-Encoding", "").strip().lower() not in _PLAIN:
        raise FetchError("encoding")
    body = bytearray()
    while piece := response.read(_PIECE):
        body += piece
        if len(body) > largest:
            raise FetchError("large")
    if time.monotonic() >= deadline:
        raise FetchError("slow")
    return Answer(
        bytes(body), _mark(response.getheader("ETag", "")), _mark(response.getheader("Last-Modified", ""))
    )


def _mark(text: str) -> str:
    """What a server gives along to be shown again; nothing when it is too long or has odd signs."""
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_MARK
    return text if plain else ""


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise FetchError("slow")
    return left


def _looked_up(host: str, port: int, scheme: str, inside: tuple[Network, ...]) -> tuple[str, ...]:
    """The addresses of a name, all of which may be fetched from."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise FetchError("name") from None
    reached = tuple(dict.fromkeys(str(one[-1][0]) for one in found))
    for text in reached:
        _judge(ipaddress.ip_address(text.partition("%")[0]), scheme, port, inside)
    return reached


def _judge(address: Address, scheme: str, port: int | None, inside: tuple[Network, ...]) -> None:
    """Refuse what is neither public nor one's own, and public addresses over http or on odd ports."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if any(address in network for network in inside):
        return
    hidden = any(address in network for network in _STAND_INS)
    if hidden or not address.is_global or address.is_multicast or address.is_reserved:
        raise FetchError("address_private")
    if scheme != "https":
        raise FetchError("address_http")
    if port not in {None, http.client.HTTPS_PORT}:
        raise FetchError("address_form")


class _Pinned(http.client.HTTPConnection):
    """A connection to addresses that were judged, whatever the name leads to by now."""

    def __init__(self, host: str, port: int, reached: tuple[str, ...], seconds: float, secure: bool) -> None:
        super().__init__(host, port, timeout=seconds)
        self._reached = reached
        self._secure = secure
        self._cut = False
        if secure:
            self.default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        """Connect to the first address that answers."""
        trouble: OSError = OSError("no address")
        for address in self._reached:
            try:
                self.sock = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError as error:
                trouble = error
        else:
            raise trouble
        if self._secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        if self._cut:
            raise TimeoutError

    def cut(self) -> None:
        """End it, in the middle of whatever it does."""
        self._cut = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return
