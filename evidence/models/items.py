"""Files of an exhibit: masters, stored once and never changed, and the working copies made from them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from evidence.querysets import EvidenceItemQuerySet
from evidence.states import CopyPurpose, ItemKind, ItemState


class EvidenceItem(ForceOwned):
    """One master file. Once sealed, a database trigger refuses to change its hash, size, place or provenance.

    `master_uri` is where the store keeps it ("file:…" below EVIDENCE_DIR, or "s3://bucket/key?versionId=…");
    `worm_until` is the retention the store confirmed. `prev_sha256` is the part before, so a missing part
    shows. `recovered` says that a restart found it after a crash.
    """

    exhibit = models.ForeignKey("evidence.Exhibit", models.PROTECT, related_name="items")
    kind = models.CharField(max_length=20, choices=ItemKind.choices)
    part_number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=80)
    container = models.CharField(max_length=16, blank=True)
    codecs = models.CharField(max_length=60, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    captured_start = models.DateTimeField(null=True, blank=True)
    captured_end = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    received_by_label = models.CharField(max_length=100)
    master_uri = models.CharField(max_length=400, blank=True)
    worm_until = models.DateTimeField(null=True, blank=True)
    sealed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=ItemState.choices, default=ItemState.RECEIVED)
    failure = models.CharField(max_length=200, blank=True)
    prev_sha256 = models.CharField(max_length=64, blank=True)
    recovered = models.BooleanField(default=False)
    source_key = models.CharField(max_length=120)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_ok = models.BooleanField(null=True, blank=True)

    objects: ClassVar[Any] = EvidenceItemQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "part_number"]
        constraints = [
            models.UniqueConstraint(fields=["exhibit", "kind", "part_number"], name="item_part_once"),
            models.UniqueConstraint(fields=["force", "source_key"], name="item_source_once"),
            models.CheckConstraint(condition=Exact(Length("sha256"), 64), name="item_hash_length"),
            models.CheckConstraint(condition=Q(size_bytes__gte=1), name="item_not_empty"),
            models.CheckConstraint(condition=Q(part_number__gte=1), name="item_part_from_one"),
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="item_kind_known"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ItemState.SEALED)
                | (~Q(master_uri="") & Q(sealed_at__isnull=False) & Q(worm_until__isnull=False)),
                name="item_sealed_is_stored_and_kept",
            ),
            models.CheckConstraint(
                condition=Q(captured_start=None) | Q(captured_end=None) | Q(captured_end__gte=F("captured_start")),
                name="item_capture_runs_forward",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.part_number}"

    @property
    def is_sealed(self) -> bool:
        return self.state == ItemState.SEALED


class WorkingCopy(ForceOwned):
    """A file derived from masters, with its own hash. It never replaces them (STANDARDS 9.2, 9.3).

    `item` is empty when the copy joins every part of the exhibit. `path` is where the copies' store keeps it.
    """

    exhibit = models.ForeignKey("evidence.Exhibit", models.PROTECT, related_name="copies")
    item = models.ForeignKey("evidence.EvidenceItem", models.PROTECT, related_name="copies", null=True, blank=True)
    purpose = models.CharField(max_length=12, choices=CopyPurpose.choices)
    tool = models.CharField(max_length=120)
    parameters = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=80)
    path = models.CharField(max_length=400)
    source_key = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    made_by_label = models.CharField(max_length=100)

    class Meta:
        ordering = ["made_at"]
        verbose_name_plural = "working copies"
        constraints = [
            models.UniqueConstraint(fields=["force", "source_key"], name="copy_source_once"),
            models.CheckConstraint(condition=Exact(Length("sha256"), 64), name="copy_hash_length"),
            models.CheckConstraint(condition=Q(size__gte=1), name="copy_not_empty"),
            models.CheckConstraint(condition=Q(purpose__in=CopyPurpose.values), name="copy_purpose_known"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sha256[:12]}"
