"""Is everything there that the main job needs? Each app adds its own check (`register`)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import close_old_connections, connection

log = structlog.get_logger(__name__)
TIMEOUT_SECONDS = 4.0
KEEP_SECONDS = 1.0
_asking = threading.Lock()


@dataclass(frozen=True)
class Part:
    """`needed`: without it no call can be taken. `said`: the check's own word for a part that is not there at all."""

    name: str
    label: str
    ok: bool
    needed: bool = True
    said: str = ""

    @property
    def word(self) -> str:
        return (self.said or "ok") if self.ok else "not answering"


_newest: tuple[float, list[Part]] | None = None
Check = Callable[[], str | None]
_CHECKS: dict[str, tuple[str, Check, bool]] = {}


def register(name: str, label: str, check: Check, *, needed: bool = True) -> None:
    """`check` returns None when the part works, a word when it is left out on purpose, and raises when it fails."""
    _CHECKS[name] = (label, check, needed)


def label_of(name: str) -> str:
    """The part in the words of the control room."""
    return _CHECKS[name][0] if name in _CHECKS else name.replace("_", " ")


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _channel_layer() -> None:
    async def round_trip() -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.send(channel, {"type": "health"})
        await layer.receive(channel)

    if type(get_channel_layer()).__module__ != "core.layers":  # in memory there is nothing to reach
        async_to_sync(round_trip)()


register("database", "Incidents and log", _database)
register("channel_layer", "Live updates", _channel_layer)


def check_all() -> list[Part]:
    """The state of every part, at most a second old: anybody may ask, so asking often must cost nothing."""
    global _newest
    with _asking:
        if _newest is None or time.monotonic() - _newest[0] >= KEEP_SECONDS:
            parts = _run_all()
            _newest = (time.monotonic(), parts)
        return list(_newest[1])


def _run_all() -> list[Part]:
    """Run every check, each bounded, at the same time."""

    def run(check: Check) -> str | None:
        try:
            return check()
        finally:
            close_old_connections()

    pool = ThreadPoolExecutor(max_workers=max(4, len(_CHECKS)))
    running = {name: pool.submit(run, check) for name, (_, check, _) in _CHECKS.items()}
    parts = []
    for name, future in running.items():
        label, _, needed = _CHECKS[name]
        try:
            parts.append(Part(name, label, True, needed, future.result(timeout=TIMEOUT_SECONDS) or ""))
        except Exception as error:
            log.warning("health.failed", part=name, error=type(error).__name__)
            parts.append(Part(name, label, False, needed))
    pool.shutdown(wait=False, cancel_futures=True)
    return parts


def summary() -> list[Part]:
    """For the sign-in page: the same parts, in the words of the control room."""
    return check_all()
