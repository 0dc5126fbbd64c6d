"""The cameras of one force in the walls' world: one that is free, and one on the incident that waits for a person."""

from __future__ import annotations

from uuid import UUID

from core.actors import Actor
from streaming import contracts
from streaming.services import feeds
from tests.factories.feeds import make_feed
from tests.factories.sessions import Call


def cameras(handler: Actor, incident_id: UUID) -> dict[str, UUID]:
    """By the names of `sent.THINGS`."""
    free, _ = make_feed(handler.force_id, "Hawk 1")
    quay, _ = make_feed(handler.force_id, "Quay", kind="fixed", transport="rtsp")
    session = feeds.attach(actor=handler, feed_id=quay.pk, incident_id=incident_id)
    call = Call(handler, session, "")
    call.fact(contracts.FeedTrouble, peer_id="f-1", reason="login", tries=1, retry_after=None)
    return {"feed": free.pk, "feed call": session.pk}
