"""`/ws/caller/<session>/`: the page of the caller's phone."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any
from urllib.parse import unquote

from core.actors import Actor
from core.errors import DomainError
from core.realtime import group_name
from streaming import selectors, signalling, sockets
from streaming.consumers.base import SignallingConsumer, epoch_ms, in_thread
from streaming.contracts import EngineError
from streaming.events import session_topic
from streaming.flood import CALLER_ALLOWANCES
from streaming.gateway import get_gateway
from streaming.models import VideoSession
from streaming.phrase_bank import WORDS, in_language
from streaming.services import chat, claims, interruptions, locations, prompts, sessions, two_way
from streaming.services.interruptions import PageState
from streaming.states import TwoWayState
from streaming.two_way_words import two_way_words

COOKIE = "sl_caller"
STATUS_SECONDS = 1.0
HEALTH_STALE = 3.0  # seconds after which the engine's last word is not repeated as true
PAGE_SEEN_SECONDS = 30.0
HELLO_SECONDS = 15.0  # a socket that says nothing for so long is not a page
SEAL_WAIT_SECONDS = 20.0  # the ended page stays connected this long for its receipt's seal


class CallerConsumer(SignallingConsumer):
    """One live page of the browser that claimed the link."""

    role = "caller"
    messages = signalling.CALLER_MESSAGES
    allowances = CALLER_ALLOWANCES
    seal_wait_seconds = SEAL_WAIT_SECONDS
    hello_seconds = HELLO_SECONDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = Actor.nobody()
        self.secret = ""
        self.said_hello = False
        self.locale = ""
        self.ended = False
        self.health: dict[str, Any] | None = None
        self.health_at = 0.0
        self.device: dict[str, Any] = {}
        self.page_state: PageState | None = None

    # --- life -----------------------------------------------------------------------------------------------------

    async def admit(self) -> None:
        self.secret = cookie(self.scope, COOKIE)
        session = await in_thread(claims.session_of_browser)(self.secret, self.session_id)
        if session is None:
            await self._not_in()
            return
        self.actor = await in_thread(self._actor_of)(session)
        self.admitted = True
        await self.channel_layer.group_add(sockets.caller_group(self.session_id), self.channel_name)
        await self.channel_layer.group_add(group_name(session_topic(self.session_id)), self.channel_name)
        self.beside(self._tick())

    def _actor_of(self, session: VideoSession) -> Actor:
        where = Actor.from_scope({**self.scope, "user": None})
        return Actor.caller(session.force_id, session.pk, ip=where.ip, device=where.device)

    async def _not_in(self) -> None:
        """A browser whose own call has ended gets its receipt; everybody else learns nothing."""
        by = await in_thread(selectors.ended_for_browser)(self.secret, self.session_id)
        if by is None:
            await self.tell_and_close("not_found", signalling.CLOSE_NOT_FOUND)
            return
        await self.tell(t="ended", by=by, receipt=await in_thread(selectors.receipt)(self.session_id))
        self.closing = True
        await self.close(code=signalling.CLOSE_ENDED)

    async def leave(self) -> None:
        if self.admitted:
            await self.channel_layer.group_discard(sockets.caller_group(self.session_id), self.channel_name)
            await self.channel_layer.group_discard(group_name(session_topic(self.session_id)), self.channel_name)

    async def _tick(self) -> None:
        """Once a second the truth about seeing and saving; now and then whether this browser may still be here."""
        began = checked = seen = time.monotonic()
        while not self.closing:
            await asyncio.sleep(STATUS_SECONDS)
            if not self.said_hello and time.monotonic() - began >= self.hello_seconds:
                await self.tell_and_close("hello_first", signalling.CLOSE_FLOOD)
                return
            if self.said_hello and not self.ended:
                await self._status()
                await self.renew_ice()
            if time.monotonic() - checked >= self.recheck_seconds:
                checked = time.monotonic()
                await self._recheck()
                await self._take_unheard()
            if self.said_hello and not self.ended and time.monotonic() - seen >= PAGE_SEEN_SECONDS:
                seen = time.monotonic()
                await in_thread(sessions.page_seen)(self.session_id, self.peer_id)

    async def _recheck(self) -> None:
        """Put out a browser whose link is over. After the end of its own call it may wait for the receipt's seal."""
        if self.ended:
            return
        if await in_thread(claims.session_of_browser)(self.secret, self.session_id) is not None:
            await self._leave_if_replaced()
            return
        by = await in_thread(selectors.ended_for_browser)(self.secret, self.session_id)
        if by is None:
            await self.tell_and_close("not_found", signalling.CLOSE_NOT_FOUND)
        else:
            await self.told_ended({"by": by})

    async def _take_unheard(self) -> None:
        """What is said to a caller reaches them without the channel layer too, some seconds later."""
        if not self.said_hello or self.ended or self.closing:
            return
        for line in await in_thread(chat.unheard)(self.session_id):
            await self.told_chat(line)
        if await in_thread(prompts.unheard)(self.session_id):
            await self.told_prompt({})

    async def _status(self) -> None:
        """Derived from the engine's health only. An old word is no word: nothing is called seen or saved then."""
        health = self.health if time.monotonic() - self.health_at <= HEALTH_STALE else None
        flows = health is not None and health["frame_age"] is not None and health["frame_age"] < HEALTH_STALE
        await self.tell(
            t="status",
            watched=bool(flows and health and health["viewers"]),
            recording=health["recording"] if health else "off",
            recorded_seconds=round(self.health["recorded_seconds"], 1) if self.health else 0,
            viewers=health["viewers"] if health else 0,
        )

    # --- messages -------------------------------------------------------------------------------------------------

    async def take(self, message: signalling.ClientMessage) -> None:
        if not self.admitted or (self.ended and message.t != "ping"):
            return
        if not self.said_hello and message.t not in ("hello", "ping"):
            await self.refuse("hello_first", request_id=getattr(message, "id", None), key=getattr(message, "key", None))
            return
        await super().take(message)

    async def refused_by_service(self, message: signalling.ClientMessage, error: DomainError) -> None:
        if error.code == "ended":
            await self._recheck()
            return
        await super().refused_by_service(message, error)

    async def on_hello(self, message: signalling.Hello) -> None:
        """A page is here: it takes the place of any other page of this browser."""
        session = await in_thread(sessions.page_joined)(
            actor=self.actor, session_id=self.session_id, peer_id=self.peer_id
        )
        self.said_hello, self.locale = True, message.locale
        replaced = sockets.told("replaced", {"by": self.peer_id})
        await self.channel_layer.group_send(sockets.caller_group(self.session_id), replaced)
        lines = await in_thread(selectors.chat_for_caller)(self.session_id, self.locale)
        await self.tell(
            t="welcome",
            state=session.state,
            mode=session.mode,
            trust_code=session.trust_code,
            ice_servers=await self.ice_servers(),
            chat=lines,
            recorded_seconds=await in_thread(selectors.recorded_seconds)(self.session_id),
            server_time=epoch_ms(),
        )
        police = [line["id"] for line in lines if line["from"] == "police"]
        await in_thread(chat.mark_delivered)(actor=self.actor, session_id=self.session_id, ids=police)
        if (shown := await in_thread(two_way.current)(self.session_id)) is not None:
            await self.told_two_way(two_way.told(shown))
        await self.told_prompt({})
        page = {"reason": message.reason, "locale": message.locale, "microphone": message.microphone}
        self.beside(self.note("page", **page, clock_offset_ms=epoch_ms() - message.client_time))

    async def answer(self, message: signalling.Offer) -> None:
        """Check, mint, open, publish. The end of the session may have overtaken us: then the engine is told again."""
        passage = await in_thread(sessions.begin_publishing)(
            actor=self.actor, session_id=self.session_id, peer_id=self.peer_id
        )
        gateway = get_gateway()
        await gateway.open_session(self.session_id, passage.label)
        made = await gateway.publish_offer(self.session_id, passage.ticket, message.sdp)
        if (reason := await in_thread(sessions.ended_because)(self.session_id)) is not None:
            await gateway.end_session(self.session_id, reason)
            return
        await self.tell(t="answer", id=message.id, sdp=made.sdp, codec=made.video_codec)

    async def on_consent(self, message: signalling.Consent) -> None:
        """The caller's word on an officer who asks to be seen, or who is seen."""
        shown = await in_thread(two_way.current)(self.session_id)
        if shown is not None and shown.state == TwoWayState.ACCEPTED and not message.accept:
            await in_thread(two_way.stop)(actor=self.actor, session_id=self.session_id)
            return
        await in_thread(two_way.decide)(actor=self.actor, session_id=self.session_id, accept=message.accept)

    async def on_see(self, message: signalling.See) -> None:
        self.beside(self._told_refusal(message.id, self._see(message)))

    async def _see(self, message: signalling.See) -> None:
        answer_id, ticket = await in_thread(two_way.ticket_to_see)(
            actor=self.actor, session_id=self.session_id, peer_id=self.peer_id
        )
        made = await get_gateway().watch_offer(answer_id, ticket, message.sdp)
        await self.tell(t="see_answer", id=message.id, sdp=made.sdp)

    async def told_two_way(self, data: dict[str, Any]) -> None:
        if self.said_hello:
            await self.tell(t="two_way", **data, words=two_way_words(self.locale))

    async def on_fix(self, message: signalling.Fix) -> None:
        await in_thread(locations.save_fix)(actor=self.actor, session_id=self.session_id, fix=message)
        place = {"lat": message.lat, "lon": message.lon, "accuracy": message.accuracy}
        self.beside(self.note("position", **place, phone_time=message.at / 1000))

    async def on_chat(self, message: signalling.Chat) -> None:
        stored = await in_thread(chat.save_from_caller)(
            actor=self.actor, session_id=self.session_id, key=message.key, text=message.text
        )
        at = round(stored.message.sent_at.timestamp() * 1000)
        await self.tell(t="chat_saved", key=str(message.key), id=str(stored.message.pk), at=at)

    async def on_seen(self, message: signalling.Seen) -> None:
        await in_thread(chat.mark_seen)(actor=self.actor, session_id=self.session_id, ids=message.ids)

    async def on_device(self, message: signalling.Device) -> None:
        data = {
            "camera": message.camera,
            "microphone": message.microphone,
            "torch": message.torch,
            "visible": message.visible,
            "frozen": message.frozen,
            "why": message.why,
            "battery": message.battery,
            "front": message.front,
        }
        await self.channel_layer.group_send(sockets.watch_group(self.session_id), sockets.told("device", data))
        before, self.device = self.device, data
        if {**before, "battery": None} != {**data, "battery": None}:
            self.beside(self.note("device", **data))
        if (state := page_state(message)) != self.page_state:
            self.page_state = state
            await in_thread(interruptions.page_told)(actor=self.actor, session_id=self.session_id, state=state)

    async def on_prompted(self, message: signalling.Prompted) -> None:
        await in_thread(prompts.told_by_page)(
            actor=self.actor,
            session_id=self.session_id,
            prompt_id=message.prompt,
            result=message.result,
            answer=message.answer or "",
        )

    async def on_typing(self, message: signalling.Typing) -> None:
        await self.channel_layer.group_send(sockets.watch_group(self.session_id), sockets.told("typing", {}))

    async def on_stop(self, message: signalling.Stop) -> None:
        if message.keep_location:
            await self.note("camera_stopped", by="caller")
            with suppress(EngineError):
                await get_gateway().close_peer(self.session_id, self.peer_id)
            return
        await in_thread(sessions.end_session)(actor=self.actor, session_id=self.session_id, reason="caller")

    # --- from the channel layer --------------------------------------------------------------------------------------

    async def told_health(self, data: dict[str, Any]) -> None:
        self.health, self.health_at = data, time.monotonic()

    async def told_device_wanted(self, data: dict[str, Any]) -> None:
        if self.device:
            await self.channel_layer.group_send(
                sockets.watch_group(self.session_id), sockets.told("device", self.device)
            )

    async def told_alarm(self, data: dict[str, Any]) -> None:
        """REC goes out at once, not with the next second."""
        if data["reason"] and self.health:
            self.health = {**self.health, "recording": "stalled"}
            await self._status()

    async def told_replaced(self, data: dict[str, Any]) -> None:
        """Another page said hello. Such a message may arrive late, so the row decides who came last."""
        if data["by"] != self.peer_id:
            await self._leave_if_replaced()

    async def _leave_if_replaced(self) -> None:
        if self.said_hello and not await in_thread(sessions.page_is_current)(self.session_id, self.peer_id):
            await self.tell_and_close("replaced", signalling.CLOSE_REPLACED)

    async def told_prompt(self, data: dict[str, Any]) -> None:
        """What is to be shown is read from the row, in this page's language: the last of two counts."""
        if self.said_hello and not self.ended:
            show = await in_thread(prompts.to_show)(actor=self.actor, session_id=self.session_id, locale=self.locale)
            if show is not None:
                await self.tell(t="prompt", **show)

    async def told_prompt_over(self, data: dict[str, Any]) -> None:
        if self.said_hello:
            await self.tell(t="prompt_over", id=data["id"])

    async def told_police_typing(self, data: dict[str, Any]) -> None:
        if self.said_hello and not self.ended:
            await self.tell(t="typing", words=in_language(WORDS["writing"], self.locale)[0])

    async def told_chat_words(self, data: dict[str, Any]) -> None:
        if self.said_hello:
            await self.tell(t="chat_words", id=data["id"], text=data["text"], original=data["original"])

    async def told_chat(self, data: dict[str, Any]) -> None:
        if not self.said_hello:
            return
        more = selectors.words_for_page(data["text"], data["translation"], data["answers"], self.locale)
        await self.tell(t="chat", id=data["id"], **{"from": "police"}, at=data["at"], **more)
        await in_thread(chat.mark_delivered)(actor=self.actor, session_id=self.session_id, ids=[data["id"]])

    async def told_chat_seen(self, data: dict[str, Any]) -> None:
        await self.tell(t="chat_seen", ids=data["ids"])

    async def told_ended(self, data: dict[str, Any]) -> None:
        """The end is told at once; told again, with the seal, when the recording is closed."""
        first, self.ended = not self.ended, True
        receipt = await in_thread(selectors.receipt)(self.session_id)
        final = receipt["seal"] is not None or receipt["from"] is None
        if first or final:
            await self.tell(t="ended", by=data["by"], receipt=receipt)
        if final:
            self.closing = True
            await self.close(code=signalling.CLOSE_ENDED)
        elif first:
            self.beside(self._close_after_wait())

    async def _close_after_wait(self) -> None:
        await asyncio.sleep(self.seal_wait_seconds)
        self.closing = True
        await self.close(code=signalling.CLOSE_ENDED)

    async def live_event(self, event: dict[str, Any]) -> None:
        """A link that was replaced, withdrawn or timed out puts its browser out at once."""
        if event["kind"] == "video.link_changed" and not self.closing:
            await self._recheck()


def page_state(message: signalling.Device) -> PageState:
    """What is wrong, as the page says it."""
    return PageState(
        page=None if message.visible else "hidden",
        camera=(message.why or "frozen") if message.frozen else None,
        microphone=message.microphone if message.microphone in ("taken", "muted") else None,
        camera_on=message.camera != "off",
    )


def cookie(scope: Any, name: str) -> str:
    """The value of a cookie in the handshake, or "" (RFC 6265 section 5.4; ours are plain base64url)."""
    for header, value in scope.get("headers", []):
        if header == b"cookie":
            for pair in value.decode("latin-1").split(";"):
                key, _, text = pair.strip().partition("=")
                if key == name:
                    return unquote(text.strip('"'))[:200]
    return ""
