"""Talking to the signalling sockets as a page does."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator
from django.contrib.auth import SESSION_KEY
from django.test import Client

from config.origins import SameOriginValidator
from core.models import User
from streaming.routing import websocket_urlpatterns

OFFER = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
TIMEOUT = 10.0

application = SameOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
db = database_sync_to_async


class Page:
    """One socket. `messages` is everything the server has said so far."""

    def __init__(self, communicator: WebsocketCommunicator) -> None:
        self.socket = communicator
        self.messages: list[dict[str, Any]] = []
        self.close_code: int | None = None

    async def send(self, kind: str, **fields: Any) -> None:
        await self.socket.send_to(text_data=json.dumps({"t": kind, **fields}))

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of this kind with these fields; others are kept and passed over."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            message = await self._next(deadline)
            if message is None:
                raise AssertionError(f"closed with {self.close_code} before {kind}; heard {self.messages}")
            if message["t"] == kind and all(message.get(name) == value for name, value in fields.items()):
                return message

    async def until_closed(self) -> int:
        deadline = time.monotonic() + TIMEOUT
        while self.close_code is None:
            await self._next(deadline)
        return self.close_code

    async def said(self, kind: str) -> list[dict[str, Any]]:
        """Everything of this kind that was said up to now: a ping's answer marks "now"."""
        n = len(self.messages)
        await self.send("ping", n=n)
        await self.until("pong", n=n)
        return [message for message in self.messages if message["t"] == kind]

    async def _next(self, deadline: float) -> dict[str, Any] | None:
        event = await self._heard(max(0.01, deadline - time.monotonic()))
        if event["type"] == "websocket.close":
            self.close_code = event.get("code", 1000)
            return None
        message: dict[str, Any] = json.loads(event["text"])
        self.messages.append(message)
        return message

    async def _heard(self, seconds: float) -> dict[str, Any]:
        """What is said next. A server that broke raises at once: there is nothing to wait for any more."""
        server = self.socket.future
        said = asyncio.ensure_future(self.socket.receive_output(timeout=seconds))
        await asyncio.wait({said, server}, return_when=asyncio.FIRST_COMPLETED)
        quiet = not said.done() and self.socket.output_queue.empty()
        if quiet and not server.cancelled() and (broke := server.exception()):
            said.cancel()
            raise broke
        event: dict[str, Any] = await said
        return event


def headers(cookie: str = "", origin: str = "http://localhost", host: str = "localhost") -> list[tuple[bytes, bytes]]:
    found = [(b"host", host.encode()), (b"user-agent", b"Test phone")]
    if origin:
        found.append((b"origin", origin.encode()))
    if cookie:
        found.append((b"cookie", cookie.encode()))
    return found


@asynccontextmanager
async def opened(path: str, **kwargs: Any) -> AsyncIterator[Page]:
    """A socket that was accepted; closed at the end."""
    communicator = WebsocketCommunicator(application, path, headers=headers(**kwargs))
    connected, _ = await communicator.connect(timeout=TIMEOUT)
    assert connected
    page = Page(communicator)
    try:
        yield page
    finally:
        await communicator.disconnect(timeout=TIMEOUT)


@asynccontextmanager
async def phone(session_id: object, secret: str, *, hello: bool = True, **kwargs: Any) -> AsyncIterator[Page]:
    """The caller's page, with the browser's cookie."""
    async with opened(f"/ws/caller/{session_id}/", cookie=f"other=1; sl_caller={secret}", **kwargs) as page:
        if hello:
            await say_hello(page)
            await page.until("welcome")
        yield page


async def say_hello(page: Page, **changes: Any) -> None:
    fields = {"page": str(uuid.uuid4()), "locale": "en-GB", "reason": "first", "client_time": 1, "microphone": "off"}
    await page.send("hello", **{**fields, **changes})


@asynccontextmanager
async def watching(session_id: object, user: User | None) -> AsyncIterator[Page]:
    """A viewer's page of a signed-in user."""
    cookie = await db(_sign_in)(user) if user else ""
    async with opened(f"/ws/watch/{session_id}/", cookie=cookie) as page:
        yield page


def _sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    assert client.session[SESSION_KEY] == str(user.pk)
    return f"sl_session={client.cookies['sl_session'].value}"


async def refused(path: str, **kwargs: Any) -> bool:
    """Whether the handshake itself was denied."""
    communicator = WebsocketCommunicator(application, path, headers=headers(**kwargs))
    connected, _ = await communicator.connect(timeout=TIMEOUT)
    await communicator.disconnect(timeout=TIMEOUT)
    return not connected


async def eventually(check: Any, *args: Any) -> Any:
    """Wait until a synchronous check gives something true, and return it."""
    deadline = time.monotonic() + TIMEOUT
    while not (result := await db(check)(*args)):
        if time.monotonic() > deadline:
            raise AssertionError(f"{check} never came true")
        await asyncio.sleep(0.02)
    return result
