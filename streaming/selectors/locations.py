"""Reading where the caller's phone was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from incidents import selectors as incidents
from streaming.models import LocationFix, VideoSession
from streaming.permissions import check_watch
from streaming.selectors.phones import since_this_phone

TRAIL_LIMIT = 500


def fix_data(fix: LocationFix) -> dict[str, Any]:
    """The wire form of a position: degrees, metres, m/s, and `at` in epoch milliseconds by our clock."""
    return {
        "id": str(fix.pk),
        "lat": fix.lat,
        "lon": fix.lon,
        "accuracy": fix.accuracy,
        "heading": fix.heading,
        "speed": fix.speed,
        "at": round(fix.received_at.timestamp() * 1000),
    }


def trail(actor: Actor, session_id: UUID, *, purpose: str = "", limit: int = TRAIL_LIMIT) -> list[LocationFix]:
    """The newest `limit` positions of the phone that has the session now, oldest first. Audited.

    Raises NotAllowed, NotFound.
    """
    check_watch(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None:
            raise NotFound()
        newest = list(of_this_phone(session).order_by("-received_at")[: min(limit, TRAIL_LIMIT)])
        audit.record(
            actor,
            AuditAction.CONSULT,
            f"streaming.videosession:{session.pk}",
            purpose=purpose,
            fields=["location"],
            result_count=len(newest),
            incident=str(session.incident_id),
        )
    newest.reverse()
    return newest


def incident_trail(actor: Actor, incident_id: UUID, *, purpose: str = "") -> list[LocationFix]:
    """The newest positions of the phone that spoke last of all on this incident, oldest first; none where no phone has
    said where it is. One audit entry either way. Raises NotAllowed, NotFound."""
    check_watch(actor)
    key = incidents.incident_key(actor, incident_id)
    with transaction.atomic():
        calls = VideoSession.objects.visible_to(actor).of_incident(key.id).filter(answering=None)
        latest = LocationFix.objects.filter(session__in=calls).order_by("-received_at").first()
        newest = list(of_this_phone(latest.session).order_by("-received_at")[:TRAIL_LIMIT]) if latest else []
        audit.record(
            actor, AuditAction.CONSULT, f"incidents.incident:{key.id}", purpose=purpose, fields=["location"],
            result_count=len(newest), incident=str(key.id),
        )  # fmt: skip
    newest.reverse()
    return newest


def last_fix(session: VideoSession) -> LocationFix | None:
    """The newest position of the phone that has the session, for a reader who has been let in."""
    fix: LocationFix | None = of_this_phone(session).order_by("-received_at").first()
    return fix


def of_this_phone(session: VideoSession) -> QuerySet[LocationFix]:
    """Officers are sent to the caller, not to whoever opened a text that went to a wrong number."""
    fixes: QuerySet[LocationFix] = LocationFix.objects.filter(session=session)
    since = since_this_phone(session.pk)
    return fixes if since is None else fixes.filter(received_at__gte=since)
