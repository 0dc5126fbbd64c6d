"""The channel layer of the full profile: Redis pub/sub that gives up on a send."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

GIVE_UP = 1.0  # seconds: a Redis that holds the line and says nothing does not hold whoever writes
LEAVE_ALONE = 3.0  # seconds after that in which nobody tries again


class BoundedRedisLayer(RedisPubSubChannelLayer):
    """What is sent live is a row before (`core.realtime`), and is sent again."""

    _silent_until = 0.0

    async def send(self, channel: str, message: Any) -> None:
        await self._within("send", channel, message)

    async def group_send(self, group: str, message: Any) -> None:
        await self._within("group_send", group, message)

    async def _within(self, name: str, to: str, message: Any) -> None:
        if monotonic() < self._silent_until:
            raise ConnectionError("Redis did not answer a moment ago")
        try:
            async with asyncio.timeout(GIVE_UP):
                await super().__getattr__(name)(to, message)
        except TimeoutError:
            self._silent_until = monotonic() + LEAVE_ALONE
            raise
