"""A feed that is sent to us: its picture enters the session that it is attached to (RFC 9725)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import Conflict
from core.limits import spend
from core.models import AuditAction
from streaming.contracts import EngineError, SdpAnswer
from streaming.gateway import call_sync, get_gateway, mint_ticket
from streaming.models import Feed, Recording, VideoSession
from streaming.services import bearer, sessions
from streaming.services.progress import lock_session


class NotOnAnIncident(Conflict):
    """The camera sends, and nobody has asked for it: it may come again."""

    def __init__(self) -> None:
        words = "This camera is not on an incident. A control room puts it on one; then send again."
        super().__init__(words, code="not_attached", retry_after=5)


@dataclass(frozen=True)
class Sending:
    session_id: UUID
    answer: SdpAnswer


def actor_of(feed: Feed, ip: str = "", device: str = "") -> Actor:
    """The camera as the one who acts."""
    return Actor(
        kind="provider", label=str(feed), force_id=feed.force_id, reference=str(feed.pk), ip=ip, device=device[:200]
    )


def start_sending(*, actor: Actor, feed: Feed, peer_id: str, sdp: str) -> Sending:
    """Let the camera's picture in. A sender that comes again takes the place of its older connection.

    Raises NotOnAnIncident, TooMany, EngineError.
    """
    spend(bearer.OFFERS, str(feed.pk))
    session, label = _begin(actor, feed, peer_id)
    gateway = get_gateway()
    call_sync(gateway.open_session(session.pk, label))
    answer = call_sync(gateway.publish_offer(session.pk, mint_ticket(session.pk, peer_id, "caller"), sdp))
    if (reason := sessions.ended_because(session.pk)) is not None:  # the end has overtaken us
        call_sync(gateway.end_session(session.pk, reason))
        raise NotOnAnIncident()
    return Sending(session.pk, answer)


def _begin(actor: Actor, feed: Feed, peer_id: str) -> tuple[VideoSession, str]:
    with transaction.atomic():
        session_id = VideoSession.objects.not_ended().filter(feed=feed).values_list("pk", flat=True).first()
        if session_id is None:
            raise NotOnAnIncident()
        session = lock_session(session_id)
        if session.ended:
            raise NotOnAnIncident()
        obj = f"streaming.videosession:{session.pk}"
        purpose = f"Camera feed {feed.name}"
        audit.record(actor, AuditAction.COLLECT, obj, purpose=purpose, incident=str(session.incident_id))
        Recording.objects.update_or_create(
            session=session,
            defaults={"page_peer": peer_id},
            create_defaults={"force_id": session.force_id, "page_peer": peer_id},
        )
        return session, session.incident.canonical


def add_candidates(*, feed: Feed, peer_id: str, fragment: str) -> None:
    """Raises EngineError: no_session (that connection is over), bad_sdp, ice_restart."""
    call_sync(get_gateway().add_candidates(_session_of(feed, peer_id), peer_id, fragment))


def stop_sending(*, feed: Feed, peer_id: str) -> None:
    """Hang up; the session stays open, and the camera may come again. Idempotent. Raises EngineError."""
    try:
        session_id = _session_of(feed, peer_id)
    except EngineError:
        return
    call_sync(get_gateway().close_peer(session_id, peer_id))


def _session_of(feed: Feed, peer_id: str) -> UUID:
    """The session in which this is the newest connection of the feed: a sender can name no other's."""
    rows = VideoSession.objects.not_ended().filter(feed=feed, recording__page_peer=peer_id)
    session_id = rows.values_list("pk", flat=True).first()
    if session_id is None:
        raise EngineError("no_session", "not the feed's connection")
    return session_id
