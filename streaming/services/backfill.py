"""The caller's phone sends what it recorded while its connection was down: hashes first, the film in its own time.

An announcement is kept with our clock's time before any film of it is taken, and never changes; so a piece that was
altered on the phone, or on the way, shows. Film comes in chunks at an offset, and may be taken up again anywhere.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum

from core import audit
from core.clock import now
from core.errors import Conflict, Invalid, NotFound, TooLarge, Unavailable
from core.models import AuditAction
from core.outbox import enqueue
from streaming import films
from streaming.models import PhonePiece, Recording, VideoSession
from streaming.services import phone_files
from streaming.services.phone_access import Passage
from streaming.services.progress import lock_session
from streaming.services.recordings import announce as announce_recording
from streaming.states import PIECE_TRANSITIONS, PieceState, PieceVerdict

#: Limits of one session. A piece is a few seconds; two hours of them fit.
PIECE_BYTES = 16 * 1024 * 1024
PIECE_SECONDS = 120
CHUNK_BYTES = 512 * 1024
PIECES = 2000
SESSION_BYTES = 1024 * 1024 * 1024
PIECES_AT_ONCE = 50
#: This much of the disk stays the live recorder's.
KEEP_FREE = 512 * 1024 * 1024
#: How far from our own time a phone's may be after its clock was measured; and what an unmeasured clock is given.
SLACK = timedelta(seconds=10)
LARGEST_ERROR_MS = 60_000.0
TYPES = ("video/webm", "video/mp4")


@dataclass(frozen=True, kw_only=True)
class Announced:
    """What the phone says of a piece. Times are its own clock in ms; `offset_ms` is how far it measured ours to be
    ahead, `error_ms` half of the fastest answer's way there and back. `sha256` is "" when it could not hash it."""

    run: UUID
    sequence: int
    sha256: str
    previous: str
    size: int
    mime: str
    started_ms: int
    ended_ms: int
    offset_ms: float
    error_ms: float


def first_link(session_id: UUID, run: UUID) -> str:
    """What the chain of a run begins with."""
    return hashlib.sha256(f"{session_id}|{run}".encode()).hexdigest()


def chain_of(piece: Announced) -> str:
    """SHA-256 over the chain so far and what is announced of this piece; static/js/backfill/seal.js makes the same."""
    fields = (piece.previous, piece.sequence, piece.sha256, piece.size, piece.started_ms, piece.ended_ms)
    return hashlib.sha256("|".join(map(str, fields)).encode()).hexdigest()


def announce(*, passage: Passage, pieces: list[Announced]) -> list[PhonePiece]:
    """Keep the announcements, each once: the same again changes nothing. In one transaction with its audit entry.

    Raises Invalid, Conflict ("announced": other words for the same piece; "after_end": filmed after the call was
    ended), TooLarge (more than a session may send).
    """
    if not 0 < len(pieces) <= PIECES_AT_ONCE:
        raise Invalid(fields={"pieces": f"Send 1 to {PIECES_AT_ONCE} pieces at once."})
    for piece in pieces:
        _check(piece)
    with transaction.atomic():
        session = lock_session(passage.session_id)
        kept = [_keep(passage, session, piece) for piece in pieces]
        fresh = [piece for piece, new in kept if new]
        if fresh:
            _check_room(session)
            audit.record(
                passage.actor,
                AuditAction.COLLECT,
                f"streaming.videosession:{session.pk}",
                purpose=f"Hashes of {len(fresh)} pieces recorded on the caller's phone",
                result_ids=[piece.pk for piece in fresh],
                incident=str(session.incident_id),
            )
            tell_screens(session)
    return [piece for piece, _ in kept]


def _check(piece: Announced) -> None:
    if piece.mime.partition(";")[0].strip() not in TYPES or len(piece.mime) > 80 or not piece.mime.isprintable():
        raise Invalid(fields={"mime": "Only WebM and MP4 are taken."})
    if not films.HEAD <= piece.size <= PIECE_BYTES:
        raise Invalid(fields={"size": f"A piece has at most {PIECE_BYTES // 2**20} MB."})
    if not 0 <= piece.ended_ms - piece.started_ms <= PIECE_SECONDS * 1000:
        raise Invalid(fields={"ended": "A piece is at most two minutes long."})
    if not (math.isfinite(piece.offset_ms) and abs(piece.offset_ms) < 10 * 365 * 86_400_000):
        raise Invalid(fields={"offset": "Not an offset of clocks."})
    if not (math.isfinite(piece.error_ms) and piece.error_ms >= 0):
        raise Invalid(fields={"error": "Not an uncertainty."})


