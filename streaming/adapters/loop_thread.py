"""An event loop in a daemon thread, for callers that live on other loops or on none."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for other threads: `await run(...)` from any event loop, `submit(...).result()` from none."""

    def __init__(self, name: str, new_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop) -> None:
        self._new_loop = new_loop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def submit(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Schedule `work` there. A stopped loop answers with a cancelled future."""
        loop = self._loop
        if loop is None or loop.is_closed():
            work.close()
            future: Future[T] = Future()
            future.cancel()
            return future
        return asyncio.run_coroutine_threadsafe(work, loop)

    async def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Await `work` of this thread on the caller's own loop; cancelling the caller cancels the work."""
        return await asyncio.wrap_future(self.submit(work))

    def stop(self, seconds: float = 5.0) -> None:
        """Cancel what runs, end the loop, wait for the thread. Idempotent."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.stop)
            self._thread.join(seconds)

    def _run(self) -> None:
        loop = self._loop = self._new_loop()
        asyncio.set_event_loop(loop)
        loop.call_soon(self._ready.set)
        try:
            loop.run_forever()
        finally:
            left = asyncio.all_tasks(loop)
            for task in left:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()
