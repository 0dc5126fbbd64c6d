"""What is missing of a connected phone right now, for a page whose user has been let in already."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from streaming.models import Interruption


def open_interruptions(session_id: UUID) -> list[dict[str, Any]]:
    """Those that last, oldest first, as pages get them: words of `states`, epoch milliseconds."""
    rows = Interruption.objects.filter(session_id=session_id, ended_at__isnull=True)
    return [{"what": str(row.what), "why": row.why, "since": round(row.started_at.timestamp() * 1000)} for row in rows]
