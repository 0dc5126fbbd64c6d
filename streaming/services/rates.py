"""Limits on guessing links and on sending texts. Counted in the shared cache, so every web process sees the same.

Only misses count: a caller whose token is right is never counted. Within a window an address may miss `PER_ADDRESS`
times; after that its lookups are refused unread. When misses of everybody together pass `GLOBAL`, addresses get one
miss each until the window ends. So a botnet gets one guess per address, and callers, who do not miss, keep their links.
Guessing 128 bits is hopeless anyway; the limits keep it quiet and visible.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.core.cache import cache
from redis.exceptions import RedisError

from core.clock import now
from core.errors import TooMany
from streaming.models import LinkToken

log = structlog.get_logger(__name__)

WINDOW = 600  # seconds
PER_ADDRESS = 20  # misses a window: a mistyped address or an old text, many times over
GLOBAL = 500  # misses a window over all addresses

_HOUR = timedelta(hours=1)
TEXTS_PER_NUMBER = 10  # links to one number an hour; networks block far above that (STANDARDS 13.3)


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


def check(limit: Limit, of: str) -> None:
    """Raise TooMany when the limit is used up for `of`. Counts nothing."""
    if _count(limit.key(of)) >= limit.most:
        log.warning("limits.refused", limit=limit.name)
        raise TooMany(f"Too many requests. Wait {limit.wait} seconds.", retry_after=limit.wait)


def count(limit: Limit, of: str) -> None:
    _increment(limit.key(of), limit.seconds)


def spend(limit: Limit, of: str) -> None:
    """Count one, or raise TooMany."""
    check(limit, of)
    count(limit, of)


def check_guessing(address: str) -> None:
    """Raise TooMany(retry_after) when this address has missed too often; call before any lookup."""
    misses = _count(_address_key(address))
    limit = PER_ADDRESS if _count(_global_key()) < GLOBAL else 1
    if misses >= limit:
        log.warning("links.guessing_refused", misses=misses)
        raise TooMany(
            "Too many links were tried from here. Wait a few minutes. In danger now? Call 999.",
            code="too_many_links",
            retry_after=_until_next_window(),
        )


def count_miss(address: str) -> None:
    """Count one lookup that found nothing."""
    for key in (_address_key(address), _global_key()):
        _increment(key)


def check_texts_to(number: str, force_id: int) -> None:
    """Raise TooMany when the force sent this number its hour's worth of links. Another force's texts do not count: a
    refusal would tell that it is dealing with this phone."""
    since = now() - _HOUR
    times = LinkToken.objects.filter(force_id=force_id, number=number, created_at__gt=since).order_by("created_at")
    recent = list(times.values_list("created_at", flat=True))
    if len(recent) >= TEXTS_PER_NUMBER:
        wait = int((recent[-TEXTS_PER_NUMBER] - since).total_seconds()) + 1
        raise TooMany(
            f"This number was sent {len(recent)} links in the last hour. Check the number with the caller.",
            code="too_many_texts",
            retry_after=wait,
        )


def _window() -> int:
    return int(clock()) // WINDOW


def _until_next_window() -> int:
    return WINDOW - int(clock()) % WINDOW


def _global_key() -> str:
    return f"link-miss:{_window()}"


def _address_key(address: str) -> str:
    return f"link-miss:{_window()}:{network_of(address)}"


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


def _count(key: str) -> int:
    try:
        return int(cache.get(key, 0))
    except (RedisError, OSError):
        log.exception("links.limiter_unavailable")  # links stay open: a caller in danger comes first
        return 0


def _increment(key: str, seconds: int = WINDOW) -> None:
    try:
        cache.add(key, 0, seconds)
        cache.incr(key)
    except ValueError:  # the window turned between the two calls
        return
    except (RedisError, OSError):
        log.exception("links.limiter_unavailable")
