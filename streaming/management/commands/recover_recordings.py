"""`manage.py recover_recordings`: find, repair and register recordings that a crash left on disk, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core import outbox
from streaming import facts_taker
from streaming.gateway import get_gateway
from streaming.services import recovery


class Command(BaseCommand):
    help = "Repair and register every recording that a crash left unfinished. Safe to run at any time, and again."

    def handle(self, *args: Any, **options: Any) -> None:
        gateway = get_gateway()
        gateway.start(on_fact=facts_taker.take)
        try:
            found = recovery.recover(starting=True)
            done = outbox.deliver_due(limit=1000)
        finally:
            gateway.stop()
        for name, count in vars(found).items():
            self.stdout.write(f"{name.replace('_', ' ')}: {count}")
        self.stdout.write(f"work done: {done}")
