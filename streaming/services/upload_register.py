"""From the phone into the evidence store: each file that the caller sent is looked at, and becomes an exhibit of its
own. May be killed anywhere and run again."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from PIL import __version__ as pillow

from core.actors import Actor
from core.clock import now
from core.outbox import enqueue
from evidence import services as evidence
from streaming.models import CallerFile
from streaming.services import phone_files
from streaming.services.uploads import files, write_log
from streaming.states import FINAL_STATES, PieceVerdict, UploadState

log = structlog.get_logger(__name__)
_AS_FILE = "application/octet-stream"
_WARNINGS: dict[str, str] = {
    PieceVerdict.DIFFERS: "It is not what its hash said before: altered on the phone or on the way.",
    PieceVerdict.INCOMPLETE: "Not all of it came: the link ended first.",
}


def register(file_id: UUID) -> None:
    """Look at a received file and put it into the store, or refuse it. Raises what the store raises: run again."""
    rows = CallerFile.objects.select_related("session__requested_by__force", "session__incident")
    file = rows.get(pk=file_id)
    path = phone_files.path_of(file.session_id, file.pk)
    if file.state == UploadState.RECEIVED:
        seen = _examined(file, path)
        if seen is None:
            return
        _store(file, path, seen)
    if file.state == UploadState.REGISTERED and path.is_file():
        evidence.release_source(actor=_system(file), item_id=str(file.item_id), path=path)
        phone_files.remove(path)


def _examined(file: CallerFile, path: Path) -> evidence.Examined | None:
    """What it is; None when it was refused. What came spoilt is kept as it is, as a file that nothing opens."""
    if file.verdict != PieceVerdict.MATCHES:
        return evidence.Examined(mime=_AS_FILE)
    try:
        return evidence.examine(path)
    except evidence.NotTaken as error:
        with transaction.atomic():
            locked = CallerFile.objects.select_for_update(of=("self",)).select_related("session").get(pk=file.pk)
            if locked.state == UploadState.RECEIVED:
                files.refuse(locked, error.code)
        return None


def _store(file: CallerFile, path: Path, seen: evidence.Examined) -> None:
    """One exhibit, its master, the smaller copy for screens where there can be one, and the seal."""
    session, system = file.session, _system(file)
    key = f"{session.pk}:upload:{file.pk}"
    exhibit = evidence.open_exhibit(
        actor=system,
        incident_id=session.incident_id,
        producer=Actor.for_user(session.requested_by),
        description=_description(file),
        source_key=key,
    )
    item = evidence.register_file(
        actor=system, exhibit_id=exhibit.pk, kind="caller_upload", path=path, sha256=file.received_sha256,
        mime=seen.mime, width=seen.width, height=seen.height, source_key=key,
    )  # fmt: skip
    if seen.shown:
        _keep_small(file, exhibit, item, path)
    evidence.seal_exhibit(actor=system, exhibit_id=exhibit.pk)
    with transaction.atomic():
        locked = CallerFile.objects.select_for_update(of=("self",)).select_related("session").get(pk=file.pk)
        if locked.state == UploadState.RECEIVED:
            done = {"exhibit_id": exhibit.pk, "exhibit_ref": exhibit.ref, "item_id": item.pk}
            files.save(locked, state=UploadState.REGISTERED, **done)
            write_log(locked, _log_words(locked))
            files.tell(locked.session)
    file.refresh_from_db()


def _keep_small(file: CallerFile, exhibit: Any, item: Any, path: Path) -> None:
    small = evidence.small_copy(path)
    with tempfile.TemporaryDirectory(prefix="sightline-upload-") as scratch:
        made = Path(scratch) / "small.jpg"
        made.write_bytes(small)
        evidence.add_working_copy(
            actor=_system(file), exhibit_id=exhibit.pk, item_id=item.pk, path=made, mime=evidence.JPEG,
            sha256=hashlib.sha256(small).hexdigest(), tool=f"Pillow {pillow}, made new from the pixels, no metadata",
            source_key=f"{file.pk}:small",
        )  # fmt: skip


def _description(file: CallerFile) -> str:
    if file.verdict == PieceVerdict.INCOMPLETE:
        return f"Part of a {_kind(file)} sent by the caller through a link; not all of it came"
    if file.verdict == PieceVerdict.DIFFERS:
        return f"{_kind(file).capitalize()} sent by the caller through a link; not what its announced hash says"
    return f"{_kind(file).capitalize()} sent by the caller through a link"


def _kind(file: CallerFile) -> str:
    return "film" if file.is_film else "photo"


def _log_words(file: CallerFile) -> str:
    size = filesizeformat(file.received_bytes).replace("\xa0", " ")
    said = _WARNINGS.get(file.verdict, "Its hash agrees with the phone's.")
    return f"{_kind(file).capitalize()} from the caller, {size}, is exhibit {file.exhibit_ref}. {said}"


def close_overdue() -> int:
    """End what will not come any more, because its link is over: what came in part is kept as incomplete, the rest is
    given up. And hand on again what a lost piece of work left lying. How many files were ended."""
    open_ = CallerFile.objects.filter(
        session__state__in=FINAL_STATES, state__in=(UploadState.ANNOUNCED, UploadState.RECEIVING)
    )
    closed = sum(files.close(file_id) for file_id in list(open_.values_list("pk", flat=True)[:500]))
    lying = CallerFile.objects.filter(state=UploadState.RECEIVED, received_at__lt=now() - timedelta(minutes=5))
    hour = now().strftime("%Y%m%d%H")
    for file_id in list(lying.values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            enqueue("upload.register", {"file": str(file_id)}, dedupe_key=f"upload.register:again:{file_id}:{hour}")
    return closed


def _system(file: CallerFile) -> Actor:
    return Actor.system(file.session.force_id)
