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


@dataclass(frozen=True, kw_only=True)
class Refused(Reply):
    """How an EngineError travels."""

    kind: ClassVar[str] = "refused"
    code: str
    message: str = ""
    retry_after: float | None = None
