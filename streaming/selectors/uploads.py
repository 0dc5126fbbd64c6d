"""The files of an upload link, as the handler's panel shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from streaming.models import CallerFile, VideoSession
from streaming.permissions import check_see_session
from streaming.states import PieceVerdict, UploadState

_TYPES = {
    "image/jpeg": "JPEG photo", "image/png": "PNG picture", "image/webp": "WebP picture", "image/heic": "HEIC photo",
    "video/mp4": "MP4 film", "video/quicktime": "QuickTime film", "video/3gpp": "3GP film", "video/webm": "WebM film",
}  # fmt: skip
_WARNINGS: dict[str, str] = {
    PieceVerdict.DIFFERS: "Not what its hash said before",
    PieceVerdict.INCOMPLETE: "Not all of it came",
}


@dataclass(frozen=True)
class ShownFile:
    """`percent` while it is on its way, else None. `tone` is "good", "warn" or "". `exhibit_id` once it is evidence."""

    name: str
    type: str
    size: int
    chosen_at: datetime
    words: str
    tone: str
    percent: int | None
    exhibit_id: UUID | None
    exhibit_ref: str
    sha256: str


def session_files(actor: Actor, session_id: UUID) -> list[ShownFile]:
    """The files of a link in the order they were chosen; one LIST entry. Raises NotAllowed, NotFound."""
    check_see_session(actor)
    with transaction.atomic():
        session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
        if session is None:
            raise NotFound()
        rows = list(CallerFile.objects.filter(session=session))
        audit.record(
            actor,
            AuditAction.LIST,
            f"streaming.videosession:{session.pk}",
            purpose="Files from the caller",
            fields=["files"],
            result_ids=[row.pk for row in rows],
            incident=str(session.incident_id),
        )
    return [_shown(row) for row in rows]


def _shown(file: CallerFile) -> ShownFile:
    words, tone = _said(file)
    return ShownFile(
        name=file.name,
        type=_TYPES.get(file.mime, "Type not known"),
        size=file.size_bytes,
        chosen_at=file.announced_at,
        words=words,
        tone=tone,
        percent=file.percent if file.state == UploadState.RECEIVING else None,
        exhibit_id=file.exhibit_id,
        exhibit_ref=file.exhibit_ref,
        sha256=file.received_sha256 or file.sha256,
    )


def _said(file: CallerFile) -> tuple[str, str]:
    if file.state == UploadState.REFUSED:
        return f"Not taken: {file.get_refusal_display().lower()}", "warn"
    if file.state == UploadState.REGISTERED:
        warning = _WARNINGS.get(file.verdict, "")
        return warning or "Hash agrees", "warn" if warning else "good"
    return str(UploadState(file.state).label), ""
