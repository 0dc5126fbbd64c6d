"""Continuity: who did what with an exhibit and when. Added to, never changed, chained (STANDARDS 9.3, 9.6)."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from evidence.states import Act

GENESIS = "0" * 64  # prev_hash of an exhibit's first entry


class ContinuityEvent(ForceOwned):
    """One act. `seq` has no gaps within an exhibit; the database refuses UPDATE and DELETE of a row.

    `detail` holds hashes, sizes, tools, purposes: never words about a person.
    """

    exhibit = models.ForeignKey("evidence.Exhibit", models.PROTECT, related_name="continuity")
    item = models.ForeignKey("evidence.EvidenceItem", models.PROTECT, related_name="continuity", null=True, blank=True)
    seq = models.PositiveIntegerField()
    act = models.CharField(max_length=16, choices=Act.choices)
    at = models.DateTimeField()
    actor_id = models.CharField(max_length=64, blank=True)
    actor_label = models.CharField(max_length=100)
    actor_role = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["exhibit", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["exhibit", "seq"], name="continuity_seq_once"),
            models.UniqueConstraint(fields=["exhibit", "prev_hash"], name="continuity_does_not_fork"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="continuity_seq_from_one"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="continuity_act_known"),
            models.CheckConstraint(condition=Exact(Length("hash"), 64), name="continuity_hash_length"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.act}"

    def canonical_json(self) -> str:
        """Every field that the hash covers, keys sorted, time in UTC with microseconds."""
        content = {
            "id": str(self.id),
            "force": str(self.force_id),
            "exhibit": str(self.exhibit_id),
            "item": str(self.item_id) if self.item_id else None,
            "seq": self.seq,
            "act": str(self.act),
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor_id": self.actor_id,
            "actor_label": self.actor_label,
            "actor_role": self.actor_role,
            "detail": self.detail,
        }
        return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def compute_hash(self) -> str:
        """SHA-256, lower-case hex, over `prev_hash` and the canonical JSON."""
        return hashlib.sha256((self.prev_hash + self.canonical_json()).encode()).hexdigest()
