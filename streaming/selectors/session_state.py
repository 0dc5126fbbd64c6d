"""Small reads about one session for the sockets, whose user has been let in already."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from streaming.models import CloseReason, LinkToken, Recording, RecordingPart, VideoSession
from streaming.tokens import digest, looks_like_browser_secret


@dataclass(frozen=True)
class Source:
    """What a viewer's page needs first. `codec` is "" while the caller's is not known or the camera is away."""

    state: str
    codec: str
    has_audio: bool
    alarm: str


def source(session_id: UUID) -> Source:
    session = VideoSession.objects.get(pk=session_id)
    recording = Recording.objects.filter(session=session).first()
    there = recording is not None and recording.caller_peer != ""
    return Source(
        state=session.state,
        codec=recording.video_codec if recording and there else "",
        has_audio=bool(recording and there and recording.has_audio),
        alarm=session.alarm,
    )


def end_reason(session_id: UUID) -> str:
    """Why the session ended ("lost" when nobody said); only for sessions that have."""
    return VideoSession.objects.values_list("end_reason", flat=True).get(pk=session_id) or "lost"


def ended_for_browser(secret: str, session_id: UUID) -> str | None:
    """Why the session ended, for the browser that held its link; None for every other browser or session.

    A browser whose link was replaced is another browser: the first text may have gone to a wrong number.
    """
    if not looks_like_browser_secret(secret):
        return None
    links = LinkToken.objects.filter(claim_hash=digest(secret), session_id=session_id)
    held = links.exclude(close_reason=CloseReason.REPLACED).select_related("session").first()
    return (held.session.end_reason or "lost") if held is not None and held.session.ended else None


def recorded_seconds(session_id: UUID) -> float:
    """Seconds in sealed parts; the running part is told by health."""
    return round(sum(part.seconds for part in RecordingPart.objects.filter(session_id=session_id)), 1)
