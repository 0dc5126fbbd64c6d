"""Whom to send: what units can do, what categories ask for, how fast units travel, and what a dispatcher was shown."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from incidents.querysets import SkillQuerySet
from incidents.states import ChoiceKind, SkillNeed


class Skill(ForceOwned):
    """What a crew or a vehicle can do (STANDARDS 2.10). The list is the force's own."""

    code = models.CharField(max_length=12)
    label = models.CharField(max_length=60)
    sort = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True, help_text="Untick instead of deleting.")

    objects: ClassVar[Any] = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["sort", "label"]
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="skill_code_once_per_force"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(label=""), name="skill_is_named"),
        ]

    def __str__(self) -> str:
        return self.label


class CategorySkill(ForceOwned):
    """A skill that incidents of a category ask for; without a category: every incident of an emergency grade."""

    category = models.ForeignKey(
        "incidents.IncidentCategory", models.PROTECT, related_name="+", null=True, blank=True,
        help_text="Empty: every incident of an emergency grade.",
    )  # fmt: skip
    skill = models.ForeignKey("incidents.Skill", models.PROTECT, related_name="+")
    need = models.CharField(max_length=5, choices=SkillNeed.choices, default=SkillNeed.HELPS)

    class Meta:
        ordering = ["category__code", "skill__sort"]
        verbose_name = "skill asked for"
        verbose_name_plural = "skills asked for"
        constraints = [
            models.UniqueConstraint(fields=["category", "skill"], name="category_skill_once"),
            models.UniqueConstraint(
                fields=["force", "skill"], condition=Q(category=None), name="emergency_skill_once_per_force"
            ),
            models.CheckConstraint(condition=Q(need__in=SkillNeed.values), name="category_skill_need_known"),
        ]

    def __str__(self) -> str:
        return f"{self.category or 'Any emergency'}: {self.skill}"


class TravelSpeed(ForceOwned):
    """How fast a type of unit travels, for the distance and speed model. An empty type is any other."""

    type = models.CharField(max_length=40, blank=True, help_text="As in the unit's type; empty: any other.")
    emergency = models.BooleanField(default=False, help_text="On the way to an incident of an emergency grade.")
    kmh = models.FloatField(help_text="Kilometres an hour, door to door.")
    road_factor = models.FloatField(default=1.35, help_text="Metres of road for a metre in a straight line.")

    class Meta:
        ordering = ["type", "emergency"]
        constraints = [
            models.UniqueConstraint(fields=["force", "type", "emergency"], name="travel_speed_once_per_type"),
            models.CheckConstraint(condition=Q(kmh__gte=1, kmh__lte=250), name="travel_speed_possible"),
            models.CheckConstraint(
                condition=Q(road_factor__gte=1, road_factor__lte=5), name="travel_speed_road_factor_possible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type or 'Any other'}: {self.kmh:g} km/h"


class SuggestionShown(ForceOwned):
    """A list of units as somebody saw it. Append-only: a choice that is questioned later is read beside its list.

    `offered` and `left_out` hold call signs, States, minutes, metres and the reasons in words, in the order shown.
    """

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seen_by_id = models.BigIntegerField(null=True, blank=True)
    seen_by_label = models.CharField(max_length=100)
    method = models.CharField(max_length=40, help_text="How the minutes were found.")
    lat = models.FloatField(null=True, blank=True, help_text="Where to, WGS 84; empty: not known.")
    lon = models.FloatField(null=True, blank=True)
    offered = models.JSONField()
    left_out = models.JSONField()
    units = models.PositiveIntegerField(help_text="How many units were looked at.")

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["incident", "-at"], name="suggestion_by_incident")]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat=None, lon=None)
                | Q(lat__isnull=False, lon__isnull=False, lat__gte=-90, lat__lte=90, lon__gte=-180, lon__lte=180),
                name="suggestion_place_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class UnitChoice(ForceOwned):
    """Which unit was chosen, out of which list. Append-only. `rank` is its place in it; empty: it was not offered."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+")
    resource = models.ForeignKey("incidents.Resource", models.PROTECT, related_name="+")
    shown = models.ForeignKey(
        "incidents.SuggestionShown", models.PROTECT, related_name="choices", null=True, blank=True
    )
    kind = models.CharField(max_length=8, choices=ChoiceKind.choices)
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChoiceKind.values), name="unit_choice_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind=ChoiceKind.DIVERTED) | ~Q(reason=""), name="unit_choice_divert_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(rank=None) | Q(rank__gte=1), name="unit_choice_rank_from_one"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
