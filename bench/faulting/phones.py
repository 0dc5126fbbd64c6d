"""Phones and viewers that come back as the pages do (static/js/caller/, static/js/lib/watcher.js), without a browser.

A phone believes in silence: when nothing came from the engine for SILENT seconds it offers again, beside the old
connection. A viewer offers again when health names another engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
import uuid
from typing import Any

import websockets

from bench.clip import Clip
from bench.peer import Caller, Peer, Viewer
from streaming.media.aiortc_bridge import Identity

SILENT = 1.5  # s, as static/js/caller/path.js
RETRY = 0.5
PATIENCE = 10.0  # s for an answer and a connection


class Page:
    """A signalling socket that opens again until it is closed."""

    path = ""

    def __init__(self, port: int, session: str, cookie: str) -> None:
        self._port, self.session, self._cookie = port, session, cookie
        self._socket: Any = None
        self._closed = False
        self.ended: dict[str, Any] | None = None
        self.offers = 0
        self.refused: list[str] = []  # codes of the errors that were told
        self.tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self.tasks = [asyncio.create_task(self._run()), asyncio.create_task(self._watch())]

    async def _run(self) -> None:
        address = f"ws://localhost:{self._port}{self.path}{self.session}/"
        headers = {"Cookie": self._cookie, "Origin": f"http://localhost:{self._port}"}
        while not self._closed:
            with contextlib.suppress(OSError, TimeoutError, websockets.WebSocketException):
                async with websockets.connect(address, additional_headers=headers, open_timeout=5) as socket:
                    self._socket = socket
                    await self.opened()
                    async for text in socket:
                        await self.heard(json.loads(text))
            self._socket = None
            self.lost()
            await asyncio.sleep(RETRY)

    async def say(self, **message: Any) -> bool:
        socket = self._socket
        if socket is None:
            return False
        try:
            await socket.send(json.dumps(message))
            return True
        except (OSError, websockets.WebSocketException):
            return False

    async def opened(self) -> None:
        """The socket is there."""

    def lost(self) -> None:
        """The socket is gone: nothing is known any more."""

    @property
    def is_up(self) -> bool:
        return self._socket is not None

    async def heard(self, message: dict[str, Any]) -> None:
        """A message of the server."""

    async def look(self) -> None:
        """Several times a second."""

    async def _watch(self) -> None:
        while not self._closed:
            await asyncio.sleep(0.1)
            await self.look()

    async def close(self) -> None:
        self._closed = True
        if self._socket is not None:
            with contextlib.suppress(OSError, websockets.WebSocketException):
                await self._socket.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


class Camera(Caller):
    """A caller that knows when it last heard of the engine."""

    heard_at = 0.0
    film_task: asyncio.Task[None] | None = None

    def rtcp_received(self, data: bytes, arrival: float) -> None:
        self.heard_at = time.monotonic()
        super().rtcp_received(data, arrival)


class Phone(Page):
    path = "/ws/caller/"

    def __init__(self, port: int, session: str, secret: str, clip: Clip) -> None:
        super().__init__(port, session, f"sl_caller={secret}")
        self._clip, self._identity = clip, Identity()
        self.camera: Camera | None = None  # the one that sends
        self._trying: Camera | None = None
        self._tried_at = float("-inf")
        self._until = asyncio.Event()
        self.recording, self.told_at = "off", 0.0
        self.welcomed = self.stopped = False

    async def opened(self) -> None:
        self.welcomed = False
        await self.say(
            t="hello", page=str(uuid.uuid4()), locale="en-GB", reason="first", client_time=1, microphone="on"
        )

    async def heard(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "welcome":
                self.welcomed = True
                if self.camera is None:
                    await self.join()
            case "status":
                self.recording, self.told_at = message["recording"], time.monotonic()
            case "answer" if message["id"] == self.offers and self._trying is not None:
                self._trying.accept(message["sdp"])
            case "error" if message.get("id") == self.offers:
                self.refused.append(message["code"])
                self._tried_at = time.monotonic() - PATIENCE + float(message.get("retry_after") or 1.0)
            case "ended":
                self.ended = message

    def lost(self) -> None:
        self.recording = "off"
        self.welcomed = False

    async def join(self) -> None:
        """Offer the camera on a new connection."""
        self._tried_at = time.monotonic()
        if self._trying is not None:
            await self._trying.close()
        self._trying = camera = Camera(self._identity, self._clip)
        self.offers += 1
        await self.say(t="offer", id=self.offers, sdp=await camera.offer())

    async def look(self) -> None:
        trying, now = self._trying, time.monotonic()
        if trying is not None and trying.is_connected.is_set() and not trying.lost_reason:
            await self._promote(trying)
        if self.stopped or not self.welcomed:
            return
        silent = self.camera is None or self.camera.lost_reason or now - self.camera.heard_at > SILENT
        if silent and now - self._tried_at > (PATIENCE if self._trying is not None else 0.0):
            await self.join()

    async def _promote(self, camera: Camera) -> None:
        old, self.camera, self._trying = self.camera, camera, None
        camera.heard_at = time.monotonic()
        camera.film_task = asyncio.create_task(camera.film(self._until))
        if old is not None:
            await hang_up(old)

    async def stop(self) -> None:
        """The caller's tap on stop: the session ends."""
        self.stopped = True
        await self.say(t="stop", keep_location=False)

    async def close(self) -> None:
        self._until.set()
        await super().close()
        for peer in (self.camera, self._trying):
            if peer is not None:
                await hang_up(peer)


