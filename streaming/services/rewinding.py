"""Looking back while the picture goes on: who, from when to when. One audit entry at the start and one at the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from streaming.models import Rewind, VideoSession
from streaming.permissions import check_watch

#: A page that has asked for nothing for this long is gone: it asks every few seconds while somebody looks back.
FORGOTTEN_AFTER = timedelta(minutes=2)
_TOUCH_AFTER = timedelta(seconds=10)


def start_rewind(*, actor: Actor, session_id: UUID) -> Rewind:
    """Begin looking back. Raises NotAllowed, NotFound (also for another force), Conflict("no_picture")."""
    check_watch(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None or actor.user_id is None:
            raise NotFound()
        if session.first_frame_at is None:
            raise Conflict("There is no picture to go back to yet.", code="no_picture")
        moment = now()
        rewind = Rewind.objects.create(
            force_id=session.force_id,
            session=session,
            user_id=actor.user_id,
            label=actor.label[:80],
            started_at=moment,
            last_seen_at=moment,
        )
        _audit(actor, rewind, "Looking back in live video: start")
    return rewind


def own_rewind(*, actor: Actor, rewind_id: UUID) -> Rewind:
    """The actor's open rewind; the right to watch is asked anew.

    Raises NotAllowed, NotFound (also when it is over, or another person's).
    """
    check_watch(actor)
    rows = Rewind.objects.visible_to(actor).select_related("session")
    rewind: Rewind | None = rows.filter(pk=rewind_id, user=actor.user_id, ended_at__isnull=True).first()
    if rewind is None:
        raise NotFound()
    moment = now()
    if moment - rewind.last_seen_at > _TOUCH_AFTER:
        Rewind.objects.filter(pk=rewind.pk, ended_at__isnull=True).update(last_seen_at=moment)
    return rewind


def stop_rewind(*, actor: Actor, rewind_id: UUID) -> None:
    """Back to live. Only the first call writes. Raises NotAllowed, NotFound for what is not the actor's.

    Who loses the right meanwhile is closed by the sweep.
    """
    check_watch(actor)
    with transaction.atomic():
        rows = Rewind.objects.visible_to(actor).select_for_update(of=("self",)).select_related("session")
        rewind = rows.filter(pk=rewind_id, user=actor.user_id).first()
        if rewind is None:
            raise NotFound()
        if rewind.ended_at is None:
            _end(actor, rewind, max(now(), rewind.started_at), "end")


def stop_forgotten() -> int:
    """Close the rewinds whose page is gone, at the moment they were last heard of. Returns how many."""
    before = now() - FORGOTTEN_AFTER
    closed = 0
    for key in Rewind.objects.filter(ended_at__isnull=True, last_seen_at__lt=before).values_list("pk", flat=True):
        with transaction.atomic():
            rows = Rewind.objects.select_for_update(of=("self",)).select_related("session")
            rewind = rows.filter(pk=key, ended_at__isnull=True, last_seen_at__lt=before).first()
            if rewind is not None:
                _end(Actor.system(rewind.force_id), rewind, rewind.last_seen_at, "end, page gone", rewind.label)
                closed += 1
    return closed


def _end(actor: Actor, rewind: Rewind, moment: datetime, words: str, on_behalf_of: str = "") -> None:
    rewind.ended_at = rewind.last_seen_at = moment
    rewind.save(update_fields=["ended_at", "last_seen_at"])
    seconds = round((moment - rewind.started_at).total_seconds())
    _audit(actor, rewind, f"Looking back in live video: {words} after {seconds} s", on_behalf_of)


def _audit(actor: Actor, rewind: Rewind, purpose: str, on_behalf_of: str = "") -> None:
    audit.record(
        actor,
        AuditAction.CONSULT,
        f"streaming.videosession:{rewind.session_id}",
        purpose=purpose,
        incident=str(rewind.session.incident_id),
        on_behalf_of=on_behalf_of,
    )
