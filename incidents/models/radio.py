"""What units say by radio, terminal or phone: their States, messages and emergencies, and who may bring them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from incidents.querysets import EmergencyQuerySet, UnitMessageQuerySet
from incidents.states import EmergencyStatus, StateSource


def _whole_place(prefix: str) -> models.CheckConstraint:
    inside = Q(lat__isnull=False, lon__isnull=False, lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180)
    return models.CheckConstraint(condition=Q(lat=None, lon=None) | inside, name=f"{prefix}_place_whole")


class StateChange(ForceOwned):
    """One State a unit said, append-only (STANDARDS 2.9). `taken` is False for one that came late."""

    resource = models.ForeignKey("incidents.Resource", models.PROTECT, related_name="+")
    from_code = models.CharField(max_length=2, blank=True)
    to_code = models.CharField(max_length=2)
    at = models.DateTimeField(help_text="By the source's clock.")
    received_at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=StateSource.choices)
    by_label = models.CharField(max_length=100)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+", null=True, blank=True)
    taken = models.BooleanField(default=True)
    key = models.UUIDField(null=True, blank=True, help_text="A phone's own, for a State it may send twice.")

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["resource", "-at"], name="state_change_by_unit")]
        constraints = [
            # with a condition it is an index: SQLite would build the table anew, and lose its triggers
            models.UniqueConstraint(
                fields=["force", "key"], condition=Q(key__isnull=False), name="state_change_once_per_key"
            ),
            models.CheckConstraint(condition=Q(source__in=StateSource.values), name="state_change_source_known"),
            models.CheckConstraint(condition=~Q(to_code=""), name="state_change_has_a_state"),
            _whole_place("state_change"),
        ]

    def __str__(self) -> str:
        return f"{self.from_code or '–'} to {self.to_code}"


class UnitMessage(ForceOwned):
    """A message State (12 to 16): a unit wants to be called, or says that it received. Open until somebody dealt with
    it."""

    resource = models.ForeignKey("incidents.Resource", models.PROTECT, related_name="+")
    code = models.CharField(max_length=2)
    label = models.CharField(max_length=60)
    at = models.DateTimeField()
    source = models.CharField(max_length=10, choices=StateSource.choices)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by_label = models.CharField(max_length=100, blank=True)

    objects: ClassVar[Any] = UnitMessageQuerySet.as_manager()

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "code"], condition=Q(answered_at=None), name="unit_message_waits_once"
            ),
            models.CheckConstraint(condition=Q(source__in=StateSource.values), name="unit_message_source_known"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by_label="")
                | (Q(answered_at__isnull=False) & ~Q(answered_by_label="")),
                name="unit_message_answer_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"State {self.code} {self.label}"


class Emergency(ForceOwned):
    """State 0 of one unit, from the press to its end. A unit has at most one that is not over."""

    resource = models.ForeignKey("incidents.Resource", models.PROTECT, related_name="+")
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=EmergencyStatus.choices, default=EmergencyStatus.RAISED)
    raised_at = models.DateTimeField()
    last_pressed_at = models.DateTimeField()
    presses = models.PositiveIntegerField(default=1)
    source = models.CharField(max_length=10, choices=StateSource.choices)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    position_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by_label = models.CharField(max_length=100, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    over_by_label = models.CharField(max_length=100, blank=True)
    outcome = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = EmergencyQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        verbose_name_plural = "emergencies"
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=~Q(status=EmergencyStatus.OVER), name="emergency_one_at_a_time"
            ),
            models.CheckConstraint(condition=Q(status__in=EmergencyStatus.values), name="emergency_status_known"),
            models.CheckConstraint(condition=Q(source__in=StateSource.values), name="emergency_source_known"),
            models.CheckConstraint(condition=Q(presses__gte=1), name="emergency_was_pressed"),
            models.CheckConstraint(
                condition=Q(status=EmergencyStatus.RAISED, acknowledged_at=None, acknowledged_by_label="")
                | (~Q(status=EmergencyStatus.RAISED) & Q(acknowledged_at__isnull=False) & ~Q(acknowledged_by_label="")),
                name="emergency_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=(~Q(status=EmergencyStatus.OVER) & Q(over_at=None, over_by_label=""))
                | (Q(status=EmergencyStatus.OVER, over_at__isnull=False) & ~Q(over_by_label="") & ~Q(outcome="")),
                name="emergency_over_is_whole",
            ),
            _whole_place("emergency"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class RadioConnection(ForceOwned):
    """A radio interface that may say States of a force's units. Its token is shown once and kept as its hash."""

    name = models.CharField(max_length=60, help_text="As it stands in the log: Airwave gateway.")
    source = models.CharField(max_length=10, choices=StateSource.choices, default=StateSource.RADIO)
    token_hash = models.CharField(max_length=64, unique=True)
    enabled = models.BooleanField(default=True)
    last_heard_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["force", "name"], name="radio_connection_named_once"),
            models.CheckConstraint(condition=Q(source__in=StateSource.values), name="radio_connection_source_known"),
            models.CheckConstraint(condition=Exact(Length("token_hash"), 64), name="radio_connection_token_is_hashed"),
        ]

    def __str__(self) -> str:
        return self.name


class RadioMessage(ForceOwned):
    """Every message a connection sent, once, and what became of it. Append-only; a refused one is kept too."""

    connection = models.ForeignKey("incidents.RadioConnection", models.PROTECT, related_name="+")
    message_id = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    at = models.DateTimeField()
    unit = models.CharField(max_length=16, help_text="Call sign or ISSI, as it was sent.")
    state = models.CharField(max_length=4)
    refused = models.CharField(max_length=20, blank=True, help_text="Why not, as a code; empty: taken.")
    late = models.BooleanField(default=False)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(fields=["connection", "message_id"], name="radio_message_once"),
            models.CheckConstraint(condition=~Q(message_id=""), name="radio_message_has_an_id"),
        ]

    def __str__(self) -> str:
        return self.message_id
