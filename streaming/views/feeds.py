"""The console's buttons for camera feeds: parse, one call, the panel as it is now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.errors import Invalid
from core.requests import ActorRequest
from streaming.permissions import check_attach_feed
from streaming.services import feeds
from streaming.views.console import after_change


@require_POST
def attach(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    check_attach_feed(request.actor)
    try:
        feed_id = UUID(request.POST.get("feed", ""))
    except ValueError as error:
        raise Invalid(fields={"feed": "Choose a camera from the list."}) from error
    session = feeds.attach(actor=request.actor, feed_id=feed_id, incident_id=incident_id)
    return after_change(request, session.incident_id)


@require_POST
def try_again(request: ActorRequest, session_id: UUID) -> HttpResponse:
    session = feeds.try_again(actor=request.actor, session_id=session_id)
    return after_change(request, session.incident_id)
