"""Files that other apps keep without an incident: a custody image, a document, a photo of a door."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned


class KeptFile(ForceOwned):
    """Bytes written once and read back before the row is made; the database refuses to change or remove it.

    What the file is about, and who may see it, is known to the app that keeps its key. `size` in bytes.
    """

    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    mime = models.CharField(max_length=80)
    uri = models.CharField(max_length=400)
    kept_until = models.DateTimeField()
    source_key = models.CharField(max_length=120, help_text="The same key keeps one file.")
    kept_at = models.DateTimeField()
    kept_by_label = models.CharField(max_length=100)

    class Meta:
        ordering = ["kept_at"]
        constraints = [
            models.UniqueConstraint(fields=["force", "source_key"], name="kept_source_once"),
            models.CheckConstraint(condition=Exact(Length("sha256"), 64), name="kept_hash_length"),
            models.CheckConstraint(condition=Q(size__gte=1), name="kept_not_empty"),
            models.CheckConstraint(condition=~Q(uri=""), name="kept_has_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.mime} {self.sha256[:12]}"
