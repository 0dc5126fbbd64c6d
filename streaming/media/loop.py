"""The event loop an engine runs on."""

from __future__ import annotations

import asyncio
import gc

YOUNG, MIDDLE, OLD = 50_000, 20, 50  # allocations, then collections, before the next generation is looked through


def new_event_loop() -> asyncio.AbstractEventLoop:
    """uvloop: fewer microseconds a packet than asyncio's own (the figures are in MEDIA.md and ADR 0002)."""
    import uvloop

    return uvloop.new_event_loop()


def quiet_collector() -> None:
    """Let the cycle collector look less often, and not at what a process is made of. Call once all is imported.

    Packets are freed by their reference counts. The collector found nothing in them and took a fifth of the engine's
    time, because the last 1,024 packets of every source are new objects all the time (docs/adr/0012).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
