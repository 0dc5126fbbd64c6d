"""Where keyframes start and how big they are: H264 (RFC 6184) and VP8 (RFC 7741)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.media import h264, vp8
from tests.media.clips import clip


def nal_units(frame: bytes) -> list[bytes]:
    """The NAL units of an Annex B access unit."""
    return [
        unit.rstrip(b"\x00") for unit in frame.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01")[1:]
    ]


def stap_a(units: list[bytes]) -> bytes:
    return b"\x78" + b"".join(len(u).to_bytes(2, "big") + u for u in units)


def sps_of(width: int, height: int) -> bytes:
    units = nal_units(clip("H264", 1, 15, width, height).frames[0])
    return next(u for u in units if u[0] & 31 == h264.NAL_SPS)


@pytest.mark.parametrize(("width", "height"), [(320, 240), (640, 360), (1280, 720), (722, 406)])
def test_h264_size_is_read_from_the_parameter_set(width: int, height: int):
    assert h264.picture_size(sps_of(width, height)) == (width, height)


def test_h264_parameter_set_inside_an_aggregate_starts_a_keyframe():
    sps = sps_of(320, 240)
    aggregate = stap_a([b"\x09\xf0", sps, b"\x68\xce\x38\x80"])

    assert h264.starts_keyframe(aggregate)
    assert h264.picture_size(aggregate) == (320, 240)


def test_h264_pictures_without_parameter_sets_do_not_start_one():
    assert not h264.starts_keyframe(b"\x41\x9a\x00")  # a slice
    assert not h264.starts_keyframe(b"\x65\x88\x84")  # an IDR slice alone: nothing to decode it with
    assert not h264.starts_keyframe(b"\x7c\x85\x88")  # FU-A, first fragment of an IDR slice
    assert not h264.starts_keyframe(stap_a([b"\x41\x9a", b"\x06\x05"]))
    assert not h264.starts_keyframe(b"")


def test_h264_high_profile_with_scaling_lists_is_readable():
    """An SPS of profile 100 written by hand: scaling matrix present, first list given, 64x48."""
    bits = "01100100000000000001111010101101"  # profile, flags, level, id, chroma 1, depths, matrix
    bits += "1" + "1" * 16 + "0" * 7  # first list: sixteen times delta 0; the others absent
    bits += "11101000010001111001"
    data = bytes(int(bits[i : i + 8].ljust(8, "0"), 2) for i in range(0, len(bits), 8))

    assert h264.picture_size(b"\x67" + data) == (64, 48)


@given(st.binary(max_size=60))
def test_h264_reader_never_raises(data: bytes):
    for payload in (data, b"\x67" + data, b"\x78" + data):
        size = h264.picture_size(payload)
        assert size is None or 0 < size[0] <= h264.MAX_SIDE


def test_vp8_keyframe_and_its_size():
    film = clip("VP8", 3, 15)

    assert vp8.starts_keyframe(b"\x10" + film.frames[0])
    assert vp8.picture_size(b"\x10" + film.frames[0]) == (320, 240)
    assert not vp8.starts_keyframe(b"\x10" + film.frames[1])
    assert vp8.picture_size(b"\x10" + film.frames[1]) is None


@pytest.mark.parametrize(
    "descriptor",
    [b"\x10", b"\x90\x80\x11", b"\x90\x80\x80\x11", b"\x90\xe0\x80\x11\x01\x20", b"\x90\xf0\x11\x01\x20"],
)
def test_vp8_descriptor_of_every_shape_is_passed_over(descriptor: bytes):
    frame = clip("VP8", 3, 15).frames[0]

    assert vp8.descriptor_size(descriptor + frame) == len(descriptor)
    assert vp8.picture_size(descriptor + frame) == (320, 240)


def test_vp8_only_the_first_packet_of_the_first_partition_starts_a_frame():
    frame = clip("VP8", 3, 15).frames[0]

    assert not vp8.starts_keyframe(b"\x00" + frame)
    assert not vp8.starts_keyframe(b"\x11" + frame)
    assert not vp8.starts_keyframe(b"\x90")
    assert not vp8.starts_keyframe(b"\x90\x80")
    assert not vp8.starts_keyframe(b"\x10")


@given(st.binary(max_size=40))
def test_vp8_reader_never_raises(data: bytes):
    size = vp8.picture_size(data)
    assert size is None or size[0] > 0
    assert vp8.starts_keyframe(data) in (True, False)
