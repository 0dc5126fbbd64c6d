"""Makes whole what a dead engine left, and says again what may never have been heard."""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from streaming.contracts import Fact, PartSealed
from streaming.media.recorder.files import DISK, Storage, file_sha256, read_json
from streaming.media.recorder.guarded import is_awaited
from streaming.media.recorder.places import Place, Places
from streaming.media.recorder.repair import repair_in
from streaming.media.recorder.seals import SESSION, mark_ended, part_files, read_sealed, session_stopped
from streaming.media.recorder.timeline import NAME, Timeline, cut_torn_line, one_timeline


def recover_directory(
    directory: Path,
    session_id: str,
    *,
    emit: Callable[[Fact], None],
    clock: Callable[[], float] = time.time,
    storage: Storage = DISK,
    spill: Path | None = None,
) -> None:
    """Seal every open part, emit PartSealed for every part and SessionStopped at the end. Blocks.

    Safe to repeat, also after a crash in its middle: what is final stays as it is, and the same facts bear the same
    message ids. The directory must not be in use by a SessionRecorder. `spill`: the session's directory in the second
    place, if there is one. Raises OSError when the disk refuses, or still owes this process an answer for a write
    there: what has a seal must not grow.
    """
    if any(is_awaited(place) for place in (directory, spill) if place is not None):
        raise OSError(errno.EBUSY, "a write has not come back")
    places = Places(Place(directory, storage), Place(spill, storage) if spill is not None and spill.is_dir() else None)
    for place in places.directories:
        cut_torn_line(place / NAME, storage)
    ended = next(filter(None, ((read_json(place / SESSION) or {}).get("ended") for place in places.directories)), None)
    timeline = Timeline(directory if directory.is_dir() else places.directories[-1], storage)
    previous, count = "", 0
    for number, path in part_files(*places.directories):
        fact = read_sealed(path, session_id, places.directories)
        if fact is None:
            fact = repair_in(places, path, number, session_id, previous, clock())
            _note_repair(timeline, number, path, fact, clock())
        if fact is None:
            continue
        emit(fact)
        previous, count = fact.sha256, count + 1
    _finish(places, session_id, ended, count, timeline, emit, clock())


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
    places: Places,
    session_id: str,
    ended: Any,
    count: int,
    timeline: Timeline,
    emit: Callable[[Fact], None],
    now: float,
) -> None:
    """Announce the end; a session that was ended before keeps its reason, and its timeline if nothing was added."""
    known = ended if isinstance(ended, dict) else {}
    path = next((place / NAME for place in places.directories if (place / NAME).exists()), timeline.path)
    if known and path.exists() and known.get("timeline_sha256") == file_sha256(path):
        at, digest = float(known.get("at", now)), file_sha256(path)
        emit(session_stopped(session_id, str(known.get("reason")), count, path, digest, at))
        return
    reason = str(known.get("reason") or "lost")
    timeline.write("stopped", now, reason=reason, parts=count)
    path, digest = timeline.path, timeline.close()
    if places.second is not None:
        path, digest = one_timeline(places)
    mark_ended(path.parent, session_id, reason, count, digest, now, places.first.storage)
    emit(session_stopped(session_id, reason, count, path, digest, now))
