"""Suspects: people, vehicles, addresses, intelligence, checks, wanted, Click & Collect, curfews."""

from __future__ import annotations

from django.apps import AppConfig


class SuspectsConfig(AppConfig):
    name = "suspects"
    verbose_name = "Suspects"

    def ready(self) -> None:
        from core.realtime import register_topic
        from suspects import permissions, tasks

        register_topic("wanted", permissions.can_follow_wanted, permissions.who_may_follow_wanted)
        register_topic("curfews", permissions.can_follow_curfews)
        register_topic("supervisors", permissions.can_follow_supervisors)
        register_topic("person", permissions.can_follow_person)
        register_topic("check", permissions.can_follow_check)
        register_topic("operation", permissions.can_follow_operation)
        assert tasks  # imported for its outbox handlers
