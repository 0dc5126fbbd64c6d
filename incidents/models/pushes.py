"""What reaches an officer whose page is not open: the phones that want it, and every word sent to them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from incidents.states import PushStatus, PushWord


class PushSubscription(ForceOwned):
    """A browser of one person that takes pushes. Gone when its push service says so."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    endpoint = models.CharField(max_length=500, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=~Q(endpoint="") & ~Q(p256dh="") & ~Q(auth=""), name="push_subscription_is_whole"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Push(ForceOwned):
    """One word to one browser about one thing, written before it is sent. No words of people: a number and a kind."""

    subscription = models.ForeignKey("incidents.PushSubscription", models.SET_NULL, related_name="+", null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+")
    word = models.CharField(max_length=12, choices=PushWord.choices)
    subject = models.UUIDField(help_text="The assignment or the description.")
    status = models.CharField(max_length=8, choices=PushStatus.choices, default=PushStatus.WAITING)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["made_at"]
        verbose_name_plural = "pushes"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["subscription", "word", "subject"], name="push_once"),
            models.CheckConstraint(condition=Q(word__in=PushWord.values), name="push_word_known"),
            models.CheckConstraint(  # and with it that the status is one of them
                condition=Q(status=PushStatus.WAITING, ended_at=None)
                | Q(status__in=["SENT", "GONE", "DROPPED", "FAILED"], ended_at__isnull=False),
                name="push_over_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.word} {self.status}"
