"""The API of suspects, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "suspects_api"

urlpatterns: list[URLPattern] = []
