"""Signed, short-lived authority for one peer: what lets the engine never ask the database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from dataclasses import asdict, dataclass

from streaming.contracts.base import PeerRole
from streaming.contracts.errors import EngineError


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Authority for one peer to join one session, minted after the permission check and the audit entry."""

    session_id: str
    peer_id: str
    role: PeerRole
    expires_at: float
    label: str = ""  # of a partner's guest: who looks, and the link's code. They are sent nothing without both in the
    code: str = ""  # picture

    def sign(self, key: bytes) -> str:
        """Return the ticket as `payload.signature`, both base64url without padding (HMAC-SHA256)."""
        body = _b64(json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode())
        return f"{body}.{_b64(_mac(key, body))}"

    @classmethod
    def verify(cls, text: str, key: bytes, *, now: float | None = None) -> Ticket:
        """Return the ticket, or raise EngineError("bad_ticket")."""
        try:
            body, signature = text.split(".")
            if not hmac.compare_digest(_unb64(signature), _mac(key, body)):
                raise ValueError("signature")
            ticket = cls(**json.loads(_unb64(body)))
        except (ValueError, TypeError) as error:
            raise EngineError("bad_ticket", "not a ticket of this engine") from error
        if ticket.expires_at < (time.time() if now is None else now):
            raise EngineError("bad_ticket", "expired")
        return ticket


def _mac(key: bytes, body: str) -> bytes:
    return hmac.new(key, b"sightline-media-ticket-v1:" + body.encode(), hashlib.sha256).digest()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
