"""Who is on duty: booked on with a call sign for a shift, and booked off, or past the shift's end."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from incidents.querysets import DutyQuerySet


class Duty(ForceOwned):
    """One shift of one person. On duty: not booked off, and `until` not yet reached. Times are UTC.

    A person has at most one that is not booked off; one that ran out is closed when they book on again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    call_sign = models.CharField(max_length=16)
    booked_on_at = models.DateTimeField()
    booked_off_at = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(help_text="End of the shift: off duty from then on, booked off or not.")

    objects: ClassVar[Any] = DutyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "duties"
        ordering = ["-booked_on_at"]
        indexes = [models.Index(fields=["force", "until"], condition=Q(booked_off_at=None), name="duty_on")]
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(booked_off_at=None), name="duty_one_at_a_time"),
            models.CheckConstraint(condition=Q(until__gt=F("booked_on_at")), name="duty_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(booked_off_at=None) | Q(booked_off_at__gte=F("booked_on_at")), name="duty_off_after_on"
            ),
            models.CheckConstraint(condition=~Q(call_sign=""), name="duty_has_a_call_sign"),
        ]

    def __str__(self) -> str:
        return self.call_sign

    def is_on(self, at: datetime) -> bool:
        return self.booked_off_at is None and at < self.until
