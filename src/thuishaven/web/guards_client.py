"""Who asks, and over what: the address and the scheme, as a proxy that we trust reports them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from starlette.types import Scope

#: Leading bits of an IPv6 address that belong to one household or office.
IPV6_BITS = 64
UNKNOWN = "unknown"


def header(scope: Scope, name: bytes) -> str:
    """The value of a request header, nothing when it is absent; of several the last."""
    found = [value for key, value in scope["headers"] if key == name]
    return found[-1].decode("latin-1") if found else ""


def within(address: str, networks: Iterable[str]) -> bool:
    """Whether an address belongs to one of some networks.

    >>> within("10.1.2.3", ["10.0.0.0/8"]), within("::ffff:127.0.0.1", ["127.0.0.1"]), within("x", ["::/0"])
    (True, True, False)
    """
    found = parsed(address)
    return found is not None and any(found in ipaddress.ip_network(network) for network in networks)


def parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """An address, an IPv4 one also where it comes dressed as IPv6; ``None`` for what is no address."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_of(scope: Scope, trusted: Sequence[str]) -> str:
    """The address of whoever asks: the nearest one in X-Forwarded-For that is no proxy of ours.

    Parameters
    ----------
    scope
        The request.
    trusted
        Networks of our proxies. From anyone else the header is not believed.
    """
    peer = scope.get("client")
    nearest = str(peer[0]) if peer else UNKNOWN
    if not within(nearest, trusted):
        return nearest
    for hop in reversed(header(scope, b"x-forwarded-for").split(",")):
        if parsed(hop) is None:
            break
        nearest = hop.strip()
        if not within(nearest, trusted):
            break
    return nearest


def scheme_of(scope: Scope, trusted: Sequence[str]) -> str:
    """``https`` or ``http``: of the connection, or of the visitor's as a trusted proxy reports it."""
    peer = scope.get("client")
    told = header(scope, b"x-forwarded-proto").split(",")[-1].strip().lower()
    if peer and told in ("http", "https") and within(str(peer[0]), trusted):
        return told
    return str(scope.get("scheme", "http"))


def household(address: str) -> str:
    """What one visitor is taken to be: an IPv4 address, or the network of an IPv6 address.

    >>> household("2001:db8:1:2:3:4:5:6"), household("192.0.2.7")
    ('2001:db8:1:2::', '192.0.2.7')
    """
    found = parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, IPV6_BITS), strict=False).network_address)
    return str(found) if found is not None else UNKNOWN
