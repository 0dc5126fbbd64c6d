"""Reservations that end by themselves: the lease ran out, the shift is over, an operation began.

Each is a conditional step of its own: run by the sweep or by whoever meets the row, in any number of processes, it
happens once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.db import transaction

from core.actors import Actor
from core.clock import local, now
from incidents.selectors import who_is_on_duty
from suspects.models import Operation, Reservation
from suspects.services.reservation_steps import STAND_DOWN, stand_down_of_person, write_step
from suspects.services.wanted_changes import lock_record
from suspects.states import LIVE_RESERVATION, ReservationState


def expire_if_due(row: Reservation) -> bool:
    """End the reservation when its time ran out; True when it holds nobody any more. Commits by itself."""
    if row.state not in LIVE_RESERVATION:
        return True
    if row.expires_at > now():
        return False
    return _end(row, _run_out)


def expire_due() -> int:
    """Every reservation whose time ran out. Returns how many; one query when there are none."""
    return sum(_end(row, _run_out) for row in list(Reservation.objects.run_out(now()).order_by("expires_at")))


def release_off_duty() -> int:
    """Reservations of those who booked off, signed out or passed the end of their shift. Returns how many."""
    live = list(Reservation.objects.live())
    on = who_is_on_duty({row.holder_id for row in live})
    return sum(_end(row, _gone_home) for row in live if row.holder_id not in on)


def release_on_book_off(*, actor: Actor) -> int:
    """Give back what the actor has, at once: they are going off duty. Returns how many."""
    live = list(Reservation.objects.visible_to(actor).live().filter(holder_id=actor.user_id or 0))
    return sum(_end(row, _give_back) for row in live)


def stand_down_for_operations() -> int:
    """Reservations of people under an operation that has begun. The holder is told the number to call."""
    moment, ended = now(), 0
    live = list(Reservation.objects.live())
    for operation in Operation.objects.in_force(moment).filter(person__in=[row.person_id for row in live]):
        with transaction.atomic():
            stand_down_of_person(Actor.system(operation.force_id), operation.person_id, moment, STAND_DOWN)
        ended += 1
    return ended


def sweep() -> None:
    """What the beat does every few seconds."""
    expire_due()
    release_off_duty()
    stand_down_for_operations()


def _end(seen: Reservation, step: Callable[[Actor, Reservation, dt.datetime], None]) -> bool:
    """Lock, look again, end. True when the row lives no longer, whoever ended it."""
    actor = Actor.system(seen.force_id)
    with transaction.atomic():
        record = lock_record(actor, seen.wanted_id)
        rows = Reservation.objects.live().filter(pk=seen.pk).locked()
        row = rows.select_related("holder", "address").first()
        if row is None:
            return True
        row.wanted = record
        step(actor, row, now())
    return row.state not in LIVE_RESERVATION


def _run_out(actor: Actor, row: Reservation, moment: dt.datetime) -> None:
    if row.expires_at <= moment:  # extended meanwhile: it goes on
        text = f"Time ran out at {local(row.expires_at):%H:%M}"
        write_step(actor, row, moment, verb="expire", to_state=ReservationState.EXPIRED, text=text)


def _gone_home(actor: Actor, row: Reservation, moment: dt.datetime) -> None:
    if row.holder_id not in who_is_on_duty({row.holder_id}):
        _give_back(actor, row, moment)


def _give_back(actor: Actor, row: Reservation, moment: dt.datetime) -> None:
    write_step(actor, row, moment, verb="book_off", to_state=ReservationState.RELEASED, text="Off duty")
