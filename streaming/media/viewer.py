"""One who watches: packets of the sources with a new header each, protected for this peer alone.

Only the twelve bytes of the header change (payload type, sequence number, timestamp, SSRC); pictures are never taken
apart. Sequence numbers and timestamps run on without a break when the caller's phone joins again.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence

from . import rtcp
from .aiortc_bridge import SecureTransport
from .answer import Chosen
from .rtp import HEADER_SIZE, MAX_PACKET, Packet
from .source import Source

log = logging.getLogger(__name__)

RESENDS_PER_TICK = 32  # packets sent again to one viewer per quarter second, and half of what was sent new beside them:
RESENDS_SHARE = 2  # a viewer that cannot keep up is not helped by several times the stream
RESENDS_OF_ONE = 2  # times one packet is sent again per quarter second: requests overtake their answers
KEYFRAME_PATIENCE = 1.0  # seconds between two keyframes that one viewer may ask for


class Outgoing:
    """One source on its way to one viewer."""

    def __init__(self, transport: SecureTransport, source: Source, chosen: Chosen) -> None:
        self.source = source
        self.ssrc = chosen.ssrc
        self._send = transport.send_rtp
        self._type = chosen.codec.payload_type
        self._rtx_type = chosen.rtx.payload_type if chosen.rtx else None
        self._rtx_ssrc = chosen.rtx_ssrc
        self._rtx_seq = random.getrandbits(16)
        self._join = -1
        self._reported = -1  # the join of the last sender report
        self._first = 0
        self._last = 0
        self._last_timestamp = 0  # of the source
        self._last_arrival = 0.0
        self._seq_offset = random.getrandbits(15)
        self._ts_offset = random.getrandbits(32)
        self._again: dict[int, int] = {}  # sequence number -> times sent again since the last tick
        self.packets = 0
        self.octets = 0
        self.resent = 0

    @property
    def waiting(self) -> bool:
        """Whether this stream cannot go on before a keyframe comes."""
        return self.source.gated and self._join != self.source.join

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None:
        """Send a packet of the source on."""
        if self._join != self.source.join:
            if self.source.gated and not keyframe:
                return
            self._begin(number, packet)
        elif number < self._first:
            return
        if number > self._last:
            self._last = number
            self._last_timestamp = packet.timestamp
            self._last_arrival = self.source.arrival
        if self._send(
            packet.first,
            packet.marker | self._type,
            (number + self._seq_offset) & 0xFFFF,
            (packet.timestamp + self._ts_offset) & 0xFFFFFFFF,
            self.ssrc,
            packet.payload,
        ):
            self.packets += 1
            self.octets += len(packet.payload)

    def _begin(self, number: int, packet: Packet) -> None:
        """Choose the offsets: at random for the first join (RFC 3550 section 5.1), continuing after that."""
        if self._join >= 0:
            elapsed = max(0.0, self.source.arrival - self._last_arrival)
            resume = self._last_timestamp + self._ts_offset + max(1, int(elapsed * self.source.clock))
            self._seq_offset = self._last + self._seq_offset + 1 - number
            self._ts_offset = resume - packet.timestamp
        self._join = self.source.join
        self._first = self._last = number

    def replay(self) -> bool:
        """Start with the last keyframe if it is recent. False when a new one is needed."""
        packets = self.source.since_keyframe()
        for number, packet in packets:
            self.packet(number, packet, number == self.source.keyframe)
        return bool(packets)

    def resend(self, lost: Sequence[int], budget: int) -> int:
        """Answer a NACK from the source's history. Returns how many packets went out."""
        if self._join != self.source.join:
            return 0
        sent = 0
        for seq in lost:
            number = self.source.sequence.near((seq - self._seq_offset) & 0xFFFF)
            packet = self.source.held(number) if number >= self._first else None
            times = self._again.get(seq, 0)
            if packet is not None and sent < budget and times < RESENDS_OF_ONE:
                self._again[seq] = times + 1
                self._resend(seq, packet)
                sent += 1
        self.resent += sent
        return sent

    def tick(self) -> None:
        """Four times a second: what was asked for may be asked for again."""
        self._again.clear()

    def _resend(self, seq: int, packet: Packet) -> None:
        timestamp = (packet.timestamp + self._ts_offset) & 0xFFFFFFFF
        if self._rtx_type is None or HEADER_SIZE + 2 + len(packet.payload) > MAX_PACKET:
            self._send(packet.first, packet.marker | self._type, seq, timestamp, self.ssrc, packet.payload)
            return
        # RFC 4588 section 4: the original sequence number goes before the original payload
        original = seq.to_bytes(2, "big") + packet.payload
        self._send(packet.first, packet.marker | self._rtx_type, self._rtx_seq, timestamp, self._rtx_ssrc, original)
        self._rtx_seq = (self._rtx_seq + 1) & 0xFFFF

    @property
    def owes_report(self) -> bool:
        """Whether packets of this join went out and no clock pair with them yet, though one is known."""
        return self._reported != self.source.join == self._join and self.source.clock_pair is not None

    def report(self, cname: bytes) -> bytes | None:
        """The caller's last clock pair in this stream's terms, as SR and SDES; None before the first packet."""
        if self.source.clock_pair is None or self._join != self.source.join:
            return None
        self._reported = self._join
        ntp, timestamp = self.source.clock_pair
        sender_report = rtcp.sender_report(self.ssrc, ntp, timestamp + self._ts_offset, self.packets, self.octets)
        return sender_report + rtcp.source_description(self.ssrc, cname)


