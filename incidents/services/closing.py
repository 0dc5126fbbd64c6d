"""Closing an incident, and opening it again. The opening category stays beside the closing one (STANDARDS 2.5)."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.outbox import enqueue
from incidents.models import Assignment, CrimeNumber, Emergency, Incident, IncidentCategory, RiskAssessment
from incidents.permissions import check_close, check_reopen, check_view
from incidents.selectors.risk_tables import crime_number_pattern
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry, write_whole
from incidents.services.marks import write_qualifiers
from incidents.services.problems import Problems
from incidents.services.sharing import tell_partners_closed
from incidents.services.text import clean_text
from incidents.states import INCIDENT_TRANSITIONS, CategoryGroup, IncidentStatus, LogChannel, LogType
from incidents.thrive import AsbClass, AsbType, Occasion

_ANY_CRIME_NUMBER = r"[A-Z0-9][A-Z0-9/ -]{2,29}"
_MANY = 20


@dataclass(frozen=True, kw_only=True)
class Closing:
    """What a closing says, checked."""

    category: IncidentCategory
    text: str
    qualifiers: Collection[str] | None
    crime_numbers: tuple[str, ...]
    no_crime_rationale: str
    asb_class: str
    asb_type: str


def close_incident(
    *,
    actor: Actor,
    incident_id: UUID | str,
    category_code: str,
    text: str,
    qualifiers: Collection[str] | None = None,
    crime_numbers: Collection[str] = (),
    no_crime_rationale: str = "",
    asb_class: str = "",
    asb_type: str = "",
) -> Incident:
    """Close with a closing category and closing words, both required; a supervisor's.

    As a crime: a crime number, or why none is recorded (NCRS), which the supervisor approves by closing. When nobody
    attended, a person assesses the risk again first. `qualifiers` none leaves them as they are. Raises NotFound,
    NotAllowed, Invalid naming the fields, Conflict (already closed, units still assigned, State 0 not over, THRIVE
    missing).
    """
    check_view(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        check_close(actor)
        closing = check_closing(
            actor, incident, category_code=category_code, text=text, qualifiers=qualifiers,
            crime_numbers=crime_numbers, no_crime_rationale=no_crime_rationale, asb_class=asb_class, asb_type=asb_type,
        )  # fmt: skip
        close_now(actor, incident, closing)
        announce_change(incident)
    return incident


def check_closing(
    actor: Actor,
    incident: Incident,
    *,
    category_code: str,
    text: str,
    qualifiers: Collection[str] | None = None,
    crime_numbers: Collection[str] = (),
    no_crime_rationale: str = "",
    asb_class: str = "",
    asb_type: str = "",
) -> Closing:
    """Whether it may be closed so. Raises Invalid naming every field, Conflict."""
    _check_state(actor, incident)
    problems = Problems()
    category = IncidentCategory.objects.visible_to(actor).filter(code=category_code, active=True).first()
    if category is None:
        problems.add("category_code", "Choose a closing category.")
    words = problems.take(lambda: clean_text(text, field="text", limit=3000, required=True, lines=True), "")
    none: tuple[str, ...] = ()
    numbers = problems.take(lambda: crime_numbers_of(incident.force_id, crime_numbers), none)
    why = problems.take(lambda: clean_text(no_crime_rationale, field="no_crime_rationale", limit=500), "")
    _check_kind(problems, category, numbers, why, asb_class, asb_type)
    problems.stop_here()
    assert category is not None  # or stop_here had raised
    asb = category.group == CategoryGroup.ASB
    return Closing(
        category=category, text=words, qualifiers=qualifiers, crime_numbers=numbers, no_crime_rationale=why,
        asb_class=asb_class if asb else "", asb_type=asb_type if asb else "",
    )  # fmt: skip


def close_now(actor: Actor, incident: Incident, closing: Closing) -> None:
    """Of an incident this transaction has locked, by somebody who may."""
    incident.status = IncidentStatus.CLOSED
    incident.closing_category = closing.category
    incident.closing_text = closing.text
    incident.no_crime_rationale = closing.no_crime_rationale
    incident.asb_class, incident.asb_type = closing.asb_class, closing.asb_type
    incident.closed_at = now()
    incident.closed_by_label = actor.label[:100]
    incident.version += 1
    incident.save(
        update_fields=[
            "status", "closing_category", "closing_text", "no_crime_rationale", "asb_class", "asb_type", "closed_at",
            "closed_by_label", "version",
        ]
    )  # fmt: skip
    labels = [] if closing.qualifiers is None else write_qualifiers(actor, incident, closing.qualifiers)
    _keep_numbers(actor, incident, closing.crime_numbers)
    write_whole(actor, incident, type=LogType.CLOSE, channel=LogChannel.TYPED, text=_in_words(closing, labels))
    tell_partners_closed(actor, incident)
    # What higher apps show of the incident ends with it: whoever keeps such things has the handler (streaming.tasks).
    enqueue("incident.closed", {"incident": str(incident.pk), "at": incident.closed_at.isoformat()})
    audit.record(
        actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["status"], incident=str(incident.pk)
    )


def reopen_incident(*, actor: Actor, incident_id: UUID | str, reason: str) -> Incident:
    """A supervisor's. What the closing said stays in the log and stands in the form when it is closed again.

    Raises NotFound, NotAllowed, Invalid (reason), Conflict (open already).
    """
    check_view(actor)
    check_reopen(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if IncidentStatus.OPEN not in INCIDENT_TRANSITIONS[incident.status]:
            raise Conflict("This incident is open.", code="open")
        why = clean_text(reason, field="reason", limit=500, required=True)
        incident.status = IncidentStatus.OPEN
        incident.closing_category = None
        incident.closed_at, incident.closed_by_label = None, ""
        incident.reopened_at, incident.reopened_by_label = now(), actor.label[:100]
        incident.version += 1
        incident.save(
            update_fields=["status", "closing_category", "closed_at", "closed_by_label", "reopened_at",
                           "reopened_by_label", "version"]
        )  # fmt: skip
        write_entry(actor, incident, type=LogType.SUPERVISOR, channel=LogChannel.TYPED, text=f"Opened again. {why}")
        audit.record(
            actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["status"],
            incident=str(incident.pk), justification=why,
        )  # fmt: skip
        announce_change(incident)
    return incident


def crime_numbers_of(force_id: int, typed: Collection[str]) -> tuple[str, ...]:
    """Crime numbers in the force's pattern, each once. Raises Invalid (crime_numbers)."""
    pattern = crime_number_pattern(force_id)
    shape = re.compile(_as_regex(pattern) if pattern else _ANY_CRIME_NUMBER)
    numbers = dict.fromkeys(clean_text(one, field="crime_numbers", limit=30).upper() for one in typed if one.strip())
    if len(numbers) > _MANY:
        raise Invalid(fields={"crime_numbers": f"At most {_MANY} crime numbers."})
    for number in numbers:
        if not shape.fullmatch(number):
            like = f" They look like {pattern}: 9 is a digit, A a letter." if pattern else ""
            raise Invalid(fields={"crime_numbers": f"{number} is not a crime number.{like}"})
    return tuple(numbers)


