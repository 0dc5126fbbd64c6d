"""Recording vehicles. A mark that fits no British pattern is kept, with a warning (STANDARDS 6.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from core.permissions import check
from incidents.services import clean_text
from incidents.services.problems import Problems
from suspects.codes import vrm as marks
from suspects.models import Vehicle
from suspects.services.records import force_of, record, typed

_TEXTS = {"make": 30, "model": 40, "colour": 20, "body": 30, "source": 20, "source_ref": 40}
_COUNTRY = re.compile(r"^[A-Z]{3}$")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """`warning` is empty, or says what to look at again."""

    vehicle: Vehicle
    warning: str


def add_vehicle(
    *,
    actor: Actor,
    vrm: str = "",
    vin: str = "",
    country: str = "GBR",
    make: str = "",
    model: str = "",
    colour: str = "",
    body: str = "",
    source: str = "",
    source_ref: str = "",
) -> Kept:
    """A vehicle by its mark or its VIN. Raises NotAllowed, Invalid, Conflict (the mark or the VIN is on file)."""
    check(actor, "person.write")
    problems = Problems()
    mark = problems.take(lambda: typed("vrm", lambda: marks.normalise(vrm)) if vrm.strip() else "", "")
    number = problems.take(lambda: typed("vin", lambda: marks.vin(vin)) if vin.strip() else "", "")
    if not (mark or number or problems.fields):
        problems.add("vrm", "Give the registration mark or the VIN.")
    if not _COUNTRY.match(country.upper()):
        problems.add("country", "Use the three-letter code of the country, like GBR.")
    given = {"make": make, "model": model, "colour": colour, "body": body, "source": source, "source_ref": source_ref}
    texts = {name: problems.take(lambda n=name: clean_text(given[n], field=n, limit=_TEXTS[n]), "") for name in given}  # type: ignore[misc]  # a default in a lambda
    problems.stop_here()
    with transaction.atomic():
        _not_there_yet(actor, mark, number, country.upper())
        vehicle = Vehicle.objects.create(
            force_id=force_of(actor), vrm=mark, vrm_folded=marks.folded(mark), vrm_reversed=marks.reversed_folded(mark),
            vin=number, country=country.upper(), recorded_at=now(), **texts,
        )  # fmt: skip
        audit.record(actor, AuditAction.COLLECT, f"suspects.vehicle:{vehicle.pk}")
    british = country.upper() == "GBR" and mark
    return Kept(vehicle=vehicle, warning=marks.warning(mark) if british else "")


def change_vehicle(*, actor: Actor, vehicle_id: UUID | str, changes: dict[str, str], reason: str) -> Vehicle:
    """Change make, model, colour or body. A mark is never changed: another mark is another record, linked.

    Raises NotFound, NotAllowed, Invalid.
    """
    check(actor, "person.write")
    words = clean_text(reason, field="reason", limit=200, required=True)
    if not changes or changes.keys() - {"make", "model", "colour", "body"}:
        raise Invalid(fields={"changes": "Only make, model, colour and body can be changed."})
    good = {name: clean_text(value, field=name, limit=_TEXTS[name]) for name, value in changes.items()}
    with transaction.atomic():
        vehicle: Vehicle = record(Vehicle, actor, vehicle_id, lock=True)
        for name, value in good.items():
            setattr(vehicle, name, value)
        vehicle.save(update_fields=list(good))
        audit.record(actor, AuditAction.ALTER, f"suspects.vehicle:{vehicle.pk}", fields=list(good), justification=words)
    return vehicle


def _not_there_yet(actor: Actor, mark: str, number: str, country: str) -> None:
    rows = Vehicle.objects.visible_to(actor)
    same_mark = mark and rows.filter(vrm_folded=marks.folded(mark), vrm=mark, country=country, vin__in=["", number])
    if (same_mark and same_mark.exists()) or (number and rows.filter(vin=number, vrm=mark).exists()):
        raise Conflict("This vehicle is on file. Open that record and add to it.", code="already_there")
