"""The signalling sockets' addresses."""

from __future__ import annotations

from channels.auth import AuthMiddleware
from django.urls import path

from streaming.consumers import CallerConsumer, GuestConsumer, WatchConsumer

websocket_urlpatterns = [
    path("ws/caller/<uuid:session_id>/", CallerConsumer.as_asgi()),
    # below the guest's page: its cookie goes nowhere else
    path("guest/<str:token>/live/<uuid:session_id>/", GuestConsumer.as_asgi()),
    path("ws/watch/<uuid:session_id>/", AuthMiddleware(WatchConsumer.as_asgi())),
]
