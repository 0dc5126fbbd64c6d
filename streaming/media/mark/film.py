"""The process that makes a guest's copy of a film: `python -m streaming.media.mark.film`, its errand as JSON on stdin.

The copy gets its name when it is whole and was counted; until then it is a file that nobody serves. What goes wrong is
said by the exit code alone: no copy, then.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.error import InvalidDataError

from ..pull.sound import Sound
from .confine import confine
from .layer import MOVES_EVERY
from .picture import ENCODER, MOST_FPS, OPTIONS, Marker, Thin
from .words import Mark, NotMarked

LONGEST = 640  # pixels of the longer side
BIT_RATE = 900_000
KEYFRAME_EVERY = 2 * MOST_FPS  # pictures: what a jump in the film waits for
BASE = Fraction(1, 1000)  # a WebM's clock
SOUND_BASE = Fraction(1, 48_000)
LARGEST = 4 * 1024**3  # bytes


class Copy:
    """Writes the copy. Times go through as they are, so that sound and picture stay together."""

    def __init__(self, source: Any, out: BinaryIO, mark: Mark, at: float) -> None:
        self._source, self._at = source, at
        self._container = av.open(out, "w", format="webm")
        self._marker, self._thin = Marker(mark, LONGEST), Thin()
        self._video: Any = None
        self._encoder: Any = None  # the stream's own has one size for ever
        self._zero: float | None = None
        self._newest = -1
        self._sound = Sound.of(source)
        self._audio: Any = None
        self._waiting: list[tuple[bytes, int]] = []  # sound before the first picture
        self.pictures = 0

    def picture(self, frame: Any) -> float:
        """Take a decoded picture in; returns its second of the film. Raises NotMarked."""
        if self._zero is None:
            self._zero = frame.time
        moment = max(0.0, frame.time - self._zero)
        if not self._thin.takes(moment):
            return moment
        made = self._marker.marked(frame, at=self._at + moment, turn=int(moment // MOVES_EVERY))
        if self._video is None:
            self._open(made.width, made.height)
        if (self._encoder.width, self._encoder.height) != (made.width, made.height):  # a phone that was turned
            self._mux(self._encoder.encode(None))
            self._encoder = _encoder_of(made.width, made.height)
        made.pts, made.time_base = max(round(moment / BASE), self._newest + 1), BASE
        self._newest = made.pts
        self.pictures += 1
        self._mux(self._encoder.encode(made))
        return moment

    def sound(self, packet: Any) -> None:
        if self._sound is None:
            return
        self._waiting += self._sound.payloads(packet)
        if self._zero is None or self._audio is None:
            del self._waiting[:-500]  # ten seconds before any picture are not part of what is shown
            return
        zero = round(self._zero * 48_000)
        for data, time in self._waiting:
            if time >= zero:
                made = av.Packet(data)
                made.pts = made.dts = time - zero
                made.time_base, made.is_keyframe, made.stream = SOUND_BASE, True, self._audio
                self._container.mux(made)
        self._waiting.clear()

    def close(self) -> None:
        if self._video is None:
            raise NotMarked("no picture in it")
        self._mux(self._encoder.encode(None))
        self._container.close()

    def _mux(self, packets: Iterable[Any]) -> None:
        for packet in packets:
            packet.stream = self._video
            self._container.mux(packet)

    def _open(self, width: int, height: int) -> None:
        self._video = self._container.add_stream(ENCODER, rate=MOST_FPS)
        self._video.width, self._video.height, self._video.pix_fmt = width, height, "yuv420p"
        self._video.codec_context.time_base, self._video.time_base = BASE, BASE
        self._encoder = _encoder_of(width, height)
        if self._sound is not None:
            self._audio = self._container.add_stream("libopus", rate=48_000, layout="stereo")
            self._audio.time_base = SOUND_BASE

    @property
    def sound_stream(self) -> Any:
        return self._sound.stream if self._sound else None


def _encoder_of(width: int, height: int) -> Any:
    encoder: Any = av.CodecContext.create(ENCODER, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base, encoder.framerate = BASE, Fraction(MOST_FPS)
    encoder.bit_rate, encoder.gop_size, encoder.thread_count = BIT_RATE, KEYFRAME_EVERY, 1
    encoder.options = OPTIONS
    return encoder


def make(errand: dict[str, Any], progress: int) -> None:
    """Raises NotMarked, OSError (FFmpeg's errors are that, too), ValueError, KeyError."""
    mark, at = Mark.read(errand["mark"]), float(errand["at"])
    target = Path(errand["target"])
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)  # of a process that was killed; who has the lock is alone here
    handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "w+b") as out:
            pictures = _copy(errand["source"], out, mark, at, progress)
            out.flush()
        if pictures != _counted(part):
            raise NotMarked("the copy is not whole")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: str, out: BinaryIO, mark: Mark, at: float, progress: int) -> int:
    with av.open(source) as container:
        video = container.streams.video[0]
        video.codec_context.thread_count = 1
        length = float(container.duration or 0) / av.time_base
        copy = Copy(container, out, mark, at)
        wanted = [stream for stream in (video, copy.sound_stream) if stream is not None]
        told = -1
        for packet in container.demux(*wanted):
            if packet.stream is not video:
                copy.sound(packet)
                continue
            for frame in _decoded(packet):
                percent = min(99, int(copy.picture(frame) / length * 100)) if length else 0
                if percent != told:
                    told = percent
                    os.pwrite(progress, b"%3d" % percent, 0)
            if out.tell() > LARGEST:
                raise NotMarked("too large")
        copy.close()
        return copy.pictures


def _decoded(packet: Any) -> list[Any]:
    """Pictures of a packet; a damaged one shows nothing and the film goes on, as in a browser."""
    try:
        return list(packet.decode())
    except InvalidDataError:
        return []


def _counted(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for packet in container.demux(video=0) if packet.size)


def main() -> None:
    confine(with_parent=False)  # goes on when the web process is restarted: the lock is this one's
    av.logging.set_level(None)
    errand = json.loads(sys.stdin.buffer.readline())
    code = 1
    try:
        make(errand, int(sys.argv[1]))
        code = 0
    finally:
        os._exit(code)  # not through FFmpeg's clean-up: a library that hangs must not keep the lock


if __name__ == "__main__":
    main()
