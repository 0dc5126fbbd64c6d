"""Who is on duty. One's own duty is no reading of personal data; the list of others is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from incidents.models import Duty
from incidents.permissions import check_view

LIST_LIMIT = 5000


def own_duty(actor: Actor) -> Duty | None:
    """The shift the actor is on, with `call_sign` and `until`; None when off duty. One query."""
    if actor.user_id is None:
        return None
    duty: Duty | None = Duty.objects.visible_to(actor).on_at(now()).filter(user_id=actor.user_id).first()
    return duty


def duty_at(actor: Actor, moment: datetime) -> Duty | None:
    """The shift the actor was on at `moment`, else the one they are on now: what a phone sends late belongs to the
    call sign it was said under. One query, two when there was none."""
    if actor.user_id is None:
        return None
    rows = Duty.objects.visible_to(actor).filter(user_id=actor.user_id, booked_on_at__lte=moment, until__gt=moment)
    found: Duty | None = rows.filter(Q(booked_off_at=None) | Q(booked_off_at__gt=moment)).first()
    return found or own_duty(actor)


def last_shift(actor: Actor) -> Duty | None:
    """The newest shift, over or not. One query."""
    found: Duty | None = Duty.objects.visible_to(actor).filter(user_id=actor.user_id).order_by("-booked_on_at").first()
    return found


def is_on_duty(actor: Actor) -> bool:
    """Booked on, and neither booked off nor past the end of the shift. One query."""
    if actor.user_id is None:
        return False
    return bool(Duty.objects.visible_to(actor).on_at(now()).filter(user_id=actor.user_id).exists())


def who_is_on_duty(user_ids: Collection[int]) -> frozenset[int]:
    """Of these people of whatever force, those on duty now. One query: for rules that thousands are held to."""
    rows = Duty.objects.on_at(now()).filter(user_id__in=user_ids)
    return frozenset(rows.values_list("user_id", flat=True))


def find_on_duty(actor: Actor, named: str) -> Duty | None:
    """Whoever of the actor's force is on duty under that collar number or call sign, with `.user`. None when nobody is,
    or several are: a crew is named by its collar numbers. One query."""
    name = " ".join(named.split()).upper()
    rows = Duty.objects.visible_to(actor).on_at(now()).filter(Q(call_sign=name) | Q(user__collar_number=name))
    found = list(rows.select_related("user")[:2])
    return found[0] if name and len(found) == 1 else None


def on_duty_call_sign(actor: Actor) -> str:
    """The call sign of today's shift; of somebody off duty, the one in their account, which may be empty."""
    duty = own_duty(actor)
    return duty.call_sign if duty else actor.call_sign


def on_duty(actor: Actor) -> list[Duty]:
    """Everybody of the actor's force who is on duty, by call sign, with `.user`. One LIST audit entry names them.

    Raises NotAllowed.
    """
    check_view(actor)
    with transaction.atomic():
        rows = Duty.objects.visible_to(actor).on_at(now()).select_related("user").order_by("call_sign", "booked_on_at")
        duties = list(rows[:LIST_LIMIT])
        audit.record(
            actor, AuditAction.LIST, "incidents.duty", purpose="on duty", result_ids=[duty.user_id for duty in duties],
            result_count=len(duties),
        )  # fmt: skip
    return duties
