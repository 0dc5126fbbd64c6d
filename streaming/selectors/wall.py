"""What a video wall shows: the pictures that are open now, of a force or of one incident."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.models import AuditAction
from streaming.models import VideoSession
from streaming.permissions import check_watch
from streaming.states import SessionMode, SessionState

#: States in which a picture is there or on its way.
SHOWN = (SessionState.OPENED, SessionState.CAMERA_ON, SessionState.LIVE)


def wall_sessions(actor: Actor, incident_id: UUID | None = None, *, purpose: str = "") -> list[VideoSession]:
    """Open pictures of the actor's force, the oldest first so that none changes its place; with `incident_id` of that
    incident only (none for one that the actor cannot see). One audit entry. Raises NotAllowed."""
    check_watch(actor)
    with transaction.atomic():
        found = VideoSession.objects.visible_to(actor).filter(state__in=SHOWN, mode=SessionMode.VIDEO, answering=None)
        if incident_id is not None:
            found = found.of_incident(incident_id)
        sessions = list(found.select_related("incident", "incident__opening_category").order_by("requested_at", "pk"))
        audit.record(
            actor,
            AuditAction.CONSULT,
            f"incidents.incident:{incident_id}" if incident_id else "streaming.wall",
            purpose=purpose,
            fields=["video"],
            result_ids=[session.pk for session in sessions],
            incident=str(incident_id or ""),
        )
    return sessions
