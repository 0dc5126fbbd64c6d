"""People, things and what is known of them, for the tests' police stories. Rows are written as an import would.

Darren Pyke, 41, recalled to prison, carries a knife; Jade Corrie, 26, has a curfew with a doorstep check. All invented.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from core.actors import Actor
from core.clock import now
from core.models import Force
from core.roles import INTEL, OFFICER, SERGEANT
from suspects import models
from suspects.codes import vrm as marks
from suspects.codes.streets import street_key
from suspects.services.reference_data import seed_force
from tests.factories.core import make_actor
from tests.factories.incidents import make_tables
from tests.factories.seeding import seeded

_numbers = itertools.count(1)


def make_suspect_tables(force: Force | None = None) -> Force:
    """A force with the starting tables of incidents and of suspects."""
    return seeded(make_tables(force), seed_force, models.SuspectRules)


def make_officer(**changes: Any) -> Actor:
    """PC Reid, NB21: may check, reserve and knock; sees no health markers."""
    given = {"roles": (OFFICER,), "first_name": "Tom", "last_name": "Reid", "rank": "PC", "call_sign": "NB21"}
    return make_actor(**{**given, **changes})


def make_sergeant(**changes: Any) -> Actor:
    """PS Amara, who may write people and sees health markers."""
    given = {"roles": (SERGEANT,), "first_name": "Nia", "last_name": "Amara", "rank": "PS", "call_sign": "NB20"}
    return make_actor(**{**given, **changes})


def make_intel_officer(**changes: Any) -> Actor:
    """Somebody who grades and disseminates intelligence."""
    return make_actor(**{"roles": (INTEL,), "first_name": "Kit", "last_name": "Vance", **changes})


def make_person(
    force: Force | None = None,
    *,
    surname: str = "Pyke",
    given_names: str = "Darren",
    born: dt.date | None = dt.date(1985, 3, 6),
    sex: str = "M",
    aliases: tuple[tuple[str, str], ...] = (),
    searchable: bool = False,
    **fields: Any,
) -> models.Person:
    """A person with a legal name, `aliases` as (given names, surname); `searchable` writes search keys."""
    force = force or make_suspect_tables()
    moment = now()
    given: dict[str, Any] = {
        "force": force, "surname": surname, "given_names": given_names, "date_of_birth": born, "sex": sex,
        "source": "PNC", "source_ref": f"T{next(_numbers)}", "recorded_at": moment, "changed_at": moment,
    }  # fmt: skip
    person = models.Person.objects.create(**{**given, **fields})
    names = [("LEGAL", given_names, surname), *(("ALIAS", first, last) for first, last in aliases)]
    models.PersonName.objects.bulk_create(
        models.PersonName(
            force=force, person=person, type=type_, given_names=first, surname=last, source="PNC", recorded_at=moment
        )
        for type_, first, last in names
        if first or last
    )
    if searchable:
        from suspects.services import search_keys  # here: stories without a search need no keys

        search_keys.refresh(person)
    return person


def make_identifier(person: models.Person, kind: str = "PNC", value: str = "1979/0163001B", **fields: Any) -> Any:
    given = {"verified": True, "source": "PNC", "recorded_at": now()}
    return models.PersonIdentifier.objects.create(
        force_id=person.force_id, person=person, kind=kind, value=value, **{**given, **fields}
    )


def make_contact_point(person: models.Person, kind: str = "MOBH", value: str = "+447700900417", **fields: Any) -> Any:
    given = {"source": "Custody 22/1187/26", "recorded_at": now()}
    return models.ContactPoint.objects.create(
        force_id=person.force_id, person=person, kind=kind, value=value, **{**given, **fields}
    )


def make_vehicle(force: Force | None = None, vrm: str = "KX68ZZB", **fields: Any) -> models.Vehicle:
    """A grey Astra unless said otherwise. `vrm` as typed."""
    mark = marks.normalise(vrm)
    given = {"make": "Vauxhall", "model": "Astra", "colour": "Grey", "recorded_at": now()}
    return models.Vehicle.objects.create(
        force=force or make_suspect_tables(), vrm=mark, vrm_folded=marks.folded(mark),
        vrm_reversed=marks.reversed_folded(mark), **{**given, **fields},
    )  # fmt: skip


def make_address(force: Force | None = None, **fields: Any) -> models.Address:
    """31 Fenside Walk, Northmere NM4 7QT, on the map."""
    given = {
        "number": "31", "street": "Fenside Walk", "town": "Northmere", "postcode": "NM4 7QT", "area": "Harbour",
        "lat": 53.7361, "lon": 0.4471, "recorded_at": now(),
    } | fields  # fmt: skip
    given.setdefault("street_folded", street_key(given["street"]))
    return models.Address.objects.create(force=force or make_suspect_tables(), **given)


def make_organisation(force: Force | None = None, name: str = "Brook Tyres", **fields: Any) -> models.Organisation:
    given = {"kind": "Garage", "recorded_at": now()}
    return models.Organisation.objects.create(force=force or make_suspect_tables(), name=name, **{**given, **fields})


def make_link(*ends: Any, kind: str = "HOME", **fields: Any) -> models.Link:
    """Two records joined: `make_link(person, address)`. Two people: the second is the other person."""
    joined: dict[str, Any] = {}
    for end in ends:
        name = type(end).__name__.lower()
        joined["other_person" if name in joined else name] = end
    given = {"source": "PNC", "recorded_at": now()}
    return models.Link.objects.create(force_id=ends[0].force_id, kind=kind, **joined, **{**given, **fields})


def make_marker(
    subject: Any, code: str = "WE", text: str = "Carries a lock knife in his right sock.", **fields: Any
) -> Any:
    """A warning of a person, vehicle or address by its code; reviewed in a year."""
    kinds = models.MarkerKind.objects.filter(force_id=subject.force_id)
    today = now().date()
    given = {
        "source": "PNC", "event_date": today - dt.timedelta(days=171), "added_at": now(), "added_by_label": "PNC",
        "review_due": today + dt.timedelta(days=194),
    }  # fmt: skip
    return models.Marker.objects.create(
        force_id=subject.force_id, kind=kinds.get(code=code), text=text,
        **{type(subject).__name__.lower(): subject}, **{**given, **fields},
    )  # fmt: skip


def make_intelligence(
    *subjects: Any, grading: str = "2BP", text: str = "Sleeps at his sister's most weekends.", **fields: Any
) -> models.IntelligenceReport:
    """A disseminated report about people, vehicles, addresses."""
    force_id = subjects[0].force_id
    given = {
        "urn": f"{88213 + next(_numbers)}", "submitted_at": now(), "submitted_by_label": "K. Vance 5102",
        "review_due": now().date() + dt.timedelta(days=180), "state": "DISSEMINATED",
        "handling_conditions": "Do not say where this came from" if grading.endswith("C") else "",
    }  # fmt: skip
    report = models.IntelligenceReport.objects.create(
        force_id=force_id, grading=grading, text=text, **{**given, **fields}
    )
    for subject in subjects:
        models.IntelligenceSubject.objects.create(
            force_id=force_id, report=report, **{type(subject).__name__.lower(): subject}
        )
    return report


def make_bail(person: models.Person, **fields: Any) -> models.Bail:
    """Court bail for an assault, granted nine days ago."""
    moment = now()
    given = {
        "type": "COURT", "authority": "Northmere Magistrates", "offence": "Assault occasioning actual bodily harm",
        "power_if_broken": "arrest under Bail Act s.7(3). Court within 24 h.",
        "starts_at": moment - dt.timedelta(days=9), "source": "Court result", "confirmed_at": moment,
        "recorded_at": moment,
    }  # fmt: skip
    return models.Bail.objects.create(force_id=person.force_id, person=person, **{**given, **fields})


def make_condition(
    person: models.Person,
    code: str = "JE",
    *,
    bail: models.Bail | None = None,
    address: models.Address | None = None,
    start: dt.time = dt.time(21, 0),
    minutes: int = 600,
    weekdays: tuple[int, ...] = tuple(range(7)),
    **fields: Any,
) -> models.BailCondition:
    """A condition by its CJS code. A curfew (JE, JD) gets an address and a slot from 21:00 for ten hours each night."""
    bail = bail or make_bail(person)
    kind = models.ConditionKind.objects.get(force_id=person.force_id, code=code)
    if kind.is_curfew:
        address = address or make_address(bail.force, flat="3", number="8", street="Eel Pie Court")
        fields.setdefault("text", f"To be at {address.line}")
    fields.setdefault("text", kind.label)
    condition = models.BailCondition.objects.create(force=bail.force, bail=bail, kind=kind, address=address, **fields)
    if kind.is_curfew:
        models.CurfewSlot.objects.bulk_create(
            models.CurfewSlot(force=bail.force, condition=condition, weekday=day, start=start, minutes=minutes)
            for day in weekdays
        )
    return condition


def make_wanted(person: models.Person, basis: str = "RECALL_PRISON", band: str = "P1", **fields: Any) -> Any:
    """An active wanted record, circulated fifteen hours ago."""
    moment = now()
    band_row = models.PriorityBand.objects.get(force_id=person.force_id, code=band)
    issued = fields.get("issued_at", moment - dt.timedelta(hours=15))
    given = {
        "offence": "Wounding s.20", "source": "PPU list", "issued_at": issued, "circulated_at": issued,
        "due_at": issued + dt.timedelta(hours=band_row.target_hours), "opened_by_label": "PPU", "changed_at": moment,
        "owner_unit": "Northmere Response",
    }  # fmt: skip
    return models.WantedRecord.objects.create(
        force_id=person.force_id, person=person, band=band_row,
        basis=models.WantedBasis.objects.get(force_id=person.force_id, code=basis), **{**given, **fields},
    )  # fmt: skip


def make_operation(person: models.Person, owner: Actor, **fields: Any) -> models.Operation:
    """A planned operation about the person, from an hour ago until tomorrow."""
    moment = now()
    given = {
        "name": "Heron", "call_number": "07700 900555", "owner_id": owner.user_id, "owner_label": owner.label,
        "starts_at": moment - dt.timedelta(hours=1), "ends_at": moment + dt.timedelta(days=1),
    }  # fmt: skip
    return models.Operation.objects.create(force_id=person.force_id, person=person, **{**given, **fields})


def make_image(person: models.Person, **fields: Any) -> models.PersonImage:
    """A picture's row without bytes. For one that can be shown use `suspects.services.images.add_image`."""
    from uuid import uuid4

    given = {
        "original_id": uuid4(), "reduced_id": uuid4(), "taken_on": dt.date(2026, 6, 3), "source": "Custody 22/1187/26",
        "width": 480, "height": 640, "recorded_at": now(),
    }  # fmt: skip
    return models.PersonImage.objects.create(force_id=person.force_id, person=person, **{**given, **fields})
