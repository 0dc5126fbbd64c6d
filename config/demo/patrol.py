"""The demonstration's units say where they are, as real ones do: without it every position would soon be too old."""

from __future__ import annotations

import threading

import structlog
from django.db import close_old_connections

from core.actors import Actor
from core.clock import now
from core.errors import DomainError
from core.models import Force
from incidents.selectors import resources_on_map
from incidents.services import move_resource

log = structlog.get_logger(__name__)

EVERY_S = 20.0
SILENT = frozenset({"NB30"})  # one whose radio is off, so that an old position is seen, too


def start() -> threading.Event:
    """Begin; set what is returned to end."""
    stop = threading.Event()
    threading.Thread(target=_go, args=(stop,), name="demo-patrol", daemon=True).start()
    return stop


def _go(stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            once()
        except Exception as error:  # the demonstration goes on without it, and says why
            log.warning("demo.patrol", error=type(error).__name__)
        finally:
            close_old_connections()
        stop.wait(EVERY_S)


def once() -> None:
    """Everybody is where they were, and says so."""
    force = Force.objects.filter(is_demo=True, code="99").first()
    if force is None:
        return
    system = Actor.system(force.pk)
    for unit in resources_on_map(system):
        if unit.call_sign in SILENT or unit.lat is None or unit.lon is None:
            continue
        try:
            move_resource(actor=system, resource_id=unit.pk, lat=unit.lat, lon=unit.lon, at=now())
        except DomainError as error:
            log.info("demo.patrol_refused", unit=unit.call_sign, code=error.code)
