"""Background work of the stores."""

from __future__ import annotations

import structlog
from celery import shared_task

from evidence import storage

log = structlog.get_logger(__name__)


@shared_task(name="evidence.clear_left")
def clear_left() -> None:
    """Every few hours: copies that nobody will finish."""
    cleared = storage.clear_left()
    if cleared:
        log.warning("evidence.left_copies_cleared", files=cleared)
