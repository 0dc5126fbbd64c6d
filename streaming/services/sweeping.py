"""Removing what an engine's directory still holds once its recording is safe. Unknown media is never removed."""

from __future__ import annotations

from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

TAIL = ".tail"  # the damaged end that a repair cut off
MEDIA_SUFFIXES = frozenset({".mp4", ".webm", ".mkv", ".m4s", TAIL})
PLAYBACK = "playback"
_said: set[tuple[str, str, int]] = set()


def sweep_directory(directory: Path) -> bool:
    """Remove sidecars, the playback copy's source and the directory; True when it is gone.

    A media file that is not the playback copy stays, and the directory with it: somebody must look at it. Only plain
    files directly inside are touched; links are not followed.
    """
    if not directory.is_dir() or directory.is_symlink():
        return not directory.exists()
    files = [entry for entry in directory.iterdir() if entry.is_file() or entry.is_symlink()]
    unknown = [entry for entry in files if _is_media(entry)]
    if unknown:
        _say_once("recording.unknown_media", directory.name, len(unknown))
        return False
    for entry in files:
        entry.unlink(missing_ok=True)
    if left := len(list(directory.iterdir())):
        _say_once("recording.unknown_content", directory.name, left)
        return False
    directory.rmdir()
    return True


def _say_once(event: str, directory: str, files: int) -> None:
    """The directory is looked at every minute: once a process, and again when what is in it changes in number."""
    if (event, directory, files) not in _said:
        _said.add((event, directory, files))
        log.error(event, directory=directory, files=files)


def _is_media(entry: Path) -> bool:
    if entry.suffix not in MEDIA_SUFFIXES or entry.stem == PLAYBACK:
        return False
    return entry.suffix != TAIL or entry.lstat().st_size > 0
