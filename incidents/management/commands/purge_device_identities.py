"""`manage.py purge_device_identities`: delete callers' IMSI and IMEI whose time is over, now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from incidents import services


class Command(BaseCommand):
    help = "Delete IMSI and IMEI of callers' telephones whose time is over. Done every hour by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"purged: {services.purge_device_identities()}")
