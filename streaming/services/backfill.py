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

from django.db.models import Count, Sum

from core.clock import now
from core.errors import Conflict, Invalid, TooLarge
from core.outbox import enqueue
from streaming import films
from streaming.models import PhonePiece, Recording, VideoSession
from streaming.services.chunks import Kind
from streaming.services.phone_access import Passage
from streaming.services.recordings import announce as announce_recording
from streaming.states import PIECE_TRANSITIONS, PieceState, PieceVerdict

#: Limits of one session. A piece is a few seconds; two hours of them fit.
PIECE_BYTES = 16 * 1024 * 1024
PIECE_SECONDS = 120
MOST = 2000
SESSION_BYTES = 1024 * 1024 * 1024
PIECES_AT_ONCE = 50
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


class Pieces(Kind[PhonePiece, Announced]):
    model = PhonePiece
    transitions = PIECE_TRANSITIONS
    done = "This piece is finished. Nothing more is taken for it."
    taken_back = "Deleted on the phone by the caller"

    def check_said(self, said: list[Announced]) -> None:
        if not 0 < len(said) <= PIECES_AT_ONCE:
            raise Invalid(fields={"pieces": f"Send 1 to {PIECES_AT_ONCE} pieces at once."})
        for piece in said:
            _check(piece)

    def check_open(self, passage: Passage, session: VideoSession, row: PhonePiece | None = None) -> None:
        """Film comes after the call too, for as long as the browser is let in: see `keep` for what is no film of it."""

    def keep(self, passage: Passage, session: VideoSession, said: Announced) -> tuple[PhonePiece, bool]:
        """Raises Conflict ("announced": other words for the same piece; "after_end": filmed after the call's end)."""
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
        piece.placed = (
            said.error_ms <= LARGEST_ERROR_MS and began - error <= piece.start and piece.end <= moment + error
        )
        if passage.until is not None and piece.start > passage.until + error:
            raise Conflict("The call had ended when this was filmed. It is not taken.", code="after_end")
        piece.save(force_insert=True)
        return piece, True

    def check_room(self, session: VideoSession) -> None:
        sums = PhonePiece.objects.filter(session=session).aggregate(count=Count("pk"), size=Sum("size_bytes"))
        if sums["count"] > MOST or sums["size"] > SESSION_BYTES:
            raise TooLarge("This call has sent as much as one call may.")

    def purpose(self, fresh: int) -> str:
        return f"Hashes of {fresh} pieces recorded on the caller's phone"

    def look(self, row: PhonePiece, head: bytes) -> Invalid | None:
        try:
            films.container_of(head[: films.HEAD])
        except films.NotAFilm:
            self.save(row, state=PieceState.REFUSED, touched_at=now())
            return Invalid("This is not a film. It is not taken.", code="film")
        return None

    def judged(self, row: PhonePiece, path: Path, found: str) -> None:
        if row.received_bytes < row.size_bytes:
            verdict = PieceVerdict.INCOMPLETE
        elif not row.sha256:
            verdict = PieceVerdict.UNANNOUNCED
        else:
            verdict = PieceVerdict.MATCHES if found == row.sha256 else PieceVerdict.DIFFERS
        film = _film(path)
        self.save(
            row,
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
        enqueue("backfill.register", {"session": str(row.session_id)}, dedupe_key=f"backfill.register:{row.pk}")

    def tell(self, session: VideoSession) -> None:
        recording = Recording.objects.select_related("session").filter(session=session).first()
        if recording is not None:
            announce_recording(recording)


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


def _film(path: Path) -> films.Film | None:
    try:
        return films.measure(path.read_bytes())
    except films.NotAFilm:
        return None


pieces = Pieces()
