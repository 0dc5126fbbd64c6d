"""Putting right what was taken from the caller. What was written first stays in the log; a correction quotes it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import local, now
from core.errors import Conflict
from core.models import AuditAction
from core.realtime import publish
from incidents.events import FactsAmended, incident_topic
from incidents.models import FactAmendment, Incident, LogEntry
from incidents.permissions import check_amend, check_view
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.services.phones import parse_phone, readable_phone
from incidents.services.problems import Problems
from incidents.services.text import clean_text
from incidents.states import LogChannel, LogType
from incidents.thrive import Fact

_LIMITS = {Fact.CALLER_NAME: 100, Fact.LOCATION_TEXT: 300}


def amend_facts(*, actor: Actor, incident_id: UUID | str, given: Mapping[str, str], seen: int) -> list[FactAmendment]:
    """Put right name, number or place. `seen` is the number of the newest amendment the actor had on the screen.

    Two who change different facts both succeed. Two who change the same one: the second is told who changed it to what,
    and changes nothing yet. Raises NotFound, NotAllowed, Invalid naming the fields, Conflict (code "amended").
    """
    check_view(actor)
    check_amend(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        wanted = {fact: value for fact, value in _clean(given).items() if value != getattr(incident, fact)}
        _refuse_unseen(incident, wanted, seen)
        made = [_amend(actor, incident, fact, value) for fact, value in wanted.items()]
        if made:
            incident.version += 1
            incident.save(update_fields=[*wanted, "version"])
            audit.record(
                actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=list(wanted),
                incident=str(incident.pk),
            )  # fmt: skip
            publish(FactsAmended(incident=incident.pk, version=incident.version), incident_topic(incident.pk))
            announce_change(incident)
    return made


def _clean(given: Mapping[str, str]) -> dict[str, str]:
    problems, values = Problems(), {}
    for fact, limit in _LIMITS.items():
        if fact.value in given:
            raw = given[fact.value] or ""
            values[fact.value] = problems.take(partial(clean_text, raw, field=fact.value, limit=limit), "")
    if Fact.CALLER_NUMBER.value in given:
        number = (given[Fact.CALLER_NUMBER.value] or "").strip()
        values[Fact.CALLER_NUMBER.value] = problems.take(lambda: parse_phone(number) if number else "", "")
    problems.stop_here()
    return values


def _refuse_unseen(incident: Incident, wanted: Mapping[str, str], seen: int) -> None:
    rows = FactAmendment.objects.filter(incident=incident, fact__in=list(wanted), number__gt=seen)
    newest = {one.fact: one for one in rows.order_by("number")}
    if newest:
        told = [
            f"{one.by_label} changed {Fact(one.fact).label.lower()} to “{one.now}” at {local(one.at):%H:%M:%S}."
            for one in newest.values()
        ]
        raise Conflict(" ".join(told) + " Yours is still here: save again to put it in its place.", code="amended")


def _amend(actor: Actor, incident: Incident, fact: str, value: str) -> FactAmendment:
    was = getattr(incident, fact)
    last = FactAmendment.objects.filter(incident=incident).order_by("-number").values_list("number", flat=True).first()
    setattr(incident, fact, value)
    made: FactAmendment = FactAmendment.objects.create(
        force_id=incident.force_id, incident=incident, number=(last or 0) + 1, fact=fact, was=was, now=value,
        at=now(), by_label=actor.label[:100],
    )  # fmt: skip
    readable = readable_phone if fact == Fact.CALLER_NUMBER else str
    text = f"{Fact(fact).label}: {readable(value) or 'none'}, was {readable(was) or 'not given'}."
    write_entry(
        actor,
        incident,
        type=LogType.CORRECTION,
        channel=LogChannel.TYPED,
        text=text,
        corrects=_original(incident, fact),
    )
    return made


def _original(incident: Incident, fact: str) -> LogEntry:
    """The entry that took the fact down: the place's own where there is one, else the contact's, which is the first."""
    rows = LogEntry.objects.filter(incident=incident).order_by("seq")
    place = rows.filter(type=LogType.LOCATION).first() if fact == Fact.LOCATION_TEXT else None
    return place or rows[0]
