"""Reading marks, descriptions and prompts. Descriptions are personal data: each look leaves one audit entry."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from incidents.selectors import incident_key
from streaming.models import Description, DescriptionVersion, PictureMark, Prompt, VideoSession
from streaming.permissions import check_see_session

LIMIT = 200


@dataclass(frozen=True)
class Described:
    """A description with its newest version and how many it has."""

    description: Description
    newest: DescriptionVersion
    versions: list[DescriptionVersion]


@dataclass(frozen=True)
class PictureNotes:
    """What lies over the picture of one session."""

    session: VideoSession
    marks: list[PictureMark]
    described: list[Described]
    prompt: Prompt | None


def picture_notes(actor: Actor, session_id: UUID, *, purpose: str = "") -> PictureNotes:
    """Marks, boxes and the last prompt of a session; one audit entry. Raises NotAllowed, NotFound."""
    check_see_session(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None:
            raise NotFound()
        described = described_by(Description.objects.filter(session=session))
        marks = list(PictureMark.objects.filter(session=session)[:LIMIT])
        prompt = Prompt.objects.filter(session=session).order_by("-asked_at").first()
        _audit(actor, f"streaming.videosession:{session.pk}", purpose, session.incident_id, described)
    return PictureNotes(session, marks, described, prompt)


def descriptions_of(actor: Actor, incident_id: UUID, *, purpose: str = "") -> list[Described]:
    """Every description of an incident with all its versions. Raises NotAllowed; another force's incident has none."""
    check_see_session(actor)
    with transaction.atomic():
        found = described_by(Description.objects.visible_to(actor).filter(incident_id=incident_id))
        _audit(actor, f"incidents.incident:{incident_id}", purpose, incident_id, found)
    return found


def picture_of(actor: Actor, incident_id: UUID, *, purpose: str = "") -> tuple[list[Described], list[PictureMark]]:
    """Descriptions and marks of all calls of an incident, the newest first; one audit entry. Raises NotAllowed,
    NotFound."""
    check_see_session(actor)
    incident_key(actor, incident_id)
    with transaction.atomic():
        found = described_by(Description.objects.visible_to(actor).filter(incident_id=incident_id).order_by("-number"))
        marks = PictureMark.objects.visible_to(actor).filter(session__incident_id=incident_id)
        newest = list(marks.order_by("-made_at")[:LIMIT])
        _audit(actor, f"incidents.incident:{incident_id}", purpose, incident_id, found)
    return found, newest


def description(actor: Actor, description_id: UUID, *, purpose: str = "") -> Described:
    """One, to be read or changed. Raises NotAllowed, NotFound."""
    check_see_session(actor)
    with transaction.atomic():
        found = described_by(Description.objects.visible_to(actor).filter(pk=description_id))
        if not found:
            raise NotFound()
        row = found[0].description
        _audit(actor, f"streaming.description:{row.pk}", purpose, row.incident_id, found)
    return found[0]


def described_by(rows: QuerySet[Description]) -> list[Described]:
    """For selectors of this app, which leave the audit entry."""
    versions = Prefetch("versions", DescriptionVersion.objects.order_by("-version"))
    found = []
    for row in rows.prefetch_related(versions)[:LIMIT]:
        versions_of = list(row.versions.all())
        found.append(Described(row, versions_of[0], versions_of))
    return found


def _audit(actor: Actor, target: str, purpose: str, incident_id: UUID, found: list[Described]) -> None:
    audit.record(
        actor,
        AuditAction.CONSULT,
        target,
        purpose=purpose,
        fields=["descriptions"],
        result_ids=[one.description.pk for one in found],
        result_count=len(found),
        incident=str(incident_id),
    )
