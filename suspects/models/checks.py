"""Checks: why somebody asked, what was answered, what they were shown (STANDARDS 5.11, 5.12)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from suspects.querysets import StopQuerySet
from suspects.states import CheckSystem, IdentityVerdict, Outcome, ReasonCode, Subject


class CheckStop(ForceOwned):
    """The reason, asked once and remembered for one stop: so many minutes, so many metres, or until it is ended."""

    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    reason_code = models.CharField(max_length=1, choices=ReasonCode.choices)
    justification = models.CharField(max_length=200)
    on_behalf_of = models.CharField(max_length=80, blank=True)
    place_text = models.CharField(max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    incident = models.ForeignKey("incidents.Incident", models.PROTECT, related_name="+", null=True, blank=True)
    crime_ref = models.CharField(max_length=30, blank=True)
    on_mobile = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = StopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(ended_at=None), name="one_open_stop_per_person"),
            models.CheckConstraint(condition=Q(reason_code__in=ReasonCode.values), name="stop_reason_known"),
        ]

    def __str__(self) -> str:
        return self.reason_code


class Check(ForceOwned):
    """One search: what was typed, how it was read, which records were shown. Append-only."""

    stop = models.ForeignKey("suspects.CheckStop", models.PROTECT, related_name="checks")
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    subject = models.CharField(max_length=8, choices=Subject.choices)
    typed = models.CharField(max_length=200)
    understood = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    shown = models.JSONField(default=list, help_text="What stood in the list: record, score, same, differs, flags.")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "at"], name="checks_of_a_person")]

    def __str__(self) -> str:
        return str(self.pk)


class SourceResult(ForceOwned):
    """What an outside system answered, and when: a moment, never the truth."""

    asked_for = models.ForeignKey("suspects.Check", models.PROTECT, related_name="source_results")
    system = models.CharField(max_length=8, choices=CheckSystem.choices)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, help_text="Empty: not answered yet.")
    summary = models.JSONField(default=list, help_text="Facts, each with words and a date.")
    reference = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    returned_at = models.DateTimeField(null=True, blank=True)
    stale_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["system"]
        constraints = [
            models.UniqueConstraint(fields=["asked_for", "system"], name="one_answer_per_system"),
            models.CheckConstraint(
                condition=Q(outcome="", returned_at=None) | (~Q(outcome="") & Q(returned_at__isnull=False)),
                name="an_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.system


class SearchSurge(ForceOwned):
    """One account searched faster than a person does; a supervisor was told."""

    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    minute = models.DateTimeField()
    searches = models.PositiveIntegerField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by_label = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ["-minute"]
        constraints = [models.UniqueConstraint(fields=["user", "minute"], name="one_surge_per_minute")]

    def __str__(self) -> str:
        return str(self.minute)


class ReceiptSerial(ForceOwned):
    """The last receipt number of one person. Its row is the lock."""

    user = models.OneToOneField("core.User", models.PROTECT, related_name="+")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class KnowledgeReceipt(ForceOwned):
    """A frozen copy of what one person was shown about one record. `content` is canonical JSON text, `sha256` its
    hash. Append-only."""

    reference = models.CharField(max_length=30, help_text="KR-7741-0093")
    user = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    user_label = models.CharField(max_length=100)
    call_sign = models.CharField(max_length=16, blank=True)
    subject = models.CharField(max_length=8, choices=Subject.choices)
    record_id = models.UUIDField()
    asked_for = models.ForeignKey("suspects.Check", models.PROTECT, related_name="receipts", null=True, blank=True)
    reason_code = models.CharField(max_length=1, blank=True)
    purpose = models.CharField(max_length=200)
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["force", "reference"], name="receipt_reference_once")]
        indexes = [models.Index(fields=["force", "record_id", "at"], name="receipts_of_a_record")]

    def __str__(self) -> str:
        return self.reference


class IdentityCheck(ForceOwned):
    """Somebody says who they are; an officer compares. The verdict is the officer's."""

    person = models.ForeignKey("suspects.Person", models.PROTECT, related_name="identity_checks")
    stop = models.ForeignKey(
        "suspects.CheckStop", models.PROTECT, related_name="identity_checks", null=True, blank=True
    )
    officer = models.ForeignKey("core.User", models.PROTECT, related_name="+")
    officer_label = models.CharField(max_length=100)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=8, choices=IdentityVerdict.choices, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="", ended_at=None) | (~Q(verdict="") & Q(ended_at__isnull=False)),
                name="identity_verdict_is_timed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class IdentityAnswer(ForceOwned):
    """One thing the person said. `fits`: the record agrees, disagrees, or holds nothing (null). Append-only."""

    identity_check = models.ForeignKey("suspects.IdentityCheck", models.PROTECT, related_name="answers")
    question = models.CharField(max_length=40)
    about = models.CharField(max_length=60, blank=True, help_text="Which fact on file, when there are several.")
    said = models.CharField(max_length=200)
    fits = models.BooleanField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["identity_check", "question", "about"], name="question_asked_once"),
        ]

    def __str__(self) -> str:
        return self.question
