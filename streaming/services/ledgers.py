"""Sealing the gap ledger with the film: computed from what was recorded, stored as an item of the same exhibit."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from uuid import UUID

from django.db import transaction

from core.actors import Actor
from core.clock import now
from evidence import services as evidence
from streaming import recorded
from streaming.ledger import canonical, document
from streaming.models import GapLedger, VideoSession
from streaming.services.progress import lock_session

MIME = "application/json"


def store_ledger(session: VideoSession) -> GapLedger | None:
    """Register the session's line as it is now; the newest version counts. Seal the exhibit after it.

    The same film makes the same bytes, so a repeat changes nothing. None when there is no exhibit or no second to speak
    of. Raises what the store raises. Call it outside a transaction.
    """
    film = recorded.film(session)
    if session.exhibit_id is None or film.end <= film.start:
        return None
    data = canonical(document(str(session.pk), film, recorded.part_list(session)))
    sha256 = hashlib.sha256(data).hexdigest()
    newest: GapLedger | None = GapLedger.objects.filter(session=session).order_by("-number").first()
    if newest is not None and newest.sha256 == sha256:
        return newest
    with tempfile.TemporaryDirectory(prefix="sightline-ledger-") as scratch:
        path = Path(scratch) / "ledger.json"
        path.write_bytes(data)
        item = evidence.register_file(
            actor=Actor.system(session.force_id),
            exhibit_id=session.exhibit_id,
            kind="ledger",
            path=path,
            sha256=sha256,
            mime=MIME,
            late=True,
            source_key=f"{session.pk}:ledger:{sha256[:16]}",
        )
    return _note(session, data.decode(), sha256, item.pk)


def _note(session: VideoSession, text: str, sha256: str, item_id: UUID) -> GapLedger:
    with transaction.atomic():
        lock_session(session.pk)  # two couriers may be finishing the same recording
        rows = GapLedger.objects.filter(session=session).order_by("-number")
        if (same := rows.filter(item_id=item_id).first()) is not None:
            return same
        last = rows.first()
        return GapLedger.objects.create(
            force_id=session.force_id,
            session=session,
            number=last.number + 1 if last else 1,
            text=text,
            sha256=sha256,
            item_id=item_id,
            made_at=now(),
        )
