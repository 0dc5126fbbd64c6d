"""A mark on the picture: "here", with a note, found again on the time line and in the log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotAllowed
from core.models import AuditAction
from core.realtime import publish
from incidents.services import append_log, clean_text
from streaming.events import PictureMarked, incident_topic, session_topic
from streaming.models import PictureMark, VideoSession
from streaming.permissions import check_snapshot
from streaming.services.moments import clock_words, milliseconds, offset_of, session_with_picture

MAX_NOTE = 500


def mark(*, actor: Actor, session_id: UUID, key: UUID, moment: datetime, note: str = "") -> PictureMark:
    """Mark a moment, once per `key`. Raises NotAllowed, NotFound, Conflict (no picture yet), Invalid (moment, note)."""
    check_snapshot(actor)
    if actor.user_id is None:
        raise NotAllowed()
    session = session_with_picture(actor, session_id)
    known: PictureMark | None = PictureMark.objects.filter(session=session, key=key).first()
    if known is not None:
        return known
    note = clean_text(note, field="note", limit=MAX_NOTE)
    try:
        return _write(actor, session, key, moment, note)
    except IntegrityError:
        known = PictureMark.objects.filter(session=session, key=key).first()
        if known is None:
            raise
        return known


@transaction.atomic
def _write(actor: Actor, session: VideoSession, key: UUID, moment: datetime, note: str) -> PictureMark:
    offset = offset_of(session, moment)
    made: PictureMark = PictureMark.objects.create(
        force_id=session.force_id,
        session=session,
        key=key,
        moment=moment,
        offset_ms=milliseconds(offset),
        note=note,
        author_label=actor.label[:80],
        author_id=actor.user_id or 0,
        made_at=now(),
    )
    audit.record(actor, AuditAction.COLLECT, f"streaming.picturemark:{made.pk}", incident=str(session.incident_id))
    append_log(
        actor=actor,
        incident_id=session.incident_id,
        type="MEDIA",
        channel="system",
        text=f"Mark at {clock_words(offset)}" + (f": {note}" if note else "."),
        client_key=key,
    )
    event = PictureMarked(session=session.pk, incident=session.incident_id, mark=made.pk, offset_ms=made.offset_ms)
    publish(event, session_topic(session.pk), incident_topic(session.incident_id))
    return made
