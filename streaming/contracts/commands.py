"""Commands, Django to engine. Each has one reply, from `replies`, or is refused with an EngineError."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from streaming.contracts.base import EndReason, Rate


@dataclass(frozen=True, kw_only=True)
class Command:
    kind: ClassVar[str]


@dataclass(frozen=True, kw_only=True)
class OpenSession(Command):
    """Make the session known and its recording directory (`<recordings>/<session_id>/`) ready. Idempotent.
    Reply: Done."""

    kind: ClassVar[str] = "open_session"
    session_id: str
    label: str  # incident reference, written into the recording's timeline


@dataclass(frozen=True, kw_only=True)
class PublishOffer(Command):
    """The caller's SDP offer (sendonly). A new offer of the same session replaces the old peer. Reply: SdpAnswer."""

    kind: ClassVar[str] = "publish_offer"
    session_id: str
    ticket: str
    sdp: str


@dataclass(frozen=True, kw_only=True)
class WatchOffer(Command):
    """A viewer's SDP offer (recvonly). Reply: SdpAnswer, or EngineError("no_source")."""

    kind: ClassVar[str] = "watch_offer"
    session_id: str
    ticket: str
    sdp: str
    rate: Rate = "full"


@dataclass(frozen=True, kw_only=True)
class TuneViewer(Command):
    """How much a viewer is sent from now on; more begins at the next keyframe. Idempotent. Reply: Done."""

    kind: ClassVar[str] = "tune_viewer"
    session_id: str
    peer_id: str
    rate: Rate


@dataclass(frozen=True, kw_only=True)
class PullFeed(Command):
    """Fetch a camera's picture into the session, for as long as the session is open here. Asked again with the same
    fields it changes nothing; with others the feed is fetched anew. Reply: Done; how it goes is told by facts."""

    kind: ClassVar[str] = "pull_feed"
    session_id: str
    ticket: str
    url: str  # rtsp, rtmp or srt; host, port, path; no name and password
    login: str  # "name:password", or the passphrase of srt; "" without
    allowed: list[str]  # hosts and networks that may be connected to (streaming.contracts.feed_hosts)
    now: bool = False  # somebody pressed: a pause before the next try ends


@dataclass(frozen=True, kw_only=True)
class AddCandidates(Command):
    """Addresses that a peer found after its offer, as an SDP fragment (RFC 8840). Reply: Done, or EngineError
    "no_session" (no such peer here), "bad_sdp", "ice_restart" (the fragment is of another ICE session)."""

    kind: ClassVar[str] = "add_candidates"
    session_id: str
    peer_id: str
    sdp: str


@dataclass(frozen=True, kw_only=True)
class ClosePeer(Command):
    """Drop one peer (revoked viewer, caller who left the page). Idempotent. Reply: Done."""

    kind: ClassVar[str] = "close_peer"
    session_id: str
    peer_id: str


@dataclass(frozen=True, kw_only=True)
class NoteEvent(Command):
    """Write a line into the recording's timeline (position, operator action, mute). Reply: Done."""

    kind: ClassVar[str] = "note_event"
    session_id: str
    name: str
    at: float
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EndSession(Command):
    """Close every peer, seal the last part, report SessionStopped. Idempotent. Reply: Done."""

    kind: ClassVar[str] = "end_session"
    session_id: str
    reason: EndReason


@dataclass(frozen=True, kw_only=True)
class RecoverSession(Command):
    """Repair and hash what a dead engine left in `<recordings>/<session_id>/`: reports PartSealed(recovered=True) for
    each part without a final sidecar, then SessionStopped(reason="lost") when the session is not open here. Idempotent.
    Reply: Done."""

    kind: ClassVar[str] = "recover_session"
    session_id: str


@dataclass(frozen=True, kw_only=True)
class MakePlayback(Command):
    """Join sealed parts into one playable file by stream copy, wall-clock gaps kept. Reply: PlaybackMade."""

    kind: ClassVar[str] = "make_playback"
    session_id: str
    part_paths: list[str]  # absolute, in order
    part_starts: list[float]  # epoch seconds of each part's first frame
    out_path: str  # without suffix; the engine adds .mp4 or .webm


@dataclass(frozen=True, kw_only=True)
class EngineStatus(Command):
    """Reply: EngineHealth."""

    kind: ClassVar[str] = "engine_status"
