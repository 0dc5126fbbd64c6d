"""Facts, engine to Django: at least once, in order per session, taken idempotently by `message_id`; and the
ephemeral health of a stream, which may be lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import ClassVar

from streaming.contracts.base import EndReason, PeerRole, RecordingState

FEED_REASONS = frozenset(
    {
        "unreachable",  # no such host, refused, timed out
        "login",  # name or password refused
        "not_found",  # the camera has no such stream
        "not_allowed",  # the address is not on the list, or the camera sent us elsewhere
        "not_h264",
        "reordered",  # B-frames: nobody could show them in time
        "stalled",  # no packet for too long
        "closed",  # the camera ended the stream
        "handshake",  # it sends to us, and DTLS failed
        "unsupported",  # this machine cannot fetch that protocol
        "unreadable",  # what came is not a stream
    }
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    kind: ClassVar[str]
    session_id: str
    at: float
    message_id: str = field(default_factory=lambda: uuid.uuid4().hex)


@dataclass(frozen=True, kw_only=True)
class PeerJoined(Fact):
    """ICE and DTLS are up."""

    kind: ClassVar[str] = "peer_joined"
    peer_id: str
    role: PeerRole


@dataclass(frozen=True, kw_only=True)
class PeerLeft(Fact):
    kind: ClassVar[str] = "peer_left"
    peer_id: str
    role: PeerRole
    # "closed", "replaced", "consent", "timeout", "handshake", "unmarked"; for what it sent: "flood", "malformed"
    reason: str


@dataclass(frozen=True, kw_only=True)
class FeedTrouble(Fact):
    """A camera that is fetched gives no picture."""

    kind: ClassVar[str] = "feed_trouble"
    peer_id: str
    reason: str  # one of FEED_REASONS
    tries: int  # in vain, since the last picture
    retry_after: float | None  # seconds until the next try; None: it waits for a person


@dataclass(frozen=True, kw_only=True)
class SourceChanged(Fact):
    """The caller's video codec became known or changed: viewers may (re)connect."""

    kind: ClassVar[str] = "source_changed"
    video_codec: str
    has_audio: bool


@dataclass(frozen=True, kw_only=True)
class FirstFrame(Fact):
    """First decodable frame after a join."""

    kind: ClassVar[str] = "first_frame"
    peer_id: str
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class SizeChanged(Fact):
    kind: ClassVar[str] = "size_changed"
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class FramesStopped(Fact):
    """No RTP for 2 s while the caller is joined; FramesResumed ends it. `since`: epoch seconds of the last packet."""

    kind: ClassVar[str] = "frames_stopped"
    since: float | None = None


@dataclass(frozen=True, kw_only=True)
class FramesResumed(Fact):
    kind: ClassVar[str] = "frames_resumed"
    gap_seconds: float


@dataclass(frozen=True, kw_only=True)
class PictureStill(Fact):
    """Pictures come and show nothing new: a frozen camera or a covered lens; PictureMoving ends it."""

    kind: ClassVar[str] = "picture_still"
    since: float


@dataclass(frozen=True, kw_only=True)
class PictureMoving(Fact):
    kind: ClassVar[str] = "picture_moving"


@dataclass(frozen=True, kw_only=True)
class SoundStopped(Fact):
    """The caller has a microphone and nothing is heard of it; SoundResumed ends it."""

    kind: ClassVar[str] = "sound_stopped"
    since: float
    how: str  # "no_rtp", or "silence": packets come and hold digital silence


@dataclass(frozen=True, kw_only=True)
class SoundResumed(Fact):
    kind: ClassVar[str] = "sound_resumed"


@dataclass(frozen=True, kw_only=True)
class GapRecorded(Fact):
    """Frames that will never be in the recording: given up after NACK, or lost between parts."""

    kind: ClassVar[str] = "gap_recorded"
    start: float
    end: float
    frames: int
    cause: str  # "loss", "no_rtp", "rejoin", "storage"


@dataclass(frozen=True, kw_only=True)
class PartOpened(Fact):
    kind: ClassVar[str] = "part_opened"
    number: int
    path: str
    container: str  # "mp4" or "webm"
    video_codec: str
    has_audio: bool
    width: int
    height: int


@dataclass(frozen=True, kw_only=True)
class PartSealed(Fact):
    """The part's bytes are final: flushed, fsynced, hashed. `start`/`end`: wall clock of first and last frame."""

    kind: ClassVar[str] = "part_sealed"
    number: int
    path: str
    container: str
    video_codec: str
    audio_codec: str  # "opus" or ""
    width: int
    height: int
    start: float
    end: float
    frames: int
    size: int
    sha256: str
    prev_sha256: str  # of the part before, "" for the first: the chain of the exhibit
    recovered: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordingAlarm(Fact):
    """Frames arrive and no byte reached the disk for 3 s, or writing failed; `RecordingResumed` ends it. `spilled`: the
    recording goes on in the second place."""

    kind: ClassVar[str] = "recording_alarm"
    reason: str
    spilled: bool = False


@dataclass(frozen=True, kw_only=True)
class RecordingResumed(Fact):
    kind: ClassVar[str] = "recording_resumed"


@dataclass(frozen=True, kw_only=True)
class SessionStopped(Fact):
    """The last fact of a session. `timeline_path` is final too."""

    kind: ClassVar[str] = "session_stopped"
    reason: EndReason
    parts: int
    timeline_path: str
    timeline_sha256: str


@dataclass(frozen=True, kw_only=True)
class StreamHealth:
    kind: ClassVar[str] = "stream_health"
    session_id: str
    at: float
    recording: RecordingState  # "writing": bytes reached the disk under 1 s ago; "late": 1-3 s; "stalled": longer
    recorded_seconds: float
    last_write_age: float | None
    joined: bool  # the caller's peer is connected
    frame_age: float | None  # seconds since the last complete frame
    width: int
    height: int
    fps: float
    bitrate: float
    loss: float  # 0..1, after retransmission, last seconds
    rtt: float | None
    has_audio: bool
    viewers: int
    engine: str = ""  # another word than before: the session lives on another engine now
