"""One UDP socket on one local address, drained in batches (docs/adr/0003, docs/adr/0012).

asyncio's own datagram transport reads one packet per turn of the loop into a fresh 256 KiB buffer; here one buffer is
read into again and again, up to a batch of packets is taken per turn, and what goes to one peer because of it leaves
in one system call.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import sys
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from .sweep import after_drain, sweeper

BATCH: Final = 32  # packets per turn of the loop: more would let one peer keep the others waiting
RECEIVE_BUFFER = 1 << 20  # bytes the kernel may hold for us while the loop is busy
MAX_PACKETS_PER_SECOND: Final = 2000  # from all senders to this socket; 5 Mbit/s of video is about 550

SOL_UDP, UDP_SEGMENT = 17, 103  # <linux/udp.h>; Python names neither
MAX_SEGMENTS: Final = 32  # of one call; Linux allows 64 and 65,507 bytes

Address = tuple[Any, ...]


class UdpPort(asyncio.DatagramTransport):
    """Reads into `buffer` and calls `receive(size, address)`; the bytes are only valid during the call."""

    def __init__(self, sock: socket.socket, buffer: memoryview, receive: Callable[[int, Address], None]) -> None:
        super().__init__()
        self._sock = sock
        self._buffer = buffer
        self._receive = receive
        self._protocol: asyncio.DatagramProtocol | None = None
        self._loop = asyncio.get_running_loop()
        self._window = 0.0
        self._in_window = 0
        self._closed = False
        self._segments = sys.platform == "linux"  # until the kernel says no
        self.dropped = 0
        self._sweeper = sweeper(self._loop)
        self._sweeper.add(sock.fileno(), self._drain)

    @classmethod
    def bind(cls, host: str, ports: range | None, buffer: memoryview,
             receive: Callable[[int, Address], None]) -> UdpPort:  # fmt: skip
        """Bind a free port of `host` (from `ports` when given). Raises OSError when there is none."""
        sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
            _bind(sock, host, ports)
        except BaseException:
            sock.close()
            raise
        return cls(sock, buffer, receive)

    def _drain(self) -> None:
        after_drain.begin()
        try:
            self._read()
        finally:
            after_drain.end()

    def _read(self) -> None:
        read, buffer, receive = self._sock.recvfrom_into, self._buffer, self._receive
        for _ in range(BATCH):
            try:
                size, address = read(buffer)
            except BlockingIOError:
                return
            except OSError as error:  # an ICMP answer to something we sent, or the socket is going away
                if self._closed:
                    return
                if self._protocol is not None:
                    self._protocol.error_received(error)
                continue
            self._in_window += 1
            if self._in_window > MAX_PACKETS_PER_SECOND and self._flooded():
                continue
            receive(size, address)
            if self._closed:  # what was received made us close
                return

    def _flooded(self) -> bool:
        now = time.monotonic()
        if now - self._window >= 1.0:
            self._window, self._in_window = now, 0
            return False
        self.dropped += 1
        return True

    # --- asyncio.DatagramTransport, as much as aioice asks for ---

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, asyncio.DatagramProtocol)
        self._protocol = protocol

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send now or drop: media that waits is late, and a receiver asks again for what it misses."""
        try:
            self._sock.sendto(data, addr or ())
        except OSError as error:
            if isinstance(error, BlockingIOError):
                self.dropped += 1
            elif self._protocol is not None:
                self._protocol.error_received(error)

    def send_batch(self, slots: Sequence[memoryview], sizes: Sequence[int], address: Address) -> None:
        """Send the first `sizes[i]` bytes of each slot as a datagram, in order, dropping what cannot go now.

        Datagrams of one size, and a shorter one behind them, go through the kernel as one until the network card or
        the receiving socket cuts them apart (UDP generic segmentation offload, Linux 4.18).
        """
        first, count = 0, len(sizes)
        while first < count:
            size, end = sizes[first], first + 1
            if self._segments:
                while end < count and sizes[end] == size:
                    end += 1
                if end < count and sizes[end] < size:
                    end += 1
            if end - first > 1:
                self._send_run([slots[n][: sizes[n]] for n in range(first, end)], size, address)
            else:
                self.sendto(slots[first][:size], address)
            first = end

    def _send_run(self, datagrams: list[memoryview], size: int, address: Address) -> None:
        try:
            self._sock.sendmsg(datagrams, _segmented(size), 0, address)
        except BlockingIOError:
            self.dropped += len(datagrams)
        except OSError:  # no offload on this path, or longer than it carries: one by one from here on
            self._segments = False
            for datagram in datagrams:
                self.sendto(datagram, address)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        if name == "sockname":
            return self._sock.getsockname()
        return default

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._sweeper.remove(self._sock.fileno())
        self._sock.close()
        if self._protocol is not None:
            self._loop.call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.close()


@lru_cache(maxsize=2048)
def _segmented(size: int) -> list[tuple[int, int, bytes]]:
    """The control message that tells the kernel where to cut."""
    return [(SOL_UDP, UDP_SEGMENT, size.to_bytes(2, sys.byteorder))]


def _bind(sock: socket.socket, host: str, ports: range | None) -> None:
    if not ports:
        sock.bind((host, 0))
        return
    for port in random.sample(ports, len(ports)):
        with contextlib.suppress(OSError):
            sock.bind((host, port))
            return
    raise OSError(f"no free UDP port in {ports.start}-{ports.stop - 1}")
