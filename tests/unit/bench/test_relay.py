"""The relay of the bad networks: what it does to session descriptions and to datagrams."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from bench.networks.impairment import Conditions, Link
from bench.networks.relay import Relay

OFFER = "v=0\r\nm=video 40000 UDP/TLS/RTP/SAVPF 96\r\na=candidate:1 1 udp 1 192.0.2.1 40000 typ host\r\na=mid:0\r\n"
ANSWER = (
    "v=0\r\nm=video {port} UDP/TLS/RTP/SAVPF 96\r\na=mid:0\r\na=candidate:1 1 udp 1 127.0.0.1 {port} typ host\r\n"
    "a=end-of-candidates\r\nm=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=mid:1\r\n"
)


class Noted(Link):
    """Says when it has decided on a datagram."""

    def __init__(self, conditions: Conditions | None = None) -> None:
        super().__init__(conditions)
        self._decided = asyncio.Semaphore(0)

    def fate(self, size: int, now: float) -> float | None:
        found = super().fate(size, now)
        self._decided.release()
        return found

    async def decided(self) -> None:
        """On one more."""
        async with asyncio.timeout(10):
            await self._decided.acquire()


class Box(asyncio.DatagramProtocol):
    """Keeps what came, and says hello back when it is an engine."""

    def __init__(self, *, answers: bool = False) -> None:
        self.got: asyncio.Queue[tuple[bytes, Any]] = asyncio.Queue()
        self._answers = answers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Any) -> None:
        self.got.put_nowait((data, addr))
        if self._answers:
            self.transport.sendto(b"re " + data, addr)

    async def take(self) -> tuple[bytes, Any]:
        async with asyncio.timeout(10):
            return await self.got.get()


@contextlib.asynccontextmanager
async def boxes(count: int) -> AsyncIterator[list[Box]]:
    """The first is the engine."""
    loop = asyncio.get_running_loop()
    found = []
    for number in range(count):
        _, box = await loop.create_datagram_endpoint(
            lambda number=number: Box(answers=number == 0), local_addr=("127.0.0.1", 0)
        )
        found.append(box)
    try:
        yield found
    finally:
        for box in found:
            box.transport.close()


def port_of(box: Box) -> int:
    return int(box.transport.get_extra_info("sockname")[1])


async def through(relay: Relay, engine: Box) -> tuple[str, int]:
    answer = relay.answer(ANSWER.format(port=port_of(engine)))
    assert f"m=video {relay.port} " in answer
    assert f" 127.0.0.1 {relay.port} typ host" in answer
    assert str(port_of(engine)) not in answer
    assert "m=audio 0 " in answer, "a refused section stays refused"
    return "127.0.0.1", relay.port


async def test_both_ways_and_each_peer_apart() -> None:
    relay = await Relay.open()
    async with boxes(3) as (engine, one, two):
        place = await through(relay, engine)
        one.transport.sendto(b"one", place)
        two.transport.sendto(b"two", place)

        assert {(await engine.take())[0], (await engine.take())[0]} == {b"one", b"two"}
        assert (await one.take())[0] == b"re one"
        assert (await two.take())[0] == b"re two"
        relay.close()


async def test_the_offer_goes_without_addresses_and_an_answer_needs_one() -> None:
    relay = await Relay.open()

    assert "candidate" not in relay.offer(OFFER)
    assert "a=mid:0" in relay.offer(OFFER)
    with pytest.raises(ValueError, match="no candidate"):
        relay.answer(OFFER.replace("a=candidate", "a=other"))
    relay.close()


async def test_a_lossy_direction_loses_and_the_other_does_not() -> None:
    up = Noted(Conditions(loss=1.0))
    relay = await Relay.open(up)
    async with boxes(2) as (engine, peer):
        place = await through(relay, engine)
        peer.transport.sendto(b"lost", place)
        await up.decided()
        assert up.lost == 1
        up.conditions = Conditions()
        peer.transport.sendto(b"kept", place)

        assert (await engine.take())[0] == b"kept"
        assert (await peer.take())[0] == b"re kept"
        relay.close()


async def test_a_moved_address_is_another_one_and_a_cut_one_is_none() -> None:
    up = Noted()
    relay = await Relay.open(up)
    async with boxes(2) as (engine, peer):
        place = await through(relay, engine)
        peer.transport.sendto(b"a", place)
        _, before = await engine.take()
        await peer.take()
        relay.move()
        peer.transport.sendto(b"b", place)
        _, after = await engine.take()
        assert after != before
        await peer.take()

        relay.cut()
        peer.transport.sendto(b"c", place)
        for _ in range(3):
            await up.decided()
        assert engine.got.empty()
        relay.close()


async def test_what_is_delayed_comes_and_what_was_cut_on_its_way_does_not() -> None:
    up = Noted(Conditions(delay=0.03))
    relay = await Relay.open(up)
    async with boxes(2) as (engine, peer):
        place = await through(relay, engine)
        peer.transport.sendto(b"late", place)
        assert (await engine.take())[0] == b"late"
        peer.transport.sendto(b"on its way", place)
        for _ in range(2):
            await up.decided()
        relay.close()
        peer.transport.sendto(b"x", ("127.0.0.1", port_of(engine)))

        assert (await engine.take())[0] == b"x"
