"""Background work of the control room. Outbox rows are the truth; Celery is the courier."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from celery import shared_task

from core.outbox import outbox_handler
from incidents import services
from incidents.services import outages, pushing, rang_off, sending

log = structlog.get_logger(__name__)
NEVER_GIVE_UP = 10_000  # the work itself says when it is over


@shared_task(name="incidents.purge_device_identities")
def purge_device_identities() -> None:
    """Every hour: callers' IMSI and IMEI whose time is over."""
    purged = services.purge_device_identities()
    if purged:
        log.info("device_identities.purged", count=purged)


@shared_task(name="incidents.give_up_calls")
def give_up_calls() -> None:
    """Every 15 seconds: emergency calls of which nothing was told for minutes, neither an answer nor an end."""
    given_up = rang_off.give_up_calls()
    if given_up:
        log.warning("calls.given_up", count=given_up)


@outbox_handler("transfer.send", max_attempts=NEVER_GIVE_UP)
def send_transfer(payload: dict[str, Any], attempt: int) -> None:
    sending.send_transfer(UUID(payload["transfer"]))


@outbox_handler("transfer.alarm", max_attempts=NEVER_GIVE_UP)
def ring(payload: dict[str, Any], attempt: int) -> None:
    sending.ring(UUID(payload["transfer"]))


@outbox_handler("push.send", max_attempts=NEVER_GIVE_UP)
def send_push(payload: dict[str, Any], attempt: int) -> None:
    pushing.send_push(UUID(payload["push"]), attempt)


@outbox_handler("incidents.outage", max_attempts=NEVER_GIVE_UP)
def write_outage(payload: dict[str, Any], attempt: int) -> None:
    outages.write_outage(int(payload["outage"]))
