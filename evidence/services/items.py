"""Taking files into an exhibit: hash, write once, read back, compare, and only then sealed.

Each step is its own transaction, so gigabytes are copied while no lock is held. The work may be killed anywhere and
repeated with the same `source_key`: it goes on where it stopped. A source is never touched unless it is released.
"""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.models import AuditAction
from evidence.continuity import add_act, lock_exhibit
from evidence.models import EvidenceItem, Exhibit
from evidence.permissions import check_collect
from evidence.services.announce import announce
from evidence.services.sniffing import check_picture
from evidence.states import ITEM_TRANSITIONS, SNAPSHOT_LIMIT, Act, ExhibitState, ItemKind, ItemState
from evidence.storage import Stored, StoreError, StoreMismatch, StoreOccupied, masters
from incidents.selectors.ids import as_uuid

log = structlog.get_logger(__name__)
_NAMES_TO_TRY = 9  # a name that holds damaged bytes is left alone and the next one is used
_SUFFIX = {
    "video/mp4": "mp4",
    "video/webm": "webm",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "video/quicktime": "mov",
    "video/3gpp": "3gp",
    "application/x-ndjson": "jsonl",
    "application/json": "json",
}


class NotStored(DomainError):
    """The file is not in the store as announced. The source is untouched: repeat, or call an evidence manager."""

    status = 503
    code = "not_stored"


@dataclass(frozen=True, kw_only=True)
class _Announced:
    """What the collector says about a file."""

    kind: str
    sha256: str
    mime: str
    container: str
    codecs: str
    width: int | None
    height: int | None
    captured_start: datetime | None
    captured_end: datetime | None
    part_number: int | None
    prev_sha256: str
    recovered: bool
    late: bool
    source_key: str


def register_file(
    *,
    actor: Actor,
    exhibit_id: UUID | str,
    kind: str,
    path: Path,
    sha256: str,
    mime: str,
    source_key: str,
    container: str = "",
    codecs: str = "",
    width: int | None = None,
    height: int | None = None,
    captured_start: datetime | None = None,
    captured_end: datetime | None = None,
    part_number: int | None = None,
    prev_sha256: str = "",
    recovered: bool = False,
    late: bool = False,
) -> EvidenceItem:
    """Put a file into the store and seal it as an item of the exhibit. The same `source_key` registers one item.

    Without `part_number` it gets the next of its kind. A file that was `recovered` after a crash, or that may come
    `late`, opens a sealed exhibit again; seal it after.
    Call it outside a transaction: a failure is then kept as a row and a continuity entry.
    Raises NotFound, NotAllowed, Invalid, Conflict (exhibit sealed or locked; other bytes under the same source_key),
    NotStored (hash differs, store failed): the source file stays as it is.
    """
    check_collect(actor)
    if kind not in ItemKind.values or len(sha256) != 64 or not source_key:
        raise Invalid(fields={"kind": "Give a known kind, a SHA-256 and a source key."})
    announced = _Announced(
        kind=kind, sha256=sha256.lower(), mime=mime, container=container, codecs=codecs, width=width, height=height,
        captured_start=captured_start, captured_end=captured_end, part_number=part_number, prev_sha256=prev_sha256,
        recovered=recovered, late=late or recovered, source_key=source_key,
    )  # fmt: skip
    item = _receive(actor, exhibit_id, Path(path), announced)
    if item.is_sealed:
        return item
    try:
        stored = _store(item, Path(path))
        _mark_stored(actor, item, stored)
        _read_back(item, stored)
    except StoreError as error:
        _fail(actor, item, str(error))
        log.error("evidence.not_stored", item=str(item.pk), error=type(error).__name__)
        raise NotStored("The file could not be stored as it was recorded. It is kept where it is.") from error
    return _seal(actor, item, stored)


