"""Work handed to other processes, a few pieces ahead of whoever takes the results, in order."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
AHEAD = 3  # pieces per process that are made before anybody asks: memory stays flat


def in_order(
    work: Callable[..., T],
    pieces: Iterable[tuple[Any, ...]],
    *,
    processes: int,
    begin: Callable[[], object] | None = None,
) -> Iterator[T]:
    """`work(*piece)` for each piece, results in the order of the pieces. With one process, here and now.

    Processes are started afresh (never forked with an open database connection) and run `begin` first: without
    `django.setup` there, the module of `work` must not need Django's models. `work` and its arguments are pickled. What
    `work` raises is raised here.
    """
    if processes < 2:
        for piece in pieces:
            yield work(*piece)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_start, initargs=(begin,)) as pool:
        waiting: deque[Future[T]] = deque()
        try:
            for piece in pieces:
                waiting.append(pool.submit(work, *piece))
                if len(waiting) >= processes * AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _start(begin: Callable[[], object] | None) -> None:
    if begin is not None:
        begin()
    _collect_rarely()


def _collect_rarely() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """For work that makes many tuples and no cycles: the collector would walk all of them in vain."""
    before = gc.get_threshold()
    _collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
