"""One phone of `bench live`: a WebSocket client as small as the protocol allows, and the cursor logic of live.js.

Thousands share the machine with the servers they measure, so a frame costs it a few microseconds and no library.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import struct
import time
from collections.abc import Callable
from typing import cast

FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0  # seconds, as in static/js/lib/live.js
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def frame(opcode: int, payload: bytes) -> bytes:
    """A client's frame, masked as RFC 6455 section 5.3 demands; a mask of zeros changes nothing and costs nothing."""
    size = len(payload)
    head = (
        struct.pack("!BB", 0x80 | opcode, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x80 | opcode, 254, size)
    )
    return head + b"\0\0\0\0" + payload


class Connection(asyncio.Protocol):
    """The handshake, then `on_text` for every text frame and `on_lost` at the end."""

    def __init__(self, request: bytes, on_open: Callable[[], None], on_text: Callable[[bytes], None],
                 on_lost: Callable[[], None]) -> None:  # fmt: skip
        self._request, self._on_open, self._on_text, self._on_lost = request, on_open, on_text, on_lost
        self._buffer, self._open = b"", False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's does not call itself one
        self.transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        self._on_lost()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.close()
                return
            self._buffer, self._open = rest, True
            self._on_open()
        while (taken := self._frame()) is not None:
            opcode, payload = taken
            if opcode == TEXT:
                self._on_text(payload)
            elif opcode == PING:
                self.send(PONG, payload)
            elif opcode == CLOSE:
                self.close()

    def _frame(self) -> tuple[int, bytes] | None:
        """The next whole frame of the server's, which are not masked and here never in parts; None: more must come."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1] & 0x7F, 2
        if size == 126:
            if len(buffer) < 4:
                return None
            size, start = int.from_bytes(buffer[2:4], "big"), 4
        elif size == 127:
            if len(buffer) < 10:
                return None
            size, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + size:
            return None
        self._buffer = buffer[start + size :]
        return buffer[0] & 0x0F, buffer[start : start + size]

    def send(self, opcode: int, payload: bytes) -> None:
        if self.transport is not None:
            self.transport.write(frame(opcode, payload))

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


class Tally:
    """What all phones of a process have together heard: of each number how many phones, and when the last of them."""

    def __init__(self, phones: int) -> None:
        self.phones = phones
        self.count: dict[int, int] = {}
        self.last: dict[int, float] = {}
        self.up = self.doubled = self.reloaded = self.refused = self.connected = 0
        self.all_up_at = 0.0

    def hand_on(self, seq: int) -> None:
        self.count[seq] = self.count.get(seq, 0) + 1
        self.last[seq] = time.monotonic()

    def came_up(self) -> None:
        self.up += 1
        if self.up == self.phones:
            self.all_up_at = time.monotonic()

    def heard_by_all(self, seq: int) -> bool:
        return self.count.get(seq, 0) >= self.phones


class Phone:
    """Connects, follows one topic from its cursor, hands each event on once and in order, comes back when cut off.

    `path` "/ws/bare/" has no protocol: whatever comes counts.
    """

    def __init__(self, tally: Tally, ports: list[int], path: str, topic: str, cookie: str) -> None:
        self.tally, self.ports, self.path, self.topic, self.cookie = tally, ports, path, topic, cookie
        self.seq: int | None = None
        self.held: dict[int, None] = {}
        self.catching_up = self.is_up = self.stopped = False
        self.attempt = self.number = 0
        self.connection: Connection | None = None

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        port = self.ports[self.number % len(self.ports)]
        self.number += 1
        key = base64.b64encode(os.urandom(16)).decode()
        request = (
            f"GET {self.path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"User-Agent: bench phone\r\nCookie: {self.cookie}\r\n\r\n"
        )
        connection = Connection(request.encode(), self._opened, self._text, self._lost)
        self.connection = connection
        try:
            await loop.create_connection(lambda: connection, "127.0.0.1", port)
        except OSError:
            self._lost()

    def stop(self) -> None:
        self.stopped = True
        if self.connection is not None:
            self.connection.close()

    def _opened(self) -> None:
        self.tally.connected += 1
        if self.path == "/ws/bare/":
            self._up()
        else:
            self._say(t="subscribe", topic=self.topic, after=self.seq)

    def _say(self, **message: object) -> None:
        if self.connection is not None:
            self.connection.send(TEXT, json.dumps(message).encode())

    def ping(self, number: int) -> None:
        if self.is_up:
            self._say(t="ping", n=number)

    def _lost(self) -> None:
        if self.is_up:
            self.is_up = False
            self.tally.up -= 1
        if self.stopped:
            return
        wait = min(LONGEST_WAIT, FIRST_WAIT * 2**self.attempt) * (0.5 + random.random())
        self.attempt = min(self.attempt + 1, 10)
        loop = asyncio.get_running_loop()
        loop.call_later(wait, lambda: loop.create_task(self.start()))

    def _up(self) -> None:
        if not self.is_up:
            self.is_up, self.attempt = True, 0
            self.tally.came_up()

    def _text(self, text: bytes) -> None:
        message = json.loads(text)
        if self.path == "/ws/bare/":
            self.tally.hand_on(message["seq"])
            return
        match message["t"]:
            case "event":
                self._event(message["seq"])
            case "subscribed":
                if self.seq is None:
                    self.seq = message["seq"]
                self.catching_up = message["seq"] > self.seq
                if not self.catching_up:
                    self._up()
            case "caught_up":
                self.catching_up = False
                self._drain()
                self._up()
            case "reload":
                self.tally.reloaded += 1
                self.seq = message["seq"]
            case "refused":
                self.tally.refused += 1

    def _event(self, seq: int) -> None:
        assert self.seq is not None
        if seq <= self.seq or seq in self.held:
            self.tally.doubled += 1
            return
        self.held[seq] = None
        self._drain()
        if self.held and not self.catching_up:
            self.catching_up = True
            self._say(t="catch_up", topic=self.topic, after=self.seq)

    def _drain(self) -> None:
        while self.seq is not None and self.seq + 1 in self.held:
            self.seq += 1
            del self.held[self.seq]
            self.tally.hand_on(self.seq)
