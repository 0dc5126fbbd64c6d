"""Which worker a session lives on: heartbeats, placement by load, pins, and the burial of dead workers."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from redis.asyncio import Redis

from streaming.contracts import ContractError, EngineError, EngineHealth, loads
from streaming.contracts.channels import MediaKeys

log = logging.getLogger(__name__)

T = TypeVar("T")

# Keep a pin whose worker lives; else pin to the candidate, and note that the recording needs repair.
# KEYS: session hash, unsettled set.
# ARGV: session, candidate or "", label or "", heartbeat prefix, fence prefix, pinned prefix.
# Returns {worker or '' when there is no living one and no candidate, 1 when unsettled, label}.
_PIN = """
local before = redis.call('HGET', KEYS[1], 'worker')
if ARGV[3] ~= '' then redis.call('HSET', KEYS[1], 'label', ARGV[3]) end
local label = redis.call('HGET', KEYS[1], 'label') or ''
if not (before and redis.call('EXISTS', ARGV[4] .. before) == 1 and redis.call('EXISTS', ARGV[5] .. before) == 0) then
  if ARGV[2] == '' then return {'', 0, label} end
  if before then
    redis.call('SREM', ARGV[6] .. before, ARGV[1])
    redis.call('SADD', KEYS[2], ARGV[1])
  end
  before = ARGV[2]
  redis.call('HSET', KEYS[1], 'worker', before)
  redis.call('SADD', ARGV[6] .. before, ARGV[1])
end
return {before, redis.call('SISMEMBER', KEYS[2], ARGV[1]), label}
"""

# KEYS: lease. ARGV: holder, milliseconds. 1 when the lease is the holder's, new or renewed.
_HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


@dataclass(frozen=True)
class Place:
    """Where a session lives. `unsettled`: it came from a dead worker and has not been opened and repaired here yet."""

    worker_id: str
    label: str
    unsettled: bool = False


class Workers:
    """Reads and writes the registry. Every method may raise redis.exceptions.RedisError."""

    def __init__(self, redis: Redis, keys: MediaKeys) -> None:
        self._redis, self._keys = redis, keys
        self._pin = redis.register_script(_PIN)
        self._hold, self._release = redis.register_script(_HOLD), redis.register_script(_RELEASE)

    async def alive(self) -> list[EngineHealth]:
        """The last heartbeat of each worker with a fresh one."""
        found = []
        for worker_id in await self._ids():
            beat = await self._redis.get(self._keys.heartbeat(worker_id))
            try:
                health = loads(beat) if beat else None
            except ContractError:
                log.error("unreadable heartbeat", extra={"worker": worker_id})
                continue
            if isinstance(health, EngineHealth):
                found.append(health)
        return found

    async def is_alive(self, worker_id: str) -> bool:
        return bool(await self._redis.exists(self._keys.heartbeat(worker_id)))

    async def least_loaded(self, *, admit: bool = True, moving: bool = False) -> str:
        """The worker with the lowest share of its room in use; EngineError("unavailable" or "full") when none may
        take another session. `admit=False` asks for one that works on files: then a full one will do. `moving`: for a
        session that is under way, whose place is gone; only the configured limit can refuse it."""
        alive = [health for health in await self.alive() if not health.draining]
        if not alive:
            raise EngineError("unavailable", "no media worker is alive", retry_after=3.0)
        shares: list[tuple[float, str]] = []
        for health in alive:
            # Pins count at once, heartbeats half a second later: ten calls in that time must not all go to one.
            sessions = max(health.sessions, await self._count_pinned(health.worker_id))
            room = health.limit if moving else health.room_for
            if sessions < room or not admit:
                shares.append((max(sessions / max(1, health.room_for), health.load), health.worker_id))
        if not shares:
            raise EngineError("full", "every media worker is at its limit", retry_after=15.0)
        return min(shares)[1]

    async def find(self, session_id: str) -> Place | None:
        """Where the session was pinned, dead or alive; None when unknown."""
        fields = await both(self._redis.hgetall(self._keys.session(session_id)))
        if b"worker" not in fields:
            return None
        return Place(fields[b"worker"].decode(), fields.get(b"label", b"").decode())

    async def place(self, session_id: str, label: str = "") -> Place:
        """The live worker of the session; pins it to the least loaded one when it has none. Safe against races."""
        place = await self._try_place(session_id, "", label)
        if not place.worker_id:
            moving = await self.find(session_id) is not None
            place = await self._try_place(session_id, await self.least_loaded(moving=moving), label)
        return place

    async def _try_place(self, session_id: str, candidate: str, label: str) -> Place:
        keys = self._keys
        worker_id, unsettled, known_label = await self._pin(
            keys=[keys.session(session_id), keys.unsettled],
            args=[session_id, candidate, label, keys.heartbeat(""), keys.fenced(""), keys.pinned("")],
        )
        return Place(worker_id.decode(), known_label.decode(), bool(unsettled))

    async def settled(self, session_id: str) -> None:
        await both(self._redis.srem(self._keys.unsettled, session_id))

    async def forget(self, session_id: str) -> None:
        """The session has ended."""
        place = await self.find(session_id)
        async with self._redis.pipeline(transaction=True) as pipe:
            if place is not None:
                pipe.srem(self._keys.pinned(place.worker_id), session_id)
            pipe.srem(self._keys.unsettled, session_id)
            pipe.delete(self._keys.session(session_id))
            await pipe.execute()

    async def bury_dead(self) -> list[str]:
        """Fence workers without a heartbeat; return the sessions that have to move, or have moved and are not settled.

        A worker stays in the registry until the last of its sessions has moved, so that a crash in between loses none.
        """
        orphans = [session_id.decode() for session_id in await both(self._redis.smembers(self._keys.unsettled))]
        for worker_id in await self._ids():
            if await self.is_alive(worker_id):
                continue
            await self._redis.set(self._keys.fenced(worker_id), "1", ex=86400)
            pinned = await both(self._redis.smembers(self._keys.pinned(worker_id)))
            if pinned:
                orphans.extend(session_id.decode() for session_id in pinned)
                continue
            log.warning("media worker buried", extra={"worker": worker_id})
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.srem(self._keys.workers, worker_id)
                pipe.delete(self._keys.commands(worker_id))
                await pipe.execute()
        return orphans

    async def hold_lease(self, holder: str, seconds: float) -> bool:
        """Take or renew the lease under which facts are taken and the dead are buried."""
        return bool(await self._hold(keys=[self._keys.lease], args=[holder, int(seconds * 1000)]))

    async def release_lease(self, holder: str) -> None:
        await self._release(keys=[self._keys.lease], args=[holder])

    async def _ids(self) -> list[str]:
        return sorted(worker_id.decode() for worker_id in await both(self._redis.smembers(self._keys.workers)))

    async def _count_pinned(self, worker_id: str) -> int:
        return int(await both(self._redis.scard(self._keys.pinned(worker_id))))


async def both(answer: Awaitable[T] | T) -> T:
    """redis-py types a command's answer for its blocking and its asyncio client at once; this one is the latter's."""
    return await answer if isinstance(answer, Awaitable) else answer
