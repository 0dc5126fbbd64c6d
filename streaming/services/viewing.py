"""Watching: who looks at a session, from when to when. One audit entry at the start and one at the end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from core.realtime import publish
from streaming import sockets
from streaming.events import ViewersChanged, session_topic
from streaming.models import GuestSession, VideoSession, ViewerToken, Viewing
from streaming.permissions import check_watch

#: A viewing whose socket has not been heard of for this long belongs to a server that died.
FORGOTTEN_AFTER = timedelta(minutes=2)


def start_viewing(*, actor: Actor, session_id: UUID, peer_id: str, viewer_token: ViewerToken | None = None) -> Viewing:
    """Begin watching, with a page of ours or, by a token, with another client.

    Raises NotAllowed, NotFound (also for another force), Conflict("ended").
    """
    check_watch(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None or actor.user_id is None:
            raise NotFound()
        if session.ended:
            raise Conflict("The video session has ended.", code="ended")
        moment = now()
        viewing = Viewing.objects.create(
            force_id=session.force_id,
            session=session,
            user_id=actor.user_id,
            label=actor.label[:80],
            peer_id=peer_id,
            viewer_token=viewer_token,
            started_at=moment,
            last_seen_at=moment,
        )
        with_what = " with another client" if viewer_token else ""
        _audit(actor, viewing, f"Watching live video: start{with_what}")
        _announce(session)
    return viewing


def stop_viewing(*, actor: Actor, viewing_id: UUID) -> None:
    """End a viewing. Idempotent: only the first call writes."""
    with transaction.atomic():
        rows = Viewing.objects.visible_to(actor).select_for_update(of=("self",)).select_related("session")
        viewing = rows.filter(pk=viewing_id, ended_at__isnull=True).first()
        if viewing is None:
            return
        moment = max(now(), viewing.started_at)
        viewing.last_seen_at = viewing.ended_at = moment
        viewing.save(update_fields=["last_seen_at", "ended_at"])
        seconds = round((moment - viewing.started_at).total_seconds())
        _audit(actor, viewing, f"Watching live video: end after {seconds} s")
        _announce(viewing.session)


def touch(viewing_ids: Iterable[UUID]) -> None:
    """These viewings' sockets are alive."""
    Viewing.objects.filter(pk__in=list(viewing_ids), ended_at__isnull=True).update(last_seen_at=now())


def stop_forgotten() -> int:
    """Close the viewings that a dead server left open, at the moment they were last heard of. Returns how many."""
    stale = Viewing.objects.filter(ended_at__isnull=True, last_seen_at__lt=now() - FORGOTTEN_AFTER)
    return sum(_close_forgotten(viewing_id) for viewing_id in stale.values_list("pk", flat=True))


def _close_forgotten(viewing_id: UUID) -> int:
    with transaction.atomic():
        rows: QuerySet[Viewing] = Viewing.objects.select_for_update(of=("self",)).select_related("session")
        viewing = rows.filter(pk=viewing_id, ended_at__isnull=True, last_seen_at__lt=now() - FORGOTTEN_AFTER).first()
        if viewing is None:
            return 0
        viewing.ended_at = viewing.last_seen_at
        viewing.save(update_fields=["ended_at"])
        system = Actor.system(viewing.force_id)
        _audit(system, viewing, "Watching live video: end, connection lost", on_behalf_of=viewing.label)
        _announce(viewing.session)
    return 1


def start_guest_viewing(*, actor: Actor, session: VideoSession, guest: GuestSession, peer_id: str) -> Viewing:
    """Begin a partner's look at a session that `services.guest_viewing` found theirs to see: a disclosure."""
    with transaction.atomic():
        moment = now()
        viewing = Viewing.objects.create(
            force_id=session.force_id,
            session=session,
            guest=guest,
            label=actor.label[:80],
            peer_id=peer_id,
            started_at=moment,
            last_seen_at=moment,
        )
        _audit(actor, viewing, "Watching live video: start")
        _announce(session)
    return viewing


def _audit(actor: Actor, viewing: Viewing, purpose: str, on_behalf_of: str = "") -> None:
    """What a partner's guest is shown is disclosed to them."""
    audit.record(
        actor,
        AuditAction.DISCLOSE if viewing.guest_id else AuditAction.CONSULT,
        f"streaming.videosession:{viewing.session_id}",
        purpose=purpose,
        incident=str(viewing.session.incident_id),
        recipient=viewing.label if viewing.guest_id else "",
        on_behalf_of=on_behalf_of,
    )


def _announce(session: VideoSession) -> None:
    viewers = Viewing.objects.filter(session=session, ended_at__isnull=True).count()
    event = ViewersChanged(session=session.pk, incident=session.incident_id, viewers=viewers)
    publish(event, session_topic(session.pk))
    sockets.tell_caller_after_commit(session.pk, "viewers", {"viewers": viewers})