def register_bytes(
    *,
    actor: Actor,
    exhibit_id: UUID | str,
    data: bytes,
    mime: str,
    sha256: str,
    source_key: str,
    kind: str = ItemKind.SCREENSHOT,
    captured_at: datetime | None = None,
    width: int | None = None,
    height: int | None = None,
) -> EvidenceItem:
    """The same for a picture in memory (a snapshot): JPEG, PNG or WebP, at most 5 MB, what it says it is."""
    check_picture(data, mime, limit=SNAPSHOT_LIMIT)
    with tempfile.TemporaryDirectory(prefix="sightline-evidence-") as scratch:
        path = Path(scratch) / "picture"
        path.write_bytes(data)
        return register_file(
            actor=actor, exhibit_id=exhibit_id, kind=kind, path=path, sha256=sha256, mime=mime, width=width,
            height=height, captured_start=captured_at, captured_end=captured_at, source_key=source_key,
        )  # fmt: skip


def release_source(*, actor: Actor, item_id: UUID | str, path: Path) -> None:
    """Remove a collector's own file once the stored master and the file itself, both read now, have the item's hash.

    Raises NotFound, NotAllowed, Conflict (not sealed yet), NotStored (the copy or the file differs): the file stays.
    """
    check_collect(actor)
    item: EvidenceItem | None = EvidenceItem.objects.visible_to(actor).filter(pk=as_uuid(item_id)).first()
    if item is None:
        raise NotFound()
    if not item.is_sealed:
        raise Conflict("This file is not stored yet.", code="not_stored")
    try:
        found, _ = masters().digest(item.master_uri)
    except StoreError as error:
        raise NotStored("The stored copy cannot be read. The source is kept.") from error
    if found != item.sha256:
        raise NotStored("The stored copy differs from what was recorded. The source is kept.")
    if path.exists() and _digest(path) != item.sha256:
        log.error("evidence.source_differs", item=str(item.pk))
        raise NotStored("The source file is not what was stored. It is kept: tell an evidence manager.")
    path.unlink(missing_ok=True)
    with transaction.atomic():
        add_act(actor, lock_exhibit(actor, item.exhibit_id), Act.SOURCE_RELEASED, item=item, sha256=item.sha256)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- steps ------------------------------------------------------------------------------------------------------


def _receive(actor: Actor, exhibit_id: UUID | str, path: Path, announced: _Announced) -> EvidenceItem:
    """The item's row: the one this source already has, or a new one."""
    try:
        with transaction.atomic():
            exhibit = lock_exhibit(actor, exhibit_id)
            earlier = _earlier(exhibit, announced)
            return earlier if earlier is not None else _new(actor, exhibit, path, announced)
    except IntegrityError as error:
        raise Conflict("This exhibit already has a part with that number.", code="part_used") from error


def _earlier(exhibit: Exhibit, announced: _Announced) -> EvidenceItem | None:
    item: EvidenceItem | None = EvidenceItem.objects.filter(
        force_id=exhibit.force_id, source_key=announced.source_key
    ).first()
    if item is not None and (item.sha256 != announced.sha256 or item.exhibit_id != exhibit.pk):
        raise Conflict("Another file was already registered under this key.", code="key_used")
    return item


def _new(actor: Actor, exhibit: Exhibit, path: Path, announced: _Announced) -> EvidenceItem:
    if exhibit.state == ExhibitState.LOCKED or (exhibit.is_sealed and not announced.late):
        raise Conflict("This exhibit is sealed. Open another one.", code="sealed")
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Invalid(fields={"path": "The file is not there."}) from error
    if size < 1:
        raise Invalid(fields={"path": "The file is empty."})
    if exhibit.is_sealed:
        exhibit.state = ExhibitState.COLLECTING
        exhibit.save(update_fields=["state"])
        add_act(actor, exhibit, Act.REOPENED, seal=exhibit.seal)
    last = EvidenceItem.objects.filter(exhibit=exhibit, kind=announced.kind).aggregate(last=Max("part_number"))["last"]
    item = EvidenceItem.objects.create(
        force_id=exhibit.force_id,
        exhibit=exhibit,
        kind=announced.kind,
        part_number=announced.part_number or (last or 0) + 1,
        sha256=announced.sha256,
        size_bytes=size,
        mime=announced.mime,
        container=announced.container,
        codecs=announced.codecs,
        width=announced.width,
        height=announced.height,
        captured_start=announced.captured_start,
        captured_end=announced.captured_end,
        received_at=now(),
        received_by_label=actor.label[:100],
        prev_sha256=announced.prev_sha256,
        recovered=announced.recovered,
        source_key=announced.source_key,
    )
    add_act(
        actor, exhibit, Act.RECEIVED, item=item, sha256=item.sha256, size=size, kind=str(item.kind),
        part=item.part_number, recovered=item.recovered,
    )  # fmt: skip
    audit.record(actor, AuditAction.COLLECT, f"evidence.evidenceitem:{item.pk}", incident=str(exhibit.incident_id))
    return item


