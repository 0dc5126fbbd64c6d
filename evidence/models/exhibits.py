"""The exhibit and its number. Initials and number belong to the person producing it (STANDARDS 9.4)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from evidence.querysets import ExhibitQuerySet
from evidence.states import ExhibitState


class ProducerSerial(ForceOwned):
    """The last exhibit number of one producer in one incident. Its row is the lock.

    `initials` is unique in the incident: a second producer with the same initials gets a digit ("JAS2").
    """

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+")
    producer_key = models.CharField(max_length=80)
    initials = models.CharField(max_length=6)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "producer_key"], name="producer_once_per_incident"),
            models.UniqueConstraint(fields=["incident", "initials"], name="initials_once_per_incident"),
            models.CheckConstraint(condition=Q(last__lte=9999), name="producer_serial_fits_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.initials}/{self.last}"


class Exhibit(ForceOwned):
    """One thing produced in evidence: for a live video, all parts of the recording and its timeline together.

    `seal` is SHA-256 over the list of its items' hashes, set when collecting ended. `source_key` is the collector's own
    key (for example "session:<id>"): the same key opens one exhibit.
    """

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="exhibits")
    ref = models.CharField(max_length=16)
    initials = models.CharField(max_length=6)
    number = models.PositiveIntegerField()
    producer_id = models.BigIntegerField(null=True, blank=True)
    producer_label = models.CharField(max_length=100)
    description = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=ExhibitState.choices, default=ExhibitState.COLLECTING)
    opened_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True, blank=True)
    seal = models.CharField(max_length=64, blank=True)
    source_key = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ExhibitQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "ref"], name="exhibit_ref_once_per_incident"),
            models.UniqueConstraint(fields=["force", "source_key"], name="exhibit_source_once"),
            models.CheckConstraint(condition=Q(number__gte=1) & Q(number__lte=9999), name="exhibit_number_in_range"),
            models.CheckConstraint(condition=Q(state__in=ExhibitState.values), name="exhibit_state_known"),
            models.CheckConstraint(
                condition=~Q(state=ExhibitState.SEALED) | Q(Exact(Length("seal"), 64), sealed_at__isnull=False),
                name="exhibit_sealed_has_seal",
            ),
        ]

    def __str__(self) -> str:
        return self.ref

    @property
    def is_sealed(self) -> bool:
        return self.state == ExhibitState.SEALED
