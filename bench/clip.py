"""The film every load peer sends: encoded once, each picture carrying its number in black and white squares."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

FPS = 30
BITS = 10
BLOCK = 32  # pixels
MARK = 255


@dataclass(frozen=True)
class Clip:
    """`frames` are access units in Annex B (H264) or VP8 frames, one per picture; `sound` Opus packets of 20 ms."""

    codec: str
    width: int
    height: int
    frames: tuple[bytes, ...]
    keyframes: frozenset[int]
    sound: tuple[bytes, ...]

    def save(self, path: Path) -> None:
        path.write_bytes(pickle.dumps(self))

    @staticmethod
    def load(path: Path) -> Clip:
        """Read what a parent process has saved."""
        clip: Clip = pickle.loads(path.read_bytes())
        return clip

    @property
    def bitrate(self) -> float:
        """Of the pictures, in bit/s."""
        return 8 * sum(map(len, self.frames)) * FPS / len(self.frames)

    def keyframe_after(self, number: int) -> int:
        """The next picture at or after `number`, around the end, that can be decoded by itself."""
        count = len(self.frames)
        return next(n % count for n in range(number, number + count + 1) if n % count in self.keyframes)


def make_clip(
    codec: str = "H264", *, seconds: int = 10, bitrate: int = 1_600_000, width: int = 640, height: int = 480
) -> Clip:
    """VGA at 30 pictures a second with a keyframe every two seconds, as a phone's encoder makes it."""
    context = av.VideoCodecContext.create({"H264": "libx264", "VP8": "libvpx"}[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base, context.framerate, context.bit_rate = Fraction(1, FPS), Fraction(FPS), bitrate
    context.gop_size = 2 * FPS
    if codec == "H264":
        # a small buffer: keyframes of three times a picture, as from a phone, and not of twenty
        params = f"keyint={2 * FPS}:scenecut=0:annexb=1:vbv-maxrate={bitrate // 1000}:vbv-bufsize={bitrate // 8000}"
        context.options = {
            "profile": "baseline",
            "level": "31",
            "tune": "zerolatency",
            "preset": "ultrafast",
            "x264-params": params,
        }
    else:
        context.options = {"deadline": "realtime", "lag-in-frames": "0", "cpu-used": "8", "auto-alt-ref": "0"}
        context.options |= {"minrate": str(bitrate), "maxrate": str(bitrate), "error-resilient": "1"}
    noise = np.random.default_rng(1).integers(0, 24, (8, height, width, 3), dtype=np.uint8)
    count = seconds * FPS
    packets = [packet for n in range(count) for packet in context.encode(_draw(n, noise))]
    packets += context.encode(None)
    if len(packets) != count:
        raise RuntimeError(f"{len(packets)} packets of {count} pictures")
    keyframes = frozenset(n for n, packet in enumerate(packets) if packet.is_keyframe)
    return Clip(codec, width, height, tuple(bytes(packet) for packet in packets), keyframes, _sound())


def _draw(number: int, noise: np.ndarray) -> av.VideoFrame:
    """Grain that costs bits in every picture, as a phone's does at night, and above it the number."""
    picture = noise[number % len(noise)] + np.uint8(60 + number % 60)
    for bit in range(BITS):
        picture[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = MARK if number >> bit & 1 else 0
    frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, FPS)
    return frame


def read_number(frame: av.VideoFrame) -> int:
    """The number drawn into a decoded picture."""
    grey = frame.to_ndarray(format="gray")
    middle = BLOCK // 2
    return sum((int(grey[middle, bit * BLOCK + middle]) > 127) << bit for bit in range(BITS))


def _sound(seconds: int = 2) -> tuple[bytes, ...]:
    """A tone as Opus, 32 kbit/s, 20 ms a packet."""
    context = av.CodecContext.create("libopus", "w")
    context.sample_rate, context.layout, context.format, context.bit_rate = 48000, "stereo", "s16", 32000
    context.options = {"frame_duration": "20", "vbr": "off"}
    packets: list[bytes] = []
    for n in range(seconds * 50):
        times = (np.arange(960) + n * 960) / 48000
        wave = (8000 * np.sin(2 * np.pi * 440 * times)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.repeat(wave, 2).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts = 48000, n * 960
        packets += [bytes(packet) for packet in context.encode(frame)]
    return tuple(packets)
