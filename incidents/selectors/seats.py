"""Who sits at a position of the room now, and which calls came there."""

from __future__ import annotations

import re
from datetime import datetime

from core.actors import Actor
from core.clock import now
from core.models import User
from incidents.models import Contact, Seat
from incidents.permissions import can_open

_NOT_OF_A_NAME = re.compile(r"[^A-Z0-9]", re.ASCII)
MOST_UNDECIDED = 100


def position_key(position: str) -> str:
    """ "CH 12", "ch-12" and "CH12" are one desk; "" for what names none."""
    return _NOT_OF_A_NAME.sub("", position.upper())


def people_at(force_id: int, position: str) -> list[User]:
    """Everybody who is signed in at this position and may take calls; who sat down first is first."""
    key = position_key(position)
    if not key:
        return []
    rows = Seat.objects.filter(force_id=force_id, position=key).taken_at(now()).select_related("user__force")
    people = [seat.user for seat in rows.prefetch_related("user__role_grants").order_by("since", "pk")]
    return [user for user in people if can_open(Actor.for_user(user))]


def seat_of(actor: Actor) -> str:
    """The key of the position where the actor sits, "" for none."""
    rows = Seat.objects.visible_to(actor).taken_at(now()).filter(user_id=actor.user_id)
    return str(rows.values_list("position", flat=True).first() or "")


def undecided_calls(actor: Actor, since: datetime) -> list[Contact]:
    """Calls answered since then at the actor's position that nobody there has taken yet, the newest first."""
    seat = seat_of(actor)
    if not seat:
        return []
    rows = Contact.objects.visible_to(actor).undecided().filter(answered_at__gt=since)[:MOST_UNDECIDED]
    return [call for call in rows if position_key(call.position) == seat]
