"""How a tab's form answers: itself again for htmx, the incident's page for a plain form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.requests import ActorRequest


def answer(request: ActorRequest, incident_id: UUID, show: Callable[[], HttpResponse]) -> HttpResponse:
    """After a change."""
    return show() if request.headers.get("HX-Request") else redirect("incidents:detail", incident_id)


def whole(request: ActorRequest, template: str, context: dict[str, Any], *, bound: bool) -> HttpResponse:
    """The fragment; with a form that was refused as a 422 that is put in place whole."""
    response = render(request, template, context, status=422 if bound else 200)
    response.headers["X-Fragment"] = "whole"
    return response
