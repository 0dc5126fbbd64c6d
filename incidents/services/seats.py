"""Sitting down at a position of the room, leaving it, and taking a call that came there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, NotFound
from core.models import AuditAction, User
from core.realtime import publish
from incidents.events import CallChanged, person_topic
from incidents.models import Contact, Seat
from incidents.permissions import can_open, check_open
from incidents.selectors.ids import as_uuid
from incidents.selectors.seats import people_at, position_key, seat_of


def sit_down(actor: Actor) -> Seat | None:
    """The position that the actor named at sign-in is theirs until they leave it or the sign-in runs out.

    Who named none keeps the seat they have, and who may take no calls has none: None.
    """
    key = position_key(actor.terminal)
    if not key or not can_open(actor):
        return None
    with transaction.atomic():
        person = User.objects.select_for_update(no_key=True, of=("self",)).get(pk=actor.user_id or 0)
        moment = now()
        Seat.objects.filter(user=person, left_at=None).update(left_at=moment)
        until = moment + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        seat = Seat.objects.create(force_id=person.force_id, user=person, position=key, since=moment, until=until)
        audit.record(actor, AuditAction.ALTER, f"incidents.seat:{seat.pk}", fields=["position"])
    return seat


def get_up(actor: Actor) -> None:
    """Signing out leaves the seat; signing out of another terminal does not."""
    key = position_key(actor.terminal)
    if actor.user_id is not None and key:
        Seat.objects.filter(user_id=actor.user_id, position=key, left_at=None).update(left_at=now())


def take_call(*, actor: Actor, contact_id: UUID | str) -> Contact:
    """The call at the actor's position is theirs: of two who sit there, the first. Again changes nothing.

    A call that came elsewhere is left as it is. Raises NotFound, NotAllowed, Conflict (taken by the
    other of this position).
    """
    check_open(actor)
    with transaction.atomic():
        rows = Contact.objects.visible_to(actor).select_for_update(of=("self",))
        contact: Contact | None = rows.filter(pk=as_uuid(contact_id)).first()
        if contact is None:
            raise NotFound()
        claim(actor, contact)
        taken_by = contact.answered_by
        if taken_by is not None and taken_by.pk != actor.user_id and seat_of(actor) == position_key(contact.position):
            raise Conflict(f"{taken_by} took this call first. Nothing you typed is lost.", code="call_taken")
    return contact


def claim(actor: Actor, contact: Contact) -> None:
    """A locked call that nobody has yet is the actor's, when it came to where they sit. Nothing is ever refused here:
    an incident that somebody typed opens whoever was first."""
    key = position_key(contact.position)
    if not key or contact.answered_by_id is not None or contact.answered_at is None or actor.user_id is None:
        return
    if seat_of(actor) != key:
        return
    contact.answered_by_id = actor.user_id
    contact.save(update_fields=["answered_by"])
    audit.record(actor, AuditAction.ALTER, f"incidents.contact:{contact.pk}", fields=["answered_by"])
    people = [user.pk for user in people_at(contact.force_id, contact.position)]
    publish(CallChanged(contact=contact.pk, what="taken"), *map(person_topic, people))
