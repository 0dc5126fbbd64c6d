"""One medium of the caller, for as long as the session lives: its history, its keyframes, those who listen to it.

A source outlives the peer that feeds it. When the phone comes back, or its encoder starts anew, `join` counts up and
every listener begins again at the next packet (audio) or keyframe (video).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from . import h264, vp8
from .rtp import Packet, Reception, Sequence

HISTORY: Final = 1024  # packets kept to answer every viewer's NACK: 4.5 s of VGA
REPLAY: Final = 96  # packets: a late viewer is given the last keyframe and what followed if it is no more than that

_KEYFRAME_TESTS: dict[str, Callable[[bytes], bool]] = {
    "H264": h264.starts_keyframe,
    "VP8": vp8.starts_keyframe,
}
_PICTURE_SIZES: dict[str, Callable[[bytes], tuple[int, int] | None]] = {
    "H264": h264.picture_size,
    "VP8": vp8.picture_size,
}


class Listener(Protocol):
    """Who is given every packet of a source, in the order of arrival."""

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None: ...


class Feeder(Protocol):
    """The peer that feeds a source hears what the packets show."""

    def gap(self, source: Source, first: int, end: int) -> None:
        """Numbers `first` to before `end` were jumped over."""

    def filled(self, source: Source, number: int) -> None:
        """A packet behind the newest one came."""

    def keyframe(self, source: Source, number: int, packet: Packet) -> None:
        """A keyframe starts with this packet."""

    def restarted(self, source: Source, first: int, end: int) -> None:
        """The sender began a new count; numbers `first` to before `end` will never come."""


class Source:
    """Packets in; each once to every listener, and kept for a while."""

    def __init__(self, kind: str, clock: int) -> None:
        self.kind = kind
        self.clock = clock
        self.codec = ""
        self.join = 0
        self.listeners: list[Listener] = []
        self.sequence = Sequence()
        self.reception = Reception(clock)
        self.keyframe = -1  # number of the packet that started the last one
        self.keyframe_arrival = float("-inf")  # epoch seconds of that packet
        self.clock_pair: tuple[int, int] | None = None  # NTP and RTP time of the caller's last sender report
        self.arrival = 0.0  # epoch seconds of the last packet
        self.frames = 0  # packets with the marker bit: ends of pictures (RFC 6184 section 5.1, RFC 7741 section 4.1)
        self.frame_arrival: float | None = None  # epoch seconds of the last of them
        self.packets = 0
        self.octets = 0
        self.dropped = 0  # duplicates and packets too old to be of use
        self._history: list[tuple[int, Packet] | None] = [None] * HISTORY
        self._is_keyframe: Callable[[bytes], bool] | None = None

    @property
    def gated(self) -> bool:
        """Whether a listener must start at a keyframe."""
        return self._is_keyframe is not None

    def begin(self, codec: str) -> None:
        """A peer joins, or joins again, with this codec."""
        self.codec = codec
        self._is_keyframe = _KEYFRAME_TESTS.get(codec)
        self.reception = Reception(self.clock)
        self._start_count()

    def _start_count(self) -> None:
        self.join += 1
        self.sequence = Sequence(max(self.sequence.highest, 0))
        self.keyframe = -1
        self.clock_pair = None
        self._history = [None] * HISTORY

    def receive(self, packet: Packet, arrival: float, feeder: Feeder, *, resent: bool = False) -> int | None:
        """Take a packet. Returns its extended number, None when it is a duplicate or too old."""
        sequence = self.sequence
        before = sequence.highest
        number = sequence.extend(packet.seq)
        if number is None:
            if resent or not sequence.restarted(packet.seq):
                self.dropped += 1
                return None
            number = self._restart(packet.seq, feeder)
            before = -1
        slot = number % HISTORY
        held = self._history[slot]
        if held is not None and held[0] >= number:
            self.dropped += 1
            return None
        self._history[slot] = (number, packet)
        self.arrival = arrival
        self.packets += 1
        self.octets += len(packet.payload)
        if not resent:
            self.reception.packet(packet.timestamp, arrival)
        if packet.marker:
            self.frames += 1
            self.frame_arrival = arrival
        keyframe = self._is_keyframe is not None and self._is_keyframe(packet.payload)
        if before >= 0:
            if number > before + 1:
                feeder.gap(self, before + 1, number)
            elif number < before:
                feeder.filled(self, number)
        if keyframe:
            self.keyframe = max(self.keyframe, number)
            self.keyframe_arrival = arrival
            feeder.keyframe(self, number, packet)
        for listener in self.listeners:
            listener.packet(number, packet, keyframe)
        return number

    def _restart(self, seq: int, feeder: Feeder) -> int:
        last = self.sequence.highest
        self._start_count()
        self.reception = Reception(self.clock)
        number = self.sequence.extend(seq)
        assert number is not None  # the first of a count always gets a number
        feeder.restarted(self, last + 1, number)
        return number

    def held(self, number: int) -> Packet | None:
        """The packet of that extended number, while the history still has it."""
        entry = self._history[number % HISTORY]
        return entry[1] if entry is not None and entry[0] == number else None

    def since_keyframe(self) -> list[tuple[int, Packet]]:
        """The last keyframe and all that followed, in order; empty when that is long or has holes."""
        newest = self.sequence.highest
        if self.keyframe < 0 or newest - self.keyframe >= REPLAY:
            return []
        found = [(number, self.held(number)) for number in range(self.keyframe, newest + 1)]
        whole = [(number, packet) for number, packet in found if packet is not None]
        return whole if len(whole) == len(found) else []

    def complete(self, first: int, last: int) -> bool:
        """Whether every packet from `first` to `last` is in the history."""
        return last - first < HISTORY and all(self.held(number) is not None for number in range(first, last + 1))

    def picture_size(self, payload: bytes) -> tuple[int, int] | None:
        """Width and height from the packet that starts a keyframe."""
        reader = _PICTURE_SIZES.get(self.codec)
        return reader(payload) if reader else None
