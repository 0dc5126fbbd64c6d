"""How many bytes a caller may put on the disk: a bucket that fills steadily (no RFC: our own bound)."""

from __future__ import annotations

from typing import Final

BYTES_PER_SECOND = 1_500_000  # 12 Mbit/s for as long as the call lasts; a phone is told to stay below 5 (REMB)
LEAST: Final = 1000  # bytes that any packet counts as: 1,500 a second of whatever size, for each costs the same time
BURST = 3_000_000  # bytes at once: what a phone held back while its network was away, or a large keyframe


class ByteBudget:
    """Spend bytes; refused once the burst is used up and more comes than flows in again."""

    __slots__ = ("_at", "_left")

    def __init__(self) -> None:
        self._left = float(BURST)
        self._at = 0.0

    def spend(self, size: int, at: float) -> bool:
        """Whether `size` bytes arriving at `at` (epoch seconds) are within the budget; they count only if they are."""
        if at > self._at:
            self._left = min(BURST, self._left + (at - self._at) * BYTES_PER_SECOND)
        self._at = at  # a clock that was set back only stands still once
        size = max(size, LEAST)
        if size > self._left:
            return False
        self._left -= size
        return True
