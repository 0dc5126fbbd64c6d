"""What a session needs of its recorder."""

from __future__ import annotations

from typing import Any, Protocol

from streaming.contracts import RecordingState

from .caller import Media


class RecorderStatus(Protocol):
    @property
    def state(self) -> RecordingState: ...
    @property
    def recorded_seconds(self) -> float: ...
    @property
    def last_write_age(self) -> float | None: ...
    @property
    def elsewhere(self) -> bool: ...


class Recorder(Protocol):
    """What a session needs of streaming.media.recorder.SessionRecorder; every call returns at once."""

    def start_join(self, *, peer_id: str, video_codec: str, video_clock: int, audio: bool, at: float) -> None: ...

    def video_packet(self, seq: int, timestamp: int, marker: bool, payload: bytes, arrival: float) -> None: ...

    def audio_packet(self, seq: int, timestamp: int, payload: bytes, arrival: float) -> None: ...

    def sender_report(self, media: Media, ntp_time: float, rtp_timestamp: int) -> None: ...

    def give_up(self, media: Media, first_seq: int, last_seq: int) -> None: ...

    def end_join(self, *, reason: str, at: float) -> None: ...

    def note(self, name: str, at: float, **data: Any) -> None: ...

    def status(self) -> RecorderStatus: ...
