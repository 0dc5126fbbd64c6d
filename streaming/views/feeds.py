"""The console's buttons for camera feeds: parse, one call, the panel as it is now."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from core.errors import Invalid
from core.requests import ActorRequest
from incidents import selectors as incidents
from streaming import selectors
from streaming.permissions import check_attach_feed, check_see_session
from streaming.services import feeds
from streaming.views import panel_context
from streaming.views.console import after_change


@require_GET
def menu(request: ActorRequest, incident_id: UUID) -> HttpResponse:
    """The cameras of one incident, as the video panel's menu shows them."""
    check_see_session(request.actor)
    incident = incidents.get_incident(request.actor, incident_id, purpose="cameras")
    rows = selectors.feeds_for_panel(request.actor)
    return render(request, "streaming/_feeds.html", panel_context.cameras(request.actor, incident, rows))


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
