"""Wiring: settings, URLs, routing, the ASGI application and Celery. No behaviour."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
