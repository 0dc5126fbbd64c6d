"""The ICE servers a browser may use: none unless configured, and a relay for its session and role if there is one."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from streaming.contracts.base import PeerRole
from streaming.turn import Grant, get_turn


def ice_servers(session_id: UUID, role: PeerRole) -> Grant:
    """`iceServers` of RTCPeerConnection and when to ask again. May take a second: call it in a thread."""
    granted = get_turn().grant(session_id, role)
    fixed = tuple(dict(server) for server in settings.MEDIA_ICE_SERVERS)
    return Grant(servers=(*fixed, *granted.servers), renew_at=granted.renew_at)


def check_relay() -> str | None:
    """For `/readyz`. Raises when a relay is set up and does not answer; calls go on without it."""
    return get_turn().check()