class Viewer:
    """A viewer's peer. It sends no media: what it may say is RTCP."""

    def __init__(
        self,
        peer_id: str,
        codec: str,
        cname: str,
        *,
        joined: Callable[[Viewer], None],
        left: Callable[[Viewer, str], None],
        want_keyframe: Callable[[], None],
    ) -> None:
        self.peer_id = peer_id
        self.codec = codec
        self.transport: SecureTransport
        self.streams: list[Outgoing] = []
        self.is_connected = False
        self.loss = 0.0  # 0..1 of the last report on the picture
        self.malformed = 0
        self._cname = cname.encode()
        self._joined = joined
        self._left = left
        self._want_keyframe = want_keyframe
        self._resends = RESENDS_PER_TICK
        self._sent_before = 0
        self._asked = float("-inf")

    def attach(self, transport: SecureTransport, streams: list[Outgoing]) -> None:
        self.transport = transport
        self.streams = streams

    def tick(self) -> None:
        """Four times a second: allow resends again, and make up for what a late viewer has missed."""
        sent = sum(stream.packets for stream in self.streams)
        self._resends = RESENDS_PER_TICK + (sent - self._sent_before) // RESENDS_SHARE
        self._sent_before = sent
        for stream in self.streams:
            stream.tick()
            if stream.owes_report:
                self._report(stream)
        if self.is_connected and any(stream.waiting for stream in self.streams):
            self._want_keyframe()

    def clock_reported(self, source: Source) -> None:
        """The caller has sent a report: pass it on, for sound and picture to be played in step."""
        for stream in self.streams:
            if self.is_connected and stream.source is source:
                self._report(stream)

    def _report(self, stream: Outgoing) -> None:
        if report := stream.report(self._cname):
            self.transport.send_rtcp(report)

    # --- Sink ---

    def admits(self, payload_type: int, ssrc: int) -> bool:
        return False

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        """Never: nothing is admitted."""

    def rtcp_received(self, data: bytes, arrival: float) -> None:
        try:
            for item in rtcp.parse(data):
                self._take(item, arrival)
        except ValueError:
            self.malformed += 1

    def _take(self, item: rtcp.Item, now: float) -> None:
        if isinstance(item, rtcp.Nack):
            for stream in self.streams:
                if stream.ssrc == item.media and self._resends > 0:
                    self._resends -= stream.resend(item.lost, self._resends)
        elif isinstance(item, rtcp.PictureLoss):
            if now - self._asked >= KEYFRAME_PATIENCE or now < self._asked:
                self._asked = now
                self._want_keyframe()
        elif isinstance(item, rtcp.Report):
            for block in item.blocks:
                if self.streams and block.ssrc == self.streams[0].ssrc:
                    self.loss = block.fraction_lost / 256

    def connected(self) -> None:
        self.is_connected = True
        for stream in self.streams:
            stream.source.listeners.append(stream)
        if self.streams[0].source.keyframe < 0 or not self.streams[0].replay():
            self._want_keyframe()
        self._joined(self)

    def disconnected(self, reason: str) -> None:
        self._left(self, reason)

    async def close(self) -> None:
        """Stop listening and hang up."""
        self.is_connected = False
        for stream in self.streams:
            if stream in stream.source.listeners:
                stream.source.listeners.remove(stream)
        await self.transport.close()
