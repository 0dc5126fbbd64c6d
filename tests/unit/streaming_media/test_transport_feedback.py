"""Feedback by which a sender learns what the network carries, read back with a reader of its own."""

from __future__ import annotations

import struct

from streaming.media import rtcp
from streaming.media.rtp import HEADER, VERSION
from streaming.media.transport_feedback import Arrivals, transport_number


def read(data: bytes) -> list[tuple[int, dict[int, float]]]:
    """(count, {number: seconds}) of each packet in a compound; the layout of the draft, section 3.1."""
    found = []
    while data:
        first, kind, words, sender, media, base, count, reference = struct.unpack_from("!BBHIIHHI", data)
        body, data = data[20 : 4 * (words + 1)], data[4 * (words + 1) :]
        assert (first & 0xDF, kind, sender, media) == (0x8F, rtcp.RTPFB, 7, 9)
        if first & 0x20:
            body = body[: -body[-1]]
        symbols: list[int] = []
        while len(symbols) < count:
            chunk, body = int.from_bytes(body[:2], "big"), body[2:]
            if chunk & 0x8000:
                assert chunk & 0x4000
                symbols += [chunk >> shift & 3 for shift in range(12, -1, -2)]
            else:
                symbols += [chunk >> 13] * (chunk & 0x1FFF)
        assert not any(symbols[count:])
        at = (reference >> 8) * 0.064
        arrivals = {}
        for place, symbol in enumerate(symbols[:count]):
            if symbol:
                size = symbol
                at += int.from_bytes(body[:size], "big", signed=size == 2) * 250e-6
                body = body[size:]
                arrivals[(base + place) & 0xFFFF] = at
        assert body == b""
        found.append((reference & 0xFF, arrivals))
    return found


def told(arrivals: Arrivals, packets: list[tuple[int, float]]) -> list[tuple[int, dict[int, float]]]:
    for number, at in packets:
        arrivals.packet(number, at)
    return read(arrivals.feedback(7, 9))


def test_numbers_and_times_come_through_to_a_quarter_of_a_millisecond():
    sent = [(n & 0xFFFF, 1000.0 + 0.004 * n) for n in range(65530, 65560)]

    [(count, heard)] = told(Arrivals(), sent)

    assert count == 0
    assert list(heard) == [number for number, _ in sent]
    for number, at in sent:
        assert abs(heard[number] - heard[65530] - (at - sent[0][1])) <= 0.00026


def test_what_is_missing_is_told_also_between_two_packets_of_feedback():
    arrivals = Arrivals()
    told(arrivals, [(n, 10.0 + n / 1000) for n in range(5)])

    [(count, heard)] = told(arrivals, [(8, 10.2), (12, 10.21)])

    assert count == 1
    assert list(heard) == [8, 12]
    data = Arrivals()
    for number in (0, 8):
        data.packet(number, 1.0)
    assert struct.unpack_from("!HH", data.feedback(7, 9), 12) == (0, 9), "eight that are missing count"


def test_a_packet_that_was_overtaken_is_told_later():
    arrivals = Arrivals()
    told(arrivals, [(1, 1.0), (3, 1.01)])

    [(_, heard)] = told(arrivals, [(2, 1.03), (4, 1.04)])

    assert list(heard) == [2, 4]


def test_a_long_silence_needs_a_packet_of_its_own():
    packets = told(Arrivals(), [(1, 1.0), (2, 1.01), (3, 16.0), (4, 16.01)])

    assert [list(heard) for _, heard in packets] == [[1, 2], [3, 4]]
    assert abs(packets[1][1][3] - packets[0][1][2] - 14.99) < 0.001


def test_a_jump_of_numbers_begins_anew():
    packets = told(Arrivals(), [(1, 1.0), (30_000, 1.01)])

    assert [list(heard) for _, heard in packets] == [[1], [30_000]]


def test_a_clock_set_back_is_told_and_not_fatal():
    [(_, heard)] = told(Arrivals(), [(1, 1.5), (2, 1.2), (3, 1.25)])

    assert heard[2] < heard[1] < heard[3] + 1


def test_ten_times_a_second_and_when_there_is_much():
    arrivals = Arrivals()

    assert not arrivals.packet(1, 5.0)
    assert not arrivals.packet(2, 5.09)
    assert arrivals.packet(3, 5.1)
    assert arrivals.feedback(7, 9)
    assert arrivals.feedback(7, 9) == b""
    assert any(arrivals.packet(n, 6.0) for n in range(16))
    assert len(arrivals.feedback(7, 9)) < 100


def packet(extension: bytes, *, contributors: int = 0, profile: int = 0xBEDE) -> bytes:
    words = len(extension) // 4
    return (
        HEADER.pack(VERSION | 0x10 | contributors, 96, 1, 2, 3)
        + bytes(4 * contributors)
        + struct.pack("!HH", profile, words)
        + extension
        + b"payload"
    )


def test_the_number_is_found_wherever_it_stands():
    assert transport_number(packet(b"\x51\x12\x34\x00"), 5) == 0x1234
    assert transport_number(packet(b"\x51\x12\x34\x00", contributors=2), 5) == 0x1234
    assert transport_number(packet(b"\x32\x01\x02\x03\x51\xab\xcd\x00"), 5) == 0xABCD
    assert transport_number(packet(b"\x03\x01\x09\x05\x02\xab\xcd\x00", profile=0x1000), 5) == 0xABCD
    assert transport_number(packet(b"\x00\x00\x51\x00\x07\x00\x00\x00"), 5) == 7


def test_what_is_no_number_is_none():
    assert transport_number(HEADER.pack(VERSION, 96, 1, 2, 3) + b"payload", 5) is None
    assert transport_number(packet(b"\x41\x12\x34\x00"), 5) is None
    assert transport_number(packet(b"\xf0\x51\x12\x34"), 5) is None
    assert transport_number(packet(b"\x51\x12\x34\x00", profile=0x2000), 5) is None
    assert transport_number(packet(b"\x05\x02\x34\x00", profile=0x1000)[:18], 5) is None
    for size in range(12, 20):
        assert transport_number(packet(b"\x51\x12\x34\x00")[:size], 5) in (None, 0x1234)
    assert transport_number(HEADER.pack(VERSION | 0x10, 96, 1, 2, 3) + b"\xbe\xde\xff\xff\x3f", 5) is None
