"""What was brought in from another system, and which rows were refused and why."""

from __future__ import annotations

from django.db import models

from core.models.base import ForceOwned


class ImportRun(ForceOwned):
    """One file or one API call. Its counts add up to `rows`."""

    source = models.CharField(max_length=20)
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, blank=True)
    dry_run = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    by_label = models.CharField(max_length=100)

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(ForceOwned):
    """A row that was not taken: its line and what to do. Never what the row said."""

    run = models.ForeignKey("suspects.ImportRun", models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=40, blank=True)
    message = models.CharField(max_length=200)

    class Meta:
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.line}: {self.message}"
