"""All sockets are read together, round after round while there is much to read, and nobody is forgotten afterwards."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest

from streaming.media.sweep import BUSY, Sweeper


class Callers:
    """Sockets that hear, and one that speaks to them."""

    def __init__(self, sweeper: Sweeper, stack: ExitStack) -> None:
        self.sweeper = sweeper
        self._stack = stack
        self._speaker = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.heard: list[bytes] = []
        self._news = asyncio.Event()

    def join(self) -> socket.socket:
        sock = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        self.sweeper.add(sock.fileno(), lambda: self.drain(sock))
        return sock

    def drain(self, sock: socket.socket) -> None:
        while True:
            try:
                self.heard.append(sock.recv(100))
            except BlockingIOError:
                break
        self._news.set()

    def say(self, data: bytes, *to: socket.socket) -> None:
        for sock in to:
            self._speaker.sendto(data, sock.getsockname())

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.heard) < count:
                self._news.clear()
                await self._news.wait()

    async def rest(self) -> None:
        """Wait for the round that finds nothing."""
        async with asyncio.timeout(5):
            for _ in range(100_000):
                if self.sweeper._timer is None:
                    return
                await asyncio.sleep(0)


@pytest.fixture
async def callers() -> AsyncIterator[Callers]:
    with ExitStack() as stack:
        yield Callers(Sweeper(asyncio.get_running_loop()), stack)


async def test_a_crowd_and_then_one_alone_are_heard(callers):
    crowd = [callers.join() for _ in range(BUSY + 2)]
    for number in range(1, 4):
        callers.say(b"together", *crowd)
        await callers.until(number * len(crowd))

    await callers.rest()
    callers.say(b"alone", crowd[1])
    await callers.until(3 * len(crowd) + 1)

    assert callers.heard[-1] == b"alone"


async def test_who_joins_while_the_last_ones_leave_is_heard_once(callers):
    crowd = [callers.join() for _ in range(BUSY)]
    newcomers: list[socket.socket] = []
    drain = callers.drain

    def leave(sock: socket.socket) -> None:
        drain(sock)
        callers.sweeper.remove(sock.fileno())
        if len(callers.heard) == len(crowd):
            newcomers.append(callers.join())

    callers.drain = leave
    callers.say(b"last words", *crowd)
    await callers.until(len(crowd))
    callers.drain = drain
    callers.say(b"hello", *newcomers)
    await callers.until(len(crowd) + 1)
    await callers.rest()

    assert callers.heard == [b"last words"] * len(crowd) + [b"hello"]
