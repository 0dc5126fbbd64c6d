"""Recording people and changing what is known of them. Names, numbers and contacts have rooms of their own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.permissions import check
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes import pole as minimum
from suspects.models import DistinguishingMark, Person, PersonName
from suspects.services import pole, search_keys
from suspects.services.details import FIELDS, PersonDetails, checked
from suspects.services.marks import MarkDetails, checked_marks
from suspects.services.records import force_of, locked_person
from suspects.states import NameType

CHANGED_BY_ANOTHER = "Somebody changed this record meanwhile. Look at it again, then change it."


def add_person(
    *,
    actor: Actor,
    details: PersonDetails,
    source: str,
    source_ref: str = "",
    unknown_suspect: bool = False,
    marks: tuple[MarkDetails, ...] = (),
    name_type: str = NameType.LEGAL,
) -> Person:
    """A new person with a first name row, marks and search keys. What POLE still wants is flagged, not refused.

    Somebody without a name is an `unknown_suspect` of whom at least four features are known; without either nobody is
    recorded. Raises NotAllowed, Invalid naming every field, Conflict (source_ref is held already).
    """
    check(actor, "person.write")
    problems = Problems()
    nothing: dict[str, Any] = {}
    unmarked: tuple[MarkDetails, ...] = ()
    values = problems.take(lambda: checked(asdict(details)), nothing)
    origin = problems.take(lambda: clean_text(source, field="source", limit=20, required=True), "")
    reference = problems.take(lambda: clean_text(source_ref, field="source_ref", limit=40), "")
    drawn = problems.take(lambda: checked_marks(marks), unmarked)
    if name_type not in NameType.values:
        problems.add("name_type", "Choose what kind of name this is.")
    problems.stop_here()
    _has_somebody(values, unknown_suspect, drawn)
    moment = now()
    person = Person(
        force_id=force_of(actor), **values, unknown_suspect=unknown_suspect, source=origin, source_ref=reference,
        recorded_at=moment, recorded_by_label=actor.label[:100], changed_at=moment, pole_incomplete=True,
    )  # fmt: skip
    try:
        with transaction.atomic():
            _write(actor, person, drawn, name_type)
    except IntegrityError as error:
        if not Person.objects.visible_to(actor).filter(source=origin, source_ref=reference).exists():
            raise
        raise Conflict("This record of that source is here already.", code="already_there") from error
    return person


def _has_somebody(values: dict[str, Any], unknown: bool, marks: tuple[MarkDetails, ...]) -> None:
    named = bool(values["surname"] or values["given_names"])
    if named and unknown:
        raise Invalid(fields={"unknown_suspect": "This person has a name. Leave the box empty."})
    if named:
        return
    if not unknown:
        raise Invalid(fields={"surname": "Give a name, or record an unknown suspect with four features."})
    features = (
        values["sex"] or values["gender_self"], values["build"], values["complexion"], "x" if marks else "",
        values["eye_left"], values["eye_right"], values["ethnicity_observed"] or values["ethnicity_self"],
    )  # fmt: skip
    if not minimum.enough_for_a_stranger(features):
        words = "Of an unknown suspect give four of: gender, build, complexion, a mark, left eye, right eye, ethnicity."
        raise Invalid(fields={"unknown_suspect": words})


def _write(actor: Actor, person: Person, marks: tuple[MarkDetails, ...], name_type: str) -> None:
    person.save(force_insert=True)
    held = {"force_id": person.force_id, "person": person, "source": person.source, "recorded_at": person.recorded_at}
    if person.surname or person.given_names:
        PersonName.objects.create(**held, type=name_type, surname=person.surname, given_names=person.given_names)
    DistinguishingMark.objects.bulk_create(DistinguishingMark(**held, **asdict(mark)) for mark in marks)
    search_keys.refresh(person)
    pole.flag(person)
    audit.record(actor, AuditAction.COLLECT, f"suspects.person:{person.pk}")


def change_person(*, actor: Actor, person_id: UUID | str, version: int, changes: dict[str, Any], reason: str) -> Person:
    """Change description, dates and codes; `version` is that of the record the actor looked at.

    The name shown first is chosen by `names.show_first`: a name is never overwritten. Raises NotFound, NotAllowed,
    Invalid, Conflict (changed meanwhile).
    """
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    if changes.keys() & {"surname", "given_names"}:
        raise Invalid(fields={"surname": "Add the new name and show it first. The old one stays."})
    if changes.keys() - FIELDS or not changes:
        raise Invalid(fields={"changes": "Name the fields to change."})
    with transaction.atomic():
        person = locked_person(actor, person_id)
        if person.version != version:
            raise Conflict(CHANGED_BY_ANOTHER, code="changed")
        held = {field: getattr(person, field) for field in FIELDS}
        values = checked(changes, held)
        changed = [field for field, value in values.items() if value != held[field]]
        for field in changed:
            setattr(person, field, values[field])
        touch(actor, person, changed, justification=words)
        if "date_of_birth" in changed:
            search_keys.refresh(person)
    return person


def touch(actor: Actor, person: Person, changed: list[str], *, justification: str = "") -> None:
    """Save the fields with a new version, the flag and one ALTER entry. Nothing when nothing changed."""
    if not changed:
        return
    person.version += 1
    person.changed_at = now()
    person.save(update_fields=[*changed, "version", "changed_at"])
    pole.flag(person)
    audit.record(actor, AuditAction.ALTER, f"suspects.person:{person.pk}", fields=changed, justification=justification)
