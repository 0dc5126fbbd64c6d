"""Calls that nobody answered: told that the caller rang off, or told nothing more at all. Each has its record, once.

Locks are taken in the order of `calls`: the contact, the day's serial, the incident.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import Max

from core import audit
from core.actors import Actor
from core.clock import now
from core.models import AuditAction
from core.realtime import publish
from incidents.events import CallLost, board_topic, person_topic
from incidents.models import Contact, ContactLink, UnspokenDefault
from incidents.selectors.seats import people_at
from incidents.selectors.unspoken import unspoken_start
from incidents.services.call_fixes import use_best_fix
from incidents.services.contacts import rang_off_key
from incidents.services.intake import open_incident
from incidents.states import EMERGENCY_CHANNELS, UnspokenKind

log = structlog.get_logger(__name__)

# A 999 call is answered in seconds, in the worst storm in a minute or two: after five without an answer or an end the
# news of either was lost, or the caller hears it ring for five minutes. Both need a person who rings back.
GIVEN_UP_AFTER = timedelta(minutes=5)
# What fell silent longer ago was before this system looked: it is in the lists, and not a hundred records at a start.
GIVEN_UP_WITHIN = timedelta(days=1)
_AT_ONCE = 100


def give_up_calls() -> int:
    """Emergency calls of which nothing was told for long, neither an answer nor an end, become abandoned calls with
    their record. Returns how many; of several processes one does it, and the late ANSWERED or ENDED finds it done."""
    moment = now()
    silent = Contact.objects.unheard().filter(channel__in=EMERGENCY_CHANNELS, recorded_at__gt=moment - GIVEN_UP_WITHIN)
    silent = silent.annotate(heard=Max("events__received_at"))
    due = silent.filter(heard__lte=moment - GIVEN_UP_AFTER).order_by("recorded_at").values_list("pk", "force_id")
    return sum(_give_up(contact_id, force_id) for contact_id, force_id in due[:_AT_ONCE])


def _give_up(contact_id: uuid.UUID, force_id: int) -> bool:
    """One call in one transaction: a call that cannot have its record keeps no other from its own."""
    system = Actor.system(force_id)
    try:
        with transaction.atomic():
            contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact_id)
            moment = now()
            newest = contact.events.aggregate(at=Max("received_at"))["at"]
            if newest > moment - GIVEN_UP_AFTER or not Contact.objects.unheard().filter(pk=contact_id).exists():
                return False  # told meanwhile, or another process was first
            contact.ended_at, contact.abandoned = moment, True
            contact.save(update_fields=["ended_at", "abandoned"])
            audit.record(system, AuditAction.ALTER, f"incidents.contact:{contact.pk}", fields=["ended_at", "abandoned"])
            say_lost(contact)
            open_record(system, contact, told=False)
    except Exception as error:
        log.error("calls.not_given_up", contact=str(contact_id), error=type(error).__name__)
        return False
    return True


def is_record(link: ContactLink) -> bool:
    """Whether the incident was opened by the call itself."""
    return link.incident.client_key == rang_off_key(link.contact_id)


def say_lost(contact: Contact) -> None:
    """To whoever had it; to everybody who takes calls when nobody had."""
    assert contact.ended_at is not None
    topics = [person_topic(user_id) for user_id in people_of(contact)] or [board_topic(contact.force_id)]
    publish(CallLost(contact=contact.pk, at=contact.ended_at), *topics)


def people_of(contact: Contact) -> set[int]:
    if contact.answered_by_id is None and contact.answered_at is not None:
        return {user.pk for user in people_at(contact.force_id, contact.position)}  # all are asked; the first has it
    return set() if contact.answered_by_id is None else {contact.answered_by_id}


def open_record(system: Actor, contact: Contact, *, told: bool = True) -> list[uuid.UUID]:
    """An abandoned call still opens a record (STANDARDS 2.2), and so does a silent one that was cut off before the one
    who answered could. `told`: the telephony system said that it ended."""
    start: UnspokenDefault | None = unspoken_start(
        contact.force_id, UnspokenKind.SILENT if contact.silent_55 else UnspokenKind.ABANDONED
    )
    if start is None:
        log.error("calls.no_default_for_rang_off", force=contact.force_id)
        return []
    incident = open_incident(
        actor=system, channel=contact.channel, caller_number=contact.cli, caller_name=contact.eisec_name,
        location_text=contact.eisec_address, caller_number_withheld=contact.cli_withheld,
        description=f"{_how_it_ended(contact, told)} Ring back.",
        grade_code=start.grade.code, category_code=start.category.code,
        client_key=rang_off_key(contact.pk), received_at=max(contact.came_at, now() - timedelta(days=6)),
    )  # fmt: skip
    ContactLink.objects.create(
        force_id=contact.force_id, contact=contact, incident=incident, at=now(), by_label=system.label
    )
    use_best_fix(system, contact, incident)
    return [incident.pk]


def _how_it_ended(contact: Contact, told: bool) -> str:
    seconds = max(0, round(((contact.ended_at or contact.came_at) - contact.came_at).total_seconds()))
    if not told:
        return f"Abandoned call. No end was told: nobody answered for {seconds // 60} min."
    if contact.answered_at is None:
        return f"Abandoned call: rang off after {seconds} s, not answered."
    return f"Silent call, 55 pressed: answered, cut off after {seconds} s."
