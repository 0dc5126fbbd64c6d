"""Replies, engine to Django, one for each command."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Reply:
    kind: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class Done(Reply):
    kind: ClassVar[str] = "done"


@dataclass(frozen=True, kw_only=True)
class SdpAnswer(Reply):
    kind: ClassVar[str] = "sdp_answer"
    sdp: str
    video_codec: str  # "H264" or "VP8"
    stills: bool = False  # a marked picture a second is sent, for this engine marks as many at full rate as it can


@dataclass(frozen=True, kw_only=True)
class PlaybackMade(Reply):
    kind: ClassVar[str] = "playback_made"
    path: str
    sha256: str
    size: int
    mime: str
    duration: float
    tool: str  # name and version of what made it


@dataclass(frozen=True, kw_only=True)
class EngineHealth(Reply):
    kind: ClassVar[str] = "engine_health"
    worker_id: str
    sessions: int
    peers: int
    limit: int
    draining: bool
    cpu_seconds: float
    rss_bytes: int
    capacity: int = 0  # sessions this engine would carry by what was measured, at most `limit`; 0: not known
    load: float = 0.0  # of a core, 0 to 1, last seconds
    lag_ms: float = 0.0  # how late the event loop was at worst, last seconds
    disk_free: int | None = None  # bytes of the recordings directory; None: the disk does not answer
    spill_free: int | None = None  # of the second place; None: there is none, or it does not answer
    has_spill: bool = False
    alarms: int = 0  # sessions that are not recorded although pictures come
    spilled: int = 0  # sessions that are recorded to the second place

    @property
    def room_for(self) -> int:
        """Sessions it carries in all: by what was measured, at most its limit."""
        return min(self.limit, self.capacity) if self.capacity else self.limit

    @property
    def head_room(self) -> int:
        """New sessions it takes now."""
        return 0 if self.draining else max(0, self.room_for - self.sessions)


@dataclass(frozen=True, kw_only=True)
class Refused(Reply):
    """How an EngineError travels."""

    kind: ClassVar[str] = "refused"
    code: str
    message: str = ""
    retry_after: float | None = None
