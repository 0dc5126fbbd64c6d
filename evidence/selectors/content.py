"""Opening the bytes of a master or a copy: checked, audited, and a viewing noted in the continuity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound, Unavailable
from core.models import AuditAction
from evidence.continuity import add_act, lock_exhibit
from evidence.models import ContinuityEvent, EvidenceItem, Exhibit, WorkingCopy
from evidence.permissions import can_open_locked, check_view
from evidence.states import VIEWING_MINUTES, Act, CopyPurpose, ExhibitState, ItemKind
from evidence.storage import EvidenceStore, StoreError, copies, masters
from incidents.selectors.ids import as_uuid

_SUFFIXES = {
    "video/mp4": ".mp4",
    "video/webm": ".webm",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/quicktime": ".mov",
    "video/3gpp": ".3gp",
    "application/json": ".json",
}


@dataclass(frozen=True, kw_only=True)
class OpenedFile:
    """Bytes that may be shown. `path` is set when they are a file on this machine; `read` works everywhere.

    `as_file`: to be saved, never shown by the browser: the master of what a member of the public sent.
    """

    size: int
    mime: str
    sha256: str
    filename: str
    path: Path | None
    uri: str
    _store: EvidenceStore
    as_file: bool = False

    def read(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """Bytes `start` to `start + length`, in pieces of at most 1 MiB. Raises Unavailable."""
        try:
            return self._store.read(self.uri, start, length)
        except StoreError as error:
            raise Unavailable("The store does not answer. Try again in a minute.", retry_after=60) from error


def open_item(actor: Actor, item_id: UUID | str, purpose: str = "") -> OpenedFile:
    """The master of an item. Raises NotFound, NotAllowed, Conflict (not stored yet, exhibit locked), Unavailable."""
    check_view(actor)
    rows = EvidenceItem.objects.visible_to(actor).select_related("exhibit")
    item: EvidenceItem | None = rows.filter(pk=as_uuid(item_id)).first()
    if item is None:
        raise NotFound()
    if not item.is_sealed:
        raise Conflict("This file is not stored yet. Try again in a minute.", code="not_stored")
    _check_open(actor, item.exhibit)
    opened = opened_file(masters(), item.master_uri, item.size_bytes, item.mime, item.sha256, _name(item.exhibit, item))
    if item.kind == ItemKind.CALLER_UPLOAD:
        opened = replace(opened, as_file=True)
    _note_viewing(actor, item.exhibit, f"evidence.evidenceitem:{item.pk}", purpose, item.sha256, item=item)
    return opened


def open_playback(actor: Actor, exhibit_id: UUID | str, purpose: str = "") -> OpenedFile:
    """The exhibit's newest playback copy. Raises NotFound (also when there is none yet), NotAllowed, Conflict,
    Unavailable."""
    check_view(actor)
    exhibit: Exhibit | None = Exhibit.objects.visible_to(actor).filter(pk=as_uuid(exhibit_id)).first()
    if exhibit is None:
        raise NotFound()
    copy = WorkingCopy.objects.filter(exhibit=exhibit, purpose=CopyPurpose.VIEW).order_by("-made_at").first()
    if copy is None:
        raise NotFound("There is no playback copy yet. The parts of the recording can be opened one by one.")
    return _open_copy(actor, exhibit, copy, purpose)


def open_shared_playback(
    actor: Actor, exhibit_id: UUID | str, recipient: str, purpose: str = "play, shared"
) -> OpenedFile:
    """The playback copy for a partner's guest whose link names this exhibit: `streaming` has checked that. Each look is
    a disclosure in the audit trail. Raises NotFound (also for anybody who is no guest), Conflict, Unavailable."""
    exhibit, copy = _shared(actor, exhibit_id)
    return _open_copy(actor, exhibit, copy, purpose, recipient)


def shared_playback_hash(actor: Actor, exhibit_id: UUID | str) -> str:
    """SHA-256 of what `open_shared_playback` would open. Nothing is shown by it. Raises NotFound, Conflict."""
    exhibit, copy = _shared(actor, exhibit_id)
    _check_open(actor, exhibit)
    return str(copy.sha256)


def _shared(actor: Actor, exhibit_id: UUID | str) -> tuple[Exhibit, WorkingCopy]:
    exhibit: Exhibit | None = Exhibit.objects.visible_to(actor).filter(pk=as_uuid(exhibit_id)).first()
    if exhibit is None or actor.kind != "guest":
        raise NotFound()
    copy = WorkingCopy.objects.filter(exhibit=exhibit, purpose=CopyPurpose.VIEW).order_by("-made_at").first()
    if copy is None:
        raise NotFound("There is no playback copy yet.")
    return exhibit, copy


def open_copy(actor: Actor, copy_id: UUID | str, purpose: str = "") -> OpenedFile:
    """One working copy. Raises NotFound, NotAllowed, Conflict, Unavailable."""
    check_view(actor)
    rows = WorkingCopy.objects.visible_to(actor).select_related("exhibit")
    copy: WorkingCopy | None = rows.filter(pk=as_uuid(copy_id)).first()
    if copy is None:
        raise NotFound()
    return _open_copy(actor, copy.exhibit, copy, purpose)


def _open_copy(actor: Actor, exhibit: Exhibit, copy: WorkingCopy, purpose: str, recipient: str = "") -> OpenedFile:
    _check_open(actor, exhibit)
    opened = opened_file(copies(), copy.path, copy.size, copy.mime, copy.sha256, _name(exhibit, copy))
    obj = f"evidence.workingcopy:{copy.pk}"
    _note_viewing(actor, exhibit, obj, purpose, copy.sha256, item=copy.item, recipient=recipient)
    return opened


def check_open(actor: Actor, exhibit_id: UUID | str) -> None:
    """Whether the actor may open what is in the exhibit, for other apps' notes about it. Raises NotFound, NotAllowed,
    Conflict (locked)."""
    check_view(actor)
    exhibit: Exhibit | None = Exhibit.objects.visible_to(actor).filter(pk=as_uuid(exhibit_id)).first()
    if exhibit is None:
        raise NotFound()
    _check_open(actor, exhibit)


def _check_open(actor: Actor, exhibit: Exhibit) -> None:
    if exhibit.state == ExhibitState.LOCKED and not can_open_locked(actor):
        raise Conflict("A check of this exhibit failed. Only an evidence manager can open it.", code="locked")


def opened_file(store: EvidenceStore, uri: str, size: int, mime: str, sha256: str, filename: str) -> OpenedFile:
    try:
        path = store.local_path(uri)
    except StoreError as error:
        raise Unavailable("The store does not answer. Try again in a minute.", retry_after=60) from error
    if path is not None and not path.is_file():
        raise Unavailable("The file is not in the store. Tell an evidence manager.", retry_after=60)
    return OpenedFile(size=size, mime=mime, sha256=sha256, filename=filename, path=path, uri=uri, _store=store)


def _note_viewing(
    actor: Actor,
    exhibit: Exhibit,
    obj: str,
    purpose: str,
    sha256: str,
    *,
    item: EvidenceItem | None,
    recipient: str = "",
) -> None:
    """An audit entry each time; a continuity entry once a viewing. A player asks for many ranges of one file."""
    with transaction.atomic():
        locked = lock_exhibit(actor, exhibit.pk)
        since = now() - timedelta(minutes=VIEWING_MINUTES)
        seen = ContinuityEvent.objects.filter(exhibit=locked, act=Act.VIEWED, actor_id=actor.id[:64], at__gte=since)
        if not any(event.detail.get("sha256") == sha256 for event in seen):
            add_act(actor, locked, Act.VIEWED, item=item, sha256=sha256, purpose=purpose[:200])
        action = AuditAction.DISCLOSE if recipient else AuditAction.CONSULT
        audit.record(actor, action, obj, purpose=purpose, incident=str(exhibit.incident_id), recipient=recipient)


def _name(exhibit: Exhibit, what: EvidenceItem | WorkingCopy) -> str:
    """A file name for saving: exhibit, kind, and the hash's first letters. No name of a person."""
    kind = f"{what.kind}-{what.part_number}" if isinstance(what, EvidenceItem) else str(what.purpose)
    suffix = _SUFFIXES.get(what.mime, "")
    return f"{exhibit.ref.replace('/', '-')}-{kind}-{what.sha256[:12]}{suffix}"
