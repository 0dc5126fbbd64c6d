"""Puts packets back in order and decides when a missing one is waited for no longer."""

from __future__ import annotations

from typing import Final

from streaming.media.recorder.packets import Lost, Packet

START_HOLD: Final = 0.05  # s; the first packets of a stream may overtake each other
LIMIT: Final = 4096  # packets kept behind a missing one: over 10 s of HD
STALE_LIMIT: Final = 100  # as many packets in a row from the past mean that the count itself is wrong


class Order:
    """Packets in, the same packets out in sequence, each once, with `Lost` where some will never come.

    A missing packet is waited for until `give_up` names it. Should nobody ever name it, the wait ends after `hold`
    seconds or LIMIT packets. Duplicates and packets behind the point already released are dropped.
    """

    def __init__(self, hold: float) -> None:
        self._hold = hold
        self._waiting: dict[int, Packet] = {}
        self._given_up: list[tuple[int, int]] = []
        self._next: int | None = None
        self._first_seen = 0.0
        self._blocked_since: float | None = None
        self._stale = 0

    def add(self, packet: Packet) -> None:
        if self._next is None and not self._waiting:
            self._first_seen = packet.arrival
        if self._next is None or packet.seq >= self._next:
            self._stale = 0
            self._waiting.setdefault(packet.seq, packet)
            return
        self._stale += 1
        if self._stale > STALE_LIMIT:
            self._waiting = {packet.seq: packet}
            self._next, self._stale = packet.seq - 1, 0
            self._given_up = [(packet.seq - 1, packet.seq - 1)]

    def give_up(self, first: int, last: int) -> None:
        """Packets `first` to `last` that are not here will never come."""
        if last >= first and (self._next is None or last >= self._next):
            self._given_up.append((first, last))

    def release(self, now: float, *, everything: bool = False) -> list[Packet | Lost]:
        """What is due at `now`. With `everything`, no missing packet is waited for (end of the stream)."""
        if self._next is None:
            if not self._waiting or (now - self._first_seen < START_HOLD and not everything):
                return []
            self._next = min(self._waiting)
        due: list[Packet | Lost] = []
        while self._waiting:
            packet = self._waiting.pop(self._next, None)
            if packet is not None:
                self._next += 1
                self._blocked_since = None
                due.append(packet)
                continue
            last = self._hopeless_through(now, everything)
            if last is None:
                break
            lost = Lost(self._next, last)
            self._next = last + 1
            self._blocked_since = None
            self._given_up = [entry for entry in self._given_up if entry[1] >= self._next]
            due.append(lost)
        return due

    @property
    def blocked(self) -> bool:
        """True while packets wait behind a missing one."""
        return self._blocked_since is not None

    def _hopeless_through(self, now: float, everything: bool) -> int | None:
        """The last sequence number of the hole at `_next` that is not worth waiting for, or None to wait."""
        assert self._next is not None
        before_next_packet = min(self._waiting) - 1
        if self._blocked_since is None:
            self._blocked_since = now
        if everything or len(self._waiting) > LIMIT or now - self._blocked_since > self._hold:
            return before_next_packet
        named = [last for first, last in self._given_up if first <= self._next <= last]
        return min(max(named), before_next_packet) if named else None
