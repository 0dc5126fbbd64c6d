"""What the fetching process makes of FFmpeg's packets: nothing left out at the beginning, one clock for a burst."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest

from streaming.media.pull import child, wire
from tests.media.clips import clip

BASE = Fraction(1, 90_000)


class Packet(bytes):
    """As PyAV gives them."""

    pts: int | None
    dts: int | None = None
    time_base = BASE
    size = property(len)


def written(pts: list[int | None], monkeypatch: pytest.MonkeyPatch, times: list[float]) -> list[tuple[bytes, bytes]]:
    """The messages for the first pictures of a film, each with its time; `times`: when they came."""
    video: Any = SimpleNamespace(codec_context=SimpleNamespace(name="h264", extradata=b""), guessed_rate=Fraction(30))
    packets = [Packet(frame) for frame, _ in zip(clip("H264", 90).frames, pts, strict=False)]
    for packet, moment in zip(packets, pts, strict=True):
        packet.pts, packet.stream = moment, video
    streams = SimpleNamespace(video=[video], audio=[])
    clock = iter(times)
    monkeypatch.setattr(child.time, "time", lambda: next(clock))
    pipe = BytesIO()
    child.Sender(SimpleNamespace(streams=streams, demux=lambda *_: packets), pipe).run()
    pipe.seek(0)
    found = []
    while head := pipe.read(wire.HEAD.size):
        kind, length = wire.HEAD.unpack(head)
        found.append((kind, pipe.read(length)))
    return found


def test_a_first_picture_without_a_time_is_sent_one_picture_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    found = written([None, 3000, 6000], monkeypatch, [10.0, 10.0, 10.0])
    stamps = [int.from_bytes(data[4:8], "big") for kind, data in found if kind == wire.VIDEO]
    assert sorted(set(stamps)) == [0, 3000, 6000]
    assert found[0][0] == wire.OPENED


def test_pictures_that_come_in_a_burst_do_not_put_the_clock_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """FFmpeg looks at 1.5 s of stream and hands them over at once: the last of them is the one that is not late."""
    found = written([0, 135_000, 180_000], monkeypatch, [100.0, 101.1, 102.2])
    told = [wire.CLOCKS.unpack(data) for kind, data in found if kind == wire.CLOCK]
    began = [ntp / 2**32 - child.NTP_EPOCH - rtp / 90_000 for ntp, rtp, _ in told]
    assert began == pytest.approx([100.0, 99.6, 99.6])
