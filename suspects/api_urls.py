"""The API of suspects, below /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from suspects.api import checks

app_name = "suspects_api"

urlpatterns: list[URLPattern] = [
    path("stops/", checks.Stops.as_view(), name="stops"),
    path("checks/", checks.Checks.as_view(), name="checks"),
    path("checks/<uuid:check_id>/", checks.OneCheck.as_view(), name="check"),
]
