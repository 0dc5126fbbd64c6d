"""Decisions out of bytes: the same targets are driven by hypothesis, by atheris and by a random generator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Feed:
    """Reads decisions off the front of `data`; when it is used up every answer is zero or empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return max(0, len(self._data) - self._at)

    def bytes(self, count: int) -> bytes:
        """At most `count` bytes."""
        taken = self._data[self._at : self._at + count]
        self._at += count
        return taken

    def u8(self) -> int:
        return int.from_bytes(self.bytes(1), "big")

    def u16(self) -> int:
        return int.from_bytes(self.bytes(2), "big")

    def u32(self) -> int:
        return int.from_bytes(self.bytes(4), "big")

    def below(self, limit: int) -> int:
        """0 to `limit` - 1, `limit` at most 65,536."""
        return (self.u8() if limit <= 256 else self.u16()) % limit

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def flag(self) -> bool:
        return bool(self.u8() & 1)

    def blob(self, limit: int = 64) -> bytes:
        """Bytes of a length that the feed chooses; the tail is repeated, so that a short feed makes a long blob."""
        wanted = self.below(limit + 1)
        taken = self.bytes(min(wanted, 24))
        return (taken + taken[-1:] * (wanted - len(taken))) if taken else b""

    def text(self, limit: int = 64) -> str:
        return self.blob(limit).decode("utf-8", "replace")

    def mutated(self, good: bytes) -> bytes:
        """`good` with bytes changed, cut, doubled or put in."""
        data = bytearray(good)
        for _ in range(self.below(4)):
            at = self.u16() % (len(data) + 1)
            match self.below(5):
                case 0:
                    data[at : at + 1] = self.bytes(1)
                case 1:
                    del data[at:]
                case 2:
                    data[at:at] = self.blob()
                case 3:
                    data[at : at + 4] = self.pick([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff", b"\x80"])
                case 4:
                    data += data[at : at + 200]
        return bytes(data)
