"""Reading contacts: the call somebody has on the line, what is known of it, and who rang about an incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import NotFound
from core.models import AuditAction
from incidents.models import CallFix, Contact, ContactLink, Incident, Location
from incidents.permissions import can_open, check_decide, check_open, check_view
from incidents.selectors.ids import as_uuid
from incidents.selectors.seats import undecided_calls
from incidents.states import LocationSource

OWN_LOST, LOST_SHOWN = 3, 50
LOST_FOR = timedelta(days=7)  # then a call without an incident leaves the supervisors' page
ON_THE_LINE = timedelta(hours=6)  # a call whose end was never told leaves the top bar after this


@dataclass(frozen=True, kw_only=True)
class CallOnLine:
    """For the top bar: nothing about anybody."""

    id: UUID
    channel: str
    line: str
    since_ms: int
    taken: bool
    rang_off: bool = False


@dataclass(frozen=True, kw_only=True)
class LostCall:
    """A call that is over and that no incident has: nothing about who rang."""

    id: UUID
    channel: str
    line: str
    came_at: datetime
    ended_at: datetime
    answered_by: str
    silent_55: bool


def own_calls(actor: Actor) -> list[CallOnLine]:
    """The call that this person answered last and that goes on, then those at their position that nobody has taken;
    after them those that rang off before anything came of them, the oldest first. No personal data, so no audit entry.
    """
    if actor.user_id is None or not can_open(actor):
        return []
    rows, since = Contact.objects.visible_to(actor), now() - ON_THE_LINE
    going: Contact | None = (
        rows.on_the_line_of(actor.user_id).exclude(external_id="").filter(answered_at__gt=since).first()
    )
    on_line = [] if going is None else [going]
    on_line += undecided_calls(actor, since)
    lost = rows.without_incident().filter(answered_by_id=actor.user_id, answered_at__gt=since)[:OWN_LOST]
    calls = [_on_line(call, taken=call.links.exists(), rang_off=False) for call in on_line]
    return [*calls, *(_on_line(call, taken=False, rang_off=True) for call in lost)]


def _on_line(call: Contact, *, taken: bool, rang_off: bool) -> CallOnLine:
    return CallOnLine(
        id=call.pk, channel=call.get_channel_display(), line=call.line,
        since_ms=int(call.came_at.timestamp() * 1000), taken=taken, rang_off=rang_off,
    )  # fmt: skip


def lost_calls(actor: Actor) -> list[LostCall]:
    """Calls of the force that are over and have no incident, the oldest first; no personal data, so no audit entry.
    Raises NotAllowed."""
    check_decide(actor)
    rows = Contact.objects.visible_to(actor).without_incident().filter(ended_at__gt=now() - LOST_FOR)
    return [
        LostCall(
            id=call.pk, channel=call.get_channel_display(), line=call.line, came_at=call.came_at,
            ended_at=call.ended_at, answered_by=str(call.answered_by or "nobody"), silent_55=call.silent_55,
        )
        for call in rows.select_related("answered_by")[:LOST_SHOWN]
    ]  # fmt: skip


def call_facts(actor: Actor, contact_id: UUID | str) -> Contact:
    """A call with its fixes, the newest first (`facts`); one CONSULT entry. Raises NotAllowed, NotFound."""
    check_open(actor)
    with transaction.atomic():
        fixes = Prefetch("fixes", CallFix.objects.select_related("location").order_by("-received_at"), to_attr="facts")
        contact: Contact | None = (
            Contact.objects.visible_to(actor).prefetch_related(fixes).filter(pk=as_uuid(contact_id)).first()
        )
        if contact is None:
            raise NotFound()
        audit.record(actor, AuditAction.CONSULT, f"incidents.contact:{contact.pk}", purpose="the call on the line")
    return contact


def callers_of(actor: Actor, incident: Incident) -> list[ContactLink]:
    """Everybody who rang about the incident, the first first, each with the call's fixes (`contact.facts`).

    One LIST entry with the ids shown. Raises NotAllowed.
    """
    check_view(actor)
    with transaction.atomic():
        fixes = Prefetch(
            "contact__fixes", CallFix.objects.select_related("location").order_by("-received_at"), to_attr="facts"
        )
        rows = ContactLink.objects.visible_to(actor).filter(incident=incident)
        rows = rows.select_related("contact", "contact__answered_by").prefetch_related(fixes)
        links = list(rows.order_by("at", "pk"))
        audit.record(
            actor, AuditAction.LIST, "incidents.contact", purpose="callers of an incident",
            result_ids=[link.contact_id for link in links], incident=str(incident.pk),
        )  # fmt: skip
    return links


def best_fix(contact: Contact) -> Location | None:
    """The telephone's own fixes before the network's; of those the newest, then the one with the smallest radius."""
    places = [fix.location for fix in contact.fixes.select_related("location") if fix.location is not None]
    return max(
        (place for place in places if place.has_point),
        key=lambda at: (at.source == LocationSource.AML, at.fixed_at, -(at.radius_m or 0)),
        default=None,
    )
