"""Wanted people of the tests' police stories."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

from core.actors import Actor
from core.clock import now
from core.models import Force
from core.roles import OFFICER
from incidents.services import book_on
from suspects.models import (
    Address,
    Marker,
    MarkerKind,
    Operation,
    Person,
    PersonImage,
    PriorityBand,
    SuspectRules,
    WantedBasis,
    WantedRecord,
)
from suspects.services.reference_data import seed_force
from tests.factories.core import make_actor, make_force
from tests.factories.seeding import seeded


def make_wanted_tables(force: Force | None = None) -> Force:
    """A force with its bands, bases, marker codes and rules."""
    return seeded(force or make_force(), seed_force, SuspectRules)


def make_pyke(force: Force | None = None, **changes: Any) -> Person:
    """Darren Pyke, 41."""
    moment = now()
    given = {
        "surname": "Pyke",
        "given_names": "Darren Lee",
        "date_of_birth": dt.date(1985, 3, 14),
        "sex": "M",
        "recorded_at": moment,
        "changed_at": moment,
    }
    return Person.objects.create(force=make_wanted_tables(force), **{**given, **changes})


def make_place(force: Force | None = None, **changes: Any) -> Address:
    given = {
        "number": "31",
        "street": "Fenside Walk",
        "town": "Northmere",
        "postcode": "NM4 2AB",
        "area": "Fenside",
        "lat": 52.4103,
        "lon": -1.5107,
        "recorded_at": now(),
    }
    return Address.objects.create(force=make_wanted_tables(force), **{**given, **changes})


def make_record(person: Person | None = None, *, basis: str = "RECALL_PRISON", band: str = "P1", **changes: Any) -> Any:
    """Pyke, recalled to prison, priority 1, at 31 Fenside Walk."""
    person = person or make_pyke(changes.pop("force", None))
    force, moment = person.force, now()
    given: dict[str, Any] = {
        "offence": "Recall to prison, wounding",
        "source": "PNC",
        "issued_at": moment - dt.timedelta(hours=15),
        "due_at": moment + dt.timedelta(hours=9, minutes=30),
        "changed_at": moment,
    }
    if "address" not in changes:
        given["address"] = make_place(force)
    return WantedRecord.objects.create(
        force=force,
        person=person,
        basis=WantedBasis.objects.get(force=force, code=basis),
        band=PriorityBand.objects.get(force=force, code=band),
        **{**given, **changes},
    )


def make_marker(about: Person | Address, code: str = "WE", text: str = "Lock knife, right sock", **changes: Any) -> Any:
    """A standing warning about a person or an address."""
    moment = now()
    family = "SIGNAL" if isinstance(about, Person) else "ADDRESS"
    given: dict[str, Any] = {
        "kind": MarkerKind.objects.get(force=about.force, code=code, family=changes.pop("family", family)),
        "text": text,
        "source": "Custody 22/1187/26",
        "added_at": moment - dt.timedelta(days=30),
        "added_by_label": "A. Hughes 6033",
        "review_due": moment.date() + dt.timedelta(days=300),
        "person" if isinstance(about, Person) else "address": about,
    }
    return Marker.objects.create(force=about.force, **{**given, **changes})


def make_picture(person: Person, taken_on: dt.date, **changes: Any) -> PersonImage:
    given = {"original_id": uuid4(), "reduced_id": uuid4(), "source": "Custody", "width": 480, "height": 640}
    return PersonImage.objects.create(
        force=person.force, person=person, taken_on=taken_on, recorded_at=now(), **{**given, **changes}
    )


def make_operation(person: Person, owner: Actor, **changes: Any) -> Operation:
    """A planned operation of today."""
    moment = now()
    given = {
        "name": "Larkspur",
        "call_number": "01632 960 417",
        "starts_at": moment - dt.timedelta(hours=1),
        "ends_at": moment + dt.timedelta(days=2),
        "owner_label": owner.label,
    }
    return Operation.objects.create(
        force=person.force, person=person, owner_id=owner.user_id or 0, **{**given, **changes}
    )


def make_officer(call_sign: str = "NB21", *, on_duty: bool = True, **changes: Any) -> Actor:
    """An officer, on duty under the call sign."""
    given = {"roles": (OFFICER,), "first_name": "Tom", "last_name": "Reid", "rank": "PC", "call_sign": call_sign}
    actor = make_actor(**{**given, **changes})
    if on_duty:
        book_on(actor=actor, call_sign=call_sign)
    return actor
