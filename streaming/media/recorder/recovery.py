"""Makes whole what a dead engine left, and says again what may never have been heard."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streaming.contracts import Fact, PartSealed
from streaming.media.recorder.files import DISK, Storage, file_sha256, read_json
from streaming.media.recorder.repair import repair_part
from streaming.media.recorder.seals import SESSION, mark_ended, part_files, read_sealed, session_stopped
from streaming.media.recorder.timeline import NAME, Timeline, cut_torn_line


def recover_directory(
    directory: Path,
    session_id: str,
    *,
    emit: Callable[[Fact], None],
    clock: Callable[[], float] = time.time,
    storage: Storage = DISK,
) -> None:
    """Seal every open part, emit PartSealed for every part and SessionStopped at the end. Blocks.

    Safe to repeat, also after a crash in its middle: what is final stays as it is, and the same facts bear the same
    message ids. The directory must not be in use by a SessionRecorder. Raises OSError when the disk refuses.
    """
    ended = (read_json(directory / SESSION) or {}).get("ended")
    cut_torn_line(directory / NAME, storage)
    timeline = Timeline(directory, storage)
    previous, count = "", 0
    for number, path in part_files(directory):
        fact = read_sealed(path, session_id)
        if fact is None:
            fact = repair_part(path, number, session_id, previous, storage, clock())
            _note_repair(timeline, number, path, fact, clock())
        if fact is None:
            continue
        emit(fact)
        previous, count = fact.sha256, count + 1
    _finish(directory, session_id, ended, count, timeline, emit, clock(), storage)


def _note_repair(timeline: Timeline, number: int, path: Path, fact: PartSealed | None, now: float) -> None:
    if fact is None:
        timeline.write("part_empty", now, number=number, tail=path.with_suffix(".tail").name)
    else:
        timeline.write(
            "part_recovered",
            now,
            number=number,
            file=path.name,
            start=fact.start,
            end=fact.end,
            frames=fact.frames,
            size=fact.size,
            sha256=fact.sha256,
            prev_sha256=fact.prev_sha256,
            recovered=True,
        )
    timeline.sync()


def _finish(
    directory: Path,
    session_id: str,
    ended: Any,
    count: int,
    timeline: Timeline,
    emit: Callable[[Fact], None],
    now: float,
    storage: Storage,
) -> None:
    """Announce the end; a session that was ended before keeps its reason and its timeline."""
    path = directory / NAME
    if isinstance(ended, dict) and path.exists() and ended.get("timeline_sha256") == file_sha256(path):
        reason, at, digest = str(ended.get("reason")), float(ended.get("at", now)), file_sha256(path)
    else:
        reason, at = "lost", now
        timeline.write("stopped", now, reason=reason, parts=count)
        digest = timeline.close()
        mark_ended(directory, session_id, reason, count, digest, now, storage)
    emit(session_stopped(session_id, reason, count, path, digest, at))
