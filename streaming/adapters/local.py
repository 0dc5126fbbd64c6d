"""The embedded engine: in a thread of this process, with its own event loop. Nothing else to start or to run."""

from __future__ import annotations

import asyncio
import atexit
import logging
import threading
from collections.abc import Callable
from typing import Any, Self

from django.conf import settings

from streaming.adapters.base import CommandGateway
from streaming.adapters.loop_thread import LoopThread
from streaming.adapters.newest_health import NewestHealth
from streaming.contracts import Command, EngineError, Fact, RecoverSession, Reply, StreamHealth
from streaming.media.host import EngineFactory, EngineHost, HostSettings, make_engine
from streaming.media.loop import new_event_loop
from streaming.media.spool import new_owner

log = logging.getLogger(__name__)

STOP_SECONDS = 10.0


class LocalGateway(CommandGateway):
    """Starts its engine on first use, once. Facts are on disk before `on_fact` hears them, and come again after a
    crash until it has returned; recordings that a dead process left open are recovered at the start."""

    def __init__(
        self,
        host_settings: HostSettings,
        *,
        engine_factory: EngineFactory = make_engine,
        new_loop: Callable[[], asyncio.AbstractEventLoop] = new_event_loop,
    ) -> None:
        self._settings, self._factory, self._new_loop = host_settings, engine_factory, new_loop
        self._lock = threading.Lock()
        self._loop: LoopThread | None = None
        self._host: EngineHost | None = None
        self._health: NewestHealth | None = None

    @classmethod
    def from_settings(cls) -> Self:
        return cls(
            HostSettings(
                recordings=settings.MEDIA_RECORDINGS_DIR,
                spill=settings.MEDIA_SPILL_DIR,
                ticket_key=settings.MEDIA_TICKET_KEY,
                worker_id=new_owner("local"),
                session_limit=settings.MEDIA_SESSION_LIMIT,
                max_load=settings.MEDIA_MAX_LOAD,
                ice_servers=settings.MEDIA_ICE_SERVERS,
                address=settings.MEDIA_HOST,
            )
        )

    def start(
        self,
        on_fact: Callable[[Fact], None] | None = None,
        on_health: Callable[[StreamHealth], None] | None = None,
    ) -> None:
        with self._lock:
            if on_health is not None and self._health is None:
                self._health = NewestHealth(on_health)
            host = self._running_host()
            if on_fact is not None:
                host.spool.deliver_to(on_fact)

    def stop(self) -> None:
        with self._lock:
            loop, host, health = self._loop, self._host, self._health
            self._loop = self._host = self._health = None
        if loop is None or host is None:
            return
        atexit.unregister(self.stop)
        try:
            loop.submit(host.close()).result(STOP_SECONDS)
        except (Exception, asyncio.CancelledError) as error:
            log.error("the engine did not close cleanly", extra={"error": type(error).__name__})
        host.spool.stop()
        loop.stop()
        if health is not None:
            health.stop()

    async def carry(self, command: Command, seconds: float) -> Reply:
        with self._lock:
            host, loop = self._running_host(), self._loop
        assert loop is not None
        return await loop.run(host.handle(command))

    def _running_host(self) -> EngineHost:
        """The host, started on first use. The caller holds the lock."""
        if self._host is not None:
            return self._host
        loop = LoopThread("media-engine", self._new_loop)
        host = EngineHost(self._settings, on_health=self._put_health, engine_factory=self._factory)
        loop.start()
        try:
            loop.submit(host.start()).result(STOP_SECONDS)
        except Exception as error:
            loop.stop()
            raise EngineError("unavailable", f"the engine did not start: {type(error).__name__}") from error
        self._loop, self._host = loop, host
        atexit.register(self.stop)
        loop.submit(_recover_all(host))
        return host

    def _put_health(self, health: StreamHealth) -> None:
        taker = self._health
        if taker is not None:
            taker.put(health)

    def __repr__(self) -> str:
        return f"<LocalGateway {'running' if self._host else 'not started'}>"


async def _recover_all(host: EngineHost) -> Any:
    for session_id in await asyncio.to_thread(host.unfinished):
        log.info("recovering a recording", extra={"session": session_id})
        await host.handle(RecoverSession(session_id=session_id))
