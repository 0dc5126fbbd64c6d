"""Does a TURN server answer at its address, and is its certificate good? (RFC 7065 URIs, RFC 8489 binding request)"""

from __future__ import annotations

import secrets
import socket
import ssl
import struct

from streaming.turn.provider import TurnTrouble
from streaming.turn.uris import TurnUri, read_uri

TIMEOUT = 1.5  # seconds
_COOKIE = 0x2112A442  # RFC 8489 section 5
_BINDING_SUCCESS = 0x0101


def probe(uri: str) -> None:
    """Send a STUN binding request the way a browser would get there. Raises TurnTrouble with a code."""
    target = read_uri(uri)
    if target is None:
        raise TurnTrouble("bad_uri")
    try:
        if target.transport == "udp":
            answer = _over_udp(target)
        else:
            answer = _over_stream(target)
    except ssl.SSLCertVerificationError as error:
        raise TurnTrouble("certificate") from error
    except (OSError, ssl.SSLError) as error:
        raise TurnTrouble("no_answer") from error
    if len(answer) < 8 or struct.unpack("!HHI", answer[:8])[::2] != (_BINDING_SUCCESS, _COOKIE):
        raise TurnTrouble("not_a_turn_server")


def _request() -> bytes:
    return struct.pack("!HHI12s", 1, 0, _COOKIE, secrets.token_bytes(12))


def _over_udp(target: TurnUri) -> bytes:
    family, kind, protocol, _, address = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, protocol) as link:
        link.settimeout(TIMEOUT / 2)
        link.connect(address)
        for last in (False, True):  # a datagram may be lost
            link.send(_request())
            try:
                return link.recv(512)
            except TimeoutError:
                if last:
                    raise
    raise AssertionError("unreachable")


def _over_stream(target: TurnUri) -> bytes:
    with socket.create_connection((target.host, target.port), timeout=TIMEOUT) as plain:
        if not target.secure:
            return _exchange(plain)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=target.host) as secured:
            return _exchange(secured)


def _exchange(link: socket.socket) -> bytes:
    link.sendall(_request())
    return link.recv(512)
