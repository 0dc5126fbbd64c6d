"""Changing an incident's grade. The first grade stays; each change is a row and a log entry (STANDARDS 2.3)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import by_when, now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from incidents.decisions import compose
from incidents.models import GradeChange, Incident, ResponseGrade
from incidents.permissions import check_assess, check_regrade, check_view
from incidents.services.announce import announce_change
from incidents.services.criteria import criteria_of, write_ticks
from incidents.services.decisions import cited_entry
from incidents.services.intake import assignment_target, attendance_target
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.text import clean_text
from incidents.states import ClockStart, LogChannel, LogType


def change_grade(
    *,
    actor: Actor,
    incident_id: UUID | str,
    grade_code: str,
    reason: str = "",
    seen_grade: str = "",
    criteria: Collection[str] = (),
    cites_seq: int | None = None,
) -> Incident:
    """Set another grade and its targets. A downgrade needs a supervisor and a reason.

    `cites_seq`: the entry about the picture that it rests on. Setting the grade it already has changes nothing. Raises
    NotFound, NotAllowed, Invalid (grade_code, reason, criteria, cites_seq), Conflict (closed, or no longer graded
    `seen_grade`, which the actor's screen showed).
    """
    check_view(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        old, new = incident.current_grade, new_grade(actor, incident, grade_code)
        if seen_grade and seen_grade != old.code and new.pk != old.pk:
            raise Conflict(f"Somebody graded it {old.label} meanwhile. Look again, then decide.", code="stale")
        if new.pk == old.pk:
            return incident
        check_regrade(actor, old, new)
        why = clean_text(reason, field="reason", limit=500)
        if new.sort > old.sort and not why:
            raise Invalid(fields={"reason": "Say why the grade goes down."})
        cited = cited_entry(incident, cites_seq)
        set_grade(actor, incident, new, why, criteria_of(new, criteria), cited)
        announce_change(incident)
    return incident


def set_rural(*, actor: Actor, incident_id: UUID | str, rural: bool) -> Incident:
    """Which attendance target counts, urban or rural; the target moves and the log says so.

    Raises NotFound, NotAllowed, Conflict (closed).
    """
    check_view(actor)
    check_assess(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if not incident.is_open:
            raise Conflict("This incident is closed. Its target can no longer change.", code="closed")
        if incident.rural == rural:
            return incident
        incident.rural, incident.rural_by_hand, incident.target_area = rural, True, ""
        set_targets(incident)
        incident.version += 1
        incident.save(update_fields=["rural", "rural_by_hand", "target_area", "attend_by", "assign_by", "version"])
        until = f" Attend by {by_when(incident.attend_by)}." if incident.attend_by else ""
        words = f"{'Rural' if rural else 'Urban'} attendance target, chosen by hand.{until}"
        write_entry(actor, incident, type=LogType.GRADE, text=words, channel=LogChannel.TYPED)
        audit.record(
            actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["rural"], incident=str(incident.pk)
        )
        announce_change(incident)
    return incident


def new_grade(actor: Actor, incident: Incident, grade_code: str) -> ResponseGrade:
    """The grade asked for. Raises Invalid (grade_code), Conflict (closed)."""
    if not incident.is_open:
        raise Conflict("This incident is closed. Its grade can no longer change.", code="closed")
    new: ResponseGrade | None = ResponseGrade.objects.visible_to(actor).filter(code=grade_code, active=True).first()
    if new is None:
        raise Invalid(fields={"grade_code": "Choose a grade."})
    return new


def set_grade(
    actor: Actor,
    incident: Incident,
    new: ResponseGrade,
    why: str,
    ticked: Mapping[str, str],
    cited: tuple[int, str] | None = None,
) -> None:
    """Of an incident this transaction has locked, by somebody who may."""
    old, moment = incident.current_grade, now()
    incident.current_grade = new
    incident.graded_at = moment
    gone = incident.agreed_until is not None and new.clock_start != ClockStart.AGREED
    if gone:
        incident.agreed_from = incident.agreed_until = None
    set_targets(incident)
    incident.version += 1
    incident.save(
        update_fields=[
            "current_grade", "graded_at", "attend_by", "assign_by", "agreed_from", "agreed_until", "version",
        ]
    )  # fmt: skip
    change = GradeChange.objects.create(
        force_id=incident.force_id, incident=incident, from_grade=old, to_grade=new, at=moment,
        by_label=actor.label[:100], reason=why,
    )  # fmt: skip
    write_ticks(change, ticked)
    dropped = "The time agreed with the caller no longer counts." if gone else ""
    said = [f"{new.label}, was {old.label}.", f"{'; '.join(ticked.values())}." if ticked else "", dropped, why]
    text = compose(" ".join(part for part in said if part), {}, cited)
    cites = cited[0] if cited else None
    write_entry(actor, incident, type=LogType.GRADE, text=text, channel=LogChannel.TYPED, cites_seq=cites)
    audit.record(
        actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["current_grade"],
        incident=str(incident.pk), justification=why,
    )  # fmt: skip


def set_targets(incident: Incident) -> None:
    """The targets its grade promises, urban or rural; a time that was agreed with the caller before them. Not saved."""
    grade, received, graded = incident.current_grade, incident.received_at, incident.graded_at
    promised = attendance_target(grade, received_at=received, graded_at=graded, rural=incident.rural)
    incident.attend_by = incident.agreed_until or promised
    incident.assign_by = assignment_target(grade, received_at=received, graded_at=graded)
