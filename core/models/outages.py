"""When a part of the system was away: one open row a part, whichever processes notice it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Outage(models.Model):
    """`seen_at`: when a process last found the part away. The end is that moment, said some seconds later."""

    id = models.BigAutoField(primary_key=True)
    part = models.CharField(max_length=40)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(ended_at__isnull=True), name="outage_open_once"),
            models.CheckConstraint(condition=Q(seen_at__gte=F("began_at")), name="outage_seen_after_it_began"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="outage_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.began_at:%H:%M:%S}"
