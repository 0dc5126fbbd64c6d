"""Calls into a file system that may hang, each in a thread of its own: no pool runs dry, no event loop stands still.

Nothing can call a system call off. A thread that hangs in one stays until the disk comes back; there are at most
MOST_HUNG of them, then further calls are refused at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

MOST_HUNG = 32
_hung = threading.Semaphore(MOST_HUNG)


def within(seconds: float, call: Callable[[], T], *, undo: Callable[[T], Any] | None = None) -> T:
    """`call()`, or OSError(ETIMEDOUT) when it takes longer. `undo` gets the result of a call that came too late."""
    answer: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
    given_up = threading.Event()
    lock = threading.Lock()

    def work() -> None:
        result, error = _try(call)
        with lock:
            late = given_up.is_set()
            if not late:
                answer.put((result, error))
        if late:
            _hung.release()
            if undo is not None and error is None:
                undo(result)  # type: ignore[arg-type]  # without an error it is the call's result

    if not _hung.acquire(blocking=False):
        raise OSError(errno.ETIMEDOUT, "the disk does not answer")
    threading.Thread(target=work, name="disk-call", daemon=True).start()
    try:
        result, error = answer.get(timeout=seconds)
    except queue.Empty:
        with lock:
            if answer.empty():
                given_up.set()
                raise OSError(errno.ETIMEDOUT, "the disk does not answer") from None
        result, error = answer.get()
    _hung.release()
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # without an error it is the call's result


async def apart(call: Callable[[], T]) -> T:
    """`call()` in a new thread, awaited without a limit: for what must be done however long it takes."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        result, error = _try(call)

        def tell() -> None:
            if done.cancelled():
                return
            if error is not None:
                done.set_exception(error)
            else:
                done.set_result(result)  # type: ignore[arg-type]  # without an error it is the call's result

        with contextlib.suppress(RuntimeError):  # the loop is closed: the process is on its way out
            loop.call_soon_threadsafe(tell)

    threading.Thread(target=work, name="disk-call", daemon=True).start()
    return await done


def _try(call: Callable[[], T]) -> tuple[T | None, BaseException | None]:
    try:
        return call(), None
    except BaseException as error:
        return None, error
