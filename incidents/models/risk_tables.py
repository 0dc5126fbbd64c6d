"""The force's own tables of risk: criteria of a grade, vulnerability flags, qualifiers; and what was set of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned


class ForceWord(ForceOwned):
    """A word of the force's list, kept as a code."""

    code = models.CharField(max_length=24)
    label = models.CharField(max_length=100)
    sort = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True, help_text="Untick instead of deleting.")

    class Meta:
        abstract = True
        ordering = ["sort", "label"]
        constraints = [
            models.UniqueConstraint(fields=["force", "code"], name="%(class)s_code_once_per_force"),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Z0-9_]+$"), name="%(class)s_code_plain"),
        ]

    def __str__(self) -> str:
        return self.label


class VulnerabilityFlag(ForceWord):
    """What makes a person in it vulnerable (STANDARDS 2.4)."""


class Qualifier(ForceWord):
    """NSIR qualifier (STANDARDS 2.5)."""


class GradeCriterion(ForceWord):
    """A reason for a grade (STANDARDS 2.3), ticked on the call form; kept as its code with the grading."""

    grade = models.ForeignKey("incidents.ResponseGrade", models.PROTECT, related_name="criteria")

    class Meta(ForceWord.Meta):
        abstract = False
        verbose_name_plural = "grade criteria"


class GradeTick(ForceOwned):
    """One criterion that was met when a grade was given. The code stays when the force edits its table."""

    change = models.ForeignKey("incidents.GradeChange", models.PROTECT, related_name="ticks")
    code = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "code"], name="grade_tick_once")]


class SetMark(ForceOwned):
    """A word set on an incident: by whom and when; taken off again by whom and when."""

    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="%(class)ss")
    at = models.DateTimeField()
    by_label = models.CharField(max_length=100)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True
        ordering = ["word__sort"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "word"], condition=Q(removed_at=None), name="%(class)s_set_once"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by_label="")
                | (Q(removed_at__isnull=False) & ~Q(removed_by_label="")),
                name="%(class)s_removal_is_signed",
            ),
        ]


class IncidentFlag(SetMark):
    word = models.ForeignKey("incidents.VulnerabilityFlag", models.PROTECT, related_name="+")


class IncidentQualifier(SetMark):
    word = models.ForeignKey("incidents.Qualifier", models.PROTECT, related_name="+")


class RiskSettings(ForceOwned):
    """A force's ways: THRIVE or THRIVE+, how its crime numbers look. No row: THRIVE, any crime number."""

    thrive_plus = models.BooleanField(default=False, help_text="Ask for prevention and intervention as well.")
    crime_number_pattern = models.CharField(
        max_length=30, blank=True, help_text="9 a digit, A a letter, anything else itself: 42/999999/99. Empty: any."
    )

    class Meta:
        verbose_name_plural = "risk settings"
        constraints = [models.UniqueConstraint(fields=["force"], name="risk_settings_once_per_force")]
