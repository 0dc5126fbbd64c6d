"""From a feed's address to a connected socket: looked up once, checked, and that very address connected to."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence

from streaming.contracts.feed_hosts import BadFeedUrl, FeedUrl, parse_feed_url, permits_address, permits_host

CONNECT_SECONDS = 8.0

Resolver = Callable[[str], list[str]]


class PullError(Exception):
    """A feed cannot be fetched; `reason` is one of contracts.FEED_REASONS."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


def look_up(host: str) -> list[str]:
    """Addresses of a name, as the system's resolver gives them."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def read_url(text: str) -> FeedUrl:
    """Raises PullError("not_allowed")."""
    try:
        return parse_feed_url(text)
    except BadFeedUrl as error:
        raise PullError("not_allowed", str(error)) from error


def checked_addresses(url: FeedUrl, allowed: Sequence[str], resolve: Resolver = look_up) -> list[str]:
    """The addresses that may be connected to. The name is looked up here and never again: what a second answer would
    say (DNS rebinding) is not asked.

    Raises PullError: not_allowed when none of them may, unreachable when there is none.
    """
    if not permits_host(url, allowed):
        raise PullError("not_allowed", "host")
    if url.literal is not None:
        return [str(url.literal)]
    try:
        found = resolve(url.host)
    except OSError as error:
        raise PullError("unreachable", "no such host") from error
    may = [text for text in found if permits_address(url, ipaddress.ip_address(text), allowed)]
    if not may:
        raise PullError("not_allowed" if found else "unreachable", "address")
    return may


def connect(addresses: Sequence[str], port: int) -> socket.socket:
    """A TCP connection to the first address that takes one. Raises PullError("unreachable")."""
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=CONNECT_SECONDS)
        except OSError:
            continue
    raise PullError("unreachable", "connection")
