"""What streaming announces to browsers: ids, states, codes and times; never a number, a name or typed words.

Topics: "incident.<uuid>" (the console's incident page) and "session.<uuid>" (who watches one call).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.realtime import Event, live_event


def session_topic(session_id: UUID) -> str:
    return f"session.{session_id}"


def incident_topic(incident_id: UUID) -> str:
    return f"incident.{incident_id}"


def wall_topic(force_id: object) -> str:
    """Sessions of a force that begin, end or change, for its video wall."""
    return f"wall.{force_id}"


def care_topic(force_id: object) -> str:
    """For the supervisors of a force."""
    return f"care.{force_id}"


@live_event("video.session_changed")
@dataclass(frozen=True, kw_only=True)
class SessionChanged(Event):
    """A session moved, or its alarm or failure changed. `version` grows by one each time."""

    session: UUID
    incident: UUID
    state: str  # states.SessionState
    version: int
    failure_code: str = ""  # sms.reasons code, when state is "failed"
    end_reason: str = ""  # contracts.EndReason, when state is "ended"
    alarm: str = ""


@live_event("video.link_changed")
@dataclass(frozen=True, kw_only=True)
class LinkChanged(Event):
    """The link of a session: "issued", "fetched", "claimed", "extended", "replaced", "revoked", "expired", "ended"."""

    session: UUID
    incident: UUID
    link: UUID
    change: str
    expires_at: datetime


@live_event("video.text_changed")
@dataclass(frozen=True, kw_only=True)
class TextChanged(Event):
    """One text message moved at one provider."""

    session: UUID
    incident: UUID
    message: UUID
    provider: str  # "twilio", "notify", "onscreen"
    status: str  # states.SmsStatus
    reason_code: str = ""
    attempt: int = 1


@live_event("video.location_moved")
@dataclass(frozen=True, kw_only=True)
class LocationMoved(Event):
    """A new position row; where it is comes through the session's page or the ephemeral "video.fix"."""

    session: UUID
    incident: UUID
    fix: UUID
    accuracy: float  # metres
    at: datetime


@live_event("video.chat_added")
@dataclass(frozen=True, kw_only=True)
class ChatAdded(Event):
    """A chat message was stored; its words are fetched through the chat page."""

    session: UUID
    incident: UUID
    message: UUID
    direction: str  # "caller" or "police"


@live_event("video.chat_marked")
@dataclass(frozen=True, kw_only=True)
class ChatMarked(Event):
    """A message was delivered to, or seen by, the other side."""

    session: UUID
    incident: UUID
    message: UUID
    mark: str  # "delivered" or "seen"


@live_event("video.viewers_changed")
@dataclass(frozen=True, kw_only=True)
class ViewersChanged(Event):
    session: UUID
    incident: UUID
    viewers: int


@live_event("video.camera_changed")
@dataclass(frozen=True, kw_only=True)
class CameraChanged(Event):
    """The caller's phone connected or went away, or its frames stopped or came back."""

    session: UUID
    incident: UUID
    change: str  # "joined", "left", "frames_stopped", "frames_resumed"


@live_event("video.feed_changed")
@dataclass(frozen=True, kw_only=True)
class FeedChanged(Event):
    """A camera feed moved, or was tried again in vain."""

    feed: UUID
    session: UUID
    incident: UUID
    state: str  # states.FeedState
    reason: str  # contracts.FEED_REASONS, "" while all is well
    tries: int
    version: int
    retry_at: datetime | None = None


@live_event("video.interruption_changed")
@dataclass(frozen=True, kw_only=True)
class InterruptionChanged(Event):
    """Camera, microphone or page of a connected phone is not there, for another reason, or is there again."""

    session: UUID
    incident: UUID
    what: str  # states.Interrupted
    why: str  # states.INTERRUPTION_REASONS
    since: datetime
    until: datetime | None = None  # while it lasts


@live_event("video.recording_changed")
@dataclass(frozen=True, kw_only=True)
class RecordingChanged(Event):
    session: UUID
    incident: UUID
    progress: str  # states.RecordingProgress
    parts: int
    exhibit: UUID | None = None


@live_event("video.guest_changed")
@dataclass(frozen=True, kw_only=True)
class GuestChanged(Event):
    """A partner's link moved, or its guest began or stopped watching. `version` grows by one each time."""

    link: UUID
    incident: UUID
    state: str  # states.GuestState
    watching: int
    version: int


@live_event("video.exposure_changed")
@dataclass(frozen=True, kw_only=True)
class ExposureChanged(Event):
    """What the pictures of an incident open with from now on, or whether they are marked graphic."""

    incident: UUID
    level: str  # states.VeilLevel
    graphic: bool
    counts: bool  # whether looking is counted
    version: int


@live_event("video.exposure_reached")
@dataclass(frozen=True, kw_only=True)
class ExposureReached(Event):
    """Somebody reached one of the force's two marks."""

    user: int
    mark: str  # "ask" or "hand_over"


@live_event("video.handed_over")
@dataclass(frozen=True, kw_only=True)
class HandedOver(Event):
    session: UUID
    incident: UUID
    from_user: int
    to_user: int


@live_event("video.marked")
@dataclass(frozen=True, kw_only=True)
class PictureMarked(Event):
    """Somebody marked a moment of the video."""

    session: UUID
    incident: UUID
    mark: UUID
    offset_ms: int


@live_event("video.described")
@dataclass(frozen=True, kw_only=True)
class PictureDescribed(Event):
    """A person or vehicle in the picture was described, or the description changed; what it says is fetched."""

    session: UUID
    incident: UUID
    description: UUID
    ordinal: int  # D1, D2 …
    version: int
    change: str  # "made", "changed", "joined": two people's changes were put together, "clashed": one was not taken


@live_event("video.prompted")
@dataclass(frozen=True, kw_only=True)
class CallerPrompted(Event):
    """Something was put on the caller's screen, or moved there."""

    session: UUID
    incident: UUID
    prompt: UUID
    prompt_kind: str  # states.PromptKind
    state: str  # states.PromptState


@live_event("video.files_changed")
@dataclass(frozen=True, kw_only=True)
class FilesChanged(Event):
    """A photo or film that the caller chose moved on; which, is fetched through the session's list of files."""

    session: UUID
    incident: UUID
    chosen: int
    here: int  # in the evidence store
