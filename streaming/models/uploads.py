"""Photos and films that a caller chose on the phone and sends through an upload link."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import PieceVerdict, UploadState

_SHA256 = RegexValidator(r"^[0-9a-f]{64}\Z")
_GONE = [UploadState.REFUSED, UploadState.WITHDRAWN, UploadState.ABANDONED]
_SPOILT = [PieceVerdict.DIFFERS, PieceVerdict.INCOMPLETE]


class Refusal(models.TextChoices):
    """Why a file was not taken; the codes are those of `evidence.services.NotTaken`."""

    NONE = "", "Not refused"
    TYPE = "type", "Not a photo or a film"
    HIDDEN = "hidden", "Something else is hidden in it"
    BROKEN = "broken", "Damaged"
    PIXELS = "pixels", "Too large to be a photo"


class CallerFile(ForceOwned):
    """One file: announced with its hash before any of it is taken, then received at offsets.

    `name` is what the phone calls it: shown to people, used for nothing. `mime` is what its first bytes say, "" before
    they came. `sha256` is the phone's word, `received_sha256` ours. A database trigger keeps what was announced.
    """

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="caller_files")
    name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, validators=[_SHA256])
    size_bytes = models.PositiveIntegerField()
    mime = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.ANNOUNCED)
    verdict = models.CharField(max_length=11, choices=PieceVerdict.choices, blank=True)
    refusal = models.CharField(max_length=8, choices=Refusal.choices, blank=True)
    announced_at = models.DateTimeField()
    received_bytes = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField()  # the last byte, or the announcement
    received_at = models.DateTimeField(null=True, blank=True)
    received_sha256 = models.CharField(max_length=64, blank=True, validators=[_SHA256])
    exhibit_id = models.UUIDField(null=True, blank=True)  # evidence.Exhibit
    exhibit_ref = models.CharField(max_length=16, blank=True)
    item_id = models.UUIDField(null=True, blank=True)  # evidence.EvidenceItem

    class Meta:
        ordering = ["announced_at", "id"]
        indexes = [models.Index(fields=["state", "touched_at"], name="upload_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(
                condition=Q(verdict__in=["", PieceVerdict.MATCHES, *_SPOILT]), name="upload_verdict_known"
            ),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="upload_hash_is_one"),
            models.CheckConstraint(
                condition=Q(size_bytes__gte=1, received_bytes__lte=F("size_bytes")),
                name="upload_no_longer_than_announced",
            ),
            models.CheckConstraint(
                condition=Q(state=UploadState.REFUSED, refusal__in=[one for one in Refusal.values if one])
                | (~Q(state=UploadState.REFUSED) & Q(refusal="")),
                name="upload_refused_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[UploadState.RECEIVED, UploadState.REGISTERED])
                | (~Q(received_sha256="") & ~Q(verdict="") & Q(received_at__isnull=False)),
                name="upload_received_is_judged",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=PieceVerdict.MATCHES)
                | Q(received_sha256=F("sha256"), received_bytes=F("size_bytes")),
                name="upload_matches_only_when_equal",
            ),
            models.CheckConstraint(
                condition=~Q(state=UploadState.REGISTERED)
                | (Q(item_id__isnull=False, exhibit_id__isnull=False) & ~Q(exhibit_ref="")),
                name="upload_registered_has_exhibit",
            ),
            models.UniqueConstraint(
                fields=["session", "sha256"],
                condition=~Q(state__in=_GONE) & ~Q(verdict__in=_SPOILT),
                name="upload_once_per_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def is_film(self) -> bool:
        return self.mime.startswith("video/")

    @property
    def percent(self) -> int:
        return self.received_bytes * 100 // self.size_bytes

    def as_told(self) -> dict[str, Any]:
        """What the phone needs to know to go on, and to say how it stands."""
        return {
            "id": str(self.pk), "sha256": self.sha256, "name": self.name, "size": self.size_bytes,
            "state": str(self.state), "offset": self.received_bytes, "verdict": str(self.verdict),
            "refusal": str(self.refusal),
        }  # fmt: skip
