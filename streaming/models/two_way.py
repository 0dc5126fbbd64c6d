"""A person of the force who shows a caller their own camera: asked, accepted by the caller, recorded beside it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import TWO_WAY_OVER, TwoWayState


class TwoWay(ForceOwned):
    """The other direction of a caller's session. `answer` is a session of its own, so that the same engine records,
    repairs and seals it as it does any other; both recordings lie on the engine's one clock. Moved only by
    `services.two_way`."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="two_ways")
    answer = models.OneToOneField("streaming.VideoSession", on_delete=models.PROTECT, related_name="answering")
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(max_length=80)  # who is shown, as the caller and the exhibit read it
    state = models.CharField(max_length=8, choices=TwoWayState.choices, default=TwoWayState.ASKED)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)  # the caller's tap
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["asked_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at__isnull=True), name="two_way_one_open_per_session"
            ),
            models.CheckConstraint(condition=Q(state__in=TwoWayState.values), name="two_way_state_known"),
            models.CheckConstraint(condition=~Q(session=F("answer")), name="two_way_has_two_directions"),
            models.CheckConstraint(
                condition=~Q(state=TwoWayState.ACCEPTED) | Q(answered_at__isnull=False),
                name="two_way_accepted_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in TWO_WAY_OVER], ended_at__isnull=False)
                | ~Q(state__in=[str(state) for state in TWO_WAY_OVER]) & Q(ended_at__isnull=True),
                name="two_way_over_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state in TWO_WAY_OVER
