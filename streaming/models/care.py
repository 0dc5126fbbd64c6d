"""Exposure guard: how a force covers pictures, what an incident's pictures open with, and who looked for how long.

How long somebody looked is about that person's wellbeing. It is read by them and their supervisors only, is no record
of work, and is deleted after `CarePolicy.keep_days`.
"""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import VeilLevel

EXIT_URL = "https://www.bbc.co.uk/weather"


class CarePolicy(ForceOwned):
    """One row for a force; a force without one has the defaults below."""

    guard_on = models.BooleanField("New pictures open covered", default=True)
    count_all = models.BooleanField(
        "Count every picture", default=False, help_text="Otherwise only of incidents that a person marked Graphic."
    )
    ask_minutes = models.PositiveSmallIntegerField(
        "Ask the person after (minutes)", default=20, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    hand_over_minutes = models.PositiveSmallIntegerField(
        "Offer to hand over after (minutes)", default=30, validators=[MinValueValidator(1), MaxValueValidator(600)]
    )
    keep_days = models.PositiveSmallIntegerField(
        "Keep the minutes for (days)", default=30, validators=[MinValueValidator(1), MaxValueValidator(366)]
    )

    # --- the covert page
    covert_sender = models.CharField(
        "Sender of covert texts", max_length=11, blank=True,
        help_text="A registered sender ID that says nothing of police. Empty: the provider's own number.",
    )  # fmt: skip
    covert_address = models.URLField(
        "Address of covert links", blank=True,
        help_text="A host name that says nothing of police and leads here. Empty: as of every other link.",
    )  # fmt: skip
    exit_url = models.URLField(
        "Quick exit leads to", default=EXIT_URL, help_text="A harmless page of somebody else: weather, news."
    )

    class Meta:
        verbose_name = "care policy"
        verbose_name_plural = "care policies"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["force"], name="care_policy_one_per_force"),
            models.CheckConstraint(
                condition=Q(ask_minutes__gte=1, hand_over_minutes__gte=F("ask_minutes")), name="care_asks_first"
            ),
            models.CheckConstraint(condition=Q(keep_days__gte=1, keep_days__lte=366), name="care_keeps_not_for_ever"),
        ]

    def __str__(self) -> str:
        return "guard on" if self.guard_on else "guard off"


class Exposure(ForceOwned):
    """What the pictures of one incident open with. Of the incident, not of a person; changed by `services.exposure`."""

    incident = models.OneToOneField("incidents.Incident", on_delete=models.PROTECT, related_name="exposure")
    level = models.CharField(max_length=8, choices=VeilLevel.choices)
    graphic = models.BooleanField(default=False)  # a person said so
    changed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(level__in=VeilLevel.values), name="exposure_level_known"),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.level}"


class ExposureTally(ForceOwned):
    """Seconds that one person had such a picture before them, in one shift, or in one day off duty.

    `last_at` is the last sign of looking that counted: the next one counts at most the time since, so that two windows
    count once.
    """

    user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)  # "A. Okafor 5127" as it was then
    period = models.CharField(max_length=48)  # "duty:<uuid>" or "day:2026-11-22"
    seconds = models.FloatField(default=0)
    last_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)  # the first mark was reached
    offered_at = models.DateTimeField(null=True, blank=True)  # the second

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["force", "last_at"], name="tally_by_force")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "period"], name="tally_one_per_person_and_shift"),
            models.CheckConstraint(condition=Q(seconds__gte=0), name="tally_not_negative"),
            models.CheckConstraint(condition=~Q(period=""), name="tally_has_a_period"),
        ]

    def __str__(self) -> str:
        return self.period

    @property
    def minutes(self) -> int:
        return int(self.seconds // 60)


class HandOver(ForceOwned):
    """A supervisor gave a session that one person was handling to another. Rows are added, never changed."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="hand_overs")
    from_user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    to_label = models.CharField(max_length=80)
    handed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    handed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["handed_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="handed_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
