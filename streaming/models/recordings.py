"""What the media engine reported about a session's recording, and how far it is on its way into the evidence store."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import PartState, RecordingProgress

_SHA256 = RegexValidator(r"^[0-9a-f]{64}\Z")


class TakenFact(models.Model):
    """A fact of the engine that has been acted on: written in the same transaction, so no fact counts twice."""

    message_id = models.CharField(max_length=64, primary_key=True)
    session_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["taken_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class Recording(ForceOwned):
    """The recording of one session: one exhibit, any number of parts, one timeline."""

    session = models.OneToOneField("streaming.VideoSession", on_delete=models.PROTECT, related_name="recording")
    progress = models.CharField(max_length=10, choices=RecordingProgress.choices, default=RecordingProgress.COLLECTING)
    video_codec = models.CharField(max_length=8, blank=True)  # of the caller's present connection; "" = not known
    has_audio = models.BooleanField(default=False)
    caller_peer = models.CharField(max_length=64, blank=True)  # the connection that sends now; "" = none
    page_peer = models.CharField(max_length=64, blank=True)  # the caller's page that said hello last
    page_seen_at = models.DateTimeField(null=True, blank=True)  # when the caller's page was last connected
    joins = models.PositiveIntegerField(default=0)  # times the caller's phone connected
    line_entries = models.PositiveIntegerField(default=0)  # log entries that said the phone came or went
    line_entry_at = models.DateTimeField(null=True, blank=True)  # the last of them
    line_unsaid = models.PositiveIntegerField(default=0)  # times it came or went since, without an entry
    left_at = models.DateTimeField(null=True, blank=True)  # when the camera last went away, while it is away
    expected_parts = models.PositiveIntegerField(null=True, blank=True)  # known once the engine has stopped
    stopped_at = models.DateTimeField(null=True, blank=True)
    timeline_path = models.CharField(max_length=500, blank=True)
    timeline_sha256 = models.CharField(max_length=64, blank=True, validators=[_SHA256])
    timeline_item_id = models.UUIDField(null=True, blank=True)  # evidence.EvidenceItem
    lost_seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(progress__in=RecordingProgress.values), name="recording_progress_known"),
            models.CheckConstraint(condition=Q(lost_seconds__gte=0), name="recording_lost_not_negative"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(expected_parts__isnull=False), name="recording_stopped_counts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} {self.progress}"


class RecordingPart(ForceOwned):
    """One file of the recording. Times are wall clock of the first and last frame."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="parts")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PartState.choices, default=PartState.OPEN)
    path = models.CharField(max_length=500)
    container = models.CharField(max_length=8)  # "mp4" or "webm"
    video_codec = models.CharField(max_length=8)
    audio_codec = models.CharField(max_length=8, blank=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    frames = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, validators=[_SHA256])
    prev_sha256 = models.CharField(max_length=64, blank=True, validators=[_SHA256])
    recovered = models.BooleanField(default=False)  # repaired after the engine died
    item_id = models.UUIDField(null=True, blank=True)  # evidence.EvidenceItem

    class Meta:
        ordering = ["session", "number"]
        constraints = [
            models.UniqueConstraint(fields=["session", "number"], name="part_number_once"),
            models.CheckConstraint(condition=Q(state__in=PartState.values), name="part_state_known"),
            models.CheckConstraint(
                condition=Q(state=PartState.OPEN) | ~Q(sha256="") & Q(started_at__isnull=False, ended_at__isnull=False),
                name="part_sealed_has_hash_and_times",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PartState.REGISTERED, PartState.REMOVED]) | Q(item_id__isnull=False),
                name="part_registered_has_item",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}/{self.number} {self.state}"

    @property
    def seconds(self) -> float:
        """Length by the wall clock; 0 while the part is open."""
        if self.started_at is None or self.ended_at is None:
            return 0.0
        return max(0.0, (self.ended_at - self.started_at).total_seconds())


class RecordingGap(ForceOwned):
    """Time that is not in the recording and will never be, with the cause."""

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="gaps")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    frames = models.PositiveIntegerField(default=0)
    cause = models.CharField(max_length=16)  # "loss", "no_rtp", "rejoin", "storage"

    class Meta:
        ordering = ["started_at"]
        indexes = [models.Index(fields=["session", "started_at"], name="gap_by_session")]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="gap_ends_after_start"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
