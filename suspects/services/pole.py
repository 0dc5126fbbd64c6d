"""Whether a person's record has the POLE minimum, kept as a flag that lists can filter by (STANDARDS 1.1)."""

from __future__ import annotations

from suspects.codes import pole
from suspects.models import ContactPoint, IntelligenceSubject, Link, Person, PersonRole


def pole_missing(person: Person) -> tuple[str, ...]:
    """What is still wanted, in words; a few existence queries."""
    links = Link.objects.filter(person=person) | Link.objects.filter(other_person=person)
    places = set(links.values_list("address_id", flat=True))
    linked = bool(places) or any(
        model.objects.filter(person=person).exists() for model in (PersonRole, IntelligenceSubject)
    )
    return pole.missing(
        given=person.given_names,
        surname=person.surname,
        born=person.date_of_birth,
        sex=person.sex,
        gender=person.gender_self,
        contacts=ContactPoint.objects.filter(person=person, ended_at=None).count(),
        addresses=len(places - {None}),
        linked=linked,
    )


def flag(person: Person) -> None:
    """Write `pole_incomplete` as it is now. Call it in the transaction of whatever may have changed it."""
    incomplete = bool(pole_missing(person))
    if incomplete != person.pole_incomplete:
        person.pole_incomplete = incomplete
        person.save(update_fields=["pole_incomplete"])
