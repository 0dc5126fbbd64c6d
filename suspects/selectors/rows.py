"""What a row of results shows beside its match: wanted, warnings, image (B5.3). A constant number of statements.

Rows are plain JSON values: they are kept with the check as they were shown. Ids, never addresses of pages.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.clock import local_date
from core.permissions import can
from core.statements import Statement, as_day, as_uuid
from suspects.codes.vrm import readable
from suspects.matching.results import AddressMatch, AnyMatch, Found, Match, VehicleMatch
from suspects.models import PersonImage, WantedRecord, address_line
from suspects.selectors.wanted_cards import (
    ADULT,
    DO_NOT_APPROACH,
    age_on,
    may_see_secret,
    under_operation,
)
from suspects.states import LinkKind, Subject

Row = dict[str, Any]
HIDDEN = {"basis": DO_NOT_APPROACH, "may_arrest": False, "power": "", "do_not_approach": True}
NOT_WANTED = {"id": "", "band": ""}  # an operation may be about somebody who is not wanted, too
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


# Plain SQL, for the speed of a check. A record's row comes once for each of its markers, or once without one.
_MARKERS = """
  LEFT JOIN suspects_marker m ON m.{end}_id = one.id AND m.force_id = one.force_id AND m.removed_at IS NULL
       AND (m.expires_at IS NULL OR m.expires_at > %s)
  LEFT JOIN suspects_markerkind mk ON mk.id = m.kind_id AND (%s OR NOT mk.health) AND (%s OR NOT mk.secret)
 WHERE one.force_id = %s AND one.id {{in}}
"""
_MARKER = "mk.code, mk.label, mk.severity, mk.icon, mk.family"
# The person, the newest image, the most urgent wanted record, a planned operation.
_PEOPLE = Statement(
    f"""
SELECT one.id, {_MARKER}, one.surname, one.given_names, one.date_of_birth, one.died_on, i.id, i.taken_on,
       w.id, k.label, k.may_arrest, k.power, b.code,
       EXISTS (SELECT 1 FROM suspects_operation o WHERE o.person_id = one.id AND o.ended_at IS NULL
                  AND o.starts_at <= %s AND o.ends_at > %s)
  FROM suspects_person one
  LEFT JOIN suspects_personimage i ON i.id = (
       SELECT x.id FROM suspects_personimage x WHERE x.person_id = one.id AND x.withdrawn_at IS NULL
        ORDER BY x.taken_on IS NULL, x.taken_on DESC, x.recorded_at DESC LIMIT 1)
  LEFT JOIN suspects_wantedrecord w ON w.id = (
       SELECT y.id FROM suspects_wantedrecord y JOIN suspects_priorityband z ON z.id = y.band_id
        WHERE y.person_id = one.id AND y.state = 'ACTIVE' ORDER BY z.rank, y.issued_at, y.id LIMIT 1)
  LEFT JOIN suspects_wantedbasis k ON k.id = w.basis_id
  LEFT JOIN suspects_priorityband b ON b.id = w.band_id
"""  # noqa: S608  # names of our own columns
    + _MARKERS.format(end="person")
)
# How many wanted people are linked to a vehicle or an address today. Where somebody under an operation lives is for
# those who run it.
_WANTED = """
(SELECT COUNT(DISTINCT l.person_id) FROM suspects_link l
   JOIN suspects_wantedrecord w ON w.person_id = l.person_id AND w.force_id = l.force_id AND w.state = 'ACTIVE'
  WHERE l.{end}_id = one.id AND l.force_id = one.force_id AND l.kind IN ({kinds})
    AND (l.valid_from IS NULL OR l.valid_from <= %s) AND (l.valid_to IS NULL OR l.valid_to >= %s)
    AND (%s OR NOT EXISTS (SELECT 1 FROM suspects_operation o WHERE o.person_id = l.person_id AND o.ended_at IS NULL
                              AND o.force_id = l.force_id AND o.starts_at <= %s AND o.ends_at > %s)))
