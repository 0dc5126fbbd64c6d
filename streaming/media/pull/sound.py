"""The sound of a fetched feed: Opus as it is, anything else converted: nothing else can be shown or recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
from av.error import FFmpegError

RATE = 48_000
FRAME = 960  # samples: 20 ms
BIT_RATE = 64_000


class Sound:
    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.converted_from = "" if stream.codec_context.name == "opus" else str(stream.codec_context.name)
        self._broken = False
        if self.converted_from:
            self._resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE, frame_size=FRAME)
            self._encoder: Any = av.CodecContext.create("libopus", "w")
            self._encoder.sample_rate, self._encoder.layout, self._encoder.format = RATE, "stereo", "s16"
            self._encoder.bit_rate = BIT_RATE
            self._encoder.options = {"application": "lowdelay", "frame_duration": "20"}

    @classmethod
    def of(cls, container: Any) -> Sound | None:
        """The first sound of a container that can be used, None without one."""
        for stream in container.streams.audio:
            if stream.codec_context is not None:
                return cls(stream)
        return None

    def payloads(self, packet: Any) -> Iterator[tuple[bytes, int]]:
        """Opus packets and their time in 1/48000 s. Sound that cannot be read is left out; the picture goes on."""
        if packet.pts is None or self._broken:
            return
        if not self.converted_from:
            yield bytes(packet), round(float(packet.pts * packet.time_base) * RATE)
            return
        try:
            for frame in packet.decode():
                for piece in self._resampler.resample(frame):
                    for made in self._encoder.encode(piece):
                        yield bytes(made), round(float(made.pts * made.time_base) * RATE)
        except (FFmpegError, ValueError):
            self._broken = True
