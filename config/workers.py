"""Threads of which the one that worked last works next.

The standard library's pool hands work round all its threads in turn. With a database connection each that keeps sixteen
connections half warm where two or three, always the same, do the work of an ordinary hour. And it starts a thread for
everything that would have to wait. When the disk holds its breath for a moment that is a dozen new connections, each of
which first prepares its statements, just when much is to be made up for. Here work waits a moment for a thread that is
warm. Only when something has waited long, so that the threads there are seem to wait for something themselves, one
more is begun, and another a moment later.
"""

from __future__ import annotations

import atexit
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from queue import SimpleQueue
from typing import Any

Job = tuple[Future[Any], Callable[..., Any], tuple[Any, ...], dict[str, Any]]
READY = 4  # threads that are begun without waiting
PATIENCE = 1.0  # seconds in the queue before one more is begun: under load more do less, behind a lock they do more
MOMENT = 0.5  # seconds between two that are begun
AT_EXIT = 5.0  # seconds for what is running when the process ends


class LastFirst(Executor):
    """At most `most` threads; what comes while all of them work waits its turn."""

    def __init__(self, most: int, name: str) -> None:
        self._most, self._name = most, name
        self._lock = threading.Lock()
        self._idle: list[SimpleQueue[Job | None]] = []  # the last one is asked first
        self._waiting: deque[tuple[float, Job]] = deque()  # since when
        self._threads: list[tuple[threading.Thread, SimpleQueue[Job | None]]] = []
        self._grows = False  # a timer is set
        atexit.register(self.shutdown)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        job: Job = (future, fn, args, kwargs)
        with self._lock:
            if self._idle:
                self._idle.pop().put(job)
            elif len(self._threads) < min(READY, self._most):
                self._begin(job)
            else:
                self._waiting.append((time.monotonic(), job))
                self._grow_later()
        return future

    def _grow_later(self) -> None:
        if self._grows or len(self._threads) >= self._most:
            return
        self._grows = True
        timer = threading.Timer(MOMENT, self._grow)
        timer.daemon = True
        timer.start()

    def _grow(self) -> None:
        with self._lock:
            self._grows = False
            if self._waiting and time.monotonic() - self._waiting[0][0] >= PATIENCE and len(self._threads) < self._most:
                self._begin(self._waiting.popleft()[1])
            if self._waiting:
                self._grow_later()

    def _begin(self, job: Job) -> None:
        inbox: SimpleQueue[Job | None] = SimpleQueue()
        inbox.put(job)
        name = f"{self._name}_{len(self._threads)}"
        thread = threading.Thread(target=self._work, args=(inbox,), name=name, daemon=True)
        self._threads.append((thread, inbox))
        thread.start()

    def _work(self, inbox: SimpleQueue[Job | None]) -> None:
        while (job := inbox.get()) is not None:
            future, fn, args, kwargs = job
            if not future.set_running_or_notify_cancel():
                self._next(inbox)
                continue
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:
                self._next(inbox)
                future.set_exception(error)
            else:
                self._next(inbox)  # before the answer: who hears it and asks again finds this thread
                future.set_result(result)
                del result
            del job, future, fn, args, kwargs

    def _next(self, inbox: SimpleQueue[Job | None]) -> None:
        with self._lock:
            if self._waiting:
                inbox.put(self._waiting.popleft()[1])
            else:
                self._idle.append(inbox)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the threads after what they are doing."""
        with self._lock:
            threads, self._threads = self._threads, []
            for _, inbox in threads:
                inbox.put(None)
        if wait:
            for thread, _ in threads:
                thread.join(AT_EXIT)
        atexit.unregister(self.shutdown)
