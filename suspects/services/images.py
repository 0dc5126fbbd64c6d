"""Pictures and documents of people: proved, kept as they came, and what is shown made from them."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID, uuid4

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid
from core.models import AuditAction
from core.permissions import check
from evidence.services import JPEG, keep_file, read_picture, reduce_picture
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.models import PersonImage
from suspects.selectors.images import image_of, make_grant
from suspects.services.records import locked_person

WIDTH = 640  # pixels of the copy that is shown
KINDS = ("CUSTODY", "BODY_WORN", "CCTV", "OPEN_SOURCE", "FAMILY", "OTHER")
SHORTEST_REASON = 10


def add_image(
    *,
    actor: Actor,
    person_id: UUID | str,
    data: bytes,
    source: str,
    kind: str = "CUSTODY",
    taken_on: dt.date | None = None,
) -> PersonImage:
    """Keep the picture as it came, and a copy of at most 640 pixels across without metadata.

    The same bytes for the same person are one image. Raises NotFound, NotAllowed, Invalid (picture, source, kind,
    taken_on), NotStored.
    """
    check(actor, "person.write")
    problems = Problems()
    text = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    if kind not in KINDS:
        problems.add("kind", f"Use one of: {', '.join(KINDS)}.")
    if taken_on is not None and taken_on > local_date(now()):
        problems.add("taken_on", "This day is still to come.")
    picture = problems.take(lambda: read_picture(data), None)
    problems.stop_here()
    assert picture is not None  # or stop_here had raised
    person = locked_person(actor, person_id, lock=False)
    key = f"{person.pk}:{hashlib.sha256(data).hexdigest()[:32]}"
    original = keep_file(actor=actor, data=data, mime=picture.mime, source_key=f"image:{key}")
    copy = reduce_picture(data, width=WIDTH)
    reduced = keep_file(actor=actor, data=copy, mime=JPEG, source_key=f"shown:{key}")
    with transaction.atomic():
        person = locked_person(actor, person_id)
        earlier: PersonImage | None = PersonImage.objects.filter(
            person=person, original_id=original.pk, withdrawn_at=None
        ).first()
        if earlier is not None:
            return earlier
        image = PersonImage.objects.create(
            id=uuid4(), force_id=person.force_id, person=person, original_id=original.pk, reduced_id=reduced.pk,
            kind=kind, taken_on=taken_on, source=text, width=picture.width, height=picture.height, recorded_at=now(),
        )  # fmt: skip
        audit.record(actor, AuditAction.COLLECT, f"suspects.personimage:{image.pk}", fields=[f"person:{person.pk}"])
    return image


def withdraw_image(*, actor: Actor, image_id: UUID | str, reason: str) -> PersonImage:
    """Show it no longer; the file stays kept. Raises NotFound, NotAllowed, Invalid (reason)."""
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        image = PersonImage.objects.select_for_update().get(pk=image_of(actor, image_id).pk)
        image.withdrawn_at = now()
        image.save(update_fields=["withdrawn_at"])
        audit.record(
            actor, AuditAction.ALTER, f"suspects.personimage:{image.pk}", fields=["withdrawn_at"], justification=words
        )
    return image


def show_minor(*, actor: Actor, image_id: UUID | str, reason: str) -> str:
    """A grant to see pictures of this person, under 18, for ten minutes. The reason is on the trail.

    Raises NotFound, NotAllowed, Invalid (reason) when it says nothing.
    """
    check(actor, "person.view")
    words = clean_text(reason, field="reason", limit=200, required=True)
    if len(words) < SHORTEST_REASON:
        raise Invalid(fields={"reason": f"Say why in at least {SHORTEST_REASON} characters. It is logged."})
    with transaction.atomic():
        image = image_of(actor, image_id)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.personimage:{image.pk}", purpose="image of somebody under 18",
            justification=words,
        )  # fmt: skip
    return make_grant(actor, image.person_id)
