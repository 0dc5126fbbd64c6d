"""One direction of a bad network: what happens to each datagram, by rules and dice alone. No sockets, no clock.

Loss is drawn independently (`loss`) or in bursts by the two-state chain of Gilbert and Elliott: in the good state
nothing is lost, in the bad one `Burst.loss` of the packets, and each packet may change the state. A bandwidth cap is a
queue in front of a line of that speed; what does not fit is dropped at its tail, as in a router.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Any

OVERHEAD = 28  # bytes of IPv4 and UDP headers, which a line carries too


@dataclass(frozen=True, slots=True)
class Burst:
    """Gilbert-Elliott: the chance per packet to enter and to leave the bad state, and the share lost in it."""

    enter: float
    leave: float
    loss: float = 1.0

    @property
    def mean_loss(self) -> float:
        """Share of all packets lost in the long run."""
        return self.loss * self.enter / (self.enter + self.leave)


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a direction does: shares from 0 to 1, seconds, bit/s."""

    delay: float = 0.0
    jitter: float = 0.0  # up to this much more, evenly drawn; the order is kept
    loss: float = 0.0
    burst: Burst | None = None
    reorder: float = 0.0  # share of packets that overtake: they skip delay's jitter and queue, by `ahead`
    ahead: float = 0.02
    rate: float | None = None  # bit/s
    queue: float = 0.5  # seconds of line that wait at most
    dark: bool = False  # nothing passes

    def but(self, **changes: Any) -> Conditions:
        return replace(self, **changes)


class Link:
    """The state of one direction. The same seed and the same packets at the same times have the same fate."""

    def __init__(self, conditions: Conditions | None = None, seed: int = 1) -> None:
        self.conditions = conditions or Conditions()
        self.passed = 0
        self.octets = 0  # that passed, without headers below UDP
        self.offered = 0  # that were to pass
        self.lost = 0  # by dice
        self.overflowed = 0  # at the queue's tail
        self.in_the_dark = 0
        self._dice = random.Random(seed)
        self._bad = False
        self._free_at = 0.0  # when the line has sent what waits
        self._last = 0.0

    def fate(self, size: int, now: float) -> float | None:
        """When a datagram of `size` bytes that is sent at `now` arrives; None when it does not."""
        c = self.conditions
        self.offered += size
        if c.dark:
            self.in_the_dark += 1
            return None
        if self._is_lost(c):
            self.lost += 1
            return None
        sent = now
        if c.rate is not None:
            begins = max(now, self._free_at)
            if begins - now > c.queue:
                self.overflowed += 1
                return None
            sent = self._free_at = begins + 8 * (size + OVERHEAD) / c.rate
        self.passed += 1
        self.octets += size
        arrives = sent + c.delay
        if c.reorder and self._dice.random() < c.reorder:
            return max(now, arrives - c.ahead)
        if c.jitter:
            arrives += c.jitter * self._dice.random()
        self._last = max(self._last, arrives)
        return self._last

    def _is_lost(self, c: Conditions) -> bool:
        lost = bool(c.loss) and self._dice.random() < c.loss
        if c.burst is not None:
            change = c.burst.leave if self._bad else c.burst.enter
            if self._dice.random() < change:
                self._bad = not self._bad
            lost = lost or (self._bad and self._dice.random() < c.burst.loss)
        return lost

    @property
    def waiting(self) -> float:
        """The moment at which the queue is empty."""
        return self._free_at
