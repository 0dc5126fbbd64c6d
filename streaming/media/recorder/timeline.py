"""`timeline.jsonl`: what happened around the pictures, one JSON object a line, only ever appended to."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from streaming.media.recorder.files import Storage, file_sha256

NAME = "timeline.jsonl"
KEPT_LINES = 20_000  # lines held in memory while the disk refuses them
MAX_LINE = 16 * 1024  # bytes; longer data is replaced by its size


def line(name: str, at: float, data: dict[str, Any]) -> bytes:
    """One line: `at` in epoch seconds, `event` the name, then the data (which cannot replace either)."""
    fixed = {"at": round(at, 3), "event": name}
    try:
        text = json.dumps({**fixed, **{k: v for k, v in data.items() if k not in fixed}}, default=str, allow_nan=False)
    except (ValueError, TypeError):
        text = json.dumps({**fixed, "unreadable": True})
    if len(text) > MAX_LINE:
        text = json.dumps({**fixed, "too_long": len(text)})
    return text.encode() + b"\n"


class Timeline:
    """Appender. `write` keeps the line, `flush` hands lines to the kernel, `sync` waits for the disk."""

    def __init__(self, directory: Path, storage: Storage) -> None:
        self.path = directory / NAME
        self._storage = storage
        self._lines: list[bytes] = []
        self._descriptor = -1
        self._dirty = False
        self._torn = False  # the last write failed and may have left half a line
        self.dropped = 0

    def write(self, name: str, at: float, **data: Any) -> None:
        if len(self._lines) >= KEPT_LINES:
            self.dropped += 1
            return
        self._lines.append(line(name, at, data))

    def flush(self) -> None:
        """Append the waiting lines. Raises OSError; the lines are kept for the next time."""
        if not self._lines:
            return
        if self._descriptor < 0:
            self._descriptor = self._storage.extend(self.path)
        data = b"".join(self._lines)
        if self._torn:
            data = b"\n" + data  # ends the torn line; readers pass over lines that are not JSON
        self._torn = True
        self._storage.write_all(self._descriptor, data)
        self._torn = False
        self._lines.clear()
        self._dirty = True

    def sync(self) -> None:
        """Flush and wait until the disk has it. Raises OSError."""
        self.flush()
        if self._dirty:
            self._storage.sync(self._descriptor)
            self._dirty = False

    def close(self) -> str:
        """Write everything and return the SHA-256 of the whole file. Raises OSError."""
        self.flush()
        if self._descriptor < 0:
            self._descriptor = self._storage.extend(self.path)
        self._storage.sync(self._descriptor)
        os.close(self._descriptor)
        self._descriptor = -1
        return file_sha256(self.path)


def cut_torn_line(path: Path, storage: Storage) -> int:
    """After a crash: move the bytes after the last newline to `timeline.tail`. Returns how many there were."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return 0
    whole = data.rfind(b"\n") + 1
    torn = data[whole:]
    if torn:
        keep_tail(path.with_name("timeline.tail"), torn, storage)
        os.truncate(path, whole)
        descriptor = storage.extend(path)
        storage.sync(descriptor)
        os.close(descriptor)
    return len(torn)


def keep_tail(path: Path, data: bytes, storage: Storage) -> None:
    """Append `data` to a tail file and wait until the disk has it."""
    descriptor = storage.extend(path)
    try:
        storage.write_all(descriptor, data)
        storage.sync(descriptor)
    finally:
        os.close(descriptor)
    storage.sync_directory(path.parent)
