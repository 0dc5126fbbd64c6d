"""The full profile's gateway: media workers over Redis Streams, a session pinned to one of them.

A loop thread of its own carries the commands, so that any event loop and any thread may ask. One gateway at a time
holds the lease under which facts are taken and dead workers buried: their sessions are opened on living workers, their
recordings repaired there, and the caller's next offer finds the new place.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any, Self

import redis
import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from streaming.adapters.base import RETRY_SECONDS, CommandGateway
from streaming.adapters.loop_thread import LoopThread
from streaming.adapters.newest_health import NewestHealth
from streaming.adapters.redis_facts import FactsReader
from streaming.adapters.redis_workers import Place, Workers, both
from streaming.contracts import (
    ClosePeer,
    Command,
    ContractError,
    Done,
    EndSession,
    EngineError,
    EngineHealth,
    EngineStatus,
    Fact,
    MakePlayback,
    OpenSession,
    PublishOffer,
    RecoverSession,
    Refused,
    Reply,
    StreamHealth,
    WatchOffer,
    dumps,
    loads,
)
from streaming.contracts.channels import MediaKeys

log = logging.getLogger(__name__)

LEASE_SECONDS = 5.0
WATCH_SECONDS = 0.25
MOST_MOVING = 8  # sessions that move at once
_ANSWER_SLICE = 0.25  # seconds between looks at the worker's pulse while its answer is awaited


class WorkerGoneError(Exception):
    """The worker died before it answered."""


class RedisGateway(CommandGateway):
    """See the module. `redis_url` is reached from three places: the commands, the facts thread, the health channel."""

    def __init__(self, redis_url: str, keys: MediaKeys) -> None:
        self._url, self._keys = redis_url, keys
        self._id = f"gateway-{uuid.uuid4().hex[:12]}"
        self._lock = threading.Lock()
        self._thread: LoopThread | None = None
        self._redis: redis.asyncio.Redis | None = None
        self._workers: Workers | None = None
        self._facts: FactsReader | None = None
        self._health: NewestHealth | None = None

    @classmethod
    def from_settings(cls) -> Self:
        return cls(settings.REDIS_URL, MediaKeys(settings.REDIS_PREFIX))

    # --- life

    def start(
        self,
        on_fact: Callable[[Fact], None] | None = None,
        on_health: Callable[[StreamHealth], None] | None = None,
    ) -> None:
        thread = self._running()
        with self._lock:
            if on_fact is not None and self._facts is None:
                client = redis.Redis.from_url(self._url, socket_timeout=10.0, socket_connect_timeout=2.0)
                self._facts = FactsReader(client, self._keys, self._id, on_fact)
                self._facts.start()
                thread.submit(self._watch_over(self._facts))
            if on_health is not None and self._health is None:
                self._health = NewestHealth(on_health)
                thread.submit(self._listen(self._health))

    def stop(self) -> None:
        with self._lock:
            thread, facts, health = self._thread, self._facts, self._health
            self._thread = self._facts = self._health = None
        if facts is not None:
            facts.stop()
        if thread is not None:
            try:
                thread.submit(self._close()).result(5.0)
            except (Exception, asyncio.CancelledError) as error:
                log.warning("gateway not closed cleanly", extra={"error": type(error).__name__})
            thread.stop()
        if health is not None:
            health.stop()

    def _running(self) -> LoopThread:
        with self._lock:
            if self._thread is None:
                thread = LoopThread("media-gateway")
                thread.start()
                # One blocked connection per command under way, hence no limit on them.
                self._redis = redis.asyncio.Redis.from_url(self._url, socket_connect_timeout=2.0)
                self._workers = Workers(self._redis, self._keys)
                self._thread = thread
            return self._thread

    async def _close(self) -> None:
        client, workers = self._parts()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        try:
            await workers.release_lease(self._id)
        finally:
            await client.aclose()

    def _parts(self) -> tuple[redis.asyncio.Redis, Workers]:
        if self._redis is None or self._workers is None:
            raise EngineError("unavailable", "the gateway is not running", retry_after=RETRY_SECONDS)
        return self._redis, self._workers

    # --- commands

    async def carry(self, command: Command, seconds: float) -> Reply:
        return await self._running().run(self._carry(command, time.time() + seconds))

    async def _carry(self, command: Command, deadline: float) -> Reply:
        try:
            while True:
                try:
                    return await self._carry_once(command, deadline)
                except WorkerGoneError:
                    log.warning("worker gone before it answered", extra={"command": command.kind})
                    await asyncio.sleep(WATCH_SECONDS)
        except (RedisError, OSError) as error:
            raise EngineError("unavailable", f"Redis: {type(error).__name__}", retry_after=RETRY_SECONDS) from error

    async def _carry_once(self, command: Command, deadline: float) -> Reply:
        _, workers = self._parts()
        if isinstance(command, EngineStatus):
            return _sum(await workers.alive())
        session_id: str = getattr(command, "session_id", "")
        if isinstance(command, OpenSession):
            place = await workers.place(session_id, command.label)
            if place.unsettled:
                return await self._settle(session_id, place, deadline)
            reply = await self._ask_worker(place.worker_id, command, deadline)
            if isinstance(reply, Refused) and reply.code == "full":
                await workers.forget(session_id)  # the next try may find another worker
            return reply
        known = await workers.find(session_id)
        if isinstance(command, PublishOffer | WatchOffer) and known is not None:
            place = await workers.place(session_id)
            if place.unsettled and not isinstance(reply := await self._settle(session_id, place, deadline), Done):
                return reply
            return await self._ask_worker(place.worker_id, command, deadline)
        if known is not None and await workers.is_alive(known.worker_id):
            reply = await self._ask_worker(known.worker_id, command, deadline)
            if isinstance(command, EndSession) and isinstance(reply, Done):
                await workers.forget(session_id)
            return reply
        return await self._without_place(command, known, deadline)

    async def _without_place(self, command: Command, known: Place | None, deadline: float) -> Reply:
        """A session no living worker holds: its peers are gone, its files are there."""
        _, workers = self._parts()
        if isinstance(command, ClosePeer):
            return Done()
        if not isinstance(command, EndSession | RecoverSession | MakePlayback):
            raise EngineError("no_session", f"{command.kind}: no worker holds the session", retry_after=RETRY_SECONDS)
        worker_id = await workers.least_loaded(admit=False)
        if isinstance(command, EndSession) and known is not None:
            # Opened there first, so that the end has the reason that was asked for and not "lost".
            await self._settle(command.session_id, Place(worker_id, known.label), deadline)
        reply = await self._ask_worker(worker_id, command, deadline)
        if isinstance(command, EndSession) and isinstance(reply, Done):
            await workers.forget(command.session_id)
        return reply

    async def _settle(self, session_id: str, place: Place, deadline: float) -> Reply:
        """At its new worker: open the session first (a recovery there must not end it), then repair its recording.
        Done, or why not: then it stays noted as unsettled and is tried again."""
        _, workers = self._parts()
        for command in (OpenSession(session_id=session_id, label=place.label), RecoverSession(session_id=session_id)):
            reply = await self._ask_worker(place.worker_id, command, deadline)
            if not isinstance(reply, Done):
                log.error("session not settled", extra={"session": session_id, "command": command.kind})
                return reply
        await workers.settled(session_id)
        return Done()

    async def _ask_worker(self, worker_id: str, command: Command, deadline: float) -> Reply:
        """Send, and wait for the answer while the worker's heart beats. The caller's timeout ends the wait."""
        client, workers = self._parts()
        request_id = uuid.uuid4().hex
        fields: dict[Any, Any] = {"command": dumps(command), "reply_to": request_id, "deadline": repr(deadline)}
        await client.xadd(self._keys.commands(worker_id), fields, maxlen=10_000)
        while True:
            answer: Any = await both(client.blpop([self._keys.reply(request_id)], timeout=_ANSWER_SLICE))
            if answer is not None:
                return _reply(answer[1])
            if not await workers.is_alive(worker_id):
                raise WorkerGoneError(worker_id)

    async def workers(self) -> list[EngineHealth]:
        running = self._running()
        _, workers = self._parts()
        try:
            return await running.run(workers.alive())
        except (RedisError, OSError) as error:
            raise EngineError("unavailable", f"Redis: {type(error).__name__}", retry_after=RETRY_SECONDS) from error

    # --- the lease, dead workers

    async def _watch_over(self, facts: FactsReader) -> None:
        _, workers = self._parts()
        while True:
            try:
                if await workers.hold_lease(self._id, LEASE_SECONDS):
                    facts.leading.set()
                    await self._move_orphans()
                else:
                    facts.leading.clear()
            except (RedisError, OSError, EngineError) as error:
                log.warning("workers not watched", extra={"error": type(error).__name__})
            await asyncio.sleep(WATCH_SECONDS)

    async def _move_orphans(self) -> None:
        _, workers = self._parts()
        turns = asyncio.Semaphore(MOST_MOVING)
        await asyncio.gather(*(self._move(session_id, turns) for session_id in await workers.bury_dead()))

    async def _move(self, session_id: str, turns: asyncio.Semaphore) -> None:
        _, workers = self._parts()
        try:
            async with turns, asyncio.timeout(LEASE_SECONDS / 2):
                place = await workers.place(session_id)
                reply = await self._settle(session_id, place, time.time() + LEASE_SECONDS)
        except (EngineError, WorkerGoneError, TimeoutError) as error:
            log.warning("session not moved yet", extra={"session": session_id, "error": type(error).__name__})
            return
        if isinstance(reply, Done):
            log.warning("session moved", extra={"session": session_id, "worker": place.worker_id})

    async def _listen(self, health: NewestHealth) -> None:
        client, _ = self._parts()
        while True:
            try:
                async with client.pubsub(ignore_subscribe_messages=True) as channel:
                    await channel.subscribe(self._keys.health)
                    async for message in channel.listen():
                        if isinstance(item := loads(message["data"]), StreamHealth):
                            health.put(item)
            except (RedisError, OSError, ContractError) as error:
                log.warning("health not heard", extra={"error": type(error).__name__})
                await asyncio.sleep(WATCH_SECONDS)


def _reply(text: bytes) -> Reply:
    try:
        reply = loads(text)
    except ContractError as error:
        raise EngineError("unavailable", str(error)) from error
    if not isinstance(reply, Reply):
        raise EngineError("unavailable", f"{reply.kind} is not a reply")
    return reply


def _sum(alive: list[EngineHealth]) -> EngineHealth:
    if not alive:
        raise EngineError("unavailable", "no media worker is alive", retry_after=3.0)
    return EngineHealth(
        worker_id=",".join(health.worker_id for health in alive),
        sessions=sum(health.sessions for health in alive),
        peers=sum(health.peers for health in alive),
        limit=sum(health.limit for health in alive),
        draining=all(health.draining for health in alive),
        cpu_seconds=sum(health.cpu_seconds for health in alive),
        rss_bytes=sum(health.rss_bytes for health in alive),
        capacity=sum(health.room_for for health in alive),
        load=max(health.load for health in alive),
        lag_ms=max(health.lag_ms for health in alive),
        disk_free=min((health.disk_free for health in alive if health.disk_free is not None), default=None),
        spill_free=min((health.spill_free for health in alive if health.spill_free is not None), default=None),
        has_spill=any(health.has_spill for health in alive),
        alarms=sum(health.alarms for health in alive),
        spilled=sum(health.spilled for health in alive),
    )
