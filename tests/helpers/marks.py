"""Films to mark, and eyes that find a guest's mark in decoded pictures."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from bench import marks
from streaming.media.mark import words

FOUND = 0.5  # of 1: how far a picture's fine structure is that of a mark; what is none stays below LOST
LOST = 0.15
DARK, LIGHT = 24, 225


def scene(width: int = 640, height: int = 480, number: int = 0) -> np.ndarray:
    """Night on the left, snow on the right, and a grey bar that moves."""
    plane = np.full((height, width), DARK, dtype=np.uint8)
    plane[:, width // 2 :] = LIGHT
    plane[:, number * 3 % width] = 128
    return plane


def frame_of(plane: np.ndarray, number: int = 0) -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(plane, format="gray").reformat(format="yuv420p")
    frame.pts, frame.time_base = number, Fraction(1, 30)
    return frame


def film(path: Path, *, seconds: int = 6, sound: str = "libopus", width: int = 640, height: int = 480) -> Path:
    """A short film at 30 pictures a second, by its suffix: WebM of VP8 or MP4 of H264."""
    with av.open(str(path), "w") as out:
        video: Any = out.add_stream("libvpx" if path.suffix == ".webm" else "libx264", rate=30)
        video.width, video.height, video.pix_fmt, video.bit_rate = width, height, "yuv420p", 600_000
        video.options = {"deadline": "realtime", "cpu-used": "8"} if path.suffix == ".webm" else {"preset": "ultrafast"}
        audio: Any = out.add_stream(sound, rate=48_000, layout="mono") if sound else None
        for number in range(seconds * 30):
            out.mux(video.encode(frame_of(scene(width, height, number), number)))
        out.mux(video.encode(None))
        for number in range(seconds * 50 if audio else 0):
            tone = (np.sin(np.arange(960) * 0.06 + number) * 8000).astype(np.int16)[None, :]
            samples = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
            samples.sample_rate, samples.pts, samples.time_base = 48_000, number * 960, Fraction(1, 48_000)
            resampler = av.AudioResampler(format=audio.codec_context.format, layout="mono", rate=48_000)
            for piece in resampler.resample(samples):
                out.mux(audio.encode(piece))
        if audio:
            out.mux(audio.encode(None))
    return path


def pictures(path: Path) -> list[tuple[float, np.ndarray]]:
    """Every picture's second and its light."""
    with av.open(str(path)) as container:
        return [(float(frame.time), luma(frame)) for frame in container.decode(video=0)]


def luma(frame: Any) -> np.ndarray:
    found: np.ndarray = frame.reformat(format="gray").to_ndarray()
    return found


def strength(plane: np.ndarray, label: str, code: str, *, turn: int) -> float:
    """How much of that guest's mark is in a picture, -1 to 1."""
    return marks.strength(plane, words.Mark(label, code), turn)


def halves(plane: np.ndarray, label: str, code: str, *, turn: int) -> tuple[float, float]:
    """The mark on the night and on the snow of `scene`, each against its own half of the layer."""
    height, width = plane.shape
    shape = marks.shape(words.Mark(label, code), width, height, turn)
    night, snow = np.s_[:, 8 : width // 2 - 8], np.s_[:, width // 2 + 8 :]
    return marks.alike(shape[night], plane[night]), marks.alike(shape[snow], plane[snow])
