"""A UDP relay between a peer and the engine: everything the two send each other goes through two links.

It stands in the session descriptions. The offer goes on without candidates, so that the engine learns the peer's
address from its first check (peer-reflexive, RFC 8445 section 7.3.1.3); the answer goes back with the relay's address
in place of the engine's. Like a NAT it has one socket towards the engine for each address of the peer.
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from typing import Any

from bench.networks.impairment import Link

_CANDIDATE = re.compile(r"a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host\b[^\r\n]*\r?\n?", re.IGNORECASE)
_MEDIA_LINE = re.compile(r"^(m=\S+) [1-9]\d* ", re.MULTILINE)

BUFFER = 4 << 20  # bytes that wait for the relay while the machine is busy: it must lose nothing but what the link says
SO_MEMINFO, DROPS = 55, 8  # <linux/sock_diag.h>: nine numbers about a socket, and which of them are its drops

Address = tuple[Any, ...]


class _Port(asyncio.DatagramProtocol):
    def __init__(self, received: Callable[[bytes, Address], None]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._received(data, addr)

    def error_received(self, exc: Exception) -> None:
        """An ICMP answer: whoever was there has gone. The network does not tell."""


class _Delivery:
    """Datagrams that are on their way through one link."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._loop = asyncio.get_running_loop()
        self._timers: deque[asyncio.TimerHandle] = deque()

    def send(self, data: bytes, out: Callable[[bytes], None]) -> None:
        now = self._loop.time()
        at = self.link.fate(len(data), now)
        if at is None:
            return
        if at <= now:
            out(data)
            return
        while self._timers and (self._timers[0].cancelled() or self._timers[0].when() < now):
            self._timers.popleft()
        self._timers.append(self._loop.call_at(at, out, data))

    def cut(self) -> None:
        """What is on its way is gone."""
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()


class Relay:
    """`await Relay.open(up, down)`: `up` is towards the engine. Offer and answer go through `offer` and `answer`."""

    def __init__(self, up: Link, down: Link, host: str = "127.0.0.1") -> None:
        self.up, self.down = up, down
        self.host = host
        self._upward, self._downward = _Delivery(up), _Delivery(down)
        self._engine: Address | None = None
        self._peers: dict[Address, asyncio.DatagramTransport] = {}
        self._opening: dict[Address, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._front: asyncio.DatagramTransport
        self._lost = 0  # by sockets that are closed

    @classmethod
    async def open(cls, up: Link | None = None, down: Link | None = None, host: str = "127.0.0.1") -> Relay:
        relay = cls(up or Link(), down or Link(seed=2), host)
        loop = asyncio.get_running_loop()
        relay._front, _ = await loop.create_datagram_endpoint(lambda: _Port(relay._from_peer), local_addr=(host, 0))
        _widen(relay._front)
        return relay

    @property
    def lost_itself(self) -> int:
        """Datagrams that no link took: the machine was too busy for the relay."""
        return self._lost + sum(_drops(transport) for transport in (self._front, *self._peers.values()))

    @property
    def port(self) -> int:
        return int(self._front.get_extra_info("sockname")[1])

    def offer(self, sdp: str) -> str:
        """The offer without any address."""
        return _CANDIDATE.sub("", sdp)

    def answer(self, sdp: str) -> str:
        """The answer with the relay's address. Raises ValueError when it has none to reach the engine at."""
        found = _CANDIDATE.search(sdp)
        if found is None:
            raise ValueError("the answer has no candidate")
        self._engine = (found[1], int(found[2]))
        mine = f"a=candidate:1 1 udp 2130706431 {self.host} {self.port} typ host\r\n"
        sections = re.split(r"(?=^m=)", sdp, flags=re.MULTILINE)
        written = [sections[0]]
        for section in sections[1:]:
            had = _CANDIDATE.search(section) is not None
            bare = _MEDIA_LINE.sub(rf"\g<1> {self.port} ", _CANDIDATE.sub("", section))
            end = "a=end-of-candidates"
            written.append(bare.replace(end, mine + end) if had and end in bare else bare + (mine if had else ""))
        return "".join(written)

    def _from_peer(self, data: bytes, peer: Address) -> None:
        self._upward.send(data, lambda datagram: self._to_engine(datagram, peer))

    def _to_engine(self, data: bytes, peer: Address) -> None:
        if self._engine is None:
            return
        if (transport := self._peers.get(peer)) is not None:
            transport.sendto(data, self._engine)
        elif (waiting := self._opening.get(peer)) is not None:
            waiting.append(data)
        else:
            self._opening[peer] = [data]
            task = asyncio.get_running_loop().create_task(self._open_for(peer))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _open_for(self, peer: Address) -> None:
        def received(data: bytes, _: Address) -> None:
            self._downward.send(data, lambda datagram: self._front.sendto(datagram, peer))

        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: _Port(received), local_addr=(self.host, 0))
        _widen(transport)
        self._peers[peer] = transport
        for data in self._opening.pop(peer):
            transport.sendto(data, self._engine)

    def move(self) -> None:
        """The address changes, as behind a NAT that forgot: the engine hears the peer from a new one."""
        for transport in self._peers.values():
            self._lost += _drops(transport)
            transport.close()
        self._peers.clear()

    def cut(self) -> None:
        """The peer's address is gone: nothing more goes through, in either direction, ever."""
        self._engine = None
        self._upward.cut()
        self._downward.cut()
        self.move()

    def close(self) -> None:
        self._upward.cut()
        self._downward.cut()
        self.move()
        self._front.close()


def _widen(transport: asyncio.DatagramTransport) -> None:
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)


def _drops(transport: asyncio.DatagramTransport) -> int:
    sock = transport.get_extra_info("socket")
    if sys.platform != "linux" or sock is None or sock.fileno() < 0:
        return 0
    return int(struct.unpack("9I", sock.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, 36))[DROPS])
