"""The outbox: work that must happen, kept as rows and carried by Celery.

`enqueue` in the writer's transaction; a courier claims the row by a conditional update with a lease, runs its handler
and marks it done. Every handler must be idempotent: a courier that dies after the work and before the mark means the
work runs again.
"""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from celery import current_app
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from core.clock import now
from core.models import OutboxMessage, OutboxState

log = structlog.get_logger(__name__)

LEASE = dt.timedelta(seconds=120)
RENEWALS = 1000  # of a third of a lease each, 11 hours: work that hangs longer is taken over after all
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0

Handler = Callable[[dict[str, Any], int], None]


class Retry(Exception):
    """Raised by a handler: not done, try again in `after` seconds."""

    def __init__(self, after: float, reason: str = "") -> None:
        super().__init__(reason or f"again in {after} s")
        self.after = after


@dataclass(frozen=True)
class _Entry:
    handler: Handler
    max_attempts: int


_HANDLERS: dict[str, _Entry] = {}


def outbox_handler(kind: str, *, max_attempts: int = 8) -> Callable[[Handler], Handler]:
    """Register the function that does the work of `kind`: `handler(payload, attempt)`, attempt from 1."""

    def register(handler: Handler) -> Handler:
        _HANDLERS[kind] = _Entry(handler, max_attempts)
        return handler

    return register


def enqueue(
    kind: str, payload: dict[str, Any], *, dedupe_key: str | None = None, delay: dt.timedelta | None = None
) -> OutboxMessage:
    """Write the work in the current transaction. With a `dedupe_key` the same work is written once, ever."""
    if not connection.in_atomic_block:
        raise RuntimeError("outbox rows belong in the transaction of the change that needs the work")
    fields = {"kind": kind, "payload": payload, "due_at": now() + (delay or dt.timedelta())}
    if dedupe_key:
        message, _ = OutboxMessage.objects.get_or_create(dedupe_key=dedupe_key, defaults=fields)
    else:
        message = OutboxMessage.objects.create(**fields)

    def hand_to_courier() -> None:
        countdown = delay.total_seconds() if delay else 0
        current_app.send_task("core.deliver", args=(str(message.pk),), countdown=countdown)

    transaction.on_commit(hand_to_courier, robust=True)
    return message


def deliver_one(message_id: str) -> bool:
    """Claim and do one piece of work. False when it is done, not due, or another courier holds it."""
    moment = now()
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=moment)
    claimed = OutboxMessage.objects.filter(free, pk=message_id, state=OutboxState.WAITING, due_at__lte=moment).update(
        leased_until=moment + LEASE, attempts=F("attempts") + 1
    )
    if not claimed:
        return False
    message = OutboxMessage.objects.get(pk=message_id)
    entry = _HANDLERS[message.kind]
    try:
        with _lease_kept(message_id):
            entry.handler(message.payload, message.attempts)
    except Exception as error:
        _put_back(message, entry, error)
        return False
    OutboxMessage.objects.filter(pk=message_id).update(state=OutboxState.DONE, done_at=now(), leased_until=None)
    return True


@contextmanager
def _lease_kept(message_id: str) -> Iterator[None]:
    """Storing hours of video takes longer than a lease: it is renewed while the handler runs, so that no second courier
    begins the same work. When this process dies, so does the renewing."""
    over = threading.Event()

    def renew() -> None:
        for _ in range(RENEWALS):
            if over.wait(LEASE.total_seconds() / 3):
                break
            try:
                OutboxMessage.objects.filter(pk=message_id).update(leased_until=now() + LEASE)
            except DatabaseError:
                log.exception("outbox.lease_not_renewed", message=message_id)
        connection.close()

    renewing = threading.Thread(target=renew, name="outbox-lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()


def _put_back(message: OutboxMessage, entry: _Entry, error: Exception) -> None:
    dead = message.attempts >= entry.max_attempts and not isinstance(error, Retry)
    wait = error.after if isinstance(error, Retry) else _back_off(message.attempts)
    log.warning(
        "outbox.dead" if dead else "outbox.retry",
        kind=message.kind,
        message=str(message.pk),
        attempt=message.attempts,
        error=type(error).__name__,
        exc_info=None if isinstance(error, Retry) else error,
    )
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=OutboxState.DEAD if dead else OutboxState.WAITING,
        due_at=now() + dt.timedelta(seconds=wait),
        leased_until=None,
        last_error=type(error).__name__[:300],
    )


def _back_off(attempts: int) -> float:
    return float(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (attempts - 1)) * random.uniform(0.8, 1.2))  # noqa: S311 - jitter


def deliver_due(limit: int = 100) -> int:
    """Do everything due: what a courier that died, or a broker that forgot, left behind."""
    moment = now()
    due = OutboxMessage.objects.filter(state=OutboxState.WAITING, due_at__lte=moment).filter(
        Q(leased_until__isnull=True) | Q(leased_until__lt=moment)
    )
    ids = list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
    return sum(deliver_one(str(message_id)) for message_id in ids)
