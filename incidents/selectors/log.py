"""Reading and checking the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from core.errors import NotFound
from core.models import AuditAction
from incidents.models import GENESIS, Incident, LogEntry, LogRestriction
from incidents.permissions import can_read_restricted, check_restrict, check_view
from incidents.selectors.ids import as_uuid
from incidents.states import LogType

LOG_PAGE = 500
_OFFERED, _OFFERED_WORDS = 12, 80  # of what can be cited
LOG_FIRST = 50  # an incident's page begins with: what a tall screen shows; the rest comes to whoever scrolls up


@dataclass(frozen=True, kw_only=True)
class LogVerdict:
    """`broken_at` is the first seq that does not fit; None when the whole chain holds."""

    entries: int
    broken_at: int | None
    problem: str = ""

    @property
    def ok(self) -> bool:
        return self.broken_at is None


@dataclass(frozen=True, kw_only=True)
class LogMoment:
    """When an entry happened, with its number and type: no words."""

    number: int
    type: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MarkedEntry:
    """One entry and its markings, the newest first."""

    entry: LogEntry
    marks: list[LogRestriction]


def log_moments(actor: Actor, incident_id: UUID | str) -> list[LogMoment]:
    """The newest LOG_PAGE entries' moments, oldest first. Nothing that was written, and so no audit entry. Restricted
    entries are left out. Raises NotFound, NotAllowed."""
    check_view(actor)
    key = _visible_key(actor, incident_id)
    rows = LogEntry.objects.visible_to(actor).filter(incident_id=key).unrestricted().order_by("-seq")
    found = list(rows.values_list("seq", "type", "occurred_at")[:LOG_PAGE])
    return [LogMoment(number=seq, type=str(type_), at=at) for seq, type_, at in reversed(found)]


def citable_pictures(incident: Incident) -> list[tuple[int, str]]:
    """Number and words of the newest entries about the picture that a decision can rest on, newest first. For a page
    that has read the incident."""
    rows = LogEntry.objects.filter(incident=incident, type=LogType.MEDIA).unrestricted().order_by("-seq")
    return [(seq, text[:_OFFERED_WORDS]) for seq, text in rows.values_list("seq", "text")[:_OFFERED]]


def log_entries(
    actor: Actor, incident: Incident | UUID | str, after_seq: int = 0, *, limit: int = LOG_PAGE
) -> list[LogEntry]:
    """Entries after `after_seq`, oldest first, at most `limit`; one CONSULT audit entry, and one more for what is
    restricted and read.

    Restricted entries are there without their words for all but their author and whoever may read them. Takes the
    incident or its id. Raises NotFound, NotAllowed.
    """
    check_view(actor)
    with audit.reading():
        key = _visible_key(actor, incident)
        rows = LogEntry.objects.visible_to(actor).filter(incident_id=key).after(max(after_seq, 0))
        entries = list(rows.with_restriction()[: min(max(limit, 1), LOG_PAGE)])
        audit.record(
            actor, AuditAction.CONSULT, f"incidents.incident:{key}", fields=["log"], result_count=len(entries),
            incident=str(key),
        )  # fmt: skip
        _withhold(actor, key, entries)
    return entries


def newest_log(
    actor: Actor, incident: Incident | UUID | str, before_seq: int = 0, *, limit: int = LOG_PAGE
) -> list[LogEntry]:
    """The newest entries, or the newest before `before_seq`, oldest first, at most `limit`; audited and without
    restricted words like `log_entries`.

    Takes the incident or its id. Raises NotFound, NotAllowed.
    """
    check_view(actor)
    with transaction.atomic():
        key = _visible_key(actor, incident)
        rows = LogEntry.objects.visible_to(actor).filter(incident_id=key).order_by("-seq")
        if before_seq > 0:
            rows = rows.filter(seq__lt=before_seq)
        entries = list(rows.with_restriction()[: min(max(limit, 1), LOG_PAGE)])[::-1]
        audit.record(
            actor, AuditAction.CONSULT, f"incidents.incident:{key}", fields=["log"], result_count=len(entries),
            incident=str(key),
        )  # fmt: skip
        _withhold(actor, key, entries)
    return entries


def marked_entry(actor: Actor, incident_id: UUID | str, seq: int) -> MarkedEntry:
    """One entry for whoever may restrict it or lift that, with every marking and its reason. Audited like the log.

    Raises NotFound (no such entry, another force's incident), NotAllowed.
    """
    check_restrict(actor)
    found = [one for one in log_entries(actor, incident_id, seq - 1, limit=1) if one.seq == seq] if seq > 0 else []
    if not found:
        raise NotFound()
    return MarkedEntry(entry=found[0], marks=list(LogRestriction.objects.filter(entry=found[0]).newest_first()))


def _withhold(actor: Actor, key: UUID, entries: list[LogEntry]) -> None:
    """Take restricted words out of what this reader may not read; say in the audit trail which of them they read."""
    restricted = [one for one in entries if one.is_restricted]
    everything, read = can_read_restricted(actor), []
    for entry in restricted:
        if everything or (actor.user_id is not None and entry.author_id == actor.user_id):
            read.append(entry)
        else:
            entry.withhold()
    if read:
        audit.record(
            actor, AuditAction.CONSULT, f"incidents.incident:{key}", fields=["restricted"],
            result_ids=[one.pk for one in read], result_count=len(read), incident=str(key),
        )  # fmt: skip


def verify_log(actor: Actor, incident: Incident | UUID | str) -> LogVerdict:
    """Recompute every number and hash of an incident's log. One CONSULT audit entry. Raises NotFound, NotAllowed."""
    check_view(actor)
    with transaction.atomic():
        key = _visible_key(actor, incident)
        audit.record(
            actor, AuditAction.CONSULT, f"incidents.incident:{key}", purpose="check log", fields=["log"],
            incident=str(key),
        )  # fmt: skip
        previous, count = GENESIS, 0
        for entry in LogEntry.objects.filter(incident_id=key).order_by("seq").iterator(chunk_size=500):
            if entry.seq != count + 1:
                return LogVerdict(entries=count, broken_at=count + 1, problem=f"Entry {count + 1} is missing.")
            if entry.prev_hash != previous or entry.hash != entry.compute_hash():
                return LogVerdict(entries=count, broken_at=entry.seq, problem=f"Entry {entry.seq} was changed.")
            previous, count = entry.hash, entry.seq
    return LogVerdict(entries=count, broken_at=None)


def _visible_key(actor: Actor, incident: Incident | UUID | str) -> UUID:
    key = incident.pk if isinstance(incident, Incident) else as_uuid(incident)
    if not Incident.objects.visible_to(actor).filter(pk=key).exists():
        raise NotFound()
    return key
