"""What stands between the phone's page and the engine in place of the web server: its files, its socket, its network.

The page runs the caller's own modules (static/js/caller). The socket speaks as much of docs/signalling.md as a call
needs. The line (TCP) of a phone without a network is not cut: its bytes wait, and are sent again after 1, 2, 4 … times
the retransmission timeout (RFC 6298 section 5.5), so that it comes back later than the network does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from websockets.asyncio.server import ServerConnection, serve
from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from bench.networks.impairment import Link

ROOT = Path(__file__).resolve().parents[2]
PAGES = {"/bench/": Path(__file__).with_name("pages"), "/static/": ROOT / "static"}
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
FIRST_RESEND = 0.3  # seconds: a retransmission timeout on a mobile network
FIRST_SYN = 1.0  # RFC 6298 section 2: before a round trip was measured

_quiet = logging.getLogger("bench.networks.phone")  # a handshake that its phone gave up is no news here
_quiet.setLevel(logging.CRITICAL)
_quiet.propagate = False

Answer = Callable[[str], Awaitable[str]]


class Line:
    """The phone's TCP connections: they share the radio with its pictures. `address` counts the phone's addresses: what
    was connected from an earlier one hears nothing any more."""

    def __init__(self, up: Link, down: Link) -> None:
        self.up, self.down = up, down
        self.address = 0

    async def pass_through(self, link: Link, pause: float = FIRST_RESEND, address: int | None = None) -> None:
        """Wait until a message is on the other side."""
        while link.conditions.dark or address not in (None, self.address):
            await asyncio.sleep(pause)
            pause *= 2
        await asyncio.sleep(link.conditions.delay)


class Site:
    """Serves the pages and the phone's socket: `async with Site(line, answer) as site`.

    Args:
        line: the phone's network.
        answer: gives the engine's answer to an offer of the phone.
    """

    def __init__(self, line: Line, answer: Answer, host: str = "127.0.0.1") -> None:
        self.line, self.host = line, host
        self.offers: list[float] = []  # epoch seconds at which each offer reached us
        self.welcomes: list[float] = []
        self._answer = answer
        self._talking: set[asyncio.Task[Any]] = set()
        self._stack = contextlib.AsyncExitStack()
        self.port = 0

    async def __aenter__(self) -> Site:
        server = await self._stack.enter_async_context(
            serve(self._socket, self.host, 0, process_request=self._page, ping_interval=None, logger=_quiet)
        )
        self.port = next(iter(server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._talking:  # those that speak from an address of before wait for ever
            task.cancel()
        await self._stack.aclose()

    def address(self, page: str) -> str:
        return f"http://{self.host}:{self.port}/bench/{page}"

    async def _page(self, connection: ServerConnection, request: Request) -> Response | None:
        path = request.path.split("?", 1)[0]
        if path == "/ws":
            await self.line.pass_through(self.line.up, FIRST_SYN)
            await self.line.pass_through(self.line.down)
            return None
        for prefix, directory in PAGES.items():
            file = directory / path.removeprefix(prefix)
            if path.startswith(prefix) and ".." not in path and file.suffix in TYPES and file.is_file():
                headers = Headers({"Content-Type": TYPES[file.suffix], "Cache-Control": "no-store"})
                body = file.read_bytes()
                headers["Content-Length"] = str(len(body))
                return Response(HTTPStatus.OK, "OK", headers, body)
        return connection.respond(HTTPStatus.NOT_FOUND, "no such page\n")

    async def _socket(self, connection: ServerConnection) -> None:
        """Take and say in order, each after its way through the network."""
        out: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        address = self.line.address
        beside = [asyncio.create_task(self._say(connection, out, address)), asyncio.create_task(self._status(out))]
        answering: set[asyncio.Task[None]] = set()
        talk = asyncio.current_task()
        assert talk is not None
        self._talking.add(talk)
        try:
            async for text in connection:
                await self.line.pass_through(self.line.up, address=address)
                message = json.loads(text)
                if message["t"] == "offer":
                    self.offers.append(time.time())
                    task = asyncio.create_task(self._offer(message, out))
                    answering.add(task)
                    task.add_done_callback(answering.discard)
                elif (said := self._take(message)) is not None:
                    out.put_nowait(said)
        except ConnectionClosed:
            pass
        finally:
            self._talking.discard(talk)
            for task in (*beside, *answering):
                task.cancel()

    def _take(self, message: dict[str, Any]) -> dict[str, Any] | None:
        if message["t"] == "hello":
            self.welcomes.append(time.time())
            return {"t": "welcome", "state": "opened", "mode": "video", "ice_servers": [], "chat": []}
        if message["t"] == "ping":
            return {"t": "pong", "n": message["n"], "server_time": int(time.time() * 1000)}
        return None

    async def _offer(self, message: dict[str, Any], out: asyncio.Queue[dict[str, Any]]) -> None:
        out.put_nowait({"t": "answer", "id": message["id"], "sdp": await self._answer(message["sdp"]), "codec": ""})

    async def _say(self, connection: ServerConnection, out: asyncio.Queue[dict[str, Any]], address: int) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                message = await out.get()
                await self.line.pass_through(self.line.down, address=address)
                await connection.send(json.dumps(message))

    @staticmethod
    async def _status(out: asyncio.Queue[dict[str, Any]]) -> None:
        """Once a second, as the server does: the page takes silence for a lost line."""
        while True:
            await asyncio.sleep(1.0)
            out.put_nowait(
                {"t": "status", "watched": True, "recording": "writing", "recorded_seconds": 1, "viewers": 1}
            )
