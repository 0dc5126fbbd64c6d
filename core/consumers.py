"""The one live connection of a signed-in screen: `/ws/live/`.

Client: {"t":"subscribe","topic","after":seq|null} {"t":"unsubscribe","topic"} {"t":"catch_up","topic","after"}
        {"t":"ping","n"}
Server: {"t":"subscribed","topic","seq"} {"t":"refused","topic"} {"t":"event",…} {"t":"caught_up","topic","seq"}
        {"t":"reload","topic"} {"t":"ephemeral",…} {"t":"pong","n","server_time"} {"t":"error","code","message"}

Close codes: 4401 not signed in (or no longer), 4400 not this protocol, 4429 too fast.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from core import realtime
from core.actors import Actor
from core.models import User
from core.signed_in import still_signed_in

MAX_BYTES = 4096
MAX_TOPICS = 200
RATE, BURST = 20.0, 120.0
RECHECK_SECONDS = 20.0


class LiveConsumer(AsyncWebsocketConsumer):
    """One screen. Permissions are asked at subscription and again while it lasts: a revoked role or the end of the
    sign-in closes the socket."""

    actor: Actor

    async def connect(self) -> None:
        self.topics: set[str] = set()
        self.allowance, self.allowance_at = BURST, time.monotonic()
        self.recheck: asyncio.Task[None] | None = None
        self.actor = await database_sync_to_async(Actor.from_scope)(self.scope)
        await self.accept()
        if not self.actor.roles:
            await self.close(code=4401)
            return
        self.recheck = asyncio.create_task(self._recheck_forever())

    async def disconnect(self, code: int) -> None:
        if self.recheck:
            self.recheck.cancel()
        for topic in self.topics:
            await self.channel_layer.group_discard(realtime.group_name(topic), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if not self._within_rate():
            await self.close(code=4429)
            return
        message = _parse(text_data)
        if message is None:
            await self.close(code=4400)
            return
        match message.get("t"):
            case "subscribe":
                await self._subscribe(message)
            case "unsubscribe":
                await self._unsubscribe(str(message.get("topic", "")))
            case "catch_up":
                await self._catch_up(message)
            case "ping":
                await self._send(t="pong", n=message.get("n"), server_time=int(time.time() * 1000))
            case _:
                await self._send(t="error", code="unknown", message="This message is not of the live protocol.")

    async def _subscribe(self, message: dict[str, Any]) -> None:
        topic, after = str(message.get("topic", "")), message.get("after")
        if len(self.topics) >= MAX_TOPICS or not await database_sync_to_async(realtime.may_follow)(self.actor, topic):
            await self._send(t="refused", topic=topic[:80])
            return
        # Join first, read afterwards: an event between the two is sent twice, never lost.
        await self.channel_layer.group_add(realtime.group_name(topic), self.channel_name)
        self.topics.add(topic)
        await self._send(t="subscribed", topic=topic, seq=await database_sync_to_async(realtime.head)(topic))
        if isinstance(after, int):
            await self._send_missed(topic, after)

    async def _unsubscribe(self, topic: str) -> None:
        if topic in self.topics:
            self.topics.discard(topic)
            await self.channel_layer.group_discard(realtime.group_name(topic), self.channel_name)

    async def _catch_up(self, message: dict[str, Any]) -> None:
        topic, after = message.get("topic"), message.get("after")
        if topic in self.topics and isinstance(topic, str) and isinstance(after, int):
            await self._send_missed(topic, after)

    async def _send_missed(self, topic: str, after: int) -> None:
        events = await database_sync_to_async(realtime.missed)(topic, after)
        if events is None:
            await self._send(t="reload", topic=topic, seq=await database_sync_to_async(realtime.head)(topic))
            return
        for event in events:
            await self._send(t="event", **event)
        await self._send(t="caught_up", topic=topic, seq=events[-1]["seq"] if events else after)

    # --- from the channel layer
    async def live_event(self, message: dict[str, Any]) -> None:
        await self._send(t="event", **{key: message[key] for key in ("topic", "seq", "kind", "at", "data")})

    async def live_ephemeral(self, message: dict[str, Any]) -> None:
        await self._send(t="ephemeral", **{key: message[key] for key in ("topic", "kind", "data")})

    async def _recheck_forever(self) -> None:
        """A role taken away or an account switched off ends what the screen may follow within seconds."""
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            if not await database_sync_to_async(self._still_allowed)():
                await self.close(code=4401)
                return

    def _still_allowed(self) -> bool:
        if not still_signed_in(self.scope):
            return False
        user = User.objects.filter(pk=self.actor.user_id or 0, is_active=True).select_related("force").first()
        if user is None or not user.role_codes:
            return False
        self.actor = Actor.for_user(user, ip=self.actor.ip, device=self.actor.device)
        return all(realtime.may_follow(self.actor, topic) for topic in self.topics)

    def _within_rate(self) -> bool:
        moment = time.monotonic()
        self.allowance = min(BURST, self.allowance + (moment - self.allowance_at) * RATE)
        self.allowance_at = moment
        self.allowance -= 1
        return self.allowance >= 0

    async def _send(self, **message: Any) -> None:
        await self.send(text_data=json.dumps(message, separators=(",", ":")))


def _parse(text: str | None) -> dict[str, Any] | None:
    if text is None or len(text.encode()) > MAX_BYTES:
        return None
    try:
        message = json.loads(text)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None
