"""The telephony systems that may tell us of calls, and each thing they told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from incidents.querysets import SeatQuerySet
from incidents.states import CallEventKind, UnspokenKind


class TelephonyConnection(ForceOwned):
    """One system of the force that speaks to the calls API. Its token is shown once; the database holds its SHA-256."""

    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    enabled = models.BooleanField(default=True, help_text="Untick to revoke its token.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["force", "name"], name="telephony_name_once_per_force"),
            models.CheckConstraint(condition=Exact(Length("token_hash"), 64), name="telephony_token_is_hashed"),
            models.CheckConstraint(condition=~Q(name=""), name="telephony_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CallEvent(ForceOwned):
    """One thing told about a call, in the order it came. `digest` tells a repeat from another event under one id."""

    contact = models.ForeignKey("incidents.Contact", models.PROTECT, related_name="events")
    event_id = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=CallEventKind.choices)
    at = models.DateTimeField(help_text="By the telephony system's clock.")
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["contact", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "event_id"], name="call_event_once"),
            models.UniqueConstraint(fields=["contact", "seq"], name="call_event_order"),
            models.CheckConstraint(condition=Q(kind__in=CallEventKind.values), name="call_event_kind_known"),
        ]


class UnspokenDefault(ForceOwned):
    """With which category and grade an abandoned or a silent call starts, as the force decides."""

    kind = models.CharField(max_length=10, choices=UnspokenKind.choices)
    category = models.ForeignKey("incidents.IncidentCategory", models.PROTECT, related_name="+")
    grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["force", "kind"], name="unspoken_default_once"),
            models.CheckConstraint(condition=Q(kind__in=UnspokenKind.values), name="unspoken_kind_known"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Seat(ForceOwned):
    """Who sits where: the position a person named when they signed in. `position` is compared, so it is kept as
    capital letters and digits alone. It ends with the sign-in: at the latest at `until`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    position = models.CharField(max_length=20)
    since = models.DateTimeField()
    until = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        indexes = [models.Index(fields=["force", "position"], condition=Q(left_at=None), name="seat_taken")]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(left_at=None), name="seat_one_at_a_time"),
            models.CheckConstraint(condition=~Q(position=""), name="seat_has_a_position"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="seat_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(left_at=None) | Q(left_at__gte=F("since")), name="seat_left_after"),
        ]

    def __str__(self) -> str:
        return self.position
