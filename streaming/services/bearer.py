"""Bearer tokens of senders (WHIP) and of viewers' clients (WHEP): found by hash, guessed slowly, used within limits.

A token has 256 random bits; the limits, counted in the shared cache, keep guessing and storms quiet. They refuse
misses: a right token is taken whoever else guesses behind the same address.
"""

from __future__ import annotations

import re
from uuid import UUID

from core.errors import DomainError, NotAllowed
from streaming.models import Feed, ViewerToken
from streaming.services import rates
from streaming.tokens import digest

_BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{20,200}=*)", re.IGNORECASE)  # RFC 6750 section 2.1

MISSES = rates.Limit("bearer-miss", most=30, seconds=600)  # wrong tokens of one address
REQUESTS = rates.Limit("bearer-request", most=120, seconds=60)  # of one token, whatever they ask
OFFERS = rates.Limit("bearer-offer", most=12, seconds=60)  # connections of one token: each costs the engine a handshake


class NotKnown(DomainError):
    """No token, or one that is nobody's. One answer for every reason."""

    status = 401
    code = "invalid_token"

    def __init__(self) -> None:
        super().__init__("A valid token is needed: Authorization: Bearer …")


def read_token(header: str) -> str:
    """The token of an Authorization header, or NotKnown."""
    found = _BEARER.fullmatch(header.strip())
    if found is None:
        raise NotKnown()
    return found[1]


def feed_of(header: str, feed_id: UUID, address: str) -> Feed:
    """The enabled feed that this token sends for.

    Raises NotKnown (also for another feed's token), NotAllowed when it is switched off, TooMany.
    """
    hashed = _hashed(header, address)
    feed = Feed.objects.select_related("force").filter(token_hash=hashed, pk=feed_id).first()
    if feed is None:
        _miss(address)
        raise NotKnown()
    rates.spend(REQUESTS, str(feed.pk))
    if not feed.enabled:
        raise NotAllowed("This camera is switched off. Ask an administrator.", code="switched_off")
    return feed


def viewer_token_of(header: str, session_id: UUID, address: str) -> ViewerToken:
    """The viewer's token for that session, used up or not. Raises NotKnown, TooMany."""
    hashed = _hashed(header, address)
    rows = ViewerToken.objects.select_related("user__force", "session")
    token: ViewerToken | None = rows.filter(token_hash=hashed, session_id=session_id).first()
    if token is None:
        _miss(address)
        raise NotKnown()
    rates.spend(REQUESTS, str(token.pk))
    return token


def _hashed(header: str, address: str) -> str:
    try:
        return digest(read_token(header))
    except NotKnown:
        _miss(address)
        raise


def _miss(address: str) -> None:
    """Only misses are refused past their limit: who guesses behind an address shuts out no right token."""
    network = rates.network_of(address)
    rates.check(MISSES, network)
    rates.count(MISSES, network)
