"""What both sockets share: frames in, strict messages out, allowances, errors, offers beside the queue."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, ClassVar
from uuid import UUID, uuid4

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from core.errors import DomainError, TooMany
from streaming import ice, signalling
from streaming.contracts import EngineError, PeerRole
from streaming.flood import Allowance, FloodGuard
from streaming.gateway import get_gateway
from streaming.signalling import ERROR_CODES, BadMessage, ClientMessage, Offer
from streaming.turn import IceServer

log = structlog.get_logger(__name__)

Handler = Callable[[Any], Awaitable[None]]


def epoch_ms() -> int:
    return round(time.time() * 1000)


class SignallingConsumer(AsyncWebsocketConsumer):
    """One socket of one page. Its own allowance, its own peer id; a fault in it ends this socket and no other.

    Messages are taken one after another. Offers run beside them, because the engine may need a second to answer and
    the end of a call must not wait for it.
    """

    messages: ClassVar[dict[str, type[ClientMessage]]]
    allowances: ClassVar[dict[str, Allowance]]
    role: ClassVar[PeerRole]
    recheck_seconds: ClassVar[float] = 5.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guard = FloodGuard(self.allowances)
        self.peer_id = ""
        self.admitted = False
        self.closing = False
        self.ice_renew_at: float | None = None
        self._offering: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def session_id(self) -> UUID:
        value: UUID = self.scope["url_route"]["kwargs"]["session_id"]
        return value

    # --- life -----------------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        self.peer_id = f"p-{uuid4().hex}"
        await self.accept()
        await self.admit()

    async def admit(self) -> None:
        """Let this page in, or tell it why not and close."""
        raise NotImplementedError

    async def disconnect(self, code: int) -> None:
        self.closing = True
        for task in (*self._tasks, *([self._offering] if self._offering else [])):
            task.cancel()
        await self.leave()

    async def leave(self) -> None:
        """Undo what `admit` did. Called once, however the socket ended."""

    def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` beside the socket's messages; it is cancelled when the socket ends."""
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("signalling.beside", session=str(self.session_id))

    # --- frames in ------------------------------------------------------------------------------------------------

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.closing:
            return
        if text_data is None:
            await self.tell_and_close("binary", signalling.CLOSE_BINARY)
            return
        if len(text_data) > signalling.MAX_FRAME:
            await self.tell_and_close("too_large", signalling.CLOSE_TOO_LARGE)
            return
        if (wait := self.guard.wait_for("*")) > 0:
            await self.refuse("too_fast", retry_after=wait)
            return
        try:
            message = signalling.parse(text_data, self.messages)
        except BadMessage as error:
            await self.refuse(error.code, error.message, request_id=error.request_id)
            return
        if (wait := self.guard.wait_for(message.t)) > 0:
            key = getattr(message, "key", None)
            await self.refuse("too_fast", request_id=getattr(message, "id", None), key=key, retry_after=wait)
            return
        await self.take(message)

    async def take(self, message: ClientMessage) -> None:
        """Act on one message; what services refuse is told, what fails otherwise is logged and told as unavailable."""
        handler: Handler = getattr(self, f"on_{message.t}")
        try:
            await handler(message)
        except DomainError as error:
            await self.refused_by_service(message, error)
        except Exception:
            log.exception("signalling.fault", session=str(self.session_id), type=message.t)
            await self.error("unavailable", request_id=getattr(message, "id", None), retry_after=2)

    async def refused_by_service(self, message: ClientMessage, error: DomainError) -> None:
        code = error.code if error.code in ERROR_CODES else "too_fast" if isinstance(error, TooMany) else "bad_value"
        request_id, key = getattr(message, "id", None), getattr(message, "key", None)
        await self.refuse(code, error.message, request_id=request_id, key=key)

    async def on_ping(self, message: signalling.Ping) -> None:
        await self.tell(t="pong", n=message.n, server_time=epoch_ms())

    # --- offers -----------------------------------------------------------------------------------------------------

    async def on_offer(self, message: Offer) -> None:
        """Answer beside the queue. A newer offer takes the place of one that is still being answered."""
        if self._offering and not self._offering.done():
            self._offering.cancel()
        self._offering = asyncio.create_task(self._guarded(self._answer(message)))

    async def _answer(self, message: Offer) -> None:
        try:
            await self.answer(message)
        except EngineError as error:
            log.info("signalling.engine_refused", session=str(self.session_id), code=error.code)
            await self.error(error.code, request_id=message.id, retry_after=getattr(error, "retry_after", None))
        except DomainError as error:
            await self.refused_by_service(message, error)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("signalling.offer", session=str(self.session_id))
            await self.error("unavailable", request_id=message.id, retry_after=2)

    async def answer(self, message: Offer) -> None:
        """Get the engine's answer and send it. May raise EngineError and DomainError."""
        raise NotImplementedError

    async def _told_refusal(self, request_id: int, work: Coroutine[Any, Any, None]) -> None:
        """Run an offer's work; what the engine or a service refuses is told with the offer's id."""
        try:
            await work
        except EngineError as error:
            await self.error(error.code, request_id=request_id, retry_after=error.retry_after)
        except DomainError as error:
            code = error.code if error.code in ERROR_CODES else "not_allowed"
            await self.refuse(code, error.message, request_id=request_id)

    async def note(self, name: str, **data: Any) -> None:
        """A line for the recording's timeline. A session without an engine has none: that is not an error here."""
        try:
            await get_gateway().note_event(self.session_id, name, time.time(), data)
        except EngineError as error:
            if error.code not in ("no_session", "unavailable"):
                log.warning("signalling.note", session=str(self.session_id), code=error.code)

    # --- relays -----------------------------------------------------------------------------------------------------

    async def ice_servers(self) -> list[IceServer]:
        """For this page's next connection; `renew_ice` sends new ones before these run out."""
        granted = await asyncio.to_thread(ice.ice_servers, self.session_id, self.role)
        self.ice_renew_at = granted.renew_at
        return list(granted.servers)

    async def renew_ice(self) -> None:
        """Called by the page's clock: relay credentials are short-lived, a page may stay for an hour."""
        if self.ice_renew_at is not None and time.time() >= self.ice_renew_at:
            await self.tell(t="ice", ice_servers=await self.ice_servers())

    # --- frames out -------------------------------------------------------------------------------------------------

    async def tell(self, **message: Any) -> None:
        if not self.closing:
            await self.send(text_data=json.dumps(message, separators=(",", ":")))

    async def error(
        self,
        code: str,
        message: str = "",
        *,
        request_id: int | None = None,
        key: UUID | None = None,
        retry_after: float | None = None,
    ) -> None:
        text: dict[str, Any] = {"t": "error", "code": code, "message": message or ERROR_CODES.get(code, code)}
        if request_id is not None:
            text["id"] = request_id
        if key is not None:
            text["key"] = str(key)
        if retry_after is not None:
            text["retry_after"] = max(1, round(retry_after + 0.5))
        await self.tell(**text)

    async def refuse(self, code: str, message: str = "", **more: Any) -> None:
        """Tell an error that the page caused; a page that goes on causing them is closed."""
        if self.guard.strike():
            log.warning("signalling.flood", session=str(self.session_id), code=code)
            await self.tell_and_close("too_fast", signalling.CLOSE_FLOOD)
            return
        await self.error(code, message, **more)

    async def tell_and_close(self, code: str, close_code: int) -> None:
        if self.closing:
            return
        await self.error(code)
        self.closing = True
        await self.close(code=close_code, reason=ERROR_CODES[code])

    # --- from the channel layer --------------------------------------------------------------------------------------

    async def video_told(self, event: dict[str, Any]) -> None:
        """`sockets.told`: dispatched by kind to `told_<kind>`; kinds this page has no use for are left alone."""
        handler = getattr(self, f"told_{event['kind']}", None)
        if handler is not None and not self.closing:
            await handler(event["data"])

    async def live_ephemeral(self, event: dict[str, Any]) -> None:
        """The live topic also carries positions and health for other screens; ours come through `video_told`."""


in_thread = database_sync_to_async
