"""What came from the caller's phone, as the exhibit's page shows it: when it was filmed, when its hash was announced,
and what the hash is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from evidence.permissions import check_view
from streaming.models import PhonePiece, VideoSession
from streaming.states import PieceState, PieceVerdict


@dataclass(frozen=True)
class ShownPiece:
    """`start` and `end` by our clock, None where they cannot be placed; `error` seconds. `playable`: may be watched in
    the page; `warning` says why it proves nothing by itself."""

    number: int
    start: datetime | None
    end: datetime | None
    error: float
    state: str
    announced_at: datetime | None
    after: float  # seconds from its last frame to its announcement
    chained: bool
    item_id: UUID | None
    sha256: str
    playable: bool
    warning: str


_WARNINGS: dict[str, str] = {
    PieceVerdict.DIFFERS: "Differs from the hash announced before: altered on the phone or on the way",
    PieceVerdict.INCOMPLETE: "Not all of it came",
    PieceVerdict.UNANNOUNCED: "Its hash was not announced before it was sent",
}


def exhibit_pieces(actor: Actor, exhibit_id: UUID) -> list[ShownPiece]:
    """The phone's film of an exhibit in the order it was filmed, for who may see the exhibit. Times and hashes,
    nobody's data: no audit; opening a film leaves its entry. Raises NotAllowed, NotFound."""
    check_view(actor)
    session = VideoSession.objects.visible_to(actor).filter(exhibit_id=exhibit_id).first()
    if session is None:
        raise NotFound()
    rows = PhonePiece.objects.filter(session=session).exclude(state=PieceState.REFUSED)
    return [_shown(number, piece) for number, piece in enumerate(sorted(rows, key=lambda row: row.start), 1)]


def _shown(number: int, piece: PhonePiece) -> ShownPiece:
    warning = _WARNINGS.get(piece.verdict, "")
    if piece.verdict == PieceVerdict.MATCHES and not piece.readable:
        warning = "No player can read it"
    return ShownPiece(
        number=number,
        start=piece.start if piece.placed else None,
        end=piece.end if piece.placed else None,
        error=piece.offset_error_ms / 1000,
        state=str(PieceState(piece.state).label),
        announced_at=piece.committed_at,
        after=max(0.0, (piece.announced_at - piece.end).total_seconds()),
        chained=piece.chained,
        item_id=piece.item_id,
        sha256=piece.received_sha256 or piece.sha256,
        playable=piece.item_id is not None and piece.readable,
        warning=warning,
    )
