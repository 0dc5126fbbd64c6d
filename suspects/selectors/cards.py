"""The cards of a vehicle and of an address: warnings first, then who is linked, then intelligence. One audit entry."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models import AuditAction
from core.permissions import can, check
from incidents.selectors.ids import as_uuid
from suspects.codes.vrm import readable
from suspects.models import Address, Link, Vehicle
from suspects.selectors.checks import open_stop
from suspects.selectors.operations import note_look
from suspects.selectors.profile import person_profile
from suspects.selectors.profile.known import as_linked, read_intelligence
from suspects.selectors.profile.shapes import Fact, Intelligence, Linked, Warning_, fact_values
from suspects.selectors.profile.urgent import as_warning, how_old, is_old, visible_markers, worst_first
from suspects.selectors.rows import Row, wanted_by_person
from suspects.selectors.wanted_cards import planned_people
from suspects.states import Subject

LINK_LIMIT = 200
_ENDS = ("person", "other_person", "vehicle", "address", "organisation")


@dataclass(frozen=True, kw_only=True)
class LinkedRecord:
    """Somebody or something linked, and why a linked person is wanted (basis and power), when they are."""

    fact: Linked
    wanted: Row | None


@dataclass(frozen=True, kw_only=True)
class Card:
    """`detail` is the line under the name: "Grey Vauxhall Astra". Everything is a fact with source and age."""

    subject: str
    record_id: UUID
    title: str
    detail: str
    moment: dt.datetime
    warnings: tuple[Warning_, ...]
    linked: tuple[LinkedRecord, ...]
    intelligence: tuple[Intelligence, ...]
    details: tuple[Fact, ...]

    def as_facts(self) -> list[dict[str, Any]]:
        """Every fact as JSON values, in display order: what a knowledge receipt freezes."""
        linked = [fact_values(one.fact) | {"wanted": one.wanted} for one in self.linked]
        return [
            *(fact_values(fact) for fact in self.warnings), *linked,
            *(fact_values(fact) for fact in (*self.intelligence, *self.details)),
        ]  # fmt: skip


def vehicle_card(actor: Actor, vehicle_id: UUID | str) -> Card:
    """Raises NotFound, NotAllowed."""
    return _card(actor, Subject.VEHICLE, Vehicle, as_uuid(vehicle_id))


def address_card(actor: Actor, address_id: UUID | str) -> Card:
    """Raises NotFound, NotAllowed."""
    return _card(actor, Subject.ADDRESS, Address, as_uuid(address_id))


def current_facts(actor: Actor, subject: str, record_id: UUID) -> list[dict[str, Any]]:
    """What the actor would be shown of a record now, as JSON values. Raises NotFound, NotAllowed."""
    if subject == Subject.PERSON:
        return person_profile(actor, record_id, "knowledge receipt").as_facts()
    return (vehicle_card if subject == Subject.VEHICLE else address_card)(actor, record_id).as_facts()


def _card(actor: Actor, subject: Subject, model: Any, key: UUID) -> Card:
    check(actor, "person.view")
    moment, end = now(), subject.lower()
    with transaction.atomic():
        record = model.objects.visible_to(actor).filter(pk=key).first()
        if record is None:
            raise NotFound()
        warnings = worst_first(
            as_warning(one, moment) for one in visible_markers(actor, moment).filter(**{end: record})
        )
        reports = read_intelligence(actor, moment, **{end: record}) if can(actor, "intel.view") else ()
        linked = _linked(actor, end, key, moment)
        stop = open_stop(actor, moment)
        audit.record(
            actor, AuditAction.CONSULT, f"suspects.{end}:{key}", purpose=f"{end} card",
            result_ids=[one.fact.target_id for one in linked], fields=["warnings", "links", "intelligence"],
            reason_code=stop.reason_code if stop else "", justification=stop.justification if stop else "",
            on_behalf_of=stop.on_behalf_of if stop else "",
        )  # fmt: skip
    title, detail = _heading(subject, record)
    return Card(
        subject=subject, record_id=key, title=title, detail=detail, moment=moment, warnings=warnings, linked=linked,
        intelligence=reports, details=_details(subject, record, moment),
    )  # fmt: skip


def _linked(actor: Actor, end: str, key: UUID, moment: dt.datetime) -> tuple[LinkedRecord, ...]:
    """Current links first; of people, whether they are wanted. Whoever runs an operation about one of them is told;
    of an address such a person is left out, as their profile leaves out the address."""
    rows = Link.objects.visible_to(actor).filter(Q(**{f"{end}_id": key}))
    if end == "address":
        rows = rows.exclude(person__in=planned_people(actor, moment))
    facts = [as_linked(row, key, moment) for row in rows.select_related(*_ENDS)[:LINK_LIMIT]]
    people = [fact.target_id for fact in facts if fact.target == "person" and fact.current]
    wanted = wanted_by_person(actor, people, moment) if people else {}
    for person_id, shown in wanted.items():
        if shown.get("do_not_approach") and (told := note_look(actor, person_id, "card")) is not None:
            shown["basis"] = told.words
    records = [LinkedRecord(fact=fact, wanted=wanted.get(fact.target_id)) for fact in facts]
    return tuple(sorted(records, key=lambda one: (not one.fact.current, one.wanted is None)))


def _heading(subject: Subject, record: Any) -> tuple[str, str]:
    if subject == Subject.ADDRESS:
        return record.line, record.area
    about = " ".join(part for part in (record.colour, record.make, record.model, record.body) if part)
    return readable(record.vrm) or record.vin, about


def _details(subject: Subject, record: Any, moment: dt.datetime) -> tuple[Fact, ...]:
    lines = (
        (("Make and model", f"{record.make} {record.model}".strip()), ("Colour", record.colour), ("Body", record.body),
         ("VIN", record.vin), ("Country", record.country))
        if subject == Subject.VEHICLE
        else (("Area", record.area), ("UPRN", record.uprn), ("Town", record.town))
    )  # fmt: skip
    return tuple(
        Fact(
            section="details", ref=f"suspects.{subject.lower()}:{record.pk}:{title}", title=title, text=text,
            source=record.source or "this record", dated=record.recorded_at, age=how_old(record.recorded_at, moment),
            old=is_old(record.recorded_at, moment),
        )
        for title, text in lines
        if text
    )  # fmt: skip