def _keep(passage: Passage, session: VideoSession, said: Announced) -> tuple[PhonePiece, bool]:
    """The piece's row, and whether it is new."""
    earlier: PhonePiece | None = PhonePiece.objects.filter(
        session=session, run=said.run, sequence=said.sequence
    ).first()  # fmt: skip
    if earlier is not None:
        if (earlier.chain, earlier.sha256, earlier.size_bytes) != (chain_of(said), said.sha256, said.size):
            raise Conflict("This piece was announced differently before.", code="announced")
        return earlier, False
    moment = now()
    piece = PhonePiece(
        force_id=session.force_id,
        session=session,
        run=said.run,
        sequence=said.sequence,
        sha256=said.sha256,
        chain=chain_of(said),
        chained=said.previous == _chain_before(session, said),
        announced_at=moment,
        committed_at=moment if said.sha256 else None,
        size_bytes=said.size,
        mime=said.mime,
        started_at=_moment(said.started_ms),
        ended_at=_moment(said.ended_ms),
        offset_ms=said.offset_ms,
        offset_error_ms=min(said.error_ms, LARGEST_ERROR_MS),
        touched_at=moment,
    )
    error = SLACK + timedelta(milliseconds=piece.offset_error_ms)
    began = session.opened_at or session.requested_at
    piece.placed = said.error_ms <= LARGEST_ERROR_MS and began - error <= piece.start and piece.end <= moment + error
    if passage.until is not None and piece.start > passage.until + error:
        raise Conflict("The call had ended when this was filmed. It is not taken.", code="after_end")
    piece.save(force_insert=True)
    return piece, True


def _chain_before(session: VideoSession, said: Announced) -> str:
    if said.sequence == 1:
        return first_link(session.pk, said.run)
    rows = PhonePiece.objects.filter(session=session, run=said.run, sequence=said.sequence - 1)
    return str(rows.values_list("chain", flat=True).first() or "")


