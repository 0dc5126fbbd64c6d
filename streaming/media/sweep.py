"""Reads all media sockets of an event loop together, a moment after the first of them has something.

A picture is five to ten packets within a millisecond or two. A loop that wakes for each of them spends more on waking
than on the packet; a network card does the same with its interrupts (docs/adr/0012).
"""

from __future__ import annotations

import asyncio
import logging
import select
from collections.abc import Callable
from typing import Final
from weakref import WeakKeyDictionary

log: Final = logging.getLogger(__name__)

PAUSE: Final = 0.004  # seconds from the first packet to the sweep: what this costs in delay
MAX_READY: Final = 256  # sockets of one sweep; the others come in the next
BUSY: Final = 3  # sockets of one sweep that say more will have come by the next: no need to be woken for it
ROUND: Final = 0.008  # seconds from sweep to sweep then: a packet waits for half of it


class Sweeper:
    """Calls `drain` of each socket that has something to read."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._drains: dict[int, Callable[[], None]] = {}
        self._epoll = select.epoll()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, descriptor: int, drain: Callable[[], None]) -> None:
        self._drains[descriptor] = drain
        self._epoll.register(descriptor, select.EPOLLIN)
        if len(self._drains) == 1:
            self._loop.add_reader(self._epoll.fileno(), self._woken)

    def remove(self, descriptor: int) -> None:
        """Before the socket is closed."""
        del self._drains[descriptor]
        self._epoll.unregister(descriptor)
        if self._drains:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._loop.remove_reader(self._epoll.fileno())

    def _woken(self) -> None:
        self._loop.remove_reader(self._epoll.fileno())
        self._timer = self._loop.call_later(PAUSE, self._sweep)

    def _sweep(self) -> None:
        self._timer = None
        ready = self._epoll.poll(0, MAX_READY)
        for descriptor, _ in ready:
            drain = self._drains.get(descriptor)  # a drain before may have closed it
            if drain is not None:
                drain()
        if not self._drains:
            return
        if len(ready) >= BUSY:
            self._loop.remove_reader(self._epoll.fileno())  # a drain may have closed the last socket and opened one
            self._timer = self._loop.call_later(ROUND, self._sweep)
        else:
            self._loop.add_reader(self._epoll.fileno(), self._woken)


class Directly:
    """Where the system has no epoll: each socket wakes the loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def add(self, descriptor: int, drain: Callable[[], None]) -> None:
        self._loop.add_reader(descriptor, drain)

    def remove(self, descriptor: int) -> None:
        self._loop.remove_reader(descriptor)


_sweepers: WeakKeyDictionary[asyncio.AbstractEventLoop, Sweeper | Directly] = WeakKeyDictionary()


def sweeper(loop: asyncio.AbstractEventLoop) -> Sweeper | Directly:
    """The loop's own."""
    found = _sweepers.get(loop)
    if found is None:
        found = _sweepers[loop] = Sweeper(loop) if hasattr(select, "epoll") else Directly(loop)
    return found


class AfterDrain:
    """What is sent while a socket is drained leaves when it is empty, together: between `begin` and `end`."""

    def __init__(self) -> None:
        self.is_open = False
        self._due: list[Callable[[], None]] = []

    def begin(self) -> None:
        self.is_open = True

    def end(self) -> None:
        self.is_open = False
        if not self._due:
            return
        due, self._due = self._due, []
        for flush in due:
            try:
                flush()
            except Exception:  # one peer's fault must not keep what the others are owed
                log.exception("packets not sent")

    def call(self, flush: Callable[[], None]) -> None:
        """Call `flush` at the end of the drain; only while `is_open`."""
        self._due.append(flush)


after_drain: Final = AfterDrain()  # one event loop of a process carries media
