"""`/ws/watch/<session>/`: a signed-in user looking at a call, at a desk or on a phone."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, cast
from uuid import UUID

from core.actors import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.realtime import group_name
from core.signed_in import still_signed_in
from streaming import selectors, signalling, sockets
from streaming.consumers.base import SignallingConsumer, epoch_ms, in_thread
from streaming.contracts import EngineError, Rate
from streaming.events import session_topic
from streaming.flood import WATCH_ALLOWANCES
from streaming.gateway import get_gateway
from streaming.models import Viewing
from streaming.permissions import can_chat
from streaming.services import sessions, two_way, viewing

TOUCH_SECONDS = 30.0
#: What lies over the picture changed: its page asks for it.
NOTES = frozenset({"video.marked", "video.described", "video.prompted"})


class WatchConsumer(SignallingConsumer):
    """One picture of one viewer: audited from its first moment to its last."""

    role = "viewer"
    messages = signalling.WATCH_MESSAGES
    allowances = WATCH_ALLOWANCES

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = Actor.nobody()
        self.viewing: Viewing | None = None
        self.rate: Rate = "full"

    # --- life -----------------------------------------------------------------------------------------------------

    async def identify(self) -> bool:
        """Who this is; False when the page was told that it is nobody, and closed."""
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.tell_and_close("sign_in", signalling.CLOSE_SIGN_IN)
            return False
        self.actor = await in_thread(Actor.from_scope)(self.scope)
        return True

    def open_viewing(self) -> Viewing:
        return viewing.start_viewing(actor=self.actor, session_id=self.session_id, peer_id=self.peer_id)

    def close_viewing(self, viewing_id: UUID) -> None:
        viewing.stop_viewing(actor=self.actor, viewing_id=viewing_id)

    def ticket(self) -> str:
        return sessions.watch_ticket(actor=self.actor, session_id=self.session_id, peer_id=self.peer_id)

    def groups_joined(self) -> tuple[str, ...]:
        return sockets.watch_group(self.session_id), group_name(session_topic(self.session_id))

    async def admit(self) -> None:
        if not await self.identify():
            return
        # Join first, look afterwards: what happens between the two is told twice, never missed.
        for group in self.groups_joined():
            await self.channel_layer.group_add(group, self.channel_name)
        try:
            self.viewing = await in_thread(self.open_viewing)()
        except NotAllowed:
            await self.tell_and_close("not_allowed", signalling.CLOSE_NOT_ALLOWED)
        except NotFound:
            await self.tell_and_close("not_found", signalling.CLOSE_NOT_FOUND)
        except Conflict:
            await self.told_ended({"by": await in_thread(selectors.end_reason)(self.session_id)})
        if self.viewing is not None:
            self.admitted = True
            await self._welcome()
            self.beside(self.note("watch_started", viewer=self.peer_id))
            self.beside(self._tick())

    async def _welcome(self) -> None:
        source = await in_thread(selectors.source)(self.session_id)
        await self.tell(
            t="welcome",
            state=source.state,
            codec=source.codec or None,
            has_audio=source.has_audio,
            alarm=source.alarm or None,
            ice_servers=await self.ice_servers(),
            peer=self.peer_id,
            server_time=epoch_ms(),
        )
        if source.alarm:
            await self.tell(t="alarm", reason=source.alarm)
        if (shown := await in_thread(two_way.current)(self.session_id)) is not None:
            await self.told_two_way(two_way.told(shown))
        await self.told_interrupted({})
        # What the phone is doing is told when it changes; who comes late asks the phone's socket for it.
        await self.channel_layer.group_send(sockets.caller_group(self.session_id), sockets.told("device_wanted", {}))

    async def leave(self) -> None:
        for group in self.groups_joined():
            await self.channel_layer.group_discard(group, self.channel_name)
        if self.viewing is None:
            return
        await in_thread(self.close_viewing)(self.viewing.pk)
        with suppress(EngineError):
            await get_gateway().close_peer(self.session_id, self.peer_id)
        await self.note("watch_ended", viewer=self.peer_id)

    async def _tick(self) -> None:
        touched = time.monotonic()
        while not self.closing and self.viewing is not None:
            await asyncio.sleep(self.recheck_seconds)
            await self.renew_ice()
            if not await self.still_may():
                return
            if time.monotonic() - touched >= TOUCH_SECONDS:
                touched = time.monotonic()
                await in_thread(viewing.touch)([self.viewing.pk])

    async def still_may(self) -> bool:
        """Asked every few seconds; False when the page was told that it may not any more, and closed."""
        if not await in_thread(selectors.may_still_watch)(self.actor, self.session_id):
            await self.tell_and_close("not_allowed", signalling.CLOSE_NOT_ALLOWED)
        elif not await in_thread(still_signed_in)(self.scope):
            await self.tell_and_close("sign_in", signalling.CLOSE_SIGN_IN)
        return not self.closing

    # --- messages -------------------------------------------------------------------------------------------------

    async def take(self, message: signalling.ClientMessage) -> None:
        if self.admitted:
            await super().take(message)

    async def answer(self, message: signalling.Offer) -> None:
        ticket = await in_thread(self.ticket)()
        asked = self.rate
        made = await get_gateway().watch_offer(self.session_id, ticket, message.sdp, asked)
        if self.rate != asked:  # made large while the engine was answering: it knew no such viewer yet
            await self._tune()
        await self.tell(t="answer", id=message.id, sdp=made.sdp, codec=made.video_codec)

    async def on_tune(self, message: signalling.Tune) -> None:
        """Less costs the caller nothing and shows nobody more: no new right, and the same entry in the audit trail."""
        self.rate = cast(Rate, message.rate)
        await self._tune()

    async def _tune(self) -> None:
        with suppress(EngineError):  # no engine: the next offer carries the rate
            await get_gateway().tune_viewer(self.session_id, self.peer_id, self.rate)

    async def on_talk(self, message: signalling.Talk) -> None:
        """The officer's own camera, beside the queue like any offer."""
        self.beside(self._told_refusal(message.id, self._talk(message)))

    async def _talk(self, message: signalling.Talk) -> None:
        answer_id, passage = await in_thread(two_way.passage_to_show)(
            actor=self.actor, session_id=self.session_id, peer_id=self.peer_id
        )
        gateway = get_gateway()
        await gateway.open_session(answer_id, passage.label)
        made = await gateway.publish_offer(answer_id, passage.ticket, message.sdp)
        await self.tell(t="talk_answer", id=message.id, sdp=made.sdp)

    async def on_typing(self, message: signalling.Typing) -> None:
        if can_chat(self.actor):
            await self.channel_layer.group_send(
                sockets.caller_group(self.session_id), sockets.told("police_typing", {})
            )

    async def on_leave(self, message: signalling.Leave) -> None:
        self.closing = True
        await self.close(code=1000)

    # --- from the channel layer --------------------------------------------------------------------------------------

    async def told_health(self, data: dict[str, Any]) -> None:
        await self.tell(t="health", **data)

    async def told_source(self, data: dict[str, Any]) -> None:
        await self.tell(t="source", codec=data["codec"], has_audio=data["has_audio"])

    async def told_fix(self, data: dict[str, Any]) -> None:
        await self.tell(t="fix", **data)

    async def told_device(self, data: dict[str, Any]) -> None:
        await self.tell(t="device", **data)

    async def told_two_way(self, data: dict[str, Any]) -> None:
        await self.tell(t="two_way", **data)

    async def told_chat(self, data: dict[str, Any]) -> None:
        await self.tell(t="chat", id=data["id"])

    async def told_typing(self, data: dict[str, Any]) -> None:
        await self.tell(t="typing")

    async def told_interrupted(self, data: dict[str, Any]) -> None:
        """Something began or is over. Two such messages may overtake each other, so the rows say what lasts now."""
        await self.tell(t="interrupted", now=await in_thread(selectors.open_interruptions)(self.session_id))

    async def told_alarm(self, data: dict[str, Any]) -> None:
        await self.tell(t="alarm", reason=data["reason"])

    async def told_ended(self, data: dict[str, Any]) -> None:
        await self.tell(t="ended", by=data["by"])
        self.closing = True
        await self.close(code=signalling.CLOSE_ENDED)

    async def live_event(self, event: dict[str, Any]) -> None:
        if self.closing:
            return
        if event["kind"] == "video.session_changed":
            await self.tell(t="state", state=event["data"]["state"])
        elif event["kind"] in NOTES:
            await self.tell(t="noted", what=event["kind"].partition(".")[2])
