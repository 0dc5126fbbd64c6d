"""Film that the caller's phone recorded by itself while its connection was down: announced by hash, sent later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from core.models.base import ForceOwned
from streaming.states import PieceState, PieceVerdict

_SHA256 = RegexValidator(r"^[0-9a-f]{64}\Z")


class PhonePiece(ForceOwned):
    """One piece: a few seconds in one file, as the phone's own recorder made it.

    `run` is one load of the page, `sequence` counts its pieces from 1. `sha256` is what the phone announced ("" when it
    announced nothing) and `committed_at` when that was here, by our clock; a database trigger keeps both, and all that
    was announced with them, as they are. `chain` is SHA-256 over the chain before and this announcement
    (`services.backfill.chain_of`); `chained` says that the one before is known and fits.
    `started_at` and `ended_at` are the phone's clock; `offset_ms` is how far ours is ahead of it, measured over the
    socket, and `offset_error_ms` how sure that is; `placed` is False when these times cannot be.
    """

    session = models.ForeignKey("streaming.VideoSession", on_delete=models.PROTECT, related_name="phone_pieces")
    run = models.UUIDField()
    sequence = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=PieceState.choices, default=PieceState.ANNOUNCED)
    verdict = models.CharField(max_length=11, choices=PieceVerdict.choices, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, validators=[_SHA256])
    chain = models.CharField(max_length=64, validators=[_SHA256])
    chained = models.BooleanField(default=False)
    announced_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True, blank=True)
    size_bytes = models.PositiveIntegerField()
    mime = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    offset_ms = models.FloatField()
    offset_error_ms = models.FloatField()
    placed = models.BooleanField(default=True)

    received_bytes = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField()  # the last byte, or the announcement
    received_at = models.DateTimeField(null=True, blank=True)
    received_sha256 = models.CharField(max_length=64, blank=True, validators=[_SHA256])
    readable = models.BooleanField(default=False)  # a film by its own structure
    container = models.CharField(max_length=8, blank=True)
    codecs = models.CharField(max_length=60, blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    item_id = models.UUIDField(null=True, blank=True)  # evidence.EvidenceItem

    class Meta:
        ordering = ["started_at", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["session", "run", "sequence"], name="piece_number_once"),
            models.CheckConstraint(condition=Q(state__in=PieceState.values), name="piece_state_known"),
            models.CheckConstraint(condition=Q(verdict__in=PieceVerdict.values), name="piece_verdict_known"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="piece_from_one"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="piece_runs_forward"),
            models.CheckConstraint(
                condition=Q(size_bytes__gte=1, received_bytes__lte=F("size_bytes")),
                name="piece_no_longer_than_announced",
            ),
            models.CheckConstraint(
                condition=Q(sha256="", committed_at__isnull=True) | (~Q(sha256="") & Q(committed_at__isnull=False)),
                name="piece_commitment_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PieceState.RECEIVED, PieceState.REGISTERED])
                | (~Q(received_sha256="") & ~Q(verdict="") & Q(received_at__isnull=False)),
                name="piece_received_is_judged",
            ),
            models.CheckConstraint(
                condition=~Q(verdict=PieceVerdict.MATCHES) | (Q(received_sha256=F("sha256")) & ~Q(sha256="")),
                name="piece_matches_only_when_equal",
            ),
            models.CheckConstraint(
                condition=~Q(state=PieceState.REGISTERED) | Q(item_id__isnull=False), name="piece_registered_has_item"
            ),
        ]
        indexes = [models.Index(fields=["state", "touched_at"], name="piece_by_state")]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def start(self) -> datetime:
        """When it began, by our clock."""
        return self.started_at + timedelta(milliseconds=self.offset_ms)

    @property
    def end(self) -> datetime:
        return self.ended_at + timedelta(milliseconds=self.offset_ms)

    @property
    def flagged(self) -> bool:
        """Here, but not to be used without a warning."""
        return bool(self.verdict) and not (self.verdict == PieceVerdict.MATCHES and self.readable)

    def as_told(self) -> dict[str, Any]:
        """What the phone needs to know to go on."""
        return {
            "id": str(self.pk), "run": str(self.run), "sequence": self.sequence, "state": str(self.state),
            "offset": self.received_bytes,
        }  # fmt: skip