def _as_regex(pattern: str) -> str:
    """The force writes 9 and A; nothing it writes is run as an expression."""
    return "".join({"9": "[0-9]", "A": "[A-Z]"}.get(char, re.escape(char)) for char in pattern.upper())


def _check_state(actor: Actor, incident: Incident) -> None:
    if IncidentStatus.CLOSED not in INCIDENT_TRANSITIONS[incident.status]:
        raise Conflict("This incident is already closed.", code="closed")
    units = Assignment.objects.filter(incident=incident).active()
    if signs := list(units.values_list("resource__call_sign", flat=True)):
        raise Conflict(f"Stand down {', '.join(sorted(signs))} first.", code="units_assigned")
    calls = Emergency.objects.filter(incident=incident).open()
    if signs := list(calls.values_list("resource__call_sign", flat=True)):
        raise Conflict(f"State 0 of {', '.join(sorted(signs))} is not over. End it first.", code="emergency")
    if actor.kind == "user" and incident.attended_at is None and not _assessed_again(incident):
        raise Conflict("Nobody attended. Assess the risk again in THRIVE, then close.", code="thrive")


def _assessed_again(incident: Incident) -> bool:
    rows = RiskAssessment.objects.filter(incident=incident).exclude(occasion=Occasion.OPENING)
    return rows.filter(at__gte=incident.reopened_at or incident.opened_at).exists()


def _check_kind(
    problems: Problems,
    category: IncidentCategory | None,
    numbers: tuple[str, ...],
    rationale: str,
    asb_class: str,
    asb_type: str,
) -> None:
    if category is None:
        return
    if category.group == CategoryGroup.CRIME and not (numbers or rationale):
        problems.fields.setdefault("crime_numbers", "A crime needs its crime number, or why none is recorded below.")
    if category.group == CategoryGroup.ASB:
        if asb_class not in AsbClass.values:
            problems.add("asb_class", "Choose personal, nuisance or environmental.")
        if asb_type not in AsbType.values:
            problems.add("asb_type", "Choose the type of behaviour.")


def _keep_numbers(actor: Actor, incident: Incident, numbers: tuple[str, ...]) -> None:
    held = set(CrimeNumber.objects.filter(incident=incident).values_list("number", flat=True))
    CrimeNumber.objects.bulk_create(
        CrimeNumber(force_id=incident.force_id, incident=incident, number=number, at=now(), by_label=actor.label[:100])
        for number in numbers
        if number not in held
    )


def _in_words(closing: Closing, qualifiers: list[str]) -> str:
    asb = f" {AsbClass(closing.asb_class).label}: {AsbType(closing.asb_type).label}." if closing.asb_class else ""
    parts = [f"Closed as {closing.category.name}.{asb} {closing.text}"]
    if qualifiers:
        parts.append(f"Qualifiers: {', '.join(qualifiers)}.")
    if closing.crime_numbers:
        parts.append(f"Crime {', '.join(closing.crime_numbers)}.")
    if closing.no_crime_rationale:
        parts.append(f"No crime recorded: {closing.no_crime_rationale}")
    return " ".join(parts)
