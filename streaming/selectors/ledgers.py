"""Reading the gap ledger: as it is while the call goes on, as it was sealed afterwards."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.errors import NotFound
from evidence import selectors as evidence
from evidence.permissions import check_view
from streaming import recorded
from streaming.ledger import document
from streaming.models import GapLedger, VideoSession
from streaming.permissions import check_watch


@dataclass(frozen=True)
class ShownLedger:
    """`content` as in `streaming.ledger.document`. `sealed`: it is an item of the exhibit; `intact`: and what is shown
    has that item's hash."""

    content: dict[str, Any]
    sealed: bool
    intact: bool = True
    sha256: str = ""

    @property
    def empty(self) -> bool:
        return not self.content["seconds"]


def session_ledger(actor: Actor, session_id: UUID) -> ShownLedger:
    """The line of a call, for who may watch it. Times and causes, nobody's data: no audit.

    Raises NotAllowed, NotFound.
    """
    check_watch(actor)
    session = VideoSession.objects.visible_to(actor).filter(pk=session_id).first()
    if session is None:
        raise NotFound()
    return ledger_of(actor, session)


def exhibit_ledger(actor: Actor, exhibit_id: UUID) -> ShownLedger:
    """The line of the exhibit's recording, for who may see the exhibit. Raises NotAllowed, NotFound."""
    check_view(actor)
    session = VideoSession.objects.visible_to(actor).filter(exhibit_id=exhibit_id).first()
    if session is None:
        raise NotFound()
    return ledger_of(actor, session)


def ledger_of(actor: Actor, session: VideoSession) -> ShownLedger:
    """The sealed line once there is one; until then the line as it is now. For a session the actor was let in to."""
    row: GapLedger | None = GapLedger.objects.filter(session=session).order_by("-number").first()
    if row is None:
        return ShownLedger(document(str(session.pk), recorded.film(session)), sealed=False)
    return ShownLedger(
        recorded.content_of(row),
        sealed=True,
        intact=hashlib.sha256(row.text.encode()).hexdigest() == evidence.sealed_hash(actor, row.item_id),
        sha256=row.sha256,
    )


# What a line says in words; `static/js/lib/ledger.js` says the same, and a test compares them.
WHY_WORDS = {
    "network": "connection lost or weak",
    "caller": "stopped on the caller's phone",
    "engine": "video service stopped",
    "storage": "storage failed",
}
STATE_WORDS = {
    "recorded": "Recorded",
    "loss": "Recorded with loss",
    "phone": "From the phone, sent later",
    "lost": "Not recorded",
}


@dataclass(frozen=True)
class LedgerRow:
    """One stretch that is not simply recorded, for the table."""

    at: datetime
    seconds: int
    state: str
    words: str
    why: str
    frames: int
    kept: bool


def rows_of(shown: ShownLedger) -> list[LedgerRow]:
    """Every run but the recorded ones."""
    start = shown.content["start"]
    return [
        LedgerRow(
            at=datetime.fromtimestamp(start + run["at"], UTC),
            seconds=run["for"],
            state=run["state"],
            words=STATE_WORDS[run["state"]],
            why=WHY_WORDS.get(run["why"], ""),
            frames=run["frames"],
            kept=run.get("kept", False),
        )
        for run in shown.content["runs"]
        if run["state"] != "recorded"
    ]