def _moment(milliseconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Invalid(fields={"started": "Not a time."}) from error


def _check_room(session: VideoSession) -> None:
    sums = PhonePiece.objects.filter(session=session).aggregate(count=Count("pk"), size=Sum("size_bytes"))
    if sums["count"] > PIECES or sums["size"] > SESSION_BYTES:
        raise TooLarge("This call has sent as much as one call may.")


def pieces_of(*, passage: Passage) -> list[PhonePiece]:
    """What this session's phone has announced, for the phone itself."""
    return list(PhonePiece.objects.filter(session_id=passage.session_id))


def piece_of(*, passage: Passage, piece_id: UUID) -> PhonePiece:
    """One of them. Raises NotFound, also for another session's."""
    piece = PhonePiece.objects.filter(session_id=passage.session_id, pk=piece_id).first()
    if piece is None:
        raise NotFound()
    return piece


def take_chunk(*, passage: Passage, piece_id: UUID, offset: int, data: bytes) -> PhonePiece:
    """Put `data` at `offset` of a piece; with the last byte the piece is hashed, judged and handed on.

    Raises NotFound; Conflict ("offset": the row, read again, says where to go on; "done": nothing more is taken);
    TooLarge (longer than announced); Invalid ("film": refused for good); Unavailable (no room, try later).
    """
    if len(data) > CHUNK_BYTES:
        raise TooLarge()
    with transaction.atomic():
        piece = _locked(passage, piece_id)
        path = phone_files.path_of(piece.session_id, piece.pk)
        if phone_files.length(path) < piece.received_bytes:  # the disk lost what a power cut took
            _save(piece, received_bytes=phone_files.length(path))
            wrong = True
        else:
            wrong = offset != piece.received_bytes
        refused = not wrong and offset == 0 and not _looks_like_film(data)
        if refused:
            _save(piece, state=PieceState.REFUSED, touched_at=now())
        elif not wrong:
            _append(piece, data)
    if wrong:
        raise Conflict("Go on from where the last chunk ended.", code="offset")
    if refused:
        raise Invalid("This is not a film. It is not taken.", code="film")
    return piece


def _locked(passage: Passage, piece_id: UUID) -> PhonePiece:
    rows = PhonePiece.objects.select_for_update(of=("self",)).filter(session_id=passage.session_id, pk=piece_id)
    piece: PhonePiece | None = rows.first()
    if piece is None:
        raise NotFound()
    if piece.state not in (PieceState.ANNOUNCED, PieceState.RECEIVING):
        raise Conflict("This piece is finished. Nothing more is taken for it.", code="done")
    return piece


def _looks_like_film(data: bytes) -> bool:
    try:
        films.container_of(data[: films.HEAD])
    except films.NotAFilm:
        return False
    return True


def _append(piece: PhonePiece, data: bytes) -> None:
    total = piece.received_bytes + len(data)
    if total > piece.size_bytes:
        raise TooLarge("This is longer than was announced.")
    if phone_files.free_bytes() < KEEP_FREE:
        raise Unavailable("There is no room just now. Try again in a minute.", retry_after=60)
    last = total == piece.size_bytes
    path = phone_files.path_of(piece.session_id, piece.pk)
    phone_files.write_at(path, piece.received_bytes, data, last=last)
    _save(piece, state=PieceState.RECEIVING, received_bytes=total, touched_at=now())
    if last:
        judge(piece)


def judge(piece: PhonePiece) -> None:
    """Hash what is here, compare it with the announcement, and hand it on. In a transaction that holds the row."""
    path = phone_files.path_of(piece.session_id, piece.pk)
    found = phone_files.sha256_of(path)
    if piece.received_bytes < piece.size_bytes:
        verdict = PieceVerdict.INCOMPLETE
    elif not piece.sha256:
        verdict = PieceVerdict.UNANNOUNCED
    else:
        verdict = PieceVerdict.MATCHES if found == piece.sha256 else PieceVerdict.DIFFERS
    film = _film(path)
    _save(
        piece,
        state=PieceState.RECEIVED,
        verdict=verdict,
        received_at=now(),
        received_sha256=found,
        readable=film is not None,
        container=film.container if film else "",
        codecs=",".join(film.codecs)[:60] if film else "",
        width=film.width if film else None,
        height=film.height if film else None,
    )
    enqueue("backfill.register", {"session": str(piece.session_id)}, dedupe_key=f"backfill.register:{piece.pk}")


def _film(path: Path) -> films.Film | None:
    try:
        return films.measure(path.read_bytes())
    except films.NotAFilm:
        return None


def withdraw(*, passage: Passage, piece_id: UUID) -> PhonePiece:
    """The caller deleted the piece from the phone before it was sent: what came of it is removed too.

    Raises NotFound, Conflict ("done": it is here already, and is evidence).
    """
    with transaction.atomic():
        piece = _locked(passage, piece_id)
        _save(piece, state=PieceState.WITHDRAWN, received_bytes=0, touched_at=now())
        session = lock_session(piece.session_id)
        audit.record(
            passage.actor,
            AuditAction.ALTER,
            f"streaming.phonepiece:{piece.pk}",
            purpose="Deleted on the phone by the caller",
            incident=str(session.incident_id),
        )
        tell_screens(session)
        transaction.on_commit(Removal(piece.session_id, piece.pk), robust=True)
    return piece


@dataclass(frozen=True)
class Removal:
    """The file goes after the row has said so."""

    session_id: UUID
    piece_id: UUID

    def __call__(self) -> None:
        phone_files.remove(phone_files.path_of(self.session_id, self.piece_id))


def tell_screens(session: VideoSession) -> None:
    """Open pages fetch the ledger and the exhibit again. In a transaction."""
    recording = Recording.objects.select_related("session").filter(session=session).first()
    if recording is not None:
        announce_recording(recording)


def _save(piece: PhonePiece, **changes: object) -> None:
    state = changes.get("state", piece.state)
    if state != piece.state and state not in PIECE_TRANSITIONS[PieceState(piece.state)]:
        raise Conflict("This piece is finished. Nothing more is taken for it.", code="done")
    for name, value in changes.items():
        setattr(piece, name, value)
    piece.save(update_fields=list(changes))
