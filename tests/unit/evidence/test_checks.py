"""Settings that would fail only when the first recording is sealed are found at the start."""

from __future__ import annotations

import pytest

from core import health
from evidence.checks import storage_is_configured
from evidence.storage import FileStore, StoreError, check_stores, copies, masters


def ids() -> list[str | None]:
    return [problem.id for problem in storage_is_configured(None)]


def test_the_tests_settings_are_fine():
    assert ids() == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"EVIDENCE_STORAGE": "ftp"}, "evidence.E001"),
        ({"EVIDENCE_STORAGE": "s3", "S3_BUCKET": ""}, "evidence.E002"),
        ({"EVIDENCE_STORAGE": "s3", "S3_LOCK_MODE": "MAYBE"}, "evidence.E003"),
        ({"EVIDENCE_STORAGE": "s3", "S3_COPIES_BUCKET": "same", "S3_BUCKET": "same"}, "evidence.E004"),
        ({"EVIDENCE_RETENTION_DAYS": 0}, "evidence.E005"),
    ],
)
def test_settings_that_cannot_work_are_named(settings, changes, problem):
    for name, value in changes.items():
        setattr(settings, name, value)
    assert ids() == [problem]


def test_masters_and_copies_are_apart(settings):
    assert isinstance(masters(), FileStore)
    assert masters().root != copies().root


def test_readiness_asks_the_stores(settings, tmp_path):
    check_stores()
    assert "storage" in health._CHECKS
    settings.EVIDENCE_DIR = tmp_path / "blocked"
    settings.EVIDENCE_DIR.write_text("a file where the directory should be")
    with pytest.raises(StoreError):
        check_stores()
