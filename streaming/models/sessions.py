"""VideoSession: one caller's video call on one incident, from the text message to the sealed recording."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from core.models.base import ForceOwned
from streaming.querysets import SessionQuerySet
from streaming.states import FINAL_STATES, SessionMode, SessionState


class VideoSession(ForceOwned):
    """What the console shows as one row under the incident. Moved only by `services.progress.advance`."""

    incident = models.ForeignKey("incidents.Incident", on_delete=models.PROTECT, related_name="video_sessions")
    state = models.CharField(max_length=12, choices=SessionState.choices, default=SessionState.QUEUED)
    failure_code = models.CharField(max_length=40, blank=True)  # why the text failed; key of sms.reasons.WORDS
    failure_reason = models.CharField(max_length=200, blank=True)  # the same in plain words
    trust_code = models.CharField(max_length=4, validators=[RegexValidator(r"^[0-9]{4}\Z")])
    mode = models.CharField(max_length=8, choices=SessionMode.choices, default=SessionMode.VIDEO)
    reason = models.CharField(max_length=200, blank=True)  # why the handler sent the link; "" for a camera
    covert = models.BooleanField(
        default=False
    )  # the caller must not be seen or heard with it: a disguised, silent page
    locale = models.CharField(max_length=16, blank=True)  # BCP 47 as sent; "" = the phone decides
    # None: a caller's phone behind a one-time link
    feed = models.ForeignKey("streaming.Feed", on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    source_label = models.CharField(max_length=80, blank=True)  # the feed's kind and name as they were; "" = the caller

    requested_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)  # the caller's tap
    camera_on_at = models.DateTimeField(null=True, blank=True)
    first_frame_at = models.DateTimeField(null=True, blank=True)
    live_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=12, blank=True)  # contracts.EndReason
    left_at = models.DateTimeField(null=True, blank=True)  # the covert page was left by its quick exit

    worker_id = models.CharField(max_length=64, blank=True)  # the media engine that holds it
    exhibit_id = models.UUIDField(null=True, blank=True)  # evidence.Exhibit, once opened
    alarm = models.CharField(max_length=40, blank=True)  # why the recording is in danger; "" = fine
    version = models.PositiveIntegerField(default=1)  # +1 at every change that is announced

    objects: ClassVar[Any] = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        indexes = [
            models.Index(fields=["incident", "-requested_at"], name="session_by_incident"),
            models.Index(fields=["force", "state"], name="session_by_force_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SessionState.values), name="session_state_known"),
            models.CheckConstraint(condition=Q(mode__in=SessionMode.values), name="session_mode_known"),
            models.CheckConstraint(
                condition=~Q(state=SessionState.FAILED) | ~Q(failure_reason=""), name="session_failed_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state=SessionState.ENDED) | Q(ended_at__isnull=False), name="session_ended_has_time"
            ),
            models.UniqueConstraint(
                fields=["feed"],
                condition=Q(feed__isnull=False) & ~Q(state=SessionState.ENDED),
                name="session_one_open_per_feed",
            ),
            models.CheckConstraint(
                condition=Q(feed__isnull=True, source_label="") | Q(feed__isnull=False) & ~Q(source_label=""),
                name="session_of_feed_is_labelled",
            ),
            models.CheckConstraint(condition=Q(left_at__isnull=True) | Q(covert=True), name="session_left_was_covert"),
            models.CheckConstraint(condition=Q(trust_code__regex=r"^[0-9]{4}$"), name="session_trust_code_4_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def ended(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def source(self) -> str:
        """Whose camera it is, in the middle of a sentence: "the caller's phone" or "Drone Hawk 1"."""
        if self.source_label:
            return self.source_label
        shown = getattr(self, "answering", None)  # an officer's direction of a two-way session
        return f"{shown.label} to the caller" if shown is not None else "the caller's phone"

    @property
    def state_words(self) -> str:
        """The state as the console says it; a failure brings its reason."""
        words = str(SessionState(self.state).label)
        return f"{words}: {self.failure_reason}" if self.state == SessionState.FAILED else words
