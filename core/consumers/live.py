"""The socket itself: what a screen says, and how fast it may. The protocol is in the package's docstring."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from core.consumers.hub import SIGNED_OUT, Hub, hub
from core.consumers.questions import encoded
from core.consumers.topics import Screen

MAX_BYTES = 4096
MAX_TOPICS = 200
RATE, BURST = 20.0, 120.0
TOO_FAST, NOT_OURS = 4429, 4400

Message = dict[str, Any]


class LiveConsumer(AsyncWebsocketConsumer):
    """One screen. Permissions are asked at subscription and again while it lasts: a revoked role or the end of the
    sign-in closes the socket, a topic that is no longer allowed ends by itself."""

    screen: Screen | None = None
    hub: Hub

    async def __call__(
        self, scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        """Without a channel of its own and without a hop to the database's thread for every message: the hub listens
        and asks for all."""
        self.scope, self.base_send = scope, send
        try:
            while True:
                await self.dispatch(await receive())
        except StopConsumer:
            return
        finally:
            await self._leave()

    async def dispatch(self, message: Message) -> None:
        match message["type"]:
            case "websocket.connect":
                await self.connect()
            case "websocket.receive":
                await self.receive(message.get("text"), message.get("bytes"))
            case "websocket.disconnect":
                raise StopConsumer

    async def connect(self) -> None:
        self.allowance, self.allowance_at = BURST, time.monotonic()
        await self.accept()
        actor = await hub().sign_ins.ask(self.scope)
        if actor is None:
            await self.close(code=SIGNED_OUT)
            return
        self.hub = hub()
        self.screen = Screen(self.scope, self.base_send, self.close, actor)
        self.hub.enter(self.screen)

    async def close(self, code: int | bool | None = None, reason: str | None = None) -> None:
        await self._leave()
        await super().close(code, reason)

    async def _leave(self) -> None:
        screen, self.screen = self.screen, None
        if screen is not None:
            await self.hub.leave(screen)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        screen = self.screen
        if screen is None:  # closed from here; what the other side still says is not heard
            return
        if not self._within_rate():
            await self.close(code=TOO_FAST)
            return
        message = _parse(text_data)
        if message is None:
            await self.close(code=NOT_OURS)
            return
        match message.get("t"):
            case "subscribe":
                await self._subscribe(screen, message)
            case "unsubscribe":
                await self.hub.unfollow(screen, str(message.get("topic", "")))
            case "catch_up":
                await self._catch_up(screen, message)
            case "ping":
                await screen.tell(encoded(t="pong", n=message.get("n"), server_time=int(time.time() * 1000)))
            case _:
                words = "This message is not of the live protocol."
                await screen.tell(encoded(t="error", code="unknown", message=words))

    async def _subscribe(self, screen: Screen, message: Message) -> None:
        topic, after = str(message.get("topic", "")), message.get("after")
        if len(screen.places) >= MAX_TOPICS:
            await screen.tell(encoded(t="refused", topic=topic[:80]))
            return
        await self.hub.follow(screen, topic, after if isinstance(after, int) else None)

    async def _catch_up(self, screen: Screen, message: Message) -> None:
        topic, after = message.get("topic"), message.get("after")
        if isinstance(topic, str) and isinstance(after, int):
            await self.hub.catch_up(screen, topic, after)

    def _within_rate(self) -> bool:
        moment = time.monotonic()
        self.allowance = min(BURST, self.allowance + (moment - self.allowance_at) * RATE)
        self.allowance_at = moment
        self.allowance -= 1
        return self.allowance >= 0


def _parse(text: str | None) -> Message | None:
    if text is None or len(text.encode()) > MAX_BYTES:
        return None
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
