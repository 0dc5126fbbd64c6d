"""`timeline.jsonl`: what happened around the pictures, one JSON object a line, only ever appended to."""

from __future__ import annotations

import contextlib
import json
import logging
import os
from pathlib import Path
from typing import Any

from streaming.media.recorder.files import Storage, file_sha256
from streaming.media.recorder.places import Places

log = logging.getLogger(__name__)

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

    def move(self, directory: Path, storage: Storage) -> None:
        """Go on in another directory, because this one's disk refuses. What it refused is written there."""
        self._let_go()
        self.path, self._storage, self._torn = directory / NAME, storage, False

    def close(self) -> str:
        """Write everything and return the SHA-256 of the whole file. Raises OSError."""
        self.flush()
        if self._descriptor < 0:
            self._descriptor = self._storage.extend(self.path)
        self._storage.sync(self._descriptor)
        self._let_go()
        return self._storage.run(lambda: file_sha256(self.path))

    def _let_go(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                self._storage.close(descriptor)


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


def one_timeline(places: Places) -> tuple[Path, str]:
    """Bring the lines of both places together: where the session began or, when that disk takes no more, in the second
    place. Returns the file that counts and its SHA-256. Raises OSError when neither can be written."""
    first, second = places.first, places.second
    path = first.directory / NAME
    if second is None:
        return path, first.storage.run(lambda: file_sha256(path))
    beside = second.directory / NAME
    try:
        first.storage.run(lambda: join_timelines(path, beside, first.storage.raw))
        return path, first.storage.run(lambda: file_sha256(path))
    except OSError as error:
        log.error("the timeline stays in the second place: %s", error.strerror)
    try:
        earlier = first.storage.run(lambda: path.read_bytes() if path.exists() else b"")
    except OSError:
        earlier = b""  # a disk that cannot be read: a later repair brings them together
    second.storage.run(lambda: begin_with(earlier, beside, second.storage.raw))
    return beside, second.storage.run(lambda: file_sha256(beside))


def join_timelines(first: Path, second: Path, storage: Storage) -> None:
    """Append the lines written in the second place to the first place's file, then remove them there. Raises OSError,
    before anything was removed; lines that were appended already are not appended again."""
    try:
        more = second.read_bytes()
    except FileNotFoundError:
        return
    known = first.read_bytes() if first.exists() else b""
    rest = more.removeprefix(known)
    if known and not known.endswith(b"\n"):
        rest = b"\n" + rest
    if rest and not known.endswith(rest):
        descriptor = storage.extend(first)
        try:
            storage.write_all(descriptor, rest)
            storage.sync(descriptor)
        finally:
            storage.close(descriptor)
    second.unlink()


def begin_with(earlier: bytes, path: Path, storage: Storage) -> None:
    """Put `earlier` lines before those of the file at `path`, in one step. Raises OSError."""
    later = path.read_bytes() if path.exists() else b""
    if later.startswith(earlier):
        return
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    descriptor = storage.create(temporary)
    try:
        storage.write_all(descriptor, earlier + later)
        storage.sync(descriptor)
    finally:
        storage.close(descriptor)
    os.replace(temporary, path)
    storage.sync_directory(path.parent)


def keep_tail(path: Path, data: bytes, storage: Storage) -> None:
    """Append `data` to a tail file and wait until the disk has it."""
    descriptor = storage.extend(path)
    try:
        storage.write_all(descriptor, data)
        storage.sync(descriptor)
    finally:
        os.close(descriptor)
    storage.sync_directory(path.parent)
