"""`manage.py make_push_key`: a key for PUSH_PRIVATE_KEY. Changing it later makes every phone subscribe anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from core.web_push import new_private_key


class Command(BaseCommand):
    help = "Print a new key for PUSH_PRIVATE_KEY."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(new_private_key())
