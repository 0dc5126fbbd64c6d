"""The only file that touches aiortc, aioice and pylibsrtp, and the private attributes of theirs that it must.

aiortc keeps ICE, DTLS and the SRTP keys. Datagrams with media never reach its code: they are unprotected here in one
reused buffer and handed on as RTP or RTCP (RFC 7983 tells them apart by the first byte), and what is sent is protected
in another. `REACHED_INTO` lists every private name; a unit test fails when an upgrade moves one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import struct
import time
from collections.abc import Sequence
from typing import Any, Final

import aioice.ice
import aioice.stun
import pylibsrtp
from aiortc import (
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceParameters,
    RTCIceServer,
    RTCIceTransport,
)
from pylibsrtp import _binding as srtp

from . import rtp
from .outbox import LAST_SLOT, Nowhere, Outbox, Outboxes, Way
from .peering import CIPHERS, Network, Remote, RemoteCandidate, Sink, announced
from .sweep import after_drain
from .udp import Address, UdpPort

# aioice logs every remote address at INFO: personal data
for noisy in ("aioice", "aiortc"):
    logging.getLogger(noisy).setLevel(logging.WARNING)

REACHED_INTO: dict[type, tuple[str, ...]] = {
    RTCCertificate: ("_create_ssl_context",),
    RTCIceGatherer: ("_connection",),
    RTCDtlsTransport: ("_rx_srtp", "_tx_srtp", "_set_role"),
    aioice.ice.Connection: (
        "_closing", "_local_candidates", "_local_candidates_end", "_local_candidates_start", "_nominated", "_protocols",
        "_queue", "_remote_candidates", "build_request", "data_received", "get_component_candidates",
    ),
    aioice.ice.StunProtocol: ("connection_lost", "connection_made", "datagram_received", "local_candidate", "request"),
    pylibsrtp.Session: ("_srtp",),
}  # fmt: skip

CONNECT_TIMEOUT = 30.0  # seconds for ICE and DTLS together
EARLY_MEDIA: Final = 64  # datagrams kept that overtake the end of the handshake
TRAILER: Final = pylibsrtp.SRTP_MAX_SRTCP_TRAILER_LEN
MAX_DTLS_WAITING: Final = 64  # datagrams that the handshake has not looked at yet
MAX_REMOTE_CANDIDATES: Final = 48
MAX_RTCP_SOURCES: Final = 16  # libsrtp keeps state for every SSRC it meets


class _Buffer:
    """Memory that libsrtp works in and sockets read into: one for receiving, one for sending, per process."""

    def __init__(self, size: int) -> None:
        self.cdata = srtp.ffi.new("char[]", size)
        self.view = memoryview(srtp.ffi.buffer(self.cdata))
        self.length = srtp.ffi.new("int *")


_receiving: Final = _Buffer(2048)
_sending: Final = _Buffer(rtp.MAX_PACKET + TRAILER)
_outboxes: Final = Outboxes(_Buffer)
_MEDIA_HEAD: Final = struct.Struct("!xB6xI")
_protect: Final = srtp.lib.srtp_protect
_unprotect: Final = srtp.lib.srtp_unprotect


class _Certificate(RTCCertificate):
    """Ours is ECDSA on P-256 (RFC 8827 section 6.5). Peers with RSA are taken too: GStreamer makes no others."""

    def _create_ssl_context(self, srtp_profiles: list[Any]) -> Any:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(CIPHERS)
        return context


class Identity:
    """The engine's DTLS certificate, shared by the peers of a day (aiortc makes them valid for 30)."""

    def __init__(self) -> None:
        self._certificate: RTCCertificate | None = None
        self._until = 0.0

    def certificate(self) -> RTCCertificate:
        now = time.monotonic()
        if self._certificate is None or now > self._until:
            self._certificate, self._until = _Certificate.generateCertificate(), now + 86400
        return self._certificate


