"""The incident, its daily serial, and the history of its grade."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from core.models.base import ForceOwned
from incidents.querysets import IncidentQuerySet
from incidents.states import SERIAL_LIMIT, Channel, IncidentStatus
from incidents.thrive import AsbClass, AsbType


def reference_of(serial: int, local_date: date) -> str:
    return f"{serial} of {local_date:%d/%m/%Y}"


class IncidentSerial(ForceOwned):
    """The last number given out for one force, system and day (Europe/London). Its row is the lock."""

    system = models.CharField(max_length=8)
    local_date = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["force", "system", "local_date"], name="serial_one_row_per_day"),
            models.CheckConstraint(condition=Q(last__lte=SERIAL_LIMIT), name="serial_fits_reference"),
        ]


class Incident(ForceOwned):
    """One incident. Reference, grade and categories are separate fields (STANDARDS 2.3 to 2.6).

    `received_at` is when the contact reached the force, `opened_at` when the record was made; both UTC.
    `attend_by` is the target promised when the grade was set: editing the force's table later does not move it.
    `version` counts the changes a board can see.
    """

    system = models.CharField(max_length=8, default="CAD")
    local_date = models.DateField(help_text="Day of the reference, Europe/London.")
    serial = models.PositiveIntegerField()

    channel = models.CharField(max_length=20, choices=Channel.choices)
    caller_name = models.CharField(max_length=100, blank=True)
    caller_number = models.CharField(max_length=16, blank=True, help_text="E.164.")
    caller_number_withheld = models.BooleanField(
        default=False, help_text="The caller asked for it not to be passed on."
    )
    location_text = models.CharField(max_length=300, blank=True)
    location = models.ForeignKey(
        "incidents.Location", models.PROTECT, related_name="+", null=True, blank=True, help_text="The report in use."
    )
    description = models.TextField(blank=True)

    initial_grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="+")
    current_grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="incidents")
    graded_at = models.DateTimeField()
    attend_by = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True, help_text="First unit at scene (State 6).")
    assign_by = models.DateTimeField(null=True, blank=True, help_text="Target for the first unit to be assigned.")
    agreed_from = models.DateTimeField(null=True, blank=True, help_text="The time agreed with the caller.")
    agreed_until = models.DateTimeField(null=True, blank=True)
    rural = models.BooleanField(default=False, help_text="The rural attendance target counts.")
    rural_by_hand = models.BooleanField(default=False, help_text="A person chose which target counts.")
    target_area = models.CharField(max_length=80, blank=True, help_text="The area that told which target counts.")
    asb_class = models.CharField(max_length=13, choices=AsbClass.choices, blank=True)
    asb_type = models.CharField(max_length=20, choices=AsbType.choices, blank=True)
    no_crime_rationale = models.TextField(blank=True, help_text="NCRS: why no crime is recorded; a supervisor's.")
    major_declared_at = models.DateTimeField(null=True, blank=True)
    major_declared_by_label = models.CharField(max_length=100, blank=True)
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by_label = models.CharField(max_length=100, blank=True)
    opening_category = models.ForeignKey("incidents.IncidentCategory", models.PROTECT, related_name="+")
    closing_category = models.ForeignKey(
        "incidents.IncidentCategory", models.PROTECT, related_name="+", null=True, blank=True
    )
    closing_text = models.TextField(blank=True)

    status = models.CharField(max_length=8, choices=IncidentStatus.choices, default=IncidentStatus.OPEN)
    received_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    opened_by_label = models.CharField(max_length=100)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by_label = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1)
    client_key = models.UUIDField(null=True, blank=True, help_text="Made by the terminal: the same key opens once.")

    objects: ClassVar[Any] = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-opened_at"]
        indexes = [
            models.Index(fields=["force", "status", "received_at"], name="incident_board"),
            models.Index(fields=["force", "-opened_at"], name="incident_newest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["force", "system", "local_date", "serial"], name="incident_reference_once"),
            models.UniqueConstraint(fields=["force", "client_key"], name="incident_client_key_once"),
            models.CheckConstraint(
                condition=Q(serial__gte=1) & Q(serial__lte=SERIAL_LIMIT), name="incident_serial_in_range"
            ),
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="incident_status_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="incident_channel_known"),
            models.CheckConstraint(
                condition=Q(caller_number="") | Q(caller_number__startswith="+"), name="incident_number_is_e164"
            ),
            models.CheckConstraint(
                condition=(~Q(status=IncidentStatus.CLOSED) & Q(closed_at=None) & Q(closing_category=None))
                | (
                    Q(status=IncidentStatus.CLOSED)
                    & Q(closed_at__isnull=False)
                    & Q(closing_category__isnull=False)
                    & ~Q(closing_text="")
                ),
                name="incident_closed_is_complete",
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("description"), 4000), name="incident_description_length"
            ),
            models.CheckConstraint(
                condition=Q(agreed_from=None, agreed_until=None)
                | Q(agreed_from__isnull=False, agreed_until__isnull=False, agreed_until__gt=F("agreed_from")),
                name="incident_agreed_time_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(asb_class__in=["", *AsbClass.values], asb_type__in=["", *AsbType.values]),
                name="incident_asb_known",
            ),
            models.CheckConstraint(
                condition=Q(major_declared_at=None, major_declared_by_label="")
                | (Q(major_declared_at__isnull=False) & ~Q(major_declared_by_label="")),
                name="incident_major_is_signed",
            ),
            models.CheckConstraint(
                condition=Q(reopened_at=None, reopened_by_label="")
                | (Q(reopened_at__isnull=False) & ~Q(reopened_by_label="")),
                name="incident_reopening_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """As people say it: "417 of 21/11/2026"."""
        return reference_of(self.serial, self.local_date)

    @property
    def canonical(self) -> str:
        """As machines say it: "99-20261121-0417" (STANDARDS 2.6)."""
        return f"{self.force.code}-{self.local_date:%Y%m%d}-{self.serial:04d}"

    @property
    def is_open(self) -> bool:
        return self.status == IncidentStatus.OPEN


class GradeChange(ForceOwned):
    """One change of grade, append-only. The first has no `from_grade`."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="grade_changes")
    from_grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="+", null=True, blank=True)
    to_grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(from_grade=None) | ~Q(from_grade=F("to_grade")), name="grade_change_changes"
            ),
        ]
