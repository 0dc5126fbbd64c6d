"""Taking a wanted record for writing, and what every change of one leaves behind: a step, an entry, an event."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from core import audit
from core.actors import Actor
from core.errors import Conflict, NotFound
from core.models import AuditAction
from core.realtime import publish
from incidents.selectors.ids import as_uuid
from suspects.events import WantedChanged
from suspects.models import WantedChange, WantedRecord
from suspects.states import WANTED_TRANSITIONS, WantedState


def wanted_topic(force_id: object) -> str:
    """The wanted board of a force."""
    return f"wanted.{force_id}"


def lock_record(actor: Actor, wanted_id: UUID | str, *, expected_version: int | None = None) -> WantedRecord:
    """The record, locked until the transaction ends; always before its reservation, so that two writers never wait for
    each other. NotFound when missing or another force's; Conflict when the screen is older than the record."""
    rows = WantedRecord.objects.visible_to(actor).filter(pk=as_uuid(wanted_id)).locked()
    record: WantedRecord | None = rows.select_related("person", "basis", "band", "address").first()
    if record is None:
        raise NotFound()
    if expected_version is not None and record.version != expected_version:
        raise Conflict("Somebody changed this record a moment ago. Look again, then decide.", code="stale")
    return record


def step_allowed(record: WantedRecord, to_state: str) -> None:
    """Raise Conflict unless the lifecycle lets the record go there."""
    if to_state not in WANTED_TRANSITIONS[record.state]:
        raise Conflict(f"This record is: {WantedState(record.state).label}. Look again, then decide.", code="state")


def write_change(
    actor: Actor, record: WantedRecord, moment: dt.datetime, *, to_state: str, text: str, fields: tuple[str, ...]
) -> None:
    """Save the changed fields, and say so in the record's history, the audit trail and on every board."""
    before, record.state = record.state, to_state
    record.changed_at, record.version = moment, record.version + 1
    record.save(update_fields=[*fields, "state", "changed_at", "version"])
    leave_step(actor, record, moment, before=before, text=text)
    audit.record(actor, AuditAction.ALTER, f"suspects.wantedrecord:{record.pk}", fields=("state", *fields))
    announce(record)


def leave_step(actor: Actor, record: WantedRecord, moment: dt.datetime, *, before: str, text: str) -> None:
    step: dict[str, Any] = {"from_state": before, "to_state": record.state, "text": text[:300]}
    WantedChange.objects.create(force_id=record.force_id, wanted=record, at=moment, by_label=actor.label[:100], **step)


def announce(record: WantedRecord) -> None:
    """Boards hear ids and codes; whoever shows the record fetches its card. Drafts are nobody's news."""
    if record.state == WantedState.DRAFT:
        return
    publish(
        WantedChanged(wanted=record.pk, state=record.state, band=record.band.code, version=record.version),
        wanted_topic(record.force_id),
    )
