"""Limits on how often something is asked, counted in the shared cache, so that every web process sees the same.

Open while the cache is away: a caller in danger, a call and an officer's call for help come first.
"""

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

    @property
    def wait(self) -> int:
        """Seconds until the window ends."""
        return self.seconds - int(clock()) % self.seconds


def used(limit: Limit, of: str) -> int:
    """How much of the limit is used up in this window."""
    try:
        return int(cache.get(limit.key(of), 0))
    except (RedisError, OSError):
        log.exception("limits.unavailable", limit=limit.name)
        return 0


def count(limit: Limit, of: str, by: int = 1) -> int:
    """Count `by` more. Returns how much is used up with it."""
    key = limit.key(of)
    try:
        try:
            return int(cache.incr(key, by))
        except ValueError:  # the first of its window
            cache.add(key, 0, limit.seconds)
            return int(cache.incr(key, by))
    except ValueError:  # the window turned between the two calls
        return 0
    except (RedisError, OSError):
        log.exception("limits.unavailable", limit=limit.name)
        return 0


def spend(limit: Limit, of: str) -> None:
    """Count one. Raises TooMany(retry_after) when the limit was used up before it."""
    if count(limit, of) > limit.most:
        log.warning("limits.refused", limit=limit.name)
        raise TooMany(f"Too many requests. Wait {limit.wait} seconds, then send them again.", retry_after=limit.wait)


def network_of(address: str) -> str:
    """The address whose misses count together: IPv4 alone, IPv6 by its /64 (one customer holds all of it)."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
