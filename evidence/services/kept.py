"""Keeping a file for another app: hash, write once, read back, and only then a row.

No transaction is open while bytes are copied. A crash before the row leaves bytes that the next try with the same
`source_key` finds in place.
"""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditAction, Force
from evidence.models import KeptFile
from evidence.services.items import NotStored
from evidence.storage import Stored, StoreError, StoreMismatch, StoreOccupied, masters

log = structlog.get_logger(__name__)
KEPT_LIMIT = 50 * 1024 * 1024  # bytes of any kept file
PICTURE_LIMIT = 10 * 1024 * 1024  # bytes of a picture
_NAMES_TO_TRY = 9  # a name that holds damaged bytes is left alone and the next one is used
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}


def keep_file(
    *, actor: Actor, mime: str, source_key: str, data: bytes | None = None, path: Path | None = None
) -> KeptFile:
    """Keep `data` or the file at `path` (left as it is) for the actor's force. The same `source_key` keeps one file.

    Who may do this is for the app to check that owns the record; nobody reaches this by an address of its own.
    Raises NotAllowed (no force), Invalid (empty, too large), Conflict (other bytes under the key), NotStored.
    """
    if actor.force_id is None:
        raise NotAllowed()
    if not source_key or len(source_key) > 120 or (data is None) == (path is None):
        raise Invalid(fields={"file": "Give either bytes or a path, and a source key of at most 120 characters."})
    if path is not None:
        return _keep(actor, actor.force_id, Path(path), mime, source_key)
    with tempfile.TemporaryDirectory(prefix="sightline-kept-") as scratch:
        written = Path(scratch) / "file"
        written.write_bytes(data or b"")
        return _keep(actor, actor.force_id, written, mime, source_key)


def _keep(actor: Actor, force_id: int, path: Path, mime: str, source_key: str) -> KeptFile:
    sha256, size = _measured(path)
    if (earlier := _earlier(actor, source_key, sha256)) is not None:
        return earlier
    try:
        stored = _store(actor.force_code or _code_of(force_id), path, sha256, mime)
        found = masters().digest(stored.uri)
        if found != (sha256, size):
            raise StoreMismatch(f"read back {found[1]} bytes with another hash")
        if stored.kept_until is None:
            raise StoreError("the store gave no retention")
    except StoreError as error:
        log.error("evidence.not_kept", error=type(error).__name__)
        raise NotStored("The file could not be stored. Nothing was changed. Try again in a minute.") from error
    try:
        with transaction.atomic():
            kept = KeptFile.objects.create(
                force_id=force_id, sha256=sha256, size=size, mime=mime[:80], uri=stored.uri,
                kept_until=stored.kept_until, source_key=source_key, kept_at=now(), kept_by_label=actor.label[:100],
            )  # fmt: skip
            audit.record(actor, AuditAction.COLLECT, f"evidence.keptfile:{kept.pk}")
    except IntegrityError:  # the same key, sent twice at once
        again = _earlier(actor, source_key, sha256)
        if again is None:
            raise
        return again
    return kept


def _measured(path: Path) -> tuple[str, int]:
    try:
        size = path.stat().st_size
        if size < 1:
            raise Invalid(fields={"file": "The file is empty."})
        if size > KEPT_LIMIT:
            raise Invalid(fields={"file": f"The file is larger than {KEPT_LIMIT // (1024 * 1024)} MB."})
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), size
    except OSError as error:
        raise Invalid(fields={"file": "The file is not there."}) from error


def _earlier(actor: Actor, source_key: str, sha256: str) -> KeptFile | None:
    kept: KeptFile | None = KeptFile.objects.visible_to(actor).filter(source_key=source_key).first()
    if kept is not None and kept.sha256 != sha256:
        raise Conflict("Another file was already kept under this key.", code="key_used")
    return kept


def _store(code: str, path: Path, sha256: str, mime: str) -> Stored:
    keep_until = now() + timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    for attempt in range(1, _NAMES_TO_TRY + 1):
        name = f"{code}/kept/{sha256[:2]}/{sha256}-{attempt}.{_SUFFIX.get(mime, 'bin')}"
        try:
            return masters().put(path, name, sha256=sha256, mime=mime, keep_until=keep_until)
        except StoreOccupied:
            continue
    raise StoreError("every name for this file holds damaged bytes")


def _code_of(force_id: int) -> str:
    return Force.objects.values_list("code", flat=True).get(pk=force_id)
