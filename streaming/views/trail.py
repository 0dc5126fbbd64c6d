"""Where the caller's phone was, for a map of the force."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from core.requests import ActorRequest
from streaming import selectors


@require_GET
def trail(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The incident's newest positions, oldest first."""
    fixes = selectors.incident_trail(request.actor, incident_id, purpose="map")
    return JsonResponse({"fixes": [selectors.fix_data(fix) for fix in fixes]})
