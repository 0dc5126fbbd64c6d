"""Vulnerability flags and qualifiers of an incident, from the force's own tables (STANDARDS 2.4, 2.5)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import Invalid
from core.models import AuditAction
from incidents.models import Incident, IncidentFlag, IncidentQualifier, Qualifier, VulnerabilityFlag
from incidents.permissions import check_assess, check_view
from incidents.services.announce import announce_change
from incidents.services.locks import lock_incident
from incidents.services.log import write_entry
from incidents.states import LogChannel, LogType


def set_flags(*, actor: Actor, incident_id: UUID | str, codes: Collection[str], seen: Collection[str] = ()) -> Incident:
    """Set these flags and take off those of `seen` that are not among them: what somebody else set meanwhile stays.

    Raises NotFound, NotAllowed, Invalid (flags).
    """
    check_view(actor)
    check_assess(actor)
    with transaction.atomic():
        incident = lock_incident(actor, incident_id)
        if write_flags(actor, incident, codes, set(seen) - set(codes)):
            incident.version += 1
            incident.save(update_fields=["version"])
            announce_change(incident)
        audit.record(
            actor, AuditAction.ALTER, f"incidents.incident:{incident.pk}", fields=["flags"], incident=str(incident.pk)
        )
    return incident


def flag_words(force_id: int, codes: Collection[str]) -> str:
    """What the log says of flags that are new; empty for none."""
    known = VulnerabilityFlag.objects.filter(force_id=force_id, active=True, code__in=codes) if codes else ()
    return f"Vulnerability: {', '.join(one.label for one in known)}." if known else ""


def write_flags(actor: Actor, incident: Incident, codes: Collection[str], off: Collection[str] = ()) -> bool:
    """Of an incident this transaction has locked, or is making. Whether anything changed."""
    words = {one.code: one for one in VulnerabilityFlag.objects.filter(force_id=incident.force_id, active=True)}
    if set(codes) - set(words):
        raise Invalid(fields={"flags": "Choose flags of the list."})
    on = {one.word.code: one for one in IncidentFlag.objects.filter(incident=incident, removed_at=None)
          .select_related("word")}  # fmt: skip
    added = [words[code] for code in words if code in codes and code not in on]
    for word in added:
        IncidentFlag.objects.create(
            force_id=incident.force_id, incident=incident, word=word, at=now(), by_label=actor.label[:100]
        )
    removed = [on[code] for code in on if code in off]
    for row in removed:
        row.removed_at, row.removed_by_label = now(), actor.label[:100]
        row.save(update_fields=["removed_at", "removed_by_label"])
    said = [f"Vulnerability: {', '.join(one.label for one in added)}."] if added else []
    said += [f"No longer: {', '.join(one.word.label for one in removed)}."] if removed else []
    if said:
        write_entry(actor, incident, type=LogType.RISK, channel=LogChannel.TYPED, text=" ".join(said))
    return bool(said)


def write_qualifiers(actor: Actor, incident: Incident, codes: Collection[str]) -> list[str]:
    """Exactly these, of an incident this transaction has locked: they are the closing's. Their labels."""
    words = {one.code: one for one in Qualifier.objects.filter(force_id=incident.force_id, active=True)}
    if set(codes) - set(words):
        raise Invalid(fields={"qualifiers": "Choose qualifiers of the list."})
    on = {one.word.code: one for one in IncidentQualifier.objects.filter(incident=incident, removed_at=None)
          .select_related("word")}  # fmt: skip
    for code in words:
        if code in codes and code not in on:
            IncidentQualifier.objects.create(
                force_id=incident.force_id, incident=incident, word=words[code], at=now(), by_label=actor.label[:100]
            )
    for code, row in on.items():
        if code not in codes:
            row.removed_at, row.removed_by_label = now(), actor.label[:100]
            row.save(update_fields=["removed_at", "removed_by_label"])
    return [words[code].label for code in words if code in codes]
