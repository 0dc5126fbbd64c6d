"""What one card of the wanted gallery shows, put together for many records in a constant number of queries.

The basis decides the power, and the card says it in words (STANDARDS 7.1): who is only to be found, is missing, or is
under a planned operation never looks like somebody to arrest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.actors import Actor
from core.clock import local_date
from core.models import User
from core.permissions import can
from core.roles import SERGEANT, SUPERVISOR
from suspects.models import Marker, Operation, Person, PersonImage, Reservation, WantedRecord
from suspects.querysets import MarkerQuerySet
from suspects.states import MarkerFamily, ReservationState, Severity, WantedState

NO_POWER = "No power of arrest"
DO_NOT_APPROACH = "Do not approach. Planned operation."
ADULT, IMAGE_OLD_DAYS, HOURS_AS_DAYS = 18, 2 * 365 + 1, 72
CLOSED = (WantedState.IN_CUSTODY, WantedState.CANCELLED)
COARSE = 2  # decimal places of a degree: about a kilometre
WARNINGS = (Severity.CRITICAL, Severity.CAUTION)


@dataclass(frozen=True, kw_only=True)
class CardWarning:
    """A standing warning. `severity` is CRITICAL or CAUTION; `about` is "person" or "address"."""

    marker_id: UUID
    code: str
    label: str
    severity: str
    icon: str
    text: str
    source: str
    added_at: dt.datetime
    review_due: dt.date
    review_overdue: bool
    about: str


@dataclass(frozen=True, kw_only=True)
class CardReservation:
    """Who has the person: "PC 7741 Ansah" of NB21, since and until when (UTC)."""

    id: UUID
    state: str
    state_label: str
    who: str
    call_sign: str
    collar: str
    since: dt.datetime
    until: dt.datetime
    mine: bool


@dataclass(frozen=True, kw_only=True)
class GalleryCard:
    """One wanted record. `power_text` is "Arrest: the warrant, no bail" or "No power of arrest"; `icon_kind` is
    "cuffs", "warrant" or "none". Times are UTC, `lat` and `lon` rounded to about a kilometre, `distance_km` from the
    position that was asked about. `image_hidden`: under 18, shown only for a reason that is given.

    `do_not_approach`: a planned operation. The card then says no place, no power and no number to call: that is told
    to whoever taps it, and the operation hears who did.
    """

    wanted_id: UUID
    person_id: UUID
    state: str
    version: int
    name: str
    age: int | None
    under_18: bool
    band: str
    band_label: str
    band_icon: str
    band_colour: str
    target_words: str
    due_at: dt.datetime
    due_words: str
    overdue: bool
    issued_at: dt.datetime
    basis: str
    basis_label: str
    offence: str
    warrant_category: str
    power_text: str
    may_arrest: bool
    icon_kind: str
    do_not_approach: bool
    instruction: str
    contact_text: str
    two_officers: bool
    armed_only: bool
    warnings: tuple[CardWarning, ...]
    image_id: UUID | None
    image_date: dt.date | None
    image_old: bool
    image_hidden: bool
    area: str
    lat: float | None
    lon: float | None
    distance_km: float | None
    reservation: CardReservation | None


def cards_of(
    actor: Actor, records: list[WantedRecord], moment: dt.datetime, distances: dict[UUID, float] | None = None
) -> tuple[GalleryCard, ...]:
    """Cards of records read with person, basis, band and address. Seven queries, however many there are."""
    people = {record.person_id for record in records}
    addresses = {record.address_id for record in records if record.address_id}
    of_person, of_address = _warnings(actor, people, addresses, moment)
    images = _newest_images(people)
    taken = reservations_of(actor, people, moment)
    operations = under_operation(actor, people, moment)
    far = distances or {}
    return tuple(
        _card(
            record,
            moment,
            warnings=of_person.get(record.person_id, ()) + of_address.get(record.address_id, ()),
            image=images.get(record.person_id),
            reservation=taken.get(record.person_id),
            operation=record.person_id in operations,
            distance=far.get(record.pk),
        )
        for record in records
    )


def warnings_for(
    actor: Actor, person_id: UUID, address_id: UUID | None, moment: dt.datetime
) -> tuple[CardWarning, ...]:
    """What has to be ticked before the person is reserved: critical first."""
    of_person, of_address = _warnings(actor, {person_id}, {address_id} if address_id else set(), moment)
    return _critical_first(of_person.get(person_id, ()) + of_address.get(address_id, ()))


def _critical_first(warnings: tuple[CardWarning, ...]) -> tuple[CardWarning, ...]:
    return tuple(sorted(warnings, key=lambda one: one.severity != Severity.CRITICAL))


def reservations_of(actor: Actor, people: Iterable[UUID], moment: dt.datetime) -> dict[UUID, CardReservation]:
    """By person. A lease that ran out holds nobody, also before the sweep has written so."""
    rows = Reservation.objects.visible_to(actor).live().filter(person__in=list(people), expires_at__gt=moment)
    return {row.person_id: reservation_words(actor, row) for row in rows.select_related("holder")}


def reservation_words(actor: Actor, row: Reservation) -> CardReservation:
    return CardReservation(
        id=row.pk,
        state=row.state,
        state_label=ReservationState(row.state).label,
        who=officer_words(row.holder),
        call_sign=row.call_sign,
        collar=row.holder.collar_number,
        since=row.reserved_at,
        until=row.expires_at,
        mine=actor.user_id is not None and row.holder_id == actor.user_id,
    )


def officer_words(user: User) -> str:
    """As officers say it: "PC 7741 Ansah"."""
    return " ".join(part for part in (user.rank, user.collar_number, user.last_name) if part)


def under_operation(actor: Actor, people: Iterable[UUID], moment: dt.datetime) -> frozenset[UUID]:
    rows = Operation.objects.visible_to(actor).in_force(moment).filter(person__in=list(people))
    return frozenset(rows.values_list("person_id", flat=True))


def planned_people(actor: Actor, moment: dt.datetime) -> Any:
    """Ids, as a subquery, of everybody whose places and reports the actor is not shown: those under an operation."""
    rows = Operation.objects.visible_to(actor).in_force(moment)
    return (rows.none() if can(actor, "operation.manage") else rows).values("person_id")


def may_see_secret(actor: Actor) -> bool:
    """A refuge is known to supervisors and sergeants alone (STANDARDS 5.7)."""
    return actor.has_role(SUPERVISOR, SERGEANT)


def _warnings(
    actor: Actor, people: set[UUID], addresses: set[UUID], moment: dt.datetime
) -> tuple[dict[UUID, tuple[CardWarning, ...]], dict[UUID | None, tuple[CardWarning, ...]]]:
    rows: MarkerQuerySet = Marker.objects.visible_to(actor).standing(moment).filter(kind__severity__in=WARNINGS)
    if not can(actor, "marker.health"):
        rows = rows.without_health()
    if not may_see_secret(actor):
        rows = rows.filter(kind__secret=False)
    rows = rows.prefetch_related("kind").order_by("added_at", "id")
    of_person: dict[UUID, tuple[CardWarning, ...]] = {}
    for row in rows.filter(person__in=list(people)):
        of_person[row.person_id] = (*of_person.get(row.person_id, ()), _warning(row, moment))
    of_address: dict[UUID | None, tuple[CardWarning, ...]] = {}
    for row in rows.filter(address__in=list(addresses), kind__family=MarkerFamily.ADDRESS) if addresses else ():
        of_address[row.address_id] = (*of_address.get(row.address_id, ()), _warning(row, moment))
    return of_person, of_address


def _warning(row: Marker, moment: dt.datetime) -> CardWarning:
    return CardWarning(
        marker_id=row.pk,
        code=row.kind.code,
        label=row.kind.label,
        severity=row.kind.severity,
        icon=row.kind.icon,
        text=row.text,
        source=row.source,
        added_at=row.added_at,
        review_due=row.review_due,
        review_overdue=row.review_due < local_date(moment),
        about="person" if row.person_id else "address",
    )


def _newest_images(people: set[UUID]) -> dict[UUID, tuple[UUID, dt.date | None]]:
    rows = PersonImage.objects.filter(person__in=list(people), withdrawn_at=None).order_by("taken_on", "recorded_at")
    return {person: (key, taken) for person, key, taken in rows.values_list("person_id", "pk", "taken_on")}


def _card(
    record: WantedRecord,
    moment: dt.datetime,
    *,
    warnings: tuple[CardWarning, ...],
    image: tuple[UUID, dt.date | None] | None,
    reservation: CardReservation | None,
    operation: bool,
    distance: float | None,
) -> GalleryCard:
    today = local_date(moment)
    person, basis, band = record.person, record.basis, record.band
    age = age_on(person.date_of_birth, today)
    image_id, image_date = image or (None, None)
    lat, lon = (None, None) if operation else coarse_position(record)
    no_power = operation or record.state in CLOSED  # whoever is in a cell, or wanted no longer, is nobody to arrest
    return GalleryCard(
        wanted_id=record.pk,
        person_id=record.person_id,
        state=record.state,
        version=record.version,
        name=person.spoken_name,
        age=age,
        under_18=is_child(person, today),
        band=band.code,
        band_label=band.label,
        band_icon=band.icon,
        band_colour=band.colour,
        target_words=target_words(band.target_hours),
        due_at=record.due_at,
        due_words=due_words(record.due_at, moment),
        overdue=record.due_at < moment,
        issued_at=record.issued_at,
        basis=basis.code,
        basis_label=basis.label,
        offence=record.offence,
        warrant_category=record.warrant_category,
        power_text=NO_POWER if no_power else power_text(record),
        may_arrest=basis.may_arrest and not no_power,
        icon_kind="none" if no_power else icon_kind(record),
        do_not_approach=operation,
        instruction=DO_NOT_APPROACH if operation else "",
        contact_text="" if operation else record.contact_text,
        two_officers=record.two_officers,
        armed_only=record.armed_only,
        warnings=_critical_first(warnings),
        image_id=image_id,
        image_date=image_date,
        image_old=image_date is not None and (today - image_date).days > IMAGE_OLD_DAYS,
        image_hidden=image_id is not None and is_child(person, today),
        area="" if operation else area_of(record),
        lat=lat,
        lon=lon,
        distance_km=None if operation or distance is None else round(distance, 1),
        reservation=reservation,
    )


def power_text(record: WantedRecord) -> str:
    """What the officer may do, as the card says it: never "arrest" without a power."""
    if not record.basis.may_arrest:
        return NO_POWER
    words = f"Arrest: {record.basis.power}"
    if record.basis.by_warrant:
        words += ", backed for bail" if record.bail_backed else ", no bail"
    return words


def icon_kind(record: WantedRecord) -> str:
    if not record.basis.may_arrest:
        return "none"
    return "warrant" if record.basis.by_warrant else "cuffs"


def is_child(person: Person, today: dt.date) -> bool:
    age = age_on(person.date_of_birth, today)
    return age is not None and age < ADULT


def age_on(born: dt.date | None, today: dt.date) -> int | None:
    """Full years; None when the date of birth is not known."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def target_words(hours: int) -> str:
    """How soon the band promises action: "24 h", "72 h", "14 d"."""
    return f"{hours} h" if hours <= HOURS_AS_DAYS else f"{round(hours / 24)} d"


def due_words(due_at: dt.datetime, moment: dt.datetime) -> str:
    """As a card says it: "Due in 9 h", "Due in 8 days", "Overdue by 31 h"."""
    late = due_at < moment
    seconds = abs((due_at - moment).total_seconds())
    hours = int(seconds // 3600)
    if hours < 1:
        words = f"{int(seconds // 60)} min"
    elif hours < HOURS_AS_DAYS:
        words = f"{hours} h"
    else:
        words = f"{hours // 24} days"
    return f"Overdue by {words}" if late else f"Due in {words}"


def area_of(record: WantedRecord) -> str:
    return record.area or (record.address.area if record.address else "")


def coarse_position(record: WantedRecord) -> tuple[float | None, float | None]:
    """WGS84 degrees rounded to about a kilometre, for a card and for live events; None when no place is known."""
    address = record.address
    if address is None or address.lat is None or address.lon is None:
        return None, None
    return round(address.lat, COARSE), round(address.lon, COARSE)
