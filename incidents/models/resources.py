"""Units on duty and which incident they go to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from incidents.querysets import AssignmentQuerySet
from incidents.states import OFF_DUTY_UNIT, AssignmentStatus


class Resource(ForceOwned):
    """A unit that can be sent. Position is WGS84 degrees with its time; never one without the other."""

    call_sign = models.CharField(max_length=12)
    type = models.CharField(max_length=40, blank=True, help_text="Response car, ARV, van, foot.")
    crew = models.CharField(max_length=200, blank=True)
    crew_size = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How many; empty: not known.")
    skills = models.ManyToManyField("incidents.Skill", related_name="+", blank=True)
    issi = models.CharField(max_length=8, blank=True, help_text="Of its radio terminal: at most eight digits.")
    status = models.ForeignKey("incidents.ResourceStatus", models.PROTECT, related_name="+")
    status_at = models.DateTimeField(null=True, blank=True, help_text="When it took its State, by its source's clock.")
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    position_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["call_sign"]
        constraints = [
            models.UniqueConstraint(fields=["force", "call_sign"], name="call_sign_once_per_force"),
            models.UniqueConstraint(fields=["force", "issi"], condition=~Q(issi=""), name="issi_once_per_force"),
            models.CheckConstraint(condition=Q(issi="") | Q(issi__regex=r"^[0-9]{1,8}$"), name="issi_is_digits"),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None, position_at=None)
                | Q(
                    lat__isnull=False,
                    lon__isnull=False,
                    position_at__isnull=False,
                    lat__gte=-90,
                    lat__lte=90,
                    lon__gte=-180,
                    lon__lte=180,
                ),  # an unknown value satisfies every comparison
                name="resource_position_whole",
            ),
        ]

    @property
    def is_off_duty(self) -> bool:
        """A person who called for help while they were no unit."""
        return self.type == OFF_DUTY_UNIT

    def __str__(self) -> str:
        return self.call_sign

    @property
    def status_code(self) -> str:
        return self.status.code


class Assignment(ForceOwned):
    """One unit sent to one incident. A unit has at most one that is not stood down."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="assignments")
    resource = models.ForeignKey("incidents.Resource", models.PROTECT, related_name="assignments")
    status = models.CharField(max_length=12, choices=AssignmentStatus.choices, default=AssignmentStatus.ASSIGNED)
    assigned_at = models.DateTimeField()
    assigned_by_label = models.CharField(max_length=100)
    en_route_at = models.DateTimeField(null=True, blank=True)
    at_scene_at = models.DateTimeField(null=True, blank=True)
    stood_down_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["assigned_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource"], condition=~Q(status=AssignmentStatus.STOOD_DOWN), name="unit_on_one_incident"
            ),
            models.CheckConstraint(condition=Q(status__in=AssignmentStatus.values), name="assignment_status_known"),
            models.CheckConstraint(
                condition=Q(status=AssignmentStatus.STOOD_DOWN, stood_down_at__isnull=False)
                | (~Q(status=AssignmentStatus.STOOD_DOWN) & Q(stood_down_at=None)),
                name="assignment_stood_down_is_timed",
            ),
        ]
