"""Photos and films that the caller chose on the phone, through an upload link: hashes first, then the bytes.

The protocol is that of film from the phone (docs/backfill.md): announced with a hash, sent in chunks at an offset,
taken up again anywhere. What is different: nothing is taken once the link is over, and each file is an exhibit of its
own.
"""

from __future__ import annotations

import unicodedata
import uuid
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge, Unavailable
from core.models import AuditAction
from core.outbox import enqueue
from core.realtime import publish
from evidence import services as evidence
from incidents.services import append_log, clean_text
from streaming.events import FilesChanged, incident_topic, session_topic
from streaming.models import CallerFile, LinkToken, VideoSession
from streaming.services import phone_files
from streaming.services.backfill import CHUNK_BYTES, KEEP_FREE, Removal
from streaming.services.phone_access import Passage
from streaming.services.progress import lock_session
from streaming.states import UPLOAD_TRANSITIONS, PieceVerdict, SessionMode, UploadState

#: Limits of one link. `CHOSEN` counts every file that was ever announced, so that no phone fills the log with refusals.
FILES = 20
CHOSEN = 60
FILE_BYTES = 300 * 1024 * 1024
SESSION_BYTES = 1024 * 1024 * 1024
NAME_LENGTH = 120
_OPEN = (UploadState.ANNOUNCED, UploadState.RECEIVING)
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


def announce(*, passage: Passage, files: list[Chosen]) -> list[CallerFile]:
    """Keep the announcements: a file that is here already, or on its way, is the same one again.

    Raises NotAllowed (not an upload link), Conflict ("ended": the link is over), Invalid, TooLarge ("too_many": more
    files than a link takes; "too_large").
    """
    if not 0 < len(files) <= FILES:
        raise Invalid(fields={"files": f"Choose 1 to {FILES} files."})
    for file in files:
        if not 0 < file.size <= FILE_BYTES:
            raise TooLarge(f"A file has at most {FILE_BYTES // 2**20} MB.")
    with transaction.atomic():
        session = lock_session(passage.session_id)
        _check_collecting(passage, session)
        kept = [_keep(session, file) for file in files]
        fresh = [file for file, new in kept if new]
        if fresh:
            _check_room(session)
            audit.record(
                passage.actor,
                AuditAction.COLLECT,
                f"streaming.videosession:{session.pk}",
                purpose=f"{len(fresh)} files chosen by the caller",
                result_ids=[file.pk for file in fresh],
                incident=str(session.incident_id),
            )
            tell_screens(session)
    return [file for file, _ in kept]


def _check_collecting(passage: Passage, session: VideoSession) -> None:
    """The link asks for files, and neither it nor the call is over: withdrawn, run out and ended stop collecting."""
    if session.mode != SessionMode.UPLOAD:
        raise NotAllowed("This link does not ask for photos or films.", code="not_upload")
    live = LinkToken.objects.live_at(now()).filter(session=session).exists()
    if session.ended or passage.until is not None or not live:
        raise Conflict("The link has ended. Nothing more is taken.", code="ended")


def _keep(session: VideoSession, said: Chosen) -> tuple[CallerFile, bool]:
    """The file's row, and whether it is new."""
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


def _name(given: str) -> str:
    """The phone's own name for a file, to tell it apart: no path, nothing that prints as something else."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    return clean_text(last[-NAME_LENGTH:], field="name", limit=NAME_LENGTH)


def _check_room(session: VideoSession) -> None:
    rows = CallerFile.objects.filter(session=session)
    counted = rows.exclude(state__in=_NOT_COUNTED)
    if rows.count() > CHOSEN or counted.count() > FILES:
        raise TooManyFiles()
    if (counted.aggregate(size=Sum("size_bytes"))["size"] or 0) > SESSION_BYTES:
        raise TooLarge("This link has taken as much as one link may.")


def files_of(*, passage: Passage) -> list[CallerFile]:
    """What this link's phone has announced, for the phone itself."""
    return list(CallerFile.objects.filter(session_id=passage.session_id))


def file_of(*, passage: Passage, file_id: UUID) -> CallerFile:
    """One of them. Raises NotFound, also for another session's."""
    file = CallerFile.objects.filter(session_id=passage.session_id, pk=file_id).first()
    if file is None:
        raise NotFound()
    return file


def take_chunk(*, passage: Passage, file_id: UUID, offset: int, data: bytes) -> CallerFile:
    """Put `data` at `offset` of a file; with the last byte it is hashed, compared and handed on to be looked at.

    Raises NotFound; Conflict ("ended"; "offset": the row, read again, says where to go on; "done"); TooLarge (longer
    than announced); Invalid ("type": its first bytes are those of no photo and no film, refused for good);
    Unavailable (no room, try later).
    """
    if len(data) > CHUNK_BYTES:
        raise TooLarge()
    refused: evidence.NotTaken | None = None
    with transaction.atomic():
        file = _locked(passage, file_id)
        _check_collecting(passage, file.session)
        have = phone_files.length(phone_files.path_of(file.session_id, file.pk))
        if have < file.received_bytes:  # the disk lost what a power cut took
            save(file, received_bytes=have)
            wrong = True
        else:
            wrong = offset != file.received_bytes
        if not wrong:
            refused = _take(passage, file, data)
    if wrong:
        raise Conflict("Go on from where the last chunk ended.", code="offset")
    if refused is not None:
        raise Invalid(refused.message, code=refused.code)
    return file


