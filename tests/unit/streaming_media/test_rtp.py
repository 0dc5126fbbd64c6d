"""RTP packets and sequence numbers (RFC 3550)."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from streaming.media.rtp import MAX_DROPOUT, Reception, Sequence, parse


def packet(
    first: int = 0x80, second: int = 96, seq: int = 7, ts: int = 1000, ssrc: int = 5, rest: bytes = b""
) -> bytes:
    return struct.pack("!BBHII", first, second, seq, ts, ssrc) + rest


def test_a_plain_packet_is_read():
    found = parse(packet(second=0x80 | 96, rest=b"picture"))

    assert found is not None
    assert (found.marker, found.payload_type, found.seq, found.timestamp, found.ssrc) == (0x80, 96, 7, 1000, 5)
    assert found.media == b"picture"


def test_contributing_sources_and_header_extension_are_taken_off():
    extension = struct.pack("!HH", 0xBEDE, 1) + b"\x10\x30\x00\x00"

    found = parse(packet(first=0x80 | 0x10 | 2, rest=bytes(8) + extension + b"picture"))

    assert found is not None
    assert found.payload == b"picture"
    assert found.first == 0x80


def test_padding_stays_on_what_is_sent_on_and_is_not_media():
    found = parse(packet(first=0xA0, rest=b"picture\x00\x00\x03"))

    assert found is not None
    assert found.first == 0xA0
    assert found.payload == b"picture\x00\x00\x03"
    assert found.media == b"picture"


def test_a_packet_of_padding_only_has_no_media():
    found = parse(packet(first=0xA0, rest=b"\x00\x00\x03"))

    assert found is not None
    assert found.media == b""


def test_lengths_that_contradict_each_other_are_refused():
    assert parse(b"\x80" * 11) is None
    assert parse(packet(first=0x80 | 15)) is None
    assert parse(packet(first=0x90, rest=b"\x00")) is None
    assert parse(packet(first=0x90, rest=struct.pack("!HH", 0, 9))) is None
    assert parse(packet(first=0xA0, rest=b"abc\x00")) is None
    assert parse(packet(first=0xA0, rest=b"abc\x09")) is None
    assert parse(packet(first=0xA0)) is None


@given(st.binary(max_size=80))
def test_no_bytes_make_the_reader_raise(data: bytes):
    found = parse(data)

    assert found is None or len(found.media) <= len(data)


def test_sequence_numbers_run_on_over_the_wrap_and_back():
    sequence = Sequence()

    numbers = [sequence.extend(seq) for seq in (65534, 65535, 0, 2, 1, 65535)]

    first = numbers[0]
    assert first is not None
    assert [n - first for n in numbers if n is not None] == [0, 1, 2, 4, 3, 1]
    assert sequence.expected == 5


def test_a_packet_far_behind_is_refused_and_changes_nothing():
    sequence = Sequence()
    sequence.extend(5000)

    assert sequence.extend(1000) is None
    assert sequence.highest & 0xFFFF == 5000


def test_two_packets_in_a_row_after_a_wild_jump_mean_a_new_count():
    sequence = Sequence()
    sequence.extend(10)

    assert sequence.extend(10 + MAX_DROPOUT + 500) is None
    assert not sequence.restarted(10 + MAX_DROPOUT + 500)
    assert sequence.extend(10 + MAX_DROPOUT + 501) is None
    assert sequence.restarted(10 + MAX_DROPOUT + 501)


def test_a_later_count_lies_above_the_one_before():
    first = Sequence()
    first.extend(65535)
    later = Sequence(after=first.highest)

    number = later.extend(3)

    assert number is not None
    assert number > first.highest
    assert number & 0xFFFF == 3
    assert later.reported == 3


def test_the_newest_number_with_given_low_bits():
    sequence = Sequence()
    for seq in (65530, 65535, 4):
        sequence.extend(seq)

    assert sequence.near(4) == sequence.highest
    assert sequence.near(65535) == sequence.highest - 5


def test_loss_of_an_interval_counts_from_the_last_report():
    reception = Reception(90000)
    for _ in range(8):
        reception.packet(0, 0.0)

    assert reception.interval(10) == (10, 2)
    assert reception.interval(10) == (0, 0)
    reception.packet(0, 0.0)  # one that was missing came: more than expected is not negative loss
    assert reception.interval(10) == (0, 0)
    assert reception.lost(10) == 1


def test_jitter_is_the_smoothed_difference_of_transit_times():
    reception = Reception(90000)
    for n in range(200):
        reception.packet(n * 3000, n / 30 + (0.004 if n % 2 else 0.0))

    assert 200 < reception.jitter <= 360  # 4 ms are 360 units
