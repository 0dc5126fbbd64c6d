"""What is known or believed: markers, intelligence, images, documents (STANDARDS 5.7, 8.1)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from suspects.querysets import IntelligenceQuerySet, MarkerQuerySet
from suspects.states import IntelState


def _one_of(*names: str) -> Q:
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


class Marker(ForceOwned):
    """A warning or information about one person, vehicle or address. Never without reason, source and dates."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="markers", null=True, blank=True)
    vehicle = models.ForeignKey("suspects.Vehicle", models.PROTECT, related_name="markers", null=True, blank=True)
    address = models.ForeignKey("suspects.Address", models.PROTECT, related_name="markers", null=True, blank=True)
    kind = models.ForeignKey("suspects.MarkerKind", models.PROTECT, related_name="+")
    text = models.CharField(max_length=300, help_text="What, and towards whom.")
    source = models.CharField(max_length=60)
    event_date = models.DateField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by_label = models.CharField(max_length=100)
    review_due = models.DateField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=100, blank=True)
    removed_reason = models.CharField(max_length=200, blank=True)

    objects: ClassVar[Any] = MarkerQuerySet.as_manager()

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.CheckConstraint(condition=_one_of("person", "vehicle", "address"), name="marker_of_one"),
            models.CheckConstraint(condition=~Q(text="") & ~Q(source=""), name="marker_is_explained"),
            models.CheckConstraint(
                condition=Q(removed_at=None) | ~Q(removed_reason=""), name="marker_removed_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.kind_id)


class IntelligenceReport(ForceOwned):
    """3x5x2 (STANDARDS 8.1): `grading` is source, assessment and handling together, for example "2BC".

    `text` is sanitised for officers. The identity of a source is never held here: there is no field for it.
    """

    urn = models.CharField(max_length=30)
    grading = models.CharField(max_length=3)
    handling_conditions = models.CharField(max_length=200, blank=True, help_text="Required for handling code C.")
    text = models.CharField(max_length=2000)
    is_opinion = models.BooleanField(default=True)
    occurred_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField()
    submitted_by_label = models.CharField(max_length=100)
    submitted_by = models.ForeignKey("core.User", models.PROTECT, related_name="+", null=True, blank=True)
    graded_by_label = models.CharField(max_length=100, blank=True)
    review_due = models.DateField()
    state = models.CharField(max_length=12, choices=IntelState.choices, default=IntelState.SUBMITTED)

    objects: ClassVar[Any] = IntelligenceQuerySet.as_manager()

    class Meta:
        ordering = ["-submitted_at"]
        constraints = [
            models.UniqueConstraint(fields=["force", "urn"], name="intelligence_urn_once_per_force"),
            models.CheckConstraint(condition=Q(grading__regex=r"^[123][A-E][PC]$"), name="grading_is_3x5x2"),
            models.CheckConstraint(
                condition=Q(grading__endswith="P") | ~Q(handling_conditions=""), name="handling_c_says_its_conditions"
            ),
        ]

    def __str__(self) -> str:
        return self.urn


class IntelligenceSubject(ForceOwned):
    """Whom or what a report is about."""

    report = models.ForeignKey("suspects.IntelligenceReport", models.PROTECT, related_name="subjects")
    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="intelligence", null=True, blank=True)
    vehicle = models.ForeignKey("suspects.Vehicle", models.PROTECT, related_name="intelligence", null=True, blank=True)
    address = models.ForeignKey("suspects.Address", models.PROTECT, related_name="intelligence", null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_of("person", "vehicle", "address"), name="intelligence_about_one"),
        ]

    def __str__(self) -> str:
        return str(self.report_id)


class PersonImage(ForceOwned):
    """A picture of a person. The bytes are in evidence storage: the original and a reduced copy without metadata."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="images")
    original_id = models.UUIDField(help_text="Kept file of the evidence room.")
    reduced_id = models.UUIDField(help_text="Kept file: JPEG, at most 640 pixels wide, no metadata.")
    kind = models.CharField(max_length=20, default="CUSTODY")
    taken_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-taken_on", "-recorded_at"]

    def __str__(self) -> str:
        return self.kind


class PersonDocument(ForceOwned):
    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="documents")
    file_id = models.UUIDField(help_text="Kept file of the evidence room.")
    title = models.CharField(max_length=120)
    mime = models.CharField(max_length=60)
    size_bytes = models.PositiveBigIntegerField()
    dated = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-recorded_at"]

    def __str__(self) -> str:
        return self.title
