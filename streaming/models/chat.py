"""What caller and police wrote to each other during a session."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned


class ChatMessage(ForceOwned):
    """One message, stored once per `key`, which the sender makes. Only the two marks are ever set afterwards."""

    class Direction(models.TextChoices):
        CALLER = "caller", "From the caller"
        POLICE = "police", "From police"

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="chat")
    key = models.UUIDField()
    direction = models.CharField(max_length=6, choices=Direction.choices)
    text = models.CharField(max_length=1000)
    author_label = models.CharField(max_length=80)  # "A. Okafor 5127" or "Caller"
    author_id = models.BigIntegerField(null=True, blank=True)  # core.User; None for the caller
    sent_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)  # handed to the other side's page
    seen_at = models.DateTimeField(null=True, blank=True)  # on the other side's screen
    answers = models.CharField(max_length=8, blank=True)  # which one-tap answers a question brings: phrase_bank.ANSWERS
    # the same in the reader's language, by the bank or a translator; `text` is always what was written
    translation = models.CharField(max_length=4000, blank=True)
    translation_locale = models.CharField(max_length=16, blank=True)

    class Meta:
        ordering = ["sent_at", "id"]
        indexes = [models.Index(fields=["session", "sent_at"], name="chat_by_session")]
        constraints = [
            models.UniqueConstraint(fields=["session", "key"], name="chat_once_per_key"),
            models.CheckConstraint(condition=Q(direction__in=["caller", "police"]), name="chat_direction_known"),
            models.CheckConstraint(condition=~Q(text=""), name="chat_not_empty"),
            models.CheckConstraint(
                condition=Q(direction="caller", author_id__isnull=True)
                | Q(direction="police", author_id__isnull=False),
                name="chat_police_has_author",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