"""


def _things(end: str, kinds: tuple[LinkKind, ...], names: str) -> Statement:
    wanted = _WANTED.format(end=end, kinds=", ".join(f"'{kind.value}'" for kind in kinds))
    start = f"SELECT one.id, {_MARKER}, {wanted}, {names} FROM suspects_{end} one"  # noqa: S608  # names of our own
    return Statement(start + _MARKERS.format(end=end))


_VEHICLES = _things("vehicle", _OF_VEHICLE, "one.vrm, one.vin, one.colour, one.make, one.model")
_ADDRESSES = _things(
    "address", _OF_ADDRESS, "one.area, one.flat, one.number, one.premises, one.street, one.town, one.postcode"
)


def _held(found: list[tuple[Any, ...]]) -> dict[UUID, tuple[list[Row], tuple[Any, ...]]]:
    """By record: its warnings, worst first, and the other columns."""
    facts: dict[UUID, tuple[Any, ...]] = {}
    markers: list[tuple[Any, ...]] = []
    for key, code, *marker in found:
        facts.setdefault(as_uuid(key), tuple(marker[4:]))
        if code is not None:
            markers.append((key, code, *marker[:4]))
    warnings = _warnings(markers)
    return {key: (warnings.get(key, []), one) for key, one in facts.items()}


def _of_markers(actor: Actor, keys: list[UUID], moment: dt.datetime) -> tuple[Any, ...]:
    """The values of `_MARKERS`."""
    return moment, can(actor, "marker.health"), may_see_secret(actor), actor.force_id, keys


def _people(actor: Actor, matches: tuple[Match, ...], moment: dt.datetime) -> dict[UUID, Row]:
    keys = [match.person_id for match in matches]
    held = _held(_PEOPLE.rows(moment, moment, *_of_markers(actor, keys, moment)))
    today = local_date(moment)
    return {
        match.person_id: _person(match, held[match.person_id], today) for match in matches if match.person_id in held
    }


def _person(match: Match, held: tuple[list[Row], tuple[Any, ...]], today: dt.date) -> Row:
    warnings, facts = held
    surname, given, birth, died, image, image_on, wanted, basis, may_arrest, power, band, operation = facts
    born = as_day(birth)
    age = age_on(born, today)
    shown = wanted and {
        "id": str(as_uuid(wanted)), "basis": basis, "may_arrest": bool(may_arrest), "power": power, "band": band,
    }  # fmt: skip
    return _row(
        Subject.PERSON, match.person_id, match, name=f"{given} {surname.upper()}".strip(), matched=match.matched_name,
        alias=match.name_type, warnings=warnings, born=born.isoformat() if born else None,
        under_18=age is not None and age < ADULT, died=died is not None,
        wanted=(shown or NOT_WANTED) | HIDDEN if operation else shown,
        image=str(as_uuid(image)) if image else None, image_on=str(image_on) if image_on else None,
    )  # fmt: skip


def _vehicles(actor: Actor, matches: tuple[VehicleMatch, ...], moment: dt.datetime) -> dict[UUID, Row]:
    held = _linked(_VEHICLES, actor, [match.vehicle_id for match in matches], moment, everything=True)
    rows = {}
    for match in matches:
        if match.vehicle_id in held:
            warnings, (wanted, mark, vin, *about) = held[match.vehicle_id]
            rows[match.vehicle_id] = _row(
                Subject.VEHICLE, match.vehicle_id, match, name=readable(mark) or vin, warnings=warnings,
                line=" ".join(part for part in about if part), wanted_people=wanted,
            )  # fmt: skip
    return rows


def _addresses(actor: Actor, matches: tuple[AddressMatch, ...], moment: dt.datetime) -> dict[UUID, Row]:
    keys = [match.address_id for match in matches]
    held = _linked(_ADDRESSES, actor, keys, moment, everything=can(actor, "operation.manage"))
    rows = {}
    for match in matches:
        if match.address_id in held:
            warnings, (wanted, area, *line) = held[match.address_id]
            rows[match.address_id] = _row(
                Subject.ADDRESS, match.address_id, match, name=address_line(*line), line=area, warnings=warnings,
                wanted_people=wanted,
            )  # fmt: skip
    return rows


def _linked(
    statement: Statement, actor: Actor, keys: list[UUID], moment: dt.datetime, *, everything: bool
) -> dict[UUID, tuple[list[Row], tuple[Any, ...]]]:
    """`everything`: links of people under an operation count, too."""
    today = local_date(moment)
    return _held(statement.rows(today, today, everything, moment, moment, *_of_markers(actor, keys, moment)))


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


# Standing: neither removed nor expired.
_STANDING = {
    end: Statement(
        f"SELECT m.{end}_id, k.code, k.label, k.severity, k.icon, k.family"  # noqa: S608  # names of our own columns
        " FROM suspects_marker m JOIN suspects_markerkind k ON k.id = m.kind_id"
        " WHERE m.removed_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > %s) AND (%s OR NOT k.health)"
        f" AND (%s OR NOT k.secret) AND m.force_id = %s AND m.{end}_id {{in}}"
    )
    for end in ("person", "vehicle", "address")
}


def warnings_of(actor: Actor, end: str, keys: list[UUID], moment: dt.datetime) -> dict[UUID, list[Row]]:
    """Standing warnings and markers by record, worst first, each code once. Health and secret ones by role. `end` is
    person, vehicle or address."""
    return _warnings(_STANDING[end].rows(*_of_markers(actor, keys, moment))) if keys else {}


def _warnings(markers: list[tuple[Any, ...]]) -> dict[UUID, list[Row]]:
    found: dict[UUID, dict[str, Row]] = defaultdict(dict)
    for key, code, label, severity, icon, family in markers:
        found[as_uuid(key)][f"{family}{code}"] = {"code": code, "label": label, "severity": severity, "icon": icon}
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
