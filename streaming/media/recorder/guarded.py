"""A disk that may stop answering, behind a time limit: the call that hangs keeps a thread, never the recorder.

A write into a stalled file system returns when the file system does, and nothing can call it off. Each recorder that
has somewhere else to go therefore makes its calls through one more thread. What does not come back in time is an
OSError like any other, and as long as it has not come back every further call fails at once.
"""

from __future__ import annotations

import errno
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from streaming.media.recorder.files import DISK, Storage

T = TypeVar("T")

LIMIT = 2.0  # s for one system call; a healthy disk stays below, also of a machine with too much to do
LONG_LIMIT = 20.0  # s for reading a whole part again


_out: set[GuardedStorage] = set()  # those with a call that has not come back
_out_lock = threading.Lock()


def is_awaited(directory: Path) -> bool:
    """Whether a call of this process on a file in `directory` has not come back: it may still write there."""
    with _out_lock:
        out = list(_out)
    return any(storage.is_out and directory in storage.directories for storage in out)


class GuardedStorage(Storage):
    """`Storage` with a limit. For one thread at a time; `disk` does the work."""

    def __init__(self, disk: Storage = DISK, limit: float = LIMIT) -> None:
        self._disk, self._limit = disk, limit
        self._work: queue.SimpleQueue[Callable[[], Any] | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._waiting = False  # a call has not come back
        self._undo: Callable[[Any], None] | None = None
        self.directories: set[Path] = set()  # where it has files

    @property
    def hangs(self) -> bool:
        """Whether a call is out that nobody waits for any more. Looks whether it has come back meanwhile."""
        if self._waiting and not self._done.empty():
            self._come_back(*self._done.get())
        return self._waiting

    @property
    def is_out(self) -> bool:
        """The same, asked from another thread: only looks."""
        return self._waiting and self._done.empty()

    def create(self, path: Path) -> int:
        self.directories.add(path.parent)
        return self._bounded(lambda: self._disk.create(path), undo=os.close)

    def extend(self, path: Path) -> int:
        self.directories.add(path.parent)
        return self._bounded(lambda: self._disk.extend(path), undo=os.close)

    def write(self, descriptor: int, data: bytes) -> int:
        return self._bounded(lambda: self._disk.write(descriptor, data))

    def sync(self, descriptor: int) -> None:
        self._bounded(lambda: self._disk.sync(descriptor))

    def sync_directory(self, directory: Path) -> None:
        self._bounded(lambda: self._disk.sync_directory(directory))

    def write_json(self, path: Path, content: dict[str, Any]) -> None:
        self._bounded(lambda: self._disk.write_json(path, content))

    def write_all(self, descriptor: int, data: bytes) -> None:
        self._bounded(lambda: self._disk.write_all(descriptor, data))

    def close(self, descriptor: int) -> None:
        """A descriptor that a hanging call still uses is left to it."""
        self._bounded(lambda: self._disk.close(descriptor))

    @property
    def raw(self) -> Storage:
        return self._disk

    def run(self, call: Callable[[], T]) -> T:
        return self._bounded(lambda: self._disk.run(call), limit=LONG_LIMIT)

    def stop(self) -> None:
        """Let the thread go; one that hangs goes when its call returns."""
        if self._thread is not None:
            self._work.put(None)
            self._thread = None

    def _bounded(
        self, call: Callable[[], T], *, limit: float | None = None, undo: Callable[[T], None] | None = None
    ) -> T:
        if self.hangs:
            raise OSError(errno.ETIMEDOUT, "the disk does not answer")
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, name="recorder-disk", daemon=True)
            self._thread.start()
        self._work.put(call)
        try:
            result, error = self._done.get(timeout=self._limit if limit is None else limit)
        except queue.Empty:
            self._waiting, self._undo = True, undo
            with _out_lock:
                _out.add(self)
            raise OSError(errno.ETIMEDOUT, "the disk does not answer") from None
        if error is not None:
            raise error
        found: T = result
        return found

    def _come_back(self, result: Any, error: BaseException | None) -> None:
        undo, self._waiting, self._undo = self._undo, False, None
        with _out_lock:
            _out.discard(self)
        if undo is not None and error is None:
            undo(result)

    def _serve(self) -> None:
        while (call := self._work.get()) is not None:
            try:
                self._done.put((call(), None))
            except BaseException as error:
                self._done.put((None, error))
