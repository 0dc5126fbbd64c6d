"""An entry that is in the log is restricted afterwards, or that is lifted: a new row each time, never another entry."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.models import AuditAction
from core.realtime import publish
from incidents.events import LogRestricted, incident_topic
from incidents.models import Incident, LogEntry, LogRestriction
from incidents.permissions import check_restrict, check_view
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.text import clean_text
from incidents.states import TYPED_LOG_TYPES, LogChannel, LogType

REASON_LIMIT = 300


def restrict_entry(*, actor: Actor, incident_id: UUID | str, seq: int, restricted: bool, reason: str) -> LogEntry:
    """Withhold an entry's words from now on, or lift that. What corrects or cites it is restricted with it, because it
    repeats it; lifting is for one entry alone.

    The log says that it was done and not why: the reason stands with the marking. Raises NotFound, NotAllowed, Invalid
    (reason, seq), Conflict (it is so already).
    """
    check_view(actor)
    check_restrict(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        entry = LogEntry.objects.filter(incident=incident, seq=seq).with_restriction().first()
        if entry is None:
            raise NotFound()
        why = clean_text(reason, field="reason", limit=REASON_LIMIT, required=True)
        if entry.is_restricted == restricted:
            raise Conflict(f"Entry {seq} is {'already' if restricted else 'not'} restricted.", code="state")
        repeats: list[LogEntry] = []
        if restricted:
            _check_can_hide(incident, entry)
            repeats = _repeating(incident, entry)
        for one in (entry, *repeats):
            _mark(actor, one, restricted, why if one is entry else f"Repeats entry {seq}. {why}"[:REASON_LIMIT])
        words = f"Entry {seq} {'restricted' if restricted else 'is no longer restricted'}."
        if repeats:
            words += f" With it, because they repeat it: {', '.join(str(one.seq) for one in repeats)}."
        write_entry(actor, incident, type=LogType.SUPERVISOR, channel=LogChannel.TYPED, text=words)
    return entry


def _check_can_hide(incident: Incident, entry: LogEntry) -> None:
    """Hiding a row whose words everybody reads beside it would be a promise that is not kept."""
    if entry.type not in (*TYPED_LOG_TYPES, LogType.CORRECTION) or entry.channel == LogChannel.SYSTEM:
        raise Invalid(fields={"seq": "The system wrote this from what stands elsewhere. Put it right there."})
    if entry.text in {incident.description, incident.location_text}:
        said = "These words stand at the top of the incident too. Change them there first, under Facts."
        raise Invalid(fields={"seq": said})


def _repeating(incident: Incident, entry: LogEntry) -> list[LogEntry]:
    """What corrects or cites it, and what corrects or cites that."""
    found: dict[int, LogEntry] = {}
    new = {entry.seq}
    while new:
        rows = LogEntry.objects.filter(Q(corrects_seq__in=new) | Q(cites_seq__in=new), incident=incident)
        new = {one.seq for one in rows} - set(found)
        found |= {one.seq: one for one in rows.with_restriction() if one.seq in new}
    return [found[seq] for seq in sorted(found) if not found[seq].is_restricted]


def _mark(actor: Actor, entry: LogEntry, restricted: bool, why: str) -> None:
    moment = now()
    LogRestriction.objects.create(
        force_id=entry.force_id, entry=entry, number=LogRestriction.objects.filter(entry=entry).count() + 1,
        restricted=restricted, reason=why, at=moment, by_label=actor.label[:100],
    )  # fmt: skip
    incident = str(entry.incident_id)
    name = f"incidents.logentry:{entry.pk}"
    audit.record(actor, AuditAction.ALTER, name, fields=["restricted"], incident=incident, justification=why)
    publish(
        LogRestricted(
            incident=entry.incident_id, entry=entry.pk, entry_seq=entry.seq, restricted=restricted, at=moment
        ),
        incident_topic(entry.incident_id),
    )
