"""Work that must happen is a row (ARCHITECTURE section 3)."""

from __future__ import annotations

import uuid

from django.db import models


class OutboxState(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead", "gave up: needs a person"


class OutboxMessage(models.Model):
    """One piece of work: claimed by a conditional update, with a lease: a dead courier blocks nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    dedupe_key = models.CharField(max_length=120, unique=True, null=True, blank=True)
    state = models.CharField(max_length=8, choices=OutboxState.choices, default=OutboxState.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="outbox_waiting_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
