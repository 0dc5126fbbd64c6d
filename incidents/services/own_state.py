"""An officer's phone says the State of the unit that the officer is booked on with: once, however often it is sent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from core.actors import Actor
from core.clock import now
from core.errors import Conflict
from incidents.models import Resource, StateChange
from incidents.permissions import check_book
from incidents.selectors.duty import duty_at
from incidents.services.resources import keep_position
from incidents.services.unit_states import Place, Said, read_place, say_state
from incidents.states import StateSource


def say_own_state(
    *,
    actor: Actor,
    status_code: str,
    at: datetime | None = None,
    lat: float | None = None,
    lon: float | None = None,
    key: UUID | None = None,
) -> Said:
    """The State as it was pressed `at`, by the call sign of the shift of that moment: a phone that had no signal sends
    it later, under the same `key`, and it counts once.

    Raises NotAllowed, Conflict (not on duty, no such unit, not what its job allows), Invalid (status_code, at,
    position).
    """
    check_book(actor)
    if key is not None and (known := _known(actor, key)) is not None:
        return known
    place = read_place(lat, lon)
    unit = _unit(actor, at)
    try:
        with transaction.atomic():
            return _say(actor, unit, status_code, at, place, key)
    except IntegrityError:
        # The same press twice at the same instant: the database kept one.
        known = _known(actor, key) if key is not None else None
        if known is None:
            raise
        return known


def _say(
    actor: Actor, unit: Resource, status_code: str, at: datetime | None, place: Place | None, key: UUID | None
) -> Said:
    said = say_state(actor, unit.pk, status_code, source=StateSource.APP, at=at, place=place, key=key, strict=True)
    if place is not None:
        moment = now()
        keep_position(said.resource, lat=place.lat, lon=place.lon, at=min(at or moment, moment))
    return said


def _known(actor: Actor, key: UUID) -> Said | None:
    rows = StateChange.objects.visible_to(actor).select_related("resource__status")
    row: StateChange | None = rows.filter(key=key).first()
    return Said(resource=row.resource, late=not row.taken, again=True) if row else None


def _unit(actor: Actor, at: datetime | None) -> Resource:
    duty = duty_at(actor, at or now())
    if duty is None:
        raise Conflict("Book on duty first: a State belongs to a call sign.", code="off_duty")
    unit: Resource | None = Resource.objects.visible_to(actor).filter(call_sign=duty.call_sign).first()
    if unit is None:
        raise Conflict(f"{duty.call_sign} is not on the units' board. Tell the dispatcher.", code="unknown_unit")
    return unit
