"""The gap ledger as it was sealed with the film, and who looked back in a running recording."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned


class GapLedger(ForceOwned):
    """One version of a session's line. Rows are added, never changed: what the phone sends later makes the next one.

    `text` is the canonical JSON (`streaming.ledger.document`); the evidence item `item_id` holds the same bytes, so
    `sha256` is that of both.
    """

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="ledgers")
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    item_id = models.UUIDField()  # evidence.EvidenceItem
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="ledger_number_once"),
            models.UniqueConstraint(fields=["session", "item_id"], name="ledger_item_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="ledger_number_from_one"),
            models.CheckConstraint(condition=Exact(Length("sha256"), 64), name="ledger_hash_length"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.number}"


class Rewind(ForceOwned):
    """One person looking back in the recording of a call that goes on. The audit trail holds start and end.

    `last_seen_at` moves while pieces of the film are asked for; a page that went away is closed by it.
    """

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="rewinds")
    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)  # "A. Okafor 5127" as it was then
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["started_at"]
        indexes = [
            models.Index(fields=["last_seen_at"], condition=Q(ended_at__isnull=True), name="rewind_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="rewind_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
