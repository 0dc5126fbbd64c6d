"""Whose bearer token it is: a sender's (WHIP) or that of a viewer's client (WHEP), by the rules of core.bearer."""

from __future__ import annotations

from uuid import UUID

from core.bearer import owner_of
from core.errors import NotAllowed
from core.limits import Limit
from streaming.models import Feed, ViewerToken

MISSES = Limit("bearer-miss", most=30, seconds=600)  # wrong tokens of one network
REQUESTS = Limit("bearer-request", most=120, seconds=60)  # of one token, whatever they ask
OFFERS = Limit("bearer-offer", most=12, seconds=60)  # connections of one token: each costs the engine a handshake


def feed_of(header: str, feed_id: UUID, address: str) -> Feed:
    """The enabled feed that this token sends for.

    Raises NotKnown (also for another feed's token), NotAllowed when it is switched off, TooMany.
    """

    def find(hashed: str) -> Feed | None:
        found: Feed | None = Feed.objects.select_related("force").filter(token_hash=hashed, pk=feed_id).first()
        return found

    feed = owner_of(header, address, find, misses=MISSES, requests=REQUESTS)
    if not feed.enabled:
        raise NotAllowed("This camera is switched off. Ask an administrator.", code="switched_off")
    return feed


def viewer_token_of(header: str, session_id: UUID, address: str) -> ViewerToken:
    """The viewer's token for that session, used up or not. Raises NotKnown, TooMany."""

    def find(hashed: str) -> ViewerToken | None:
        rows = ViewerToken.objects.select_related("user__force", "session")
        found: ViewerToken | None = rows.filter(token_hash=hashed, session_id=session_id).first()
        return found

    return owner_of(header, address, find, misses=MISSES, requests=REQUESTS)