def _locked(passage: Passage, file_id: UUID) -> CallerFile:
    rows = CallerFile.objects.select_for_update(of=("self",)).select_related("session")
    file: CallerFile | None = rows.filter(session_id=passage.session_id, pk=file_id).first()
    if file is None:
        raise NotFound()
    if file.state not in _OPEN:
        raise Conflict("This file is finished. Nothing more is taken for it.", code="done")
    return file


def _take(passage: Passage, file: CallerFile, data: bytes) -> evidence.NotTaken | None:
    """Keep a chunk, or refuse the file by its first bytes."""
    total = file.received_bytes + len(data)
    if total > file.size_bytes:
        raise TooLarge("This is longer than was announced.")
    if not file.received_bytes:
        try:
            file.mime = evidence.mime_of(data[: evidence.HEAD])
        except evidence.NotTaken as error:
            refuse(file, error.code)
            return error
    if phone_files.free_bytes() < KEEP_FREE:
        raise Unavailable("There is no room just now. Try again in a minute.", retry_after=60)
    last = total == file.size_bytes
    phone_files.write_at(phone_files.path_of(file.session_id, file.pk), file.received_bytes, data, last=last)
    before = file.percent * _QUARTER // 100 if file.received_bytes else -1
    save(file, state=UploadState.RECEIVING, mime=file.mime, received_bytes=total, touched_at=now())
    if last:
        judge(file)
    elif file.percent * _QUARTER // 100 != before:  # a handler sees quarters, not each of a thousand chunks
        tell_screens(file.session)
    return None


def judge(file: CallerFile) -> None:
    """Hash what is here, compare it with the announcement, and hand it on. In a transaction that holds the row."""
    found = phone_files.sha256_of(phone_files.path_of(file.session_id, file.pk))
    whole = file.received_bytes == file.size_bytes
    equal = PieceVerdict.MATCHES if found == file.sha256 else PieceVerdict.DIFFERS
    save(
        file,
        state=UploadState.RECEIVED,
        verdict=equal if whole else PieceVerdict.INCOMPLETE,
        received_at=now(),
        received_sha256=found,
    )
    enqueue("upload.register", {"file": str(file.pk)}, dedupe_key=f"upload.register:{file.pk}")
    tell_screens(file.session)


def refuse(file: CallerFile, code: str) -> None:
    """Not taken: its bytes are removed, why is kept. In a transaction that holds the row."""
    save(file, state=UploadState.REFUSED, refusal=code, verdict="", received_bytes=0, touched_at=now())
    session = file.session
    audit.record(
        Actor.system(session.force_id),
        AuditAction.ALTER,
        f"streaming.callerfile:{file.pk}",
        purpose=f"Not taken: {file.get_refusal_display().lower()}",
        incident=str(session.incident_id),
    )
    write_log(file, f"A file that the caller sent was not taken: {file.get_refusal_display().lower()}.")
    tell_screens(session)
    transaction.on_commit(Removal(file.session_id, file.pk), robust=True)


def withdraw(*, passage: Passage, file_id: UUID) -> CallerFile:
    """The caller takes a file back before all of it is here: what came of it is removed too.

    Raises NotFound, Conflict ("done": it is here already, and is evidence).
    """
    with transaction.atomic():
        file = _locked(passage, file_id)
        save(file, state=UploadState.WITHDRAWN, received_bytes=0, touched_at=now())
        audit.record(
            passage.actor,
            AuditAction.ALTER,
            f"streaming.callerfile:{file.pk}",
            purpose="Taken back by the caller before it was sent",
            incident=str(file.session.incident_id),
        )
        tell_screens(file.session)
        transaction.on_commit(Removal(file.session_id, file.pk), robust=True)
    return file


def tell_screens(session: VideoSession) -> None:
    """Open pages fetch the list again. In a transaction."""
    rows = CallerFile.objects.filter(session=session)
    event = FilesChanged(
        session=session.pk,
        incident=session.incident_id,
        chosen=rows.exclude(state__in=_NOT_COUNTED).count(),
        here=rows.filter(state=UploadState.REGISTERED).count(),
    )
    publish(event, incident_topic(session.incident_id), session_topic(session.pk))


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


def save(file: CallerFile, **changes: object) -> None:
    state = changes.get("state", file.state)
    if state != file.state and state not in UPLOAD_TRANSITIONS[UploadState(file.state)]:
        raise Conflict("This file is finished. Nothing more is taken for it.", code="done")
    for name, value in changes.items():
        setattr(file, name, value)
    file.save(update_fields=list(changes))
