"""Documents about a person: kept as they came, opened as a download."""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.models import AuditAction
from core.permissions import check
from evidence.services import PICTURE_LIMIT, keep_file, read_picture
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.models import PersonDocument
from suspects.services.records import locked_person

LIMIT = 20 * 1024 * 1024  # bytes


def add_document(
    *, actor: Actor, person_id: UUID | str, data: bytes, title: str, source: str, dated: dt.date | None = None
) -> PersonDocument:
    """A PDF, a picture or plain text. The same bytes for the same person are one document.

    Raises NotFound, NotAllowed, Invalid (document, title, source), NotStored.
    """
    check(actor, "person.write")
    problems = Problems()
    name = problems.take(lambda: clean_text(title, field="title", limit=120, required=True), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    mime = problems.take(lambda: _mime(data), "")
    problems.stop_here()
    person = locked_person(actor, person_id, lock=False)
    key = f"document:{person.pk}:{hashlib.sha256(data).hexdigest()[:32]}"
    kept = keep_file(actor=actor, data=data, mime=mime, source_key=key)
    with transaction.atomic():
        person = locked_person(actor, person_id)
        row, new = PersonDocument.objects.get_or_create(
            person=person, file_id=kept.pk,
            defaults={
                "force_id": person.force_id, "title": name, "mime": mime, "size_bytes": kept.size, "dated": dated,
                "source": origin, "recorded_at": now(),
            },
        )  # fmt: skip
        if new:
            audit.record(
                actor, AuditAction.COLLECT, f"suspects.persondocument:{row.pk}", fields=[f"person:{person.pk}"]
            )
    return row


def _mime(data: bytes) -> str:
    """What the bytes are, whatever they are called. Raises Invalid (document)."""
    if len(data) > LIMIT:
        raise Invalid(fields={"document": f"The document is larger than {LIMIT // (1024 * 1024)} MB."})
    if data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]:
        return "application/pdf"
    if len(data) <= PICTURE_LIMIT and not data.startswith(b"%PDF"):
        try:
            return read_picture(data, field="document").mime
        except Invalid:
            if _is_text(data):
                return "text/plain"
    raise Invalid(fields={"document": "Send a PDF, a JPEG, PNG or WebP picture, or plain text."})


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and "\0" not in text
