"""The caller's peer: the receiving end of RTP, and what it reports back (RFC 3550, RFC 4585, RFC 4588)."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from . import rtcp
from .answer import Chosen
from .budget import ByteBudget
from .feedback import (
    BITRATE_MAX,
    NACK_INTERVAL,
    NACK_WINDOW,
    BitrateCap,
    KeyframeRequests,
    Queueing,
    Retransmissions,
)
from .patience import Patience
from .peering import Transport
from .rtp import Packet, parse
from .source import Source
from .transport_feedback import Arrivals, transport_number

log = logging.getLogger(__name__)

REPORT_INTERVAL: Final = 0.5  # seconds between receiver reports with REMB
PING_INTERVAL: Final = 2.0

Media = Literal["video", "audio"]


class CallerEvents(Protocol):
    """What the session hears of its caller."""

    def caller_joined(self, caller: Caller) -> None: ...

    def caller_left(self, caller: Caller, reason: str) -> None: ...

    def caller_offends(self, caller: Caller, reason: str) -> None:
        """It went on sending what it may not: drop it."""

    def media_packet(self, caller: Caller, source: Source, number: int, packet: Packet, at: float) -> None: ...

    def keyframe_started(self, caller: Caller, number: int, packet: Packet) -> None: ...

    def packets_given_up(self, caller: Caller, source: Source, first: int, last: int) -> None: ...

    def clock_reported(self, caller: Caller, source: Source, ntp: int, timestamp: int) -> None: ...


@dataclass(slots=True)
class Stream:
    """One section of the caller's answer and the source that it feeds."""

    media: Media
    source: Source
    payload_type: int
    rtx_type: int = -1
    ssrc: int | None = None  # None until declared in the offer or seen
    rtx_ssrc: int | None = None
    numbering: int = 0  # id of the extension with the transport-wide number, 0 when none was agreed
    last_sr: int = 0
    last_sr_at: float = 0.0

    @classmethod
    def of(cls, media: Media, source: Source, chosen: Chosen) -> Stream:
        section = chosen.section
        rtx_sources = set(section.retransmission.values())
        ssrc = next((s for s in section.sources if s not in rtx_sources), None)
        return cls(
            media,
            source,
            chosen.codec.payload_type,
            chosen.rtx.payload_type if chosen.rtx else -1,
            ssrc,
            section.retransmission.get(ssrc) if ssrc is not None else None,
            chosen.numbering,
        )


