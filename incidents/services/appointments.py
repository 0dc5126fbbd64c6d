"""The time agreed with a caller, for grades that are attended then (STANDARDS 2.3: Appointment, "agreed slot")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import LONDON, by_when, local, local_date, now
from core.errors import Conflict, Invalid
from core.models import AuditAction
from incidents.models import Incident
from incidents.permissions import check_assess, check_view
from incidents.services.announce import announce_change
from incidents.services.grades import set_targets
from incidents.services.intake import attendance_target
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.text import clean_text, ended
from incidents.states import ClockStart, LogChannel, LogType

LONGEST = timedelta(hours=12)  # a longer one is no time to be at home for
FARTHEST = timedelta(days=60)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """As it is said to a caller: a day and two times, Europe/London. `until` at midnight is the end of that day."""

    day: date
    start: time
    until: time


def agree_time(
    *, actor: Actor, incident_id: UUID | str, slot: Slot, reason: str = "", seen: datetime | None = None
) -> Incident:
    """Attend between these times; the end is the target. Later than the grade's own target needs a reason.

    `seen`: the beginning that the actor's screen showed, None for none. Raises NotFound, NotAllowed, Invalid (day,
    start, until, reason), Conflict (closed, attended, another grade, agreed otherwise meanwhile).
    """
    check_view(actor)
    check_assess(actor)
    begin, end = _moments(slot)
    why = clean_text(reason, field="reason", limit=500)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if (incident.agreed_from, incident.agreed_until) == (begin, end):
            return incident
        _may_agree(incident, seen)
        latest = attendance_target(
            incident.current_grade, received_at=incident.received_at, graded_at=incident.graded_at, rural=incident.rural
        )
        if latest is not None and end > latest and not why:
            raise Invalid(fields={"reason": f"Later than the target, {by_when(latest)}. Say why."})
        incident.agreed_from, incident.agreed_until = begin, end
        set_targets(incident)
        incident.version += 1
        incident.save(update_fields=["agreed_from", "agreed_until", "attend_by", "assign_by", "version"])
        words = f"Agreed with the caller: {in_words(begin, end)}.{why and f' {ended(why)}'}"
        write_entry(actor, incident, type=LogType.GRADE, text=words, channel=LogChannel.TYPED)
        audit.record(
            actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["agreed_from", "agreed_until"],
            incident=str(incident.pk), justification=why,
        )  # fmt: skip
        announce_change(incident)
    return incident


def in_words(begin: datetime, end: datetime) -> str:
    """ "Tue 24/11/2026 10:00 to 12:00"."""
    return f"{local(begin):%a %d/%m/%Y %H:%M} to {local(end):%H:%M}"


def _may_agree(incident: Incident, seen: datetime | None) -> None:
    if not incident.is_open:
        raise Conflict("This incident is closed. No time can be agreed any more.", code="closed")
    if incident.attended_at is not None:
        raise Conflict("A unit was there already. No time can be agreed any more.", code="attended")
    if incident.current_grade.clock_start != ClockStart.AGREED:
        raise Conflict(f"{incident.current_grade.label} is not attended at an agreed time. Set the grade first.")
    if incident.agreed_from != seen:
        begin, end = incident.agreed_from, incident.agreed_until
        held = in_words(begin, end) if begin is not None and end is not None else "no time"
        raise Conflict(f"Somebody agreed {held} meanwhile. Look again, then decide.", code="stale")


def _moments(slot: Slot) -> tuple[datetime, datetime]:
    moment = now()
    if slot.day < local_date(moment):
        raise Invalid(fields={"day": "This day is over."})
    if slot.day > local_date(moment) + FARTHEST:
        raise Invalid(fields={"day": "This is more than 60 days from now."})
    last = slot.day + timedelta(days=1) if slot.until == time(0) else slot.day
    begin, end = _moment(slot.day, slot.start, "start"), _moment(last, slot.until, "until")
    if end <= begin:
        raise Invalid(fields={"until": "Give an end after the beginning, on the same day."})
    if end - begin > LONGEST:
        raise Invalid(fields={"until": "Give at most twelve hours."})
    if end <= moment:
        raise Invalid(fields={"until": "This time is over."})
    return begin, end


def _moment(day: date, at: time, field: str) -> datetime:
    """The night the clocks go forward has an hour that does not exist; when they go back, the first of two counts."""
    moment = datetime.combine(day, at, LONDON)
    if local(moment.astimezone(now().tzinfo)).replace(tzinfo=None) != datetime.combine(day, at):
        raise Invalid(fields={field: "The clocks go forward that night: there is no such time."})
    return moment.astimezone(now().tzinfo)
