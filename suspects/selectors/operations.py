"""Planned operations, as those meet them who are not part of one: a number to call, and nothing else.

A look leaves a row as a reading leaves an audit entry: the owner of the operation is told who it was.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotAllowed
from core.models import AuditAction
from core.outbox import enqueue
from core.permissions import check
from core.realtime import publish
from incidents.selectors import on_duty_call_sign
from suspects.events import OperationLooked
from suspects.models import Operation, OperationLook


@dataclass(frozen=True, kw_only=True)
class DoNotApproach:
    """What an officer is told instead of a plan. Never the operation's name, owner or times."""

    call_number: str

    @property
    def words(self) -> str:
        return f"Do not approach. Call {self.call_number}."


@dataclass(frozen=True, kw_only=True)
class Look:
    """Somebody looked at, or tapped, the person: "card", "profile", "check" or "reserve"."""

    id: UUID
    at: dt.datetime
    who: str
    call_sign: str
    what: str


@dataclass(frozen=True, kw_only=True)
class OwnOperation:
    """For its owner alone. Times are UTC; the newest look comes first."""

    id: UUID
    person_id: UUID
    name: str
    call_number: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    ended_at: dt.datetime | None
    looks: tuple[Look, ...]


def note_look(actor: Actor, person_id: UUID, what: str) -> DoNotApproach | None:
    """Whether an operation asks that nobody approaches the person; if so its owner is told who looked, and how.

    Call it in the transaction of the reading, or before a refusal: there it commits by itself. One query when there
    is no operation.
    """
    moment = now()
    operations = list(
        Operation.objects.visible_to(actor).in_force(moment).filter(person_id=person_id).order_by("starts_at", "id")
    )
    for operation in operations:
        with transaction.atomic():
            _leave(actor, operation, moment, what)
    return DoNotApproach(call_number=operations[0].call_number) if operations else None


def refuse_to_disturb(actor: Actor, person_id: UUID, what: str) -> None:
    """Raise NotAllowed with the number to call when an operation is planned. The look stays, so never call it inside
    a transaction that the refusal would undo."""
    operation = note_look(actor, person_id, what)
    if operation is not None:
        raise NotAllowed(operation.words, code="do_not_approach")


def own_operations(actor: Actor) -> tuple[OwnOperation, ...]:
    """The actor's own, the newest first, with who looked. One LIST entry. Raises NotAllowed."""
    check(actor, "operation.manage")
    with transaction.atomic():
        rows = Operation.objects.visible_to(actor).filter(owner_id=actor.user_id or 0).prefetch_related("looks")
        found = tuple(_own(row) for row in rows.order_by("-starts_at")[:100])
        audit.record(
            actor, AuditAction.LIST, "suspects.operation", purpose="own operations",
            result_ids=[one.id for one in found], result_count=len(found),
        )  # fmt: skip
    return found


def _own(row: Operation) -> OwnOperation:
    return OwnOperation(
        id=row.pk,
        person_id=row.person_id,
        name=row.name,
        call_number=row.call_number,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        ended_at=row.ended_at,
        looks=tuple(
            Look(id=look.pk, at=look.at, who=look.label, call_sign=look.call_sign, what=look.what)
            for look in row.looks.all()
        ),
    )


def _leave(actor: Actor, operation: Operation, moment: dt.datetime, what: str) -> None:
    look = OperationLook.objects.create(
        force_id=operation.force_id,
        operation=operation,
        at=moment,
        user_id=actor.user_id,
        label=actor.label[:100],
        call_sign=on_duty_call_sign(actor)[:16],
        what=what,
    )
    event = OperationLooked(operation=operation.pk, look=look.pk, call_sign=look.call_sign, what=what)
    publish(event, f"operation.{operation.pk}")
    enqueue("push.operation", {"look": str(look.pk)}, dedupe_key=f"push.operation:{look.pk}")
