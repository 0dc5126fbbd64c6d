"""Stretches in which a connected phone gave no picture, no sound or no sign of itself, and why."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import INTERRUPTION_REASONS, Interrupted


class Interruption(ForceOwned):
    """Open while one witness, the engine by what arrives or the phone's page by its own tracks, says that it lasts.

    `engine_why` and `page_why` are empty when that witness says nothing; `why` is the page's where it knows, and stays
    when it is over. What the reasons mean: `states.INTERRUPTION_REASONS`.
    """

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="interruptions")
    what = models.CharField(max_length=10, choices=Interrupted.choices)
    why = models.CharField(max_length=10)
    engine_why = models.CharField(max_length=10, blank=True)
    page_why = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["started_at"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["session", "started_at"], name="interruption_by_session")
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session", "what"], condition=Q(ended_at__isnull=True), name="interruption_one_open_of_each"
            ),
            models.CheckConstraint(condition=Q(what__in=Interrupted.values), name="interruption_what_known"),
            models.CheckConstraint(condition=Q(why__in=list(INTERRUPTION_REASONS)), name="interruption_why_known"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="interruption_not_backwards"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | ~Q(engine_why="", page_why=""), name="interruption_has_a_witness"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.what}"

    @property
    def seconds(self) -> float:
        """How long it lasted; 0 while it lasts."""
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else 0.0
