"""Celery: couriers for outbox rows, and the beat that sweeps up after crashes.

Embedded profile: the broker is memory and `start_embedded` runs the worker in a thread of the web process. Nothing
depends on the broker remembering: the sweep finds due rows in the database.
"""

from __future__ import annotations

import os
import threading

from celery import Celery
from celery.signals import setup_logging, worker_ready, worker_shutdown
from celery.worker import WorkController

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sightline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()

app.conf.beat_schedule = {
    "sweep": {"task": "core.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "forget-old-events": {"task": "core.forget_old_events", "schedule": 3600.0},
    "expire-links": {"task": "streaming.expire_links", "schedule": 15.0, "options": {"expires": 15}},
    "look-after-feeds": {"task": "streaming.look_after_feeds", "schedule": 5.0, "options": {"expires": 5}},
    "look-after-guests": {"task": "streaming.look_after_guests", "schedule": 5.0, "options": {"expires": 5}},
    "end-reservations": {"task": "suspects.end_reservations", "schedule": 15.0, "options": {"expires": 15}},
    "clear-left-copies": {"task": "evidence.clear_left", "schedule": 6 * 3600.0},
    "close-phone-uploads": {"task": "streaming.close_phone_uploads", "schedule": 300.0, "options": {"expires": 300}},
    "give-up-calls": {"task": "incidents.give_up_calls", "schedule": 15.0, "options": {"expires": 15}},
    "purge-device-identities": {"task": "incidents.purge_device_identities", "schedule": 3600.0},
    "purge-exposure": {"task": "streaming.purge_exposure", "schedule": 3600.0, "options": {"expires": 3600}},
    "recover-recordings": {"task": "streaming.recover_recordings", "schedule": 60.0, "options": {"expires": 60}},
}


@setup_logging.connect
def keep_our_logging(**_: object) -> None:
    """Celery leaves the root logger alone when somebody answers this signal."""


@worker_ready.connect
def take_facts(**_: object) -> None:
    """Full profile: this process also takes what the media workers report."""
    from streaming import facts_taker

    facts_taker.start()


@worker_shutdown.connect
def stop_taking_facts(**_: object) -> None:
    from streaming import facts_taker

    facts_taker.stop()


def _nothing_yet(consumer: object) -> None:
    """The worker wants to tell somebody that it is ready."""


def start_embedded() -> threading.Event:
    """Run couriers and sweeps in daemon threads of this process. Returns the event that stops the sweeps."""
    app.finalize()
    # Not app.Worker: that one installs signal handlers, and Daphne owns the process's.
    worker = WorkController(
        app=app,
        pool_cls="threads",
        concurrency=4,
        without_heartbeat=True,
        without_gossip=True,
        without_mingle=True,
        ready_callback=_nothing_yet,
    )
    threading.Thread(target=worker.start, name="celery-worker", daemon=True).start()
    stop = threading.Event()
    for entry in app.conf.beat_schedule.values():
        threading.Thread(
            target=_run_every, args=(stop, entry["task"], float(entry["schedule"])), name=entry["task"], daemon=True
        ).start()
    return stop


def _run_every(stop: threading.Event, task_name: str, seconds: float) -> None:
    from django.db import close_old_connections

    while not stop.wait(seconds):
        close_old_connections()
        app.tasks[task_name].apply()
        close_old_connections()
