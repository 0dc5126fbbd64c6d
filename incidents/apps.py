"""Incidents: intake, log, grading, resources."""

from __future__ import annotations

from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"
    verbose_name = "Incidents"

    def ready(self) -> None:
        from core import outages
        from core.realtime import register_topic
        from core.signed_in import at_sign_in, at_sign_out
        from incidents import tasks
        from incidents.permissions import (
            can_follow_board,
            can_follow_emergencies,
            can_follow_incident,
            can_follow_unit,
        )
        from incidents.services import book_off_at_sign_out, get_up, sit_down
        from incidents.services.outages import outage_over

        register_topic("board", can_follow_board)
        register_topic("incident", can_follow_incident)
        register_topic("emergencies", can_follow_emergencies)
        register_topic("unit", can_follow_unit)
        at_sign_out("duty", book_off_at_sign_out)
        outages.at_end("log", outage_over)
        at_sign_in("seat", sit_down)
        at_sign_out("seat", get_up)
        assert tasks  # imported for its outbox handlers
