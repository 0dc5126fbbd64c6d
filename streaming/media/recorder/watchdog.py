"""One thread that looks at every recorder of this process twice a second.

A recorder whose own thread hangs in a write or an fsync cannot raise its alarm; this thread touches no file and can.
"""

from __future__ import annotations

import logging
import threading
from typing import Protocol

log = logging.getLogger(__name__)

PERIOD = 0.5  # s


class Watched(Protocol):
    def look(self) -> None:
        """Compare the recorder's state with its alarm. Must not block."""
        ...


class Watchdog:
    """Starts its thread with the first recorder and ends it with the last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._watched: set[Watched] = set()
        self._stop = threading.Event()

    def add(self, recorder: Watched) -> None:
        with self._lock:
            self._watched.add(recorder)
            if len(self._watched) == 1:
                self._stop = threading.Event()
                threading.Thread(target=self._run, args=(self._stop,), name="recorder-watchdog", daemon=True).start()

    def remove(self, recorder: Watched) -> None:
        with self._lock:
            self._watched.discard(recorder)
            if not self._watched:
                self._stop.set()

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(PERIOD):
            with self._lock:
                recorders = list(self._watched)
            for recorder in recorders:
                try:
                    recorder.look()
                except Exception:
                    log.exception("the watchdog could not look at a recorder")


WATCHDOG = Watchdog()
