"""The force's own tables: response grades, categories, resource States. Edited in the admin, never deleted in use."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from core.models.base import ForceOwned
from incidents.outlines import read_outline
from incidents.states import CategoryGroup, ClockStart, Deployable, GradeColour, ResourceStatusKind, StateEffect


class ResponseGrade(ForceOwned):
    """A response grade of one force (STANDARDS 2.3). Targets are whole minutes; none means no target."""

    code = models.CharField(max_length=4, help_text="The letter on the board: I, P, S, A, R.")
    label = models.CharField(max_length=60)
    emergency = models.BooleanField(
        default=False, help_text="Immediate: without a unit it goes to the top section of every board."
    )
    attend_target_min = models.PositiveIntegerField(null=True, blank=True, help_text="Minutes to attend.")
    rural_target_min = models.PositiveIntegerField(null=True, blank=True, help_text="Minutes to attend, rural.")
    dispatch_target_min = models.PositiveIntegerField(null=True, blank=True, help_text="Minutes to dispatch.")
    clock_start = models.CharField(max_length=8, choices=ClockStart.choices, default=ClockStart.RECEIVED)
    colour = models.CharField(max_length=8, choices=GradeColour.choices, default=GradeColour.GREY)
    sort = models.PositiveSmallIntegerField(help_text="1 is the most urgent. A higher number is a downgrade.")
    active = models.BooleanField(default=True, help_text="Untick instead of deleting.")

    class Meta:
        ordering = ["sort"]
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="grade_code_once_per_force"),
            models.UniqueConstraint(fields=["force", "sort"], name="grade_sort_once_per_force"),
            models.CheckConstraint(condition=models.Q(colour__in=GradeColour.values), name="grade_colour_known"),
            models.CheckConstraint(condition=models.Q(clock_start__in=ClockStart.values), name="grade_clock_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.label}"


def check_outline(text: str) -> None:
    """For the administrator's form."""
    try:
        read_outline(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class AttendanceArea(ForceOwned):
    """An area of a force whose incidents have the urban or the rural attendance target (STANDARDS 2.3).

    Where two overlap the smaller one counts; outside of all areas it is urban.
    """

    name = models.CharField(max_length=80)
    rural = models.BooleanField(default=True, help_text="Untick for an urban area inside a rural one.")
    outline = models.TextField(
        max_length=20_000, validators=[check_outline],
        help_text="Corners in their order: latitude,longitude and a space between two corners.",
    )  # fmt: skip
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["force", "name"], name="attendance_area_once_per_force"),
            models.CheckConstraint(condition=~models.Q(outline=""), name="attendance_area_has_corners"),
        ]

    def __str__(self) -> str:
        return self.name


class IncidentCategory(ForceOwned):
    """An NSIR category of one force (STANDARDS 2.5): three digits, which differ by force."""

    code = models.CharField(max_length=3)
    name = models.CharField(max_length=100)
    group = models.CharField(max_length=10, choices=CategoryGroup.choices)
    active = models.BooleanField(default=True, help_text="Untick instead of deleting.")

    class Meta:
        ordering = ["code"]
        verbose_name_plural = "incident categories"
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="category_code_once_per_force"),
            models.CheckConstraint(condition=Exact(Length("code"), 3), name="category_code_three_characters"),
            models.CheckConstraint(condition=models.Q(group__in=CategoryGroup.values), name="category_group_known"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ResourceStatus(ForceOwned):
    """A radio State of one force (STANDARDS 2.9). State 0 is an emergency, not a standing status."""

    code = models.CharField(max_length=2)
    label = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=ResourceStatusKind.choices, default=ResourceStatusKind.STANDING)
    deployable = models.CharField(max_length=8, choices=Deployable.choices, default=Deployable.NO)
    auto_log = models.BooleanField(default=False, help_text="Write a log entry when a unit takes this State.")
    effect = models.CharField(max_length=10, choices=StateEffect.choices, blank=True, default=StateEffect.NONE)
    category = models.ForeignKey(
        "incidents.IncidentCategory", models.PROTECT, related_name="+", null=True, blank=True,
        help_text="Of an emergency: the opening category of the incident it opens.",
    )  # fmt: skip
    sort = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["sort"]
        verbose_name_plural = "resource statuses"
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="resource_status_once_per_force"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ResourceStatusKind.values), name="resource_status_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(deployable__in=Deployable.values), name="resource_status_deployable_known"
            ),
            models.CheckConstraint(
                condition=models.Q(effect__in=StateEffect.values), name="resource_status_effect_known"
            ),
        ]

    def __str__(self) -> str:
        return f"State {self.code} {self.label}"
