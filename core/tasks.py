"""Celery carries; the rows are the truth."""

from __future__ import annotations

from celery import shared_task

from core import audit, machine_door, outbox, realtime


@shared_task(name="core.deliver")
def deliver(message_id: str) -> None:
    outbox.deliver_one(message_id)


@shared_task(name="core.sweep")
def sweep() -> None:
    """Every few seconds: whatever was due and forgotten."""
    outbox.deliver_due()
    realtime.relay_forgotten()
    audit.chain(within=audit.RECENT)


@shared_task(name="core.forget_old_events")
def forget_old_events() -> None:
    """Every hour: events nobody asks for any more, spent nonces, and audit entries that an outage left unchained."""
    realtime.forget_old()
    machine_door.purge_nonces()
    audit.chain()
