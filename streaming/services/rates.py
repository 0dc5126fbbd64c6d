"""Limits on guessing links and on sending texts. Counted in the shared cache, so every web process sees the same.

Only misses count: a caller whose token is right is never counted. Within a window an address may miss `MISSES.most`
times; after that its lookups are refused unread. When misses of everybody together pass `ALL_MISSES.most`, addresses
get one miss each until the window ends. So a botnet gets one guess per address, and callers, who do not miss, keep
their links. Guessing 128 bits is hopeless anyway; the limits keep it quiet and visible.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from core.clock import now
from core.errors import TooMany
from core.limits import Limit, count, network_of, used
from streaming.models import LinkToken

log = structlog.get_logger(__name__)

MISSES = Limit("link-miss", most=20, seconds=600)  # of one network: a mistyped address or an old text, many times over
ALL_MISSES = Limit("link-miss-all", most=500, seconds=600)  # of everybody together

_HOUR = timedelta(hours=1)
TEXTS_PER_NUMBER = 10  # links to one number an hour; networks block far above that (STANDARDS 13.3)


def check_guessing(address: str) -> None:
    """Raise TooMany(retry_after) when this address has missed too often; call before any lookup."""
    misses = used(MISSES, network_of(address))
    limit = MISSES.most if used(ALL_MISSES, "") < ALL_MISSES.most else 1
    if misses >= limit:
        log.warning("links.guessing_refused", misses=misses)
        raise TooMany(
            "Too many links were tried from here. Wait a few minutes. In danger now? Call 999.",
            code="too_many_links",
            retry_after=MISSES.wait,
        )


def count_miss(address: str) -> None:
    """Count one lookup that found nothing."""
    count(MISSES, network_of(address))
    count(ALL_MISSES, "")


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
