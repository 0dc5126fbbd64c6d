"""Sockets that are read together and written in batches."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from streaming.media.outbox import Nowhere, Outbox, Way
from streaming.media.sweep import after_drain
from streaming.media.udp import UdpPort

SIZES = [1200, 1200, 700, 90, 1200, 1201]  # a run ends with a shorter one; a longer one begins another


class Memory:
    def __init__(self, size: int) -> None:
        self.view = memoryview(bytearray(size))
        self.cdata = 0


@pytest.fixture
def far() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(5)
        yield sock


def filled() -> Outbox:
    box = Outbox(Memory(1 << 16))
    for number, size in enumerate(SIZES):
        box.slots[number][:size] = bytes([number + 1]) * size
        box.sizes.append(size)
    return box


def expected() -> list[bytes]:
    return [bytes([number + 1]) * size for number, size in enumerate(SIZES)]


def port(received: Any = lambda size, address: None) -> UdpPort:
    return UdpPort.bind("127.0.0.1", None, memoryview(bytearray(2048)), received)


async def test_a_batch_arrives_as_the_datagrams_that_it_is_made_of(far: socket.socket) -> None:
    near, box = port(), filled()

    near.send_batch(box.slots, box.sizes, far.getsockname())

    assert [far.recv(4096) for _ in SIZES] == expected()
    near.close()


async def test_without_offload_they_go_one_by_one_from_then_on(far: socket.socket) -> None:
    near, box = port(), filled()
    calls = refuse_runs(near, OSError(5, "no offload"))

    near.send_batch(box.slots, box.sizes, far.getsockname())
    near.send_batch(box.slots, box.sizes, far.getsockname())

    assert [far.recv(4096) for _ in SIZES * 2] == expected() * 2
    assert len(calls) == 1, "asked once"
    near.close()


async def test_what_cannot_go_now_is_dropped_and_counted(far: socket.socket) -> None:
    near, box = port(), filled()
    calls = refuse_runs(near, BlockingIOError())

    near.send_batch(box.slots, box.sizes, far.getsockname())
    near.send_batch(box.slots, box.sizes, far.getsockname())

    assert near.dropped == 6, "the three of the run, twice"
    assert len(calls) == 2, "it is tried again the next time"
    near.close()


def refuse_runs(near: UdpPort, error: OSError) -> list[Any]:
    calls: list[Any] = []

    class Refusing:
        def __init__(self, real: socket.socket) -> None:
            self._real = real

        def sendmsg(self, *arguments: Any) -> int:
            calls.append(arguments)
            raise error

        def __getattr__(self, name: str) -> Any:
            return getattr(self._real, name)

    near._sock = Refusing(near._sock)  # type: ignore[assignment]  # a kernel that says no
    return calls


async def test_a_relay_is_given_copies_and_nothing_goes_nowhere() -> None:
    sent: list[bytes] = []

    class Relay:
        def sendto(self, data: bytes, address: Any) -> None:
            sent.append(data)

    box = filled()
    Nowhere().send_all(box.slots, box.sizes)
    Way(Relay(), ("192.0.2.1", 9)).send_all(box.slots, box.sizes)
    box.slots[0][:1] = b"x"

    assert sent == expected()


async def test_all_sockets_are_read_and_what_was_sent_meanwhile_leaves_after_each(far: socket.socket) -> None:
    happened: list[str] = []
    both = asyncio.Event()

    def took(name: str) -> None:
        happened.append(name)
        if happened.count(name) == 1:
            assert after_drain.is_open
            after_drain.call(lambda: happened.append(f"{name} flushed"))
        if {"one", "two"} <= set(happened):
            both.set()

    one, two = port(lambda *_: took("one")), port(lambda *_: took("two"))
    for near in (one, two, one):
        far.sendto(b"x", near.get_extra_info("sockname"))

    await asyncio.wait_for(both.wait(), 5)
    await asyncio.sleep(0)
    assert [name for name in happened if name.startswith("one")] == ["one", "one", "one flushed"]
    assert "two flushed" in happened
    assert not after_drain.is_open
    one.close()
    two.close()


async def test_a_socket_that_a_neighbour_closed_is_not_read(far: socket.socket) -> None:
    seen: list[str] = []
    ports: list[UdpPort] = []

    def took(size: int, address: Any) -> None:
        seen.append("read")
        for near in ports:
            near.close()

    ports += [port(took), port(took)]
    for near in ports:
        far.sendto(b"x", near.get_extra_info("sockname"))
    quiet = asyncio.Event()
    last = port(lambda *_: quiet.set())
    far.sendto(b"x", last.get_extra_info("sockname"))
    await asyncio.wait_for(quiet.wait(), 5)

    assert seen == ["read"]
    last.close()
