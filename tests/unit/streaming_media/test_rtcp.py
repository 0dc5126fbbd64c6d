"""RTCP in and out (RFC 3550 section 6, RFC 4585, RFC 5104, REMB), cross-read with aiortc's own parser."""

from __future__ import annotations

import struct

import pytest
from aiortc.rtp import RtcpPacket, RtcpPsfbPacket, RtcpRrPacket, RtcpRtpfbPacket, RtcpSrPacket, unpack_remb_fci
from hypothesis import given
from hypothesis import strategies as st

from streaming.media import rtcp


def test_a_receiver_report_is_read_by_others():
    block = rtcp.Block(ssrc=9, fraction_lost=12, lost=-3, highest=70000, jitter=44, last_sr=0xABCD, delay=65536)

    [found] = RtcpPacket.parse(rtcp.receiver_report(1, [block]))

    assert isinstance(found, RtcpRrPacket)
    info = found.reports[0]
    assert (info.ssrc, info.fraction_lost, info.packets_lost, info.highest_sequence) == (9, 12, -3, 70000)
    assert (info.jitter, info.lsr, info.dlsr) == (44, 0xABCD, 65536)


def test_reports_survive_our_own_reader():
    block = rtcp.Block(ssrc=9, fraction_lost=12, lost=-3, highest=70000, jitter=44, last_sr=0xABCD, delay=65536)

    assert list(rtcp.parse(rtcp.receiver_report(1, [block]))) == [rtcp.Report(1, (block,))]
    assert list(rtcp.parse(rtcp.sender_report(5, 1 << 60, 77, 8, 9) + rtcp.source_description(5, b"cname"))) == [
        rtcp.Report(5, (), 1 << 60, 77, 8, 9)
    ]


def test_a_sender_report_with_its_name_is_read_by_others():
    first, second = RtcpPacket.parse(rtcp.sender_report(5, 1 << 60, 77, 8, 9) + rtcp.source_description(5, b"abc"))

    assert isinstance(first, RtcpSrPacket)
    assert (first.sender_info.ntp_timestamp, first.sender_info.rtp_timestamp) == (1 << 60, 77)
    assert second.chunks[0].items == [(1, b"abc")]


@given(st.lists(st.integers(0, 65535), min_size=1, max_size=60, unique=True))
def test_a_nack_names_exactly_what_is_missing(lost: list[int]):
    data = rtcp.nack(1, 2, lost)

    [ours] = rtcp.parse(data)
    [theirs] = RtcpPacket.parse(data)

    assert isinstance(ours, rtcp.Nack)
    assert isinstance(theirs, RtcpRtpfbPacket)
    # aiortc forgets to wrap the numbers of the mask
    assert set(ours.lost) == {seq & 0xFFFF for seq in theirs.lost} == set(lost)


def test_a_run_of_missing_packets_takes_one_word_for_seventeen():
    assert len(rtcp.nack(1, 2, range(65530, 65547))) == 12 + 4


def test_a_nack_never_outgrows_a_datagram():
    assert len(rtcp.nack(1, 2, range(0, 65536, 17))) < 600


def test_picture_loss_aims_at_the_media():
    [found] = RtcpPacket.parse(rtcp.picture_loss(1, 2))

    assert isinstance(found, RtcpPsfbPacket)
    assert (found.fmt, found.ssrc, found.media_ssrc) == (1, 1, 2)
    assert list(rtcp.parse(rtcp.picture_loss(1, 2))) == [rtcp.PictureLoss(1, 2)]


def test_a_full_intra_request_counts_as_picture_loss():
    fir = struct.pack("!BBHII", 0x84, 206, 4, 1, 0) + struct.pack("!II", 2, 0)

    assert list(rtcp.parse(fir)) == [rtcp.PictureLoss(1, 2)]


@pytest.mark.parametrize("bitrate", [150_000, 262_143, 262_144, 3_000_000, 4_000_000])
def test_the_bitrate_cap_is_read_by_others(bitrate: int):
    [found] = RtcpPacket.parse(rtcp.bitrate_cap(1, bitrate, [7, 8]))

    value, sources = unpack_remb_fci(found.fci)
    assert bitrate * 0.9999 <= value <= bitrate
    assert sources == [7, 8]


@pytest.mark.parametrize(
    "data",
    [
        b"\x80",
        b"\x80\xc8\x00\x01\x00\x00\x00\x00",  # SR without its body
        b"\x81\xc9\x00\x01\x00\x00\x00\x00",  # RR that promises a block
        b"\x00\xc9\x00\x00",  # version 0
        b"\x80\xc9\x00\x09",  # longer than the datagram
        b"\xa0\xc9\x00\x01\x00\x00\x00\x00",  # padding of zero bytes
        b"\x81\xcd\x00\x00",  # NACK without sources
        b"\x9f\xcb\x00\x00",  # BYE of 31 sources, none there
    ],
)
def test_a_damaged_packet_is_refused(data: bytes):
    with pytest.raises(ValueError):
        list(rtcp.parse(data))


@given(st.binary(max_size=120))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        items = list(rtcp.parse(data))
    except ValueError:
        return
    assert all(isinstance(item, rtcp.Report | rtcp.Nack | rtcp.PictureLoss | rtcp.Bye) for item in items)


def test_ntp_time_becomes_epoch_time():
    assert rtcp.ntp_to_unix((rtcp.NTP_EPOCH + 1_700_000_000) << 32 | 1 << 31) == 1_700_000_000.5
    assert rtcp.middle(0x1122334455667788) == 0x33445566
