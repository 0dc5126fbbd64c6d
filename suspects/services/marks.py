"""Scars, tattoos and piercings; times the police met somebody; what somebody is in an incident."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.permissions import check
from incidents.selectors import incident_key
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes.descriptions import FEATURES, one_of
from suspects.models import DistinguishingMark, PersonRole, PoliceContact
from suspects.services import pole
from suspects.services.records import locked_person, typed

# STANDARDS 5.9, the names POLE uses.
ROLES = (
    "caller", "victim", "witness", "suspect", "offender", "person of interest", "subject", "vulnerable child",
    "vulnerable adult", "missing", "involved party", "person reporting", "next of kin", "appropriate adult",
    "interpreter",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class MarkDetails:
    """`feature` of the POLE list, where on the body, and what it looks like."""

    feature: str
    location: str
    text: str


def checked_marks(marks: tuple[MarkDetails, ...]) -> tuple[MarkDetails, ...]:
    """The marks in the list's own words. Raises Invalid (feature, location, text)."""
    return tuple(_checked(mark) for mark in marks)


def _checked(mark: MarkDetails) -> MarkDetails:
    problems = Problems()
    feature = problems.take(lambda: typed("feature", lambda: one_of(mark.feature, FEATURES)), "")
    if not feature and "feature" not in problems.fields:
        problems.add("feature", f"Choose one of: {', '.join(FEATURES)}.")
    place = problems.take(lambda: clean_text(mark.location, field="location", limit=40, required=True), "")
    text = problems.take(lambda: clean_text(mark.text, field="text", limit=200, required=True), "")
    problems.stop_here()
    return MarkDetails(feature=feature, location=place, text=text)


def add_mark(*, actor: Actor, person_id: UUID | str, mark: MarkDetails, source: str) -> DistinguishingMark:
    """Raises NotFound, NotAllowed, Invalid."""
    check(actor, "person.write")
    (good,) = checked_marks((mark,))
    origin = clean_text(source, field="source", limit=60, required=True)
    with transaction.atomic():
        person = locked_person(actor, person_id)
        row = DistinguishingMark.objects.create(
            force_id=person.force_id, person=person, source=origin, recorded_at=now(), **asdict(good)
        )
        audit.record(actor, AuditAction.ALTER, f"suspects.person:{person.pk}", fields=["marks"])
    return row


def add_police_contact(
    *, actor: Actor, person_id: UUID | str, kind: str, occurred_at: dt.datetime, text: str, source: str
) -> PoliceContact:
    """A stop, arrest, visit or call that took place. Raises NotFound, NotAllowed, Invalid."""
    check(actor, "person.write")
    problems = Problems()
    what = problems.take(lambda: clean_text(kind, field="kind", limit=40, required=True), "")
    words = problems.take(lambda: clean_text(text, field="text", limit=500, required=True), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    if occurred_at.tzinfo is None or occurred_at > now():
        problems.add("occurred_at", "Give the time when it took place, with its zone.")
    problems.stop_here()
    with transaction.atomic():
        person = locked_person(actor, person_id)
        row = PoliceContact.objects.create(
            force_id=person.force_id, person=person, kind=what, occurred_at=occurred_at, text=words, source=origin,
            recorded_at=now(),
        )  # fmt: skip
        audit.record(actor, AuditAction.ALTER, f"suspects.person:{person.pk}", fields=["police_contacts"])
    return row


def add_role(*, actor: Actor, person_id: UUID | str, incident_id: UUID | str, role: str) -> PersonRole:
    """What the person is in an incident of the force. Raises NotFound, NotAllowed, Invalid, Conflict (held already)."""
    check(actor, "person.write")
    if role not in ROLES:
        raise Invalid(fields={"role": f"Use one of: {', '.join(ROLES)}."})
    incident = incident_key(actor, incident_id)
    try:
        with transaction.atomic():
            person = locked_person(actor, person_id)
            row = PersonRole.objects.create(
                force_id=person.force_id, person=person, incident_id=incident.id, role=role, recorded_at=now()
            )
            pole.flag(person)
            audit.record(
                actor, AuditAction.ALTER, f"suspects.person:{person.pk}", fields=["roles"], incident=str(incident.id)
            )
    except IntegrityError as error:
        raise Conflict("The person has this role in the incident already.", code="already_there") from error
    return row
