"""Coded frames come out of RTP as they went in, or not at all."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.media.recorder.h264 import H264Assembler
from streaming.media.recorder.packets import Broken, Frame, Packet
from streaming.media.recorder.vp8 import Vp8Assembler
from tests.helpers.rtp import Sender, nal_units
from tests.media.clips import clip

ASSEMBLERS = {"H264": H264Assembler, "VP8": Vp8Assembler}
CODECS = ["H264", "VP8"]


def units_of(sample: bytes) -> list[bytes]:
    units, at = [], 0
    while at < len(sample):
        size = struct.unpack_from(">I", sample, at)[0]
        units.append(sample[at + 4 : at + 4 + size])
        at += 4 + size
    return units


def same(codec: str, sample: bytes, frame: bytes) -> bool:
    if codec == "VP8":
        return sample == frame
    wanted = nal_units(frame)
    order = [unit for unit in wanted if unit[0] & 0x1F in (7, 8)]
    return units_of(sample) == order + [unit for unit in wanted if unit not in order]


def push_all(codec: str, packets: list[Packet], missing: set[int] = frozenset()) -> list[Frame | Broken]:  # type: ignore[assignment]
    assembler, out, gap = ASSEMBLERS[codec](), [], False
    for packet in packets:
        if packet.seq in missing:
            gap = True
            continue
        if gap:
            assembler.lost()
            gap = False
        out += assembler.push(packet)
    return out


@pytest.mark.parametrize("codec", CODECS)
def test_frames_are_byte_identical(codec: str) -> None:
    film = clip(codec, 30)
    out = push_all(codec, Sender(codec, mtu=200).frames(film.frames))
    assert len(out) == 30
    for number, (frame, source) in enumerate(zip(out, film.frames, strict=True)):
        assert isinstance(frame, Frame)
        assert same(codec, frame.data, source)
        assert frame.keyframe == (number in film.keyframes)
        assert (frame.format is not None) == frame.keyframe
    assert isinstance(out[0], Frame)
    assert out[0].format is not None
    assert (out[0].format.width, out[0].format.height) == (320, 240)


@pytest.mark.parametrize("codec", CODECS)
def test_every_single_lost_packet_breaks_its_frame_and_no_other(codec: str) -> None:
    film = clip(codec, 6, keyframe_every=3)
    per_frame = [Sender(codec, mtu=50).frame(0, data) for data in film.frames]
    sizes = [len(packets) for packets in per_frame]
    assert max(sizes) > 3
    packets = Sender(codec, mtu=50).frames(film.frames)
    owner = [number for number, size in enumerate(sizes) for _ in range(size)]
    for index, packet in enumerate(packets[:-1]):
        whole = [f for f in push_all(codec, packets, {packet.seq}) if isinstance(f, Frame)]
        numbers = [n for f in whole for n, data in enumerate(film.frames) if same(codec, f.data, data)]
        assert len(numbers) == len(whole), "a frame came out that never went in"
        assert owner[index] not in numbers
        # A lost end hides whether the next key frame lost its head too: that one may be refused as well.
        assert set(range(6)) - {owner[index], owner[index] + 1} <= set(numbers)


def test_a_frame_without_marker_ends_with_the_next_timestamp() -> None:
    film = clip("H264", 3)
    packets = [Packet(p.seq, p.timestamp, False, p.payload, p.arrival) for p in Sender("H264").frames(film.frames)]
    assert len(push_all("H264", packets)) == 2


def test_padding_between_frames_is_passed_over() -> None:
    film = clip("H264", 3)
    packets = Sender("H264").frames(film.frames)
    packets.insert(4, Packet(0, packets[3].timestamp, False, b"", 0.0))
    assert all(isinstance(frame, Frame) for frame in push_all("H264", packets))


def test_a_key_frame_without_its_sets_gets_those_sent_before() -> None:
    film = clip("H264", 31)
    packets = Sender("H264").frames(film.frames)
    second_key = [p for p in packets if p.timestamp == Sender("H264").timestamp(15)]
    assert second_key[0].payload[0] & 0x1F == 24
    out = push_all("H264", [p for p in packets if p is not second_key[0]])
    frame = out[15]
    assert isinstance(frame, Frame)
    assert [unit[0] & 0x1F for unit in units_of(frame.data)][:2] == [7, 8]


def test_parameter_sets_in_a_picture_of_their_own_go_with_the_next_one() -> None:
    film = clip("H264", 2)
    packets = Sender("H264").frames(film.frames)
    early = Packet(packets[0].seq, packets[0].timestamp - 3000, True, packets[0].payload, 0.0)
    out = push_all("H264", [early, *packets[1:]])
    assert len(out) == 2
    assert isinstance(out[0], Frame)
    assert same("H264", out[0].data, film.frames[0])


@pytest.mark.parametrize(
    "payload",
    [
        b"\x78\x00\x09abc",  # STAP-A whose unit is longer than the packet
        b"\x78\x00",  # cut in the size
        b"\x78\x00\x00",  # empty unit
        b"\x7c\xc5ab",  # FU-A that starts and ends
        b"\x7c\x05ab",  # FU-A that never started
        b"\x7c",  # cut
        b"\x79\x00\x01\x00\x01\x65",  # STAP-B is not negotiated
        b"\xe5abc",  # forbidden bit
        b"\x60",  # type 0
    ],
)
def test_malformed_h264_breaks_its_frame_only(payload: bytes) -> None:
    film = clip("H264", 16)
    packets = Sender("H264").frames(film.frames[:15])
    bad = Packet(0, packets[0].timestamp - 9000, True, payload, 0.0)
    assembler = H264Assembler()
    assert [type(item) for item in assembler.push(bad)] == [Broken]
    assert all(isinstance(f, Frame) for p in packets for f in assembler.push(p))


def test_a_frame_without_end_does_not_fill_the_memory() -> None:
    assembler = H264Assembler()
    assembler.push(Packet(0, 0, False, b"\x7c\x81\x80" + bytes(1000), 0.0))
    for seq in range(1, 20_000):
        assembler.push(Packet(seq, 0, False, b"\x7c\x05" + bytes(1000), 0.0))
    assert assembler._fragment is not None
    assert len(assembler._fragment) < 9 * 1024 * 1024
    assert [type(item) for item in assembler.push(Packet(20_001, 0, True, b"\x7c\x45aa", 0.0))] == [Broken]


@pytest.mark.parametrize("codec", CODECS)
@given(payloads=st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3), st.booleans()), max_size=12))
def test_no_bytes_raise(codec: str, payloads: list[tuple[bytes, int, bool]]) -> None:
    assembler = ASSEMBLERS[codec]()
    for seq, (payload, timestamp, marker) in enumerate(payloads):
        for item in assembler.push(Packet(seq, timestamp, marker, payload, 0.0)):
            assert isinstance(item, Frame | Broken)
