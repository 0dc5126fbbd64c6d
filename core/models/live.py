"""Live events: thin rows written with the change they announce, numbered per topic after commit.

A number (`seq`) is given by whoever relays, under the topic's row lock, after the writer's commit. So numbers have no
holes and never go backwards, and writers do not queue for them. A screen that sees a jump asks for what it missed.
"""

from __future__ import annotations

from django.db import models


class LiveTopic(models.Model):
    name = models.CharField(max_length=80, unique=True)
    head = models.PositiveBigIntegerField(default=0)
    unsent = models.BooleanField(default=False)  # numbered events that the channel layer did not take

    class Meta:
        indexes = [models.Index(fields=["name"], condition=models.Q(unsent=True), name="live_unsent")]

    def __str__(self) -> str:
        return self.name


class LiveEvent(models.Model):
    topic = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=60)
    data = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["topic", "id"], condition=models.Q(seq__isnull=True), name="live_unnumbered"),
            models.Index(fields=["at"], name="live_at"),
        ]
        constraints = [models.UniqueConstraint(fields=["topic", "seq"], name="live_seq_once_per_topic")]

    def __str__(self) -> str:
        return f"{self.topic} {self.seq} {self.kind}"