def _store(item: EvidenceItem, path: Path) -> Stored:
    keep_until = now() + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    suffix = _SUFFIX.get(item.mime, "bin")
    day = item.received_at.strftime("%Y/%m/%d")
    for attempt in range(1, _NAMES_TO_TRY + 1):
        name = f"{item.force.code}/{day}/{item.pk}/{attempt}-{item.sha256[:16]}.{suffix}"
        try:
            return masters().put(path, name, sha256=item.sha256, mime=item.mime, keep_until=keep_until)
        except StoreOccupied:
            continue
    raise StoreError("every name for this file holds damaged bytes")


def _mark_stored(actor: Actor, item: EvidenceItem, stored: Stored) -> None:
    """The place is noted before it is proved, so that a crash in between leaves no master without a row."""
    with transaction.atomic():
        lock_exhibit(actor, item.exhibit_id)
        _refresh(item)
        if ItemState.STORED in ITEM_TRANSITIONS[item.state]:
            item.state, item.master_uri, item.worm_until, item.failure = (
                ItemState.STORED, stored.uri, stored.kept_until, "",
            )  # fmt: skip
            item.save(update_fields=["state", "master_uri", "worm_until", "failure"])


def _read_back(item: EvidenceItem, stored: Stored) -> None:
    found, size = masters().digest(stored.uri)
    if found != item.sha256 or size != item.size_bytes:
        raise StoreMismatch(f"read back {size} bytes with hash {found}, expected {item.size_bytes} with {item.sha256}")
    if stored.kept_until is None:
        raise StoreError("the store gave no retention")


def _seal(actor: Actor, item: EvidenceItem, stored: Stored) -> EvidenceItem:
    with transaction.atomic():
        exhibit = lock_exhibit(actor, item.exhibit_id)
        _refresh(item)
        if item.is_sealed:
            return item
        item.state, item.sealed_at, item.failure = ItemState.SEALED, now(), ""
        item.checked_at, item.check_ok = item.sealed_at, True
        # Another courier may have stored it meanwhile under another name or version: sealed is what this one read back.
        item.master_uri, item.worm_until = stored.uri, stored.kept_until
        item.save(update_fields=["state", "sealed_at", "failure", "checked_at", "check_ok", "master_uri", "worm_until"])
        add_act(actor, exhibit, Act.STORED, item=item, sha256=item.sha256, size=item.size_bytes)
        until = stored.kept_until.date().isoformat() if stored.kept_until else None
        add_act(actor, exhibit, Act.SEALED_ITEM, item=item, kept_until=until)
        announce(exhibit)
    return item


def _fail(actor: Actor, item: EvidenceItem, reason: str) -> None:
    with transaction.atomic():
        exhibit = lock_exhibit(actor, item.exhibit_id)
        _refresh(item)
        if ItemState.FAILED not in ITEM_TRANSITIONS[item.state]:
            return
        item.state, item.failure = ItemState.FAILED, reason[:200]
        item.save(update_fields=["state", "failure"])
        add_act(actor, exhibit, Act.STORE_FAILED, item=item, reason=reason[:200])
        announce(exhibit)


def _refresh(item: EvidenceItem) -> None:
    item.refresh_from_db(fields=["state", "master_uri", "worm_until", "sealed_at", "failure"])
