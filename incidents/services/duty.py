"""Booking on and off duty. What only people on duty may follow ends with the booking off, on every open screen."""

from __future__ import annotations

import datetime as dt
import re

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.models import AuditAction, User
from core.realtime import publish, recheck, short_word
from incidents.events import DutyChanged, person_topic
from incidents.models import Duty
from incidents.permissions import check_book

SHIFT_HOURS = 12
LONGEST_SHIFT_HOURS = 24
_CALL_SIGN = re.compile(r"^[A-Z0-9][A-Z0-9 /-]{0,15}$")


def book_on(*, actor: Actor, call_sign: str = "", shift_hours: int = SHIFT_HOURS) -> Duty:
    """Go on duty for `shift_hours` (1 to 24) from now. On duty already: the same shift, with the new call sign and end.

    Without a call sign it is the one in the account, else the collar number. Raises NotAllowed, Invalid (call_sign,
    shift_hours).
    """
    check_book(actor)
    if not 1 <= shift_hours <= LONGEST_SHIFT_HOURS:
        raise Invalid(fields={"shift_hours": f"Give the length of the shift: 1 to {LONGEST_SHIFT_HOURS} hours."})
    with transaction.atomic():
        person, moment = _lock_person(actor), now()
        duty = _open_duty(person.pk)
        if duty is not None and not duty.is_on(moment):
            _close(duty, duty.until)
            duty = None
        duty = duty or Duty(force=person.force, user=person, booked_on_at=moment)
        duty.call_sign = _call_sign(call_sign or person.call_sign or person.collar_number)
        duty.until = moment + dt.timedelta(hours=shift_hours)
        duty.save()
        _tell(actor, duty, until=duty.until, fields=("call_sign", "until"))
    return duty


def book_off(*, actor: Actor) -> Duty | None:
    """Go off duty. Who is not on duty stays off: None. Raises NotAllowed."""
    check_book(actor)
    return _end(actor)


def book_off_at_sign_out(actor: Actor) -> None:
    """Signing out ends the shift: a phone put away gets no more alerts. Asks no role: nobody is kept from leaving."""
    if actor.user_id is not None and _open_duty(actor.user_id) is not None:
        _end(actor)


def _end(actor: Actor) -> Duty | None:
    with transaction.atomic():
        duty = _open_duty(_lock_person(actor).pk)
        if duty is None:
            return None
        _close(duty, min(now(), duty.until))
        _tell(actor, duty, until=None, fields=("booked_off_at",))
    return duty


def _lock_person(actor: Actor) -> User:
    """Two taps on "Book on" at once make one shift."""
    return User.objects.select_for_update(no_key=True, of=("self",)).select_related("force").get(pk=actor.user_id or 0)


def _open_duty(user_id: int) -> Duty | None:
    duty: Duty | None = Duty.objects.filter(user_id=user_id, booked_off_at=None).first()
    return duty


def _close(duty: Duty, at: dt.datetime) -> None:
    duty.booked_off_at = at
    duty.save(update_fields=["booked_off_at"])


def _call_sign(raw: str) -> str:
    sign = " ".join(raw.split()).upper()
    if not _CALL_SIGN.match(sign):
        raise Invalid(fields={"call_sign": "Type a call sign of at most 16 letters and digits, for example NB21."})
    return sign


def _tell(actor: Actor, duty: Duty, *, until: dt.datetime | None, fields: tuple[str, ...]) -> None:
    audit.record(actor, AuditAction.ALTER, f"incidents.duty:{duty.pk}", fields=fields)
    event = DutyChanged(user=duty.user_id, call_sign=short_word(duty.call_sign), until=until)
    publish(event, person_topic(duty.user_id))
    recheck(duty.user_id)
