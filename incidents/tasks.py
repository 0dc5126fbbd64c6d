"""Background work of the control room."""

from __future__ import annotations

import structlog
from celery import shared_task

from incidents import services

log = structlog.get_logger(__name__)


@shared_task(name="incidents.purge_device_identities")
def purge_device_identities() -> None:
    """Every hour: callers' IMSI and IMEI whose time is over."""
    purged = services.purge_device_identities()
    if purged:
        log.info("device_identities.purged", count=purged)
