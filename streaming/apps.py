"""Streaming: the one-time link, the caller's page, signalling, viewers, the media engine and the recording."""

from __future__ import annotations

from django.apps import AppConfig


class StreamingConfig(AppConfig):
    name = "streaming"
    verbose_name = "Live video"

    def ready(self) -> None:
        from core import health
        from core.realtime import register_topic
        from streaming import checks, gateway, ice, metrics, permissions, tasks

        register_topic("session", permissions.can_follow_session)
        register_topic("wall", permissions.can_follow_wall)
        register_topic("care", permissions.can_follow_care)
        health.register("media", "Live video and recording", gateway.check_engine)
        health.register("relay", "Relay for strict networks", ice.check_relay, needed=False)
        metrics.register()
        assert checks  # imported for its system checks
        assert tasks  # imported for its outbox handlers
