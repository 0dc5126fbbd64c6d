"""The ear of Django at the media engine: takes facts and health, and recovers what was left behind.

One process of a deployment calls `start()`: the serving process in the embedded profile, the Celery worker in the
full one. Several may: facts are taken idempotently.
"""

from __future__ import annotations

import threading
import time
from typing import Any
from uuid import UUID

import structlog
from channels.layers import get_channel_layer
from django.db import close_old_connections

from core.realtime import asend_ephemeral
from streaming import sockets
from streaming.contracts import Fact, StreamHealth
from streaming.events import session_topic
from streaming.gateway import call_sync, get_gateway
from streaming.services import facts, recovery

log = structlog.get_logger(__name__)

#: A session that should be live and of which nothing was heard for so long has lost its engine.
SILENCE = 15.0

_lock = threading.Lock()
_started = False
_heard: dict[str, float] = {}


def start() -> None:
    """Begin taking facts and health, then recover in a thread of its own: the start waits for nothing. Idempotent."""
    global _started
    with _lock:
        if _started:
            return
        _started = True
    get_gateway().start(on_fact=take, on_health=take_health)
    threading.Thread(target=_recover_at_start, name="recover-recordings", daemon=True).start()


def stop() -> None:
    """Stop taking; an embedded engine seals its recordings first. Idempotent."""
    global _started
    with _lock:
        if not _started:
            return
        _started = False
    get_gateway().stop()


def take(fact: Fact) -> None:
    """One fact, in the gateway's thread. What is raised makes the fact come again."""
    close_old_connections()
    try:
        facts.take_fact(fact)
    finally:
        close_old_connections()


def take_health(health: StreamHealth) -> None:
    """Pass one session's newest health to its pages. Ephemeral: a failure costs half a second of it."""
    _heard[health.session_id] = time.monotonic()
    try:
        session_id = UUID(health.session_id)
    except ValueError:
        return
    # One standing loop for all of it: a loop per message would be a connection to the channel layer per message.
    call_sync(_spread(session_id, health_data(health)))


async def _spread(session_id: UUID, data: dict[str, Any]) -> None:
    layer = get_channel_layer()
    message = sockets.told("health", data)
    await layer.group_send(sockets.caller_group(session_id), message)
    await layer.group_send(sockets.watch_group(session_id), message)
    await asend_ephemeral(session_topic(session_id), "video.health", data)


def health_data(health: StreamHealth) -> dict[str, Any]:
    """The wire form of health: the contract's fields without the session, `at` in epoch milliseconds."""
    return {
        "at": round(health.at * 1000),
        "recording": health.recording,
        "recorded_seconds": health.recorded_seconds,
        "last_write_age": health.last_write_age,
        "joined": health.joined,
        "frame_age": health.frame_age,
        "width": health.width,
        "height": health.height,
        "fps": health.fps,
        "bitrate": health.bitrate,
        "loss": health.loss,
        "rtt": health.rtt,
        "has_audio": health.has_audio,
        "viewers": health.viewers,
        "engine": health.engine,
    }


def is_silent(session_id: UUID) -> bool:
    """Whether nothing was heard of the session lately. A process that does not listen cannot know: False."""
    if not _started:
        return False
    heard = _heard.setdefault(str(session_id), time.monotonic())
    return time.monotonic() - heard > SILENCE


def recover() -> recovery.Recovered:
    """The periodic run, from the beat."""
    for session_id, heard in list(_heard.items()):
        if time.monotonic() - heard > 3600:
            _heard.pop(session_id, None)
    return recovery.recover(is_silent=is_silent)


def _recover_at_start() -> None:
    close_old_connections()
    try:
        recovery.recover(starting=True)
    except Exception:
        log.exception("recovery.at_start")
    finally:
        close_old_connections()
