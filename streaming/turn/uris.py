"""TURN URIs (RFC 7065): `turn:host:port?transport=udp|tcp`, `turns:host:port?transport=tcp`."""

from __future__ import annotations

import re
from dataclasses import dataclass

_URI = re.compile(
    r"(?P<scheme>turns?):(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::(?P<port>\d{1,5}))?"
    r"(?:\?transport=(?P<transport>udp|tcp))?"
)
MAX_URI = 300  # characters


@dataclass(frozen=True)
class TurnUri:
    host: str
    port: int
    transport: str  # "udp" or "tcp"
    secure: bool

    @property
    def gets_through_firewalls(self) -> bool:
        """A network that blocks UDP lets TCP to port 443 out, if anything."""
        return self.transport == "tcp" and self.port == 443


def read_uri(text: object) -> TurnUri | None:
    """The parts of a TURN URI; None when it is none. Ports and transports left out get the RFC's defaults."""
    if not isinstance(text, str) or len(text) > MAX_URI:
        return None
    found = _URI.fullmatch(text)
    if found is None:
        return None
    secure = found["scheme"] == "turns"
    port = int(found["port"] or (5349 if secure else 3478))
    if not 0 < port < 65536:
        return None
    transport = found["transport"] or ("tcp" if secure else "udp")
    return TurnUri(found["host"].strip("[]"), port, transport, secure)
