"""Incidents: intake, log, grading, resources."""

from __future__ import annotations

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from core.realtime import register_topic
        from incidents.permissions import can_follow_board, can_follow_incident

        register_topic("board", can_follow_board)
        register_topic("incident", can_follow_incident)
