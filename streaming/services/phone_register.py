"""From the phone's uploads into the evidence store: each piece an item of the call's own exhibit, under the kind that
says what its hash is worth; then the ledger anew, and the seal. May be killed anywhere and run again."""

from __future__ import annotations

import uuid
from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from core.actors import Actor
from core.clock import now
from core.outbox import enqueue
from evidence import services as evidence
from incidents.services import append_log
from streaming.models import PhonePiece, Recording, VideoSession
from streaming.services import phone_files
from streaming.services.backfill import pieces
from streaming.services.ledgers import store_ledger
from streaming.services.phone_access import AFTER_THE_END
from streaming.services.progress import lock_session
from streaming.services.recordings import open_exhibit
from streaming.states import PieceState, PieceVerdict, RecordingProgress

log = structlog.get_logger(__name__)

#: evidence.ItemKind by what the hash says.
KINDS: dict[str, str] = {
    PieceVerdict.MATCHES: "phone_video",
    PieceVerdict.UNANNOUNCED: "phone_unannounced",
    PieceVerdict.DIFFERS: "phone_differs",
    PieceVerdict.INCOMPLETE: "phone_differs",
}
_NO_FILM = "application/octet-stream"  # kept, handed over as a file, never played
_CLOSED = (RecordingProgress.SEALED, RecordingProgress.PLAYABLE, RecordingProgress.DONE, RecordingProgress.EMPTY)
_OPEN = (PieceState.ANNOUNCED, PieceState.RECEIVING)


def register(session_id: UUID) -> None:
    """Put every piece that is here into the store, then make the ledger and the seal again where the call is over.

    Raises what the store raises: the phone's bytes stay where they are, and the work is repeated.
    """
    rows = VideoSession.objects.select_related("requested_by__force", "incident")
    session = rows.get(pk=session_id)
    waiting = PhonePiece.objects.filter(session=session, state=PieceState.RECEIVED).order_by("started_at", "sequence")
    done = [_store(session, piece) for piece in waiting]
    if not done and not PhonePiece.objects.filter(session=session, state=PieceState.REGISTERED).exists():
        return
    if Recording.objects.filter(session=session, progress__in=_CLOSED).exists():
        store_ledger(session)
        evidence.seal_exhibit(actor=Actor.system(session.force_id), exhibit_id=open_exhibit(session).pk)
    with transaction.atomic():
        session = lock_session(session_id)
        _write_log(session, done)
        pieces.tell(session)
    _release(session)


def _store(session: VideoSession, piece: PhonePiece) -> PhonePiece:
    path = phone_files.path_of(session.pk, piece.pk)
    system = Actor.system(session.force_id)
    item = evidence.register_file(
        actor=system,
        exhibit_id=open_exhibit(session).pk,
        kind=KINDS[piece.verdict],
        path=path,
        sha256=piece.received_sha256,
        mime=f"video/{piece.container}" if piece.readable else _NO_FILM,
        container=piece.container,
        codecs=piece.codecs,
        width=piece.width,
        height=piece.height,
        captured_start=piece.start if piece.placed else None,
        captured_end=piece.end if piece.placed else None,
        late=True,
        source_key=f"{session.pk}:phone:{piece.pk}",
    )
    with transaction.atomic():
        locked = PhonePiece.objects.select_for_update().get(pk=piece.pk)
        if locked.state == PieceState.RECEIVED:
            locked.state, locked.item_id = PieceState.REGISTERED, item.pk
            locked.save(update_fields=["state", "item_id"])
    return locked


def _release(session: VideoSession) -> None:
    """Remove the upload of every piece whose stored copy was read back once more and found equal."""
    for piece in PhonePiece.objects.filter(session=session, state=PieceState.REGISTERED):
        path = phone_files.path_of(session.pk, piece.pk)
        if piece.item_id is not None and path.is_file():
            evidence.release_source(actor=Actor.system(session.force_id), item_id=piece.item_id, path=path)
            phone_files.remove(path)


def _write_log(session: VideoSession, pieces: list[PhonePiece]) -> None:
    """One entry a call that film came from the phone, and one that some of it must not be relied on; the exhibit has
    the rest. A phone that sends without end does not fill the log."""
    if not pieces:
        return
    ref = open_exhibit(session).ref
    said = {
        "came": f"Film that the caller's phone recorded while it was not connected is in exhibit {ref}.",
    }
    if any(piece.verdict in (PieceVerdict.DIFFERS, PieceVerdict.INCOMPLETE) for piece in pieces):
        said["differs"] = (
            f"Film from the caller's phone is not what its hash said before. Exhibit {ref} keeps it, with a warning."
        )
    for word, text in said.items():
        append_log(
            actor=Actor.system(session.force_id),
            incident_id=session.incident_id,
            type="MEDIA",
            channel="system",
            text=text,
            client_key=uuid.uuid5(uuid.NAMESPACE_OID, f"{session.pk}:phone:{word}"),
        )


def close_overdue() -> int:
    """End what will not come any more, a day after the call: film that came in part is kept as incomplete, an
    announcement without film is given up. And hand on again what a lost piece of work left lying. How many pieces."""
    before = now() - AFTER_THE_END
    over = Q(session__ended_at__lt=before, touched_at__lt=before)
    ids = list(PhonePiece.objects.filter(over, state__in=_OPEN).values_list("pk", flat=True)[:500])
    closed = sum(pieces.close(piece_id) for piece_id in ids)
    for session_id in _left_lying():
        hour = now().strftime("%Y%m%d%H")
        with transaction.atomic():
            key = f"backfill.register:again:{session_id}:{hour}"
            enqueue("backfill.register", {"session": str(session_id)}, dedupe_key=key)
    return closed


def _left_lying() -> list[UUID]:
    later = PhonePiece.objects.filter(session=OuterRef("pk"), state=PieceState.RECEIVED)
    old = later.filter(received_at__lt=now() - timedelta(minutes=5))
    return list(VideoSession.objects.filter(Exists(old)).values_list("pk", flat=True)[:100])
