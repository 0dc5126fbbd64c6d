"""Changing an incident's grade. The first grade stays; each change is a row and a log entry (STANDARDS 2.3)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from incidents.models import GradeChange, Incident, ResponseGrade
from incidents.permissions import check_regrade, check_view
from incidents.services.announce import announce_change
from incidents.services.intake import attendance_target
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.text import clean_text
from incidents.states import LogChannel, LogType


def change_grade(
    *, actor: Actor, incident_id: UUID | str, grade_code: str, reason: str = "", expected_version: int | None = None
) -> Incident:
    """Set another grade and its attendance target. A downgrade needs a supervisor and a reason.

    Setting the grade it already has changes nothing. Raises NotFound, NotAllowed, Invalid (grade_code, reason),
    Conflict (closed, or changed since `expected_version`).
    """
    check_view(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id, expected_version=expected_version)
        if not incident.is_open:
            raise Conflict("This incident is closed. Its grade can no longer change.", code="closed")
        old = incident.current_grade
        new: ResponseGrade | None = ResponseGrade.objects.visible_to(actor).filter(code=grade_code, active=True).first()
        if new is None:
            raise Invalid(fields={"grade_code": "Choose a grade."})
        if new.pk == old.pk:
            return incident
        check_regrade(actor, old, new)
        why = clean_text(reason, field="reason", limit=500)
        if new.sort > old.sort and not why:
            raise Invalid(fields={"reason": "Say why the grade goes down."})
        _set(actor, incident, old, new, why)
        announce_change(incident)
    return incident


def _set(actor: Actor, incident: Incident, old: ResponseGrade, new: ResponseGrade, why: str) -> None:
    moment = now()
    incident.current_grade = new
    incident.graded_at = moment
    incident.attend_by = attendance_target(new, received_at=incident.received_at, graded_at=moment)
    incident.version += 1
    incident.save(update_fields=["current_grade", "graded_at", "attend_by", "version"])
    GradeChange.objects.create(
        force_id=incident.force_id, incident=incident, from_grade=old, to_grade=new, at=moment,
        by_label=actor.label[:100], reason=why,
    )  # fmt: skip
    text = f"{new.label}, was {old.label}." + (f" {why}" if why else "")
    write_entry(actor, incident, type=LogType.GRADE, text=text, channel=LogChannel.TYPED)
    audit.record(
        actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["current_grade"],
        incident=str(incident.pk), justification=why,
    )  # fmt: skip
