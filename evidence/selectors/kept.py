"""Opening a kept file for the app that keeps its key. That app has asked who may see it."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from evidence.models import KeptFile
from evidence.selectors.content import OpenedFile, opened_file
from evidence.storage import masters
from incidents.selectors.ids import as_uuid


def open_kept(actor: Actor, file_id: UUID | str, *, of: str, purpose: str = "", justification: str = "") -> OpenedFile:
    """The bytes, with one CONSULT entry on the record they belong to: `of` is "suspects.personimage:<id>".

    Raises NotFound (also for another force's), Unavailable.
    """
    with transaction.atomic():
        kept = _visible(actor, file_id)
        audit.record(
            actor, AuditAction.CONSULT, of, purpose=purpose, justification=justification,
            fields=[f"evidence.keptfile:{kept.pk}"],
        )  # fmt: skip
    return _opened(kept)


def read_kept(actor: Actor, file_id: UUID | str) -> OpenedFile:
    """The same without an entry, for code that shows nothing of it: making a smaller copy, checking a hash."""
    return _opened(_visible(actor, file_id))


def _visible(actor: Actor, file_id: UUID | str) -> KeptFile:
    kept: KeptFile | None = KeptFile.objects.visible_to(actor).filter(pk=as_uuid(file_id)).first()
    if kept is None:
        raise NotFound()
    return kept


def _opened(kept: KeptFile) -> OpenedFile:
    suffix = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "application/pdf": ".pdf"}
    name = f"kept-{kept.sha256[:12]}{suffix.get(kept.mime, '')}"
    return opened_file(masters(), kept.uri, kept.size, kept.mime, kept.sha256, name)
