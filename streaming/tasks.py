"""Background work of links and texts. Outbox rows are the truth; the sweep is the net under them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task

from core.outbox import outbox_handler
from streaming.services import delivery, links


@outbox_handler("sms.send", max_attempts=5)
def send_text(payload: dict[str, Any], attempt: int) -> None:
    delivery.send_text(UUID(payload["message"]))


@outbox_handler("sms.fallback")
def fall_back(payload: dict[str, Any], attempt: int) -> None:
    delivery.fall_back(UUID(payload["message"]))


@outbox_handler("link.expire", max_attempts=20)
def expire_link(payload: dict[str, Any], attempt: int) -> None:
    links.expire_link(UUID(payload["link"]))


@shared_task(name="streaming.expire_links")
def expire_links() -> None:
    links.expire_due_links()
