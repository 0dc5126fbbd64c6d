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
from incidents.selectors.duty import duty_at, last_shift
from incidents.selectors.own_unit import call_of_last_shift, call_sign_alone
from incidents.services.emergencies import enter_for_help
from incidents.services.resources import keep_position
from incidents.services.unit_states import Said, is_for_help, say_state
from incidents.states import OFF_DUTY_UNIT, UNLISTED_UNIT, StateSource


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
    it later, under the same `key`, and it counts once. A call for help is taken from whoever makes it, on duty or not.

    Raises NotAllowed, Conflict (not on duty, no such unit, not what its job allows), Invalid (status_code, at,
    position).
    """
    check_book(actor)
    if key is not None and (known := _known(actor, key)) is not None:
        return known
    unit = _unit(actor, status_code, at)
    try:
        with transaction.atomic():
            return _say(actor, unit, status_code, at, lat, lon, key)
    except IntegrityError:
        # The same press twice at the same instant: the database kept one.
        known = _known(actor, key) if key is not None else None
        if known is None:
            raise
        return known


def _say(
    actor: Actor,
    unit: Resource,
    status_code: str,
    at: datetime | None,
    lat: float | None,
    lon: float | None,
    key: UUID | None,
) -> Said:
    said = say_state(
        actor, unit.pk, status_code, source=StateSource.APP, at=at, lat=lat, lon=lon, key=key, strict=True
    )  # fmt: skip
    if said.place is not None:
        keep_position(said.resource, lat=said.place.lat, lon=said.place.lon, at=min(said.at, now()))
    return said


def _known(actor: Actor, key: UUID) -> Said | None:
    rows = StateChange.objects.visible_to(actor).select_related("resource__status")
    row: StateChange | None = rows.filter(key=key).first()
    return Said(resource=row.resource, at=row.at, late=not row.taken, again=True) if row else None


def _unit(actor: Actor, status_code: str, at: datetime | None) -> Resource:
    """Of the shift at that moment; for help, of the shift now when the phone's clock knows of none, else the person."""
    moment, for_help = now(), is_for_help(actor, status_code)
    then = min(at, moment) if at is not None and at.tzinfo is not None else moment
    duty = duty_at(actor, then)
    if duty is None and for_help:
        duty = duty_at(actor, moment)
    if duty is None:
        if for_help:
            return _alone(actor)
        raise Conflict("Book on duty first: a State belongs to a call sign.", code="off_duty")
    unit: Resource | None = Resource.objects.visible_to(actor).filter(call_sign=duty.call_sign).first()
    if unit is None and for_help:
        return enter_for_help(actor, duty.call_sign, type=UNLISTED_UNIT, crew=actor.label)
    if unit is None:
        raise Conflict(f"{duty.call_sign} is not on the units' board. Tell the dispatcher.", code="unknown_unit")
    return unit


def _alone(actor: Actor) -> Resource:
    """Whom help is called for off duty: the unit of their last shift while its own emergency is open, which this press
    belongs to; else the person."""
    last = last_shift(actor)
    if (open_now := call_of_last_shift(actor, last)) is not None:
        return open_now.resource
    crew = f"{actor.label[:80]} (last {last.call_sign})" if last is not None else actor.label[:80]
    return enter_for_help(actor, call_sign_alone(actor), type=OFF_DUTY_UNIT, crew=crew)
