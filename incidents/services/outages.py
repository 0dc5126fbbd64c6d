"""What of the system was away while an incident ran, in its log: its times explain what else the log shows."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.timezone import localtime

from core.actors import Actor
from core.health import label_of
from core.models import Outage
from core.outbox import enqueue
from incidents.models import Incident, LogEntry
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.states import LogType

AROUND = dt.timedelta(minutes=15)  # before it began: whoever wrote since then was still at work on the incident
_KEYS = uuid.UUID("6f3b0a52-4c0e-4f7e-9d57-0b5d2b9f7a11")

#: What it meant for those at work, by part.
MEANT = {
    "database": "What was typed meanwhile was kept on the terminals and sent afterwards.",
    "channel_layer": "Other consoles heard of changes some seconds late.",
    "media": "No picture could be opened meanwhile.",
    "relay": "Callers and desks on strict networks may have had no picture.",
    "storage": "Nothing could be taken into or out of the evidence store meanwhile.",
}


def outage_over(outage: Outage) -> None:
    """In the transaction that ends it: the entries are written soon after, each once."""
    enqueue("incidents.outage", {"outage": outage.pk}, dedupe_key=f"incidents.outage:{outage.pk}")


def write_outage(outage_id: int) -> int:
    """An entry with its start and end in every incident that somebody was at work on. Returns how many incidents.

    One transaction an incident, so that none waits for the others; safe to repeat.
    """
    outage = Outage.objects.get(pk=outage_id)
    if outage.ended_at is None:
        return 0
    near = LogEntry.objects.filter(entered_at__gte=outage.began_at - AROUND, entered_at__lte=outage.ended_at)
    incidents = Incident.objects.filter(pk__in=near.values("incident")).order_by("opened_at")
    words = _words(outage, outage.ended_at)
    for incident_id, force_id in incidents.values_list("pk", "force_id"):
        _write(Actor.system(force_id), incident_id, outage, words)
    return len(incidents)


def _write(system: Actor, incident_id: uuid.UUID, outage: Outage, words: str) -> None:
    key = uuid.uuid5(_KEYS, str(outage.pk))
    with transaction.atomic():
        incident = lock_incident(system, incident_id)
        if not LogEntry.objects.filter(incident=incident, client_key=key).exists():
            write_entry(system, incident, type=LogType.SYSTEM, text=words, occurred_at=outage.ended_at, client_key=key)


def _words(outage: Outage, ended_at: dt.datetime) -> str:
    began, ended = localtime(outage.began_at), localtime(ended_at)
    day = "" if began.date() == ended.date() else f" on {began:%d/%m/%Y}"
    said = f"{label_of(outage.part)}: not answering from {began:%H:%M:%S}{day} to {ended:%H:%M:%S}."
    return f"{said} {MEANT.get(outage.part, '')}".rstrip()
