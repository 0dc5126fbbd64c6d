"""Pages of checks, wanted people, reservations and curfews."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "suspects"

urlpatterns: list[URLPattern] = []
