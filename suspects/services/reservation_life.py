"""What happens to a reservation between the tap and the result. Everything the holder does keeps the lease alive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local, now
from core.errors import Conflict, Invalid, NotAllowed
from core.models import AuditAction, User
from core.permissions import can, check
from incidents.selectors import find_on_duty
from incidents.services.text import clean_text
from suspects.models import Reservation
from suspects.selectors.operations import refuse_to_disturb
from suspects.selectors.rules import rules_of
from suspects.services.expiry import expire_if_due
from suspects.services.reservation_steps import announce, find_own, leave_step, lock_own, over, write_step
from suspects.services.reserving import ARMED_ONLY, Plan, Tick, check_plan, check_ticks
from suspects.states import Necessity, ReservationState

WORTH_TELLING = dt.timedelta(minutes=5)  # a lease that grows by less is not told to thousands of phones


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Who has the person next."""

    user: User
    call_sign: str


def touch(*, actor: Actor, reservation_id: UUID | str) -> Reservation:
    """The holder is at work on it: the lease is as long as at the start again. Raises as `extend`."""
    _still_good(actor, reservation_id)
    moment = now()
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        until = moment + dt.timedelta(minutes=rules_of(actor).lease_minutes)
        if until - row.expires_at >= WORTH_TELLING:
            row.expires_at, row.active_at = until, moment
            write_step(actor, row, moment, verb="touch", fields=("expires_at", "active_at"))
    return row


def extend(*, actor: Actor, reservation_id: UUID | str) -> Reservation:
    """One lease more; the force's rules say how often. Raises NotFound, NotAllowed, Conflict when used up, Gone when it
    is over."""
    _still_good(actor, reservation_id)
    moment = now()
    with transaction.atomic():
        row, rules = lock_own(actor, reservation_id), rules_of(actor)
        if row.extensions >= rules.lease_extensions:
            raise Conflict(
                f"Extended {row.extensions} times already. Record the result, hand over, or give back.", code="used_up"
            )
        row.expires_at += dt.timedelta(minutes=rules.lease_minutes)
        row.extensions, row.active_at = row.extensions + 1, moment
        write_step(
            actor, row, moment, verb="extend", text=f"Until {local(row.expires_at):%H:%M}",
            fields=("expires_at", "extensions", "active_at"),
        )  # fmt: skip
    return row


def set_plan(*, actor: Actor, reservation_id: UUID | str, plan: Plan) -> Reservation:
    """Address (as it was, when none is given), units, time of arrival. Another address has warnings of its own:
    `acknowledge` asks for them. Raises NotFound, NotAllowed, Invalid (address_id, plan_text, plan_units), Gone.
    """
    _still_good(actor, reservation_id)
    moment = now()
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        checked = check_plan(actor, row.wanted, plan)
        row.address = checked.address if plan.address_id else row.address
        row.plan_text, row.plan_units, row.eta_at = checked.text, checked.units, checked.eta_at
        _lengthen(actor, row, moment)
        write_step(
            actor, row, moment, verb="plan", text=checked.text,
            fields=("address", "plan_text", "plan_units", "eta_at", "expires_at", "active_at"),
        )  # fmt: skip
    return row


def acknowledge(*, actor: Actor, reservation_id: UUID | str, acknowledged: Sequence[Tick]) -> Reservation:
    """The warnings, ticked by whoever was handed the person, or for another address. Raises Invalid naming what is
    missing, NotFound, NotAllowed, Gone."""
    _still_good(actor, reservation_id)
    moment = now()
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        row.acknowledged = check_ticks(actor, row.wanted, row.address, [*_ticks_of(row), *acknowledged])
        _lengthen(actor, row, moment)
        write_step(
            actor, row, moment, verb="acknowledge", fields=("acknowledged", "expires_at", "active_at")
        )  # fmt: skip
    return row


def record_necessity(
    *, actor: Actor, reservation_id: UUID | str, codes: Sequence[str], text: str, grounds_text: str = ""
) -> Reservation:
    """Why an arrest is necessary (PACE s.24(5), Code G 2.9), in the officer's words; suspicion is another question.

    Raises NotFound, NotAllowed, Invalid (necessity, necessity_text), Gone.
    """
    _still_good(actor, reservation_id)
    moment = now()
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        row.necessity, row.necessity_text = check_necessity(row, codes, text)
        row.grounds_text = clean_text(grounds_text, field="grounds_text", limit=500, lines=True) or row.grounds_text
        _lengthen(actor, row, moment)
        write_step(
            actor, row, moment, verb="necessity",
            fields=("necessity", "necessity_text", "grounds_text", "expires_at", "active_at"),
        )  # fmt: skip
    return row


def check_necessity(row: Reservation, codes: Sequence[str], text: str) -> tuple[list[str], str]:
    """At least one code and the officer's words; nothing at all for a warrant. Raises Invalid."""
    if row.wanted.basis.by_warrant:
        if codes:
            raise Invalid(fields={"necessity": "Not for a warrant: the warrant is the power. Leave it empty."})
        return [], ""
    unknown = [code for code in codes if code not in Necessity.values]
    if unknown or not codes:
        raise Invalid(fields={"necessity": "Choose at least one reason why an arrest is necessary."})
    words = clean_text(text, field="necessity_text", limit=500, lines=True)
    if not words:
        raise Invalid(fields={"necessity_text": "Say in your own words why an arrest is necessary."})
    return list(dict.fromkeys(codes)), words


def set_en_route(*, actor: Actor, reservation_id: UUID | str) -> Reservation:
    """On the way. Raises as `set_attempted`."""
    return _go(actor, reservation_id, verb="en_route", to_state=ReservationState.EN_ROUTE)


