"""The incident log: numbered, timed, attributed, chained. Entries are added and never changed (STANDARDS 2.7)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact, LessThanOrEqual

from core.models.base import ForceOwned
from incidents.decisions import Said, take_apart
from incidents.querysets import LogEntryQuerySet
from incidents.states import LATE_AFTER_SECONDS, LOG_TEXT_LIMIT, LogChannel, LogType

GENESIS = "0" * 64  # prev_hash of an incident's first entry
WITH_LINES = frozenset({LogType.DECISION, LogType.CORRECTION, LogType.GRADE, LogType.SUPERVISOR})


class LogEntry(ForceOwned):
    """One entry. `seq` has no gaps within an incident; the database refuses UPDATE and DELETE of a row.

    Author name, collar number and role are copied as they were at the time. `hash` is SHA-256 over `prev_hash` and the
    canonical JSON of every other field, so a changed, removed or moved entry is found by `selectors.verify_log`.
    """

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="log")
    seq = models.PositiveIntegerField()
    entered_at = models.DateTimeField(help_text="Server time, UTC.")
    occurred_at = models.DateTimeField(help_text="When it happened, as far as the author knows.")
    author_id = models.BigIntegerField(null=True, blank=True)
    author_label = models.CharField(max_length=100)
    author_role = models.CharField(max_length=200, blank=True)
    terminal = models.CharField(max_length=100, blank=True)
    channel = models.CharField(max_length=8, choices=LogChannel.choices)
    type = models.CharField(max_length=12, choices=LogType.choices)
    text = models.TextField()
    corrects = models.ForeignKey("self", models.PROTECT, related_name="corrections", null=True, blank=True)
    corrects_seq = models.PositiveIntegerField(null=True, blank=True)
    restricted = models.BooleanField(default=False)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    client_key = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = LogEntryQuerySet.as_manager()

    class Meta:
        ordering = ["incident", "seq"]
        verbose_name_plural = "log entries"
        constraints = [
            models.UniqueConstraint(fields=["incident", "seq"], name="log_seq_once"),
            models.UniqueConstraint(fields=["incident", "client_key"], name="log_client_key_once"),
            models.UniqueConstraint(fields=["incident", "prev_hash"], name="log_chain_does_not_fork"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="log_seq_from_one"),
            models.CheckConstraint(condition=Q(type__in=LogType.values), name="log_type_known"),
            models.CheckConstraint(condition=Q(channel__in=LogChannel.values), name="log_channel_known"),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LOG_TEXT_LIMIT) & ~Q(text=""), name="log_text_length"
            ),
            models.CheckConstraint(condition=Exact(Length("hash"), 64), name="log_hash_length"),
            models.CheckConstraint(
                condition=Q(type=LogType.CORRECTION, corrects__isnull=False, corrects_seq__lt=F("seq"))
                | (~Q(type=LogType.CORRECTION) & Q(corrects=None, corrects_seq=None)),
                name="log_correction_names_an_earlier_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.type}"

    @property
    def late(self) -> bool:
        """Entered more than five minutes after it happened."""
        return self.entered_at - self.occurred_at > timedelta(seconds=LATE_AFTER_SECONDS)

    @property
    def said(self) -> Said:
        """The words, taken apart where they may have the lines of a decision."""
        return take_apart(self.text) if self.type in WITH_LINES else Said(lead=self.text)

    def canonical_json(self) -> str:
        """Every field that the hash covers, keys sorted, times in UTC with microseconds."""
        content = {
            "id": str(self.id),
            "force": str(self.force_id),
            "incident": str(self.incident_id),
            "seq": self.seq,
            "entered_at": self.entered_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "occurred_at": self.occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "author_id": self.author_id,
            "author_label": self.author_label,
            "author_role": self.author_role,
            "terminal": self.terminal,
            "channel": str(self.channel),
            "type": str(self.type),
            "text": self.text,
            "corrects_seq": self.corrects_seq,
            "restricted": self.restricted,
            "client_key": str(self.client_key) if self.client_key else None,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def compute_hash(self) -> str:
        """SHA-256, lower-case hex, over `prev_hash` and the canonical JSON."""
        return hashlib.sha256((self.prev_hash + self.canonical_json()).encode()).hexdigest()
