"""Which hosts a feed may be fetched from: the allow-list, as both sides read it. No network is touched here.

An entry is a host name (`cameras.example.org`), a domain (`.example.org`: every host below it), an address or a network
(`192.0.2.7`, `198.51.100.0/24`, `2001:db8::/32`). All but IPv6 networks may have a port (`cameras.example.org:8554`,
`[2001:db8::7]:554`). A name permits what it resolves to only as far as that is a public address; private, loopback and
link-local addresses are refused unless an entry lists the address or its network itself.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Net = ipaddress.IPv4Network | ipaddress.IPv6Network

PORTS = {"rtsp": 554, "rtmp": 1935, "srt": 0}  # srt has no default
MAX_URL = 300

_HIDING = tuple(ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_PATH = re.compile(r"[A-Za-z0-9/._~!$&'()*+,;=:@%-]*(?:\?[A-Za-z0-9/._~!$&'()*+,;=:@%?#-]*)?")
_ENTRY = re.compile(r"(?:\[(?P<six>[0-9a-f:]+)\]|(?P<host>[^\[\]]+?))(?::(?P<port>\d{1,5}))?")


class BadFeedUrl(ValueError):
    """The address cannot be one of a feed; the message says why, for people."""


@dataclass(frozen=True)
class FeedUrl:
    """A feed's address, taken apart. `host` is a lower-case name or an address without brackets."""

    scheme: str
    host: str
    port: int
    rest: str  # path and query, as they are sent

    @property
    def literal(self) -> Address | None:
        return _address(self.host)


def parse_feed_url(text: str) -> FeedUrl:
    """Take an address apart. Raises BadFeedUrl."""
    if len(text) > MAX_URL:
        raise BadFeedUrl("The address is too long.")
    try:
        parts: SplitResult = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadFeedUrl("This is not an address.") from error
    if parts.scheme not in PORTS:
        raise BadFeedUrl("The address begins with rtsp://, rtmp:// or srt://.")
    if "@" in parts.netloc:
        raise BadFeedUrl("Name and password belong into their own field, not into the address.")
    host = (parts.hostname or "").rstrip(".").lower()
    if _address(host) is None and (not _NAME.fullmatch(host) or _looks_numeric(host)):
        raise BadFeedUrl("This is not a host.")
    rest = text.partition("://")[2][len(parts.netloc) :]
    if not _PATH.fullmatch(rest):
        raise BadFeedUrl("The address holds a character that does not belong there.")
    if not (port or PORTS[parts.scheme]):
        raise BadFeedUrl("The address needs a port.")
    return FeedUrl(parts.scheme, host, port or PORTS[parts.scheme], rest)


def permits_host(url: FeedUrl, allowed: Sequence[str]) -> bool:
    """Whether some entry speaks of the host as it is written, before any name is looked up."""
    literal = url.literal
    if literal is not None:
        return permits_address(url, literal, allowed)
    return any(_names(entry, url) for entry in allowed)


def permits_address(url: FeedUrl, address: Address, allowed: Sequence[str]) -> bool:
    """Whether this very address may be connected to for `url`, whose host was looked up once."""
    plain = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped else address
    if any(_lists(entry, plain, url.port) for entry in allowed):
        return url.literal is not None or permits_host(url, allowed)
    return url.literal is None and permits_host(url, allowed) and _is_public(plain)


def check_entry(entry: str) -> None:
    """Raise ValueError when an entry of the allow-list cannot be read: it would silently allow nothing."""
    host, _ = _split(entry)
    if _network(host) is None and not _NAME.fullmatch(host.removeprefix(".")):
        raise ValueError(f"{entry!r} is no host, domain, address or network")


def _is_public(address: Address) -> bool:
    """Also not one that hides a private IPv4 address: NAT64 (RFC 6052), 6to4 (RFC 3056), Teredo (RFC 4380)."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _HIDING):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _names(entry: str, url: FeedUrl) -> bool:
    host, port = _split(entry)
    if port not in (None, url.port):
        return False
    return url.host.endswith(host) if host.startswith(".") else url.host == host


def _lists(entry: str, address: Address, port: int) -> bool:
    host, only = _split(entry)
    network = _network(host)
    return network is not None and only in (None, port) and address.version == network.version and address in network


def _split(entry: str) -> tuple[str, int | None]:
    text = entry.strip().lower()
    if _network(text) is not None:
        return text, None  # an IPv6 network has colons of its own
    found = _ENTRY.fullmatch(text)
    if found is None:
        return text, None
    return found["six"] or found["host"], int(found["port"]) if found["port"] else None


def _network(text: str) -> Net | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _address(text: str) -> Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    return None if isinstance(found, ipaddress.IPv6Address) and found.scope_id else found


def _looks_numeric(host: str) -> bool:
    """`2130706433`, `0x7f.1` and `127.1` are addresses to some resolvers: as names they would pass the list."""
    last = host.rpartition(".")[2]
    return last.isdigit() or last.startswith("0x")
