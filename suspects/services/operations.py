"""Planned operations: begun and ended by those who run them. From then on nobody approaches the person."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction
from core.outbox import enqueue
from core.permissions import check
from core.realtime import publish
from incidents.selectors.ids import as_uuid
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from suspects.events import WantedChanged
from suspects.models import Operation, Person, WantedRecord
from suspects.selectors.who import person_of
from suspects.services.reservation_steps import STAND_DOWN, stand_down_of_person
from suspects.services.wanted_changes import wanted_topic

LONGEST = dt.timedelta(days=90)
REFRESH = "operations.refresh"
LOOKED_BACK = dt.timedelta(minutes=10)  # the beat may have been away for so long


def start_operation(
    *,
    actor: Actor,
    person_id: UUID | str,
    name: str,
    call_number: str,
    ends_at: dt.datetime,
    starts_at: dt.datetime | None = None,
) -> Operation:
    """Ask that nobody approaches the person, from `starts_at` (now) to `ends_at`. Whoever has the person reserved is
    stood down with the number to call.

    Raises NotAllowed, NotFound (person), Invalid (name, call_number, starts_at, ends_at).
    """
    check(actor, "operation.manage")
    who, moment = person_of(actor), now()
    problems = Problems()
    title = problems.take(lambda: clean_text(name, field="name", limit=60, required=True), "")
    number = problems.take(lambda: clean_text(call_number, field="call_number", limit=35, required=True), "")
    begins = starts_at or moment
    if begins.tzinfo is None or begins < moment - dt.timedelta(days=1):
        problems.add("starts_at", "Give a time that is not past.")
    elif ends_at.tzinfo is None or not max(begins, moment) < ends_at <= begins + LONGEST:
        problems.add("ends_at", f"Give an end after the beginning, at most {LONGEST.days} days later.")
    problems.stop_here()
    with transaction.atomic():
        person = Person.objects.visible_to(actor).filter(pk=as_uuid(person_id)).first()
        if person is None:
            raise NotFound()
        # A tap asks again under this lock: it either finds the operation, or is found and stood down below.
        WantedRecord.objects.filter(person=person).locked()
        operation = Operation.objects.create(
            force_id=who.force_id, person=person, name=title, call_number=number, owner_id=who.user_id,
            owner_label=actor.label[:100], starts_at=begins, ends_at=ends_at,
        )  # fmt: skip
        audit.record(actor, AuditAction.COLLECT, f"suspects.operation:{operation.pk}", purpose="operation planned")
        if begins <= moment:
            stand_down_of_person(actor, person.pk, moment, STAND_DOWN)
            _refresh_cards(operation)
    return operation


def end_operation(*, actor: Actor, operation_id: UUID | str) -> Operation:
    """The person may be approached again. By its owner. Raises NotAllowed, NotFound, Conflict when it is over."""
    check(actor, "operation.manage")
    with transaction.atomic():
        rows = Operation.objects.visible_to(actor).select_for_update(no_key=True)
        operation: Operation | None = rows.filter(pk=as_uuid(operation_id), owner_id=actor.user_id or 0).first()
        if operation is None:
            raise NotFound()
        if operation.ended_at is not None:
            raise Conflict("This operation has ended already.", code="state")
        operation.ended_at = now()
        operation.save(update_fields=["ended_at"])
        audit.record(actor, AuditAction.ALTER, f"suspects.operation:{operation.pk}", fields=("ended_at",))
        _refresh_cards(operation)
    return operation


def refresh_by_the_clock() -> None:
    """What the beat does: write the work of `refresh`, once for each operation that began or was over by its own times
    in the last minutes."""
    moment = now()
    for name in ("starts_at", "ends_at"):
        window = {f"{name}__gt": moment - LOOKED_BACK, f"{name}__lte": moment}
        for operation in Operation.objects.filter(ended_at=None, **window):
            with transaction.atomic():
                enqueue(REFRESH, {"operation": str(operation.pk)}, dedupe_key=f"{REFRESH}:{operation.pk}:{name}")


def refresh(operation_id: str) -> None:
    """Outbox work: boards fetch the cards of the operation's person again."""
    with transaction.atomic():
        operation = Operation.objects.filter(pk=operation_id).first()
        if operation is not None:
            _refresh_cards(operation)


def _refresh_cards(operation: Operation) -> None:
    """Boards fetch the person's cards again: to them it is a change like any other, with a version of its own, and the
    event says no more. Without a new version they would go on showing the power of arrest."""
    rows = WantedRecord.objects.active().filter(person_id=operation.person_id).order_by("pk")
    for record in rows.locked().select_related("band"):
        record.version += 1
        record.save(update_fields=["version"])
        publish(
            WantedChanged(wanted=record.pk, state=record.state, band=record.band.code, version=record.version),
            wanted_topic(record.force_id),
        )
