"""Tiles of the OS Maps API, fetched by this site for its own pages: the key stays here; no browser asks anybody else.

A service that does not answer is left alone for a while: a browser has six connections to this site, and slow tiles
must not hold them while somebody takes a call.
"""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from core.errors import NotFound, Unavailable
from incidents import outside

log = structlog.get_logger(__name__)

SECONDS = 3.0
MOST_BYTES = 1024 * 1024
DEEPEST = 20  # levels of zoom that the service has
LEFT_ALONE = 20  # seconds after a failure
_AWAY = "map-tiles-away"
_PICTURES = {"image/png", "image/jpeg", "image/webp"}


def tile(z: int, x: int, y: int) -> outside.Answer:
    """One picture of the ground. Raises NotFound (none there, or no key), Unavailable."""
    asked = settings.BASE_MAP.asks
    if not asked or z > DEEPEST or not (x < 2**z and y < 2**z):
        raise NotFound("There is no ground here. The map shows a plain grid.")
    if _away():
        raise Unavailable("The map service does not answer. The plain grid stays.", retry_after=LEFT_ALONE)
    try:
        answer = outside.ask(asked.format(z=z, x=x, y=y), seconds=SECONDS, most_bytes=MOST_BYTES)
    except outside.NoAnswerError as failure:
        if failure.status == 404:
            raise NotFound("There is no ground here. The map shows a plain grid.") from failure
        raise _gone(failure.status) from failure
    if answer.kind not in _PICTURES:
        raise _gone(200)
    return answer


def _gone(status: int) -> Unavailable:
    log.warning("map.tiles_away", status=status)
    try:
        cache.set(_AWAY, status, LEFT_ALONE)
    except (RedisError, OSError):
        log.warning("map.cache_unavailable")
    return Unavailable("The map service does not answer. The plain grid stays.", retry_after=LEFT_ALONE)


def _away() -> bool:
    try:
        return cache.get(_AWAY) is not None
    except (RedisError, OSError):
        return False
