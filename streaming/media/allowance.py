"""A viewer whose network is too small: how much it carries, and which pictures go to it.

Pictures are never encoded for one viewer, so the only way to send less is to send fewer. A picture refers to those
before it: what is left out ends at the next key frame. So a slow viewer sees a key frame and what follows for as long
as its allowance lasts, then the picture stands until the next one; sound goes on. The caller, the recording and the
other viewers notice nothing but a key frame every few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from .rtcp import Block, middle
from .rtp import Packet
from .source import Source

LOSS_HIGH = 0.10  # of what was sent between two reports
LOSS_SEVERE = 0.25  # one report is enough
DELAY_HIGH = 0.4  # seconds of round trip above the best: that much waits in a queue
HOLD = 2.0  # seconds until the effect of a step is in the reports
LEAST = 100_000  # bit/s: a key frame every few seconds
GROWTH = 1.15  # per second, up to where it broke before
CAREFUL = 1.04  # and beyond
FORGIVEN = 60.0  # seconds after which it is not remembered where
OPENS = 1.25  # times what the caller sends: the gate opens

UNLIMITED = 1e12  # bit/s: everything fits, from the next key frame on
BUCKET = 1.0  # seconds of allowance that are kept
KEYFRAME_EVERY = 4.0  # seconds between the key frames that slow viewers may cost the caller


class Allowance:
    """What a viewer's network carries, judged by its reports. `rate` in bit/s, None: everything."""

    def __init__(self) -> None:
        self.rate: float | None = None
        self._best_rtt: float | None = None
        self._suspected = False
        self._held_until = float("-inf")
        self._at = 0.0
        self._broke = 0.0
        self._broke_at = float("-inf")

    def report(self, now: float, *, loss: float, rtt: float | None, sent: float, offered: float) -> float | None:
        """A receiver report: share lost, round trip in seconds, bit/s sent to this viewer and offered by the caller."""
        elapsed = min(2.0, max(0.0, now - self._at))
        self._at = now
        congested = self._congested(loss, rtt)
        if now < self._held_until:
            return self.rate
        if congested and sent > LEAST / 2:
            self._broke, self._broke_at = sent, now
            self.rate = max(LEAST, 0.8 * sent * (1 - loss))
            self._held_until = now + HOLD
        elif self.rate is not None and not congested:
            beyond = self.rate > 0.8 * self._broke and now - self._broke_at < FORGIVEN
            self.rate *= (CAREFUL if beyond else GROWTH) ** elapsed
            if self.rate > OPENS * offered:
                self.rate = None
        return self.rate

    def _congested(self, loss: float, rtt: float | None) -> bool:
        suspected, self._suspected = self._suspected, loss >= LOSS_HIGH
        if loss >= LOSS_SEVERE or (suspected and loss >= LOSS_HIGH):
            return True
        if rtt is None:
            return False
        self._best_rtt = rtt if self._best_rtt is None else min(self._best_rtt * 1.001, rtt)
        return rtt > self._best_rtt + DELAY_HIGH


class Way(Protocol):
    """A stream on its way to a viewer."""

    source: Source
    octets: int  # of payload sent so far

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None: ...

    def resume(self, number: int) -> None:
        """Numbers before this one were left out: go on without a hole."""


