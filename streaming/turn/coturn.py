"""coturn with time-limited credentials: draft-uberti-behave-turn-rest-00, coturn's `use-auth-secret`.

The name holds its own expiry, the password is an HMAC of the name: nothing is stored, nothing is asked, nothing can
fail but the relay itself, which `check` probes. coturn looks at the expiry when a relay is asked for and not again, so
a call outlives its credentials.
"""

from __future__ import annotations

import base64
import hmac
import threading
import time
from typing import ClassVar
from uuid import UUID

from django.conf import settings

from streaming.contracts.base import PeerRole
from streaming.turn.probe import probe
from streaming.turn.provider import Grant, TurnTrouble

LIFETIME = 600  # seconds; a page whose socket is open gets new ones after half of it
PROBE_EVERY = 30.0  # seconds; anybody may ask /readyz


class Coturn:
    name: ClassVar[str] = "coturn"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._probed: tuple[float, TurnTrouble | None] | None = None

    def grant(self, session_id: UUID, role: PeerRole) -> Grant:
        now = int(time.time())
        name = f"{now + LIFETIME}:{self._peer(session_id, role)}"
        password = base64.b64encode(_hmac(name, "sha1")).decode()  # SHA-1 is what the draft and coturn speak
        server = {"urls": list(settings.TURN_URLS), "username": name, "credential": password}
        return Grant(servers=(server,), renew_at=now + LIFETIME / 2)

    @staticmethod
    def _peer(session_id: UUID, role: PeerRole) -> str:
        """Tells sessions and roles apart for coturn's quota, and tells whoever reads its log nothing."""
        return _hmac(f"peer:{session_id}:{role}", "sha256").hex()[:20]

    def check(self) -> None:
        with self._lock:
            if self._probed is None or time.monotonic() - self._probed[0] >= PROBE_EVERY:
                self._probed = (time.monotonic(), _trouble())
            trouble = self._probed[1]
        if trouble is not None:
            raise TurnTrouble(trouble.code)

    def close(self) -> None:
        """Nothing runs."""


def _trouble() -> TurnTrouble | None:
    try:
        for url in settings.TURN_URLS:
            probe(url)
    except TurnTrouble as trouble:
        return trouble
    return None


def _hmac(text: str, digest: str) -> bytes:
    return hmac.new(settings.TURN_SECRET.encode(), text.encode(), digest).digest()
