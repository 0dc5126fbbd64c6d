"""Background work of incidents. Outbox rows are the truth; Celery is the courier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.outbox import outbox_handler
from incidents.services import sending

NEVER_GIVE_UP = 10_000  # the work itself says when it is over


@outbox_handler("transfer.send", max_attempts=NEVER_GIVE_UP)
def send_transfer(payload: dict[str, Any], attempt: int) -> None:
    sending.send_transfer(UUID(payload["transfer"]))


@outbox_handler("transfer.alarm", max_attempts=NEVER_GIVE_UP)
def ring(payload: dict[str, Any], attempt: int) -> None:
    sending.ring(UUID(payload["transfer"]))
