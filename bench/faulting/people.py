"""The calls of `bench faults`, and the reckoning when they are over. Needs Django set up on the benchmark's database.

`python -m bench.faulting.people make FILE CALLS` or `… reckon FILE`: both write JSON into FILE.
"""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django


def make(count: int) -> dict[str, Any]:
    """A force, a call handler signed in, and `count` calls whose links a phone has claimed."""
    from django.core.management import call_command

    from bench.live_people import sign_in
    from core.actors import Actor
    from tests.factories.core import make_user
    from tests.factories.sessions import make_call

    call_command("migrate", interactive=False, verbosity=0)
    user = make_user()
    calls = [make_call(Actor.for_user(user), number=f"07700 900{100 + number}") for number in range(count)]
    (cookie,) = sign_in([user])
    return {
        "calls": [{"session": call.id, "secret": call.secret} for call in calls],
        "cookie": cookie,
        "user": str(user.pk),
    }


def reckon() -> dict[str, Any]:
    """What became of every call: its parts, its exhibit, its gaps, and what is left on the engines' disk."""
    from django.conf import settings

    from core.clock import now
    from core.models import OutboxMessage
    from evidence.models import EvidenceItem, Exhibit
    from streaming.models import GapLedger, Recording, RecordingPart, VideoSession

    stored = {_sha256(path) for path in Path(settings.EVIDENCE_DIR).rglob("*") if path.is_file()}
    sessions = []
    for session in VideoSession.objects.all():
        recording = Recording.objects.filter(session=session).first()
        items = EvidenceItem.objects.filter(exhibit_id=session.exhibit_id) if session.exhibit_id else []
        hashes = {item.sha256 for item in items}
        ledger = GapLedger.objects.filter(session=session).order_by("-number").first()
        parts = list(RecordingPart.objects.filter(session=session).order_by("number"))
        sessions.append(
            {
                "session": str(session.pk),
                "state": session.state,
                "progress": recording.progress if recording else "none",
                "exhibits": Exhibit.objects.filter(source_key=str(session.pk)).count(),
                "parts": [
                    {
                        "number": part.number,
                        "start": part.started_at.timestamp() if part.started_at else None,
                        "end": part.ended_at.timestamp() if part.ended_at else None,
                        "frames": part.frames,
                        "recovered": part.recovered,
                        "orphan": part.item_id is None,
                        "hashed": bool(part.sha256) and part.sha256 in stored and part.sha256 in hashes,
                    }
                    for part in parts
                ],
                "holes": json.loads(ledger.text)["holes"] if ledger is not None else [],
            }
        )
    root = Path(settings.MEDIA_RECORDINGS_DIR)
    films = [path.name for path in root.rglob("part-*") if path.suffix in (".mp4", ".webm")] if root.is_dir() else []
    late = now() - timedelta(seconds=10)
    waiting = OutboxMessage.objects.exclude(state="done").filter(due_at__lt=late).values_list("kind", "state")
    return {"sessions": sessions, "left_on_disk": films, "outbox": [list(row) for row in waiting]}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main() -> int:
    django.setup()
    what, out = sys.argv[1], Path(sys.argv[2])
    out.write_text(json.dumps(make(int(sys.argv[3])) if what == "make" else reckon()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