class Gate:
    """Stands among the source's listeners in a slow viewer's place, and lets through what its allowance pays for."""

    def __init__(self, way: Way, rate: float, want_keyframe: Callable[[], None], clock: Callable[[], float]) -> None:
        self.rate = rate  # bit/s
        self.dropped = 0  # packets
        self._way = way
        self._want_keyframe = want_keyframe
        self._clock = clock
        self._now = clock()
        self._bits = 0.0
        self._newest = -1
        self._since = -1  # the number with which the present state began
        self._timestamp = -1
        self._sends = True
        self._keyframe_at = self._now

    def packet(self, number: int, packet: Packet, keyframe: bool) -> None:
        """A packet of the source: to the viewer, or not."""
        if number > self._newest:
            if packet.timestamp != self._timestamp or keyframe:
                self._picture(number, packet.timestamp, keyframe)
            self._newest = number
        # one that was overtaken belongs to what was decided before
        if self._sends if number >= self._since else not self._sends:
            self._bits -= 8 * len(packet.payload)
            self._way.packet(number, packet, keyframe)
        else:
            self.dropped += 1

    def _picture(self, number: int, timestamp: int, keyframe: bool) -> None:
        """Decide on a picture by its first packet."""
        now = self._clock()
        self._bits = min(self._bits + self.rate * max(0.0, now - self._now), self.rate * BUCKET)
        self._now, self._timestamp = now, timestamp
        if keyframe:
            self._keyframe_at = now
        sends = self._bits > 0 and (keyframe or self._sends)
        if sends and not self._sends:
            self._way.resume(number)
        if sends != self._sends:
            self._sends, self._since = sends, number

    def tick(self) -> None:
        """Now and then: a viewer that waits, and has saved enough to be sent one, asks for a key frame."""
        now = self._clock()
        saved = self._bits + self.rate * (now - self._now)
        if not self._sends and saved > 0 and now - self._keyframe_at >= KEYFRAME_EVERY:
            self._keyframe_at = now
            self._want_keyframe()

    @property
    def chained(self) -> bool:
        """Whether the viewer has everything since the last key frame: only then can the gate be taken away."""
        return self._sends


class Pace:
    """Keeps one viewer's picture to what its network carries: reports in, and a gate before the picture when needed."""

    def __init__(
        self, way: Way, want_keyframe: Callable[[], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._way = way
        self._want_keyframe = want_keyframe
        self._clock = clock
        self._allowance = Allowance()
        self._gate: Gate | None = None
        self._at = clock()
        self._sent = self._offered = 0
        self._clocks: tuple[int, float] = (0, 0.0)  # middle of the last sender report's time, and when it left

    @property
    def rate(self) -> float | None:
        """bit/s that the viewer is sent at most, None: everything."""
        return None if self._gate is None else self._gate.rate

    def clock_sent(self, ntp: int) -> None:
        """A sender report with this time has left for the viewer."""
        self._clocks = (middle(ntp), self._clock())

    def reported(self, block: Block) -> None:
        """A report of the viewer on its picture."""
        now = self._clock()
        elapsed = now - self._at
        if elapsed < 0.2:  # browsers report once a second; two at once say nothing new
            return
        sent, offered = self._way.octets, self._way.source.octets
        rate = self._allowance.report(
            now,
            loss=block.fraction_lost / 256,
            rtt=self._round_trip(block, now),
            sent=8 * (sent - self._sent) / elapsed,
            offered=8 * (offered - self._offered) / elapsed,
        )
        self._at, self._sent, self._offered = now, sent, offered
        if rate is not None:
            self._hold(rate)
        elif self._gate is not None:
            self._gate.rate = UNLIMITED

    def _round_trip(self, block: Block, now: float) -> float | None:
        """RFC 3550 section 6.4.1: from our report to theirs, without the time it lay there."""
        last, at = self._clocks
        return max(0.0, now - at - block.delay / 65536) if last and block.last_sr == last else None

    def _hold(self, rate: float) -> None:
        listeners = self._way.source.listeners
        if self._gate is not None:
            self._gate.rate = rate
        elif self._way in listeners:
            self._gate = Gate(self._way, rate, self._want_keyframe, self._clock)
            listeners[listeners.index(self._way)] = self._gate

    def tick(self) -> None:
        """Now and then: ask for what a waiting viewer needs, and let go of the gate when everything fits again."""
        if self._gate is None:
            return
        if self._gate.rate == UNLIMITED and self._gate.chained:
            self.release()
        else:
            self._gate.tick()

    def release(self) -> None:
        """The picture goes without a gate again."""
        listeners = self._way.source.listeners
        if self._gate is not None and self._gate in listeners:
            listeners[listeners.index(self._gate)] = self._way
        self._gate = None
