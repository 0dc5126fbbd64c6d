"""What the caller keeps when it is over: a few facts, no names (DESIGN-PHONE, receipt lines)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from streaming.models import Recording, RecordingPart, VideoSession
from streaming.states import PartState


def receipt(session_id: UUID) -> dict[str, Any]:
    """The receipt of a session whose caller has been let in. Times in epoch milliseconds, lengths in seconds.

    `seal` is the start of the last part's hash, or None while the recording is still being closed.
    """
    session = VideoSession.objects.select_related("incident").get(pk=session_id)
    parts = list(RecordingPart.objects.filter(session=session).order_by("number"))
    recording = Recording.objects.filter(session=session).first()
    closed = bool(recording and recording.stopped_at and parts and all(p.state != PartState.OPEN for p in parts))
    return {
        "incident": session.incident.reference,
        "from": _ms(session.first_frame_at),
        "to": _ms(session.ended_at) if session.first_frame_at else None,
        "recorded_seconds": round(sum(part.seconds for part in parts), 1),
        "lost_seconds": round(recording.lost_seconds, 1) if recording else 0,
        "sound": any(part.audio_codec for part in parts),
        "seal": parts[-1].sha256[:16] if closed else None,
    }


def _ms(moment: Any) -> int | None:
    return round(moment.timestamp() * 1000) if moment else None
