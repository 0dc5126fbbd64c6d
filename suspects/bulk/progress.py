"""A line on a terminal that says how far a long run is. Nothing where nobody looks."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, Self

_WIDTH = 30
_EVERY_S = 0.5


class Progress:
    """`at(done, of)` redraws at most twice a second on a terminal; elsewhere it writes one line a tenth."""

    def __init__(self, stream: Any, what: str) -> None:
        self._stream, self._what = stream, what
        self._terminal = bool(stream.isatty())
        self._began = self._drawn = time.monotonic()
        self._tenth = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._terminal:
            self._stream.write("\n")

    def at(self, done: int, of: int) -> None:
        moment = time.monotonic()
        share = min(1.0, done / of) if of else 1.0
        words = f"{done:,} of {of:,} {self._what}, {done / max(moment - self._began, 0.001):,.0f} a second"
        if self._terminal:
            if moment - self._drawn >= _EVERY_S or done >= of:
                self._drawn = moment
                bar = "#" * int(share * _WIDTH)
                self._stream.write(f"\r[{bar:<{_WIDTH}}] {words}  ", ending="")
                self._stream.flush()
        elif int(share * 10) > self._tenth:
            self._tenth = int(share * 10)
            self._stream.write(f"{words}\n")
