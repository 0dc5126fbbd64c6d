"""The officer's own unit on the phone: State, emergency, job."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.requests import ActorRequest
from incidents import selectors, services


@require_GET
def own_unit(request: ActorRequest) -> HttpResponse:
    """The page reads the incident; `?part=states`, in every officer's frame, shows its number and nothing more."""
    unit = selectors.own_unit(request.actor)
    context: dict[str, Any] = {"unit": unit, "section": "job"}
    if unit is None:
        context["call"] = selectors.own_call_for_help(request.actor)
    if request.GET.get("part") == "states":
        return render(request, "incidents/_own_unit.html", context)
    context["push_key"] = services.push_key()
    if unit is not None and unit.assignment is not None:
        job = unit.assignment.incident_id
        context["incident"] = selectors.get_incident(request.actor, job, purpose="own job")
    return render(request, "incidents/own_unit.html", context)
