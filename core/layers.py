"""The channel layer of the embedded profile: in memory, and safe to send to from any thread.

Channels' own in-memory layer hands messages through asyncio queues, which wake their reader only from the reader's
own event loop. In the embedded profile the media engine, the Celery worker and Django's threads all send; so a send
from another loop hops to the server's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from channels.layers import InMemoryChannelLayer

LOOK = 0.5  # seconds between two looks whether the server still runs


class EmbeddedChannelLayer(InMemoryChannelLayer):
    _home: asyncio.AbstractEventLoop | None = None

    async def receive(self, channel: str) -> Any:
        self._home = asyncio.get_running_loop()
        return await super().receive(channel)

    async def send(self, channel: str, message: Any) -> None:
        await self._at_home(super().send(channel, message))

    async def group_send(self, group: str, message: Any) -> None:
        await self._at_home(super().group_send(group, message))

    async def _at_home(self, sending: Coroutine[Any, Any, None]) -> None:
        home = self._home
        if home is None or not home.is_running() or home is asyncio.get_running_loop():
            await sending
            return
        sent = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(sending, home))
        while not (await asyncio.wait([sent], timeout=LOOK))[0]:
            if not home.is_running():  # it will never come to it: the process is on its way out
                sent.cancel()
                raise ConnectionError("the server's event loop has ended")
        await sent
