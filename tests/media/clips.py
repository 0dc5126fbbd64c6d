"""Short films whose every picture carries its number, encoded once and known byte for byte."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

BITS = 12
BLOCK = 16  # pixels; a number is drawn as a row of black and white squares


@dataclass(frozen=True)
class Clip:
    codec: str  # "H264" or "VP8"
    width: int
    height: int
    frames: tuple[bytes, ...]
    keyframes: frozenset[int]


def draw(number: int, width: int, height: int, *, grain: bool = False) -> av.VideoFrame:
    picture = np.full((height, width, 3), 90, dtype=np.uint8)
    if grain:
        picture += np.random.default_rng(number).integers(0, 80, (height, width, 1), dtype=np.uint8)
    picture[:, (number * 5) % width] = (200, 40, 40)
    for bit in range(BITS):
        picture[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 if number >> bit & 1 else 0
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame.pts = number
    frame.time_base = Fraction(1, 30)
    return frame


def read_number(frame: av.VideoFrame) -> int:
    """The number drawn into a decoded picture."""
    grey = frame.to_ndarray(format="gray")
    middle = BLOCK // 2
    return sum((int(grey[middle, bit * BLOCK + middle]) > 127) << bit for bit in range(BITS))


@functools.cache
def clip(
    codec: str, count: int = 150, keyframe_every: int = 15, width: int = 320, height: int = 240, *, grain: bool = False
) -> Clip:
    """`count` pictures at 30 a second, a keyframe every so many. Plain ones take 50 kbit/s, with grain up to 600."""
    name = {"H264": "libx264", "VP8": "libvpx"}[codec]
    context = av.CodecContext.create(name, "w")
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate, context.bit_rate = Fraction(1, 30), Fraction(30), 600_000
    context.gop_size = keyframe_every
    context.thread_count = 1  # threads of a small encoder only wait for each other on a busy machine
    if codec == "H264":
        options = {"profile": "baseline", "level": "31", "tune": "zerolatency", "preset": "ultrafast"}
        context.options = {**options, "x264-params": f"keyint={keyframe_every}:scenecut=0:annexb=1"}
    else:
        context.options = {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8", "auto-alt-ref": "0"}
    packets = [
        p for n in range(count) for p in context.encode(draw(n, width, height, grain=grain).reformat(format="yuv420p"))
    ]
    packets += context.encode(None)
    assert len(packets) == count
    return Clip(codec, width, height, tuple(bytes(p) for p in packets),
                frozenset(n for n, p in enumerate(packets) if p.is_keyframe))  # fmt: skip


def decoded_numbers(path: Path) -> list[int]:
    """The numbers of every picture in a file; a damaged one raises."""
    with av.open(str(path)) as container:
        container.streams.video[0].thread_type = "NONE"
        return [read_number(frame) for frame in container.decode(video=0)]
