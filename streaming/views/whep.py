"""WHEP (draft-ietf-wish-whep): a signed-in person's own player watches a session with a token made for it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from streaming.contracts import EngineError
from streaming.models import ViewerToken
from streaming.services import bearer, whep
from streaming.views import wish

ENDPOINT = ("POST", "OPTIONS")
RESOURCE = ("PATCH", "DELETE", "OPTIONS")


@wish.endpoint(*ENDPOINT)
def endpoint(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Where a player posts its offer."""
    if request.method == "OPTIONS":
        known = wish.authorization(request) and _token(request, session_id)
        return wish.options(ENDPOINT, wish.ice_links(session_id, "viewer") if known else [])
    token = _token(request, session_id)
    sdp = wish.body_of(request, wish.SDP)
    peer_id = wish.new_peer("v")
    answer = whep.start_watching(token=token, peer_id=peer_id, sdp=sdp, **wish.where(request))
    location = reverse("streaming:whep_resource", args=[session_id, peer_id])
    return wish.created(answer.sdp, location, wish.ice_links(session_id, "viewer"))


@wish.endpoint(*RESOURCE)
def resource(request: HttpRequest, session_id: UUID, peer_id: str) -> HttpResponse:
    """One connection of a player."""
    if request.method == "OPTIONS":
        return wish.options(RESOURCE)
    token = _token(request, session_id)
    if request.method == "DELETE":
        whep.stop_watching(token=token, peer_id=peer_id)
        return HttpResponse(status=200)
    try:
        whep.add_candidates(token=token, peer_id=peer_id, fragment=wish.body_of(request, wish.FRAGMENT))
    except EngineError as error:
        if error.code == "no_session":
            return HttpResponse("This connection is over.\n", status=404, content_type="text/plain")
        raise
    return HttpResponse(status=204)


def _token(request: HttpRequest, session_id: UUID) -> ViewerToken:
    return bearer.viewer_token_of(wish.authorization(request), session_id, wish.where(request)["ip"])
