"""Wanted records, reservations ("Click & Collect"), operations not to be disturbed (STANDARDS 7.1–7.3, 7.6)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from suspects.querysets import OperationQuerySet, ReservationQuerySet, WantedQuerySet
from suspects.states import LIVE_RESERVATION, ReservationState, WantedState, WarrantCategory


class WantedRecord(ForceOwned):
    """Why a person is wanted, by whom and how soon. The basis decides the power; nothing else does."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="wanted")
    basis = models.ForeignKey("suspects.WantedBasis", models.PROTECT, related_name="+")
    band = models.ForeignKey("suspects.PriorityBand", models.PROTECT, related_name="+")
    band_reason = models.CharField(max_length=200, blank=True)
    offence = models.CharField(max_length=120)
    offence_code = models.CharField(max_length=8, blank=True)
    crime_ref = models.CharField(max_length=30, blank=True)
    urn = models.CharField(max_length=13, blank=True)
    warrant_category = models.CharField(max_length=1, choices=WarrantCategory.choices, blank=True)
    court = models.CharField(max_length=80, blank=True)
    bail_backed = models.BooleanField(default=False)
    execute_conditions = models.CharField(max_length=120, blank=True)
    two_officers = models.BooleanField(default=False, help_text="Not to be approached by one officer alone.")
    armed_only = models.BooleanField(default=False, help_text="Authorised firearms officers only.")
    address = models.ForeignKey("suspects.Address", models.PROTECT, related_name="+", null=True, blank=True)
    area = models.CharField(max_length=40, blank=True)
    owner_unit = models.CharField(max_length=60, blank=True)
    oic = models.ForeignKey("core.User", models.PROTECT, related_name="+", null=True, blank=True)
    oic_label = models.CharField(max_length=100, blank=True)
    contact_text = models.CharField(max_length=120, blank=True, help_text="Locate/trace: whom to ask them to call.")
    source = models.CharField(max_length=60)
    grounds_known_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField()
    circulated_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    review_due = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=WantedState.choices, default=WantedState.ACTIVE)
    opened_by_label = models.CharField(max_length=100, blank=True)
    opened_by = models.ForeignKey("core.User", models.PROTECT, related_name="+", null=True, blank=True)
    approved_by_label = models.CharField(max_length=100, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = WantedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[WantedState.DRAFT, WantedState.ACTIVE], closed_at=None)
                | (Q(state__in=[WantedState.IN_CUSTODY, WantedState.CANCELLED]) & Q(closed_at__isnull=False)),
                name="wanted_closed_is_timed",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "state", "due_at"], name="wanted_by_state"),
        ]

    def __str__(self) -> str:
        return self.offence


class WantedChange(ForceOwned):
    """What became of a wanted record, step by step. Append-only."""

    wanted = models.ForeignKey("suspects.WantedRecord", models.PROTECT, related_name="changes")
    at = models.DateTimeField()
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    by_label = models.CharField(max_length=100)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.to_state


class Reservation(ForceOwned):
    """An officer has a wanted person, until `expires_at`. At most one that lives per person: the database says so."""

    wanted = models.ForeignKey("suspects.WantedRecord", models.PROTECT, related_name="reservations")
    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="reservations")
    state = models.CharField(max_length=14, choices=ReservationState.choices, default=ReservationState.RESERVED)
    holder = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    holder_label = models.CharField(max_length=100)
    call_sign = models.CharField(max_length=16, blank=True)
    reserved_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    active_at = models.DateTimeField(help_text="The last thing the holder did: activity extends the lease.")
    extensions = models.PositiveSmallIntegerField(default=0)
    acknowledged = models.JSONField(default=list, help_text="Warnings ticked: marker, code, at.")
    address = models.ForeignKey("suspects.Address", models.PROTECT, related_name="+", null=True, blank=True)
    plan_text = models.CharField(max_length=300, blank=True)
    plan_units = models.CharField(max_length=120, blank=True)
    eta_at = models.DateTimeField(null=True, blank=True)
    necessity = models.JSONField(default=list, help_text="Codes of PACE s.24(5).")
    necessity_text = models.CharField(max_length=500, blank=True)
    grounds_text = models.CharField(max_length=500, blank=True, help_text="Suspicion: not the same as necessity.")
    receipt_id = models.UUIDField(null=True, blank=True, help_text="What the holder was shown before reserving.")
    previous = models.OneToOneField("self", models.PROTECT, related_name="next", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_label = models.CharField(max_length=100, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    client_key = models.UUIDField(help_text="Of the tap: the same tap twice is one reservation.")
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ReservationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(state__in=LIVE_RESERVATION), name="one_live_reservation_per_person"
            ),
            models.UniqueConstraint(fields=["force", "client_key"], name="reservation_tap_once"),
            models.CheckConstraint(condition=Q(state__in=ReservationState.values), name="reservation_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=LIVE_RESERVATION, ended_at=None)
                | (~Q(state__in=LIVE_RESERVATION) & Q(ended_at__isnull=False)),
                name="reservation_end_is_timed",
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(ended_at=None), name="reservation_lease")]

    def __str__(self) -> str:
        return f"{self.call_sign} {self.state}"


class ReservationStep(ForceOwned):
    """What happened to a reservation. Append-only."""

    reservation = models.ForeignKey("suspects.Reservation", models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    verb = models.CharField(max_length=20)
    from_state = models.CharField(max_length=14, blank=True)
    to_state = models.CharField(max_length=14)
    by_label = models.CharField(max_length=100)
    text = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.verb


class ReservationResult(ForceOwned):
    """How an attempt ended, as the officer recorded it (STANDARDS 7.6). Append-only."""

    reservation = models.OneToOneField("suspects.Reservation", models.PROTECT, related_name="result")
    outcome = models.CharField(max_length=14, choices=ReservationState.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    place_text = models.CharField(max_length=120, blank=True)
    custody_ref = models.CharField(max_length=30, blank=True)
    asn = models.CharField(max_length=24, blank=True)
    asn_verified = models.BooleanField(default=False)
    cautioned = models.BooleanField(null=True, blank=True)
    reply = models.CharField(max_length=300, blank=True)
    necessity = models.JSONField(default=list)
    necessity_text = models.CharField(max_length=500, blank=True)
    use_of_force = models.BooleanField(null=True, blank=True)
    body_worn_ref = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    by_label = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome=ReservationState.ARRESTED) | (~Q(custody_ref="") & ~Q(place_text="")),
                name="arrest_says_where_and_custody",
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class Operation(ForceOwned):
    """A planned operation: until it ends, nobody approaches the person. Its name is for those who run it alone."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="operations")
    name = models.CharField(max_length=60)
    call_number = models.CharField(max_length=35, help_text="What an officer who taps is told to call.")
    owner = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    owner_label = models.CharField(max_length=100)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = OperationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="operation_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(call_number=""), name="operation_has_a_number_to_call"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OperationLook(ForceOwned):
    """Who looked at, or tapped, a person under an operation. Append-only."""

    operation = models.ForeignKey("suspects.Operation", models.PROTECT, related_name="looks")
    at = models.DateTimeField()
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+", null=True, blank=True)
    label = models.CharField(max_length=100)
    call_sign = models.CharField(max_length=16, blank=True)
    what = models.CharField(max_length=20, help_text="card, profile, check, reserve")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.what
