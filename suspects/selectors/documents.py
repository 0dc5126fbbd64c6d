"""Opening a document about a person."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from core.permissions import check
from evidence import selectors as evidence
from incidents.selectors.ids import as_uuid
from suspects.models import PersonDocument


def open_document(actor: Actor, document_id: UUID | str, purpose: str = "") -> evidence.OpenedFile:
    """The file, with one CONSULT entry. Raises NotFound, NotAllowed, Unavailable."""
    check(actor, "person.view")
    row: PersonDocument | None = PersonDocument.objects.visible_to(actor).filter(pk=as_uuid(document_id)).first()
    if row is None:
        raise NotFound()
    return evidence.open_kept(actor, row.file_id, of=f"suspects.persondocument:{row.pk}", purpose=purpose)