class Caller:
    """Takes the phone's packets into the session's sources and keeps the phone informed."""

    def __init__(self, peer_id: str, codec: str, events: CallerEvents, *, profile: str = "") -> None:
        self.peer_id = peer_id
        self.codec = codec
        self.profile = profile if codec == "H264" else ""  # its profile-level-id
        self.transport: Transport
        self.streams: list[Stream] = []
        self.is_connected = False
        self.is_current = False  # set by the session: what a peer sends before it is in charge is dropped
        self.rtt: float | None = None
        self.unexpected = 0  # packets of an SSRC or payload type that was not agreed
        self.malformed = 0
        self.over_budget = 0  # packets of a caller that sends more than a picture needs
        self._events = events
        self._ssrc = random.getrandbits(32)
        self._retransmissions = Retransmissions()
        self._keyframes = KeyframeRequests()
        self._cap = BitrateCap()
        self._queueing = Queueing()
        self._arrivals = Arrivals()
        self._numbering = 0
        self._budget = ByteBudget()
        self._patience = Patience()
        self._octets_before = 0
        self._next_report = 0.0
        self._next_ping = 0.0
        self._nack_timer: asyncio.TimerHandle | None = None
        self._pli_timer: asyncio.TimerHandle | None = None
        self._ping: asyncio.Task[None] | None = None

    def attach(self, transport: Transport, streams: list[Stream]) -> None:
        self.transport = transport
        self.streams = streams
        self._numbering = self.video.numbering

    @property
    def video(self) -> Stream:
        return self.streams[0]

    @property
    def has_audio(self) -> bool:
        return len(self.streams) > 1

    # --- Sink: what arrives ---

    def admits(self, payload_type: int, ssrc: int) -> bool:
        for stream in self.streams:
            if payload_type == stream.payload_type and stream.ssrc in (ssrc, None):
                return self.is_current
            if payload_type == stream.rtx_type and stream.rtx_ssrc in (ssrc, None):
                return self.is_current
        self.unexpected += 1
        return False

    def rtp_received(self, data: memoryview, arrival: float) -> None:
        if self._numbering:
            number = transport_number(data, self._numbering)
            if number is not None and self._arrivals.packet(number, arrival):
                self._send_arrivals()
        packet = parse(data)
        if packet is None:
            self.malformed += 1
            self._strike("malformed", arrival)
            return
        for stream in self.streams:
            if packet.payload_type == stream.payload_type and packet.ssrc == stream.ssrc:
                self._receive(stream, packet, arrival)
                return
            if packet.payload_type == stream.rtx_type and packet.ssrc == stream.rtx_ssrc:
                self._receive_resent(stream, packet, arrival)
                return
        self._learn(packet, arrival, data)

    def _learn(self, packet: Packet, arrival: float, data: memoryview) -> None:
        """The first packet of a stream whose SSRC the offer did not say: it is authentic, so its SSRC counts."""
        for stream in self.streams:
            if packet.payload_type == stream.payload_type and stream.ssrc is None:
                stream.ssrc = packet.ssrc
                return self.rtp_received(data, arrival)
            if packet.payload_type == stream.rtx_type and stream.rtx_ssrc is None:
                stream.rtx_ssrc = packet.ssrc
                return self.rtp_received(data, arrival)
        self.unexpected += 1
        return None

    def _receive_resent(self, stream: Stream, packet: Packet, arrival: float) -> None:
        """A packet of the retransmission stream: the original sequence number leads its payload (RFC 4588 section 4).

        One without the two bytes, or with nothing behind them, probes for bandwidth. Chrome may send RTX first.
        """
        if len(packet.media) <= 2:
            return
        seq, payload = int.from_bytes(packet.payload[:2], "big"), packet.payload[2:]
        original = Packet(packet.first, packet.marker, stream.payload_type, seq, packet.timestamp, packet.ssrc, payload)
        if stream.source.sequence.highest >= 0:
            self._receive(stream, original, arrival, resent=True)

    def _receive(self, stream: Stream, packet: Packet, arrival: float, *, resent: bool = False) -> None:
        if not self._budget.spend(len(packet.payload), arrival):
            self.over_budget += 1
            self._strike("flood", arrival)
            return
        number = stream.source.receive(packet, arrival, self, resent=resent)
        if number is not None:
            self._events.media_packet(self, stream.source, number, packet, arrival)

    def _strike(self, kind: str, at: float) -> None:
        if self._patience.strike(kind, at):
            self._events.caller_offends(self, kind)

    def rtcp_received(self, data: bytes, arrival: float) -> None:
        if not self._patience.control(arrival):
            self._strike("flood", arrival)
            return
        try:
            for item in rtcp.parse(data):
                if isinstance(item, rtcp.Report) and item.ntp is not None:
                    self._sender_report(item, item.ntp, arrival)
        except ValueError:
            self.malformed += 1
            self._strike("malformed", arrival)

    def _sender_report(self, report: rtcp.Report, ntp: int, arrival: float) -> None:
        for stream in self.streams:
            if report.ssrc == stream.ssrc:
                stream.last_sr = rtcp.middle(ntp)
                stream.last_sr_at = arrival
                if self.is_current:
                    self._events.clock_reported(self, stream.source, ntp, report.timestamp)

    def connected(self) -> None:
        self.is_connected = True
        self._events.caller_joined(self)
        self._report(time.time())  # REMB at once: a sender only jumps to it in its first seconds
        self._keyframes.sent(time.monotonic())  # a stream begins with a keyframe: ask only if none came in 300 ms
        self.want_keyframe()

    def disconnected(self, reason: str) -> None:
        self._events.caller_left(self, reason)

    # --- Feeder: what the packets show ---

    def gap(self, source: Source, first: int, end: int) -> None:
        if source.kind != "video":
            return  # audio conceals its losses and is not asked for again
        if end - first > NACK_WINDOW or len(self._retransmissions) > NACK_WINDOW:
            for lost_first, lost_last in runs([*self._retransmissions.clear(), *range(first, end)]):
                self._lose(source, lost_first, lost_last)
            return
        self._send_nack(self._retransmissions.gap(first, end, time.monotonic()))
        self._arm_nack()

    def filled(self, source: Source, number: int) -> None:
        if source.kind == "video":
            self._retransmissions.arrived(number)

    def keyframe(self, source: Source, number: int, packet: Packet) -> None:
        self._keyframes.came()
        if self._pli_timer is not None:
            self._pli_timer.cancel()
            self._pli_timer = None
        self._events.keyframe_started(self, number, packet)

    def restarted(self, source: Source, first: int, end: int) -> None:
        if source.kind == "video":
            self._retransmissions.clear()
        self._lose(source, first, end - 1)

    def _lose(self, source: Source, first: int, last: int) -> None:
        self._events.packets_given_up(self, source, first, last)
        if source.kind == "video":
            self.want_keyframe()

    # --- asking again (RFC 4585 section 6.2.1) ---

    def _arm_nack(self) -> None:
        if self._nack_timer is None and len(self._retransmissions):
            self._nack_timer = asyncio.get_running_loop().call_later(NACK_INTERVAL, self._nack_due)

    def _nack_due(self) -> None:
        self._nack_timer = None
        source = self.video.source
        again, given_up = self._retransmissions.due(time.monotonic(), source.sequence.highest)
        self._send_nack(again)
        for first, last in runs(given_up):
            self._lose(source, first, last)
        self._arm_nack()

    def _send_nack(self, numbers: list[int]) -> None:
        if numbers and self.video.ssrc is not None:
            lost = (number & 0xFFFF for number in numbers)
            self._send(rtcp.nack(self._ssrc, self.video.ssrc, lost))

    # --- keyframes (section 6.3.1) ---

    def want_keyframe(self) -> None:
        """Ask for a keyframe, at most every 300 ms, until one comes."""
        self._keyframes.want()
        if self._pli_timer is None:
            self._request_keyframe()

    def _request_keyframe(self) -> None:
        self._pli_timer = None
        if not self._keyframes.wanted or not self.is_connected:
            return
        now = time.monotonic()
        delay = self._keyframes.delay(now)
        if delay <= 0 and self.video.ssrc is not None:
            self._send(rtcp.picture_loss(self._ssrc, self.video.ssrc))
            self._keyframes.sent(now)
            delay = self._keyframes.delay(now)
        self._pli_timer = asyncio.get_running_loop().call_later(max(delay, 0.02), self._request_keyframe)

    # --- reports ---

    def _send_arrivals(self) -> None:
        """Transport-wide feedback on what came since the last."""
        if feedback := self._arrivals.feedback(self._ssrc, self.video.ssrc or 0):
            self._send(feedback)

    def tick(self, now: float) -> None:
        """Called four times a second with epoch seconds."""
        if not self.is_connected:
            return
        self._send_arrivals()
        if now >= self._next_report:
            self._report(now)
        if now >= self._next_ping and (self._ping is None or self._ping.done()):
            self._next_ping = now + PING_INTERVAL
            self._ping = asyncio.get_running_loop().create_task(self._measure_round_trip())

    async def _measure_round_trip(self) -> None:
        self.rtt = await self.transport.round_trip()

    def _report(self, now: float) -> None:
        elapsed = REPORT_INTERVAL + max(0.0, now - self._next_report) if self._next_report else REPORT_INTERVAL
        self._next_report = now + REPORT_INTERVAL
        blocks, expected, lost = [], 0, 0
        for stream in self.streams:
            if stream.ssrc is None or stream.source.sequence.highest < 0:
                continue
            block, interval = self._block(stream, stream.ssrc, now)
            blocks.append(block)
            if stream is self.video:
                expected, lost = interval
        octets = sum(stream.source.octets for stream in self.streams)
        incoming = 8 * (octets - self._octets_before) / elapsed
        self._octets_before = octets
        cap = BITRATE_MAX  # a sender that hears of every packet knows better than we do
        if not self._numbering:
            queued = self._queueing.sample(self.video.source.reception.transit)
            cap = self._cap.update(expected=expected, lost=lost, rtt=self.rtt, incoming=incoming, queued=queued)
        sources = [stream.ssrc for stream in self.streams if stream.ssrc is not None]
        compound = rtcp.receiver_report(self._ssrc, blocks)
        if sources:
            compound += rtcp.bitrate_cap(self._ssrc, cap, sources)
        self.transport.send_rtcp(compound)

    @staticmethod
    def _block(stream: Stream, ssrc: int, now: float) -> tuple[rtcp.Block, tuple[int, int]]:
        sequence, reception = stream.source.sequence, stream.source.reception
        expected, lost = reception.interval(sequence.expected)
        fraction = lost / expected if expected else 0.0
        delay = int((now - stream.last_sr_at) * 65536) if stream.last_sr else 0
        block = rtcp.Block(
            ssrc=ssrc,
            fraction_lost=min(255, int(fraction * 256)),
            lost=reception.lost(sequence.expected),
            highest=sequence.reported,
            jitter=reception.jitter,
            last_sr=stream.last_sr,
            delay=max(0, min(delay, 0xFFFFFFFF)),
        )
        return block, (expected, lost)

    def _send(self, feedback: bytes) -> None:
        """Feedback never goes alone: a compound starts with a report (RFC 3550 section 6.1)."""
        self.transport.send_rtcp(rtcp.receiver_report(self._ssrc) + feedback)

    async def close(self) -> None:
        """Stop asking and hang up."""
        if self.over_budget:
            log.warning("packets over the byte budget of a caller were dropped: %d", self.over_budget)
        self.is_connected = self.is_current = False
        for timer in (self._nack_timer, self._pli_timer):
            if timer is not None:
                timer.cancel()
        self._nack_timer = self._pli_timer = None
        if self._ping is not None:
            self._ping.cancel()
        await self.transport.close()


def runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Consecutive numbers as (first, last); `numbers` is in order."""
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
