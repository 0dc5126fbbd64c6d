"""The ICE servers a browser may use: none unless configured; time-limited TURN credentials when there is a relay."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from django.conf import settings

CREDENTIAL_SECONDS = 6 * 3600  # longer than any call; a browser cannot renew them without a new welcome


def ice_servers(peer_id: str) -> list[dict[str, Any]]:
    """`iceServers` of RTCPeerConnection. TURN names and passwords as coturn's `use-auth-secret` expects them
    (draft-uberti-behave-turn-rest-00): the name holds its expiry, the password is HMAC-SHA1 of the name."""
    servers: list[dict[str, Any]] = [dict(server) for server in settings.MEDIA_ICE_SERVERS]
    if settings.TURN_URLS and settings.TURN_SECRET:
        username = f"{int(time.time()) + CREDENTIAL_SECONDS}:{peer_id}"
        digest = hmac.new(settings.TURN_SECRET.encode(), username.encode(), hashlib.sha1).digest()
        credential = base64.b64encode(digest).decode()
        servers.append({"urls": list(settings.TURN_URLS), "username": username, "credential": credential})
    return servers
