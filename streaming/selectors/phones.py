"""Which of a session's rows came from the phone that has it now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from streaming.models import LinkToken


def since_this_phone(session_id: UUID) -> datetime | None:
    """When the first link went to the phone that has the session now; None when there was no other. A text to a wrong
    number may have been opened and answered: what a stranger wrote, and where the stranger was, is not the caller's."""
    since = None
    links = LinkToken.objects.filter(session_id=session_id).order_by("-created_at")
    number = ""
    for link_number, created_at in links.values_list("number", "created_at"):
        if number and link_number != number:
            return since
        number, since = link_number, created_at
    return None
