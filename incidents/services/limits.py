"""Limits on what machines ask, counted in the shared cache, so that every web process sees the same."""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from core.errors import TooMany

log = structlog.get_logger(__name__)


def clock() -> float:
    """Seconds by which windows are counted; one place, so that a test can hold it."""
    return time.time()


@dataclass(frozen=True)
class Limit:
    """At most `most` in each window of `seconds`, for one key."""

    name: str
    most: int
    seconds: int

    def key(self, of: str) -> str:
        return f"{self.name}:{int(clock()) // self.seconds}:{of}"


def check(limit: Limit, of: str) -> None:
    """Raise TooMany when the limit is used up for `of`. Counts nothing; open when the cache is away: calls first."""
    try:
        used = int(cache.get(limit.key(of), 0))
    except (RedisError, OSError):
        log.exception("limits.unavailable")
        return
    if used >= limit.most:
        wait = limit.seconds - int(clock()) % limit.seconds
        log.warning("limits.refused", limit=limit.name)
        raise TooMany(f"Too many requests. Wait {wait} seconds, then send them again.", retry_after=wait)


def count(limit: Limit, of: str) -> None:
    try:
        cache.add(limit.key(of), 0, limit.seconds)
        cache.incr(limit.key(of))
    except ValueError:  # the window turned between the two calls
        return
    except (RedisError, OSError):
        log.exception("limits.unavailable")


def network_of(address: str) -> str:
    """The address whose misses count together: IPv4 alone, IPv6 by its /64 (one customer holds all of it)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and not parsed.ipv4_mapped:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
