"""A part cut anywhere is found whole up to its last complete fragment, and the file is its own proof."""

from __future__ import annotations

import functools
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.media.recorder.files import DISK
from streaming.media.recorder.h264 import H264Assembler
from streaming.media.recorder.packets import Frame
from streaming.media.recorder.part import CONTAINERS
from streaming.media.recorder.repair import repair_part
from streaming.media.recorder.samples import PartShape, Sample
from streaming.media.recorder.vp8 import Vp8Assembler
from streaming.media.recorder.walk import Walked
from streaming.media.recorder.walk_mp4 import walk_mp4
from streaming.media.recorder.walk_webm import walk_webm
from tests.helpers.recording import START, numbers_of
from tests.helpers.rtp import Sender
from tests.media.clips import clip

CODECS = ["H264", "VP8"]
WALKERS = {"H264": walk_mp4, "VP8": walk_webm}
PER_FRAGMENT = 6
PREFIX = "part-0001."


@functools.cache
def part(codec: str) -> tuple[bytes, tuple[int, ...]]:
    """A part of 30 frames and its sound, and where its fragments end."""
    assembler = H264Assembler() if codec == "H264" else Vp8Assembler()
    frames = [f for p in Sender(codec).frames(clip(codec, 30).frames) for f in assembler.push(p)]
    first = frames[0]
    assert isinstance(first, Frame)
    assert first.format is not None
    muxer = CONTAINERS[codec][1](PartShape(first.format, True, START))
    data, ends = muxer.header(), []
    for at in range(0, 30, PER_FRAGMENT):
        video = [
            Sample(0.2 + (at + n) / 30, 1 / 30, frame.data, frame.keyframe)
            for n, frame in enumerate(frames[at : at + PER_FRAGMENT])
            if isinstance(frame, Frame)
        ]
        audio = [Sample(0.2 + at / 30 + n * 0.02, 0.02, b"\xfc\xff\xfe" + bytes([n])) for n in range(10)]
        data += muxer.fragment(video, audio)
        ends.append(len(data))
    return data, tuple(ends)


def walked(codec: str, data: bytes) -> Walked:
    return WALKERS[codec](io.BytesIO(data))


def check(codec: str, length: int) -> None:
    data, ends = part(codec)
    whole = [end for end in ends if end <= length]
    found = walked(codec, data[:length])
    assert found.boundaries == whole
    assert found.size == (whole[-1] if whole else 0)
    assert found.video.samples == PER_FRAGMENT * len(whole)
    if whole:
        assert found.sha256 == hashlib.sha256(data[: whole[-1]]).hexdigest()


@pytest.mark.parametrize("codec", CODECS)
def test_a_whole_part_is_described_from_its_bytes_alone(codec: str) -> None:
    data, ends = part(codec)
    found = walked(codec, data)
    assert found.size == len(data)
    assert (found.width, found.height) == (320, 240)
    assert found.zero == pytest.approx(START, abs=0.001)
    assert found.video.first == pytest.approx(0.2, abs=0.001)
    assert found.video.last == pytest.approx(0.2 + 29 / 30, abs=0.001)
    assert found.audio.samples == 50
    assert len(ends) == 5


@pytest.mark.parametrize("codec", CODECS)
def test_cut_at_every_fragment_boundary_and_a_byte_beside_it(codec: str) -> None:
    for end in part(codec)[1]:
        for length in (end - 1, end, end + 1):
            check(codec, length)


@pytest.mark.parametrize("codec", CODECS)
@given(share=st.floats(0, 1))
def test_cut_anywhere(codec: str, share: float) -> None:
    check(codec, int(len(part(codec)[0]) * share))


@pytest.mark.parametrize("codec", CODECS)
@given(data=st.data())
def test_damage_never_raises_and_never_reaches_back(codec: str, data: st.DataObject) -> None:
    good, ends = part(codec)
    at = data.draw(st.integers(0, len(good) - 1))
    junk = data.draw(st.binary(min_size=1, max_size=64))
    found = walked(codec, good[:at] + junk + good[at + len(junk) :])
    before = [end for end in ends if end <= at]
    assert found.boundaries[: len(before)] == before


@pytest.mark.parametrize("codec", CODECS)
@given(data=st.binary(max_size=300))
def test_any_bytes(codec: str, data: bytes) -> None:
    assert walked(codec, data).size == 0


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("zeros", [1, 100, 5000])
def test_zeros_after_a_power_cut_are_not_media(codec: str, zeros: int) -> None:
    data, ends = part(codec)
    assert walked(codec, data[: ends[2]] + bytes(zeros)).size == ends[2]
    assert walked(codec, data[: ends[2] + 200] + bytes(zeros + len(data) - ends[2])).size == ends[2]


def test_samples_that_do_not_fill_their_data_are_damage() -> None:
    data, ends = part("H264")
    sample = data.rindex(b"mdat") + 4
    assert walked("H264", data[:sample] + b"\0\0\0\0" + data[sample + 4 :]).size == ends[-2]


@pytest.mark.parametrize("codec", CODECS)
def test_repair_keeps_every_byte_and_may_be_repeated(codec: str, tmp_path: Path) -> None:
    data, ends = part(codec)
    path = tmp_path / (PREFIX + CONTAINERS[codec][0])
    path.write_bytes(data[: ends[3] + 500])
    fact = repair_part(path, 1, "s", "before", DISK, 5.0)
    assert fact is not None
    assert (fact.recovered, fact.frames, fact.size, fact.prev_sha256) == (True, 24, ends[3], "before")
    assert fact.start == pytest.approx(START + 0.2, abs=0.001)
    assert fact.end == pytest.approx(START + 0.2 + 23 / 30, abs=0.001)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == fact.sha256
    assert path.read_bytes() + (tmp_path / "part-0001.tail").read_bytes() == data[: ends[3] + 500]
    assert numbers_of(path) == list(range(24))
    path.with_suffix(".json").unlink()  # as if killed before the sidecar was there
    assert repair_part(path, 1, "s", "before", DISK, 5.0) == fact
    assert (tmp_path / "part-0001.tail").read_bytes() == data[ends[3] : ends[3] + 500]


def test_a_part_without_one_whole_fragment_becomes_a_tail(tmp_path: Path) -> None:
    data, ends = part("H264")
    path = tmp_path / "part-0001.mp4"
    path.write_bytes(data[: ends[0] - 1])
    assert repair_part(path, 1, "s", "", DISK, 5.0) is None
    assert not path.exists()
    assert (tmp_path / "part-0001.tail").read_bytes() == data[: ends[0] - 1]
