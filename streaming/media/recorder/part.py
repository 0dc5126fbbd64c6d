"""One part while it is written: collects samples into fragments of 200 ms and appends them to its file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from streaming.media.recorder.files import AppendFile
from streaming.media.recorder.fmp4 import Mp4Container
from streaming.media.recorder.places import Place
from streaming.media.recorder.samples import Container, PartShape, Sample
from streaming.media.recorder.webm import WebmContainer

FRAGMENT: Final = 0.2  # s of media in a fragment
MAX_PENDING: Final = 64 * 1024 * 1024  # bytes; a fragment is flushed before it grows past this
STEP: Final = 0.001  # s; the least distance of two samples (WebM counts milliseconds)
LEAD: Final = 0.2  # s between media time 0 and the first frame, for the sound that belongs to it

CONTAINERS: dict[str, tuple[str, Callable[[PartShape], Container]]] = {
    "H264": ("mp4", Mp4Container),
    "VP8": ("webm", WebmContainer),
}


class Track:
    """Samples of one medium that are not in the file yet, and where the file ends for this medium."""

    def __init__(self) -> None:
        self.pending: list[Sample] = []
        self.written = 0
        self.end = 0.0  # end of the last sample handed to the file
        self.last_time = 0.0  # start of that sample
        self.added_at = 0.0  # when the newest sample came

    def add(self, sample: Sample, now: float) -> None:
        """Append; time never runs backwards, and the sample before lasts until this one."""
        if self.pending:
            before = self.pending[-1]
            sample.time = max(sample.time, before.time + STEP)
            before.duration = sample.time - before.time
        else:
            sample.time = max(sample.time, self.end)
        self.pending.append(sample)
        self.added_at = now

    def span(self) -> float:
        return self.pending[-1].time - self.pending[0].time if self.pending else 0.0

    def take(self, everything: bool) -> list[Sample]:
        """Samples for the next fragment. The newest stays, its duration is known when the next one comes."""
        count = len(self.pending) if everything else max(0, len(self.pending) - 1)
        taken, self.pending = self.pending[:count], self.pending[count:]
        return taken

    def wrote(self, taken: list[Sample]) -> None:
        if taken:
            self.written += len(taken)
            self.last_time = taken[-1].time
            self.end = taken[-1].time + taken[-1].duration


class PartWriter:
    """A part being written. The file appears with its first fragment. Every method that writes may raise OSError."""

    def __init__(self, place: Place, number: int, shape: PartShape) -> None:
        self.container, make = CONTAINERS[shape.video.codec]
        self.place = place
        self.path = place.directory / f"part-{number:04d}.{self.container}"
        self.number = number
        self.shape = shape
        self.video = Track()
        self.audio = Track()
        self.first_time: float | None = None  # media time of the first frame
        self.file: AppendFile | None = None
        self._muxer = make(shape)
        self._pending_since: float | None = None
        self._pending_bytes = 0
        self._typical = 1 / 30  # s between two frames

    def add_video(self, wall: float, data: bytes, key: bool, now: float) -> None:
        before = self.video.pending[-1].time if self.video.pending else None
        sample = Sample(max(0.0, wall - self.shape.zero), self._typical, data, key)
        self.video.add(sample, now)
        if self.first_time is None:
            self.first_time = sample.time
        if before is not None and sample.time - before < 0.2:
            self._typical += (sample.time - before - self._typical) / 8
        self._added(data, now)

    def add_audio(self, wall: float, data: bytes, duration: float, now: float) -> None:
        """Sound from before media time 0 has no place in this part and is left out."""
        time = wall - self.shape.zero
        if self.shape.has_audio and time >= 0:
            self.audio.add(Sample(time, duration, data), now)
            self._added(data, now)

    def _added(self, data: bytes, now: float) -> None:
        self._pending_bytes += len(data)
        if self._pending_since is None:
            self._pending_since = now

    def due(self, now: float) -> bool:
        """True when a fragment should be written: 200 ms of media, or of waiting."""
        if self._pending_since is None:
            return False
        span = max(self.video.span(), self.audio.span())
        return span >= FRAGMENT or now - self._pending_since >= FRAGMENT or self._pending_bytes > MAX_PENDING

    def flush(self, now: float, *, everything: bool = False) -> bool:
        """Append what is pending as one fragment; True when bytes reached the file."""
        first = self.file is None  # a part begins with its key frame, whatever else is missing
        video = self.video.take(everything or first or now - self.video.added_at >= FRAGMENT)
        audio = self.audio.take(everything or now - self.audio.added_at >= FRAGMENT)
        rest = self.video.pending + self.audio.pending
        self._pending_bytes = sum(len(sample.data) for sample in rest)
        self._pending_since = now if rest else None
        if not video and not audio:
            return False
        data = self._muxer.fragment(video, audio)
        if self.file is None:
            head = self._muxer.header()
            self.file = AppendFile(self.path, self.place.storage)
            data = head + data
        self.file.append(data)
        self.video.wrote(video)
        self.audio.wrote(audio)
        return True

    def sync(self) -> None:
        if self.file is not None:
            self.file.sync()

    def abandon(self) -> None:
        """Close the file as it is (after an error)."""
        if self.file is not None:
            self.file.close()

    @property
    def pending(self) -> bool:
        return bool(self.video.pending or self.audio.pending)

    @property
    def start(self) -> float:
        """Wall clock of the first frame."""
        return self.shape.zero + (self.first_time or 0.0)

    @property
    def end(self) -> float:
        """Wall clock of the last frame in the file."""
        return self.shape.zero + self.video.last_time

    @property
    def seconds(self) -> float:
        """Video in the file, in seconds."""
        return max(0.0, self.video.end - (self.first_time or 0.0)) if self.video.written else 0.0
