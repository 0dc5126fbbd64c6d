"""A person whose imported row changed: what is new is added, what is other is replaced, nothing is lost.

An empty column never erases what is known. The former name stays as an alias; an address, a vehicle or a number that
the row no longer has is ended, not deleted; names, identifiers and markers stay.
"""

from __future__ import annotations

from uuid import UUID

from suspects.bulk.nominals import Nominal
from suspects.bulk.preparing import Prepared, Setup, nominal_of, review_day
from suspects.codes import pole
from suspects.models import ContactPoint, Link, Marker, Person, PersonIdentifier, PersonName
from suspects.services import search_keys
from suspects.states import LinkKind, NameType


def update_person(setup: Setup, person_id: UUID, row: Prepared, places: dict[str, UUID], cars: dict[str, UUID]) -> None:
    """Bring one person up to the row, in the caller's transaction. `places` and `cars` are ids by their keys."""
    person = Person.objects.select_for_update().get(pk=person_id)
    nominal = nominal_of(setup, row)
    _names(setup, person, nominal)
    for column, value in nominal.person.items():
        setattr(person, column, value)
    _numbers(setup, person, nominal)
    _links(setup, person, row, places, cars)
    _markers(setup, person, nominal)
    person.unknown_suspect = person.unknown_suspect and not (person.surname or person.given_names)
    person.pole_incomplete = _incomplete(person, nominal)
    person.source_hash, person.changed_at, person.version = row.digest, setup.moment, person.version + 1
    person.save()
    search_keys.refresh(person)


def _names(setup: Setup, person: Person, nominal: Nominal) -> None:
    """New names are added. A legal name that was replaced ends and is kept as an alias too: people still use it."""
    mine = {"source": setup.source, "recorded_at": setup.moment}
    former = (person.given_names, person.surname)
    legal = (nominal.person.get("given_names", former[0]), nominal.person.get("surname", former[1]))
    names = [(kind, given, surname) for kind, given, surname in nominal.names if kind != NameType.LEGAL]
    if legal != former:
        person.names.filter(type=NameType.LEGAL, valid_to=None).update(valid_to=setup.today)
        if any(former):
            names.append((str(NameType.ALIAS), *former))
        name, made = PersonName.objects.get_or_create(
            person=person, type=NameType.LEGAL, given_names=legal[0], surname=legal[1],
            defaults={"force_id": person.force_id, **mine},
        )  # fmt: skip
        if not made and name.valid_to is not None:  # the former name came back
            PersonName.objects.filter(pk=name.pk).update(valid_to=None)
    for kind, given, surname in names:
        PersonName.objects.get_or_create(
            person=person, type=kind, given_names=given, surname=surname,
            defaults={"force_id": person.force_id, **mine},
        )  # fmt: skip


def _numbers(setup: Setup, person: Person, nominal: Nominal) -> None:
    mine = {"force_id": person.force_id, "source": setup.source, "recorded_at": setup.moment}
    for kind, value, verified in nominal.identifiers:
        PersonIdentifier.objects.get_or_create(
            person=person, kind=kind, value=value, defaults={"verified": verified, **mine}
        )
    held = {(one.kind, one.value): one for one in person.contact_points.filter(ended_at=None)}
    said = {(kind, value) for kind, value, _ in nominal.contacts}
    for kind, value, extension in nominal.contacts:
        if (kind, value) not in held:
            ContactPoint.objects.create(person=person, kind=kind, value=value, extension=extension, **mine)
    gone = [one.pk for key, one in held.items() if key not in said and one.source == setup.source]
    ContactPoint.objects.filter(pk__in=gone).update(ended_at=setup.moment)


def _links(setup: Setup, person: Person, row: Prepared, places: dict[str, UUID], cars: dict[str, UUID]) -> None:
    """Homes and vehicles of this source. One that the row no longer names ended today at the latest."""
    homes = {places[place.key]: place for place in row.places}
    driven = {(str(car.kind), cars[car.vrm]) for car in row.cars}
    mine = {"force_id": person.force_id, "source": setup.source, "recorded_at": setup.moment}
    held = Link.objects.filter(person=person, source=setup.source, valid_to=None, other_person=None, organisation=None)
    for link in held:
        if link.kind == LinkKind.HOME and link.address_id in homes:
            place = homes.pop(link.address_id)
            link.valid_from, link.valid_to = place.since or link.valid_from, place.until
        elif link.vehicle_id is not None and (link.kind, link.vehicle_id) in driven:
            driven.discard((link.kind, link.vehicle_id))
            continue
        elif link.kind == LinkKind.HOME or link.vehicle_id is not None:
            link.valid_to = max(setup.today, link.valid_from or setup.today)
        else:
            continue
        link.save(update_fields=["valid_from", "valid_to"])
    for address_id, place in homes.items():
        ended = {"valid_from": place.since, "valid_to": place.until}
        if not (place.until and Link.objects.filter(person=person, address_id=address_id, **ended).exists()):
            Link.objects.create(person=person, address_id=address_id, kind=LinkKind.HOME, **ended, **mine)
    for kind, vehicle_id in sorted(driven, key=str):
        Link.objects.create(person=person, vehicle_id=vehicle_id, kind=kind, **mine)


def _markers(setup: Setup, person: Person, nominal: Nominal) -> None:
    """A marker with the same code and words stands already; one that somebody removed is not brought back."""
    for code, words, event in nominal.markers:
        kind_id, months = setup.markers[code]
        Marker.objects.get_or_create(
            person=person, kind_id=kind_id, text=words,
            defaults={
                "force_id": person.force_id, "source": setup.source, "event_date": event, "added_at": setup.moment,
                "added_by_label": setup.label, "review_due": review_day(setup.today, months),
            },
        )  # fmt: skip


def _incomplete(person: Person, nominal: Nominal) -> bool:
    """Whether the minimum still wants something: what the row left out may be known already."""
    return bool(
        pole.missing(
            given=person.given_names,
            surname=person.surname,
            born=person.date_of_birth,
            sex=person.sex,
            gender=person.gender_self,
            contacts=len(nominal.contacts) or person.contact_points.filter(ended_at=None).count(),
            addresses=len(nominal.places) or person.links.filter(kind=LinkKind.HOME).count(),
        )
    )
