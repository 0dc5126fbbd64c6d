"""Whom Northmere looks for, written through the services everyone uses: names, warnings, pictures, bail, wanted."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from config.demo import faces
from config.demo.suspects_story import FENSIDE, OTHERS, SUSPECTS, Place, Suspect
from core.actors import Actor
from core.clock import as_if, local, now
from core.models import Force, User
from incidents.services import book_on
from suspects.codes.curfew_hours import Slot
from suspects.services import (
    addresses,
    bail,
    contacts,
    images,
    intelligence,
    links,
    markers,
    marks,
    names,
    operations,
    people,
    vehicles,
    wanted,
)
from suspects.services.reference_data import seed_force

ON_DUTY = ("2001", "2002", "2003", "2004", "2005", "4410", "1180")


def write(force: Force, staff: dict[str, User]) -> None:
    """Everything once, in a few seconds."""
    seed_force(force)
    intel, supervisor = Actor.for_user(staff["6620"]), Actor.for_user(staff["1180"])
    with as_if(now() - dt.timedelta(minutes=40)):
        for collar in ON_DUTY:
            book_on(actor=Actor.for_user(staff[collar]))
    places: dict[Place, UUID] = {}
    for suspect in SUSPECTS:
        _suspect(suspect, intel, supervisor, places)
    for number, (surname, given, sex, basis, offence, band) in enumerate(OTHERS):
        _other(number, surname, given, sex, basis, offence, band, intel)


def _address(intel: Actor, place: Place, places: dict[Place, UUID]) -> UUID:
    if place not in places:
        places[place] = addresses.add_address(
            actor=intel,
            details=addresses.AddressDetails(
                flat=place.flat, number=place.number, street=place.street, town="Northmere", postcode=place.postcode,
                lat=place.lat, lon=place.lon, area=place.area, source="Gazetteer",
            ),
        ).pk  # fmt: skip
    return places[place]


def _suspect(one: Suspect, intel: Actor, supervisor: Actor, places: dict[Place, UUID]) -> None:
    with as_if(now() - dt.timedelta(days=600)):
        person = people.add_person(
            actor=intel,
            source="PNC",
            source_ref=f"{one.surname}-{one.born}",
            details=people.PersonDetails(
                surname=one.surname, given_names=one.given, date_of_birth=one.born, sex=one.sex,
                birthplace=one.birthplace, height_from=one.height, height_to=one.height, build=one.build,
                dpa_category="SUSPECT",
            ),
        ).pk  # fmt: skip
        where = _address(intel, one.place, places)
        links.add_link(actor=intel, kind="HOME", ends={"person": person, "address": where}, source="PNC")
        _identity(one, person, intel)
    if one.picture_days:
        _picture(one.surname, one.sex, one.skin, one.hair, one.picture_days, person, intel)
    for warning in one.warnings:
        with as_if(now() - dt.timedelta(days=warning.days)):
            markers.add_marker(
                actor=intel, subject={"person": person}, code=warning.code, text=warning.text, source=warning.source,
                event_date=local(now()).date(),
                review_due=(local(now()) + dt.timedelta(days=max(30, warning.days + warning.review))).date(),
            )  # fmt: skip
    _knowledge(one, person, intel)
    if one.wanted:
        _wanted(one, person, where, intel)
    if one.curfew:
        _bail(one, person, where, intel, supervisor)
    if one.under_operation:
        operations.start_operation(
            actor=supervisor, person_id=person, name=one.under_operation, call_number="+441632960140",
            ends_at=now() + dt.timedelta(days=7),
        )  # fmt: skip


def _identity(one: Suspect, person: UUID, intel: Actor) -> None:
    if one.alias:
        names.add_name(
            actor=intel, person_id=person, type="ALIAS", given_names=one.alias[0], surname=one.alias[1], source="PNC"
        )
    if one.pnc:
        names.add_identifier(actor=intel, person_id=person, kind="PNC", value=one.pnc, source="PNC")
    if one.phone:
        contacts.add_contact_point(actor=intel, person_id=person, kind="MOBH", value=one.phone, source="Custody")
    if one.mark:
        feature, location, text = one.mark
        marks.add_mark(
            actor=intel, person_id=person, source="Custody",
            mark=marks.MarkDetails(feature=feature, location=location, text=text),
        )  # fmt: skip
    if one.vehicle:
        vrm, make, model, colour = one.vehicle
        kept = vehicles.add_vehicle(actor=intel, vrm=vrm, make=make, model=model, colour=colour, source="PNC")
        links.add_link(
            actor=intel, kind="KEEPER", ends={"person": person, "vehicle": kept.vehicle.pk}, source="DVLA"
        )  # fmt: skip


def _picture(surname: str, sex: str, skin: int, hair: int, days: int, person: UUID, intel: Actor) -> None:
    with as_if(now() - dt.timedelta(days=days)):
        images.add_image(
            actor=intel, person_id=person, data=faces.draw(seed=surname, sex=sex, skin=skin, hair=hair),
            source="Custody", taken_on=local(now()).date(),
        )  # fmt: skip


def _knowledge(one: Suspect, person: UUID, intel: Actor) -> None:
    for grade, text, opinion, days in one.intelligence:
        with as_if(now() - dt.timedelta(days=days)):
            report = intelligence.submit_report(
                actor=intel, grade=grade, text=text, subjects=[("person", person)], is_opinion=opinion,
                occurred_at=now(), handling_conditions="" if grade.endswith("P") else "Do not say where this came from",
            )  # fmt: skip
            intelligence.disseminate(
                actor=intel, report_id=report.pk, recipient="Officers of the force", purpose="Briefing"
            )
    for kind, text, source, days in one.contacts:
        marks.add_police_contact(
            actor=intel, person_id=person, kind=kind, text=text, source=source,
            occurred_at=now() - dt.timedelta(days=days),
        )  # fmt: skip


def _wanted(one: Suspect, person: UUID, where: UUID, intel: Actor) -> None:
    assert one.wanted
    with as_if(now() - dt.timedelta(hours=one.wanted.hours)):
        wanted.open_wanted(
            actor=intel, person_id=person,
            details=wanted.WantedDetails(
                basis=one.wanted.basis, band=one.wanted.band, offence=one.wanted.offence, source="PNC",
                warrant_category=one.wanted.category, two_officers=one.wanted.two_officers,
                armed_only=one.wanted.armed_only, address_id=where, area=one.place.area,
                contact_text=one.wanted.contact, owner_unit="Northmere CID", issued_at=now(),
            ),
        )  # fmt: skip


def _bail(one: Suspect, person: UUID, where: UUID, intel: Actor, supervisor: Actor) -> None:
    """The night begins an hour ago, whenever the demo is started, so that there is a door to knock at."""
    assert one.curfew
    begins = (local(now()) - dt.timedelta(hours=1)).replace(minute=0, second=0, microsecond=0).time()
    slots = tuple(Slot(weekday=day, start=begins, minutes=60 * one.curfew.hours) for day in range(7))
    home = bail.ConditionTerms(
        code=one.curfew.code, text=f"To be at home from {slots[0].words}", address_id=where, slots=slots,
        tagged=one.curfew.code == "JD",
    )  # fmt: skip
    others = [bail.ConditionTerms(code=code, text=text, zone=_around(text)) for code, text in one.other_conditions]
    granted = bail.grant_bail(
        actor=intel,
        person_id=person,
        terms=bail.BailTerms(
            type="COURT", authority="Northmere Magistrates", source="Court list", offence="Criminal damage",
            starts_at=now() - dt.timedelta(days=9), oic="3391",
        ),
        conditions=[home, *others],
    )  # fmt: skip
    if others:
        at_home = granted.conditions.get(kind__code=one.curfew.code)
        bail.allow_quiet_hours(actor=supervisor, condition_id=at_home.pk, inspector="Insp Hale")


def _around(text: str) -> tuple[tuple[float, float], ...]:
    """The block of Tanner Row, for the condition that names it."""
    if "Tanner Row" not in text:
        return ()
    return ((0.4455, 53.7330), (0.4480, 53.7330), (0.4480, 53.7345), (0.4455, 53.7345))


def _other(number: int, surname: str, given: str, sex: str, basis: str, offence: str, band: str, intel: Actor) -> None:
    born = dt.date(1968 + (number * 7) % 36, 1 + number % 12, 1 + (number * 5) % 27)
    place = Place(
        number=str(3 + number * 2), street="Saltmarsh Road", postcode="NM5 5QT", area="Sluice",
        lat=round(FENSIDE.lat + (number % 7 - 3) * 0.004, 5), lon=round(FENSIDE.lon + (number % 5 - 2) * 0.006, 5),
    )  # fmt: skip
    details: dict[str, Any] = {"warrant_category": "ABC"[number % 3]} if basis.startswith("WARRANT") else {}
    person = people.add_person(
        actor=intel, source="PNC", source_ref=f"N{number}",
        details=people.PersonDetails(
            surname=surname, given_names=given, date_of_birth=born, sex=sex, dpa_category="SUSPECT",
        ),
    ).pk  # fmt: skip
    where = _address(intel, place, {})
    links.add_link(actor=intel, kind="HOME", ends={"person": person, "address": where}, source="PNC")
    if number % 3:
        _picture(surname, sex, number % 4, number % 6, 40 + number * 30, person, intel)
    if not basis.startswith(("LOCATE", "MISSING")):
        details["area"] = place.area
    with as_if(now() - dt.timedelta(hours=5 + number * 4)):
        wanted.open_wanted(
            actor=intel, person_id=person,
            details=wanted.WantedDetails(
                basis=basis, band=band, offence=offence, source="PNC", address_id=where, issued_at=now(), **details
            ),
        )  # fmt: skip
