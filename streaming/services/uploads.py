"""Photos and films that the caller chose on the phone, through an upload link: hashes first, then the bytes.

The protocol is that of film from the phone (services.chunks, docs/backfill.md). What is different: nothing is taken
once the link is over, and each file is an exhibit of its own.
"""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.db.models import Sum

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, TooLarge
from core.models import AuditAction
from core.outbox import enqueue
from core.realtime import publish
from evidence import services as evidence
from incidents.services import append_log, clean_text
from streaming.events import FilesChanged, incident_topic, session_topic
from streaming.models import CallerFile, LinkToken, VideoSession
from streaming.services.chunks import Kind, Removal
from streaming.services.links import keep_for_sending
from streaming.services.phone_access import Passage
from streaming.states import UPLOAD_TRANSITIONS, PieceVerdict, SessionMode, UploadState

#: Limits of one link. `CHOSEN` counts every file that was ever announced, so that no phone fills the log with refusals.
FILES = 20
CHOSEN = 60
FILE_BYTES = 300 * 1024 * 1024
SESSION_BYTES = 1024 * 1024 * 1024
NAME_LENGTH = 120
_NOT_COUNTED = (UploadState.REFUSED, UploadState.WITHDRAWN, UploadState.ABANDONED)
_SPOILT = (PieceVerdict.DIFFERS, PieceVerdict.INCOMPLETE)
_QUARTER = 4


class TooManyFiles(TooLarge):
    code = "too_many"

    def __init__(self) -> None:
        super().__init__("This link has taken as many files as one link may.")


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What the phone says of a file."""

    name: str
    size: int
    sha256: str


class Files(Kind[CallerFile, Chosen]):
    model = CallerFile
    transitions = UPLOAD_TRANSITIONS
    done = "This file is finished. Nothing more is taken for it."
    taken_back = "Taken back by the caller before it was sent"

    def check_said(self, said: list[Chosen]) -> None:
        if not 0 < len(said) <= FILES:
            raise Invalid(fields={"files": f"Choose 1 to {FILES} files."})
        for file in said:
            if not 0 < file.size <= FILE_BYTES:
                raise TooLarge(f"A file has at most {FILE_BYTES // 2**20} MB.")

    def check_open(self, passage: Passage, session: VideoSession, row: CallerFile | None = None) -> None:
        """The link asks for files, and neither it nor the call is over."""
        if session.mode != SessionMode.UPLOAD:
            raise NotAllowed("This link does not ask for photos or films.", code="not_upload")
        live = LinkToken.objects.live_at(now()).filter(session=session).exists()
        if session.ended or passage.until is not None or not live:
            raise Conflict("The link has ended. Nothing more is taken.", code="ended")

    def keep(self, passage: Passage, session: VideoSession, said: Chosen) -> tuple[CallerFile, bool]:
        """A file that is here already, or on its way, is the same one again."""
        same = CallerFile.objects.filter(session=session, sha256=said.sha256)
        earlier = same.exclude(state__in=_NOT_COUNTED).exclude(verdict__in=_SPOILT).first()
        if earlier is not None:
            return earlier, False
        moment = now()
        file = CallerFile.objects.create(
            force_id=session.force_id,
            session=session,
            name=_name(said.name),
            sha256=said.sha256,
            size_bytes=said.size,
            announced_at=moment,
            touched_at=moment,
        )
        return file, True

    def check_room(self, session: VideoSession) -> None:
        """Raises TooLarge ("too_many": more files than a link takes)."""
        rows = CallerFile.objects.filter(session=session)
        counted = rows.exclude(state__in=_NOT_COUNTED)
        if rows.count() > CHOSEN or counted.count() > FILES:
            raise TooManyFiles()
        if (counted.aggregate(size=Sum("size_bytes"))["size"] or 0) > SESSION_BYTES:
            raise TooLarge("This link has taken as much as one link may.")

    def purpose(self, fresh: int) -> str:
        return f"{fresh} files chosen by the caller"

    def look(self, row: CallerFile, head: bytes) -> Invalid | None:
        try:
            self.save(row, mime=evidence.mime_of(head[: evidence.HEAD]))
        except evidence.NotTaken as error:
            self.refuse(row, error.code)
            return Invalid(error.message, code=error.code)
        return None

    def moved(self, row: CallerFile, before: int) -> None:
        """The link lives while a file is on its way. A handler sees quarters, not each of a thousand chunks."""
        keep_for_sending(row.session)
        quarter = before * 100 // row.size_bytes * _QUARTER // 100 if before else -1
        if row.received_bytes < row.size_bytes and row.percent * _QUARTER // 100 != quarter:
            self.tell(row.session)

    def judged(self, row: CallerFile, path: Path, found: str) -> None:
        equal = PieceVerdict.MATCHES if found == row.sha256 else PieceVerdict.DIFFERS
        self.save(
            row,
            state=UploadState.RECEIVED,
            verdict=equal if row.received_bytes == row.size_bytes else PieceVerdict.INCOMPLETE,
            received_at=now(),
            received_sha256=found,
        )
        enqueue("upload.register", {"file": str(row.pk)}, dedupe_key=f"upload.register:{row.pk}")
        self.tell(row.session)

    def tell(self, session: VideoSession) -> None:
        rows = CallerFile.objects.filter(session=session)
        event = FilesChanged(
            session=session.pk,
            incident=session.incident_id,
            chosen=rows.exclude(state__in=_NOT_COUNTED).count(),
            here=rows.filter(state=UploadState.REGISTERED).count(),
        )
        publish(event, incident_topic(session.incident_id), session_topic(session.pk))

    def refuse(self, row: CallerFile, code: str) -> None:
        """Not taken: its bytes are removed, why is kept. In a transaction that holds the row."""
        self.save(row, state=UploadState.REFUSED, refusal=code, verdict="", received_bytes=0, touched_at=now())
        session = row.session
        audit.record(
            Actor.system(session.force_id),
            AuditAction.ALTER,
            f"streaming.callerfile:{row.pk}",
            purpose=f"Not taken: {row.get_refusal_display().lower()}",
            incident=str(session.incident_id),
        )
        write_log(row, f"A file that the caller sent was not taken: {row.get_refusal_display().lower()}.")
        self.tell(session)
        transaction.on_commit(Removal(row.session_id, row.pk), robust=True)


def _name(given: str) -> str:
    """The phone's own name for a file, to tell it apart: no path, nothing that prints as something else."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    return clean_text(last[-NAME_LENGTH:], field="name", limit=NAME_LENGTH)


def write_log(file: CallerFile, text: str) -> None:
    """The one entry of the incident's log about what became of a file. In a transaction."""
    append_log(
        actor=Actor.system(file.session.force_id),
        incident_id=file.session.incident_id,
        type="MEDIA",
        channel="system",
        text=text,
        client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"{file.pk}:upload"),
    )


files = Files()
