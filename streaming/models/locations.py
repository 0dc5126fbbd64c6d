"""Where the caller's phone said it was: one row for every fix, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned


class LocationFix(ForceOwned):
    """One position from the caller's browser (Geolocation API): WGS 84 degrees, radius in metres."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="fixes")
    lat = models.FloatField()
    lon = models.FloatField()
    accuracy = models.FloatField()  # metres, 95 %
    heading = models.FloatField(null=True, blank=True)  # degrees clockwise from true north
    speed = models.FloatField(null=True, blank=True)  # m/s
    at = models.DateTimeField()  # by the phone's clock
    received_at = models.DateTimeField()  # by ours

    class Meta:
        ordering = ["received_at"]
        indexes = [models.Index(fields=["session", "-received_at"], name="fix_by_session")]
        constraints = [
            models.CheckConstraint(condition=Q(lat__gte=-90, lat__lte=90), name="fix_lat_in_range"),
            models.CheckConstraint(condition=Q(lon__gte=-180, lon__lte=180), name="fix_lon_in_range"),
            models.CheckConstraint(condition=Q(accuracy__gte=0), name="fix_accuracy_not_negative"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
