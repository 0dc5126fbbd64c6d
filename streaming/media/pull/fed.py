"""A fetched picture where the session expects a caller: the same path to viewers and recorder, nobody to report to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from ..caller import Caller, CallerEvents, Stream
from ..rtp import Packet
from ..source import Source
from . import wire


@dataclass(frozen=True)
class About:
    """What the fetching process says of a stream once it is open."""

    profile: str  # profile-level-id
    audio: bool
    converted_from: str  # codec of the sound that was made into Opus; "" when it was Opus

    @classmethod
    def read(cls, data: bytes) -> About:
        """Raises ValueError."""
        found = json.loads(data)
        return cls(str(found["profile"])[:6], bool(found["audio"]), str(found["converted_from"])[:20])


class Fed(Caller):
    """One connection to a camera. Packets come in order and none is lost on the pipe, so nothing is asked again; a
    camera that is fetched cannot be asked for a key frame either."""

    def __init__(
        self,
        peer_id: str,
        about: About,
        events: CallerEvents,
        video: Source,
        audio: Source,
        hang_up: Callable[[], None],
    ) -> None:
        super().__init__(peer_id, "H264", events, profile=about.profile)
        self.streams = [Stream("video", video, wire.VIDEO_TYPE, ssrc=wire.VIDEO_SSRC)]
        if about.audio:
            self.streams.append(Stream("audio", audio, wire.AUDIO_TYPE, ssrc=wire.AUDIO_SSRC))
        self.is_connected = True
        self._hang_up = hang_up

    def packet(self, data: bytes, arrival: float) -> None:
        """An RTP packet of the fetching process; one that comes before the session lets this peer in is dropped."""
        if self.is_current:
            self.rtp_received(memoryview(data), arrival)

    def clocks(self, data: bytes) -> None:
        """The container's clock, as a sender report would tell it. Raises ValueError."""
        if len(data) != wire.CLOCKS.size:
            raise ValueError("clocks")
        ntp, picture, sound = wire.CLOCKS.unpack(data)
        for stream, timestamp in zip(self.streams, (picture, sound), strict=False):
            if self.is_current:
                self._events.clock_reported(self, stream.source, ntp, timestamp)

    def gap(self, source: Source, first: int, end: int) -> None:
        self._lose(source, first, end - 1)

    def keyframe(self, source: Source, number: int, packet: Packet) -> None:
        self._events.keyframe_started(self, number, packet)

    def want_keyframe(self) -> None:
        """Nobody to ask: the next one comes when the camera makes it."""

    def tick(self, now: float) -> None:
        """Nothing to report, and nobody to report it to."""

    async def close(self) -> None:
        self.is_connected = self.is_current = False
        self._hang_up()