def set_attempted(*, actor: Actor, reservation_id: UUID | str) -> Reservation:
    """At the door. Raises NotFound, NotAllowed (operation: call the number), Invalid (warnings), Conflict, Gone."""
    return _go(actor, reservation_id, verb="attempted", to_state=ReservationState.ATTEMPTED)


def release(*, actor: Actor, reservation_id: UUID | str, reason: str) -> Reservation:
    """Given back to the list. Raises NotFound, NotAllowed, Invalid (reason), Gone."""
    words = clean_text(reason, field="reason", limit=300, required=True)
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        write_step(actor, row, now(), verb="release", to_state=ReservationState.RELEASED, text=words)
    return row


def hand_over(*, actor: Actor, reservation_id: UUID | str, to: str, reason: str = "") -> Reservation:
    """To somebody on duty, by collar number or call sign; returns theirs, a lease long. They tick the warnings before
    they go. Nobody can take the person in between.

    Raises NotFound, NotAllowed (operation, armed only), Invalid (to), Gone.
    """
    check(actor, "wanted.reserve")
    seen = _still_good(actor, reservation_id)
    refuse_to_disturb(actor, seen.person_id, "reserve")
    words = clean_text(reason, field="reason", limit=300)
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        if row.wanted.armed_only and not can(actor, "wanted.override"):
            raise NotAllowed(ARMED_ONLY, code="armed_only")
        receiver = _receiver(actor, row, to)
        text = " ".join(part for part in (f"To {receiver.call_sign}", words) if part)
        write_step(actor, row, now(), verb="hand_over", to_state=ReservationState.HANDED_OVER, text=text)
        return pass_on(actor, row, receiver, text=f"From {row.call_sign}")


def override(*, actor: Actor, reservation_id: UUID | str, reason: str, to: str = "") -> Reservation:
    """A sergeant or supervisor takes the person back, or gives them to another officer on duty. Returns what lives on,
    else what was ended. The holder is told.

    Raises NotAllowed, NotFound, Invalid (reason, to), Gone.
    """
    check(actor, "wanted.override")
    words = clean_text(reason, field="reason", limit=280, required=True)
    seen = find_own(actor, reservation_id)
    if to:
        refuse_to_disturb(actor, seen.person_id, "reserve")
    with transaction.atomic():
        row = lock_own(actor, reservation_id, only_holder=False)
        receiver = _receiver(actor, row, to) if to else None
        write_step(actor, row, now(), verb="override", to_state=ReservationState.OVERRIDDEN, text=words)
        return pass_on(actor, row, receiver, text=words) if receiver else row


def _go(actor: Actor, reservation_id: UUID | str, *, verb: str, to_state: str) -> Reservation:
    seen = _still_good(actor, reservation_id)
    refuse_to_disturb(actor, seen.person_id, "reserve")
    moment = now()
    with transaction.atomic():
        row = lock_own(actor, reservation_id)
        row.acknowledged = check_ticks(actor, row.wanted, row.address, _ticks_of(row))
        _lengthen(actor, row, moment)
        write_step(
            actor, row, moment, verb=verb, to_state=to_state, fields=("acknowledged", "expires_at", "active_at")
        )  # fmt: skip
    return row


def _still_good(actor: Actor, reservation_id: UUID | str) -> Reservation:
    """The reservation, when the actor may see it. One whose time ran out ends now and for good, and says so."""
    row = find_own(actor, reservation_id)
    if expire_if_due(row):
        row.refresh_from_db()
        raise over(row)
    return row


def _lengthen(actor: Actor, row: Reservation, moment: dt.datetime) -> None:
    row.active_at = moment
    row.expires_at = max(row.expires_at, moment + dt.timedelta(minutes=rules_of(actor).lease_minutes))


def _ticks_of(row: Reservation) -> list[Tick]:
    return [Tick(marker_id=one["marker"], at=dt.datetime.fromisoformat(one["at"])) for one in row.acknowledged]


def _receiver(actor: Actor, row: Reservation, to: str) -> Receiver:
    duty = find_on_duty(actor, to)
    if duty is None:
        raise Invalid(fields={"to": "Nobody is on duty under that. Enter the collar number of somebody who is."})
    if duty.user_id == row.holder_id:
        raise Invalid(fields={"to": f"{duty.call_sign} has this person already."})
    if not can(Actor.for_user(duty.user), "wanted.reserve"):
        raise Invalid(fields={"to": f"{duty.user.display_name} may not reserve. Enter an officer."})
    return Receiver(user=duty.user, call_sign=duty.call_sign)


def pass_on(actor: Actor, row: Reservation, to: Receiver, *, text: str) -> Reservation:
    """The next reservation in line, in the transaction that ended the one before."""
    moment = now()
    following = Reservation(
        force_id=row.force_id,
        wanted=row.wanted,
        person_id=row.person_id,
        holder=to.user,
        holder_label=Actor.for_user(to.user).label[:100],
        call_sign=to.call_sign,
        reserved_at=moment,
        active_at=moment,
        expires_at=moment + dt.timedelta(minutes=rules_of(actor).lease_minutes),
        address=row.address,
        plan_text=row.plan_text,
        plan_units=row.plan_units,
        previous=row,
        client_key=uuid4(),
    )
    following.save(force_insert=True)
    leave_step(actor, following, moment, verb="reserve", before="", text=text)
    audit.record(
        actor, AuditAction.COLLECT, f"suspects.reservation:{following.pk}", purpose="reserve for another",
        recipient=following.holder_label, result_ids=[following.wanted_id, following.person_id],
    )  # fmt: skip
    announce(following, verb="reserve", by=actor)
    return following
