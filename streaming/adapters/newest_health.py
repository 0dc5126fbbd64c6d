"""Health handed over in a thread of its own: the newest of each session, older ones are skipped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from streaming.contracts import StreamHealth

log = logging.getLogger(__name__)


class NewestHealth:
    """A slow or failing taker costs freshness, never memory and never the engine's time."""

    def __init__(self, take: Callable[[StreamHealth], None]) -> None:
        self._take = take
        self._newest: dict[str, StreamHealth] = {}
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="media-health", daemon=True)
        self._thread.start()

    def put(self, health: StreamHealth) -> None:
        with self._changed:
            self._newest[health.session_id] = health
            self._changed.notify()

    def stop(self, seconds: float = 2.0) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._newest or self._stopped)
                if self._stopped:
                    return
                batch, self._newest = self._newest, {}
            for health in batch.values():
                try:
                    self._take(health)
                except Exception as error:
                    log.warning("health not taken", extra={"error": type(error).__name__})
