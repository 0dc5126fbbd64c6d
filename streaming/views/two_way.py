"""An officer asks to be seen by the caller, and ends it. What follows goes over the two signalling sockets."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from core.requests import ActorRequest
from streaming.services import two_way


@require_POST
def ask(request: ActorRequest, session_id: UUID) -> HttpResponse:
    two_way.ask(actor=request.actor, session_id=session_id)
    return _after(request, session_id)


@require_POST
def stop(request: ActorRequest, session_id: UUID) -> HttpResponse:
    two_way.stop(actor=request.actor, session_id=session_id)
    return _after(request, session_id)


def _after(request: ActorRequest, session_id: UUID) -> HttpResponse:
    """A script hears the rest over the socket; a browser without scripts sees the picture again."""
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect("streaming:watch", session_id)
