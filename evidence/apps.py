"""Evidence: exhibits, masters, working copies, continuity."""

from __future__ import annotations

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "evidence"
    verbose_name = "Evidence"

    def ready(self) -> None:
        from core import health
        from evidence import checks  # noqa: F401  # registers the system checks
        from evidence.storage import check_stores

        health.register("storage", "Evidence storage", check_stores)
