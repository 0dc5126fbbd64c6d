"""Who watched a session, from when to when. The audit trail holds the same two moments; this row is for the screens."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned


class Viewing(ForceOwned):
    """One open picture of one user or guest. `last_seen_at` moves while the socket lives: what a dead server left open
    can be closed."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="viewings")
    user = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    # A partner's guest instead of a person of the force
    guest = models.ForeignKey(
        "streaming.GuestSession", on_delete=models.PROTECT, null=True, blank=True, related_name="viewings"
    )
    label = models.CharField(max_length=80)  # "A. Okafor 5127" as it was then
    peer_id = models.CharField(max_length=64, unique=True)
    # None: a page of ours; else a client of theirs, and nobody but us looks after the row
    viewer_token = models.ForeignKey(
        "streaming.ViewerToken", on_delete=models.PROTECT, null=True, blank=True, related_name="viewings"
    )
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["started_at"]
        indexes = [
            models.Index(fields=["session", "started_at"], name="viewing_by_session"),
            models.Index(fields=["last_seen_at"], condition=Q(ended_at__isnull=True), name="viewing_open"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")), name="viewing_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, guest__isnull=True)
                | Q(user__isnull=True, guest__isnull=False, viewer_token__isnull=True),
                name="viewing_of_one_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
