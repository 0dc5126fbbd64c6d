"""Background work of suspects. Rows are the truth; the beat is the net under them."""

from __future__ import annotations

from typing import Any

import structlog
from celery import shared_task

from core.outbox import outbox_handler
from suspects.services import asking, expiry, operations

log = structlog.get_logger(__name__)


@shared_task(name="suspects.end_reservations")
def end_reservations() -> None:
    """Every 15 seconds: leases that ran out, holders who went home, operations that began."""
    expiry.sweep()
    operations.refresh_by_the_clock()


# A phone whose app is closed gets these by web push. No phone has asked for that yet, so there is nobody to send to;
# done twice, nothing happens twice.
@outbox_handler("push.wanted")
def push_wanted(payload: dict[str, Any], attempt: int) -> None:
    log.info("push.no_subscribers", kind="push.wanted", reservation=payload["reservation"])


@outbox_handler("push.operation")
def push_operation(payload: dict[str, Any], attempt: int) -> None:
    log.info("push.no_subscribers", kind="push.operation", look=payload["look"])


@outbox_handler("push.breach")
def push_breach(payload: dict[str, Any], attempt: int) -> None:
    log.info("push.no_subscribers", kind="push.breach", breach=payload["breach"])


@outbox_handler(operations.REFRESH)
def refresh_cards(payload: dict[str, Any], attempt: int) -> None:
    operations.refresh(payload["operation"])


@outbox_handler(asking.WORK)
def ask_register(payload: dict[str, Any], attempt: int) -> None:
    asking.ask(payload["result"], attempt)
