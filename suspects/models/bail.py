"""Bail, its conditions, curfew hours, checks at the door, breaches (STANDARDS 7.4, 7.5)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from suspects.querysets import BailQuerySet
from suspects.states import BailType, BreachState, CurfewOutcome


class Bail(ForceOwned):
    """One grant of bail, licence or order, with who answers for it."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="bails")
    type = models.CharField(max_length=24, choices=BailType.choices)
    authority = models.CharField(max_length=80, help_text="Court or custody suite that granted it.")
    offence = models.CharField(max_length=120, blank=True)
    crime_ref = models.CharField(max_length=30, blank=True)
    power_if_broken = models.CharField(max_length=120, help_text="arrest under Bail Act s.7(3). Court within 24 h.")
    oic = models.ForeignKey("core.User", models.PROTECT, related_name="+", null=True, blank=True)
    oic_label = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    next_appearance = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60)
    confirmed_at = models.DateTimeField(help_text="When the source last said so.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()

    objects: ClassVar[Any] = BailQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")), name="bail_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.type


class BailCondition(ForceOwned):
    """One condition by its CJS code. A zone is a polygon, [[lon, lat], …] in WGS84 degrees."""

    bail = models.ForeignKey("suspects.Bail", models.PROTECT, related_name="conditions")
    kind = models.ForeignKey("suspects.ConditionKind", models.PROTECT, related_name="+")
    text = models.CharField(max_length=2500)
    address = models.ForeignKey("suspects.Address", models.PROTECT, related_name="+", null=True, blank=True)
    zone = models.JSONField(default=list, blank=True)
    persons = models.CharField(max_length=200, blank=True)
    tagged = models.BooleanField(default=False, help_text="Electronically monitored.")
    checks_per_night = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Fewer than the force's own limit, when the condition says so."
    )
    quiet_hours_authorised = models.CharField(
        max_length=100, blank=True, help_text="The inspector who allows a knock in quiet hours."
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind__code", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="condition_says_what")]

    def __str__(self) -> str:
        return self.text


class CurfewSlot(ForceOwned):
    """Start and length, so that a night over midnight is one slot. Local time; Monday is 0."""

    condition = models.ForeignKey("suspects.BailCondition", models.PROTECT, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    start = models.TimeField()
    minutes = models.PositiveSmallIntegerField(help_text="Length by the wall clock.")

    class Meta:
        ordering = ["weekday", "start"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "weekday", "start"], name="curfew_slot_once"),
            models.CheckConstraint(
                condition=Q(weekday__lte=6, minutes__gte=1, minutes__lte=1440), name="curfew_slot_within_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.start}"


class CurfewCheck(ForceOwned):
    """One visit to the door. `night` is the local date the slot began. Append-only."""

    condition = models.ForeignKey("suspects.BailCondition", models.PROTECT, related_name="checks")
    night = models.DateField()
    attempt = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    officer = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    officer_label = models.CharField(max_length=100)
    call_sign = models.CharField(max_length=16, blank=True)
    method = models.CharField(max_length=10, default="DOOR")
    outcome = models.CharField(max_length=24, choices=CurfewOutcome.choices)
    note = models.CharField(max_length=500, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    accuracy_m = models.FloatField(null=True, blank=True)
    distance_m = models.FloatField(null=True, blank=True)
    photo_id = models.UUIDField(null=True, blank=True, help_text="Kept file of the evidence room.")
    body_worn_ref = models.CharField(max_length=40, blank=True)
    client_key = models.UUIDField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["force", "client_key"], name="curfew_check_sent_once"),
            models.UniqueConstraint(fields=["condition", "night", "attempt"], name="curfew_attempt_once_per_night"),
        ]
        indexes = [models.Index(fields=["condition", "night"], name="curfew_checks_of_a_night")]

    def __str__(self) -> str:
        return self.outcome


class CurfewBreach(ForceOwned):
    """A task for the officer in the case: once per condition and night."""

    condition = models.ForeignKey("suspects.BailCondition", models.PROTECT, related_name="breaches")
    night = models.DateField()
    reference = models.CharField(max_length=20)
    state = models.CharField(max_length=16, choices=BreachState.choices, default=BreachState.RAISED)
    raised_at = models.DateTimeField()
    raised_by_label = models.CharField(max_length=100)
    statement = models.CharField(max_length=2000, help_text="A note for a statement, from what was logged.")
    wanted = models.ForeignKey("suspects.WantedRecord", models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_label = models.CharField(max_length=100, blank=True)
    decision_text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(fields=["condition", "night"], name="one_breach_per_night"),
            models.UniqueConstraint(fields=["force", "reference"], name="breach_reference_once_per_force"),
            models.CheckConstraint(
                condition=~Q(state=BreachState.WANTED_DRAFTED) | Q(wanted__isnull=False), name="drafted_breach_names_it"
            ),
        ]

    def __str__(self) -> str:
        return self.reference
