"""WHIP (RFC 9725): a drone, a body-worn camera or a studio program sends its picture with a feed's bearer token."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from streaming.contracts import EngineError
from streaming.models import Feed
from streaming.selectors.feeds import open_session_id
from streaming.services import bearer, whip
from streaming.views import wish

ENDPOINT = ("POST", "OPTIONS")
RESOURCE = ("PATCH", "DELETE", "OPTIONS")


@wish.endpoint(*ENDPOINT)
def endpoint(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Where a sender posts its offer."""
    if request.method == "OPTIONS":
        return wish.options(ENDPOINT, _links_if_known(request, feed_id))
    feed = _feed(request, feed_id)
    sdp = wish.body_of(request, wish.SDP)
    peer_id = wish.new_peer("w")
    sending = whip.start_sending(actor=whip.actor_of(feed, **wish.where(request)), feed=feed, peer_id=peer_id, sdp=sdp)
    location = reverse("streaming:whip_resource", args=[feed_id, peer_id])
    return wish.created(sending.answer.sdp, location, wish.ice_links(sending.session_id, "caller"))


@wish.endpoint(*RESOURCE)
def resource(request: HttpRequest, feed_id: UUID, peer_id: str) -> HttpResponse:
    """One connection of a sender."""
    if request.method == "OPTIONS":
        return wish.options(RESOURCE)
    feed = _feed(request, feed_id)
    if request.method == "DELETE":
        whip.stop_sending(feed=feed, peer_id=peer_id)
        return HttpResponse(status=200)
    try:
        whip.add_candidates(feed=feed, peer_id=peer_id, fragment=wish.body_of(request, wish.FRAGMENT))
    except EngineError as error:
        if error.code == "no_session":
            return HttpResponse("This connection is over.\n", status=404, content_type="text/plain")
        raise
    return HttpResponse(status=204)


def _feed(request: HttpRequest, feed_id: UUID) -> Feed:
    return bearer.feed_of(wish.authorization(request), feed_id, wish.where(request)["ip"])


def _links_if_known(request: HttpRequest, feed_id: UUID) -> list[str]:
    """ICE servers before the offer, for who has the token: a browser's preflight brings none."""
    if not wish.authorization(request):
        return []
    session_id = open_session_id(_feed(request, feed_id))
    return wish.ice_links(session_id, "caller") if session_id else []
