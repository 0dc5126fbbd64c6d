"""The video wall: every open picture of the force, or of one incident, one of them large."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import audit
from core.requests import ActorRequest
from incidents import selectors as incidents
from streaming import selectors
from streaming.events import wall_topic
from streaming.permissions import check_watch
from streaming.selectors import care

PLACES = 9  # pictures at once: what a control room's machine shows without dropping frames (docs/performance.md)


@require_GET
def wall(request: ActorRequest, incident_id: UUID | None = None) -> HttpResponse:
    """The page; `?part=feeds` is the list of open pictures alone, fetched when one comes or goes."""
    actor = request.actor
    check_watch(actor)
    context: dict[str, Any] = {"incident": None, "incident_id": incident_id, "places": range(1, PLACES + 1)}
    if incident_id is None:
        context["sessions"] = selectors.wall_sessions(actor, purpose="video wall")
    else:
        about = f"incidents.incident:{incident_id}"
        with audit.one_reading(actor, about, purpose="video wall", incident=str(incident_id)):
            context["incident"] = incidents.get_incident(actor, incident_id, purpose="video wall")
            context["sessions"] = selectors.wall_sessions(actor, incident_id, purpose="video wall")
    care.put_veils(actor.force_id, context["sessions"])
    context |= {"section": "wall", "topic": wall_topic(actor.force_id)}
    part = request.GET.get("part") == "feeds"
    return render(request, "streaming/_wall_feeds.html" if part else "streaming/wall.html", context)
