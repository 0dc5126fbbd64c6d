"""Working copies: derived files with their own hash, kept beside the masters and never instead of them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from evidence.continuity import add_act, lock_exhibit
from evidence.models import EvidenceItem, Exhibit, WorkingCopy
from evidence.permissions import check_collect
from evidence.services.announce import announce
from evidence.services.items import NotStored
from evidence.states import Act, CopyPurpose
from evidence.storage import StoreError, copies, masters
from incidents.selectors.ids import as_uuid

_SUFFIX = {"video/mp4": "mp4", "video/webm": "webm", "image/jpeg": "jpg", "image/png": "png"}


def add_working_copy(
    *,
    actor: Actor,
    exhibit_id: UUID | str,
    path: Path,
    sha256: str,
    mime: str,
    tool: str,
    source_key: str,
    purpose: str = CopyPurpose.VIEW,
    parameters: dict[str, Any] | None = None,
    item_id: UUID | str | None = None,
) -> WorkingCopy:
    """Keep a derived file. The same `source_key` keeps one; the file at `path` is left where it is.

    Raises NotFound, NotAllowed, Invalid (purpose, path), Conflict (other bytes under the key), NotStored.
    """
    check_collect(actor)
    if purpose not in CopyPurpose.values or len(sha256) != 64 or not source_key:
        raise Invalid(fields={"purpose": "Give a known purpose, a SHA-256 and a source key."})
    exhibit: Exhibit | None = (
        Exhibit.objects.visible_to(actor).select_related("force").filter(pk=as_uuid(exhibit_id)).first()
    )
    if exhibit is None:
        raise NotFound()
    item = _item_of(exhibit, item_id)
    if (earlier := _earlier(exhibit, source_key, sha256)) is not None:
        return earlier
    name = f"{exhibit.force.code}/{exhibit.pk}/{sha256}.{_SUFFIX.get(mime, 'bin')}"
    try:
        stored = copies().put(Path(path), name, sha256=sha256, mime=mime, keep_until=None)
    except StoreError as error:
        raise NotStored("The working copy could not be stored. The master is not affected.") from error
    try:
        with transaction.atomic():
            locked = lock_exhibit(actor, exhibit.pk)
            copy = WorkingCopy.objects.create(
                force_id=locked.force_id, exhibit=locked, item=item, purpose=purpose, tool=tool[:120],
                parameters=parameters or {}, sha256=sha256, size=stored.size, mime=mime, path=stored.uri,
                made_at=now(), made_by_label=actor.label[:100], source_key=source_key,
            )  # fmt: skip
            add_act(
                actor, locked, Act.COPIED, item=item, sha256=sha256, size=stored.size, purpose=str(purpose),
                tool=tool[:120],
            )  # fmt: skip
            audit.record(
                actor, AuditAction.COLLECT, f"evidence.workingcopy:{copy.pk}", incident=str(locked.incident_id)
            )
            announce(locked)
    except IntegrityError:
        again = _earlier(exhibit, source_key, sha256)
        if again is None:
            raise
        return again
    return copy


def copy_out(*, actor: Actor, item_id: UUID | str, path: Path) -> None:
    """Write a sealed master's bytes to the new file `path`, for a tool that derives a copy from it. Audited.

    Raises NotFound, NotAllowed, Conflict (not sealed yet), NotStored (unreadable, or not what was sealed): no file.
    """
    check_collect(actor)
    item: EvidenceItem | None = EvidenceItem.objects.visible_to(actor).select_related("exhibit").filter(
        pk=as_uuid(item_id)
    ).first()  # fmt: skip
    if item is None:
        raise NotFound()
    if not item.is_sealed:
        raise Conflict("This file is not stored yet.", code="not_stored")
    with transaction.atomic():
        obj = f"evidence.evidenceitem:{item.pk}"
        audit.record(actor, AuditAction.CONSULT, obj, purpose="working copy", incident=str(item.exhibit.incident_id))
    digest = hashlib.sha256()
    try:
        with path.open("xb") as out:
            for piece in masters().read(item.master_uri):
                digest.update(piece)
                out.write(piece)
    except (StoreError, OSError) as error:
        path.unlink(missing_ok=True)
        raise NotStored("The stored file cannot be read.") from error
    if digest.hexdigest() != item.sha256:
        path.unlink(missing_ok=True)
        raise NotStored("The stored file differs from what was recorded.")


def _item_of(exhibit: Exhibit, item_id: UUID | str | None) -> EvidenceItem | None:
    if item_id is None:
        return None
    item: EvidenceItem | None = EvidenceItem.objects.filter(exhibit=exhibit, pk=as_uuid(item_id)).first()
    if item is None:
        raise NotFound()
    return item


def _earlier(exhibit: Exhibit, source_key: str, sha256: str) -> WorkingCopy | None:
    copy: WorkingCopy | None = WorkingCopy.objects.filter(force_id=exhibit.force_id, source_key=source_key).first()
    if copy is not None and (copy.sha256 != sha256 or copy.exhibit_id != exhibit.pk):
        raise Conflict("Another copy was already registered under this key.", code="key_used")
    return copy
