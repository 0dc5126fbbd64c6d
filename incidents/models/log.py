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
from incidents.querysets import LogEntryQuerySet, LogRestrictionQuerySet
from incidents.states import LATE_AFTER_SECONDS, LOG_TEXT_LIMIT, LogChannel, LogType

GENESIS = "0" * 64  # prev_hash of an incident's first entry
WITH_LINES = frozenset({LogType.DECISION, LogType.CORRECTION, LogType.GRADE, LogType.RESOURCE, LogType.SUPERVISOR})


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
    cites_seq = models.PositiveIntegerField(null=True, blank=True, help_text="The checked entry about the picture.")
    restricted = models.BooleanField(default=False, help_text="As its author sent it; LogRestriction says what is now.")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    client_key = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = LogEntryQuerySet.as_manager()

    #: Of a row read `with_restriction`: whether it is restricted now. None: only what its author sent is known.
    now_restricted: bool | None = None
    #: This copy's words were taken out for whoever reads it.
    hidden: bool = False

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
            models.CheckConstraint(
                condition=Q(cites_seq=None) | Q(cites_seq__isnull=False, cites_seq__gte=1, cites_seq__lt=F("seq")),
                name="log_cites_an_earlier_entry",
            ),
            # Its key is never shown: without it nobody can try words against its hash.
            models.CheckConstraint(
                condition=Q(restricted=False) | Q(client_key__isnull=False), name="log_restricted_has_a_key"
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
        return take_apart(self.text, self.cites_seq) if self.type in WITH_LINES else Said(lead=self.text)

    @property
    def is_restricted(self) -> bool:
        return self.restricted if self.now_restricted is None else self.now_restricted

    def withhold(self) -> None:
        """Take the words out of this copy, and what would let them be guessed. The row stays as it is."""
        self.text, self.client_key, self.cites_seq, self.hidden = "", None, None, True

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
        if self.cites_seq is not None:  # entries from before citations were kept have their hash without
            content["cites_seq"] = self.cites_seq
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def compute_hash(self) -> str:
        """SHA-256, lower-case hex, over `prev_hash` and the canonical JSON."""
        return hashlib.sha256((self.prev_hash + self.canonical_json()).encode()).hexdigest()


class LogRestriction(ForceOwned):
    """An entry's words withheld, or shown again, by a person who said why. The newest counts; no entry changes."""

    entry = models.ForeignKey(LogEntry, models.PROTECT, related_name="restrictions")
    number = models.PositiveIntegerField()
    restricted = models.BooleanField(help_text="False: lifted.")
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)

    objects: ClassVar[Any] = LogRestrictionQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "number"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="log_restriction_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="log_restriction_from_one"),
            models.CheckConstraint(condition=~Q(reason=""), name="log_restriction_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {'restricted' if self.restricted else 'lifted'}"
