"""Rates of a stream over the last seconds."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

WINDOW = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class Rates:
    fps: float = 0.0
    bitrate: float = 0.0  # bit/s
    loss: float = 0.0  # 0..1 after retransmission


class Meter:
    """Counters in, rates out."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int, int, int, int]] = deque()

    def sample(self, now: float, *, frames: int, octets: int, packets: int, lost: int) -> None:
        """Totals so far at `now` seconds."""
        self._samples.append((now, frames, octets, packets, lost))
        while len(self._samples) > 2 and now - self._samples[0][0] > WINDOW:
            self._samples.popleft()

    def rates(self) -> Rates:
        if len(self._samples) < 2:
            return Rates()
        first, last = self._samples[0], self._samples[-1]
        seconds = last[0] - first[0]
        if seconds <= 0:
            return Rates()
        frames, octets, packets, lost = (b - a for a, b in zip(first[1:], last[1:], strict=True))
        whole = packets + lost
        return Rates(frames / seconds, 8 * octets / seconds, lost / whole if whole else 0.0)
