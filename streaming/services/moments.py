"""Which moment of a session's video somebody means: checked against the video, and as an offset of its clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from streaming.models import VideoSession

#: A screen's clock may differ from ours by this much.
CLOCK_SLACK = timedelta(seconds=30)


def session_with_picture(actor: Actor, session_id: UUID) -> VideoSession:
    """Raises NotFound (also another force's), Conflict (no picture has come yet)."""
    session: VideoSession | None = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound()
    if session.first_frame_at is None:
        raise Conflict("There is no picture yet.", code="no_picture")
    return session


def offset_of(session: VideoSession, moment: datetime) -> timedelta:
    """How far into the video the moment is; Invalid when it is outside of it."""
    if moment.tzinfo is None:
        raise Invalid(fields={"moment": "Give the time with its zone."})
    start = session.first_frame_at or session.requested_at
    end = session.ended_at or now()
    if not start - CLOCK_SLACK <= moment <= end + CLOCK_SLACK:
        raise Invalid(fields={"moment": "This moment is not in the video."})
    return max(timedelta(0), moment - start)


def milliseconds(length: timedelta) -> int:
    return round(length.total_seconds() * 1000)


def clock_words(length: timedelta) -> str:
    """89 s → "00:01:29"."""
    seconds = int(length.total_seconds())
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"
