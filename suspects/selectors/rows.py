"""What a row of results shows beside its match: wanted, warnings, image (B5.3). A constant number of statements.

Rows are plain JSON values: they are kept with the check as they were shown. Ids, never addresses of pages.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db import connection

from core.actors import Actor
from core.clock import local_date
from core.permissions import can
from suspects.codes.vrm import readable
from suspects.matching.results import AddressMatch, AnyMatch, Found, Match, VehicleMatch
from suspects.models import Address, Link, Person, PersonImage, Vehicle, WantedRecord
from suspects.selectors.wanted_cards import (
    ADULT,
    DO_NOT_APPROACH,
    age_on,
    may_see_secret,
    planned_people,
    under_operation,
)
from suspects.states import LinkKind, Subject

Row = dict[str, Any]
HIDDEN = {"basis": DO_NOT_APPROACH, "may_arrest": False, "power": "", "do_not_approach": True}
NOT_WANTED = {"id": "", "band": ""}  # an operation may be about somebody who is not wanted, too
_KEY = Person._meta.pk
_SEVERITY = {"CRITICAL": 0, "CAUTION": 1, "NOTE": 2}
_OF_VEHICLE = (LinkKind.KEEPER, LinkKind.DRIVER, LinkKind.USER)
_OF_ADDRESS = (LinkKind.HOME, LinkKind.BAIL_ADDRESS, LinkKind.FREQUENTS)


def rows_of(actor: Actor, found: Found, moment: dt.datetime) -> list[Row]:
    """One row for each match, best first, with its flags as the actor may see them. The caller audits."""
    people, vehicles, addresses = found.people, found.vehicles, found.addresses
    rows: dict[UUID, Row] = {}
    if people:
        rows |= _people(actor, people, moment)
    if vehicles:
        rows |= _vehicles(actor, vehicles, moment)
    if addresses:
        rows |= _addresses(actor, addresses, moment)
    return [rows[key] for key in map(_key, found.matches) if key in rows]


def _key(match: AnyMatch) -> UUID:
    if isinstance(match, Match):
        return match.person_id
    return match.vehicle_id if isinstance(match, VehicleMatch) else match.address_id


def _row(kind: Subject, key: UUID, match: AnyMatch, **more: Any) -> Row:
    return {
        "kind": kind.value, "id": str(key), "score": match.score, "same": list(match.same),
        "differs": list(match.differs), "wanted": None, "warnings": [], "image": None, "image_on": None, **more,
    }  # fmt: skip


# Plain SQL, for the speed of a check: the person, the newest image, the most urgent wanted record, a planned operation.
_PEOPLE = """
SELECT p.id, p.surname, p.given_names, p.date_of_birth, p.died_on, i.id AS image_id, i.taken_on AS image_on,
       w.id AS wanted_id, k.label AS basis, k.may_arrest, k.power, b.code AS band,
       EXISTS (SELECT 1 FROM suspects_operation o WHERE o.person_id = p.id AND o.ended_at IS NULL
                  AND o.starts_at <= %s AND o.ends_at > %s) AS operation
  FROM suspects_person p
  LEFT JOIN suspects_personimage i ON i.id = (
       SELECT x.id FROM suspects_personimage x WHERE x.person_id = p.id AND x.withdrawn_at IS NULL
        ORDER BY x.taken_on IS NULL, x.taken_on DESC, x.recorded_at DESC LIMIT 1)
  LEFT JOIN suspects_wantedrecord w ON w.id = (
       SELECT y.id FROM suspects_wantedrecord y JOIN suspects_priorityband z ON z.id = y.band_id
        WHERE y.person_id = p.id AND y.state = 'ACTIVE' ORDER BY z.rank, y.issued_at, y.id LIMIT 1)
  LEFT JOIN suspects_wantedbasis k ON k.id = w.basis_id
  LEFT JOIN suspects_priorityband b ON b.id = w.band_id
 WHERE p.force_id = %s AND p.id IN ({holes})
