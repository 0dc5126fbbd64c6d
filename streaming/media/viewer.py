"""One who watches: packets of the sources with a new header each, protected for this peer alone.

Only the twelve bytes of the header change (payload type, sequence number, timestamp, SSRC); pictures are never taken
apart. Sequence numbers and timestamps run on without a break when the caller's phone joins again.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Sequence
from typing import Final

from streaming.contracts import Rate

from . import rtcp
from .allowance import KEYFRAME_EVERY, Pace
from .answer import Chosen
from .mark.rendition import Rendition
from .patience import Patience
from .peering import Transport
from .rtp import HEADER_SIZE, MAX_PACKET, Packet
from .source import Source
from .thinning import THUMBNAIL_EVERY, Run, Thinning

log = logging.getLogger(__name__)

RESENDS_PER_TICK: Final = 32  # packets sent again to one viewer per quarter second, and half of what was sent new:
RESENDS_SHARE: Final = 2  # a viewer that cannot keep up is not helped by several times the stream
RESENDS_OF_ONE: Final = 2  # times one packet is sent again per quarter second: requests overtake their answers
KEYFRAME_PATIENCE: Final = 1.0  # seconds between two keyframes that one viewer may ask for


class Outgoing:
    """One source on its way to one viewer."""

    def __init__(self, transport: Transport, source: Source, chosen: Chosen) -> None:
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
        self._gate: Thinning | None = None  # while not everything is sent on
        self._runs: Thinning | None = None  # the stretches sent before, after everything is sent on again
        self._again: dict[int, int] = {}  # sequence number -> times sent again since the last tick
        self.packets = 0
        self.octets = 0
        self.resent = 0

    @property
    def waiting(self) -> bool:
        """Whether this stream cannot go on, or not as it should, before a keyframe comes."""
        return self.source.gated and (self._join != self.source.join or (self._gate is not None and self._gate.rising))

    def thin(self, thinned: bool) -> None:
        """Send only what a thumbnail needs (of sound: nothing), or everything again from the next keyframe on."""
        if thinned and self._gate is None:
            self._gate = Thinning(self._last_timestamp)
        elif self._gate is not None:
            self._gate.rising = not thinned

    @property
    def wants_thumbnail(self) -> bool:
        """Whether it is time for the next picture of a thumbnail."""
        if self._gate is None or not self.source.gated or self._join != self.source.join:
            return False
        return self.source.arrival - self.source.keyframe_arrival >= THUMBNAIL_EVERY

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None:
        """Send a packet of the source on."""
        if self._join != self.source.join:
            if self.source.gated and not keyframe:
                return
            self._begin(number, packet)
            if self._gate is not None and self._gate.rising:
                self._gate = None  # this is the keyframe that it waited for
            elif self._gate is not None:
                self._gate.passes(packet, keyframe, self.source.arrival, self.source.codec)
        elif number < self._first or (
            self._gate is not None and not self._passes(self._gate, number, packet, keyframe)
        ):
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

    def _passes(self, gate: Thinning, number: int, packet: Packet, keyframe: bool) -> bool:
        """Whether a thinned stream sends this packet on; the first packet of a picture gets the next number."""
        if not self.source.gated:
            if not gate.rising or number <= self._last:
                return False
            passes = None
        else:
            passes = gate.passes(packet, keyframe, self.source.arrival, self.source.codec)
        if passes is None:
            if number <= self._last:
                return False  # late, and the viewer is past it
            gate.runs.append(Run(self._first, self._last, self._seq_offset))
            self._seq_offset += self._last + 1 - number
            self._first = self._last = number
            if gate.rising and (keyframe or not self.source.gated):
                self._gate = None
                self._runs = gate
        return passes is not False

    def _begin(self, number: int, packet: Packet) -> None:
        """Choose the offsets: at random for the first join (RFC 3550 section 5.1), continuing after that."""
        if self._join >= 0:
            elapsed = max(0.0, self.source.arrival - self._last_arrival)
            resume = self._last_timestamp + self._ts_offset + max(1, int(elapsed * self.source.clock))
            self._seq_offset = self._last + self._seq_offset + 1 - number
            self._ts_offset = resume - packet.timestamp
        self._join = self.source.join
        self._first = self._last = number
        self._runs = None
        if self._gate is not None:
            self._gate.runs.clear()

    def resume(self, number: int) -> None:
        """Numbers before this one were left out: go on without a hole. What went before is not sent again."""
        self._seq_offset += self._last + 1 - number
        self._first, self._last = number, number - 1
        self._runs = None

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
            number = self._number(seq)
            packet = self.source.held(number) if number is not None else None
            times = self._again.get(seq, 0)
            if packet is not None and sent < budget and times < RESENDS_OF_ONE:
                self._again[seq] = times + 1
                self._resend(seq, packet)
                sent += 1
        self.resent += sent
        return sent

    def _number(self, seq: int) -> int | None:
        """The source's number of what was sent as `seq`."""
        number = self.source.sequence.near((seq - self._seq_offset) & 0xFFFF)
        if number >= self._first:
            return number if self._gate is None or number <= self._last else None
        gate = self._gate or self._runs
        return gate.find(seq) if gate is not None else None

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
        rendition: Rendition | None = None,
    ) -> None:
        self.peer_id = peer_id
        self.rendition = rendition
        self.codec = codec
        self.transport: Transport
        self.streams: list[Outgoing] = []
        self._pace: Pace
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
        self._rate: Rate = "full"
        self._patience = Patience()

    def attach(self, transport: Transport, streams: list[Outgoing]) -> None:
        self.transport = transport
        self.streams = streams
        self._pace = Pace(streams[0], self._want_keyframe)
        if self.rendition is not None:
            self.rendition.lost = self._unmarked

    def _unmarked(self) -> None:
        """There is no marked picture any more: then there is none."""
        self._left(self, "unmarked")

    def tune(self, rate: Rate) -> None:
        """How much of the source this viewer is sent from now on."""
        self._rate = rate
        for stream in self.streams:
            is_sound = stream.source.kind == "audio"
            stream.thin(rate == "thumbnail" if is_sound else rate != "full")
        if self.is_connected and any(stream.waiting for stream in self.streams):
            self._want_keyframe()

    def tick(self) -> None:
        """Four times a second: allow resends again, and make up for what a late viewer has missed."""
        sent = sum(stream.packets for stream in self.streams)
        least = RESENDS_PER_TICK if self._pace.rate is None else 0
        self._resends = least + (sent - self._sent_before) // RESENDS_SHARE
        self._sent_before = sent
        self._pace.tick()
        for stream in self.streams:
            stream.tick()
            if stream.owes_report:
                self._report(stream)
        asks = self.is_connected and self._pace.rate is None  # a slow one's pace asks, and less often
        if asks and any(stream.waiting or stream.wants_thumbnail for stream in self.streams):
            self._want_keyframe()

    def clock_reported(self, source: Source) -> None:
        """The caller has sent a report: pass it on, for sound and picture to be played in step."""
        if self.rendition is not None and source is self.rendition.original:  # marked pictures keep their times
            self.rendition.source.clock_pair = source.clock_pair
            source = self.rendition.source
        for stream in self.streams:
            if self.is_connected and stream.source is source:
                self._report(stream)

    def _report(self, stream: Outgoing) -> None:
        if report := stream.report(self._cname):
            self.transport.send_rtcp(report)
            if stream is self.streams[0] and stream.source.clock_pair is not None:
                self._pace.clock_sent(stream.source.clock_pair[0])

    # --- Sink ---

    def admits(self, payload_type: int, ssrc: int) -> bool:
        return False

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        """Never: nothing is admitted."""

    def rtcp_received(self, data: bytes, arrival: float) -> None:
        if not self._patience.control(arrival):
            self._strike("flood", arrival)
            return
        try:
            for item in rtcp.parse(data):
                self._take(item, arrival)
        except ValueError:
            self.malformed += 1
            self._strike("malformed", arrival)

    def _strike(self, kind: str, at: float) -> None:
        if self._patience.strike(kind, at):
            self._left(self, kind)

    def _take(self, item: rtcp.Item, now: float) -> None:
        if isinstance(item, rtcp.Nack):
            for stream in self.streams:
                if stream.ssrc == item.media and self._resends > 0:
                    self._resends -= stream.resend(item.lost, self._resends)
        elif isinstance(item, rtcp.PictureLoss):
            patience = KEYFRAME_PATIENCE if self._pace.rate is None else KEYFRAME_EVERY
            if now - self._asked >= patience or now < self._asked:
                self._asked = now
                self._want_keyframe()
        elif isinstance(item, rtcp.Report):
            for block in item.blocks:
                if self.streams and block.ssrc == self.streams[0].ssrc:
                    self.loss = block.fraction_lost / 256
                    self._pace.reported(block)

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
        self._pace.release()
        if self.rendition is not None:
            await self.rendition.stop()
        for stream in self.streams:
            if stream in stream.source.listeners:
                stream.source.listeners.remove(stream)
        await self.transport.close()
