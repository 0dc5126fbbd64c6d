"""Facts handed over one at a time, in order per session; a refused fact holds up only its own session."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from streaming.contracts import Fact

log = logging.getLogger(__name__)

FIRST_RETRY_SECONDS = 0.5
LAST_RETRY_SECONDS = 30.0

R = TypeVar("R")


@dataclass
class _Lane(Generic[R]):
    waiting: deque[tuple[Fact, R]] = field(default_factory=deque)
    failures: int = 0
    not_before: float = 0.0


class OrderedDelivery(Generic[R]):
    """A queue per session, for one thread.

    `take(fact)` returns when the fact is taken and raises when it is not; then it is tried again with back-off
    (0.5 s doubling to 30 s) for as long as it takes, because a fact may be the only word of a sealed recording.
    `taken(receipt)` acknowledges it where it came from.
    """

    def __init__(
        self,
        take: Callable[[Fact], None],
        taken: Callable[[R], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._take, self._taken, self._clock = take, taken, clock
        self._lanes: dict[str, _Lane[R]] = {}

    def __len__(self) -> int:
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def add(self, fact: Fact, receipt: R) -> None:
        self._lanes.setdefault(fact.session_id, _Lane()).waiting.append((fact, receipt))

    def clear(self) -> None:
        """Forget everything not yet taken: somebody else delivers it now."""
        self._lanes.clear()

    def run_due(self) -> float | None:
        """Offer the oldest fact of each due session until none is due. Return seconds to the next retry, or None."""
        while due := [key for key, lane in self._lanes.items() if lane.not_before <= self._clock()]:
            for session_id in due:
                self._offer(session_id)
        if not self._lanes:
            return None
        return max(0.0, min(lane.not_before for lane in self._lanes.values()) - self._clock())

    def _offer(self, session_id: str) -> None:
        lane = self._lanes[session_id]
        fact, receipt = lane.waiting[0]
        try:
            self._take(fact)
            self._taken(receipt)
        except Exception as error:
            # Not the text of the error: it may quote what a caller wrote.
            lane.failures += 1
            pause = min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(lane.failures - 1, 10))
            lane.not_before = self._clock() + pause
            log.error(
                "fact not taken",
                extra={"fact": fact.kind, "failures": lane.failures, "error": type(error).__name__},
            )
            return
        lane.waiting.popleft()
        lane.failures, lane.not_before = 0, 0.0
        if not lane.waiting:
            del self._lanes[session_id]
