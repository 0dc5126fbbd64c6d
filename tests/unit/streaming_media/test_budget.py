"""A phone that sends without measure: what it may put on the disk is bounded; a good picture is not touched."""

from __future__ import annotations

import pytest

from streaming.media import rtcp, rtp
from streaming.media.budget import BURST, BYTES_PER_SECOND
from streaming.media.caller import Caller, Stream
from streaming.media.rtp import Packet
from streaming.media.source import Source

SSRC = 5
SECONDS = 6


class Phone:
    """Packets with our own clock, into a caller whose feedback goes nowhere. Counts what the session is given."""

    def __init__(self) -> None:
        self.caller = Caller("p-1", "VP8", self)  # type: ignore[arg-type]  # only what packets bring about is heard
        source = Source("video", 90_000)
        source.begin("VP8")
        self.caller.attach(self, [Stream("video", source, 96, 97, SSRC, SSRC + 1)])  # type: ignore[arg-type]  # a transport
        self.kept = self.sent = self.seq = 0
        self.offences: list[str] = []

    def send(self, size: int, at: float) -> None:
        packet = Packet(0x80, 0, 96, self.seq & 0xFFFF, int(at * 90_000) & 0xFFFFFFFF, SSRC, b"\x10" + bytes(size - 1))
        self.seq += 1
        self.sent += 1
        self.caller._receive(self.caller.video, packet, at)

    def send_rtcp(self, compound: bytes) -> bool:
        return True

    async def close(self) -> None:
        """As a transport."""

    def media_packet(self, caller: Caller, source: Source, number: int, packet: Packet, at: float) -> None:
        self.kept += len(packet.payload)

    def packets_given_up(self, caller: Caller, source: Source, first: int, last: int) -> None:
        """The recorder is told of the hole."""

    def caller_offends(self, caller: Caller, reason: str) -> None:
        self.offences.append(reason)

    def keyframe_started(self, caller: Caller, number: int, packet: Packet) -> None:
        """Every packet here may look like one."""


@pytest.mark.parametrize("megabits", [20, 60])
async def test_a_phone_cannot_fill_the_disk_faster_than_its_budget(megabits: int) -> None:
    phone, size = Phone(), 1200
    rate = megabits * 125_000 // size  # packets a second
    for n in range(rate * SECONDS):
        phone.send(size, 1000.0 + n / rate)
    await phone.caller.close()
    most = BURST + SECONDS * BYTES_PER_SECOND
    assert 0.9 * most < phone.kept <= most
    assert phone.caller.over_budget == phone.sent - phone.kept // size > 0


async def test_a_clock_that_is_set_back_does_not_starve_the_picture() -> None:
    phone = Phone()
    for start in (10_000.0, 5_000.0):
        for n in range(SECONDS * 500):
            phone.send(1200, start + n / 500)
    await phone.caller.close()
    assert phone.caller.over_budget == 0


async def test_a_good_picture_is_not_touched() -> None:
    """720p at 5 Mbit/s with keyframes of 300 kB, and everything of three seconds at once after the network was away."""
    phone, at = Phone(), 1000.0
    for picture in range(SECONDS * 30):
        at += 1 / 30 if not 60 < picture < 150 else 0
        for _ in range(250 if picture % 60 == 0 else 14):
            phone.send(1200, at)
    await phone.caller.close()
    assert phone.caller.over_budget == 0
    assert phone.kept == phone.sent * 1200


async def test_who_goes_on_sending_too_much_is_dropped_with_a_reason_once() -> None:
    """Ten thousand small packets a second: two thousand of them get through the socket."""
    phone = Phone()
    for n in range(2000 * 2 * SECONDS):
        phone.send(40, 1000.0 + n / 2000)
    await phone.caller.close()
    assert phone.offences == ["flood"]


async def test_damaged_packets_are_borne_for_a_while_and_then_no_more() -> None:
    phone = Phone()
    head = rtp.HEADER.pack(0xA0, 96, 1, 1, SSRC)  # says that it is padded, by more than there is
    for n in range(200):
        phone.caller.rtp_received(memoryview(head + b"\xff"), 1000.0 + n / 100)
    assert phone.offences == []
    for n in range(400):
        phone.caller.rtcp_received(b"\x80\xc8\xff\xff", 1010.0 + n / 50)
    await phone.caller.close()
    assert phone.offences == ["malformed"]


async def test_requests_without_end_are_not_even_read() -> None:
    """Each RTCP packet may list thousands of packets to send again: a hundred a second are read."""
    phone, request = Phone(), rtcp.nack(1, SSRC, range(0, 60_000, 17))
    for n in range(4000):
        phone.caller.rtcp_received(request, 1000.0 + n / 2000)
    await phone.caller.close()
    assert phone.offences == ["flood"]