"""


def _people(actor: Actor, matches: tuple[Match, ...], moment: dt.datetime) -> dict[UUID, Row]:
    keys = [match.person_id for match in matches]
    statement = _PEOPLE.format(holes=", ".join(["%s"] * len(keys)))
    at = connection.ops.adapt_datetimefield_value(moment)
    with connection.cursor() as cursor:
        cursor.execute(statement, [at, at, actor.force_id, *(_KEY.get_db_prep_value(key, connection) for key in keys)])
        held = {_uuid(row[0]): row[1:] for row in cursor.fetchall()}
    warnings = warnings_of(actor, "person", keys, moment)
    today = local_date(moment)
    return {
        match.person_id: _person(match, held[match.person_id], warnings.get(match.person_id, []), today)
        for match in matches
        if match.person_id in held
    }


def _person(match: Match, held: tuple[Any, ...], warnings: list[Row], today: dt.date) -> Row:
    surname, given, born, died, image, image_on, wanted, basis, may_arrest, power, band, operation = held
    born = dt.date.fromisoformat(born) if isinstance(born, str) else born
    age = age_on(born, today)
    shown = wanted and {
        "id": str(_uuid(wanted)), "basis": basis, "may_arrest": bool(may_arrest), "power": power, "band": band,
    }  # fmt: skip
    return _row(
        Subject.PERSON, match.person_id, match, name=f"{given} {surname.upper()}".strip(), matched=match.matched_name,
        alias=match.name_type, warnings=warnings, born=born.isoformat() if born else None,
        under_18=age is not None and age < ADULT, died=died is not None,
        wanted=(shown or NOT_WANTED) | HIDDEN if operation else shown,
        image=str(_uuid(image)) if image else None, image_on=str(image_on) if image_on else None,
    )  # fmt: skip


def _uuid(value: Any) -> UUID:
    """SQLite keeps keys as text."""
    return value if isinstance(value, UUID) else UUID(value)


def _vehicles(actor: Actor, matches: tuple[VehicleMatch, ...], moment: dt.datetime) -> dict[UUID, Row]:
    keys = [match.vehicle_id for match in matches]
    vehicles = Vehicle.objects.visible_to(actor).in_bulk(keys)
    warnings = warnings_of(actor, "vehicle", keys, moment)
    wanted = _wanted_through(actor, "vehicle", keys, _OF_VEHICLE, moment)
    rows = {}
    for match in matches:
        if vehicle := vehicles.get(match.vehicle_id):
            about = " ".join(part for part in (vehicle.colour, vehicle.make, vehicle.model) if part)
            rows[vehicle.pk] = _row(
                Subject.VEHICLE, vehicle.pk, match, name=readable(vehicle.vrm) or vehicle.vin, line=about,
                warnings=warnings.get(vehicle.pk, []), wanted_people=wanted.get(vehicle.pk, 0),
            )  # fmt: skip
    return rows


def _addresses(actor: Actor, matches: tuple[AddressMatch, ...], moment: dt.datetime) -> dict[UUID, Row]:
    keys = [match.address_id for match in matches]
    addresses = Address.objects.visible_to(actor).in_bulk(keys)
    warnings = warnings_of(actor, "address", keys, moment)
    wanted = _wanted_through(actor, "address", keys, _OF_ADDRESS, moment)
    rows = {}
    for match in matches:
        if address := addresses.get(match.address_id):
            rows[address.pk] = _row(
                Subject.ADDRESS, address.pk, match, name=address.line, line=address.area,
                warnings=warnings.get(address.pk, []), wanted_people=wanted.get(address.pk, 0),
            )  # fmt: skip
    return rows


def wanted_by_person(actor: Actor, keys: list[UUID], moment: dt.datetime) -> dict[UUID, Row]:
    """The most urgent active record of each person: basis and power in words, band. Somebody under a planned operation
    looks like nobody to arrest: no basis, no power, only what to do."""
    found: dict[UUID, Row] = {}
    records = WantedRecord.objects.visible_to(actor).active().filter(person_id__in=keys).most_urgent_first()
    columns = ("person_id", "id", "basis__label", "basis__may_arrest", "basis__power", "band__code")
    for person_id, key, label, may_arrest, power, band in records.values_list(*columns):
        words = {"id": str(key), "basis": label, "may_arrest": may_arrest, "power": power, "band": band}
        found.setdefault(person_id, words)
    for person_id in under_operation(actor, keys, moment) if keys else ():
        found[person_id] = found.get(person_id, NOT_WANTED) | HIDDEN
    return found


# Plain SQL, for the speed of a check. Standing: neither removed nor expired.
_MARKERS = """
SELECT m.{end}_id, k.code, k.label, k.severity, k.icon, k.family
  FROM suspects_marker m JOIN suspects_markerkind k ON k.id = m.kind_id
 WHERE m.force_id = %s AND m.{end}_id IN ({holes}) AND m.removed_at IS NULL
   AND (m.expires_at IS NULL OR m.expires_at > %s) AND (%s OR NOT k.health) AND (%s OR NOT k.secret)
"""


def warnings_of(actor: Actor, end: str, keys: list[UUID], moment: dt.datetime) -> dict[UUID, list[Row]]:
    """Standing warnings and markers by record, worst first, each code once. Health and secret ones by role. `end` is
    person, vehicle or address."""
    if not keys:
        return {}
    statement = _MARKERS.format(end=end, holes=", ".join(["%s"] * len(keys)))
    values = [
        actor.force_id, *(_KEY.get_db_prep_value(key, connection) for key in keys),
        connection.ops.adapt_datetimefield_value(moment), can(actor, "marker.health"), may_see_secret(actor),
    ]  # fmt: skip
    found: dict[UUID, dict[str, Row]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for key, code, label, severity, icon, family in cursor.fetchall():
            warning = {"code": code, "label": label, "severity": severity, "icon": icon}
            found[_uuid(key)][f"{family}{code}"] = warning
    return {
        key: sorted(one.values(), key=lambda warning: (_SEVERITY.get(warning["severity"], 3), warning["code"]))
        for key, one in found.items()
    }


def latest_images(actor: Actor, keys: list[UUID]) -> dict[UUID, Row]:
    """The newest image of each person that was not withdrawn, with its date."""
    images = PersonImage.objects.visible_to(actor).filter(person_id__in=keys, withdrawn_at=None)
    found: dict[UUID, Row] = {}
    for person_id, key, taken_on in images.order_by("taken_on", "recorded_at").values_list(
        "person_id", "id", "taken_on"
    ):
        found[person_id] = {"image": str(key), "image_on": taken_on.isoformat() if taken_on else None}
    return found


def _wanted_through(
    actor: Actor, end: str, keys: list[UUID], kinds: tuple[str, ...], moment: dt.datetime
) -> dict[UUID, int]:
    """How many wanted people are linked to each vehicle or address."""
    links: Any = Link.objects.visible_to(actor)
    wanted = WantedRecord.objects.visible_to(actor).active().values("person_id")
    if end == "address":  # where somebody under an operation lives is for those who run it
        links = links.exclude(person__in=planned_people(actor, moment))
    rows = links.holding_on(local_date(moment)).filter(**{f"{end}_id__in": keys}, kind__in=kinds, person_id__in=wanted)
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for key, person_id in rows.order_by().values_list(f"{end}_id", "person_id"):
        found[key].add(person_id)
    return {key: len(people) for key, people in found.items()}
