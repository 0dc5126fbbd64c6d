"""Token buckets: how much one socket may ask of the server before it is told to wait, then closed.

Each socket owns its buckets, so a flood uses up only its own allowance. No Django, no I/O.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Allowance:
    """`rate` messages a second on average, `burst` at once."""

    rate: float
    burst: int


class TokenBucket:
    """Refills at `allowance.rate` a second up to `allowance.burst`; each message takes one."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self._allowance = allowance
        self._clock = clock
        self._tokens = float(allowance.burst)
        self._at = clock()

    def take(self) -> float:
        """Take one token: 0.0, or the seconds until there would be one (nothing is taken then)."""
        now = self._clock()
        self._tokens = min(self._allowance.burst, self._tokens + (now - self._at) * self._allowance.rate)
        self._at = now
        if self._tokens >= 1:
            self._tokens -= 1
            return 0.0
        return (1 - self._tokens) / self._allowance.rate


#: What a page needs, several times over. `*` counts every frame, whatever is in it.
CALLER_ALLOWANCES: dict[str, Allowance] = {
    "*": Allowance(rate=20, burst=60),
    "offer": Allowance(rate=0.5, burst=6),
    "fix": Allowance(rate=2, burst=20),
    "chat": Allowance(rate=2, burst=20),
    "device": Allowance(rate=4, burst=20),
    "consent": Allowance(rate=0.5, burst=6),
    "see": Allowance(rate=0.5, burst=6),
    "prompted": Allowance(rate=1, burst=12),
    "typing": Allowance(rate=1, burst=6),
}
WATCH_ALLOWANCES: dict[str, Allowance] = {
    "*": Allowance(rate=10, burst=40),
    "offer": Allowance(rate=0.5, burst=6),
    "tune": Allowance(rate=2, burst=12),
    "talk": Allowance(rate=0.5, burst=6),
    "typing": Allowance(rate=1, burst=6),
}

#: Refused frames before the socket is closed; they come back one every two seconds.
STRIKES = Allowance(rate=0.5, burst=20)


class FloodGuard:
    """The buckets of one socket."""

    def __init__(self, allowances: dict[str, Allowance], clock: Callable[[], float] = time.monotonic) -> None:
        self._buckets = {kind: TokenBucket(allowance, clock) for kind, allowance in allowances.items()}
        self._strikes = TokenBucket(STRIKES, clock)

    def wait_for(self, kind: str) -> float:
        """Seconds to wait before a message of `kind` is taken; 0.0 takes it now."""
        bucket = self._buckets.get(kind)
        return bucket.take() if bucket else 0.0

    def strike(self) -> bool:
        """Count a refused frame. True when the socket has used up its patience and must be closed."""
        return self._strikes.take() > 0
