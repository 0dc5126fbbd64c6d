"""The environment of a benchmark's own site: as a force would run it, but for places, keys and text messages."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def environment(data: Path, database: str, redis: str, **more: str) -> dict[str, str]:
    """`data` is made, with what the processes expect in it. Nothing of a test that is running is handed on. `more` goes
    before what is said here."""
    (data / "static").mkdir(parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "PYTEST", "TEST_"))}
    return kept | {
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "REDIS_PREFIX": "bench",
        "DATA_DIR": str(data),
        "MEDIA_RECORDINGS_DIR": str(data / "recordings"),
        "MEDIA_TICKET_KEY": "bench-ticket-key",
        "SECRET_KEY": "bench-only-secret-key-that-is-long-enough-to-be-accepted",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SECURE_COOKIES": "0",
        "HASHED_STATIC": "0",
        "EVIDENCE_STORAGE": "file",
        "SMS_PROVIDERS": "streaming.sms.onscreen.OnScreenProvider",
        "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        **more,
    }
