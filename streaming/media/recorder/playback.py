"""The playback copy: sealed parts joined by stream copy into one file that any browser plays.

Nothing is decoded or encoded. The parts keep their distance in wall-clock time (the last picture stands still during
a gap). Where no sound came, Opus packets of silence are put, because players do not agree on holes in sound; the
masters hold only what was received.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from streaming.contracts import PlaybackMade
from streaming.media.recorder.files import file_sha256
from streaming.media.recorder.opus import RATE, SILENCE, SILENCE_SAMPLES, packet_samples

VIDEO_BASE, AUDIO_BASE = Fraction(1, 90_000), Fraction(1, RATE)
AHEAD = 3 * SILENCE_SAMPLES  # samples that sound may run ahead of its time stamps before a packet is left out
MIME = {"mp4": "video/mp4", "webm": "video/webm"}


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    offset: float  # s from the first frame of the copy to the first frame of this part


def make_playback(parts: list[Path], starts: list[float], out: Path) -> PlaybackMade:
    """Join `parts` (in order; `starts` are the epoch seconds of their first frames) into `out` + ".mp4" or ".webm".

    One file holds one codec: should the parts differ, those of the codec with the most bytes are joined and the
    others leave a gap. Raises ValueError without parts or without a picture in one, OSError when a part cannot be read.
    """
    if not parts or len(parts) != len(starts):
        raise ValueError("as many starts as parts, and at least one")
    suffix = _main_container(parts)
    sources = [
        _Source(path, start - starts[0]) for path, start in zip(parts, starts, strict=True) if path.suffix == suffix
    ]
    first = sources[0].offset
    sources = [_Source(source.path, max(0.0, source.offset - first)) for source in sources]
    target = out.with_name(out.name + suffix)
    temporary = target.with_name(f".{target.stem}.tmp{suffix}")
    try:
        duration = _Copy(sources, suffix).write(temporary)
        _sync(temporary)
        os.replace(temporary, target)
    except av.error.FFmpegError as error:
        raise OSError(f"parts cannot be joined: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
    kind = suffix.removeprefix(".")
    left_out = len(parts) - len(sources)
    tool = f"PyAV {av.__version__}, libavformat {'.'.join(str(n) for n in av.library_versions['libavformat'])}"
    return PlaybackMade(
        path=str(target),
        sha256=file_sha256(target),
        size=target.stat().st_size,
        mime=MIME[kind],
        duration=duration,
        tool=tool + (f"; {left_out} parts of another codec left out" if left_out else ""),
    )


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _main_container(parts: list[Path]) -> str:
    sizes = {".mp4": 0, ".webm": 0}
    for path in parts:
        if path.suffix not in sizes:
            raise ValueError(f"not a part: {path.name}")
        sizes[path.suffix] += path.stat().st_size
    return max(sizes, key=lambda suffix: sizes[suffix])


def _open(path: Path) -> InputContainer:
    container = av.open(str(path), "r")
    assert isinstance(container, InputContainer)
    return container


class _Copy:
    """Writes one output file; times are in ticks of VIDEO_BASE and AUDIO_BASE from its first frame."""

    def __init__(self, sources: list[_Source], suffix: str) -> None:
        self._sources = sources
        self._suffix = suffix
        self._video_end = -1
        self._audio_end = 0
        self._step = 3000

    def write(self, path: Path) -> float:
        """Returns the duration in seconds."""
        options = {"movflags": "faststart"} if self._suffix == ".mp4" else {}
        form = self._suffix.removeprefix(".")
        with av.open(str(path), "w", format=form, options=options) as output:
            video, audio = self._streams(output)
            for source in self._sources:
                for packet in self._packets(source, video, audio):
                    output.mux(packet)
        return float(max(self._video_end * VIDEO_BASE, self._audio_end * AUDIO_BASE))

    def _streams(self, output: OutputContainer) -> tuple[VideoStream, AudioStream | None]:
        """Streams shaped like the first part's; sound if any part has some."""
        video: VideoStream | None = None
        audio: AudioStream | None = None
        for source in self._sources:
            with _open(source.path) as container:
                if video is None:
                    video = output.add_stream_from_template(container.streams.video[0], opaque=True)
                    video.time_base = VIDEO_BASE
                if audio is None and container.streams.audio and next(container.demux(audio=0)).size:
                    audio = output.add_stream_from_template(container.streams.audio[0], opaque=True)
                    audio.time_base = AUDIO_BASE
            if audio is not None:
                break
        assert video is not None
        return video, audio

    def _packets(self, source: _Source, video: VideoStream, audio: AudioStream | None) -> Iterator[av.Packet]:
        with _open(source.path) as container:
            zero = _first_frame_time(source.path)
            for packet in container.demux():
                if packet.pts is None or packet.time_base is None or not packet.size:
                    continue
                time = packet.pts * packet.time_base - zero + Fraction(source.offset).limit_denominator(1_000_000)
                if packet.stream.type == "video":
                    yield self._picture(packet, time, video)
                elif audio is not None:
                    yield from self._sound(packet, time, audio)

    def _picture(self, packet: av.Packet, time: Fraction, stream: VideoStream) -> av.Packet:
        pts = max(round(time / VIDEO_BASE), self._video_end + 1)
        copy = av.Packet(bytes(packet))
        copy.pts = copy.dts = pts
        copy.time_base = VIDEO_BASE
        copy.is_keyframe = packet.is_keyframe
        copy.stream = stream
        self._video_end = pts
        return copy

    def _sound(self, packet: av.Packet, time: Fraction, stream: AudioStream) -> Iterator[av.Packet]:
        """The packet at its time: silence before it where nothing came, nothing when sound runs ahead."""
        data = bytes(packet)
        wanted, samples = round(time / AUDIO_BASE), packet_samples(data)
        if not samples or wanted < 0 or self._audio_end - wanted > AHEAD:
            return
        while wanted - self._audio_end >= SILENCE_SAMPLES:
            yield self._opus(SILENCE, SILENCE_SAMPLES, stream)
        yield self._opus(data, samples, stream)

    def _opus(self, data: bytes, samples: int, stream: AudioStream) -> av.Packet:
        copy = av.Packet(data)
        copy.pts = copy.dts = self._audio_end
        copy.duration = samples
        copy.time_base = AUDIO_BASE
        copy.is_keyframe = True
        copy.stream = stream
        self._audio_end += samples
        return copy


def _first_frame_time(path: Path) -> Fraction:
    with _open(path) as container:
        for packet in container.demux(video=0):
            if packet.pts is not None and packet.time_base is not None and packet.size:
                return packet.pts * packet.time_base
    raise ValueError(f"no picture in {path.name}")
