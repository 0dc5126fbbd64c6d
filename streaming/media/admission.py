"""How many sessions this engine carries: the configured limit, and what its own strain says.

A session too many is not one bad picture, it is a bad picture for everybody. So the engine measures what its sessions
cost it (CPU of the process, lateness of its event loop) and refuses new ones while it is at the edge. Sessions that are
under way are never refused for that, also not when they come from an engine that died.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW = 8.0  # s
MAX_LOAD = 0.85  # of a core: media work is one event loop and its threads, and one core is what they get
MAX_LAG = 0.1  # s, mean over the window: later than that pictures begin to shake
FEW = 4  # sessions: below, strain comes from something else, and there is no crowd to protect
LEAST_COST = 0.001  # of a core for one session, in case sessions stand still


@dataclass(frozen=True)
class _Sample:
    at: float
    cpu: float
    lag: float


class Admission:
    """Samples in, capacity out. For one thread."""

    def __init__(self, limit: int, max_load: float = MAX_LOAD) -> None:
        """`limit`: sessions, whatever is measured. `max_load` 0 measures and refuses nobody."""
        self.limit = limit
        self._max_load = max_load
        self._samples: deque[_Sample] = deque()

    def sample(self, at: float, cpu_seconds: float, lag: float) -> None:
        """At `at` seconds the process had used `cpu_seconds`; the event loop came `lag` seconds late to this turn."""
        self._samples.append(_Sample(at, cpu_seconds, max(0.0, lag)))
        while len(self._samples) > 2 and at - self._samples[0].at > WINDOW:
            self._samples.popleft()

    @property
    def load(self) -> float:
        """Of a core, over the window; 0 until half of it is known."""
        if len(self._samples) < 2:
            return 0.0
        first, last = self._samples[0], self._samples[-1]
        seconds = last.at - first.at
        return (last.cpu - first.cpu) / seconds if seconds >= WINDOW / 2 else 0.0

    @property
    def worst_lag(self) -> float:
        return max((sample.lag for sample in self._samples), default=0.0)

    def capacity(self, sessions: int) -> int:
        """How many sessions this engine carries well, now that it has `sessions`."""
        if not self._max_load or sessions < FEW:
            return self.limit
        if self._strained():
            return min(self.limit, sessions)
        cost = max(self.load / sessions, LEAST_COST)
        return min(self.limit, max(sessions, int(self._max_load / cost)))

    def _strained(self) -> bool:
        lags = [sample.lag for sample in self._samples]
        return self.load >= self._max_load or (self.load > 0 and sum(lags) / len(lags) >= MAX_LAG)
