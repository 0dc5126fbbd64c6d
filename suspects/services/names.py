"""Names and numbers of a person. Nothing here removes one: a false name is evidence (STANDARDS 5.1)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid, NotFound
from core.models import AuditAction
from core.permissions import check
from incidents.selectors.ids import as_uuid
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes import pole as minimum
from suspects.codes.identifiers import identifier
from suspects.models import Person, PersonIdentifier, PersonName
from suspects.services import search_keys
from suspects.services.people import touch
from suspects.services.records import locked_person, typed
from suspects.states import NameType


def add_name(
    *,
    actor: Actor,
    person_id: UUID | str,
    type: str,
    given_names: str = "",
    surname: str = "",
    title: str = "",
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
    source: str,
    show_first: bool = False,
) -> PersonName:
    """Another name the person has, had or gave. The same name of the same type is held once: it is returned.

    A nickname may have digits and signs. With `show_first` it becomes the name shown; the earlier one stays.
    Raises NotFound, NotAllowed, Invalid.
    """
    check(actor, "person.write")
    problems = Problems()
    if type not in NameType.values:
        problems.add("type", "Choose what kind of name this is.")
    first = minimum.nickname if type == NameType.NICKNAME else minimum.given_names
    last = minimum.nickname if type == NameType.NICKNAME else minimum.surname
    given = problems.take(lambda: typed("given_names", lambda: first(given_names)), "")
    family = problems.take(lambda: typed("surname", lambda: last(surname)), "")
    called = problems.take(lambda: clean_text(title, field="title", limit=20), "")
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    if not (given or family) and not problems.fields:
        problems.add("surname", "Give a name.")
    if valid_from and valid_to and valid_to < valid_from:
        problems.add("valid_to", "This is before the first day.")
    problems.stop_here()
    with transaction.atomic():
        person = locked_person(actor, person_id)
        name, new = PersonName.objects.get_or_create(
            person=person, type=type, given_names=given, surname=family,
            defaults={
                "force_id": person.force_id, "title": called, "valid_from": valid_from, "valid_to": valid_to,
                "source": origin, "recorded_at": now(),
            },
        )  # fmt: skip
        if new:
            touch(
                actor, person, ["unknown_suspect"] if _now_known(person) else ["changed_at"], justification="name added"
            )
        if show_first:
            _show(actor, person, name)
        search_keys.refresh(person)
    return name


def show_first(*, actor: Actor, person_id: UUID | str, name_id: UUID | str, reason: str) -> Person:
    """Show another of the person's names on cards. Raises NotFound, NotAllowed, Invalid (reason)."""
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    with transaction.atomic():
        person = locked_person(actor, person_id)
        name = PersonName.objects.filter(person=person, pk=as_uuid(name_id)).first()
        if name is None:
            raise NotFound()
        _show(actor, person, name, words)
        search_keys.refresh(person)
    return person


def _now_known(person: Person) -> bool:
    """A suspect who was unknown has a name now; whether the flag changed."""
    was = person.unknown_suspect
    if was:
        person.unknown_suspect = False
        first = person.names.order_by("recorded_at").first()
        assert first is not None  # it was just written
        person.surname, person.given_names = first.surname, first.given_names
        person.save(update_fields=["surname", "given_names", "unknown_suspect"])
    return was


def _show(actor: Actor, person: Person, name: PersonName, words: str = "") -> None:
    if name.type == NameType.NICKNAME:
        raise Invalid(fields={"type": "A nickname is not shown as somebody's name."})
    changed = [field for field in ("surname", "given_names") if getattr(person, field) != getattr(name, field)]
    person.surname, person.given_names = name.surname, name.given_names
    touch(actor, person, changed, justification=words)


def add_identifier(
    *, actor: Actor, person_id: UUID | str, kind: str, value: str, source: str
) -> tuple[PersonIdentifier, str]:
    """A PNC ID, CRO, ASN or the like, and words when it is not verified.

    A wrong check letter is kept as said, unverified, and never counts as the person's. The same number is held once.
    Raises NotFound, NotAllowed, Invalid (a text that cannot be such a number).
    """
    check(actor, "person.write")
    problems = Problems()
    year = local_date(now()).year
    code = problems.take(lambda: typed("value", lambda: identifier(kind, value, this_year=year)), None)
    origin = problems.take(lambda: clean_text(source, field="source", limit=60, required=True), "")
    problems.stop_here()
    assert code is not None  # or stop_here had raised
    with transaction.atomic():
        person = locked_person(actor, person_id)
        row, new = PersonIdentifier.objects.get_or_create(
            person=person, kind=code.kind, value=code.canonical,
            defaults={
                "force_id": person.force_id, "verified": code.verified, "source": origin, "recorded_at": now(),
            },
        )  # fmt: skip
        if new:
            audit.record(actor, AuditAction.ALTER, f"suspects.person:{person.pk}", fields=[f"identifier {code.kind}"])
    return row, code.problem
