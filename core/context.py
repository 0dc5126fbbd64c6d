"""What every page's template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.clock import now


def page(request: HttpRequest) -> dict[str, Any]:
    """`actor`, whether this is a training system, and the server's time for the page's clocks."""
    return {
        "actor": getattr(request, "actor", None),
        "training": settings.TRAINING,
        "server_time_ms": int(now().timestamp() * 1000),
    }
