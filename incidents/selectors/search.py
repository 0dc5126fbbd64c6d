"""Searching across logs: by reference, by telephone number, by words and by place, in one field.

What the caller said, the place, the grade and every change stand in the log (STANDARDS 2.7), so the log alone is
searched. On PostgreSQL a trigram index carries it; the answer is the same without.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.actors import Actor
from core.clock import local_date, now
from core.errors import Invalid
from core.models import AuditAction
from incidents.models import ContactLink, Incident, LogEntry, LogRestriction
from incidents.permissions import check_view
from incidents.querysets import IncidentQuerySet, LogEntryQuerySet
from incidents.selectors.references import ReferenceQuery, parse_reference

SEARCH_LIMIT = 50
RECENT = timedelta(days=90)  # how far back words are looked for unless asked for all
WORDS_LIMIT, SHORTEST_WORD = 8, 2
EXCERPT = 90  # characters of a log entry around the word
_NUMBER = re.compile(r"^\+?[\d\s()-]{6,20}$")
_PIECE = re.compile(r'"([^"]+)"|(\S+)')


@dataclass(frozen=True, kw_only=True)
class Found:
    """One incident, and the entry that answers the search: `before`, `match` and `after` are plain text."""

    incident: Incident
    number: int | None = None
    at: datetime | None = None
    before: str = ""
    match: str = ""
    after: str = ""

    @property
    def says_place(self) -> bool:
        """The words shown are the place itself: it need not be shown twice."""
        return bool(self.match) and self.before + self.match + self.after == self.incident.location_text


@dataclass(frozen=True, kw_only=True)
class SearchPage:
    """`more`: there are older ones than shown. `since`: words were looked for from then on; None means everywhere."""

    found: list[Found]
    more: bool
    since: datetime | None


def search_incidents(actor: Actor, text: str, *, limit: int = SEARCH_LIMIT, everywhere: bool = False) -> SearchPage:
    """Incidents that answer `text`, newest first. A reference finds its number; anything else its words, all of them,
    each somewhere in the incident's log. "Quoted words" stay together. One SEARCH audit entry.

    Restricted entries are not searched, for nobody: no count, order or snippet tells of one. Raises NotAllowed,
    Invalid (search).
    """
    check_view(actor)
    said = " ".join(text.split())
    if not said or len(said) > 200:
        raise Invalid(fields={"search": "Type a number, a place or words, at most 200 characters."})
    most = min(max(limit, 1), SEARCH_LIMIT)
    rows = Incident.objects.visible_to(actor)
    since = None if everywhere else now() - RECENT
    reference = _reference(said)
    with transaction.atomic():
        words: list[str] = []
        if reference is not None:
            rows, since = _referred(rows, reference), None
        elif _NUMBER.match(said):
            rows = _numbered(rows, said, since)
        else:
            words = _words(said)
            rows = _worded(actor, rows, words, since)
        incidents = list(rows.with_tables().order_by("-opened_at", "-serial", "id")[: most + 1])
        found = _explain(actor, incidents[:most], words)
        audit.record(
            actor, AuditAction.SEARCH, "incidents.incident", purpose=f"search {said}",
            result_ids=[one.incident.pk for one in found], result_count=len(found),
        )  # fmt: skip
    return SearchPage(found=found, more=len(incidents) > most, since=since)


def _reference(said: str) -> ReferenceQuery | None:
    try:
        return parse_reference(said, today=local_date(now()))
    except Invalid:
        return None


def _referred(rows: IncidentQuerySet, reference: ReferenceQuery) -> IncidentQuerySet:
    rows = rows.numbered(reference.serial, reference.local_date)
    return rows if reference.force_code is None else rows.filter(force__code=reference.force_code)


def _numbered(rows: IncidentQuerySet, said: str, since: datetime | None) -> IncidentQuerySet:
    """By the telephone number (E.164) of any of its callers, whole or the digits that were caught."""
    if since is not None:
        rows = rows.filter(opened_at__gte=since)
    digits = re.sub(r"\D", "", said.replace("(0)", ""))
    part = re.sub("^00?", "", digits) or digits
    numbers = ("cli", "callback_number", "safe_number")
    called = reduce(or_, (Q(**{f"contact__{name}__contains": part}) for name in numbers))
    links = ContactLink.objects.filter(called)
    return rows.filter(Q(caller_number__contains=part) | Q(pk__in=links.values("incident_id")))


def _words(said: str) -> list[str]:
    """What must be found, each word and each "quoted piece" for itself."""
    pieces = [(quoted or word).strip() for quoted, word in _PIECE.findall(said)]
    words = [piece for piece in pieces if len(piece) >= SHORTEST_WORD]
    if not words:
        raise Invalid(fields={"search": "Type at least two letters."})
    return words[:WORDS_LIMIT]


def _worded(actor: Actor, rows: IncidentQuerySet, words: list[str], since: datetime | None) -> IncidentQuerySet:
    # The longest word is the rarest as a rule; the others only narrow what it found.
    for word in sorted(words, key=len, reverse=True):
        said = Q(text__icontains=word) if since is None else Q(text__icontains=word, entered_at__gte=since)
        always, lifted = (rows_.filter(said).values("incident_id").order_by() for rows_ in _searchable(actor))
        rows = rows.filter(pk__in=always.union(lifted, all=True))
    return rows


def _searchable(actor: Actor) -> tuple[LogEntryQuerySet, LogEntryQuerySet]:
    """What was never restricted or no longer is, whoever searches. In two parts: the first goes by the index of words,
    which has nothing that was restricted from the start; the second is what a person lifted, a handful."""
    entries: LogEntryQuerySet = LogEntry.objects.visible_to(actor).unrestricted()
    lifted = LogRestriction.objects.visible_to(actor).filter(restricted=False).values("entry_id")
    return entries.filter(restricted=False), entries.filter(restricted=True, pk__in=lifted)


def _explain(actor: Actor, incidents: list[Incident], words: list[str]) -> list[Found]:
    """With each incident the first entry that says the longest word. One query."""
    if not words:
        return [Found(incident=incident) for incident in incidents]
    word = max(words, key=len)
    first: dict[UUID, LogEntry] = {}
    rows = LogEntry.objects.visible_to(actor).filter(incident__in=[one.pk for one in incidents]).unrestricted()
    for entry in rows.filter(text__icontains=word).order_by("-seq"):
        first[entry.incident_id] = entry
    return [_excerpt(incident, first.get(incident.pk), word) for incident in incidents]


def _excerpt(incident: Incident, entry: LogEntry | None, word: str) -> Found:
    if entry is None:
        return Found(incident=incident)
    fits = re.search(re.escape(word), entry.text, re.IGNORECASE)
    start, end = fits.span() if fits else (0, 0)
    left = max(0, start - EXCERPT // 2)
    right = end + EXCERPT - (start - left)
    return Found(
        incident=incident,
        number=entry.seq,
        at=entry.occurred_at,
        before=("…" if left else "") + entry.text[left:start],
        match=entry.text[start:end],
        after=entry.text[end:right] + ("…" if right < len(entry.text) else ""),
    )
