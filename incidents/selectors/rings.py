"""What rings at a desk, as it stands when a window opens; afterwards events say it. Ids, serials and times only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from core.actors import Actor
from core.clock import now
from incidents.models import Assignment, Contact, Incident
from incidents.permissions import can_deploy, can_open
from incidents.states import EMERGENCY_CHANNELS

NEWS = timedelta(minutes=2)  # what was so before is no news to whoever sits down now
MOST = 100


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """An emergency that nobody is assigned to, and from when that is too late."""

    incident: UUID
    serial: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Lost:
    """An emergency call that is over and came to nothing. `own`: this person had answered it."""

    contact: UUID
    at: datetime
    own: bool


@dataclass(frozen=True, kw_only=True)
class DeskRings:
    waiting: tuple[Waiting, ...] = ()
    lost: tuple[Lost, ...] = ()


def desk_rings(actor: Actor) -> DeskRings:
    """Unassigned emergencies for who may assign, lost calls for who takes calls; nothing for others. No personal data,
    so no audit entry."""
    since = now() - NEWS
    return DeskRings(
        waiting=_waiting(actor, since) if can_deploy(actor) else (),
        lost=_lost(actor, since) if can_open(actor) else (),
    )


def _waiting(actor: Actor, since: datetime) -> tuple[Waiting, ...]:
    sent = Assignment.objects.filter(incident=OuterRef("pk")).active()
    rows = Incident.objects.visible_to(actor).open().filter(current_grade__emergency=True, attended_at=None)
    rows = rows.filter(~Exists(sent), assign_by__gt=since).order_by("assign_by", "pk")
    found = rows.values_list("pk", "serial", "assign_by")[:MOST]
    return tuple(Waiting(incident=pk, serial=serial, at=at) for pk, serial, at in found)


def _lost(actor: Actor, since: datetime) -> tuple[Lost, ...]:
    own = Q(answered_by_id=actor.user_id, links=None, dismissed_at=None, answered_at__isnull=False)
    rows = Contact.objects.visible_to(actor).exclude(external_id="").filter(ended_at__gt=since)
    rows = rows.filter(Q(abandoned=True) | own, channel__in=EMERGENCY_CHANNELS).order_by("ended_at", "pk").distinct()
    found = rows.values_list("pk", "ended_at", "abandoned")[:MOST]
    return tuple(Lost(contact=pk, at=at, own=not abandoned) for pk, at, abandoned in found if at)


def assign_by_now(incident: Incident, units: int) -> datetime | None:
    """The target that still runs, or has passed with nobody on it; None when nobody need be told."""
    waits = incident.is_open and incident.current_grade.emergency and not units and incident.attended_at is None
    return incident.assign_by if waits else None
