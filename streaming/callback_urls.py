"""Where text providers report back: included under /callbacks/."""

from __future__ import annotations

from django.urls import path

from streaming import callbacks

app_name = "streaming_callbacks"

urlpatterns = [
    path("twilio/<uuid:message_id>/", callbacks.twilio, name="twilio"),
    path("notify/", callbacks.notify, name="notify"),
]