class SecureTransport:
    """ICE, DTLS and SRTP with one peer, over one socket per local address."""

    def __init__(self, network: Network, identity: Identity, sink: Sink) -> None:
        servers = [
            RTCIceServer(urls=s["urls"], username=s.get("username"), credential=s.get("credential"))
            for s in network.ice_servers
        ]
        self._network = network
        self._sink = sink
        gatherer = RTCIceGatherer(iceServers=servers)
        self._connection = gatherer._connection
        self._nominated = gatherer._connection._nominated  # ICE component -> the pair it settled on
        self._gatherer = gatherer
        self._ice = RTCIceTransport(gatherer)
        self._dtls = RTCDtlsTransport(self._ice, [identity.certificate()])
        self._rx: Any = None
        self._tx: Any = None
        self._early: list[bytes] = []
        self._ports: list[UdpPort] = []
        self._rtcp_sources: set[int] = set()
        self._path: Any = None
        self._way: Way | Nowhere = Nowhere()
        self._outbox: Outbox | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.refused = 0  # datagrams dropped: unexpected SSRC or payload type, failed authentication, bad length
        self.faults = 0  # datagrams that made our own code raise

    async def gather(self) -> None:
        """Open the sockets. Raises OSError when not one address can be bound."""
        connection = self._connection
        connection._local_candidates_start = True
        for host in self._hosts():
            with contextlib.suppress(OSError):  # an address that went away; the others may do
                connection._local_candidates.append(self._listen(host))
        if self._network.ice_servers:  # no local addresses: this asks for the TURN relay only
            connection._local_candidates += await connection.get_component_candidates(component=1, addresses=[])
            for protocol in connection._protocols:
                if not isinstance(protocol.transport, UdpPort):
                    self._divert(protocol)
        connection._local_candidates_end = True
        if not connection._local_candidates:
            raise OSError("no address to listen on")

    def _hosts(self) -> Sequence[str]:
        if self._network.hosts:
            return self._network.hosts
        found = aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True)
        return [host for host in found if not host.startswith("fe80:")] or ["127.0.0.1"]

    def _listen(self, host: str) -> aioice.Candidate:
        protocol = aioice.ice.StunProtocol(self._connection)

        def receive(size: int, address: Address) -> None:
            self._datagram(protocol, size, address)

        port = UdpPort.bind(host, self._network.ports, _receiving.view, receive)
        port.set_protocol(protocol)
        self._ports.append(port)
        protocol.connection_made(port)
        protocol.local_candidate = aioice.Candidate(
            foundation=aioice.candidate.candidate_foundation("host", "udp", host),
            component=1,
            transport="udp",
            priority=aioice.candidate.candidate_priority(1, "host", 65535 if ":" not in host else 65534),
            host=host,
            port=port.get_extra_info("sockname")[1],
            type="host",
        )
        self._connection._protocols.append(protocol)
        return protocol.local_candidate

    def _divert(self, protocol: Any) -> None:
        """Take the media out of what a TURN relay delivers."""

        def received(data: bytes, address: Address) -> None:
            if 0 < len(data) <= rtp.MAX_PACKET:
                _receiving.view[: len(data)] = data
                self._datagram(protocol, len(data), address)

        protocol.datagram_received = received

    @property
    def flooded(self) -> int:
        """Datagrams dropped unread, or not sent, because there were too many."""
        return sum(port.dropped for port in self._ports)

    @property
    def ufrag(self) -> str:
        return self._connection.local_username

    @property
    def password(self) -> str:
        return self._connection.local_password

    @property
    def fingerprint(self) -> str:
        """Of our certificate, as the SDP attribute's value (RFC 8122 section 5)."""
        sha256 = next(f for f in self._dtls.getLocalParameters().fingerprints if f.algorithm == "sha-256")
        return f"{sha256.algorithm} {sha256.value}"

    def candidates(self) -> list[tuple[str, int, str]]:
        """Our candidates as (address, port, SDP attribute value); the first is the default one."""
        return announced(self._gatherer.getLocalCandidates(), self._network.advertise)

    def start(self, remote: Remote) -> None:
        """Connect in the background; the sink hears of it."""
        self.remote_ufrag = remote.ufrag
        self._task = asyncio.get_running_loop().create_task(self._run(remote))

    async def add_candidates(self, candidates: Sequence[RemoteCandidate]) -> None:
        for c in candidates:
            if self._closing or len(self._connection._remote_candidates) >= MAX_REMOTE_CANDIDATES:
                return
            found = RTCIceCandidate(1, c.foundation, c.host, c.port, c.priority, "udp", c.kind)
            await self._ice.addRemoteCandidate(found)

    async def _run(self, remote: Remote) -> None:
        reason = "timeout"
        ended = asyncio.Event()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await self._connect(remote)
            if self._dtls.state == "failed":
                reason = "handshake"
            elif self._dtls.state == "connected":
                self._dtls.on("statechange", ended.set)
                self._rx = self._dtls._rx_srtp._srtp[0]
                self._tx = self._dtls._tx_srtp._srtp[0]
                self._sink.connected()
                self._flush_early()
                await ended.wait()
                reason = "consent" if self._connection._closing else "closed"
        await self._stop()
        if not self._closing:
            self._sink.disconnected(reason)

    async def _connect(self, remote: Remote) -> None:
        await self.add_candidates(remote.candidates)
        # The end of candidates is never signalled: a phone whose candidates were all mDNS names is met when it
        # sends its first check (peer-reflexive, RFC 8445 section 7.3.1.3); our own timeout ends a hopeless one.
        self._dtls._set_role(remote.dtls_role)
        await self._ice.start(RTCIceParameters(remote.ufrag, remote.password, remote.ice_lite))
        if self._ice.state == "completed":
            fingerprints = [RTCDtlsFingerprint(algorithm, value) for algorithm, value in remote.fingerprints]
            await self._dtls.start(RTCDtlsParameters(fingerprints, "auto"))

    def _flush_early(self) -> None:
        """Take the media that overtook the end of the handshake."""
        early, self._early = self._early, []
        for data in early:
            _receiving.view[: len(data)] = data
            self._media(len(data))

    async def close(self) -> None:
        """Say goodbye and free the sockets. The sink hears nothing more."""
        self._closing = True
        self._rx = self._tx = None
        if self._task is not None and self._task is not asyncio.current_task() and not self._task.done():
            self._task.cancel()
            await asyncio.wait([self._task])
        await self._stop()

    async def _stop(self) -> None:
        self._rx = self._tx = None
        await self._dtls.stop()
        await self._ice.stop()

    def _datagram(self, protocol: Any, size: int, address: Address) -> None:
        """One datagram in the receiving buffer. Nothing that it holds may raise out of here."""
        if not 0 < size <= rtp.MAX_PACKET:
            self.refused += 1
            return
        first = _receiving.view[0]  # tells the protocols apart, RFC 7983 section 7
        try:
            if 127 < first < 192:
                self._media(size)
            elif first < 4 and self._may_check(address):
                # looked up on the class: the instance's own may be _divert's
                aioice.ice.StunProtocol.datagram_received(protocol, bytes(_receiving.view[:size]), address)
            elif 19 < first < 64 and self._connection._queue.qsize() < MAX_DTLS_WAITING:
                self._connection.data_received(bytes(_receiving.view[:size]), 1)
            else:
                self.refused += 1
        except Exception:  # hostile input must not reach the loop: it is counted, and the other sessions go on
            self.faults += 1

    def _may_check(self, address: Address) -> bool:
        """ICE keeps a candidate for every address that a check with the right password came from: bound them."""
        known = self._connection._remote_candidates
        return len(known) < MAX_REMOTE_CANDIDATES or any((c.host, c.port) == address[:2] for c in known)

    def _media(self, size: int) -> None:
        if self._rx is None:
            if len(self._early) < EARLY_MEDIA and not self._closing:
                self._early.append(bytes(_receiving.view[:size]))
            return
        if size < rtp.HEADER_SIZE:
            self.refused += 1
            return
        view, length = _receiving.view, _receiving.length
        second, ssrc = _MEDIA_HEAD.unpack_from(view)
        if 192 <= second <= 223:  # RTCP, RFC 5761 section 4
            self._control(size)
            return
        if not self._sink.admits(second & 0x7F, ssrc):
            self.refused += 1
            return
        length[0] = size
        if _unprotect(self._rx, _receiving.cdata, length):
            self.refused += 1
            return
        self._sink.rtp_received(view[: length[0]], time.time())

    def _control(self, size: int) -> None:
        view = _receiving.view
        source = int.from_bytes(view[4:8], "big")
        if source not in self._rtcp_sources and len(self._rtcp_sources) >= MAX_RTCP_SOURCES:
            self.refused += 1
            return
        length = _receiving.length
        length[0] = size
        if srtp.lib.srtp_unprotect_rtcp(self._rx, _receiving.cdata, length):
            self.refused += 1
            return
        self._rtcp_sources.add(source)
        self._sink.rtcp_received(bytes(view[: length[0]]), time.time())

    # --- sending ---

    def send_rtp(self, first: int, second: int, seq: int, timestamp: int, ssrc: int, payload: bytes) -> bool:
        """Protect and send a packet: the five fields of its 12-byte header (RFC 3550 section 5.1), its payload. False
        when the peer cannot be reached."""
        size = rtp.HEADER_SIZE + len(payload)
        if self._tx is None or size > rtp.MAX_PACKET:
            return False
        box = self._outbox or self._open_outbox()
        at, length = len(box.sizes), _sending.length
        slot = box.slots[at]
        rtp.write_header(slot, 0, first, second, seq, timestamp, ssrc)
        slot[rtp.HEADER_SIZE : size] = payload
        length[0] = size
        if _protect(self._tx, box.pointers[at], length):
            return False
        box.sizes.append(length[0])
        if at == LAST_SLOT or not after_drain.is_open:
            self._send_outbox()
        return self._path is not None

    def _open_outbox(self) -> Outbox:
        self._take_path()
        self._outbox = box = _outboxes.take()
        if after_drain.is_open:
            after_drain.call(self._send_outbox)
        return box

    def _send_outbox(self) -> None:
        """Send what was protected. The end of a drain may find it sent already."""
        box, self._outbox = self._outbox, None
        if box is not None:
            self._way.send_all(box.slots, box.sizes)
            _outboxes.give_back(box)

    def send_rtcp(self, compound: bytes) -> bool:
        """Protect and send a compound RTCP packet."""
        if self._tx is None or len(compound) > rtp.MAX_PACKET:
            return False
        view, length = _sending.view, _sending.length
        view[: len(compound)] = compound
        length[0] = len(compound)
        if srtp.lib.srtp_protect_rtcp(self._tx, _sending.cdata, length):
            return False
        self._take_path()
        self._way.send(view[: length[0]])
        return self._path is not None

    def _take_path(self) -> None:
        """When ICE has nominated another pair, remember how to send on it."""
        pair = self._nominated.get(1)
        if pair is not self._path:
            self._path = pair
            self._way = Nowhere() if pair is None else Way(pair.protocol.transport, pair.remote_addr)

    async def round_trip(self) -> float | None:
        """Seconds to the peer and back by a STUN binding request, None when it did not answer in 1.5 s."""
        pair = self._connection._nominated.get(1)
        if pair is None or not self._connection.remote_password:
            return None
        request = self._connection.build_request(pair, nominate=False)
        key = self._connection.remote_password.encode()
        started = time.monotonic()
        try:
            await pair.protocol.request(request, pair.remote_addr, integrity_key=key, retransmissions=1)
        except aioice.stun.TransactionError:
            return None
        return time.monotonic() - started
