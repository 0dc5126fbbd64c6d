"""What a serving process runs beside its requests.

Embedded profile: the Celery couriers, the sweeps and the media engine live in threads of the one process. Full
profile: the web process only forwards the engine's health to its screens; facts are taken by the Celery worker.
"""

from __future__ import annotations

import threading

from django.conf import settings

from core import audit

_lock = threading.Lock()
_stop: threading.Event | None = None


def start() -> None:
    """Start the threads of this profile. Idempotent."""
    global _stop
    with _lock:
        if _stop is not None:
            return
        _stop = threading.Event()
    if settings.FULL:
        audit.chain_in_background()
        return
    from config.celery import start_embedded
    from streaming import facts_taker

    _stop = start_embedded()
    facts_taker.start()


def stop() -> None:
    """Seal what is being recorded and end the threads."""
    if _stop is None or settings.FULL:
        return
    from streaming import facts_taker

    _stop.set()
    facts_taker.stop()
