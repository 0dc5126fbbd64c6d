"""What the caller's peer tells a phone that numbers its packets, and one that does not."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from streaming.media import rtcp
from streaming.media.caller import Caller, Stream
from streaming.media.feedback import BITRATE_MAX
from streaming.media.join import Agreement, agree_with_caller
from streaming.media.rtp import HEADER, VERSION, Packet
from streaming.media.source import Source

from .offers import caller_offer
from .test_sdp import answer_to

NUMBERS = "a=extmap:5 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
REMB = b"REMB"


def numbering_offer() -> str:
    """VP8, which this Chrome offers transport-cc for."""
    return caller_offer().replace("a=mid:0", f"a=mid:0\r\n{NUMBERS}")


@dataclass
class Wire:
    sent: list[bytes] = field(default_factory=list)

    def send_rtcp(self, compound: bytes) -> bool:
        self.sent.append(compound)
        return True


class Ear:
    """Hears of the caller and does nothing."""

    def caller_joined(self, caller: Caller) -> None:
        caller.is_current = True

    def media_packet(self, caller: Caller, source: Source, number: int, packet: Packet, at: float) -> None: ...

    def keyframe_started(self, caller: Caller, number: int, packet: Packet) -> None: ...

    def packets_given_up(self, caller: Caller, source: Source, first: int, last: int) -> None: ...


def call(agreement: Agreement) -> tuple[Caller, Wire]:
    caller, wire = Caller("phone", agreement.codec, Ear()), Wire()  # type: ignore[arg-type]  # as much as is called
    source = Source("video", 90000)
    source.begin(agreement.codec)
    caller.attach(wire, [Stream.of("video", source, agreement.sections[0])])  # type: ignore[arg-type]  # likewise
    caller.is_connected = caller.is_current = True
    return caller, wire


def packets(compounds: list[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """(type, count or format, body)."""
    for compound in compounds:
        while compound:
            first, kind, words = struct.unpack_from("!BBH", compound)
            yield kind, first & 0x1F, compound[4 : 4 * (words + 1)]
            compound = compound[4 * (words + 1) :]


def film(caller: Caller, payload_type: int, count: int, *, start: float = 100.0, extension: int | None = 5) -> None:
    """Packets of one picture each, 50 a second."""
    ssrc = caller.video.ssrc or 1
    for number in range(count):
        mark = VERSION | (0x10 if extension else 0)
        head = HEADER.pack(mark, 0x80 | payload_type, number, number * 1800, ssrc)
        numbered = struct.pack("!HHBHx", 0xBEDE, 1, (extension or 0) << 4 | 1, number) if extension else b""
        data = head + numbered + b"\x10\x00\x00\x00picture"
        caller.rtp_received(memoryview(data), start + number / 50)


def remb(compounds: list[bytes]) -> list[int]:
    found = []
    for kind, form, body in packets(compounds):
        if (kind, form, body[8:12]) == (rtcp.PSFB, rtcp.FMT_AFB, REMB):
            word = int.from_bytes(body[12:16], "big")
            found.append((word & 0x3FFFF) << (word >> 18 & 0x3F))
    return found


def test_numbering_is_agreed_on_where_it_is_offered_for_the_codec():
    agreement = agree_with_caller(numbering_offer(), "VP8")

    lines = answer_to(agreement).split("\r\n")
    assert NUMBERS in lines
    assert "a=rtcp-fb:96 transport-cc" in lines
    assert "a=rtcp-fb:96 goog-remb" in lines
    assert agreement.sections[0].numbering == 5
    for other in (caller_offer(), numbering_offer().replace("a=rtcp-fb:96 transport-cc\r\n", "")):
        lines = answer_to(agree_with_caller(other, "VP8")).split("\r\n")
        assert not any("extmap" in line or "transport-cc" in line for line in lines)


def test_the_least_bitrate_and_the_header_forms_are_in_the_answer():
    mixed = numbering_offer().replace("t=0 0\r\n", "t=0 0\r\na=extmap-allow-mixed\r\n")

    assert "x-google-min-bitrate=150" in answer_to(agree_with_caller(mixed, ""))
    assert "a=extmap-allow-mixed\r\n" in answer_to(agree_with_caller(mixed, ""))
    assert "extmap-allow-mixed" not in answer_to(agree_with_caller(numbering_offer(), ""))


def test_arrivals_are_told_ten_times_a_second_and_the_limit_does_not_move():
    caller, wire = call(agree_with_caller(numbering_offer(), "VP8"))

    film(caller, 96, 100)
    for turn in range(8):
        caller._report(100.0 + turn / 2)

    told = [body for kind, form, body in packets(wire.sent) if (kind, form) == (rtcp.RTPFB, 15)]
    assert 15 <= len(told) <= 20
    assert all(compound[1] == rtcp.RR for compound in wire.sent), "feedback never goes alone"
    assert set(remb(wire.sent)) == {BITRATE_MAX >> 4 << 4}


def test_a_phone_that_does_not_number_is_told_by_limit_alone():
    caller, wire = call(agree_with_caller(caller_offer(), "VP8"))

    film(caller, 96, 100, extension=None)
    caller._report(102.0)

    assert not [1 for kind, form, _ in packets(wire.sent) if (kind, form) == (rtcp.RTPFB, 15)]
    assert len(remb(wire.sent)) == 1


def test_made_up_numbers_cost_nothing_but_their_own_feedback():
    caller, wire = call(agree_with_caller(numbering_offer(), "VP8"))
    ssrc = caller.video.ssrc or 1
    for number in range(2000):
        head = HEADER.pack(VERSION | 0x10, 96, number, 0, ssrc)
        wild = struct.pack("!HHBHx", 0xBEDE, 1, 5 << 4 | 1, number * 7919 & 0xFFFF)
        caller.rtp_received(memoryview(head + wild + b"\x10\x00"), 100.0 + number / 10_000)

    assert len(caller._arrivals._held) < 20
    assert len(wire.sent) <= 2000 / 16
