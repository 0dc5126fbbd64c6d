"""System checks: settings of evidence that would fail only when the first recording is sealed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def storage_is_configured(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if settings.EVIDENCE_STORAGE not in {"file", "s3"}:
        problems.append(Error("EVIDENCE_STORAGE is neither file nor s3.", id="evidence.E001"))
    if settings.EVIDENCE_STORAGE == "s3" and not settings.S3_BUCKET:
        problems.append(Error("EVIDENCE_STORAGE is s3 but S3_BUCKET is empty.", id="evidence.E002"))
    if settings.EVIDENCE_STORAGE == "s3" and settings.S3_LOCK_MODE not in {"COMPLIANCE", "GOVERNANCE"}:
        problems.append(Error("S3_LOCK_MODE is neither COMPLIANCE nor GOVERNANCE.", id="evidence.E003"))
    if settings.EVIDENCE_STORAGE == "s3" and settings.S3_BUCKET == settings.S3_COPIES_BUCKET:
        problems.append(Error("S3_COPIES_BUCKET must be another bucket: copies are not locked.", id="evidence.E004"))
    if settings.EVIDENCE_RETENTION_DAYS < 1:
        problems.append(Error("EVIDENCE_RETENTION_DAYS must be at least 1.", id="evidence.E005"))
    return problems
