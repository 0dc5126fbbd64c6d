"""What the engine and the transport of one peer tell each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

#: For DTLS 1.2: what aiortc offers, then its first two for peers with an RSA certificate. All have forward secrecy.
CIPHERS = b":".join(
    (
        b"ECDHE-ECDSA-AES128-GCM-SHA256",
        b"ECDHE-ECDSA-CHACHA20-POLY1305",
        b"ECDHE-ECDSA-AES128-SHA",
        b"ECDHE-ECDSA-AES256-SHA",
        b"ECDHE-RSA-AES128-GCM-SHA256",
        b"ECDHE-RSA-CHACHA20-POLY1305",
    )
)


@dataclass(frozen=True)
class Network:
    """Where the engine listens and how it is reached."""

    hosts: tuple[str, ...] = ()  # local addresses to bind; () = every address that is not loopback
    advertise: str = ""  # public address in front of us (1:1 NAT), announced in the answer besides our own
    ports: range | None = None  # UDP ports to use; None = any
    ice_servers: tuple[Mapping[str, Any], ...] = ()  # {"urls", "username", "credential"}; only TURN is of use here


@dataclass(frozen=True)
class Remote:
    """What the peer's offer says of its transport (RFC 8839, RFC 8842)."""

    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]  # (hash name, hex with colons)
    dtls_role: str  # ours: "client" or "server"
    ice_lite: bool = False
    candidates: tuple[RemoteCandidate, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class RemoteCandidate:
    foundation: str
    priority: int
    host: str
    port: int
    kind: str  # "host", "srflx", "relay"


def announced(found: Iterable[Any], advertise: str) -> list[tuple[str, int, str]]:
    """Candidates of aiortc's kind as (address, port, SDP attribute value); `advertise`: `Network.advertise`."""
    lines = []
    for c in found:
        line = f"{c.foundation} 1 udp {c.priority} {c.ip} {c.port} typ {c.type}"
        if c.relatedAddress:
            line += f" raddr {c.relatedAddress} rport {c.relatedPort}"
        lines.append((c.ip, c.port, line))
        if advertise and c.type == "host" and ":" not in c.ip:
            public = f"{c.foundation} 1 udp {c.priority - 1} {advertise} {c.port} typ host"
            lines.append((advertise, c.port, public))
    return lines


class Transport(Protocol):
    """What a peer's owner asks of the way to it."""

    @property
    def remote_ufrag(self) -> str:
        """Of the ICE session; another one in a fragment of candidates means another session."""

    def send_rtp(self, first: int, second: int, seq: int, timestamp: int, ssrc: int, payload: bytes) -> bool: ...

    def send_rtcp(self, compound: bytes) -> bool: ...

    async def add_candidates(self, candidates: Sequence[RemoteCandidate]) -> None: ...

    async def round_trip(self) -> float | None: ...

    async def close(self) -> None: ...


class Sink(Protocol):
    """Who gets what a transport receives. Called on the event loop; an exception drops the packet and is counted."""

    def admits(self, payload_type: int, ssrc: int) -> bool:
        """Whether RTP of this kind is expected; asked before any cryptography is spent on it."""

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        """An RTP packet; the memory is used again after the call."""

    def rtcp_received(self, data: bytes, arrival: float) -> None: ...

    def connected(self) -> None: ...

    def disconnected(self, reason: str) -> None:
        """Once, unless close() was called: "timeout" (never connected), "handshake" (DTLS failed: no cipher or curve in
        common, or another fingerprint), "consent" or "closed"."""
