"""What people marked and described while a film was live, beside its exhibit."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.models import AuditAction
from evidence import selectors as evidence
from streaming.models import Description, PictureMark, VideoSession
from streaming.selectors.picture import LIMIT, PictureNotes, described_by


def exhibit_notes(actor: Actor, exhibit_id: UUID) -> PictureNotes | None:
    """Marks and descriptions of the exhibit's session, for who may open its film; one audit entry, as a look at the
    film leaves one. None for an exhibit that is no film of a session. Raises NotAllowed, NotFound, Conflict (locked).
    """
    evidence.check_open(actor, exhibit_id)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(exhibit_id=exhibit_id).first()
        if session is None:
            return None
        described = described_by(Description.objects.filter(session=session))
        marks = list(PictureMark.objects.filter(session=session)[:LIMIT])
        audit.record(
            actor, AuditAction.CONSULT, f"evidence.exhibit:{exhibit_id}", purpose="notes of the picture",
            fields=["marks", "descriptions"], incident=str(session.incident_id),
            result_ids=[*(one.pk for one in marks), *(one.description.pk for one in described)],
            result_count=len(marks) + len(described),
        )  # fmt: skip
    return PictureNotes(session, marks, described, None)
