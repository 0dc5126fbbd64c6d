"""The caller's positions: every fix becomes a row, and is shown at once to those who watch."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.clock import from_epoch, now
from core.errors import Conflict, NotFound
from core.realtime import publish, send_ephemeral
from incidents.services import append_log
from streaming import sockets
from streaming.events import LocationMoved, incident_topic, session_topic
from streaming.models import LocationFix, VideoSession
from streaming.selectors.locations import fix_data, of_this_phone
from streaming.signalling import Fix

#: Metres: a position this good, after a coarser first one, is worth a second line in the incident log.
GOOD_ENOUGH = 25.0


def save_fix(*, actor: Actor, session_id: UUID, fix: Fix) -> LocationFix:
    """Store one position from the caller's page. Raises NotFound, Conflict("ended")."""
    session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None or actor.kind != "caller" or actor.reference != str(session_id):
        raise NotFound()
    if session.ended:
        raise Conflict("The video session has ended.", code="ended")
    with transaction.atomic():
        row = LocationFix.objects.create(
            force_id=session.force_id,
            session=session,
            lat=fix.lat,
            lon=fix.lon,
            accuracy=fix.accuracy,
            heading=fix.heading,
            speed=fix.speed,
            at=from_epoch(fix.at / 1000),
            received_at=now(),
        )
        _log_first_and_first_good(session, row)
        event = LocationMoved(
            session=session.pk, incident=session.incident_id, fix=row.pk, accuracy=row.accuracy, at=row.received_at
        )
        publish(event, session_topic(session.pk), incident_topic(session.incident_id))
    data = fix_data(row)
    send_ephemeral(session_topic(session.pk), "video.fix", data)
    sockets.tell_viewers(session.pk, "fix", data)
    return row


def _log_first_and_first_good(session: VideoSession, row: LocationFix) -> None:
    """One entry for the first fix and one for the first good one; the client keys make each of them once."""
    earlier = of_this_phone(session).exclude(pk=row.pk)
    is_first = not earlier.exists()
    is_good = row.accuracy <= GOOD_ENOUGH and not earlier.filter(accuracy__lte=GOOD_ENOUGH).exists()
    if not (is_first or is_good):
        return
    append_log(
        actor=Actor.system(session.force_id),
        incident_id=session.incident_id,
        type="LOCATION",
        channel="system",
        text=f"Caller's phone: {row.lat:.5f}, {row.lon:.5f}, within {words_for_metres(row.accuracy)}.",
        occurred_at=row.received_at,
        client_key=row.pk,
    )


def words_for_metres(metres: float) -> str:
    """8.2 → "8 m"; 2450 → "2.5 km"."""
    return f"{metres / 1000:.1f} km" if metres >= 1000 else f"{max(1, round(metres))} m"
