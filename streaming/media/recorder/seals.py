"""What is written down when a part is final, and the facts that say so.

Message ids are computed from what they announce: told twice (before and after a crash), a fact is the same fact.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

from streaming.contracts import EndReason, PartSealed, SessionStopped
from streaming.media.recorder.files import Storage, read_json

FORMAT = 1
SESSION = "session.json"
_NAMESPACE = uuid.UUID("8d4ef3a5-9d0c-5f57-9a3e-2f5c1f0b6a10")


def message_id(*parts: object) -> str:
    return uuid.uuid5(_NAMESPACE, ":".join(str(part) for part in parts)).hex


def sidecar_path(part: Path) -> Path:
    return part.with_suffix(".json")


def write_sidecar(fact: PartSealed, details: dict[str, Any], storage: Storage, directory: Path | None = None) -> None:
    """Write `part-000N.json` beside the part: the fact's fields, with the file's name for its path, and `details`.

    Into `directory`, the session's in the second place, when the disk of the part takes no file any more.
    """
    path = Path(fact.path)
    content = {
        **details,
        "format": FORMAT,
        "final": True,
        "session_id": fact.session_id,
        "file": path.name,
        "sealed_at": fact.at,
        "hash": "sha256",
        **{name: getattr(fact, name) for name in _FIELDS},
    }
    storage.write_json((directory or path.parent) / sidecar_path(path).name, content)


_FIELDS = (
    "number",
    "container",
    "video_codec",
    "audio_codec",
    "width",
    "height",
    "start",
    "end",
    "frames",
    "size",
    "sha256",
    "prev_sha256",
    "recovered",
)


def part_sealed(session_id: str, path: Path, at: float, **fields: Any) -> PartSealed:
    """The fact, with its computed id. `fields` are those of _FIELDS."""
    identity = message_id(session_id, "part", fields["number"], fields["sha256"])
    return PartSealed(session_id=session_id, at=at, message_id=identity, path=str(path), **fields)


def read_sealed(part: Path, session_id: str, elsewhere: Iterable[Path] = ()) -> PartSealed | None:
    """The fact of a part with its final sidecar, beside it or `elsewhere`; None when there is none that is whole."""
    for directory in (part.parent, *elsewhere):
        fact = _sealed_by(part, session_id, read_json(directory / sidecar_path(part).name))
        if fact is not None:
            return fact
    return None


def _sealed_by(part: Path, session_id: str, content: dict[str, Any] | None) -> PartSealed | None:
    if not content or not content.get("final") or content.get("file") != part.name:
        return None
    try:
        return part_sealed(session_id, part, content["sealed_at"], **{name: content[name] for name in _FIELDS})
    except KeyError:
        return None


def session_stopped(
    session_id: str, reason: str, parts: int, timeline_path: Path, timeline_sha256: str, at: float
) -> SessionStopped:
    """The last fact of a session. One timeline can be announced only once: the id comes from its hash."""
    known: EndReason = reason if reason in get_args(EndReason) else "lost"  # type: ignore[assignment]  # checked here
    return SessionStopped(
        session_id=session_id,
        at=at,
        message_id=message_id(session_id, "stopped", timeline_sha256),
        reason=known,
        parts=parts,
        timeline_path=str(timeline_path),
        timeline_sha256=timeline_sha256,
    )


def part_files(*directories: Path) -> list[tuple[int, Path]]:
    """Part files of a session's directories with their numbers, in order."""
    found = []
    for path in (path for directory in directories for path in directory.glob("part-*")):
        number = path.stem.removeprefix("part-")
        if path.suffix in (".mp4", ".webm") and number.isdigit():
            found.append((int(number), path))
    return sorted(found)


def next_number(*directories: Path) -> int:
    """The lowest number above everything that bears one: parts, sidecars and tails."""
    found = (path for directory in directories for path in directory.glob("part-*"))
    numbers = [path.stem.removeprefix("part-") for path in found]
    return max((int(number) for number in numbers if number.isdigit()), default=0) + 1


def describe_session(directory: Path, session_id: str, label: str, now: float, storage: Storage) -> None:
    """Write `session.json`. An engine that goes on in an old directory keeps its start and opens it again."""
    known = read_json(directory / SESSION) or {}
    content = {
        "format": FORMAT,
        "session_id": session_id,
        "label": label or known.get("label", ""),
        "started_at": known.get("started_at", now),
        "ended": None,
    }
    storage.write_json(directory / SESSION, content)


def mark_ended(
    directory: Path, session_id: str, reason: str, parts: int, timeline_sha256: str, at: float, storage: Storage
) -> None:
    """Write into `session.json` that nothing will be added any more."""
    content = read_json(directory / SESSION) or {"format": FORMAT, "session_id": session_id, "label": ""}
    ended = {"at": at, "reason": reason, "parts": parts, "timeline_sha256": timeline_sha256}
    storage.write_json(directory / SESSION, {**content, "ended": ended})
