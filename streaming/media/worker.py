"""A media worker of the full profile: one engine, one process, spoken to over Redis Streams.

It beats every 0.5 s, takes commands from its own stream, answers each by request id, spools facts to disk and carries
them to the facts stream, and publishes health. While Redis is away it goes on recording. Once it has been declared dead
(it was silent for 3 s and its sessions have moved) it seals what it has and leaves with FENCED_EXIT.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

import redis
import redis.asyncio
from redis.exceptions import RedisError

from streaming.contracts import (
    Command,
    ContractError,
    EngineHealth,
    EngineStatus,
    Fact,
    RecoverSession,
    Refused,
    Reply,
    StreamHealth,
    dumps,
    loads,
)
from streaming.contracts.channels import DEAD_AFTER_SECONDS, HEARTBEAT_SECONDS, REPLY_SECONDS, MediaKeys
from streaming.media.apart import apart
from streaming.media.host import EngineFactory, EngineHost, HostSettings, make_engine

log = logging.getLogger(__name__)

FENCED_EXIT = 75  # EX_TEMPFAIL: whoever supervises starts a new one
RECONNECT_SECONDS = 0.5
LOOK_SECONDS = 0.5  # between two looks whether the other workers' processes are there


@dataclass(frozen=True, kw_only=True)
class WorkerSettings:
    """`drain_seconds`: how long live sessions may stay after SIGTERM before they are handed to other workers."""

    redis_url: str
    host: HostSettings
    keys: MediaKeys
    drain_seconds: float = 20.0


class Worker:
    """`run()` serves until `drain()` or `stop()` was called, and returns the process's exit code."""

    def __init__(self, settings: WorkerSettings, *, engine_factory: EngineFactory = make_engine) -> None:
        self._settings, self._keys = settings, settings.keys
        self._id = settings.host.worker_id
        self._host = EngineHost(settings.host, on_health=self._publish_health, engine_factory=engine_factory)
        self._redis = redis.asyncio.Redis.from_url(settings.redis_url, socket_connect_timeout=2.0)
        # The spool's thread carries facts with a client of its own.
        self._facts = redis.Redis.from_url(settings.redis_url, socket_timeout=5.0, socket_connect_timeout=2.0)
        self._drain, self._stop = asyncio.Event(), asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._left = False
        self._beating = asyncio.Lock()
        self._exit_code = 0

    def drain(self) -> None:
        """Take no new session and leave when the last one has ended; a second call leaves at once."""
        if self._drain.is_set():
            self._stop.set()
        self._host.draining = True
        self._drain.set()

    def stop(self) -> None:
        """Seal and leave now."""
        self._stop.set()

    async def run(self) -> int:
        await self._host.start()
        self._host.spool.deliver_to(self._carry_fact)
        for vital in (self._beat(), self._take_commands(), self._watch_drain()):
            self._spawn(vital).add_done_callback(self._vital_done)
        self._spawn(self._look_after_others())
        self._spawn(self._recover_unknown())
        log.info("worker started", extra={"limit": self._settings.host.session_limit})
        await self._stop.wait()
        await self._leave()
        return self._exit_code

    async def _leave(self) -> None:
        await self._host.close()
        self._left = True
        try:
            # Without a heartbeat the sessions still pinned here move at once; their directories are free since now.
            async with asyncio.timeout(DEAD_AFTER_SECONDS), self._beating:
                await self._redis.delete(self._keys.heartbeat(self._id))
        except (RedisError, OSError, TimeoutError) as error:
            log.warning("not signed off", extra={"error": type(error).__name__})
        await asyncio.to_thread(self._host.spool.stop, 5.0)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._redis.aclose()
        self._facts.close()
        log.info("worker left", extra={"code": self._exit_code})

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _vital_done(self, task: asyncio.Task[None]) -> None:
        """Without its heart or its ears a worker is of no use: leave, so that it is started anew."""
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a loop of the worker failed", exc_info=error)
            self._exit_code = 1
            self._stop.set()

    # --- heartbeat

    async def _beat(self) -> None:
        lifetime = int(DEAD_AFTER_SECONDS * 1000)
        while not self._left:
            reply = await self._host.handle(EngineStatus())
            if isinstance(reply, EngineHealth):
                if self._drain.is_set() and reply.sessions == 0:
                    self._stop.set()
                try:
                    async with asyncio.timeout(DEAD_AFTER_SECONDS), self._beating:
                        results = await self._beat_once(dumps(reply), lifetime)
                    if results[2]:
                        await self._give_way()
                        return
                    if results[1]:
                        await self._announce()
                except (RedisError, OSError, TimeoutError) as error:
                    log.warning("no heartbeat", extra={"error": type(error).__name__})
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _beat_once(self, beat: str, milliseconds: int) -> list[Any]:
        """Answers of Redis: the beat was set, we were not known before, we are fenced. None of it once we have left."""
        if self._left:
            return [False, 0, 0]
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self._keys.heartbeat(self._id), beat, px=milliseconds)
            pipe.sadd(self._keys.workers, self._id)
            pipe.exists(self._keys.fenced(self._id))
            results: list[Any] = await pipe.execute()
            return results

    async def _announce(self) -> None:
        """Redis did not know us: it is our first beat, or it was emptied. Whoever holds the recordings says so."""
        if not self._host.open:
            return
        log.warning("Redis was emptied: telling it our sessions", extra={"sessions": len(self._host.open)})
        async with self._redis.pipeline(transaction=True) as pipe:
            for session_id, label in self._host.open.items():
                pipe.hset(self._keys.session(session_id), mapping={"worker": self._id, "label": label})
                pipe.sadd(self._keys.pinned(self._id), session_id)
            await pipe.execute()

    async def _look_after_others(self) -> None:
        """A worker on the same disk whose process is gone is dead now, not when its heartbeat runs out: the kernel has
        let go of its spool. Its sessions move, its facts are told from here. Beside the heartbeat: a disk may hang."""
        while not self._left:
            try:
                members: Any = self._redis.smembers(self._keys.workers)
                others = {member.decode() for member in await members} - {self._id}
                for worker_id in await apart(partial(self._host.dead_of, sorted(others))):
                    log.error("a worker's process is gone", extra={"worker": worker_id})
                    await self._redis.delete(self._keys.heartbeat(worker_id))
                    await apart(self._host.spool.adopt)
            except (RedisError, OSError) as error:
                log.warning("the other workers were not looked at", extra={"error": type(error).__name__})
            await asyncio.sleep(LOOK_SECONDS)

    async def _give_way(self) -> None:
        """Other workers hold this one's sessions: two recorders in one directory must not be."""
        log.error("declared dead: sealing and leaving")
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.srem(self._keys.workers, self._id)
            pipe.delete(self._keys.heartbeat(self._id))
            await pipe.execute()
        self._exit_code = FENCED_EXIT
        self._stop.set()

    async def _watch_drain(self) -> None:
        await self._drain.wait()
        log.info("draining")
        try:
            # A heartbeat that finds no session left ends the wait.
            await asyncio.wait_for(self._stop.wait(), self._settings.drain_seconds)
        except TimeoutError:
            log.warning("leaving with sessions still live: other workers take them over")
            self._stop.set()

    # --- commands

    async def _take_commands(self) -> None:
        stream: str = self._keys.commands(self._id)
        last: Any = "0"
        while True:
            try:
                answer = await self._redis.xread({stream: last}, count=50, block=1000)
                for _, entries in answer or []:
                    for entry_id, fields in entries:
                        last = entry_id
                        self._spawn(self._answer(fields))
                    await self._redis.xtrim(stream, minid=last)
            except (RedisError, OSError) as error:
                log.warning("no commands", extra={"error": type(error).__name__})
                await asyncio.sleep(RECONNECT_SECONDS)

    async def _answer(self, fields: dict[bytes, bytes]) -> None:
        try:
            request_id = fields[b"reply_to"].decode("ascii")
            if float(fields[b"deadline"]) < time.time():
                return  # whoever asked has given up, and may have asked another worker
            reply: Reply = await self._handle(fields[b"command"])
        except (KeyError, ValueError):
            log.warning("not a command")
            return
        key = self._keys.reply(request_id)
        try:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.lpush(key, dumps(reply))
                pipe.expire(key, REPLY_SECONDS)
                await pipe.execute()
        except (RedisError, OSError) as error:
            log.warning("reply not sent", extra={"error": type(error).__name__})

    async def _handle(self, text: bytes) -> Reply:
        try:
            command = loads(text)
        except ContractError as error:
            return Refused(code="unavailable", message=str(error))
        if not isinstance(command, Command):
            return Refused(code="unavailable", message="not a command")
        return await self._host.handle(command)

    # --- what the engine reports

    def _carry_fact(self, fact: Fact) -> None:
        """In the spool's thread: a fact is off this disk's hands once Redis has it."""
        self._facts.xadd(self._keys.facts, {"fact": dumps(fact)})

    def _publish_health(self, health: StreamHealth) -> None:
        self._spawn(self._send_health(dumps(health)))

    async def _send_health(self, text: str) -> None:
        try:
            await self._redis.publish(self._keys.health, text)
        except (RedisError, OSError):
            log.debug("health not sent")

    # --- what dead workers left

    async def _recover_unknown(self) -> None:
        """At the start: recordings that no living engine holds and Redis knows nothing of (it was emptied). Those it
        knows are moved by the process that holds the facts lease."""
        for session_id in await asyncio.to_thread(self._host.unfinished):
            try:
                known = await self._redis.exists(self._keys.session(session_id))
            except (RedisError, OSError):
                known = 0
            if not known:
                log.info("recovering a recording", extra={"session": session_id})
                await self._host.handle(RecoverSession(session_id=session_id))
