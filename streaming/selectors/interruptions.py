"""What is missing of a connected phone right now, for a page whose user has been let in already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from streaming.models import Interruption


def wire(row: Interruption) -> dict[str, Any]:
    """The form that pages get: words of `states`, epoch milliseconds."""
    until = row.ended_at
    return {
        "what": str(row.what),
        "why": row.why,
        "since": round(row.started_at.timestamp() * 1000),
        "until": round(until.timestamp() * 1000) if until else None,
    }


def open_interruptions(session_id: UUID) -> list[dict[str, Any]]:
    """Those that last, oldest first."""
    return [wire(row) for row in Interruption.objects.filter(session_id=session_id, ended_at__isnull=True)]