class Eye(Viewer):
    """A viewer that knows when it last got a picture's packet (epoch seconds)."""

    last_at = 0.0

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        before = len(self._recent)
        super().rtp_received(data, arrival)
        if len(self._recent) != before or before == self._recent.maxlen:
            self.last_at = arrival
        if len(self.pictures) > 2000:  # nobody counts them here
            self.pictures.clear()


class Screen(Page):
    """A viewer. `first_at`: when the first packet of the present connection came (epoch seconds)."""

    path = "/ws/watch/"

    def __init__(self, port: int, session: str, cookie: str, codec: str) -> None:
        super().__init__(port, session, cookie)
        self._codec, self._identity = codec, Identity()
        self._known, self._engine = False, ""
        self._until = asyncio.Event()
        self._tried_at = 0.0
        self._again_at = float("inf")
        self._report: asyncio.Task[None] | None = None
        self.peer: Eye | None = None

    @property
    def first_at(self) -> float:
        return self.peer.first_at if self.peer is not None else 0.0

    async def heard(self, message: dict[str, Any]) -> None:
        match message["t"]:
            case "welcome":
                self._engine = ""
                self._known = message["codec"] is not None
                await self._offer()
            case "source":
                self._known = True
                if self.peer is None or not self.peer.is_connected.is_set() or self.peer.lost_reason:
                    await self._offer()
            case "health" if message["joined"] and message["engine"] != self._engine:
                moved, self._engine = bool(self._engine), message["engine"]
                if moved:
                    await self._offer()
            case "answer" if message["id"] == self.offers and self.peer is not None:
                self.peer.accept(message["sdp"])
            case "error" if message.get("id") == self.offers and message["code"] not in ("no_source", "no_session"):
                self.refused.append(message["code"])
                self._again_at = time.monotonic() + 1.0
            case "ended":
                self.ended = message

    async def _offer(self) -> None:
        if not self._known:
            return
        await self._let_go()
        self._tried_at, self._again_at = time.monotonic(), float("inf")
        self.peer = peer = Eye(self._identity, self._codec)
        self.offers += 1
        await self.say(t="offer", id=self.offers, sdp=await peer.offer())

    async def look(self) -> None:
        peer, now = self.peer, time.monotonic()
        if peer is not None and peer.is_connected.is_set() and self._report is None:
            self._report = asyncio.create_task(peer.report(self._until))
        late = peer is not None and not peer.is_connected.is_set() and now - self._tried_at > PATIENCE
        lost = peer is not None and peer.lost_reason and now - self._tried_at > 1.0
        if now > self._again_at or late or lost:
            await self._offer()

    async def _let_go(self) -> None:
        report, self._report = self._report, None
        if report is not None:
            report.cancel()
            await asyncio.gather(report, return_exceptions=True)
        if self.peer is not None:
            await self.peer.close()

    async def close(self) -> None:
        self._until.set()
        await super().close()
        await self._let_go()


async def hang_up(peer: Peer) -> None:
    film = getattr(peer, "film_task", None)
    if film is not None:
        film.cancel()
        await asyncio.gather(film, return_exceptions=True)
    await peer.close()
